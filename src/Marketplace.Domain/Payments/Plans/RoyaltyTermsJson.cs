using System.Globalization;
using System.Text.Json;

namespace Marketplace.Domain.Payments.Plans;

/// <summary>Terms of royalties as they stand in a line, always in the same order; what is not agreed is not written.</summary>
public static class RoyaltyTermsJson
{
    public static void Write(Utf8JsonWriter json, RoyaltyTerms terms)
    {
        json.WriteStartObject();
        json.WriteString("base", NameOf(terms.Base));
        json.WriteString("cycle", NameOf(terms.Cycle));
        json.WriteString("from", terms.From.ToString("O", CultureInfo.InvariantCulture));
        json.WriteString("until", terms.Until.ToString("O", CultureInfo.InvariantCulture));
        json.WriteStartArray("bands");
        foreach (var band in terms.Bands)
        {
            json.WriteStartObject();
            if (band.UpTo is { } end) json.WriteNumber("upTo", end);
            json.WriteNumber("rate", band.Rate);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (terms.MinimumFen is { } minimum) json.WriteNumber("minimumFen", minimum);
        if (terms.CapFen is { } cap) json.WriteNumber("capFen", cap);
        json.WriteNumber("declareDays", terms.DeclareDays);
        json.WriteNumber("payDays", terms.PayDays);
        json.WriteNumber("noticeDays", terms.NoticeDays);
        json.WriteEndObject();
    }

    /// <exception cref="FormatException">A word that nobody wrote.</exception>
    public static RoyaltyTerms Read(JsonElement json) => new(
        Named<RoyaltyBase>(json.GetProperty("base").GetString(), NameOf), ReadDay(json, "from"), ReadDay(json, "until"), Named<RoyaltyCycle>(json.GetProperty("cycle").GetString(), NameOf))
    {
        Bands = [.. json.GetProperty("bands").EnumerateArray().Select(b => new RoyaltyBand(Number(b, "upTo"), b.GetProperty("rate").GetInt64()))],
        MinimumFen = Number(json, "minimumFen"),
        CapFen = Number(json, "capFen"),
        DeclareDays = json.GetProperty("declareDays").GetInt32(),
        PayDays = json.GetProperty("payDays").GetInt32(),
        NoticeDays = json.GetProperty("noticeDays").GetInt32(),
    };

    internal static DateOnly ReadDay(JsonElement json, string name) => DateOnly.ParseExact(json.GetProperty(name).GetString()!, "O", CultureInfo.InvariantCulture);

    private static string NameOf(RoyaltyBase of) => of switch
    {
        RoyaltyBase.NetSales => "net-sales",
        RoyaltyBase.GrossSales => "gross-sales",
        RoyaltyBase.Units => "units",
    };

    private static string NameOf(RoyaltyCycle cycle) => cycle switch
    {
        RoyaltyCycle.Quarter => "quarter",
        RoyaltyCycle.HalfYear => "half-year",
        RoyaltyCycle.Year => "year",
    };

    private static T Named<T>(string? name, Func<T, string> nameOf)
        where T : struct, Enum => Enum.GetValues<T>().Where(value => nameOf(value) == name).Select(value => (T?)value).SingleOrDefault() ?? throw new FormatException(name);

    private static long? Number(JsonElement json, string name) => json.TryGetProperty(name, out var number) ? number.GetInt64() : null;
}
