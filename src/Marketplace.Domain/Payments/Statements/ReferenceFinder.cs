using System.Text;

namespace Marketplace.Domain.Payments.Statements;

/// <summary>Payment references in what a payer wrote and banks broke, spaced and glued.</summary>
/// <param name="Read">Those with the prefix whose check character is right, as they were issued.</param>
/// <param name="Bare">The same without the prefix. One number in thirty looks like that by chance, so only who is expected counts.</param>
/// <param name="Wrong">Eight characters after the prefix that are no reference: something was mistyped, or it is no reference at all.</param>
internal sealed record FoundReferences(SortedSet<string> Read, SortedSet<string> Bare, SortedSet<string> Wrong)
{
    private const int Length = 8;

    public static FoundReferences In(string? text)
    {
        var found = new FoundReferences(new SortedSet<string>(StringComparer.Ordinal), new SortedSet<string>(StringComparer.Ordinal), new SortedSet<string>(StringComparer.Ordinal));
        if (text is null) return found;
        found.ScanPrefixed(text);
        found.ScanBare(text);
        // A bank may have broken a reference or put a second text behind a bare one: both readings are tried.
        foreach (var line in text.Split('\n')) found.ScanBare(line);
        return found;
    }

    /// <summary>With the prefix it is found wherever it stands.</summary>
    private void ScanPrefixed(string text)
    {
        var runs = Runs(text);
        for (var at = runs.IndexOf(PaymentReference.Prefix, StringComparison.Ordinal); at >= 0; at = runs.IndexOf(PaymentReference.Prefix, at + 1, StringComparison.Ordinal))
        {
            var start = at + PaymentReference.Prefix.Length;
            var end = runs.IndexOf(' ', start);
            if ((end < 0 ? runs.Length : end) - start < Length) continue;
            var code = runs.Substring(start, Length);
            if (PaymentReference.Read(code) is { } reference) Read.Add(reference);
            // A second prefix inside means that the first text was cut off there, as banks do with 摘要.
            else if (!code.Contains(PaymentReference.Prefix, StringComparison.Ordinal)) Wrong.Add(code);
        }
    }

    /// <summary>Without the prefix only where nothing else is glued to it: eight characters of a longer number mean nothing.</summary>
    private void ScanBare(string text)
    {
        foreach (var run in Runs(text).Split(' '))
        {
            if (run.Length == Length && PaymentReference.Read(run) is { } reference) Bare.Add(reference);
        }
    }

    /// <summary>Latin letters and digits without what stands between them; every other letter, as a Chinese one, ends a run.</summary>
    private static string Runs(string text)
    {
        var runs = new StringBuilder(text.Length);
        foreach (var c in BankText.Fold(text))
        {
            if (char.IsAsciiLetterOrDigit(c)) runs.Append(char.ToUpperInvariant(c));
            // 一 and ー are what Chinese and Japanese keyboards write for a dash.
            else if (char.IsLetterOrDigit(c) && c is not ('一' or 'ー')) runs.Append(' ');
        }

        return runs.ToString();
    }
}
