using System.Globalization;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Payments.Plans;

namespace Marketplace.Auctions;

/// <summary>付款方式 in the form: parts as rows, of which empty ones do not count, and the royalties of an entry fee.</summary>
public sealed partial class LotFormModel
{
    private static readonly string[] RoyaltyFields = ["royalty.months", "royalty.bands", "royalty.minimum", "royalty.cap"];

    private const string ProfileMonths = "36", ProfileBands = "3";

    /// <summary>When a part is released; the right offered says what the default is.</summary>
    public enum ReleaseOn { Default, Registration, Acceptance, Milestone }

    public sealed class PartWriting
    {
        /// <summary>In percent, as typed.</summary>
        public string? Share { get; set; }
        public string? After { get; set; }
        public PeriodUnit Unit { get; set; }
        public ReleaseOn Release { get; set; }
        public string? Milestone { get; set; }

        public bool IsEmpty => string.IsNullOrWhiteSpace(Share) && string.IsNullOrWhiteSpace(After) && string.IsNullOrWhiteSpace(Milestone);
    }

    public sealed class RoyaltyWriting
    {
        public RoyaltyBase Base { get; set; }
        public string? Months { get; set; } = ProfileMonths;
        public RoyaltyCycle Cycle { get; set; } = RoyaltyCycle.Quarter;
        public string? Bands { get; set; } = ProfileBands;
        public string? Minimum { get; set; }
        public string? Cap { get; set; }
        public int DeclareDays { get; set; } = 30;
        public int PayDays { get; set; } = 15;
        public int NoticeDays { get; set; } = 15;
    }

    public sealed partial class Writing
    {
        public PlanKind Payment { get; set; }
        public List<PartWriting> Parts { get; set; } = [];
        public RoyaltyWriting Royalty { get; set; } = new();
    }

    private static void Fill(Writing input, AnnouncedPlan? plan)
    {
        var standard = AnnouncedPlan.Default(transfersPatent: true);
        input.Payment = (plan ?? standard).Kind;
        input.Parts =
        [
            .. (plan ?? standard).Parts.Select(p => new PartWriting
            {
                Share = PlanSays.Percent(p.ShareBp),
                After = p.Due.Count.ToString(CultureInfo.InvariantCulture),
                Unit = p.Due.Unit,
                Release = plan is null ? ReleaseOn.Default : Enum.Parse<ReleaseOn>(p.Release.ToString()),
                Milestone = p.Milestone,
            }),
        ];
        if (plan?.Royalty is not { } royalty) return;
        input.Royalty = new RoyaltyWriting
        {
            Base = royalty.Base,
            Months = royalty.Months.ToString(CultureInfo.InvariantCulture),
            Cycle = royalty.Cycle,
            Bands = RoyaltyBands.Write(royalty.Bands, royalty.Base),
            Minimum = royalty.MinimumFen is { } minimum ? Fen.Plain(minimum) : null,
            Cap = royalty.CapFen is { } cap ? Fen.Plain(cap) : null,
            DeclareDays = royalty.DeclareDays,
            PayDays = royalty.PayDays,
            NoticeDays = royalty.NoticeDays,
        };
    }

    /// <summary>The plan as it was typed; what is wrong with it stands at its fields. Null for the default.</summary>
    private AnnouncedPlan? PaymentOf(Writing input, long leastFen)
    {
        input.Parts.RemoveAll(p => p.IsEmpty);
        if (input.Parts.Count == 0 && input.Payment == PlanKind.AtOnce) return null;
        var transfers = input.Right == RightOffered.Assignment;
        var plan = new AnnouncedPlan(input.Payment)
        {
            Parts = [.. input.Parts.Select((part, i) => PartOf(part, i, transfers))],
            Royalty = input.Payment == PlanKind.EntryFee ? RoyaltyOf(input.Royalty) : null,
        };
        // Everything at once: what could not be read has its fault already, and is not judged a second time.
        var readsParts = !input.Parts.Where((_, i) => (Faults.Invalid($"parts[{i}].share") ?? Faults.Invalid($"parts[{i}].due")) is not null).Any();
        var readsRoyalty = RoyaltyFields.All(f => Faults.Invalid(f) is null);
        foreach (var fault in plan.Check(Fen.IsAmount(leastFen) ? leastFen : Fen.Most, StatutoryDays.DayOf(clock.GetUtcNow()), transfers))
        {
            if (fault.Field.StartsWith("royalty", StringComparison.Ordinal) ? readsRoyalty : readsParts) Faults.Add(fault);
        }

        return plan;
    }

    private AnnouncedPart PartOf(PartWriting part, int i, bool transfers)
    {
        // Two decimals of a percent are whole basis points, read as money is.
        if (!Fen.TryRead(part.Share, out var share) || share is < 1 or > AnnouncedPlan.WholeBp) Faults.Add(Refusal.PartSharesNotWhole, $"parts[{i}].share");
        if (!int.TryParse(part.After, NumberStyles.None, CultureInfo.InvariantCulture, out var after)) Faults.Add(Refusal.PartDueInvalid, $"parts[{i}].due");
        var release = part.Release switch
        {
            ReleaseOn.Registration => PartRelease.Registration,
            ReleaseOn.Acceptance => PartRelease.Acceptance,
            ReleaseOn.Milestone => PartRelease.Milestone,
            _ => transfers ? PartRelease.Registration : PartRelease.Acceptance,
        };
        return new AnnouncedPart((int)Math.Min(share, int.MaxValue), new Period(after, part.Unit), release, string.IsNullOrWhiteSpace(part.Milestone) ? null : part.Milestone.Trim());
    }

    private AnnouncedRoyalty RoyaltyOf(RoyaltyWriting royalty)
    {
        if (!int.TryParse(royalty.Months, NumberStyles.None, CultureInfo.InvariantCulture, out var months)) Faults.Add(Refusal.RoyaltyTimeInvalid, "royalty.months");
        var bands = RoyaltyBands.Read(royalty.Bands, royalty.Base);
        if (!bands.Done) Faults.Add(bands.Refusal.Value, "royalty.bands");
        return new AnnouncedRoyalty(royalty.Base, months, royalty.Cycle)
        {
            Bands = bands.Done ? bands.Value : [],
            MinimumFen = Amount(royalty.Minimum, "royalty.minimum"),
            CapFen = Amount(royalty.Cap, "royalty.cap"),
            DeclareDays = royalty.DeclareDays,
            PayDays = royalty.PayDays,
            NoticeDays = royalty.NoticeDays,
        };
    }
}
