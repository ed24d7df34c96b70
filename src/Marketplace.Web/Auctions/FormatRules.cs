using System.Globalization;
using System.Text;
using Marketplace.Domain.Auctions;

namespace Marketplace.Auctions;

/// <summary>A piece of a rule text. Kinds: <c>h2</c>, <c>p</c>, <c>li</c>, and <c>refusal</c> with the name of a refusal.</summary>
public sealed record RuleLine(string Kind, string Text);

/// <summary>
/// The published rules of each format, by version. The Chinese text is what binds: the announcement carries its hash.
/// A new wording is a new version and a new file.
/// </summary>
public static class FormatRules
{
    /// <summary>Every format that the rules know, in the order in which pages list them.</summary>
    public static readonly IReadOnlyList<string> All = [Formats.English, Formats.Dynamic, Formats.Dutch, Formats.Sealed, Formats.HybridDutch, Formats.Listed, Formats.Hall];

    /// <summary>The binding text; null for a version that was never published.</summary>
    public static byte[]? Binding(string version) => Read($"{version}.md");

    public static string? Sha256(string version) => Binding(version) is { } bytes ? Announcement.HashOf(bytes) : null;

    /// <summary>The binding text, or its translation for an English reader: the title, then its lines.</summary>
    public static (string Title, IReadOnlyList<RuleLine> Lines) Say(string version)
    {
        var chinese = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh";
        var text = Encoding.UTF8.GetString(Read(chinese ? $"{version}.md" : $"{version}.en.md") ?? throw new FileNotFoundException(version));
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return (lines[0][2..], [.. lines.Skip(1).Select(Line)]);
    }

    private static RuleLine Line(string line) =>
        line.StartsWith("## ", StringComparison.Ordinal) ? new RuleLine("h2", line[3..])
        : line.StartsWith("- ", StringComparison.Ordinal) ? new RuleLine("li", line[2..])
        : line.StartsWith("! ", StringComparison.Ordinal) ? new RuleLine("refusal", line[2..])
        : new RuleLine("p", line);

    private static byte[]? Read(string name)
    {
        using var stream = typeof(FormatRules).Assembly.GetManifestResourceStream($"rules/{name}");
        if (stream is null) return null;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
