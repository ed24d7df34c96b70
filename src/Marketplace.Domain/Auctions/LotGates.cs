using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>What must be answered, with a file, before a lot may be announced. Stored by name.</summary>
public enum Gate
{
    /// <summary>The seller is the right holder by the register.</summary>
    RightHolder,

    /// <summary>Every co-owner agrees to a transfer or to an exclusive or sole licence (专利法 14).</summary>
    CoOwnerConsent,

    /// <summary>Life and legal status of the IP, looked up on a day in a named place (专利法 42, 民法典 865).</summary>
    LegalStatus,

    /// <summary>非涉密 (促进科技成果转化法 6).</summary>
    NotClassified,

    /// <summary>Existing licences, which survive a transfer (技术合同解释 24).</summary>
    ExistingLicences,

    /// <summary>优先受让权: every holder notified, with proof (民法典 847). Licences know none.</summary>
    PriorityHolders,

    /// <summary>A result of public money is reported to the information system (促进科技成果转化法 11).</summary>
    PublicFundsReport,

    /// <summary>基准价格 with its basis (浙江条例 17).</summary>
    BasePrice,

    /// <summary>The unit's own decision on the way of pricing: body, day, paper.</summary>
    UnitDecision,
}

/// <summary>Where the offered IP stands with its office. Stored by name.</summary>
public enum IpStatus
{
    InForce,

    /// <summary>Within the six months with surcharge (专利法实施细则 115): a state, not a block.</summary>
    LateFee,

    /// <summary>An application under examination: only the right to the application can be sold.</summary>
    Pending,

    /// <summary>Lapsed, withdrawn or refused.</summary>
    Lapsed,

    /// <summary>Know-how, software: nothing is registered that could lapse.</summary>
    NotRegistered,
}

/// <summary>What is wrong with the answer to a gate.</summary>
public enum GateFault
{
    Missing, NoFile, NoDate, DateInFuture, NoSource, NoStatus, NotInForce, NoExpiry, Expired, LicenceBeyondLife, NoLicenceEnd, NoAmount, StartBelowBase, StartBelowAppraisal,
    NoService, NoticeTooLate, NoAnswerDate, OnlyForApplications,
}

/// <summary>One answer to one gate.</summary>
/// <param name="Party">The co-owner or the priority holder; empty where the gate asks once.</param>
/// <param name="Source">Where it was looked up, or which body decided.</param>
/// <param name="Expires">The last day of the IP, for <see cref="Gate.LegalStatus"/>.</param>
/// <param name="AmountFen">基准价格, for <see cref="Gate.BasePrice"/>.</param>
/// <param name="AppraisalFen">The appraised value, when there is an appraisal.</param>
public sealed record GateAnswer(
    Gate Gate, string Party = "", string? FileSha256 = null, string? FileName = null, string? Source = null, DateOnly? Date = null, string? Note = null,
    DateOnly? Expires = null, IpStatus? Status = null, long? AmountFen = null, long? AppraisalFen = null)
{
    /// <summary>What is said of one holder of 优先受让权; null for every other gate.</summary>
    public HolderNotice? Holder { get; init; }
}

/// <summary>How a holder of 优先受让权 was told, and what the answer was. The day of the notice is the answer's date, its proof the file.</summary>
/// <param name="Added">The ground of a holder whom the seller named; null for one who follows from the achievement.</param>
/// <param name="Rank">Another rank than the ground's own.</param>
public sealed record HolderNotice(NoticeService? Service, HolderAnswer Answer = HolderAnswer.None, DateOnly? AnsweredOn = null, PriorityGround? Added = null, int? Rank = null)
{
    /// <summary>The ground: what the seller named, otherwise what follows from the achievement.</summary>
    public PriorityGround Ground { get; init; } = Added ?? PriorityGround.Completer;
}

/// <summary>What the achievement's record says that decides which gates are asked and of whom.</summary>
/// <param name="CoOwners">The right holders besides the seller.</param>
/// <param name="PriorityHolders">The 完成人 of a 职务成果, and others whom law or agreement puts first; none for a licence.</param>
/// <param name="PublicFunds">Made with 财政资金.</param>
public sealed record LotFacts(ImmutableArray<string> CoOwners, ImmutableArray<PriorityHolder> PriorityHolders, bool PublicFunds);

/// <summary>What is offered at what price, as far as a gate looks at it.</summary>
/// <param name="PlannedFromFen">
/// In a later round of the announced plan, the start price of the first: the lowering was decided with it, so that the
/// base price and the appraisal are compared with that one.
/// </param>
public sealed record LotOffer(RightOffered Right, DateOnly? LicenceUntil, long StartPriceFen, long? PlannedFromFen = null);

/// <summary>A gate that does not let the lot through.</summary>
public readonly record struct GateFinding(Gate Gate, string Party, GateFault Fault);

/// <summary>
/// The gates of domain.md §2.1 and §8a.1. A pure function of the answers: the same list is shown to the university while
/// it fills them in, and decides whether the operator can announce.
/// </summary>
public static class LotGates
{
    /// <summary>The start price is at least this part of an appraisal, in percent (网络司法拍卖规定 10).</summary>
    public const int LeastPercentOfAppraisal = 70;

    /// <summary>How a platform 竞价 on a university's result is recorded (§8a.1).</summary>
    public const string WayOfPricing = "在技术交易市场挂牌交易（网络竞价）";

    /// <summary>A listing proper, whether one intent has it or several bid.</summary>
    public const string WayOfListing = "在技术交易市场挂牌交易";

    /// <summary>拍卖 by a licensed house: a procedure of its own in 条例 17.</summary>
    public const string WayOfAuction = "拍卖";

