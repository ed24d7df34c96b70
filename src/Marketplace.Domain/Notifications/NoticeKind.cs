using System.Collections.Immutable;
using Marketplace.Domain.Organisations;

namespace Marketplace.Domain.Notifications;

/// <summary>What somebody can be told. Stored by name; a new use case adds its word here, its line in <see cref="NoticeKinds"/> and its texts.</summary>
public enum NoticeKind
{
    // Auctions, to bidders
    Outbid,
    OpeningSoon,
    ClosingSoon,
    ApplicationAdmitted,
    ApplicationRefused,
    PaddleSuspended,
    LotWon,
    LotNotWon,

    /// <summary>Not won, and the deposit stays: the bidder agreed to wait as second-best.</summary>
    SecondWaits,
    SecondOffered,

    // Auctions, between a bidder and its agency
    AgencyAppointed,
    AgencyEnded,

    // Auctions, to bidders and the seller
    LotPaused,
    LotSold,
    LotUnsold,
    LotCancelled,
    ResultUndone,

    // Payments
    DepositCredited,
    DepositReversed,
    DepositFrozen,
    DepositReleased,
    DepositOffset,
    DepositForfeited,

    /// <summary>Something is to be paid.</summary>
    PaymentOwed,

    /// <summary>What was owed is paid, to both sides.</summary>
    PaymentMade,

    /// <summary>The seller says that the ground of the release has come: the buyer may object until then.</summary>
    ReleaseClaimed,
    ReleaseObjected,
    MoneyReleased,
    MoneyRefunded,

    /// <summary>Somebody of the organisation asked for money to be paid out: whoever did not hears of it before it is gone.</summary>
    PayoutAsked,
    PayoutMade,
    PayoutFailed,

    /// <summary>The bank of a card took back what it had paid, to the payer; and what became of it.</summary>
    CardDisputed,
    CardDisputeWon,
    CardDisputeLost,

    /// <summary>A dispute of the payer's bank stops the release, to the seller; and no longer does.</summary>
    ReleaseStopped,
    ReleaseGoesOn,

    /// <summary>What was kept for a sale went back to the card and is owed again, to both sides.</summary>
    PaymentTakenBack,

    /// <summary>Whom something was paid made out an invoice for it, or took one back.</summary>
    InvoiceIssued,

    /// <summary>The tax administration's number of an invoice is there.</summary>
    InvoiceNumbered,

    /// <summary>The issuer answers for the letter: deposits may rest on it.</summary>
    GuaranteeConfirmed,
    GuaranteeRefused,

    /// <summary>Something rests on a letter that is good for a few days only.</summary>
    GuaranteeExpires,

    // Payments, to operators

    /// <summary>Money in 暂收 may be a deposit: so many openings wait for it, or will.</summary>
    OpeningsWait,

    /// <summary>Something rests on a letter that is good for a few days only: its issuer is asked. No organisation, no lot.</summary>
    GuaranteeToExtend,

    // Deals
    SigningWaiting,
    StepWaiting,
    StepDueSoon,
    StepOverdue,

    /// <summary>A part of the price that is due after the first payment, to the buyer.</summary>
    PaymentDueSoon,
    PaymentOverdue,
    DealEnded,

    // Royalties, to the buyer
    RoyaltyDueSoon,
    InspectionAsked,
    InspectionScheduled,
    InspectionReported,
    InspectionWithdrawn,

    // Royalties, to the seller
    RoyaltyDeclared,

    /// <summary>The buyer does not accept what the report says.</summary>
    InspectionDisputed,

    // Royalties, to both
    RoyaltyOverdue,
    RoyaltyCharged,
    InspectionSettled,

    // Organisations
    OrganisationAccepted,
    OrganisationRejected,

    // Achievements
    AchievementPublished,
    AchievementReturned,
    AchievementDelisted,

    // Demands, to the owner
    DemandPublished,
    DemandReturned,
    ResponseCame,
    ResponseWithdrawn,

    /// <summary>The intake is over: now the owner chooses.</summary>
    DemandToDecide,

    // Demands, to the owner and responders

    /// <summary>Who was chosen stepped back; the choice is open again.</summary>
    ChoiceReopened,
    ResultNoticeOver,
    DemandEnded,

