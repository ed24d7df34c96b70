using System.Globalization;
using System.Text.Json;

namespace Marketplace.Domain.Auctions;

/// <summary>Why an auctioneer takes the last floor bid back: one key each. Stored by name.</summary>
public enum CorrectionReason
{
    /// <summary>号牌误录</summary>
    WrongPaddle,

    /// <summary>金额误录</summary>
    WrongAmount,

    /// <summary>未举牌</summary>
    NoRaise,
}

/// <summary>Why the auctioneer lets the floor go before a net bid of the same amount: one key each. Stored by name.</summary>
public enum OverRuleReason
{
    /// <summary>现场举牌在先</summary>
    RaisedBefore,

    /// <summary>已在现场受理，录入在后</summary>
    EnteredLate,

    /// <summary>按公告同价现场优先</summary>
    AnnouncedTie,
}

/// <summary>Why a lot stands still. Stored by name.</summary>
public enum HallPauseCause
{
    /// <summary>The auctioneer stopped it, with a reason in words.</summary>
    Auctioneer,

    /// <summary>The hall was not heard of: net bids must not run on while the floor cannot be entered.</summary>
    UplinkLost,
}

/// <summary>Why a lot was passed. Stored by name.</summary>
public enum PassReason { NoBid, ReserveNotReached, TooFewBidders }

/// <summary>Who signs the 笔录 (拍卖法 53). Stored by name.</summary>
public enum HallRole { Auctioneer, Recorder }

/// <summary>A fact that only a lot in a hall has.</summary>
public abstract record HallFact : AuctionFact
{
    /// <summary>An act at the desk is known by the id its program gave it.</summary>
    internal static string Key(string id) => $"hall/{id}";
}

/// <summary>揭槌: the lot is called up with everything the law asks for, the reserve is said to be there or not (50), and the first ask is called.</summary>
public sealed record LotCalled(HallPapers Papers, bool HasReserve, long AskFen) : HallFact
{
    public override string Type => "lot-called";
    public override string CommandKey => "called";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("house", Papers.House);
        json.WriteString("houseLicence", Papers.HouseLicence);
        json.WriteString("houseLicenceUntil", Day(Papers.HouseLicenceUntil));
        json.WriteString("auctioneer", Papers.Auctioneer);
        json.WriteString("qualification", Papers.Qualification);
        json.WriteString("recorder", Papers.Recorder);
        json.WriteString("place", Papers.Place);
        json.WriteString("mandate", Papers.MandateSha256);
        json.WriteString("mandateDate", Day(Papers.MandateDate));
        json.WriteString("noticeMedium", Papers.NoticeMedium);
        json.WriteString("notice", Papers.NoticeSha256);
        json.WriteString("noticeDate", Day(Papers.NoticeDate));
        json.WriteString("displayFrom", Day(Papers.DisplayFrom));
        json.WriteString("displayTo", Day(Papers.DisplayTo));
        json.WriteString("displayPlace", Papers.DisplayPlace);
        json.WriteString("hallRules", Papers.RulesSha256);
        json.WriteBoolean("hasReserve", HasReserve);
        json.WriteNumber("askFen", AskFen);
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>叫价: what the auctioneer asks now.</summary>
public sealed record AskSet(string Id, long AskFen, string By) : HallFact
{
    public override string Type => "ask-set";
    public override string CommandKey => Key(Id);

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", Id);
        json.WriteNumber("askFen", AskFen);
        json.WriteString("by", By);
    }
}

/// <summary>应价: an answer to the ask, or above it, from the floor or over the net.</summary>
/// <param name="OverRules">The paddle that loses the lead at the same amount, by the rule for ties; null when the bid is higher.</param>
/// <param name="AskFen">What the auctioneer asks from here on.</param>
/// <param name="Matches">The paddle that loses the lead at the same amount, because this one has 优先受让权; null for all other bids.</param>
/// <param name="Because">The auctioneer's reason for letting the floor go before the net.</param>
public sealed record HallBid(int Paddle, string BidId, bool IsFloor, long AmountFen, int? OverRules, long AskFen, int? Matches = null, OverRuleReason? Because = null) : HallFact
{
    public override string Type => "hall-bid";
    public override string CommandKey => Bidding.Key(Paddle, BidId);

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteNumber("paddle", Paddle);
        json.WriteString("bidId", BidId);
        json.WriteString("from", IsFloor ? "floor" : "net");
        json.WriteNumber("amountFen", AmountFen);
        if (OverRules is { } beaten) json.WriteNumber("overRules", beaten); else json.WriteNull("overRules");
        json.WriteNumber("askFen", AskFen);
        if (Matches is { } matched) json.WriteNumber("matches", matched);
        if (Because is { } why) json.WriteString("because", why.ToString());
    }
}

