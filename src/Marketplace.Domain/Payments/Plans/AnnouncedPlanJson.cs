using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Plans;

/// <summary>An announced plan as JSON, the same in the announcement, in the deal's line and in a column.</summary>
public static class AnnouncedPlanJson
{
    public static void Write(Utf8JsonWriter json, string name, AnnouncedPlan plan)
    {
        json.WritePropertyName(name);
        Write(json, plan);
    }

    public static string Text(AnnouncedPlan plan)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) Write(json, plan);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <exception cref="FormatException">It is none that this market ever wrote.</exception>
    public static AnnouncedPlan Read(string text)
    {
        using var document = JsonDocument.Parse(text);
        return Read(document.RootElement);
    }

    /// <exception cref="FormatException">It is none that this market ever wrote.</exception>
    public static AnnouncedPlan Read(JsonElement json) => new(Word<PlanKind>(json, "kind"))
    {
        Parts =
        [
            .. json.GetProperty("parts").EnumerateArray().Select(p => new AnnouncedPart(
                p.GetProperty("shareBp").GetInt32(), new Period(p.GetProperty("due").GetInt32(), Word<PeriodUnit>(p, "unit")), Word<PartRelease>(p, "release"),
                p.TryGetProperty("milestone", out var milestone) ? milestone.GetString() : null)),
        ],
        Royalty = json.TryGetProperty("royalty", out var royalty) ? ReadRoyalty(royalty) : null,
    };

    private static AnnouncedRoyalty ReadRoyalty(JsonElement json) => new(Word<RoyaltyBase>(json, "base"), json.GetProperty("months").GetInt32(), Word<RoyaltyCycle>(json, "cycle"))
    {
        Bands = [.. json.GetProperty("bands").EnumerateArray().Select(b => new RoyaltyBand(Amount(b, "upTo"), b.GetProperty("rate").GetInt64()))],
        MinimumFen = Amount(json, "minimumFen"),
        CapFen = Amount(json, "capFen"),
        DeclareDays = json.GetProperty("declareDays").GetInt32(),
        PayDays = json.GetProperty("payDays").GetInt32(),
        NoticeDays = json.GetProperty("noticeDays").GetInt32(),
    };

    private static void Write(Utf8JsonWriter json, AnnouncedPlan plan)
    {
        json.WriteStartObject();
        json.WriteString("kind", plan.Kind.ToString());
        json.WriteStartArray("parts");
        foreach (var part in plan.Parts)
        {
            json.WriteStartObject();
            json.WriteNumber("shareBp", part.ShareBp);
            json.WriteNumber("due", part.Due.Count);
            json.WriteString("unit", part.Due.Unit.ToString());
            json.WriteString("release", part.Release.ToString());
            if (part.Milestone is { } milestone) json.WriteString("milestone", milestone);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (plan.Royalty is { } royalty) WriteRoyalty(json, royalty);
        json.WriteEndObject();
    }

    private static void WriteRoyalty(Utf8JsonWriter json, AnnouncedRoyalty royalty)
    {
        json.WriteStartObject("royalty");
        json.WriteString("base", royalty.Base.ToString());
        json.WriteNumber("months", royalty.Months);
        json.WriteString("cycle", royalty.Cycle.ToString());
        json.WriteStartArray("bands");
        foreach (var band in royalty.Bands)
        {
            json.WriteStartObject();
            if (band.UpTo is { } end) json.WriteNumber("upTo", end);
            json.WriteNumber("rate", band.Rate);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (royalty.MinimumFen is { } minimum) json.WriteNumber("minimumFen", minimum);
        if (royalty.CapFen is { } cap) json.WriteNumber("capFen", cap);
        json.WriteNumber("declareDays", royalty.DeclareDays);
        json.WriteNumber("payDays", royalty.PayDays);
        json.WriteNumber("noticeDays", royalty.NoticeDays);
        json.WriteEndObject();
    }

    private static long? Amount(JsonElement json, string name) => json.TryGetProperty(name, out var amount) ? amount.GetInt64() : null;

    private static T Word<T>(JsonElement json, string name)
        where T : struct, Enum => json.GetProperty(name).GetString() is { } word && Enum.TryParse<T>(word, out var said) && said.ToString() == word ? said : throw new FormatException(name);
}
