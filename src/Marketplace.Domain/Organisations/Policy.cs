using Marketplace.Domain.Common;

namespace Marketplace.Domain.Organisations;

/// <summary>Everything that a policy is asked about. A new use case adds its word here and its line in <see cref="Policy"/>.</summary>
public enum Act
{
    // Organisations
    ManageMembers,
    EditOrganisation,
    VerifyOrganisation,
    DeclareRelated,
    ReadReads,

    // Achievements
    ReadRegisteredTier,
    Disclose,
    DecideDisclosure,
    WriteAchievement,
    ReviewAchievement,

    // Auctions
    OfferLot,
    BuildSession,
    AnnounceLot,
    CheckQualification,
    SetBreakpoint,
    PauseAuction,
    CancelLot,
    VoidResult,
    RecordDefault,
    AnswerSecondOffer,
    ApplyToBid,
    SetCeiling,
    PlaceBid,
    AskQuestion,
    AnswerQuestion,
    WithdrawQuestion,
    SealOffer,
    KeepOpeningKey,
    JoinRehearsal,
    KeepDossier,
    SignNda,
    ReadDossier,
    OverseeDossiers,

    // 拍卖 in a hall
    SeeHall,
    ArrangeHall,
    RunHall,
    KeepHallRecord,
    CheckInBidders,

    // Payments
    ReadOwnAccount,
    FreezeDeposit,
    ConfirmBankCredit,

    // Deals
    ReadDeal,
    DoDealStep,
    InspectDeal,

    // Platform
    SeeOperations,
}

/// <summary>
/// Who may do what, in one place. Deny by default: an act that no line allows is refused. An act on a resource needs a
/// membership in the organisation that the resource belongs to; an operator's act needs a membership in the operator.
/// </summary>
public static class Policy
{
    /// <summary>The membership that allows the act, or why not; the first one when several do.</summary>
    /// <param name="owner">The organisation the resource belongs to; null for an act that belongs to the actor's own organisation or to nobody.</param>
    public static Result<Membership> Check(Actor actor, Act act, Guid? owner = null)
    {
        if (!actor.SignedIn) return Refusal.NotSignedIn;
        var (waiting, unproven) = (false, false);
        foreach (var membership in actor.Memberships)
        {
            if (!Allows(membership.Kind, membership.Role, act)) continue;
            if (owner is { } organisation && organisation != membership.Organisation && !IsOperators(act)) continue;
            if (!membership.Verified && !IsBeforeVerification(act)) waiting = true;
            else if (NeedsSecondFactor(act) && !membership.Demo && !actor.SecondFactor) unproven = true;
            else return membership;
        }

        return unproven ? Refusal.SecondFactorRequired : waiting ? Refusal.OrganisationNotVerified : Refusal.NotAllowed;
    }

    /// <summary>The operator acts on what belongs to others.</summary>
    public static bool IsOperators(Act act) =>
        act is Act.VerifyOrganisation or Act.ReviewAchievement or Act.BuildSession or Act.AnnounceLot or Act.CheckQualification
            or Act.SetBreakpoint or Act.PauseAuction or Act.CancelLot or Act.VoidResult or Act.RecordDefault or Act.ConfirmBankCredit or Act.InspectDeal or Act.SeeOperations or Act.ReadReads
            or Act.WithdrawQuestion or Act.OverseeDossiers;

    /// <summary>What an organisation does to become verified; everything else waits for the verification desk.</summary>
    public static bool IsBeforeVerification(Act act) => act is Act.ManageMembers or Act.EditOrganisation;

    /// <summary>
    /// What binds an organisation's money at once, and what opens the envelopes of others: once per session, never per bid.
    /// The demonstration is exempt, its passwords are printed for everybody and its money is none.
    /// </summary>
    public static bool NeedsSecondFactor(Act act) => act is Act.PlaceBid or Act.SealOffer or Act.AnswerSecondOffer or Act.KeepOpeningKey or Act.SignNda;

