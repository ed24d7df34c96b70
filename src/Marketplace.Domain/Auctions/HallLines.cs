using System.Globalization;
using System.Text.Json;

namespace Marketplace.Domain.Auctions;

/// <summary>Reads the lines that only a lot in a hall has.</summary>
internal static class HallLines
{
    /// <summary>Null for a line of another kind.</summary>
    public static HallFact? Read(string type, JsonElement json) => type switch
    {
        "lot-called" => new LotCalled(Papers(json), json.GetProperty("hasReserve").GetBoolean(), Long(json, "askFen")),
        "ask-set" => new AskSet(Word(json, "id"), Long(json, "askFen"), Word(json, "by")),
        "hall-bid" => new HallBid(Int(json, "paddle"), Word(json, "bidId"), IsFloor(Word(json, "from")), Long(json, "amountFen"), (int?)Maybe(json, "overRules"), Long(json, "askFen"), json.TryGetProperty("matches", out var matched) ? matched.GetInt32() : null,
            json.TryGetProperty("because", out _) ? Name<OverRuleReason>(json, "because") : null),
        "warning-called" => new WarningCalled(Word(json, "id"), Int(json, "number"), Maybe(json, "priceFen"), Word(json, "by")),
        "holders-asked" => new HoldersAsked(Word(json, "id"), Long(json, "priceFen"), Word(json, "by")),
        "bid-corrected" => new BidCorrected(
            Word(json, "id"), Long(json, "of"), Name<CorrectionReason>(json, "reason"), Maybe(json, "priceFen"), (int?)Maybe(json, "leader"), Long(json, "askFen"), Word(json, "by")),
        "hall-paused" => new HallPaused(Word(json, "id"), Name<HallPauseCause>(json, "cause"), json.GetProperty("reason").GetString(), json.GetProperty("by").GetString()),
        "hall-went-on" => new HallWentOn(Word(json, "id"), Word(json, "by")),
        "hammer-fell" => new HammerFell(Word(json, "id"), Long(json, "priceFen"), Int(json, "paddle"), Word(json, "by")),
        "lot-passed" => new LotPassed(Word(json, "id"), Name<PassReason>(json, "reason"), Word(json, "by")),
        "countersigned" => new Countersigned(Long(json, "of"), Word(json, "by")),
        "minutes-signed" => new MinutesSigned(Name<HallRole>(json, "role"), Word(json, "by"), Word(json, "sha256")),
        _ => null,
    };

    public static void WriteTerms(Utf8JsonWriter json, HallTerms hall)
    {
        json.WriteStartObject("hall");
        json.WriteNumber("warningSeconds", hall.WarningSeconds);
        json.WriteString("tieGoesTo", hall.TieGoesTo.ToString());
        json.WriteNumber("floorFrom", hall.FloorFrom);
        json.WriteNumber("floorTo", hall.FloorTo);
        json.WriteEndObject();
    }

    public static HallTerms ReadTerms(JsonElement hall) =>
        new(Int(hall, "warningSeconds"), Name<TieRule>(hall, "tieGoesTo"), Int(hall, "floorFrom"), Int(hall, "floorTo"));

    private static HallPapers Papers(JsonElement json) => new()
    {
        House = Word(json, "house"),
        HouseLicence = Word(json, "houseLicence"),
        HouseLicenceUntil = Day(json, "houseLicenceUntil"),
        Auctioneer = Word(json, "auctioneer"),
        Qualification = Word(json, "qualification"),
        Recorder = Word(json, "recorder"),
        Place = Word(json, "place"),
        MandateSha256 = Word(json, "mandate"),
        MandateDate = Day(json, "mandateDate"),
        NoticeMedium = Word(json, "noticeMedium"),
        NoticeSha256 = Word(json, "notice"),
        NoticeDate = Day(json, "noticeDate"),
        DisplayFrom = Day(json, "displayFrom"),
        DisplayTo = Day(json, "displayTo"),
        DisplayPlace = Word(json, "displayPlace"),
        RulesSha256 = Word(json, "hallRules"),
    };

    private static bool IsFloor(string from) => from switch { "floor" => true, "net" => false, _ => throw new FormatException(from) };

    private static TName Name<TName>(JsonElement json, string name) where TName : struct, Enum =>
        Word(json, name) is var word && Enum.TryParse<TName>(word, out var known) && known.ToString() == word ? known : throw new FormatException(name);

    private static DateOnly Day(JsonElement json, string name) => DateOnly.ParseExact(Word(json, name), "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static long? Maybe(JsonElement json, string name) => json.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : null;

    private static long Long(JsonElement json, string name) => json.GetProperty(name).GetInt64();

    private static int Int(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static string Word(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new FormatException(name);
}
