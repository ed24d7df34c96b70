using Marketplace.Domain.Common;

namespace Marketplace.Domain.Organisations;

/// <summary>
/// 双人复核: what one person proposes and another confirms before it is carried out. Immutable; every step gives the
/// next state or a refusal.
/// </summary>
public sealed record Approval
{
    public const int MostReason = 500;

    /// <summary>A proposal that nobody confirms in this time counts for nothing.</summary>
    public static readonly TimeSpan StandsFor = TimeSpan.FromHours(24);

    /// <summary>Also the id of the command that carries it out.</summary>
    public required Guid Id { get; init; }

    /// <summary>What is to be done: a name that the proposing capability understands.</summary>
    public required string What { get; init; }

    /// <summary>What it is done to, an id.</summary>
    public required string Subject { get; init; }

    /// <summary>Which of the named grounds.</summary>
    public required string Ground { get; init; }
    public required string Reason { get; init; }
    public string? EvidenceSha256 { get; init; }
    public string? EvidenceName { get; init; }
    public required Guid ProposedBy { get; init; }
    public required DateTimeOffset ProposedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public Guid? ConfirmedBy { get; init; }
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>Taken back by a person before it was confirmed.</summary>
    public DateTimeOffset? WithdrawnAt { get; init; }

    /// <summary>Carried out, or found impossible by then (<see cref="Refused"/>).</summary>
    public DateTimeOffset? DoneAt { get; init; }
    public string? Refused { get; init; }
    public bool Demo { get; init; }

    /// <summary>Counts changes; the concurrency token on both databases.</summary>
    public int Version { get; init; }

    /// <summary>Waits for a second person.</summary>
    public bool IsOpen(DateTimeOffset now) => ConfirmedAt is null && WithdrawnAt is null && now < ExpiresAt;

    /// <param name="open">Another proposal of the same for the same subject waits already.</param>
    public static Result<Approval> Propose(
        Guid id, string what, string subject, string ground, string? reason, (string Sha256, string Name)? evidence, Guid person, bool demo, Approval? open, DateTimeOffset at)
    {
        if (open is not null && open.IsOpen(at)) return open.Id == id ? open : Refusal.ProposalOpen;
        var said = Text.Require(reason, MostReason, "reason");
        if (!said.Done) return said.Then(_ => default(Result<Approval>));
        return new Approval
        {
            Id = id,
            What = what,
            Subject = subject,
            Ground = ground,
            Reason = said.Value.Trim(),
            EvidenceSha256 = evidence?.Sha256,
            EvidenceName = evidence?.Name,
            ProposedBy = person,
            ProposedAt = at,
            ExpiresAt = at + StandsFor,
            Demo = demo,
        };
    }

    /// <summary>Order of refusals: ProposalDecided, ProposerMayNotConfirm, ProposalExpired. The same person twice gets the first answer.</summary>
    public Result<Approval> Confirm(Guid person, DateTimeOffset at)
    {
        if (ConfirmedBy is { } before) return before == person ? this : Refusal.ProposalDecided;
        if (WithdrawnAt is not null) return Refusal.ProposalDecided;
        if (person == ProposedBy) return Refusal.ProposerMayNotConfirm;
        if (at >= ExpiresAt) return Refusal.ProposalExpired;
        return this with { ConfirmedBy = person, ConfirmedAt = at, Version = Version + 1 };
    }

    /// <summary>Order of refusals: ProposalDecided. Whoever may propose may take a proposal back, so that a mistake does not wait.</summary>
    public Result<Approval> Withdraw(DateTimeOffset at) =>
        WithdrawnAt is not null ? this
        : ConfirmedAt is not null ? Refusal.ProposalDecided
        : this with { WithdrawnAt = at, Version = Version + 1 };

    /// <summary>The end of what was confirmed.</summary>
    public Approval Done(Refusal? refused, DateTimeOffset at) =>
        DoneAt is not null ? this : this with { DoneAt = at, Refused = refused?.ToString(), Version = Version + 1 };
}
