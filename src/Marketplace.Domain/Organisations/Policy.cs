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

    // Demands
    WriteDemand,
    DecideDemand,
    PromiseReward,
    RespondToDemand,
    TakeBackResponse,
    GradeDemand,
    ReviewDemand,

    // Services
    WriteService,
    ReviewService,

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
    BidForClient,
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

    // Mandates and brokers
    KeepMandates,
    SignMandate,
    KeepBrokers,
    ConfirmBrokers,

    // Matching
    Introduce,
    AnswerIntroduction,
    DecideClaims,
    ReadDemandRecommendations,
    ReadAchievementRecommendations,
    JudgeRecommendations,

    // 拍卖 in a hall
    SeeHall,
    ArrangeHall,
    RunHall,
    KeepHallRecord,
    CheckInBidders,

    // Payments
    ReadOwnAccount,
    FreezeDeposit,
    PayOwed,
    IssueInvoice,
    AgreeRelease,
    AskPayout,
    ConfirmBankCredit,
    OverseeSettlement,

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
    /// <param name="subject">The resource itself, for a mandate that names what it covers.</param>
    public static Result<Membership> Check(Actor actor, Act act, Guid? owner = null, Guid? subject = null)
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

        if (owner is { } client && UnderMandate(actor, act, client, subject) is { } agent) return agent;
        return unproven ? Refusal.SecondFactorRequired : waiting ? Refusal.OrganisationNotVerified : Refusal.NotAllowed;
    }

    /// <summary>
    /// The agency's membership that acts for a client under a signed mandate. Nobody can be given more than the client's
    /// own staff may do, and nothing that asks for a second factor.
    /// </summary>
    private static Membership? UnderMandate(Actor actor, Act act, Guid client, Guid? subject)
    {
        foreach (var mandate in actor.Mandates)
        {
            if (mandate.Client != client || !mandate.Covers(act, subject) || NeedsSecondFactor(act) || !Allows(mandate.ClientKind, MemberRole.Staff, act)) continue;
            if (AgentOf(actor, mandate.Agency) is { } agent) return agent;
        }

        return null;
    }

    private static Membership? AgentOf(Actor actor, Guid agency) => actor.Memberships.FirstOrDefault(m => m.Organisation == agency && m.Verified && Allows(m.Kind, m.Role, Act.BidForClient));

    /// <summary>
    /// 竞买代理: the agency's membership that bids for a client whose application for the lot names the agency. That it does is not
    /// asked here; nor may it do anything for the client but bid: ceiling, seal and money stay with the client.
    /// </summary>
    public static Result<Membership> CheckAgent(Actor actor, Guid agency, Guid client)
    {
        if (!actor.SignedIn) return Refusal.NotSignedIn;
        if (!actor.Mandates.Any(m => m.Agency == agency && m.Client == client && m.GivesBidding)) return Refusal.AgencyNotMandated;
        return AgentOf(actor, agency) is not { } agent ? Refusal.NotAllowed
            : NeedsSecondFactor(Act.PlaceBid) && !agent.Demo && !actor.SecondFactor ? Refusal.SecondFactorRequired
            : agent;
    }

    /// <summary>The operator acts on what belongs to others.</summary>
    public static bool IsOperators(Act act) =>
        act is Act.VerifyOrganisation or Act.ReviewAchievement or Act.BuildSession or Act.AnnounceLot or Act.CheckQualification
            or Act.SetBreakpoint or Act.PauseAuction or Act.CancelLot or Act.VoidResult or Act.RecordDefault or Act.ConfirmBankCredit or Act.InspectDeal or Act.SeeOperations or Act.ReadReads
            or Act.WithdrawQuestion or Act.OverseeDossiers or Act.ReviewDemand or Act.ReviewService or Act.ConfirmBrokers or Act.DecideClaims or Act.OverseeSettlement;

    /// <summary>What an organisation does to become verified; everything else waits for the verification desk.</summary>
    public static bool IsBeforeVerification(Act act) => act is Act.ManageMembers or Act.EditOrganisation;

    /// <summary>
    /// What binds an organisation at once, its money above all, and what opens the envelopes of others: once per session, never per bid.
    /// The demonstration is exempt, its passwords are printed for everybody and its money is none.
    /// </summary>
    public static bool NeedsSecondFactor(Act act) => act is Act.PlaceBid or Act.SealOffer or Act.AnswerSecondOffer or Act.KeepOpeningKey or Act.SignNda or Act.PromiseReward or Act.SignMandate or Act.AskPayout or Act.AgreeRelease;

    public static bool Allows(OrganisationKind kind, MemberRole role, Act act)
    {
        // What these three may do stands here alone: no other line means them.
        if (role is MemberRole.Auctioneer or MemberRole.Recorder or MemberRole.CheckInClerk) return kind is OrganisationKind.AuctionHouse && AllowsInHall(role, act);
        var runs = role is MemberRole.Owner or MemberRole.Staff;
        return act switch
        {
            Act.ManageMembers or Act.EditOrganisation => role is MemberRole.Owner,
            Act.DeclareRelated => kind is OrganisationKind.University or OrganisationKind.Enterprise or OrganisationKind.Agency or OrganisationKind.Operator && role is MemberRole.Owner,
            Act.ReadReads => kind is OrganisationKind.Operator && role is MemberRole.Owner,
            // Practice binds nobody, so whoever belongs to the market may practise, the seller and the house too.
            Act.ReadRegisteredTier or Act.JoinRehearsal => true,
            Act.Disclose => kind is OrganisationKind.University,
            Act.DecideDisclosure or Act.WriteAchievement or Act.OfferLot or Act.AnswerQuestion or Act.KeepDossier => kind is OrganisationKind.University && runs,
            // Choosing and accepting bind the owner itself; writing may be given to a broker under a mandate.
            Act.WriteDemand or Act.DecideDemand => kind is OrganisationKind.Enterprise && runs,
            // What is recommended to a demand rests on its budget too, so only its own desk and its brokers read it.
            Act.ReadDemandRecommendations or Act.JudgeRecommendations => kind is OrganisationKind.Enterprise && runs,
            Act.ReadAchievementRecommendations => kind is OrganisationKind.University && runs,
            Act.PromiseReward => kind is OrganisationKind.Enterprise && role is MemberRole.Signatory,
            // Writing an answer may be given to an agency under a mandate; giving one up, or a choice, stays with the responder.
            Act.RespondToDemand or Act.TakeBackResponse => kind is OrganisationKind.University or OrganisationKind.Enterprise && runs,
            // An enterprise has pilot lines and laboratories too; to list one is to put its own name to it.
            Act.WriteService => kind is OrganisationKind.University or OrganisationKind.Enterprise or OrganisationKind.Agency or OrganisationKind.ServiceProvider or OrganisationKind.Notary && runs,
            Act.GradeDemand => kind is OrganisationKind.Agency && runs,
            // A proposal binds nobody; the signature does.
            Act.KeepMandates => IsPartyOfMandates(kind) && role is not MemberRole.Researcher,
            Act.SignMandate => IsPartyOfMandates(kind) && role is MemberRole.Signatory,
            Act.KeepBrokers or Act.Introduce or Act.BidForClient => kind is OrganisationKind.Agency && runs,
            // Each owner confirms its own side; no mandate lets an agency confirm for it.
            Act.AnswerIntroduction => kind is OrganisationKind.University or OrganisationKind.Enterprise && role is not MemberRole.Researcher,
            // Whoever runs the market asks nothing in it.
            Act.AskQuestion => kind is not OrganisationKind.Operator,
            Act.ApplyToBid or Act.PlaceBid or Act.FreezeDeposit => kind is OrganisationKind.Enterprise && role is not MemberRole.Researcher,
            // Under seal no ceiling can be checked, so only the one who would set it seals.
            Act.SetCeiling or Act.SealOffer or Act.AnswerSecondOffer or Act.SignNda => kind is OrganisationKind.Enterprise && role is MemberRole.Signatory,
            // Engineers and counsel read too: the one signature binds every member. No mandate opens this to an agency.
            Act.ReadDossier => kind is OrganisationKind.Enterprise,
            Act.KeepOpeningKey => kind is OrganisationKind.Operator or OrganisationKind.University or OrganisationKind.Notary && role is MemberRole.Signatory,
            // Sellers and brokers are paid onto an account of their own.
            Act.ReadOwnAccount or Act.PayOwed or Act.IssueInvoice => IsPartyOfMandates(kind) && role is not MemberRole.Researcher,
            Act.AskPayout or Act.AgreeRelease => IsPartyOfMandates(kind) && role is MemberRole.Owner or MemberRole.Signatory,
            Act.ReadDeal or Act.DoDealStep => kind is OrganisationKind.University or OrganisationKind.Enterprise && role is not MemberRole.Researcher,
            // The authority orders a stop; what follows from it is the operator's.
            Act.PauseAuction => kind is OrganisationKind.Operator or OrganisationKind.Authority && runs,
            Act.VerifyOrganisation or Act.ReviewAchievement or Act.BuildSession or Act.AnnounceLot or Act.CheckQualification or
                Act.SetBreakpoint or Act.CancelLot or Act.VoidResult or Act.RecordDefault or Act.ConfirmBankCredit or Act.InspectDeal or Act.SeeOperations or
                Act.WithdrawQuestion or Act.OverseeDossiers or Act.ReviewDemand or Act.ReviewService or Act.ConfirmBrokers or Act.DecideClaims or Act.OverseeSettlement => kind is OrganisationKind.Operator && runs,
            Act.SeeHall or Act.ArrangeHall => kind is OrganisationKind.AuctionHouse && runs,
            Act.RunHall or Act.KeepHallRecord or Act.CheckInBidders => false,
        };
    }

    private static bool IsPartyOfMandates(OrganisationKind kind) => kind is OrganisationKind.University or OrganisationKind.Enterprise or OrganisationKind.Agency;

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
