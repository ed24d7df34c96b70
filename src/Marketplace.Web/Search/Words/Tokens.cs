using System.Collections.Frozen;
using Lucene.Net.Tartarus.Snowball.Ext;

namespace Marketplace.Search.Words;

/// <summary>What a token is: one character, two that stand side by side, a word between spaces, or a term of the field's dictionary.</summary>
public enum TokenKind { Single, Pair, Word, Concept }

/// <summary>A token and where it stands in the text.</summary>
public readonly record struct Token(string Term, int Start, int Length, TokenKind Kind)
{
    public int End => Start + Length;

    /// <summary>It lies wholly where the other stands.</summary>
    public bool IsInside(Token other) => Start >= other.Start && End <= other.End;
}

/// <summary>
/// Cuts a text into what is looked for. The same for both engines, for storing, for looking and for marking, so that
/// they cannot disagree: unspaced scripts as single characters and pairs, everything else as stemmed words.
/// </summary>
public static class Tokens
{
    /// <summary>Counts up whenever the same record gives another document or other tokens: an index that was made with another number is made anew.</summary>
    public const int Edition = 2;

    /// <summary>Longer words are cut: they are no words, and a term has a longest length.</summary>
    private const int MostWord = 64;

    private static readonly FrozenSet<string> Empty =
    [
        "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "into", "is", "it", "its", "of", "on", "or", "such", "that", "the", "their",
        "these", "this", "to", "was", "were", "which", "with",
    ];

    public static List<Token> Of(string text)
    {
        var tokens = new List<Token>(text.Length * 2);
        Concepts.Mark(Cut(text, tokens), tokens);
        return tokens;
    }

    /// <summary>Cuts without looking into the dictionary, and says what a term of the dictionary could be made of.</summary>
    internal static List<Unit> Cut(string text, List<Token> tokens)
    {
        var folded = Folding.Fold(text);
        var units = new List<Unit>(folded.Length);
        var stem = new EnglishStemmer();
        for (var i = 0; i < folded.Length;)
        {
            if (Folding.IsUnspaced(folded[i]))
            {
                var start = i;
                while (i < folded.Length && Folding.IsUnspaced(folded[i])) i++;
                Unspaced(folded, start, i, tokens, units);
            }
            else if (char.IsLetterOrDigit(folded[i]) || char.IsSurrogate(folded[i]))
            {
                var start = i;
                while (i < folded.Length && IsOfWord(folded, i)) i++;
                Spaced(folded, start, i, stem, tokens, units);
            }
            else
            {
                i++;
            }
        }

        return units;
    }

    /// <summary>The terms of one kind of a text, as often as they stand in it.</summary>
    public static IEnumerable<string> Terms(IEnumerable<Token> tokens, bool singles) => tokens.Where(t => t.Kind == TokenKind.Single == singles).Select(t => t.Term);

    private static void Unspaced(string text, int start, int end, List<Token> tokens, List<Unit> units)
    {
        for (var i = start; i < end; i++)
        {
            var single = text.Substring(i, 1);
            tokens.Add(new Token(single, i, 1, TokenKind.Single));
            units.Add(new Unit(single, i, 1));
            if (i + 1 < end) tokens.Add(new Token(text.Substring(i, 2), i, 2, TokenKind.Pair));
        }

        // Who looks for one character alone finds it where it stands alone or begins or ends a run.
        if (end - start == 1) tokens.Add(new Token(text.Substring(start, 1), start, 1, TokenKind.Pair));
    }

    private static void Spaced(string text, int start, int end, EnglishStemmer stem, List<Token> tokens, List<Unit> units)
    {
        // 0.197 and 5.0 are one thing; Li-ion, SiC/GaN and co-polymer are their parts and the whole.
        var parts = 0;
        for (var i = start; i < end;)
        {
            if (!char.IsLetterOrDigit(text[i]) && !char.IsSurrogate(text[i]))
            {
                i++;
                continue;
            }

            var from = i;
            while (i < end && (char.IsLetterOrDigit(text[i]) || char.IsSurrogate(text[i]) || IsPointInNumber(text, i))) i++;
            Word(text, from, i, stem, tokens, units);
            parts++;
        }

        if (parts < 2 || end - start > MostWord) return;
        var whole = string.Concat(text.AsSpan(start, end - start).ToString().Where(char.IsLetterOrDigit));
        tokens.Add(new Token(whole, start, end - start, TokenKind.Word));
    }

    private static void Word(string text, int from, int to, EnglishStemmer stem, List<Token> tokens, List<Unit> units)
    {
        var word = text.Substring(from, Math.Min(to - from, MostWord));
        if (Empty.Contains(word)) return;
        if (word.Length > 2 && word.All(char.IsAsciiLetterLower))
        {
            stem.SetCurrent(word);
            stem.Stem();
            word = stem.Current;
        }

        tokens.Add(new Token(word, from, to - from, TokenKind.Word));
        units.Add(new Unit(word, from, to - from));
    }

    private static bool IsOfWord(string text, int i) =>
        (char.IsLetterOrDigit(text[i]) && !Folding.IsUnspaced(text[i])) || char.IsSurrogate(text[i])
        || (text[i] is '-' or '.' or '/' or '_' && i + 1 < text.Length && char.IsLetterOrDigit(text[i + 1]) && !Folding.IsUnspaced(text[i + 1]));

    private static bool IsPointInNumber(string text, int i) =>
        text[i] == '.' && char.IsAsciiDigit(text[i - 1]) && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]);

    /// <summary>What a term of the dictionary is made of: a character or a word.</summary>
    internal readonly record struct Unit(string Term, int Start, int Length);
}
