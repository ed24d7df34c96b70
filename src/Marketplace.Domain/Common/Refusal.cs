namespace Marketplace.Domain.Common;

/// <summary>
/// Why something was not done: the name finishes the sentence "refused:". An operating answer, never an error.
/// Numbers are stored and shown to programs; a number is never reused. One block of a hundred per capability.
/// Every name has a Chinese and an English message in <c>Shared/Refusals*.resx</c>.
/// </summary>
public enum Refusal
{
    // 1–99: the shape of a request, before any capability looks at it
    MalformedRequest = 1,
    TextNotAllowed = 2,
    TooLong = 3,
    NotSignedIn = 4,
    NotAllowed = 5,
    NotFound = 6,
    TooManyRequests = 7,
    ChangedMeanwhile = 8,
    Required = 9,
    ForeignOrigin = 10,
    SecondFactorRequired = 11,

    // 100–199: organisations and people

    // 200–299: achievements and files

    // 300–399: auctions
    AmountOutOfRange = 300,
    BidIdInvalid = 301,
    BidIdReused = 302,
    NotAdmitted = 303,
    PaddleSuspended = 304,
    NotOpenYet = 305,
    AlreadyEnded = 306,
    AuctionPaused = 307,
    AboveCeiling = 308,
    BelowStartPrice = 309,
    NotAboveCurrentPrice = 310,
    BelowNextMinimum = 311,
    NotOnStep = 312,
    AlreadyLeading = 313,
    MaximumNotRaised = 314,
    AlreadyAnnounced = 315,
    AlreadyAdmitted = 316,
    NotPaused = 317,
    TermsInvalid = 318,
    RestartTooEarly = 319,
    UnknownAuction = 320,
    LotGateOpen = 330,
    DepositOutOfRange = 331,
    FeeOutOfRange = 332,
    NoticeTooShort = 333,
    SessionTimesInvalid = 334,
    LotFixed = 335,
    LotNotOffered = 336,
    LotNotAnnounced = 337,
    LotNotInSession = 338,
    LadderInvalid = 339,
    DemoMeetsReal = 340,
    SellerMayNotBid = 341,
    RelatedParty = 342,
    ApplicationsClosed = 343,
    AlreadyApplied = 344,
    ApplicationDecided = 345,
    StepTooEarly = 346,
    PledgeChanged = 347,
    MandateEndsTooEarly = 348,
    CeilingOutOfRange = 349,
    CreditedTooLate = 350,
    NoPaddleLeft = 351,
    ReasonMissing = 352,

    // 400–499: payments and the ledger

    // 500–599: deals
}