    /// <summary>The gates this offer has to pass, with the parties each asks, in the order they are shown.</summary>
    public static ImmutableArray<(Gate Gate, string Party)> Asked(LotFacts facts, RightOffered right)
    {
        var asked = ImmutableArray.CreateBuilder<(Gate, string)>();
        asked.Add((Gate.RightHolder, ""));
        // A co-owner alone may give an ordinary licence and shares the fee.
        if (right != RightOffered.OrdinaryLicence) asked.AddRange(facts.CoOwners.Select(owner => (Gate.CoOwnerConsent, owner)));
        asked.Add((Gate.LegalStatus, ""));
        asked.Add((Gate.NotClassified, ""));
        asked.Add((Gate.ExistingLicences, ""));
        if (right == RightOffered.Assignment)
        {
            // That nobody has priority must be said and signed too.
            if (facts.PriorityHolders.IsEmpty) asked.Add((Gate.PriorityHolders, ""));
            else asked.AddRange(facts.PriorityHolders.Select(holder => (Gate.PriorityHolders, holder.Name)));
        }

        if (facts.PublicFunds) asked.Add((Gate.PublicFundsReport, ""));
        asked.Add((Gate.BasePrice, ""));
        asked.Add((Gate.UnitDecision, ""));
        return asked.ToImmutable();
    }

    /// <summary>What is missing or wrong, at most one finding for each gate and party; empty when the lot may be announced.</summary>
    /// <param name="today">The day in Beijing.</param>
    public static ImmutableArray<GateFinding> Check(LotFacts facts, LotOffer offer, IReadOnlyCollection<GateAnswer> answers, DateOnly today)
    {
        var findings = ImmutableArray.CreateBuilder<GateFinding>();
        foreach (var (gate, party) in Asked(facts, offer.Right))
        {
            var answer = answers.FirstOrDefault(a => a.Gate == gate && a.Party == party);
            var fault = gate == Gate.PriorityHolders && !MayHave(facts, party, answers) ? GateFault.OnlyForApplications
                : answer is null ? GateFault.Missing
                : FaultOf(answer, offer, today);
            if (fault is { } found) findings.Add(new GateFinding(gate, party, found));
        }

        return findings.ToImmutable();
    }

    /// <summary>A holder by a ground of applications alone has it only where an application is sold (domain.md §8a.5).</summary>
    private static bool MayHave(LotFacts facts, string party, IReadOnlyCollection<GateAnswer> answers) =>
        facts.PriorityHolders.FirstOrDefault(h => h.Name == party) is not { } holder || Priority.Knows(holder.Ground, answers.Any(a => a.Status == IpStatus.Pending));

    private static GateFault? FaultOf(GateAnswer answer, LotOffer offer, DateOnly today)
    {
        // A notice that cannot be proven needs no paper: its holder may match afterwards instead.
        var proven = answer is not { Gate: Gate.PriorityHolders, Holder.Service: NoticeService.Unproven };
        if (proven && string.IsNullOrEmpty(answer.FileSha256)) return GateFault.NoFile;
        if (answer.Date is not { } date) return GateFault.NoDate;
        if (date > today) return GateFault.DateInFuture;
        return answer.Gate switch
        {
            Gate.LegalStatus => FaultOfStatus(answer, offer, today),
            Gate.BasePrice => FaultOfPrice(answer, offer),
            Gate.RightHolder or Gate.UnitDecision => string.IsNullOrWhiteSpace(answer.Source) ? GateFault.NoSource : null,
            Gate.PriorityHolders => answer.Party.Length == 0 ? null : FaultOfNotice(answer.Holder, date, today),
            Gate.CoOwnerConsent or Gate.NotClassified or Gate.ExistingLicences or Gate.PublicFundsReport => null,
        };
    }

    private static GateFault? FaultOfStatus(GateAnswer answer, LotOffer offer, DateOnly today)
    {
        if (string.IsNullOrWhiteSpace(answer.Source)) return GateFault.NoSource;
        var licence = offer.Right != RightOffered.Assignment;
        switch (answer.Status)
        {
            case null: return GateFault.NoStatus;
            case IpStatus.Lapsed: return GateFault.NotInForce;
            case IpStatus.Pending: return licence && offer.LicenceUntil is null ? GateFault.NoLicenceEnd : null;
            case IpStatus.NotRegistered: return null;
            case IpStatus.InForce or IpStatus.LateFee:
                if (answer.Expires is not { } expires) return GateFault.NoExpiry;
                if (expires < today) return GateFault.Expired;
                if (!licence) return null;
                // Without an end a licence has no limit in time (技术合同解释 28), which is beyond any patent's life.
                return offer.LicenceUntil is not { } until ? GateFault.NoLicenceEnd : until > expires ? GateFault.LicenceBeyondLife : null;
            default: throw new ArgumentOutOfRangeException(nameof(answer));
        }
    }

    private static GateFault? FaultOfNotice(HolderNotice? notice, DateOnly notified, DateOnly today) =>
        notice?.Service is not { } service ? GateFault.NoService
        : !Priority.IsTimely(service, notified, today) ? GateFault.NoticeTooLate
        : notice.Answer != HolderAnswer.None && notice.AnsweredOn is null ? GateFault.NoAnswerDate
        : notice.AnsweredOn > today ? GateFault.DateInFuture
        : null;

    private static GateFault? FaultOfPrice(GateAnswer answer, LotOffer offer)
    {
        if (answer.AmountFen is not { } basis || !Fen.IsAmount(basis)) return GateFault.NoAmount;
        var start = offer.PlannedFromFen ?? offer.StartPriceFen;
        if (answer.AppraisalFen is { } appraisal && (Int128)start * 100 < (Int128)appraisal * LeastPercentOfAppraisal) return GateFault.StartBelowAppraisal;
        return start < basis ? GateFault.StartBelowBase : null;
    }
}
