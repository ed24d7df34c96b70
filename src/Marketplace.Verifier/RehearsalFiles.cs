using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Verifier;

/// <summary>One command of a rehearsal. Whether it is a proper bid is for the rules to say.</summary>
internal sealed record RehearsalCommand(int Line, DateTimeOffset At, string Bidder, string BidId, long? AmountFen, long? ProxyMaxFen)
{
    /// <summary>In a hall: entered at the desk.</summary>
    public bool IsFloor { get; init; }

    /// <summary>What somebody does instead of a bid: in a hall the auctioneer, elsewhere the market.</summary>
    public string? Act { get; init; }

    public int? Number { get; init; }

    public string? Reason { get; init; }

    /// <summary>The moment that an act names: of the restart, or the end of a linked lot.</summary>
    public DateTimeOffset? Until { get; init; }

    public string? Lot { get; init; }
}

/// <summary>Reads what a person wrote for a rehearsal. Whatever cannot be understood is named, never guessed.</summary>
internal static class RehearsalFiles
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly HashSet<string> TermsFields =
    [
        "format", "startPriceFen", "reserveFen", "steps", "onStep", "opensAt", "endsAt", "softCloseSeconds", "minBidders", "latestEndsAt",
        "cycleSeconds", "path", "sealedSeconds", "lastWordSeconds", "hall", "matchSeconds", "matchWorkingDays", "matchRank", "linked", "listing",
    ];
    private static readonly HashSet<string> PathFields = ["stepBasisPoints", "stepFen", "intervalSeconds", "floorFen"];

    private static readonly HashSet<string> ListingFields = ["cycles", "cycleSeconds", "cycleWorkingDays", "checkSeconds"];

    private static readonly HashSet<string> HallFields = ["warningSeconds", "tieGoesTo", "floorFrom", "floorTo"];

    /// <exception cref="FormatException">Names the field that is missing or wrong.</exception>
    public static (Terms Terms, long? ReserveFen) ReadTerms(ReadOnlyMemory<byte> file)
    {
        using var document = Parse(file);
        var json = document.RootElement;
        Known(json, TermsFields);
        long? reserve = json.TryGetProperty("reserveFen", out var r) && r.ValueKind != JsonValueKind.Null ? Whole(r, "reserveFen") : null;
        var format = json.TryGetProperty("format", out var named) ? Word(named, "format") : Formats.English;
        var start = Whole(Field(json, "startPriceFen"), "startPriceFen");
        var path = json.TryGetProperty("path", out var falls) ? ReadPath(falls) : null;
        if (path?.FirstFault(start) is { } wrong) throw NotAllowed(wrong);
        var opens = Moment(json, "opensAt");
        // Where the ladder decides nothing it need not be written; a falling price says itself how long it falls.
        var laddered = Formats.HasLadder(format) || format == Formats.Hall;
        var terms = new Terms
        {
            Auction = "rehearsal",
            StartPriceFen = start,
            Steps = laddered || json.TryGetProperty("steps", out _) ? ReadSteps(Field(json, "steps")) : [new Step(0, 1)],
            OnStep = !json.TryGetProperty("onStep", out var onStep) ? OnStep.Multiple : TermsJson.ReadOnStep(Word(onStep, "onStep")),
            OpensAt = opens,
            EndsAt = format == Formats.Hall ? opens : path is null || json.TryGetProperty("endsAt", out _) ? Moment(json, "endsAt") : opens + path.Lasts(start),
            SoftCloseSeconds = Formats.SoftCloses(format) ? Seconds(Field(json, "softCloseSeconds"), "softCloseSeconds") : Optional(json, "softCloseSeconds") ?? 0,
            MinBidders = Optional(json, "minBidders") ?? 1,
            LatestEndsAt = json.TryGetProperty("latestEndsAt", out _) ? Moment(json, "latestEndsAt") : null,
            CycleSeconds = Optional(json, "cycleSeconds"),
            Path = path,
            SealedSeconds = Optional(json, "sealedSeconds"),
            LastWordSeconds = Optional(json, "lastWordSeconds"),
            Listing = json.TryGetProperty("listing", out var listing) ? ReadListing(listing) : null,
            Hall = json.TryGetProperty("hall", out var hall) ? ReadHall(hall) : null,
            Match = ReadMatch(json),
            Linked = json.TryGetProperty("linked", out var group) ? Word(group, "linked") : null,
        }.In(format);
        return terms.FirstFault(reserve) is { } fault ? throw NotAllowed(fault) : (terms, reserve);
    }

    private static void Known(JsonElement json, HashSet<string> fields)
    {
        // A misspelt reserve would silently rehearse another auction.
        foreach (var field in json.EnumerateObject())
        {
            if (!fields.Contains(field.Name)) throw new FormatException($"{field.Name}: 未知字段 / unknown field");
        }
    }

    private static PricePath ReadPath(JsonElement path)
    {
        if (path.ValueKind != JsonValueKind.Object) throw new FormatException("path: 不是 JSON 对象 / no JSON object");
        Known(path, PathFields);
        return new PricePath(
            Optional(path, "stepBasisPoints"), Amount(path, "stepFen"), Seconds(Field(path, "intervalSeconds"), "path.intervalSeconds"), Whole(Field(path, "floorFen"), "path.floorFen"));
    }

    private static MatchWindow? ReadMatch(JsonElement json)
    {
        var (seconds, days, best) = (Optional(json, "matchSeconds"), Optional(json, "matchWorkingDays"), Optional(json, "matchRank"));
        if (seconds is not null || days is not null) return new MatchWindow(seconds, days) { BestRank = best ?? 1 };
        return best is null ? null : throw NotAllowed("matchRank");
    }

    private static ListingTerms ReadListing(JsonElement listing)
    {
        if (listing.ValueKind != JsonValueKind.Object) throw new FormatException("listing: 不是 JSON 对象 / no JSON object");
        Known(listing, ListingFields);
        var (seconds, days) = (Optional(listing, "cycleSeconds"), Optional(listing, "cycleWorkingDays"));
        return new ListingTerms(
            Seconds(Field(listing, "cycles"), "listing.cycles"), seconds, seconds is null ? days ?? ListingTerms.CycleWorkingDays : days, Optional(listing, "checkSeconds") ?? 0);
    }

    private static HallTerms ReadHall(JsonElement hall)
    {
        if (hall.ValueKind != JsonValueKind.Object) throw new FormatException("hall: 不是 JSON 对象 / no JSON object");
        Known(hall, HallFields);
        var tie = hall.TryGetProperty("tieGoesTo", out var word) ? Word(word, "hall.tieGoesTo") : nameof(TieRule.FirstReceived);
        return new HallTerms(
            Optional(hall, "warningSeconds") ?? HallTerms.DefaultWarningSeconds, Enum.TryParse<TieRule>(tie, out var rule) ? rule : throw NotAllowed("hall.tieGoesTo"),
            Optional(hall, "floorFrom") ?? 1, Optional(hall, "floorTo") ?? 99);
    }

    private static FormatException NotAllowed(string field) => new($"{field}: 不合规则 / not allowed by the rules");

    private static int Seconds(JsonElement value, string name) => (int)Math.Clamp(Whole(value, name), int.MinValue, int.MaxValue);

    private static int? Optional(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? Seconds(value, name) : null;

    /// <exception cref="FormatException">Names the field that is missing or wrong.</exception>
    public static RehearsalCommand ReadCommand(ReadOnlyMemory<byte> bytes, int line)
    {
        using var document = Parse(bytes);
        var json = document.RootElement;
        if (json.TryGetProperty("act", out var act))
        {
            var bidder = json.TryGetProperty("bidder", out var who) ? Word(who, "bidder") : "";
            var until = json.TryGetProperty("restartsAt", out _) ? "restartsAt" : json.TryGetProperty("endsAt", out _) ? "endsAt" : null;
            return new RehearsalCommand(line, Moment(json, "at"), bidder, "", Amount(json, "askFen") ?? Amount(json, "amountFen"), null)
            {
                Until = until is null ? null : Moment(json, until),
                Lot = json.TryGetProperty("lot", out var lot) ? Word(lot, "lot") : null,
                Act = Word(act, "act"),
                Number = Optional(json, "number"),
                Reason = json.TryGetProperty("reason", out var reason) ? Word(reason, "reason") : null,
            };
        }

        return new RehearsalCommand(
            line, Moment(json, "at"), Word(Field(json, "bidder"), "bidder"), Word(Field(json, "bidId"), "bidId"), Amount(json, "amountFen"), Amount(json, "proxyMaxFen"))
        {
            IsFloor = json.TryGetProperty("from", out var from) && Word(from, "from") == "floor",
        };
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var document = JsonDocument.Parse(bytes, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            throw new FormatException("不是 JSON 对象 / no JSON object");
        }
        catch (JsonException e)
        {
            throw new FormatException($"不是 JSON / no JSON: {e.Message}", e);
        }
    }

    private static JsonElement Field(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value : throw new FormatException($"{name}: 缺少 / missing");

    private static string Word(JsonElement value, string name)
    {
        try
        {
            if (value.ValueKind == JsonValueKind.String) return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate or broken UTF-8.
        }

        throw new FormatException($"{name}: 不是文字 / no text");
    }

    private static DateTimeOffset Moment(JsonElement json, string name) =>
        Instant.TryRead(Word(Field(json, name), name), out var moment)
            ? moment
            : throw new FormatException($"{name}: 不是带时区的时刻 / no moment with a zone");

    private static long? Amount(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? Whole(value, name) : null;

    /// <summary>A whole number; one too large for any amount stays too large, so that the rules refuse it by name.</summary>
    private static long Whole(JsonElement value, string name)
    {
        if (value.ValueKind == JsonValueKind.Number)
        {
            if (value.TryGetInt64(out var whole)) return whole;
            var raw = value.GetRawText();
            if (raw.AsSpan(raw[0] == '-' ? 1 : 0).IndexOfAnyExceptInRange('0', '9') < 0) return raw[0] == '-' ? long.MinValue : long.MaxValue;
        }

        throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name}: 不是整数（分）/ no whole number"));
    }

    private static ImmutableArray<Step> ReadSteps(JsonElement steps) =>
        steps.ValueKind != JsonValueKind.Array
            ? throw new FormatException("steps: 不是数组 / no array")
            : [.. steps.EnumerateArray().Select(s => s.ValueKind == JsonValueKind.Object
                ? new Step(Whole(Field(s, "fromFen"), "steps.fromFen"), Whole(Field(s, "stepFen"), "steps.stepFen"))
                : throw new FormatException("steps: 不是 JSON 对象 / no JSON object"))];
}
