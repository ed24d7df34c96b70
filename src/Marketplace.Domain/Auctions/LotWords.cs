namespace Marketplace.Domain.Auctions;

/// <summary>What a buyer gets (民法典 863, 专利法 12). Stored by name.</summary>
public enum RightOffered
{
    /// <summary>转让: the right itself.</summary>
    Assignment,

    /// <summary>独占许可: nobody else uses it, the owner included.</summary>
    ExclusiveLicence,

    /// <summary>排他许可: the owner and the buyer.</summary>
    SoleLicence,

    /// <summary>普通许可.</summary>
    OrdinaryLicence,
}

/// <summary>专场 by the brands that the provincial plans name. Stored by name.</summary>
public enum SessionBrand
{
    /// <summary>长三角拍</summary>
    YangtzeDelta,

    /// <summary>三大高地拍</summary>
    ThreeHighlands,

    /// <summary>大走廊拍</summary>
    Corridor,

    /// <summary>高新区拍</summary>
    HighTechZone,

    /// <summary>学校专场</summary>
    University,

    /// <summary>县市专场</summary>
    County,
}

/// <summary>How long the notice of a session runs before bidding opens. Stored by name.</summary>
public enum SessionProfile
{
    /// <summary>竞价: 7 statutory days.</summary>
    Standard,

    /// <summary>15 statutory days, what 司法拍卖 takes for movable things and many units ask for IP.</summary>
    LongNotice,

    /// <summary>永不落幕: lots come on any day; 7 statutory days each, and ends in slots with a capacity.</summary>
    RoundTheClock,

    /// <summary>Demonstration only: seconds, so that a visitor sees a session from its notice to its close.</summary>
    Demo,
}

/// <summary>How the times of a session's lots lie to each other. Stored by name.</summary>
public enum SessionTiming
{
    /// <summary>All open and end at the times their lots say.</summary>
    Together,

    /// <summary>错时截止: they open together and end one after the other, in the order of the catalogue.</summary>
    Staggered,

    /// <summary>依次竞价: each opens when the one before it was planned to end.</summary>
    InSequence,
}

/// <summary>Where a lot stands before its bidding; what happens afterwards is the auction's phase. Stored by name.</summary>
public enum LotState
{
    /// <summary>The university writes it.</summary>
    Draft,

    /// <summary>The university offers it; the operator may put it into a session and announce it.</summary>
    Offered,

    /// <summary>The announcement is stored and the auction is being told; nothing can be changed any more.</summary>
    Announcing,

    /// <summary>公告: terms are fixed.</summary>
    Announced,

    /// <summary>Taken back by the university before the announcement.</summary>
    Withdrawn,
}

/// <summary>What the buyer may be asked for. Stored by name.</summary>
public enum InvoiceKind { SpecialVat, OrdinaryVat, FiscalReceipt, None }

/// <summary>
/// 受让方资格条件: chosen from one list for all lots, because a condition written for one lot would tell the reviewer,
/// who must not know it, which lot an application is for, and could point at one buyer.
/// </summary>
[Flags]
public enum BuyerConditions
{
    None = 0,

    /// <summary>境内法人</summary>
    DomesticLegalPerson = 1,

    /// <summary>未列入失信被执行人、严重违法失信名单</summary>
    CleanCreditRecord = 2,

    /// <summary>同领域业绩 1 项以上</summary>
    TrackRecord = 4,

    /// <summary>具备实施条件（场地、设备、人员）</summary>
    AbleToImplement = 8,
}
