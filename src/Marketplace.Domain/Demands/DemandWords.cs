namespace Marketplace.Domain.Demands;

/// <summary>技术难题, 揭榜挂帅, 赛马制. Stored by name.</summary>
public enum DemandKind { Problem, OpenChallenge, ParallelLanes }

/// <summary>Where a demand stands. Stored by name.</summary>
public enum DemandState
{
    Draft,
    InReview,

    /// <summary>征集中: responses come in until the deadline.</summary>
    Published,

    /// <summary>比选, of a 榜 论证: the deadline has passed, nobody is chosen yet.</summary>
    Selecting,

    /// <summary>结果公示 of a 榜.</summary>
    ResultNotice,

    /// <summary>已选定, of a 榜 中榜, of a race its lanes: the contract comes next.</summary>
    Chosen,
    InWork,
    Accepted,
    Failed,

    /// <summary>Nobody answered, or nobody who answered meets it.</summary>
    Unmet,
    Withdrawn,
}

/// <summary>What may be done to a demand. Stored by name with each version.</summary>
public enum DemandAct
{
    Begin,
    Edit,
    SetReveal,
    SubmitForReview,
    PromiseReward,

    /// <summary>The operator publishes the demand, or the change that waits.</summary>
    Publish,

    /// <summary>The operator gives the demand, or the change that waits, back with reasons.</summary>
    Return,

    /// <summary>A broker finds it too vague and gives it back with reasons: 再诊断.</summary>
    Rediagnose,

    /// <summary>The owner wants a published demand to say something else.</summary>
    ProposeChange,

    /// <summary>延长征集: later takes nothing from anybody, so it waits for no review.</summary>
    Extend,

    /// <summary>The deadline passed with responses; the market does it.</summary>
    CloseIntake,

    /// <summary>The deadline passed without a response; the market does it.</summary>
    Lapse,
    Choose,
    DeclareUnmet,

    /// <summary>The notice is over; the market does it.</summary>
    EndNotice,

    /// <summary>Who was chosen steps back before the contract.</summary>
    Decline,
    StartWork,
    PassMilestone,

    /// <summary>赛马: one lane of the running stage goes on or stops.</summary>
    DecideLane,
    CloseStage,
    Accept,
    Fail,
    Withdraw,
}

/// <summary>How the value that is reached compares with the target. Stored by name.</summary>
public enum Comparison { AtLeast, AtMost, Equal, Range }

/// <summary>必达 or 期望. Stored by name.</summary>
public enum Necessity { Must, Wish }

/// <summary>合作方式. Stored by name.</summary>
public enum WayOfCooperation { Commission, CoDevelopment, Assignment, Licence, EquityContribution, Consulting, Service }

/// <summary>Who shall own what comes out of it. Stored by name.</summary>
public enum IpWish { Owner, Responder, Shared, ToBeAgreed }

/// <summary>A broker's judgement: A ready, B to be sharpened, C too vague to be published. Stored by name.</summary>
public enum Grade { A, B, C }

/// <summary>What a broker judges, each with its reason. Stored by name.</summary>
public enum GradedItem { Measurable, Budget, Scenario, PriorArt }

/// <summary>What a broker says of one item. Stored by name.</summary>
public enum Finding { Good, Partly, Missing }

/// <summary>Where a response stands. Stored by name.</summary>
public enum ResponseState
{
    Standing,
    Withdrawn,
    Chosen,
    NotChosen,

    /// <summary>赛马: this lane was stopped at a gate.</summary>
    Stopped,

    /// <summary>赛马: this lane won the last stage.</summary>
    Best,
}

/// <summary>What may be done to a response. Stored by name with each version.</summary>
public enum ResponseAct { Respond, Revise, Confirm, Withdraw, Decline }

/// <summary>How wide a part of a demand opens. Each step sees what the steps before it see, and more. Stored by name.</summary>
public enum Opens
{
    /// <summary>Its owner, brokers with its mandate, and who was chosen or let in by name.</summary>
    Narrow,

    /// <summary>Members of verified organisations too.</summary>
    Verified,

    /// <summary>Everybody.</summary>
    Public,
}