    // Demands, to responders

    /// <summary>The targets changed: what is not confirmed by the deadline is not compared.</summary>
    ResponseToConfirm,
    ResponseChosen,
    ResponseNotChosen,
    LaneDecided,

    /// <summary>An agency answered in the responder's name.</summary>
    ResponseByAgency,

    // Services
    ServiceListed,
    ServiceReturned,
    ServiceDelisted,

    // Matching, to both owners and the agency
    IntroductionProposed,

    /// <summary>One side has confirmed.</summary>
    IntroductionAnswered,

    /// <summary>Both have: it is protected.</summary>
    IntroductionConfirmed,

    /// <summary>Declined, withdrawn, lapsed, or decided for another claim.</summary>
    IntroductionEnded,

    /// <summary>The operator found something on the records that the fee of the deal depends on.</summary>
    FeeFound,
    FeeFindingEnded,

    /// <summary>The other side of a mandate names the fee of a sale that the mandate left open.</summary>
    FeeProposed,

    /// <summary>The other side took the proposal: it is agreed.</summary>
    FeeAgreed,

    // Matching, to the agency

    /// <summary>The close of the lot opened a sealed claim.</summary>
    IntroductionOpened,
    ClaimUpheld,
    ClaimRefused,

    // To a person
    SavedSearchFound,
}

/// <summary>What kinds have in common for their reader: the filter of the inbox, and what can be switched off. In the order of pages.</summary>
public enum NoticeGroup { Bidding, Deposit, Deadline, Signing, Suspension, Result, Matching, SavedSearch }

/// <summary>What is fixed about each kind.</summary>
public static class NoticeKinds
{
    public static readonly ImmutableArray<NoticeKind> All = [.. Enum.GetValues<NoticeKind>()];

    public static NoticeGroup GroupOf(NoticeKind kind) => kind switch
    {
        NoticeKind.Outbid or NoticeKind.AgencyAppointed or NoticeKind.AgencyEnded => NoticeGroup.Bidding,
        NoticeKind.DepositCredited or NoticeKind.DepositReversed or NoticeKind.DepositFrozen or NoticeKind.DepositReleased or NoticeKind.DepositOffset or NoticeKind.DepositForfeited
            or NoticeKind.PaymentMade or NoticeKind.MoneyReleased or NoticeKind.MoneyRefunded or NoticeKind.PayoutAsked or NoticeKind.PayoutMade or NoticeKind.PayoutFailed or NoticeKind.ReleaseObjected
            or NoticeKind.CardDisputed or NoticeKind.CardDisputeWon or NoticeKind.CardDisputeLost or NoticeKind.ReleaseStopped or NoticeKind.ReleaseGoesOn or NoticeKind.PaymentTakenBack
            or NoticeKind.InvoiceIssued or NoticeKind.InvoiceNumbered or NoticeKind.GuaranteeConfirmed or NoticeKind.GuaranteeRefused => NoticeGroup.Deposit,
        NoticeKind.OpeningSoon or NoticeKind.ClosingSoon or NoticeKind.SecondOffered or NoticeKind.StepWaiting or NoticeKind.StepDueSoon or NoticeKind.StepOverdue
            or NoticeKind.PaymentDueSoon or NoticeKind.PaymentOverdue or NoticeKind.ResponseToConfirm or NoticeKind.PaymentOwed or NoticeKind.ReleaseClaimed or NoticeKind.OpeningsWait or NoticeKind.GuaranteeExpires or NoticeKind.GuaranteeToExtend
            or NoticeKind.RoyaltyDueSoon or NoticeKind.RoyaltyOverdue or NoticeKind.RoyaltyCharged or NoticeKind.InspectionAsked or NoticeKind.InspectionScheduled or NoticeKind.InspectionReported => NoticeGroup.Deadline,
        NoticeKind.SigningWaiting => NoticeGroup.Signing,
        NoticeKind.LotPaused or NoticeKind.PaddleSuspended => NoticeGroup.Suspension,
        NoticeKind.ApplicationAdmitted or NoticeKind.ApplicationRefused or NoticeKind.LotWon or NoticeKind.LotNotWon or NoticeKind.SecondWaits or NoticeKind.LotSold or NoticeKind.LotUnsold or NoticeKind.LotCancelled
            or NoticeKind.ResultUndone or NoticeKind.DealEnded or NoticeKind.RoyaltyDeclared or NoticeKind.InspectionDisputed or NoticeKind.InspectionSettled or NoticeKind.InspectionWithdrawn
            or NoticeKind.OrganisationAccepted or NoticeKind.OrganisationRejected
            or NoticeKind.AchievementPublished or NoticeKind.AchievementReturned or NoticeKind.AchievementDelisted
            or NoticeKind.DemandPublished or NoticeKind.DemandReturned or NoticeKind.ChoiceReopened or NoticeKind.ResultNoticeOver or NoticeKind.DemandEnded
            or NoticeKind.ResponseChosen or NoticeKind.ResponseNotChosen or NoticeKind.LaneDecided or NoticeKind.ResponseByAgency
            or NoticeKind.ServiceListed or NoticeKind.ServiceReturned or NoticeKind.ServiceDelisted
            or NoticeKind.IntroductionConfirmed or NoticeKind.FeeFound or NoticeKind.FeeFindingEnded or NoticeKind.FeeProposed or NoticeKind.FeeAgreed or NoticeKind.ClaimUpheld or NoticeKind.ClaimRefused => NoticeGroup.Result,
        NoticeKind.ResponseCame or NoticeKind.ResponseWithdrawn or NoticeKind.DemandToDecide or NoticeKind.IntroductionProposed or NoticeKind.IntroductionAnswered
            or NoticeKind.IntroductionEnded or NoticeKind.IntroductionOpened => NoticeGroup.Matching,
        NoticeKind.SavedSearchFound => NoticeGroup.SavedSearch,
    };

