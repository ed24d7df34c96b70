using System.Text.Json;

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
}

/// <summary>Who stopped an auction. Stored by name.</summary>
public enum PausedBy
{
    Operator,

    /// <summary>主管部门.</summary>
    Authority,

    /// <summary>The market's own probe failed.</summary>
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

/// <summary>What the market's own probe measured when it failed; each only when it was beyond its bound.</summary>
/// <param name="AppendMs">A durable write took so long, or had not come back after so long.</param>
/// <param name="ClockOffsetMs">The clock was so far from its reference, or unbounded for so long.</param>
/// <param name="HubSilentMs">The news to the browsers had stood still for so long.</param>
public sealed record ProbeFigures(long? AppendMs = null, long? ClockOffsetMs = null, long? HubSilentMs = null)
{
    public bool IsEmpty => AppendMs is null && ClockOffsetMs is null && HubSilentMs is null;

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("figures");
        if (AppendMs is { } append) json.WriteNumber("appendMs", append);
        if (ClockOffsetMs is { } offset) json.WriteNumber("clockOffsetMs", offset);
        if (HubSilentMs is { } hub) json.WriteNumber("hubSilentMs", hub);
        json.WriteEndObject();
    }

    public static ProbeFigures? Read(JsonElement line)
    {
        if (!line.TryGetProperty("figures", out var figures)) return null;
        return new ProbeFigures(Number("appendMs"), Number("clockOffsetMs"), Number("hubSilentMs"));
        long? Number(string name) => figures.TryGetProperty(name, out var number) ? number.GetInt64() : null;
    }
}
