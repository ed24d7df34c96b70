using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Plans;

/// <summary>A declaration that did not come.</summary>
/// <param name="Due">The last day it should have come on.</param>
/// <param name="GuaranteedFen">What the period comes to even if nothing was sold.</param>
public sealed record OverdueDeclaration(RoyaltyPeriod Period, DateOnly Due, int DaysLate, long GuaranteedFen);

/// <summary>What may be done with a royalty account. Pure; the refusals are checked in the order of each body.</summary>
public static class Royalties
{
    /// <summary>How long after a period the buyer keeps its books. A default of the market.</summary>
    public const int BooksYears = 3;

    /// <summary>Declares a period, or corrects what was declared; what an inspection found stands.</summary>
    /// <param name="amount">Fen or pieces; zero where nothing was sold.</param>
    public static Result<RoyaltyEvent> Declare(RoyaltyAccount account, int period, long amount, DateTimeOffset at)
    {
        if (account.Period(period) is not { } declared) return Refusal.UnknownRoyaltyPeriod;
        if (Days.Of(at) <= declared.Until) return Refusal.RoyaltyPeriodNotOver;
        if (!IsCarried(account.Terms, account.Bases.SetItem(period, amount))) return Refusal.AmountOutOfRange;
        if (account.OpenInspection?.Covers(period) == true) return Refusal.PeriodUnderInspection;
        if (account.Inspected.Contains(period)) return Refusal.FoundBaseStands;
        return new RoyaltyDeclared(period, amount, at);
    }

    /// <summary>The declarations that are late on a day, oldest first.</summary>
    public static ImmutableArray<OverdueDeclaration> Overdue(RoyaltyAccount account, DateOnly today)
    {
        var late = account.Periods.Where(p => !account.Bases.ContainsKey(p.Number) && account.DeclarationDue(p) < today).ToImmutableArray();
        var dues = account.Terms.Dues(account.Periods, account.Bases.AddRange(late.Select(p => KeyValuePair.Create(p.Number, 0L))));
        return [.. late.Select(p => new OverdueDeclaration(p, account.DeclarationDue(p), today.DayNumber - account.DeclarationDue(p).DayNumber, dues[p.Number - 1]))];
    }

    /// <summary>Once in twelve months, for periods that are declared or late, whose books are still kept and were not seen before.</summary>
    public static Result<RoyaltyEvent> AskInspection(RoyaltyAccount account, int first, int last, DateTimeOffset at)
    {
        var today = Days.Of(at);
        if (account.OpenInspection is not null) return Refusal.InspectionOutOfTurn;
        if (account.Period(first) is not { } from || account.Period(last) is not { } until || last < first) return Refusal.UnknownRoyaltyPeriod;
        // One that was given up before the books were seen takes nothing away.
        if (account.Inspection is { Found: not null } before && today < Days.Of(before.AskedAt).AddYears(1)) return Refusal.InspectionOnceAYear;
        if (account.Periods[(first - 1)..last].FirstOrDefault(p => !account.Bases.ContainsKey(p.Number) && account.DeclarationDue(p) >= today) is { } early) return Refused(Refusal.InspectionTooEarly, early.Number);
        if (today > from.Until.AddYears(BooksYears)) return Refused(Refusal.BooksNoLongerKept, from.Number);
        if (account.Inspected.Where(p => p >= from.Number && p <= until.Number).Select(p => (int?)p).FirstOrDefault() is { } seen) return Refused(Refusal.FoundBaseStands, seen);
        return new InspectionAsked(first, last, at);
    }

    /// <summary>Sets the day, or moves it; never before the notice has run.</summary>
    public static Result<RoyaltyEvent> ScheduleInspection(RoyaltyAccount account, DateOnly day, DateTimeOffset at)
    {
        if (account.OpenInspection is not { State: InspectionState.Asked or InspectionState.Scheduled } open) return Refusal.InspectionOutOfTurn;
        return day < Days.After(Days.Of(open.AskedAt), account.Terms.NoticeDays) ? Refusal.InspectionTooEarly : new InspectionScheduled(day, at);
    }

    /// <summary>What was found, or what it was corrected to before it is settled.</summary>
    /// <param name="found">The base of each inspected period, from the first to the last.</param>
    public static Result<RoyaltyEvent> ReportInspection(RoyaltyAccount account, ImmutableArray<long> found, DateTimeOffset at)
    {
        if (account.OpenInspection is not { State: InspectionState.Scheduled or InspectionState.Reported } open) return Refusal.InspectionOutOfTurn;
        if (Days.Of(at) < open.Day) return Refusal.InspectionTooEarly;
        if (found.Length != open.Last - open.First + 1) return Refusal.MalformedRequest;
        return IsCarried(account.Terms, account.With(open, found)) ? new InspectionReported(found, at) : Refusal.AmountOutOfRange;
    }

    /// <summary>Both sides accept what was found, or a judgment says so.</summary>
    public static Result<RoyaltyEvent> SettleInspection(RoyaltyAccount account, DateTimeOffset at) =>
        account.OpenInspection is { State: InspectionState.Reported } ? new InspectionSettled(at) : Refusal.InspectionOutOfTurn;

    /// <summary>The seller gives it up, at any step before it is settled.</summary>
    public static Result<RoyaltyEvent> WithdrawInspection(RoyaltyAccount account, DateTimeOffset at) =>
        account.OpenInspection is not null ? new InspectionWithdrawn(at) : Refusal.InspectionOutOfTurn;

    /// <summary>No base is negative, and neither they nor the royalty on them is more than the market can carry.</summary>
    private static bool IsCarried(RoyaltyTerms terms, ImmutableSortedDictionary<int, long> bases)
    {
        var sum = bases.Values.Aggregate(Int128.Zero, (all, of) => all + of);
        return bases.Values.All(of => of >= 0) && sum <= Fen.Most && terms.On((long)sum) <= Fen.Most;
    }

    private static Result<RoyaltyEvent> Refused(Refusal refusal, int period) => Result<RoyaltyEvent>.Refuse(refusal, period.ToString(CultureInfo.InvariantCulture));
}
