using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Matching;

/// <summary>Whose confirmation it is. Stored by name.</summary>
public enum IntroductionSide { Demand, Supply }

/// <summary>Where an introduction stands. That it lapses and that its protection ends follow from the days. Stored by name.</summary>
public enum IntroductionState
{
    Open,

    /// <summary>Confirmed by both sides: protected.</summary>
    Confirmed,
    Declined,
    Withdrawn,

    /// <summary>The operator decided for another agency's claim on the same pair.</summary>
    Refused,
}

/// <summary>Who confirmed, and when.</summary>
public sealed record SideConfirmed(Guid Person, DateTimeOffset At);

/// <summary>引荐: an agency's dated pairing of a demand and an achievement. Immutable; every step gives the next state or a refusal.</summary>
public sealed record Introduction
{
    /// <summary>Unconfirmed by both in this time it lapses.</summary>
    public const int StandsForDays = 30;

    /// <summary>From the second confirmation (domain §8a.12).</summary>
    public const int ProtectedForDays = 180;

    public const int MostReason = 1000;

    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() }, IgnoreReadOnlyProperties = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public required Guid Id { get; init; }
    public required Guid Agency { get; init; }

    /// <summary>The person at the agency.</summary>
    public required Guid Broker { get; init; }
    public required Guid Demand { get; init; }
    public required Guid DemandOwner { get; init; }
    public required Guid Achievement { get; init; }
    public required Guid AchievementOwner { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>The agency's mandates that covered either thing on the day, for the fee and the voucher.</summary>
    public Guid? DemandMandate { get; init; }
    public Guid? SupplyMandate { get; init; }

    /// <summary>What binds the agency to either side, as it was told.</summary>
    public string? Related { get; init; }

    /// <summary>The achievement was in trade: nobody but the claimant knows of the claim before the close.</summary>
    public bool Sealed { get; init; }

    /// <summary>When the close opened a sealed claim; null again while the achievement is in trade once more.</summary>
    public DateTimeOffset? OpenedAt { get; init; }
    public IntroductionState State { get; init; }
    public SideConfirmed? DemandConfirmed { get; init; }
    public SideConfirmed? SupplyConfirmed { get; init; }

    /// <summary>Why it was declined, withdrawn or refused.</summary>
    public string? Reason { get; init; }

    /// <summary>Counts changes; the concurrency token on both databases.</summary>
    public int Version { get; init; } = 1;

    /// <summary>双方代理: the agency acts for both sides, and the voucher says so.</summary>
    public bool ForBothSides => DemandMandate is not null && SupplyMandate is not null;

    public bool IsSealed => Sealed && OpenedAt is null;

    /// <summary>The last day on which it can be confirmed.</summary>
    public DateOnly StandsUntil => Days.After(Days.Of(OpenedAt ?? At), StandsForDays);

    public DateTimeOffset? ConfirmedAt => this is { DemandConfirmed: { } demand, SupplyConfirmed: { } supply } ? (demand.At > supply.At ? demand.At : supply.At) : null;

    /// <summary>The last protected day, to 24:00 in Beijing; null before both have confirmed.</summary>
    public DateOnly? ProtectedUntil => State is IntroductionState.Confirmed && ConfirmedAt is { } at ? Days.After(Days.Of(at), ProtectedForDays) : null;

    public SideConfirmed? Of(IntroductionSide side) => side == IntroductionSide.Demand ? DemandConfirmed : SupplyConfirmed;

    /// <summary>Waits for a confirmation; a sealed claim waits for the close first.</summary>
    public bool IsOpen(DateTimeOffset now) => State is IntroductionState.Open && (IsSealed || now < Days.EndOf(StandsUntil));

    public bool IsProtected(DateTimeOffset now) => ProtectedUntil is { } end && now < Days.EndOf(end);

    public bool SamePair(Introduction other) => Demand == other.Demand && Achievement == other.Achievement;

    public string Write() => JsonSerializer.Serialize(this, Json);

    public static Introduction Read(string json) => JsonSerializer.Deserialize<Introduction>(json, Json)!;

    /// <summary>
    /// Whether the claim may be made beside the others on the same pair. Order of refusals: IntroducesItself,
    /// BothSidesNotAgreed, RelationNotDisclosed, IntroducedAlready, PairProtected. A sealed claim of others is as if it were not there.
    /// </summary>
    /// <param name="others">Every introduction of the same pair.</param>
    /// <param name="bothAgreed">Both mandates say that the client was told and agrees to an agency for both sides.</param>
    /// <param name="related">The market's records say that the agency belongs together with a side that it knows.</param>
    public Result<Introduction> Claim(IEnumerable<Introduction> others, bool bothAgreed, bool related, DateTimeOffset now)
    {
        if (DemandOwner == AchievementOwner || Agency == DemandOwner || Agency == AchievementOwner) return Refusal.IntroducesItself;
        if (ForBothSides && !bothAgreed) return Refusal.BothSidesNotAgreed;
        if (related && string.IsNullOrWhiteSpace(Related)) return Result<Introduction>.Refuse(Refusal.RelationNotDisclosed, "related");
        foreach (var other in others.Where(o => SamePair(o) && o.Id != Id))
        {
            if (other.Agency == Agency && (other.IsOpen(now) || other.IsProtected(now))) return Result<Introduction>.Refuse(Refusal.IntroducedAlready, other.Id.ToString());
            if (other.IsProtected(now)) return Result<Introduction>.Refuse(Refusal.PairProtected, other.Id.ToString());
        }

        return this;
    }

    /// <summary>Claims of other agencies that stand against this one and are not decided; none of them can be confirmed.</summary>
    public IEnumerable<Introduction> Competing(IEnumerable<Introduction> others, DateTimeOffset now) =>
        IsSealed || !IsOpen(now) ? [] : others.Where(o => SamePair(o) && o.Id != Id && o.Agency != Agency && !o.IsSealed && o.IsOpen(now));

    /// <summary>Order of refusals: NotFound (sealed), IntroductionNotOpen, PairProtected, ClaimsCompete. The same side twice gets the first answer.</summary>
    public Result<Introduction> Confirm(IntroductionSide side, Guid person, IEnumerable<Introduction> others, DateTimeOffset now)
    {
        if (IsSealed) return Refusal.NotFound;
        if (Of(side) is not null && State is IntroductionState.Open or IntroductionState.Confirmed) return this;
        if (!IsOpen(now)) return Refusal.IntroductionNotOpen;
        var all = others.ToList();
        if (all.Exists(o => SamePair(o) && o.Id != Id && o.IsProtected(now))) return Refusal.PairProtected;
        if (Competing(all, now).Any()) return Refusal.ClaimsCompete;
        var next = side == IntroductionSide.Demand ? this with { DemandConfirmed = new SideConfirmed(person, now) } : this with { SupplyConfirmed = new SideConfirmed(person, now) };
        return next with { Version = Version + 1, State = next.ConfirmedAt is null ? IntroductionState.Open : IntroductionState.Confirmed };
    }

    public Result<Introduction> Decline(string? reason, DateTimeOffset now) =>
        IsSealed ? Refusal.NotFound : End(IntroductionState.Declined, reason, now);

    public Result<Introduction> Withdraw(DateTimeOffset now) =>
        !IsOpen(now) ? Refusal.IntroductionNotOpen : this with { State = IntroductionState.Withdrawn, Version = Version + 1 };

    /// <summary>The operator decided on the records for another claim.</summary>
    public Result<Introduction> Refuse(string? reason, DateTimeOffset now) => IsSealed ? Refusal.NotFound : End(IntroductionState.Refused, reason, now);

    /// <summary>The close of the lot opens the claim to both owners; its days run from here.</summary>
    public Introduction Open(DateTimeOffset now) => IsSealed ? this with { OpenedAt = now, Version = Version + 1 } : this;

    /// <summary>The lot was announced while the claim waited: from here on nobody but the claimant knows more of it before the close. What was confirmed stays.</summary>
    public Introduction Seal(DateTimeOffset now) => IsSealed || !IsOpen(now) ? this : this with { Sealed = true, OpenedAt = null, Version = Version + 1 };

    /// <summary>
    /// The deal follows from this introduction: the same achievement went to the owner of the demand, under protection; a
    /// sealed claim was made before the sale and confirmed by both after it.
    /// </summary>
    public bool LedTo(Guid achievement, Guid buyer, DateTimeOffset concludedAt) =>
        Achievement == achievement && DemandOwner == buyer && State is IntroductionState.Confirmed
        && (Sealed ? At <= concludedAt && concludedAt < Days.EndOf(ProtectedUntil!.Value) : ConfirmedAt <= concludedAt && concludedAt < Days.EndOf(ProtectedUntil!.Value));

    private Result<Introduction> End(IntroductionState state, string? reason, DateTimeOffset now)
    {
        if (!IsOpen(now)) return Refusal.IntroductionNotOpen;
        var why = Text.Require(reason, MostReason, "reason");
        return why.Then<Introduction>(said => this with { State = state, Reason = said.Trim(), Version = Version + 1 });
    }
}

/// <summary>What can happen to an introduction. Stored by name with each version.</summary>
public enum IntroductionAct { Claim, Confirm, Decline, Withdraw, Refuse, Open, Seal }

/// <summary>What an agency says when it introduces a pair.</summary>
/// <param name="Related">What binds it to either side; null when it said that nothing does.</param>
public sealed record NewClaim(Guid Agency, Guid DemandOwner, string DemandTitle, string? Related = null);