/// <summary>第一次、第二次、第三次报价</summary>
public sealed record WarningCalled(string Id, int Number, long? PriceFen, string By) : HallFact
{
    public override string Type => "warning-called";
    public override string CommandKey => Key(Id);

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", Id);
        json.WriteNumber("number", Number);
        if (PriceFen is { } price) json.WriteNumber("priceFen", price); else json.WriteNull("priceFen");
        json.WriteString("by", By);
    }
}

/// <summary>询问优先受让权人: after the third warning the auctioneer asks whether a holder takes the lot at this price. Silence until the hammer waives it.</summary>
public sealed record HoldersAsked(string Id, long PriceFen, string By) : HallFact
{
    public override string Type => "holders-asked";
    public override string CommandKey => Key(Id);

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", Id);
        json.WriteNumber("priceFen", PriceFen);
        json.WriteString("by", By);
    }
}

/// <summary>更正: the last floor bid was entered by mistake. The line stays; this one takes its effect back and restores who led before.</summary>
/// <param name="Of">The line that was a mistake.</param>
public sealed record BidCorrected(string Id, long Of, CorrectionReason Reason, long? PriceFen, int? Leader, long AskFen, string By) : HallFact
{
    public override string Type => "bid-corrected";
    public override string CommandKey => Key(Id);

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", Id);
        json.WriteNumber("of", Of);
        json.WriteString("reason", Reason.ToString());
        if (PriceFen is { } price) json.WriteNumber("priceFen", price); else json.WriteNull("priceFen");
        if (Leader is { } leader) json.WriteNumber("leader", leader); else json.WriteNull("leader");
        json.WriteNumber("askFen", AskFen);
        json.WriteString("by", By);
    }
}

/// <summary>The lot stands still, with its reason in public.</summary>
public sealed record HallPaused(string Id, HallPauseCause Cause, string? Reason, string? By) : HallFact
{
    public override string Type => "hall-paused";
    public override string CommandKey => Key(Id);

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", Id);
        json.WriteString("cause", Cause.ToString());
        json.WriteString("reason", Reason);
        json.WriteString("by", By);
    }
}

/// <summary>The auctioneer goes on where it stood, without warnings.</summary>
public sealed record HallWentOn(string Id, string By) : HallFact
{
    public override string Type => "hall-went-on";
    public override string CommandKey => Key(Id);

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", Id);
        json.WriteString("by", By);
    }
}

/// <summary>落槌: the contract is concluded at this moment (拍卖法 51).</summary>
public sealed record HammerFell(string Id, long PriceFen, int Paddle, string By) : HallFact
{
    public override string Type => "hammer-fell";
    public override string CommandKey => "hammer";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", Id);
        json.WriteNumber("priceFen", PriceFen);
        json.WriteNumber("paddle", Paddle);
        json.WriteString("by", By);
    }
}

/// <summary>流拍: nobody has the lot.</summary>
public sealed record LotPassed(string Id, PassReason Reason, string By) : HallFact
{
    public override string Type => "lot-passed";
    public override string CommandKey => "hammer";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", Id);
        json.WriteString("reason", Reason.ToString());
        json.WriteString("by", By);
    }
}

/// <summary>The recorder has seen an over-rule, a correction or a passed lot and signs for it.</summary>
public sealed record Countersigned(long Of, string By) : HallFact
{
    public override string Type => "countersigned";
    public override string CommandKey => $"countersigned/{Of}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteNumber("of", Of);
        json.WriteString("by", By);
    }
}

/// <summary>笔录 signed, by the hash of its text (拍卖法 53).</summary>
public sealed record MinutesSigned(HallRole Role, string By, string Sha256) : HallFact
{
    public override string Type => "minutes-signed";
    public override string CommandKey => $"minutes/{Role}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("role", Role.ToString());
        json.WriteString("by", By);
        json.WriteString("sha256", Sha256);
    }
}
