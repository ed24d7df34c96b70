using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Marketplace.Demands;
using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Edge;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Matching.Recommendations;

/// <summary>One part of why: facts are stored names, digits, codes or words, as the two sides have them.</summary>
/// <param name="Value">0 to 10,000.</param>
/// <param name="Missing">What was looked for and is not there.</param>
public sealed record RecommendationReason(ScorePart Part, int Weight, int Value, Fit Fit, string? Demand, string? Achievement, IReadOnlyList<string> Missing);

/// <summary>An achievement recommended to a demand.</summary>
/// <param name="Score">0 to 10,000.</param>
/// <param name="Words">What both texts say, as each of them wrote it; the rarest first.</param>
/// <param name="Learned">Words that weigh more because of what the demand's side said of other recommendations.</param>
/// <param name="Said">What the demand's side said of this one.</param>
public sealed record RecommendationItem(
    Guid Achievement, string Title, string Unit, int Score, IReadOnlyList<RecommendationReason> Parts, IReadOnlyList<SharedWord> Words, IReadOnlyList<string> Learned, Verdict? Said, DateTimeOffset ComputedAt, bool Demo);

/// <param name="Order">Personal unless <c>order</c> asks for the order that is the same for everybody.</param>
public sealed record RecommendationItems(Guid Demand, RecommendationOrder Order, int Edition, IReadOnlyList<RecommendationItem> Items);

internal static class RecommendationEndpoints
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static void Map(WebApplication app) => app.MapApi().MapGet("/demands/{id}/recommendations", OfDemand).WithTags("Demands").WithName("ListRecommendations")
        .WithSummary("What is recommended to a demand and why; for its owner and the agencies with its mandate. order: personal (default), best, newest")
        .Produces<RecommendationItems>().ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> OfDemand(string id, [FromQuery] string? order, MarketplaceDb db, CurrentActor actor, RecommendationLists lists, Refusals refusals, CancellationToken cancellation)
    {
        if (!Guid.TryParse(id, out var key) || await DemandReading.Open(db, actor, key, cancellation) is not { } reading) return refusals.Problem(Refusal.NotFound, "id");
        var may = await lists.MayRead(reading.Row, cancellation);
        if (!may.Done) return refusals.Problem(may.Refusal.Value);
        RecommendationOrder? asked = order switch { null or "" or "personal" => RecommendationOrder.Personal, "best" => RecommendationOrder.Best, "newest" => RecommendationOrder.Newest, _ => null };
        if (asked is not { } shown) return refusals.Problem(Refusal.UnknownWord, "order");
        var lines = await lists.Of(reading.Row, shown, cancellation);
        return Results.Json(new RecommendationItems(key, shown, Scoring.Edition, [.. lines.Select(Item)]), Json);
    }

    private static RecommendationItem Item(RecommendedWork line) => new(
        line.Work.Id, line.Work.Title, line.Unit, line.Score, [.. line.Why.Parts.Select(p => new RecommendationReason(p.Part, p.Weight, p.Value, p.Fit, p.Demand, p.Achievement, p.Missing))],
        line.Why.Words, line.Why.Learned, line.Said?.Verdict, line.Row.ComputedAt, line.Work.Demo);
}
