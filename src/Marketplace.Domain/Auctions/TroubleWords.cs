namespace Marketplace.Domain.Auctions;

/// <summary>Why an auction may be stopped for a while (domain.md §2.4). Stored by name.</summary>
public enum PauseCause
{
    /// <summary>网络攻击、病毒.</summary>
    Attack,

    /// <summary>电力、系统、网络、数据库故障.</summary>
    Fault,

    /// <summary>泄密风险.</summary>
    LeakRisk,

    /// <summary>主管部门、法院的要求.</summary>
    Order,

    /// <summary>当事人的正当请求.</summary>
    Request,

    /// <summary>权属争议.</summary>
    TitleDispute,

    /// <summary>A deposit's payment is being matched (<see cref="DepositHold"/>): the market's own, which nobody chooses and nobody ends by hand.</summary>
    DepositMatching,
}

/// <summary>Who stopped an auction. Stored by name.</summary>
public enum PausedBy
{
    Operator,

    /// <summary>主管部门.</summary>
    Authority,

    /// <summary>The market's own probe failed, or a deposit's payment is being matched.</summary>
    Platform,
}

/// <summary>Why a lot is taken back before it is sold (撤回). Stored by name.</summary>
public enum CancelGround
{
    /// <summary>The seller asks for it, with a reason that the market accepts.</summary>
    SellerAsks,
    TitleDispute,

    /// <summary>The description is seriously wrong.</summary>
    WrongDescription,
    Order,

    /// <summary>A fault that cannot be made good in time.</summary>
    Fault,
}

/// <summary>Why a result does not stand (网络司法拍卖规定 31). Stored by name.</summary>
public enum VoidGround
{
    /// <summary>文字、图片、瑕疵说明严重失实.</summary>
    WrongDescription,

    /// <summary>系统故障等致使结果违背客观事实.</summary>
    FaultMadeItWrong,

    /// <summary>恶意串通, also with the platform.</summary>
    Collusion,

    /// <summary>买受人不具备资格.</summary>
    UnqualifiedBuyer,

    /// <summary>违法限制竞买人或享有不同权利.</summary>
    UnequalConditions,

    /// <summary>其他严重违反程序且损害权益.</summary>
    GraveBreach,
}

/// <summary>How a winner defaulted (悔拍). Stored by name.</summary>
public enum DefaultGround
{
    /// <summary>Said that it will not perform.</summary>
    Refused,

    /// <summary>Did not sign the contract in time.</summary>
    NotSigned,

    /// <summary>Did not pay in time.</summary>
    NotPaid,
}

/// <summary>How the second-best answered. Stored by name.</summary>
public enum SecondAnswer { Accepted, Declined, Expired }
