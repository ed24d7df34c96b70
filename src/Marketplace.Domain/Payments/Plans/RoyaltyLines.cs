using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Plans;

/// <summary>Reads stored lines of royalties back into facts. What is not known is a fault, never skipped.</summary>
public static class RoyaltyLines
{
    /// <param name="hash">The hash stored beside the line, when the reader trusts it; otherwise it is taken of the bytes.</param>
    /// <exception cref="FormatException">The line is not one that this market ever wrote.</exception>
    public static FactLine Read(byte[] bytes, string? hash = null)
    {
        using var document = JsonDocument.Parse(bytes);
        var json = document.RootElement;
        var header = LineHeader.Read(json);
        RoyaltyFact fact = header.Type switch
        {
            "royalties-begun" => new RoyaltiesBegun(new BeginRoyalties(
                Word(json, "deal"), Id(json, "seller"), Id(json, "buyer"), Word(json, "title"), Word(json, "book"), RoyaltyTermsJson.Read(json.GetProperty("terms")), json.GetProperty("demo").GetBoolean())),
            "period-declared" => new PeriodDeclared(
                Id(json, "id"), json.GetProperty("period").GetInt32(), json.GetProperty("base").GetInt64(), Optional(json, "note"), Optional(json, "fileSha256"), Optional(json, "fileName"), Id(json, "by")),
            "inspection-requested" => new InspectionRequested(Id(json, "id"), json.GetProperty("first").GetInt32(), json.GetProperty("last").GetInt32(), Id(json, "by")),
            "inspection-day-set" => new InspectionDaySet(Id(json, "id"), Id(json, "inspection"), RoyaltyTermsJson.ReadDay(json, "day"), Id(json, "by")),
            "inspection-found" => new InspectionFound(Id(json, "id"), Id(json, "inspection"), Found(json), Word(json, "fileSha256"), Word(json, "fileName"), Id(json, "by")),
            "report-accepted" => new ReportAccepted(Id(json, "inspection"), Id(json, "report"), Id(json, "by")),
            "report-disputed" => new ReportDisputed(Id(json, "inspection"), Id(json, "report"), Word(json, "reason"), Id(json, "by")),
            "inspection-given-up" => new InspectionGivenUp(Id(json, "inspection"), Id(json, "by")),
            "judgment-proposed" => new JudgmentProposed(
                Id(json, "id"), Id(json, "inspection"), Found(json), Word(json, "number"), Word(json, "fileSha256"), Word(json, "fileName"), Id(json, "by")),
            "judgment-entered" => new JudgmentEntered(Id(json, "inspection"), Id(json, "judgment"), Found(json), Id(json, "by")),
            "royalties-ended" => new RoyaltiesEnded(Word(json, "because")),
            var other => throw new FormatException($"A fact nobody knows: {other}"),
        };
        return header.LineOf(fact, bytes, hash);
    }

    private static Guid Id(JsonElement json, string name) => json.GetProperty(name).GetGuid();

    private static string Word(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new FormatException(name);

    private static string? Optional(JsonElement json, string name) => json.TryGetProperty(name, out var word) ? word.GetString() : null;

    private static ImmutableArray<long> Found(JsonElement json) => [.. json.GetProperty("found").EnumerateArray().Select(of => of.GetInt64())];
}
