using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Domain.Auctions;

/// <summary>
/// 彩排: a copy of a lot on which everybody concerned practises. Its own record says so in the first line, its id says so
/// in every receipt, and neither is ever there without the other.
/// </summary>
public static class Rehearsal
{
    /// <summary>How the id of every rehearsal begins, after the mark of a demonstration where it is one.</summary>
    public const string Mark = "rehearsal:";

    public const int LongestId = 60;

    /// <summary>The longest start that is worth waiting for, and the most that a practice reserve lies above the start price.</summary>
    public const int MostMinutesAhead = 7 * 24 * 60, MostReservePercent = 200;

    private const string Demo = "demo:";

    public static bool IsId(string auction) =>
        auction.StartsWith(Mark, StringComparison.Ordinal) || (auction.StartsWith(Demo, StringComparison.Ordinal) && auction.AsSpan(Demo.Length).StartsWith(Mark, StringComparison.Ordinal));

    /// <summary>The id of this lot's copy in that rehearsal: known beforehand, because the opening key of sealed offers is made for it.</summary>
    public static string IdOf(string lot, Guid rehearsal)
    {
        var isDemo = lot.StartsWith(Demo, StringComparison.Ordinal);
        var mark = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{rehearsal}\n{lot}")))[..6];
        return $"{(isDemo ? Demo : "")}{Mark}{(isDemo ? lot[Demo.Length..] : lot)}-{mark}";
    }

    /// <summary>A listing is decided by who applied, and nobody applies for a rehearsal.</summary>
    public static bool CanPractise(string format) => format != Formats.Listed;

    /// <summary>
    /// The practice reserve: so many per cent above the public start price, so that nothing of the lot's own secret can be
    /// in it. A falling price has none.
    /// </summary>
    public static long? ReserveFen(string format, long startPriceFen, int? percentAbove) =>
        percentAbove is { } percent && !Formats.IsOpenPriced(format) ? (long)((Int128)startPriceFen * (100 + percent) / 100) : null;

    /// <summary>The same course in at most so many seconds; what moves the end shrinks with it, down to ten seconds.</summary>
    public static FormatSettings Shorten(FormatSettings settings, long startPriceFen, int? mostSeconds)
    {
        var lasts = (int)settings.Lasts(startPriceFen).TotalSeconds;
        if (mostSeconds is not { } most || lasts <= most) return settings;
        return settings with
        {
            DurationSeconds = Math.Min(settings.DurationSeconds, most),
            SoftCloseSeconds = Part(settings.SoftCloseSeconds),
            CycleSeconds = settings.CycleSeconds is { } cycle ? Part(cycle) : null,
            SealedSeconds = settings.SealedSeconds is { } sealing ? Part(sealing) : null,
            LastWordSeconds = settings.LastWordSeconds is { } word ? Part(word) : null,
            LatestEndSeconds = settings.LatestEndSeconds is { } latest ? Part(latest) : null,
            Path = settings.Path is { } path ? path with { IntervalSeconds = Math.Max(1, (int)((long)path.IntervalSeconds * most / lasts)) } : null,
        };

        int Part(int seconds) => Math.Min(seconds, Math.Max(10, (int)((long)seconds * most / lasts)));
    }

    /// <summary>What a rehearsal's terms must not have, and the mark that they must; null when nothing is wrong.</summary>
    public static string? Fault(Terms terms)
    {
        if (terms.RehearsalOf is not { } of) return IsId(terms.Auction) ? "rehearsalOf" : null;
        if (!IsId(terms.Auction) || of.Length is 0 or > LongestId || IsId(of)) return "rehearsalOf";
        // No money, nobody's right.
        return terms.DepositFen != 0 ? "depositFen" : terms.Match is not null ? "match" : CanPractise(terms.Format) ? null : "format";
    }
}
