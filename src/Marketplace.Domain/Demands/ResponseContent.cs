using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Demands;

/// <summary>What one version of a response says. Only the demand's owner, its mandated brokers and the responder read it.</summary>
public sealed record ResponseContent
{
    public string Title { get; init; } = "";
    public string Plan { get; init; } = "";
    public ImmutableArray<Claim> Claims { get; init; } = [];
    public long PriceFen { get; init; }
    public int Months { get; init; }

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter() },
    };

    public string Write() => JsonSerializer.Serialize(this, Json);

    public static ResponseContent Read(string json) => JsonSerializer.Deserialize<ResponseContent>(json, Json) ?? throw new JsonException("A response without content");

    /// <summary>How many lines of a kind the response says it meets, of how many.</summary>
    public (int Met, int All) Meets(DemandContent demand, Necessity necessity)
    {
        var keys = demand.Lines.Where(l => l.Necessity == necessity).Select(l => l.Key).ToHashSet();
        return (Claims.Count(c => c.Met && keys.Contains(c.Line)), keys.Count);
    }
}

/// <summary>What a response says of one line of the sheet.</summary>
/// <param name="Line"><see cref="TargetLine.Key"/>.</param>
public sealed record Claim(int Line, bool Met, string? Value, string? Evidence);

/// <summary>What is wrong with a response.</summary>
public static class ResponseCheck
{
    public const int MostPlan = 20000;
    public const int MostMonths = 240;

    public static ImmutableArray<Fault> Of(ResponseContent response, DemandContent demand)
    {
        var faults = new FaultList();
        faults.Need("title", response.Title, DemandCheck.MostTitle);
        faults.Need("plan", response.Plan, MostPlan);
        if (!Fen.IsAmount(response.PriceFen)) faults.Add("price", Refusal.AmountOutOfRange);
        if (response.Months is < 1 or > MostMonths) faults.Add("months", Refusal.NumberInvalid);
        faults.Many("claims", response.Claims.Length, DemandCheck.MostItems);
        foreach (var claim in response.Claims)
        {
            faults.Allow($"claims[{claim.Line}].value", claim.Value, DemandCheck.MostShort);
            faults.Allow($"claims[{claim.Line}].evidence", claim.Evidence, DemandCheck.MostText);
            if (demand.Lines.All(l => l.Key != claim.Line) || response.Claims.Count(c => c.Line == claim.Line) > 1) faults.Add("claims", Refusal.UnknownWord);
            // A claim without a value cannot be checked by anybody.
            if (claim.Met && string.IsNullOrWhiteSpace(claim.Value)) faults.Add($"claims[{claim.Line}].value", Refusal.Required);
        }

        foreach (var line in demand.Lines.Where(l => response.Claims.All(c => c.Line != l.Key))) faults.Add($"claims[{line.Key}].value", Refusal.ClaimMissing);
        return faults.Found;
    }
}
