using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Marketplace.Domain.Common;

namespace Marketplace.Tests.Auctions;

/// <summary>Who holds a paddle in an auction.</summary>
/// <param name="Recognised">Every spelling by which the organisation or its people can be recognised.</param>
/// <param name="Told">Organisations that may know it, apart from the holder itself.</param>
public sealed record Holder(Guid Organisation, string Auction, int Paddle, ImmutableArray<string> Recognised, ImmutableArray<Guid> Told);

/// <summary>What stands for a lot: its id, its title, the work behind it.</summary>
public sealed record KnownLot(string Id, ImmutableArray<string> Recognised);

/// <summary>An amount that nobody but its owner may read. Owner <see cref="Guid.Empty"/>: nobody at all.</summary>
/// <param name="Agent">The agency that bids for the owner, and reads what it bids with.</param>
public sealed record Hidden(string What, long Fen, Guid Owner, Guid? Agent = null);

/// <summary>A mark (an application's or a hold's id) that only its owner may read.</summary>
public sealed record Mark(string Text, Guid Owner);

/// <summary>
/// Looks for what the blindness forbids in one text: a holder beside the lot or the paddle, a hidden amount in any of its
/// spellings, a mark. A text is as much as one reader gets in one answer, or one line of a log.
/// </summary>
public sealed partial class LeakScan
{
    private readonly Dictionary<string, Spellings> _lots;
    private readonly (Holder Holder, Spellings Is, Regex Paddle)[] _holders;
    private readonly (Hidden Hidden, Regex Pattern)[] _hidden;
    private readonly (Mark Mark, Spellings Is)[] _marks;

    /// <summary>A text without any of these holds no leak: most texts are done with at once.</summary>
    private readonly SearchValues<string> _worthReading;

    public LeakScan(IEnumerable<KnownLot> lots, IEnumerable<Holder> holders, IEnumerable<Hidden> hidden, IEnumerable<Mark> marks)
    {
        _lots = lots.ToDictionary(l => l.Id, l => new Spellings([l.Id, .. l.Recognised]));
        _holders = [.. holders.Select(h => (h, new Spellings(h.Recognised), PaddlePattern(h.Paddle)))];
        _hidden = [.. hidden.Select(h => (h, new Regex($"(?<![\\d.,-])(?:{string.Join('|', Amounts(h.Fen).Select(Regex.Escape))})(?!\\d|[.,]\\d)", RegexOptions.CultureInvariant)))];
        _marks = [.. marks.Select(m => (m, new Spellings([m.Text])))];
        string[] all = [.. _holders.SelectMany(h => h.Is.All), .. _hidden.SelectMany(h => Amounts(h.Hidden.Fen)), .. _marks.SelectMany(m => m.Is.All)];
        _worthReading = SearchValues.Create([.. all.Distinct(StringComparer.OrdinalIgnoreCase)], StringComparison.OrdinalIgnoreCase);
    }

    /// <param name="reader">The organisation that reads it; null for a visitor or a log.</param>
    /// <returns>Each thing found, in words.</returns>
    public IEnumerable<string> Leaks(Guid? reader, string text)
    {
        var read = Decoded(text);
        if (!read.AsSpan().ContainsAny(_worthReading)) yield break;
        foreach (var (holder, spellings, paddle) in _holders)
        {
            if (reader == holder.Organisation || (reader is { } told && holder.Told.Contains(told)) || spellings.FirstIn(read) is not { } name) continue;
            if (_lots[holder.Auction].FirstIn(read) is { } lot) yield return $"{name} beside {lot}";
            if (paddle.Match(read) is { Success: true } number) yield return $"{name} beside the paddle in “{number.Value}”";
        }

        foreach (var (secret, pattern) in _hidden)
        {
            if (reader is not { } owner || (owner != secret.Owner && owner != secret.Agent) || secret.Owner == Guid.Empty)
            {
                if (pattern.Match(read) is { Success: true } found) yield return $"{secret.What} as “{found.Value}”";
            }
        }

        foreach (var (mark, spellings) in _marks)
        {
            if (reader != mark.Owner && spellings.FirstIn(read) is { } found) yield return $"the mark {found}";
        }
    }

    /// <summary>The text, and the same once more as a browser, a program or an address reads it.</summary>
    private static string Decoded(string text)
    {
        var all = new StringBuilder(text);
        if (text.Contains('&', StringComparison.Ordinal)) all.Append('\n').Append(WebUtility.HtmlDecode(text));
        if (text.Contains("\\u", StringComparison.Ordinal))
            all.Append('\n').Append(JsonEscape().Replace(text, m => ((char)int.Parse(m.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString()));
        if (text.Contains('%', StringComparison.Ordinal)) all.Append('\n').Append(WebUtility.UrlDecode(text.Replace("+", "%2B", StringComparison.Ordinal)));
        return all.ToString();
    }

    /// <summary>A number that is called a paddle, drawn as one, or written as pages write them.</summary>
    private static Regex PaddlePattern(int paddle) => new(
        $"""(?:paddle|leader|winner|bidder|号牌|竞买号)[^0-9<>\n]{"{0,12}"}0*{paddle}(?![\d-])|class="paddle[^">]*"[^>]*>\s*0*{paddle}(?!\d)|(?<!\d)0*{paddle}\s*号""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>Fen, yuan with and without grouping and decimals, ten-thousands rounded anyhow, capitals; the longest first.</summary>
    private static IEnumerable<string> Amounts(long fen)
    {
        var yuan = fen / 100m;
        var all = new HashSet<string>(StringComparer.Ordinal)
        {
            $"{fen}", fen.ToString("#,##0", CultureInfo.InvariantCulture), Fen.Plain(fen), Fen.Yuan(fen), Fen.Exact(fen), Fen.TenThousandYuan(fen),
            Fen.Capital(fen)["人民币".Length..],
        };
        foreach (var whole in new[] { Math.Floor(yuan), Math.Ceiling(yuan) })
        {
            all.Add(whole.ToString("0", CultureInfo.InvariantCulture));
            all.Add(whole.ToString("#,##0", CultureInfo.InvariantCulture));
        }

        for (var decimals = 1; decimals <= 6; decimals++)
        {
            var tenThousands = (yuan / 10_000m).ToString($"F{decimals}", CultureInfo.InvariantCulture);
            all.Add(tenThousands + "万");
            all.Add(tenThousands + " 万");
        }

        return all.OrderByDescending(a => a.Length);
    }

    [GeneratedRegex(@"\\u([0-9a-fA-F]{4})")]
    private static partial Regex JsonEscape();

    private sealed class Spellings(IEnumerable<string> words)
    {
        public string[] All { get; } = [.. words.SelectMany(Of).Distinct(StringComparer.OrdinalIgnoreCase)];

        public string? FirstIn(string text) => Array.Find(All, w => text.Contains(w, StringComparison.OrdinalIgnoreCase));

        private static IEnumerable<string> Of(string word) => Guid.TryParse(word, out var id) ? [$"{id:D}", $"{id:N}"] : [word];
    }
}
