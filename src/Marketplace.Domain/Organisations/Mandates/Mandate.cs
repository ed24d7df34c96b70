using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Organisations.Mandates;

/// <summary>One of the two who sign. Stored by name.</summary>
public enum MandateParty { Agency, Client }

/// <summary>Where a mandate stands. That it runs out with its last day follows from the day, not from a state. Stored by name.</summary>
public enum MandateState { Proposed, Signed, Declined, Withdrawn }

/// <summary>What can happen to a mandate. Stored by name with each version.</summary>
public enum MandateAct
{
    Propose,

    /// <summary>Other terms: the signatures given so far fall.</summary>
    Revise,
    Sign,
    Decline,
    Withdraw,

    /// <summary>One side ends it after the notice that was agreed.</summary>
    GiveNotice,

    /// <summary>One side asks the other to end it on a day.</summary>
    ProposeEnd,
    AgreeEnd,
}

/// <summary>Whose signature, and when.</summary>
public sealed record MandateSignature(Guid Person, string Name, DateTimeOffset At);

/// <summary>委托: what an agency may do for a client, signed by both. Immutable; every step gives the next state or a refusal.</summary>
public sealed record Mandate
{
    /// <summary>A proposal that was not signed by both in this time has lapsed.</summary>
    public const int StandsForDays = 30;

    public const int MostReason = 1000;

    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() }, IgnoreReadOnlyProperties = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public required Guid Id { get; init; }
    public required Guid Agency { get; init; }
    public required Guid Client { get; init; }
    public required MandateTerms Terms { get; init; }
    public MandateState State { get; init; }

    /// <summary>Who put the present terms on the table; the other side answers.</summary>
    public required MandateParty By { get; init; }
    public required DateTimeOffset ProposedAt { get; init; }
    public MandateSignature? AgencySigned { get; init; }
    public MandateSignature? ClientSigned { get; init; }

    /// <summary>The last day, when it was ended before its time.</summary>
    public DateOnly? EndsOn { get; init; }

    /// <summary>Who asks for an end by agreement, and for which day.</summary>
    public MandateParty? EndAskedBy { get; init; }
    public DateOnly? EndAskedFor { get; init; }

    /// <summary>The mandate that this one goes on from.</summary>
    public Guid? Renews { get; init; }

    /// <summary>Counts changes; the concurrency token on both databases.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The last day on which it holds.</summary>
    public DateOnly LastDay => EndsOn is { } end && end < Terms.Until ? end : Terms.Until;

    /// <summary>The last day on which the proposal can be signed.</summary>
    public DateOnly StandsUntil => Days.After(Days.Of(ProposedAt), StandsForDays);

    public string Write() => JsonSerializer.Serialize(this, Json);

    public static Mandate Read(string json) => JsonSerializer.Deserialize<Mandate>(json, Json)!;

    public MandateSignature? SignatureOf(MandateParty party) => party == MandateParty.Agency ? AgencySigned : ClientSigned;

    public bool IsOpen(DateTimeOffset now) => State == MandateState.Proposed && now < Days.EndOf(StandsUntil);

    /// <summary>Signed by both, begun and not over.</summary>
    public bool IsActive(DateOnly today) => State is MandateState.Signed && Terms.From <= today && today <= LastDay;

    /// <summary>Signed by both and not over; it may begin later.</summary>
    public bool Stands(DateOnly today) => State is MandateState.Signed && today <= LastDay;

    /// <summary>Whoever writes new terms lets the signatures given so far fall, its own too.</summary>
    public Result<Mandate> Revise(MandateParty party, MandateTerms terms, DateTimeOffset now)
    {
        if (!IsOpen(now)) return Refusal.MandateNotOpen;
        return this with { Terms = terms, By = party, ProposedAt = now, AgencySigned = null, ClientSigned = null, Version = Version + 1 };
    }

    /// <summary>Order of refusals: MandateNotOpen, MandateSignedAlready, SignerOfBothSides (民法典 168), PeriodInvalid, then the conflicts.</summary>
    /// <param name="others">Every other mandate of this client that is signed.</param>
    public Result<Mandate> Sign(MandateParty party, MandateSignature signature, IEnumerable<Mandate> others, DateTimeOffset now)
    {
        if (!IsOpen(now)) return Refusal.MandateNotOpen;
        if (SignatureOf(party) is { } before) return before.Person == signature.Person ? this : Refusal.MandateSignedAlready;
        if (SignatureOf(party == MandateParty.Agency ? MandateParty.Client : MandateParty.Agency)?.Person == signature.Person) return Refusal.SignerOfBothSides;
        var today = Days.Of(now);
        if (Terms.Until < today) return Result<Mandate>.Refuse(Refusal.PeriodInvalid, "until");
        if (Conflict(others, today) is { } conflict) return Result<Mandate>.Refuse(conflict.Why, conflict.With.ToString());
        var next = party == MandateParty.Agency ? this with { AgencySigned = signature } : this with { ClientSigned = signature };
        return next with { Version = Version + 1, State = next is { AgencySigned: not null, ClientSigned: not null } ? MandateState.Signed : MandateState.Proposed };
    }

    public Result<Mandate> Decline(MandateParty party, DateTimeOffset now) =>
        !IsOpen(now) ? Refusal.MandateNotOpen
        : party == By ? Refusal.NotYourAnswer
        : this with { State = MandateState.Declined, Version = Version + 1 };

    public Result<Mandate> Withdraw(MandateParty party, DateTimeOffset now) =>
        !IsOpen(now) ? Refusal.MandateNotOpen
        : party != By ? Refusal.NotYourAnswer
        : this with { State = MandateState.Withdrawn, Version = Version + 1 };

    /// <summary>The days of the notice run from the day after it is given to 24:00 of the last one. A later notice never moves an earlier end back.</summary>
    public Result<Mandate> GiveNotice(DateTimeOffset now)
    {
        var today = Days.Of(now);
        if (!Stands(today)) return Refusal.MandateNotInForce;
        if (EndsOn is not null) return Refusal.MandateEndsAlready;
        return this with { EndsOn = Days.After(today, Terms.NoticeDays), EndAskedBy = null, EndAskedFor = null, Version = Version + 1 };
    }

    public Result<Mandate> ProposeEnd(MandateParty party, DateOnly day, DateTimeOffset now)
    {
        var today = Days.Of(now);
        if (!Stands(today)) return Refusal.MandateNotInForce;
        if (day < today || day >= LastDay) return Result<Mandate>.Refuse(Refusal.PeriodInvalid, "day");
        return this with { EndAskedBy = party, EndAskedFor = day, Version = Version + 1 };
    }

    /// <summary>The other side agrees to the day; a day that has passed meanwhile is today.</summary>
    public Result<Mandate> AgreeEnd(MandateParty party, DateTimeOffset now)
    {
        var today = Days.Of(now);
        if (!Stands(today)) return Refusal.MandateNotInForce;
        if (EndAskedBy is not { } asked || EndAskedFor is not { } day) return Refusal.NoEndAsked;
        if (asked == party) return Refusal.NotYourAnswer;
        return this with { EndsOn = day < today ? today : day, EndAskedBy = null, EndAskedFor = null, Version = Version + 1 };
    }

    /// <summary>
    /// An exclusive mandate excludes every other on the same side and scope in the same days; an agency never holds two
    /// for the same: it renews.
    /// </summary>
    public (Refusal Why, Guid With)? Conflict(IEnumerable<Mandate> others, DateOnly today)
    {
        foreach (var other in others)
        {
            if (other.Id == Id || other.Client != Client || other.State is not MandateState.Signed || other.LastDay < today) continue;
            var theirs = other.Terms with { Until = other.LastDay };
            if (!Terms.Overlaps(theirs)) continue;
            if (other.Agency == Agency) return (Refusal.MandateCoversAlready, other.Id);
            if (other.Terms.Exclusive || Terms.Exclusive) return (Refusal.ExclusiveMandateStands, other.Id);
        }

        return null;
    }
}