    /// <summary>不可关闭: what somebody's money, rights or days hang on.</summary>
    public static bool IsBinding(NoticeGroup group) => group is not (NoticeGroup.Matching or NoticeGroup.SavedSearch);

    /// <summary>
    /// The acts of which a member may do one, to be told what the organisation is told. Empty: told to persons only.
    /// </summary>
    public static ImmutableArray<Act> Audience(NoticeKind kind) => kind switch
    {
        NoticeKind.ApplicationAdmitted or NoticeKind.ApplicationRefused or NoticeKind.SecondOffered => [Act.ApplyToBid],
        NoticeKind.Outbid or NoticeKind.OpeningSoon or NoticeKind.ClosingSoon or NoticeKind.PaddleSuspended or NoticeKind.LotWon or NoticeKind.LotNotWon or NoticeKind.SecondWaits or NoticeKind.AgencyEnded
            => [Act.ApplyToBid, Act.BidForClient],
        NoticeKind.AgencyAppointed => [Act.BidForClient],
        NoticeKind.LotPaused or NoticeKind.LotUnsold or NoticeKind.LotCancelled or NoticeKind.ResultUndone => [Act.ApplyToBid, Act.BidForClient, Act.OfferLot],
        NoticeKind.LotSold => [Act.OfferLot],
        NoticeKind.DepositCredited or NoticeKind.DepositReversed or NoticeKind.DepositFrozen or NoticeKind.DepositReleased or NoticeKind.DepositOffset or NoticeKind.DepositForfeited
            or NoticeKind.PaymentOwed or NoticeKind.PaymentMade or NoticeKind.ReleaseClaimed or NoticeKind.ReleaseObjected or NoticeKind.MoneyReleased or NoticeKind.MoneyRefunded
            or NoticeKind.PayoutAsked or NoticeKind.PayoutMade or NoticeKind.PayoutFailed or NoticeKind.InvoiceIssued or NoticeKind.InvoiceNumbered
            or NoticeKind.CardDisputed or NoticeKind.CardDisputeWon or NoticeKind.CardDisputeLost or NoticeKind.ReleaseStopped or NoticeKind.ReleaseGoesOn or NoticeKind.PaymentTakenBack
            or NoticeKind.GuaranteeConfirmed or NoticeKind.GuaranteeRefused or NoticeKind.GuaranteeExpires => [Act.ReadOwnAccount],
        NoticeKind.OpeningsWait or NoticeKind.GuaranteeToExtend => [Act.ConfirmBankCredit],
        NoticeKind.SigningWaiting or NoticeKind.StepWaiting or NoticeKind.StepDueSoon or NoticeKind.StepOverdue or NoticeKind.PaymentDueSoon or NoticeKind.PaymentOverdue or NoticeKind.DealEnded
            or NoticeKind.RoyaltyDueSoon or NoticeKind.RoyaltyOverdue or NoticeKind.RoyaltyCharged or NoticeKind.InspectionAsked or NoticeKind.InspectionScheduled or NoticeKind.InspectionReported
            or NoticeKind.RoyaltyDeclared or NoticeKind.InspectionDisputed or NoticeKind.InspectionSettled or NoticeKind.InspectionWithdrawn => [Act.ReadDeal],
        NoticeKind.OrganisationAccepted or NoticeKind.OrganisationRejected => [Act.EditOrganisation],
        NoticeKind.AchievementPublished or NoticeKind.AchievementReturned or NoticeKind.AchievementDelisted => [Act.WriteAchievement],
        NoticeKind.DemandPublished or NoticeKind.DemandReturned or NoticeKind.ResponseCame or NoticeKind.ResponseWithdrawn or NoticeKind.DemandToDecide => [Act.WriteDemand],
        NoticeKind.ChoiceReopened or NoticeKind.ResultNoticeOver or NoticeKind.DemandEnded => [Act.WriteDemand, Act.RespondToDemand],
        NoticeKind.ResponseToConfirm or NoticeKind.ResponseChosen or NoticeKind.ResponseNotChosen or NoticeKind.LaneDecided or NoticeKind.ResponseByAgency => [Act.RespondToDemand],
        NoticeKind.ServiceListed or NoticeKind.ServiceReturned or NoticeKind.ServiceDelisted => [Act.WriteService],
        NoticeKind.IntroductionProposed => [Act.AnswerIntroduction],
        NoticeKind.IntroductionAnswered or NoticeKind.IntroductionConfirmed or NoticeKind.IntroductionEnded or NoticeKind.FeeFound or NoticeKind.FeeFindingEnded => [Act.Introduce, Act.AnswerIntroduction],
        NoticeKind.FeeProposed or NoticeKind.FeeAgreed => [Act.KeepMandates],
        NoticeKind.IntroductionOpened or NoticeKind.ClaimUpheld or NoticeKind.ClaimRefused => [Act.Introduce],
        NoticeKind.SavedSearchFound => [],
    };

