using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>The terms as JSON: the fields of the first line of a transcript.</summary>
public static class TermsJson
{
    public static void WriteFields(Utf8JsonWriter json, Terms terms)
    {
        json.WriteString("auction", terms.Auction);
        json.WriteString("rules", terms.Rules);
        json.WriteString("format", terms.Format);
        json.WriteNumber("startPriceFen", terms.StartPriceFen);
        json.WriteStartArray("steps");
        foreach (var step in terms.Steps)
        {
            json.WriteStartObject();
            json.WriteNumber("fromFen", step.FromFen);
            json.WriteNumber("stepFen", step.StepFen);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("onStep", terms.OnStep == OnStep.Multiple ? "multiple" : "minimum");
        json.WriteString("opensAt", Instant.Write(terms.OpensAt));
        if (terms.Format == Formats.Hall) json.WriteNull("endsAt"); else json.WriteString("endsAt", Instant.Write(terms.EndsAt));
        json.WriteNumber("softCloseSeconds", terms.SoftCloseSeconds);
        json.WriteNumber("minBidders", terms.MinBidders);
        json.WriteString("reserve", terms.ReserveCommitment);
        json.WriteBoolean("opensReserve", terms.OpensReserve);
        json.WriteNumber("depositFen", terms.DepositFen);
        json.WriteString("announcement", terms.AnnouncementSha256);

        // What only some formats have is written only there: the lines of the others stay as they were.
        if (terms.LatestEndsAt is { } latest) json.WriteString("latestEndsAt", Instant.Write(latest));
        if (terms.CycleSeconds is { } cycle) json.WriteNumber("cycleSeconds", cycle);
        if (terms.Path is { } path) WritePath(json, path);
        if (terms.SealedSeconds is { } under) json.WriteNumber("sealedSeconds", under);
        if (terms.LastWordSeconds is { } last) json.WriteNumber("lastWordSeconds", last);
        terms.OpeningKey?.Write(json);
        if (terms.Listing is { } listing) WriteListing(json, listing);
        if (terms.Hall is { } hall) HallLines.WriteTerms(json, hall);
        if (terms.Match?.Seconds is { } seconds) json.WriteNumber("matchSeconds", seconds);
        if (terms.Linked is { } group) json.WriteString("linked", group);
        if (terms.Match?.WorkingDays is { } days) json.WriteNumber("matchWorkingDays", days);
        if (terms.RehearsalOf is { } of) json.WriteString("rehearsalOf", of);
        if (terms.Match is { BestRank: > 1 and var best }) json.WriteNumber("matchRank", best);
    }

    private static void WriteListing(Utf8JsonWriter json, ListingTerms listing)
    {
        json.WriteStartObject("listing");
        json.WriteNumber("cycles", listing.Cycles);
        if (listing.Seconds is { } seconds) json.WriteNumber("cycleSeconds", seconds);
        if (listing.WorkingDays is { } days) json.WriteNumber("cycleWorkingDays", days);
        json.WriteNumber("checkSeconds", listing.CheckSeconds);
        json.WriteEndObject();
    }

    private static void WritePath(Utf8JsonWriter json, PricePath path)
    {
        json.WriteStartObject("path");
        if (path.StepBasisPoints is { } share) json.WriteNumber("stepBasisPoints", share);
        if (path.StepFen is { } step) json.WriteNumber("stepFen", step);
        json.WriteNumber("intervalSeconds", path.IntervalSeconds);
        json.WriteNumber("floorFen", path.FloorFen);
        json.WriteEndObject();
    }

    public static Terms Read(JsonElement line) => new()
    {
        Auction = line.GetProperty("auction").GetString()!,
        Rules = line.GetProperty("rules").GetString()!,
        Format = line.GetProperty("format").GetString()!,
        StartPriceFen = line.GetProperty("startPriceFen").GetInt64(),
        Steps = ReadSteps(line.GetProperty("steps")),
        OnStep = ReadOnStep(line.GetProperty("onStep").GetString()),
        OpensAt = ReadMoment(line, "opensAt"),
        EndsAt = ReadMoment(line, line.GetProperty("format").GetString() == Formats.Hall ? "opensAt" : "endsAt"),
        SoftCloseSeconds = line.GetProperty("softCloseSeconds").GetInt32(),
        MinBidders = line.GetProperty("minBidders").GetInt32(),
        ReserveCommitment = line.GetProperty("reserve").GetString(),
        OpensReserve = line.GetProperty("opensReserve").GetBoolean(),
        DepositFen = line.GetProperty("depositFen").GetInt64(),
        AnnouncementSha256 = line.GetProperty("announcement").GetString(),
        LatestEndsAt = line.TryGetProperty("latestEndsAt", out _) ? ReadMoment(line, "latestEndsAt") : null,
        CycleSeconds = line.TryGetProperty("cycleSeconds", out var cycle) ? cycle.GetInt32() : null,
        Path = line.TryGetProperty("path", out var path) ? ReadPath(path) : null,
        SealedSeconds = line.TryGetProperty("sealedSeconds", out var under) ? under.GetInt32() : null,
        LastWordSeconds = line.TryGetProperty("lastWordSeconds", out var last) ? last.GetInt32() : null,
        OpeningKey = line.TryGetProperty("openingKey", out var key) ? OpeningKey.Read(key) : null,
        Listing = line.TryGetProperty("listing", out var listing) ? ReadListing(listing) : null,
        Hall = line.TryGetProperty("hall", out var hall) ? HallLines.ReadTerms(hall) : null,
        Match = ReadMatch(line),
        Linked = line.TryGetProperty("linked", out var group) ? group.GetString() : null,
        RehearsalOf = line.TryGetProperty("rehearsalOf", out var of) ? of.GetString() : null,
    };

    private static MatchWindow? ReadMatch(JsonElement line)
    {
        int? seconds = line.TryGetProperty("matchSeconds", out var s) ? s.GetInt32() : null;
        int? days = line.TryGetProperty("matchWorkingDays", out var d) ? d.GetInt32() : null;
        return seconds is null && days is null ? null : new MatchWindow(seconds, days) { BestRank = line.TryGetProperty("matchRank", out var best) ? best.GetInt32() : 1 };
    }

    private static ListingTerms ReadListing(JsonElement listing) => new(
        listing.GetProperty("cycles").GetInt32(),
        listing.TryGetProperty("cycleSeconds", out var seconds) ? seconds.GetInt32() : null,
        listing.TryGetProperty("cycleWorkingDays", out var days) ? days.GetInt32() : null,
        listing.GetProperty("checkSeconds").GetInt32());

    private static PricePath ReadPath(JsonElement path) => new(
        path.TryGetProperty("stepBasisPoints", out var share) ? share.GetInt32() : null,
        path.TryGetProperty("stepFen", out var step) ? step.GetInt64() : null,
        path.GetProperty("intervalSeconds").GetInt32(),
        path.GetProperty("floorFen").GetInt64());

    public static ImmutableArray<Step> ReadSteps(JsonElement steps) =>
        [.. steps.EnumerateArray().Select(s => new Step(s.GetProperty("fromFen").GetInt64(), s.GetProperty("stepFen").GetInt64()))];

    public static OnStep ReadOnStep(string? word) => word switch
    {
        "multiple" => OnStep.Multiple,
        "minimum" => OnStep.Minimum,
        _ => throw new FormatException("onStep is multiple or minimum."),
    };

    public static DateTimeOffset ReadMoment(JsonElement line, string name) =>
        Instant.TryRead(line.GetProperty(name), out var moment)
            ? moment
            : throw new FormatException($"{name} is not a moment.");
}
