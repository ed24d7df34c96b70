using System.Collections.Frozen;
using Marketplace.Domain.Common;

namespace Marketplace.Search.Words;

/// <summary>One spelling for what is stored and what is looked for: full-width letters as usual ones, lower case, traditional characters as simplified ones.</summary>
public static class Folding
{
    private static readonly FrozenDictionary<char, char> Simplified = Load();

    /// <summary>Every character keeps its place, so that what is found can be marked in the original.</summary>
    public static string Fold(string text) => string.Create(text.Length, Text.Narrow(text), static (folded, narrow) =>
    {
        for (var i = 0; i < narrow.Length; i++)
        {
            var c = char.ToLowerInvariant(narrow[i]);
            folded[i] = c >= '\u4E00' && Simplified.TryGetValue(c, out var simple) ? simple : c;
        }
    });

    /// <summary>Written without spaces between the words: Chinese, and kana and Hangul beside it.</summary>
    public static bool IsUnspaced(char c) => c is >= '\u3400' and <= '\u4DBF' or >= '\u4E00' and <= '\u9FFF' or >= '\uF900' and <= '\uFAFF' or >= '\u3040' and <= '\u30FF' or >= '\uAC00' and <= '\uD7AF';

    private static FrozenDictionary<char, char> Load()
    {
        var pairs = new Dictionary<char, char>();
        foreach (var line in WordFile.Lines("traditional.txt"))
        {
            for (var i = 0; i + 1 < line.Length; i += 2) pairs[line[i]] = line[i + 1];
        }

        return pairs.ToFrozenDictionary();
    }
}

/// <summary>The lists of words that come with the market.</summary>
internal static class WordFile
{
    /// <summary>The lines of a list without its comments.</summary>
    public static IEnumerable<string> Lines(string name)
    {
        using var stream = typeof(WordFile).Assembly.GetManifestResourceStream("words/" + name) ?? throw new InvalidOperationException($"The list {name} is missing.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#') yield return line;
        }
    }
}
