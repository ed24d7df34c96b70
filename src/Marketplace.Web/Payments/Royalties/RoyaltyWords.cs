using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Shared;
using Microsoft.Extensions.Localization;

namespace Marketplace.Payments.Royalties;

/// <summary>Terms, bases and states of royalties in the reader's words: the page, the paper and the files say the same.</summary>
public static class RoyaltyWords
{
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Span(RoyaltyPeriod period) => $"{Day(period.From)} – {Day(period.Until)}";

    /// <summary>Yuan with fen, or whole pieces.</summary>
    public static string Base(RoyaltyTerms terms, long amount) => terms.Base == RoyaltyBase.Units ? amount.ToString("#,##0", CultureInfo.InvariantCulture) : Fen.Exact(amount);

    /// <summary>With its unit, where no head of a table says it.</summary>
    public static string Said(RoyaltyTerms terms, long amount, IStringLocalizer texts) => terms.Base == RoyaltyBase.Units ? texts["Pieces", Base(terms, amount)].Value : $"¥{Base(terms, amount)}";

    /// <summary>Reads a base as it is typed; zero is one, nothing typed is none.</summary>
    public static Result<long> ReadBase(RoyaltyTerms terms, string? typed)
    {
        if (string.IsNullOrWhiteSpace(typed)) return Result<long>.Refuse(Refusal.Required, "base");
        if (terms.Base != RoyaltyBase.Units) return Fen.TryRead(typed, out var fen) ? fen : Result<long>.Refuse(Refusal.RoyaltyBaseInvalid, "base");
        var digits = string.Concat(Text.Narrow(typed).Where(c => c is not (',' or ' ')));
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var pieces) && pieces <= Fen.Most ? pieces : Result<long>.Refuse(Refusal.RoyaltyBaseInvalid, "base");
    }

    /// <summary>Each band: the part of the summed base, and its rate.</summary>
    public static IEnumerable<string> Bands(RoyaltyTerms terms, IStringLocalizer texts)
    {
        long from = 0;
        foreach (var band in terms.Bands)
        {
            var rate = terms.Base == RoyaltyBase.Units ? texts["Rate.Unit", Fen.Exact(band.Rate)].Value : string.Create(CultureInfo.InvariantCulture, $"{band.Rate / 100m:0.##} %");
            yield return band.UpTo is { } end ? texts["Band.Between", Said(terms, from, texts), Said(terms, end, texts), rate].Value
                : from == 0 ? rate : texts["Band.Above", Said(terms, from, texts), rate].Value;
            from = band.UpTo ?? from;
        }
    }

    /// <summary>All of the terms, label and value.</summary>
    public static IEnumerable<(string Label, string Value)> Terms(RoyaltyTerms terms, IStringLocalizer texts)
    {
        yield return (texts["Terms.Base"], texts[$"Base.{terms.Base}"]);
        yield return (texts["Terms.Rate"], string.Join(texts["Semicolon"], Bands(terms, texts)));
        yield return (texts["Terms.Time"], $"{Day(terms.From)} – {Day(terms.Until)}");
        yield return (texts["Terms.Cycle"], texts[$"Cycle.{terms.Cycle}"]);
        if (terms.MinimumFen is { } minimum) yield return (texts["Terms.Minimum"], $"¥{Fen.Exact(minimum)}");
        if (terms.CapFen is { } cap) yield return (texts["Terms.Cap"], $"¥{Fen.Exact(cap)}");
        yield return (texts["Terms.Declare"], texts.Count("Terms.Days", terms.DeclareDays));
        yield return (texts["Terms.Pay"], texts.Count("Terms.Days", terms.PayDays));
        yield return (texts["Terms.Notice"], texts.Count("Terms.Days", terms.NoticeDays));
    }

    /// <summary>The periods that have begun, and the next one.</summary>
    public static IEnumerable<PeriodView> Periods(FoundRoyalties found, DateTimeOffset now)
    {
        var (account, royalties, today) = (found.Account, found.Royalties, Days.Of(now));
        var dues = account.Dues;
        return account.Periods.TakeWhile(p => p.From <= today || p.Number == 1).Select(p => new PeriodView(
            p, account.DeclarationDue(p), account.Bases.TryGetValue(p.Number, out var of) ? of : null, dues[p.Number - 1], account.Charges.Where(c => c.Period == p.Number).Sum(c => c.AmountFen),
            account.Inspected.Contains(p.Number) ? PeriodState.Found
            : account.OpenInspection?.Covers(p.Number) == true ? PeriodState.Inspected
            : account.Bases.ContainsKey(p.Number) ? PeriodState.Declared
            : royalties.Ended is not null ? PeriodState.Off
            : today <= p.Until ? PeriodState.Runs
            : account.DeclarationDue(p) < today ? PeriodState.Late
            : PeriodState.Due));
    }

    public static string Tone(PeriodState state) => state switch
    {
        PeriodState.Declared or PeriodState.Found => "ok",
        PeriodState.Due or PeriodState.Inspected => "warn",
        PeriodState.Late => "bad",
        PeriodState.Runs => "plan",
        PeriodState.Off => "off",
    };
}

/// <summary>How a period stands.</summary>
public enum PeriodState { Declared, Found, Inspected, Due, Late, Runs, Off }

/// <param name="Base">Null until it is declared or found.</param>
/// <param name="ComesToFen">By what is declared or found.</param>
/// <param name="ChargedFen">What its declarations made owed; what an inspection made owed belongs to no period.</param>
public sealed record PeriodView(RoyaltyPeriod Period, DateOnly Due, long? Base, long ComesToFen, long ChargedFen, PeriodState State);