    /// <summary>A member of such an organisation with that role reads it.</summary>
    public static bool IsFor(NoticeKind kind, OrganisationKind organisation, MemberRole role) => Audience(kind).Any(act => Policy.Allows(organisation, role, act));

    /// <summary>
    /// Whoever is told stands beside a lot, a demand or an introduction, and nobody else may read both together. Outside the market, where
    /// a mail relay or a robot's provider reads along, such a notice says only that something happened; the rest stands there after signing in.
    /// </summary>
    /// <remarks>What the market's own people are told of openings is a number and a moment, and of letters who issued them.</remarks>
    public static bool IsSealed(NoticeKind kind) => kind is not (NoticeKind.OpeningsWait or NoticeKind.GuaranteeToExtend) && GroupOf(kind) switch
    {
        NoticeGroup.Bidding or NoticeGroup.Deposit or NoticeGroup.Deadline or NoticeGroup.Signing or NoticeGroup.Suspension or NoticeGroup.Matching => true,
        NoticeGroup.Result => !Audience(kind).Contains(Act.EditOrganisation) && !Audience(kind).Contains(Act.WriteAchievement) && !Audience(kind).Contains(Act.WriteService),
        NoticeGroup.SavedSearch => false,
    };

    /// <summary>How long it is worth being sent; in the inbox it stays.</summary>
    public static TimeSpan GoodFor(NoticeKind kind) => kind is NoticeKind.Outbid or NoticeKind.OpeningSoon or NoticeKind.ClosingSoon ? TimeSpan.FromMinutes(15) : TimeSpan.FromDays(2);
}
