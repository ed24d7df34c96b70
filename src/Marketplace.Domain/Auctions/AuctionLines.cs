using System.Text.Json;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>Reads stored lines back into facts. What is not known is a fault, never skipped.</summary>
public static class AuctionLines
{
    /// <param name="secret">The hidden value stored beside the line, when the reader may see it.</param>
    /// <param name="hash">The hash stored beside the line, when the reader trusts it; otherwise it is taken of the bytes.</param>
    /// <exception cref="FormatException">The line is not one that this market ever wrote.</exception>
    public static FactLine Read(byte[] bytes, Secret? secret = null, string? hash = null)
    {
        using var document = JsonDocument.Parse(bytes);
        var json = document.RootElement;
        var header = LineHeader.Read(json);
        return header.LineOf(ReadFact(header, json, secret), bytes, hash);
    }

    private static AuctionFact ReadFact(LineHeader header, JsonElement json, Secret? secret) => header.Type switch
    {
        "terms-fixed" => new TermsFixed(TermsJson.Read(json), secret),
        "bidder-admitted" => new BidderAdmitted(Int(json, "paddle"), secret, json.GetProperty("ceiling").GetString()),
        "ceiling-set" => new CeilingSet(Int(json, "paddle"), Word(json, "id"), secret, Word(json, "ceiling")),
        "suspended" => new Suspended(Int(json, "paddle")),
        "opened" => new Opened(),
        "bid-accepted" => new BidAccepted(Int(json, "paddle"), Word(json, "bidId"), json.GetProperty("amountFen").GetInt64(), ReadStanding(json)),
        "proxy-accepted" => new ProxyAccepted(Int(json, "paddle"), Word(json, "bidId"), secret, Word(json, "maximum"), ReadStanding(json)),
        "offer-sealed" => new OfferSealed(Int(json, "paddle"), Word(json, "bidId"), Word(json, "commitment"), Word(json, "envelope")),
        "share-given" => new ShareGiven(Int(json, "share"), KeyShare.Read(json.GetProperty("holder").GetString()), Word(json, "commitment")),
        "envelopes-published" => EnvelopesPublished.Read(json),
        "offers-opened" => new OffersOpened(
            [.. json.GetProperty("items").EnumerateArray().Select(ReadOffer)], json.GetProperty("best") is var best && best.EnumerateObject().Any() ? ReadStanding(best) : null),
        "resumed" => new Resumed(
            Int(json, "epoch"), TermsJson.ReadMoment(json, "silentSince"), TermsJson.ReadMoment(json, "endsAt"), json.GetProperty("paused").GetBoolean()),
        "breakpoint-set" => new BreakpointSet(Word(json, "id"), TermsJson.ReadMoment(json, "restartsAt"), TermsJson.ReadMoment(json, "endsAt")),
        "priority-granted" => new PriorityGranted(Int(json, "paddle"), Int(json, "rank")),
        "matching-opened" => new MatchingOpened(json.GetProperty("priceFen").GetInt64(), Int(json, "leader"), TermsJson.ReadMoment(json, "until")),
        "listing-decided" => new ListingDecided(
            Int(json, "number"), Named<ListingCourse>(json, "course"),
            json.GetProperty("priceFen") is { ValueKind: JsonValueKind.Number } posted ? posted.GetInt64() : null,
            json.GetProperty("leader") is { ValueKind: JsonValueKind.Number } first ? first.GetInt32() : null,
            TermsJson.ReadMoment(json, "opensAt"), TermsJson.ReadMoment(json, "endsAt")),
        "end-linked" => new EndLinked(Word(json, "lot"), json.GetProperty("version").GetInt64(), TermsJson.ReadMoment(json, "endsAt")),
        "closed" => new Closed(
            Word(json, "outcome") switch
            {
                "sold" => Outcome.Sold,
                "unsold" => Outcome.Unsold,
                var other => throw new FormatException($"An outcome nobody knows: {other}"),
            },
            json.GetProperty("priceFen") is { ValueKind: JsonValueKind.Number } price ? price.GetInt64() : null,
            json.GetProperty("winner") is { ValueKind: JsonValueKind.Number } winner ? winner.GetInt32() : null,
            json.GetProperty("refused").GetInt64(),
            Word(json, "refusedDigest")),
        "secrets-opened" => new SecretsOpened([.. json.GetProperty("items").EnumerateArray().Select(ReadOpened)]),
        "paused" => new AuctionPaused(
            Word(json, "id"), Named<PausedBy>(json, "by"), Named<PauseCause>(json, "cause"), Word(json, "text"), ProbeFigures.Read(json)),
        "stop-lifted" => new StopLifted(Word(json, "id")),
        "continued" => new Continued(Word(json, "id"), TermsJson.ReadMoment(json, "opensAt"), TermsJson.ReadMoment(json, "endsAt")),
        "cancelled" => new Cancelled(Word(json, "id"), Named<CancelGround>(json, "ground"), Word(json, "text"), json.GetProperty("refused").GetInt64(), Word(json, "refusedDigest")),
        "result-voided" => new ResultVoided(Word(json, "id"), Named<VoidGround>(json, "ground"), Word(json, "text")),
        "winner-defaulted" => new WinnerDefaulted(
            Word(json, "id"), Int(json, "paddle"), Named<DefaultGround>(json, "ground"), Word(json, "text"), json.GetProperty("evidence").GetString()),
        "seller-refused" => new SellerRefused(Word(json, "id"), Word(json, "text"), json.GetProperty("evidence").GetString()),
        "waits-as-second" => new WaitsAsSecond(Int(json, "paddle"), Word(json, "consent")),
        "left-waiting" => new LeftWaiting(Int(json, "paddle")),
        "second-offered" => new SecondOffered(Int(json, "paddle"), json.GetProperty("priceFen").GetInt64(), TermsJson.ReadMoment(json, "until")),
        "second-answered" => new SecondAnswered(Int(json, "paddle"), Named<SecondAnswer>(json, "answer")),
        "second-deal-recorded" => new SecondDealRecorded(Word(json, "deal")),
        "deal-recorded" => new DealRecorded(Word(json, "deal")),
        var other => HallLines.Read(other, json) ?? throw new FormatException($"A fact nobody knows: {other}"),
    };

    private static OpenedOffer ReadOffer(JsonElement item) => new(
        item.GetProperty("of").GetInt64(),
        item.GetProperty("amountFen") is { ValueKind: JsonValueKind.Number } amount ? amount.GetInt64() : null,
        item.GetProperty("nonce").GetString(),
        item.GetProperty("fault").GetString() is { } fault ? Enum.TryParse<OfferFault>(fault, out var known) && known.ToString() == fault ? known : throw new FormatException(fault) : null);

    private static OpenedSecret ReadOpened(JsonElement item) =>
        item.TryGetProperty("valueFen", out var value)
            ? new OpenedSecret(item.GetProperty("of").GetInt64(), value.GetInt64(), Word(item, "nonce"))
            : new OpenedSecret(item.GetProperty("of").GetInt64(), item.GetProperty("effectiveFen").GetInt64(), null);

    private static Standing ReadStanding(JsonElement json) =>
        new(json.GetProperty("priceFen").GetInt64(), Int(json, "leader"), TermsJson.ReadMoment(json, "endsAt"));

    /// <summary>Only by its exact name: a number or another spelling was never written.</summary>
    private static T Named<T>(JsonElement json, string name)
        where T : struct, Enum =>
        Word(json, name) is var word && Enum.TryParse<T>(word, out var known) && known.ToString() == word ? known : throw new FormatException(word);

    private static int Int(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static string Word(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new FormatException(name);
}
