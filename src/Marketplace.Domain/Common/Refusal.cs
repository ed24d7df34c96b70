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
    SignInFailed = 100,
    OrganisationNotVerified = 101,
    UsccMalformed = 102,
    UsccTaken = 103,
    RegionUnknown = 104,
    EmailInvalid = 105,
    PasswordTooShort = 106,
    PasswordTooCommon = 107,
    SecondFactorWrong = 108,
    InvitationUnknown = 109,
    InvitationForOther = 110,
    LastOwner = 111,
    AlreadyMember = 112,
    AlreadyDecided = 113,
    KindNotOpen = 114,
    PersonExists = 115,
    PasswordWrong = 116,
    InvitationSpent = 117,

    // 200–299: achievements and files
    NotInThisState = 200,
    UnderReview = 201,
    LockedByTrade = 202,
    AlreadyTraded = 203,
    ReasonRequired = 204,
    NotReady = 205,
    DisclosureDecided = 206,
    InAnotherAuction = 207,
    TrlOutOfRange = 208,
    SharesNotWhole = 209,
    ConsentMissing = 210,
    EvidenceMissing = 211,
    IpcInvalid = 212,
    TooManyItems = 213,
    DateImpossible = 214,
    UnknownWord = 216,
    NumberInvalid = 217,
    PatentTwice = 218,
    ExternalIdTwice = 219,
    LineBroken = 220,
    LineTooLong = 221,
    PageOutOfRange = 222,
    SizeOutOfRange = 223,
    CommandIdReused = 224,
    AlreadyDisclosed = 225,
    ImportStopped = 226,
    NoRows = 227,
    ColumnsMissing = 228,
    FileTooLarge = 250,
    FileEmpty = 251,
    FileTypeNotAllowed = 252,
    FileTypeDisagrees = 253,
    TooManyPixels = 254,
    ArchiveTooLarge = 255,
    MalwareFound = 256,
    FileHidesAnother = 257,
    FileNameInvalid = 258,
    FileUnreadable = 259,

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

    // 400–499: payments and the ledger

    // 500–599: deals
}