/// <summary>A mandate as the policy needs it: in force today, held by an agency of the actor's.</summary>
public sealed record HeldMandate(
    Guid Id, Guid Agency, Guid Client, OrganisationKind ClientKind, MandateSide Side, ImmutableArray<MandatePower> Powers, ImmutableArray<Guid> Subjects)
{
    /// <summary>竞买代理 was given. Not one of <see cref="PowerFor"/>: a lot's own 授权委托书 has to name the agency besides.</summary>
    public bool GivesBidding => Side is MandateSide.Demand && Powers.Contains(MandatePower.PlaceBids) && Subjects.IsEmpty;

    /// <summary>The act is one that can be given, was given, and is about something the mandate names.</summary>
    /// <param name="subject">What it is done to; null for what is not there yet, which only a mandate over everything covers.</param>
    public bool Covers(Act act, Guid? subject) =>
        (IsGivenWith(act, Side) || (PowerFor(act, Side) is { } power && Powers.Contains(power))) && (Subjects.IsEmpty || (subject is { } one && Subjects.Contains(one)));

    /// <summary>What every mandate of a side gives without a word: an agency that may not read what is recommended to its client could do nothing for it.</summary>
    public static bool IsGivenWith(Act act, MandateSide side) => side switch
    {
        MandateSide.Supply => act is Act.ReadAchievementRecommendations,
        MandateSide.Demand => act is Act.ReadDemandRecommendations or Act.JudgeRecommendations,
    };

    /// <summary>The whole table of what a client can give out of its hands. Money, signatures, priority, mandates and members are not in it.</summary>
    public static MandatePower? PowerFor(Act act, MandateSide side) => (act, side) switch
    {
        (Act.WriteAchievement, MandateSide.Supply) => MandatePower.WriteAchievements,
        (Act.WriteDemand, MandateSide.Demand) => MandatePower.WriteDemands,
        (Act.RespondToDemand, MandateSide.Supply) => MandatePower.AnswerDemands,
        _ => null,
    };
}