    public static bool Allows(OrganisationKind kind, MemberRole role, Act act)
    {
        // What these three may do stands here alone: no other line means them.
        if (role is MemberRole.Auctioneer or MemberRole.Recorder or MemberRole.CheckInClerk) return kind is OrganisationKind.AuctionHouse && AllowsInHall(role, act);
        var runs = role is MemberRole.Owner or MemberRole.Staff;
        return act switch
        {
            Act.ManageMembers or Act.EditOrganisation => role is MemberRole.Owner,
            Act.DeclareRelated => kind is OrganisationKind.University or OrganisationKind.Enterprise or OrganisationKind.Operator && role is MemberRole.Owner,
            Act.ReadReads => kind is OrganisationKind.Operator && role is MemberRole.Owner,
            // Practice binds nobody, so whoever belongs to the market may practise, the seller and the house too.
            Act.ReadRegisteredTier or Act.JoinRehearsal => true,
            Act.Disclose => kind is OrganisationKind.University,
            Act.DecideDisclosure or Act.WriteAchievement or Act.OfferLot or Act.AnswerQuestion or Act.KeepDossier => kind is OrganisationKind.University && runs,
            // Whoever runs the market asks nothing in it.
            Act.AskQuestion => kind is not OrganisationKind.Operator,
            Act.ApplyToBid or Act.PlaceBid or Act.FreezeDeposit => kind is OrganisationKind.Enterprise && role is not MemberRole.Researcher,
            // Under seal no ceiling can be checked, so only the one who would set it seals.
            Act.SetCeiling or Act.SealOffer or Act.AnswerSecondOffer or Act.SignNda => kind is OrganisationKind.Enterprise && role is MemberRole.Signatory,
            // Engineers and counsel read too: the one signature binds every member. Agencies hold no mandate that the market knows.
            Act.ReadDossier => kind is OrganisationKind.Enterprise,
            Act.KeepOpeningKey => kind is OrganisationKind.Operator or OrganisationKind.University or OrganisationKind.Notary && role is MemberRole.Signatory,
            Act.ReadOwnAccount => kind is OrganisationKind.Enterprise && role is not MemberRole.Researcher,
            Act.ReadDeal or Act.DoDealStep => kind is OrganisationKind.University or OrganisationKind.Enterprise && role is not MemberRole.Researcher,
            // The authority orders a stop; what follows from it is the operator's.
            Act.PauseAuction => kind is OrganisationKind.Operator or OrganisationKind.Authority && runs,
            Act.VerifyOrganisation or Act.ReviewAchievement or Act.BuildSession or Act.AnnounceLot or Act.CheckQualification or
                Act.SetBreakpoint or Act.CancelLot or Act.VoidResult or Act.RecordDefault or Act.ConfirmBankCredit or Act.InspectDeal or Act.SeeOperations or
                Act.WithdrawQuestion or Act.OverseeDossiers => kind is OrganisationKind.Operator && runs,
            Act.SeeHall or Act.ArrangeHall => kind is OrganisationKind.AuctionHouse && runs,
            Act.RunHall or Act.KeepHallRecord or Act.CheckInBidders => false,
        };
    }

    /// <summary>The roles that a member of such an organisation can have.</summary>
    public static IReadOnlyList<MemberRole> RolesIn(OrganisationKind kind) => kind is OrganisationKind.AuctionHouse
        ? [MemberRole.Owner, MemberRole.Staff, MemberRole.Signatory, MemberRole.Auctioneer, MemberRole.Recorder, MemberRole.CheckInClerk]
        : [MemberRole.Owner, MemberRole.Staff, MemberRole.Researcher, MemberRole.Signatory];

    private static bool AllowsInHall(MemberRole role, Act act) => act switch
    {
        Act.ReadRegisteredTier or Act.JoinRehearsal or Act.SeeHall => true,
        Act.RunHall => role is MemberRole.Auctioneer,
        Act.KeepHallRecord => role is MemberRole.Recorder,
        Act.CheckInBidders => role is MemberRole.CheckInClerk,
        _ => false,
    };
}
