using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Plans;

/// <summary>How a price is paid (民法典 846). Stored by name.</summary>
public enum PlanKind
{
    /// <summary>一次总算一次总付.</summary>
    AtOnce,

    /// <summary>一次总算分期支付.</summary>
    Instalments,

    /// <summary>提成支付附加预付入门费: the price is the entry fee, royalties come on top.</summary>
    EntryFee,

    /// <summary>提成支付: no price, only royalties.</summary>
    RoyaltyOnly,
}

/// <summary>When the escrowed money of a part goes to the seller. Stored by name.</summary>
public enum PartRelease
{
    /// <summary>专利权变更登记: a transfer takes effect with it (专利法 10).</summary>
    Registration,

    /// <summary>验收.</summary>
    Acceptance,

    /// <summary>What <see cref="PlannedPart.Milestone"/> says is reached.</summary>
    Milestone,
}

/// <summary>A part of the price.</summary>
/// <param name="Number">From 1, in the order of the dues.</param>
/// <param name="Due">The last day on which the buyer pays it into escrow.</param>
public sealed record PlannedPart(int Number, long AmountFen, DateOnly Due, PartRelease Release, string? Milestone = null);

/// <summary>付款方式: the parts of the price, and the royalties where there are any.</summary>
public sealed record PaymentPlan(PlanKind Kind)
{
    public const int MostParts = 12;
    public const int LongestMilestone = 200;

    public ImmutableArray<PlannedPart> Parts { get; init; } = [];

    public RoyaltyTerms? Royalty { get; init; }

    /// <summary>首付: the parts that are due on the first day are one payment, released in steps.</summary>
    public IEnumerable<PlannedPart> FirstPayment() => Parts.Where(p => p.Due == Parts[0].Due);

    /// <summary>Compared by what it says; an array would compare by where it lies.</summary>
    public bool Equals(PaymentPlan? other) => other is not null && (Kind, Royalty) == (other.Kind, other.Royalty) && Parts.SequenceEqual(other.Parts);

    public override int GetHashCode() => HashCode.Combine(Kind, Royalty, Parts.Length);
}

/// <summary>Which plans may be agreed.</summary>
/// <remarks>
/// Days and shares follow 企业国有资产交易监督管理办法 28, which binds state-owned enterprises and is the market's rule for
/// everybody. Its security and its interest on what is paid later are for the contract's text; a plan only divides the price.
/// </remarks>
public static class PaymentPlans
{
    /// <summary>Working days from signing to the first payment.</summary>
    public const int FirstWorkingDays = 5;

    /// <summary>30 % of the price, in basis points.</summary>
    public const int LeastFirstBp = 3000;

    public const int MostMonths = 12;

    /// <summary>
    /// Everything that keeps a plan from being agreed, in this order: the kind; the number of parts; their amounts, their sum
    /// and the first payment; the order of the dues, the first and the last; releases; milestones; royalties.
    /// </summary>
    /// <param name="priceFen">Zero where only royalties are paid.</param>
    public static ImmutableArray<Fault> Check(PaymentPlan plan, long priceFen, DateOnly signed, bool transfersPatent)
    {
        if (!Enum.IsDefined(plan.Kind)) return [new Fault("kind", Refusal.UnknownWord)];
        var faults = ImmutableArray.CreateBuilder<Fault>();
        var parts = plan.Parts;
        var (least, most) = CountOf(plan.Kind);
        if (parts.Length < least || parts.Length > most) faults.Add(new Fault("parts", Refusal.PartCountWrong));
        faults.AddRange(Each(parts, "amount", i => Fen.IsAmount(parts[i].AmountFen) ? null : Refusal.AmountOutOfRange));
        if (Sum(parts) != priceFen) faults.Add(new Fault("parts", Refusal.PartsNotThePrice));
        if (parts.Length > 1 && Sum(plan.FirstPayment()) * 10_000 < (Int128)priceFen * LeastFirstBp) faults.Add(new Fault("parts[0].amount", Refusal.FirstPartTooSmall));
        faults.AddRange(Each(parts, "due", i => parts[i].Number == i + 1 && parts[i].Due >= (i == 0 ? signed : parts[i - 1].Due) ? null : Refusal.PartsOutOfOrder));
        if (!parts.IsEmpty && parts[0].Due > FirstDue(signed)) faults.Add(new Fault("parts[0].due", Refusal.FirstPartTooLate));
        if (!parts.IsEmpty && parts[^1].Due > Days.AfterMonths(signed, MostMonths)) faults.Add(new Fault($"parts[{parts.Length - 1}].due", Refusal.LastPartTooLate));
        faults.AddRange(Each(parts, "release", i => !Enum.IsDefined(parts[i].Release) ? Refusal.UnknownWord
            : parts[i].Release == PartRelease.Registration && !transfersPatent ? Refusal.RegistrationNeedsTransfer
            : null));
        faults.AddRange(Each(parts, "milestone", i => parts[i].Release == PartRelease.Milestone
            ? Text.Require(parts[i].Milestone, PaymentPlan.LongestMilestone, "milestone").Refusal
            : parts[i].Milestone is null ? null : Refusal.MilestoneNotMeant));
        faults.AddRange(OfRoyalty(plan));
        return faults.ToImmutable();
    }

    private static DateOnly FirstDue(DateOnly signed) => Days.AfterWorkingDays(signed, FirstWorkingDays);

    private static (int Least, int Most) CountOf(PlanKind kind) => kind switch
    {
        PlanKind.AtOnce => (1, 1),
        PlanKind.Instalments => (2, PaymentPlan.MostParts),
        PlanKind.EntryFee => (1, PaymentPlan.MostParts),
        PlanKind.RoyaltyOnly => (0, 0),
    };

    private static IEnumerable<Fault> OfRoyalty(PaymentPlan plan) => (plan.Kind is PlanKind.EntryFee or PlanKind.RoyaltyOnly, plan.Royalty) switch
    {
        (true, { } terms) => terms.Check().Select(f => f with { Field = $"royalty.{f.Field}" }),
        (true, null) => [new Fault("royalty", Refusal.Required)],
        (false, null) => [],
        (false, _) => [new Fault("royalty", Refusal.RoyaltyNotMeant)],
    };

    private static Int128 Sum(IEnumerable<PlannedPart> parts) => parts.Aggregate(Int128.Zero, (sum, p) => sum + p.AmountFen);

    private static IEnumerable<Fault> Each(ImmutableArray<PlannedPart> parts, string field, Func<int, Refusal?> why) =>
        from i in Enumerable.Range(0, parts.Length)
        let refusal = why(i)
        where refusal is not null
        select new Fault($"parts[{i}].{field}", refusal.Value, refusal == Refusal.TooLong ? PaymentPlan.LongestMilestone.ToString(CultureInfo.InvariantCulture) : null);
}
