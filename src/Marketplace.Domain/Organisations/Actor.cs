using System.Collections.Immutable;
using Marketplace.Domain.Organisations.Mandates;

namespace Marketplace.Domain.Organisations;

/// <summary>What kind of legal person an organisation is. Stored by name.</summary>
public enum OrganisationKind { University, Enterprise, Agency, AuctionHouse, ServiceProvider, Notary, Authority, Operator }

/// <summary>What a person is in an organisation. Stored by name. The last three exist in an auction house only.</summary>
public enum MemberRole
{
    Owner,
    Staff,
    Researcher,
    Signatory,

    /// <summary>拍卖师</summary>
    Auctioneer,

    /// <summary>记录人</summary>
    Recorder,

    /// <summary>签到人员: alone knows who holds which paddle of the floor.</summary>
    CheckInClerk,
}

/// <summary>A person's role in one organisation, with what a policy needs to know of it.</summary>
public sealed record Membership(Guid Organisation, string OrganisationName, OrganisationKind Kind, MemberRole Role, bool Verified, bool Demo);

/// <summary>Who asks: nobody, or a person with memberships. A person acts only through a membership.</summary>
/// <param name="SecondFactor">The session has shown a second factor: an authenticator's code or a recovery code.</param>
public sealed record Actor(Guid? Person, ImmutableArray<Membership> Memberships, bool SecondFactor = false)
{
    public static readonly Actor Visitor = new(null, []);

    /// <summary>What the actor's agencies may do for clients today, by mandates that both sides signed.</summary>
    public ImmutableArray<HeldMandate> Mandates { get; init; } = [];

    public bool SignedIn => Person is not null;

    /// <summary>
    /// The same person by its memberships on one side alone. The passwords of a demonstration are printed for everybody:
    /// what is real opens to nobody by them, nor the other way round.
    /// </summary>
    public Actor Among(bool demo) => this with { Memberships = [.. Memberships.Where(m => m.Demo == demo)] };
}
