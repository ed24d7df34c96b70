using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Edge;
using Marketplace.Search.Index;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Demands;

/// <summary>One demand in a list, as programs read it: what everybody may know, whoever asks.</summary>
/// <param name="Owner">Null unless the owner opened its name to everybody.</param>
/// <param name="BudgetToFen">Null unless the owner opened its budget to everybody.</param>
public sealed record DemandItem(
    Guid Id, string Number, string Title, string Problem, DemandKind Kind, DemandState State, string? Owner, OrganisationKind OwnerKind, string? OwnerRegion,
    TechField? Field, IReadOnlyList<Highland> Highlands, IReadOnlyList<WayOfCooperation> Ways, int? Trl, string? Region, long? BudgetFromFen, long? BudgetToFen, long? RewardFen,
    string? Grade, DateTimeOffset? Deadline, DateTimeOffset? PublishedAt, int Edition, int Responses, bool Demo);

public sealed record DemandItems(int Total, int Page, int Size, IReadOnlyList<DemandItem> Items);

/// <summary>What only the whole demand has.</summary>
public sealed record DemandSheet(
    IReadOnlyList<string> Keywords, IReadOnlyList<TargetLine> Lines, IpWish? Ip, string? IpNote, string? Confidentiality,
    IReadOnlyList<Stage> Stages, int? NoticeDays, int? Lanes, string? Elimination, int? FinalShareBp);

/// <summary>The routes of demands that are no pages.</summary>
public static class DemandEndpoints
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new MomentConverter() },
    };

    public static void Map(WebApplication app)
    {
        var api = app.MapApi().MapGroup("/demands").WithTags("Demands");
        api.MapGet("/", List).WithName("ListDemands").Produces<DemandItems>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        api.MapGet("/{id}", One).WithName("GetDemand").Produces<DemandItem>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> List(
        [FromQuery] string? q, [FromQuery] string? page, [FromQuery] string? size, MarketplaceDb db, ISearchIndex index, CurrentActor actor, Refusals refusals, CancellationToken cancellation)
    {
        var query = DemandQuery.Read(q, page, size);
        if (!query.Done) return refusals.Problem(query.Refusal.Value, query.Detail);
        var found = await DemandSearch.Find(db, index, await actor.Get(cancellation), query.Value, cancellation);
        return found.Done ? Results.Json(new DemandItems(found.Value.Total, query.Value.Paging.Page, query.Value.Paging.Size, [.. found.Value.Items.Select(Item)]), Json) : refusals.Problem(found.Refusal.Value);
    }

    private static async Task<IResult> One(string id, MarketplaceDb db, CurrentActor actor, Refusals refusals, CancellationToken cancellation)
    {
        if (!Guid.TryParse(id, out var key)) return refusals.Problem(Refusal.NotFound, "id");
        var visible = DemandSearch.Visible(db, await actor.Get(cancellation)).Where(d => d.Id == key);
        if (await DemandSearch.Read(db, visible, cancellation) is not [var found]) return refusals.Problem(Refusal.NotFound, "id");
        var c = found.Content;
        var sheet = new DemandSheet(c.Keywords, c.Lines, c.Ip, c.IpNote, c.Confidentiality, c.Stages, c.NoticeDays, c.Lanes, c.Elimination, c.FinalShareBp);
        // Flat: what the list says, and beside it what only the whole has.
        var flat = JsonSerializer.SerializeToNode(Item(found), Json)!.AsObject();
        foreach (var (name, value) in JsonSerializer.SerializeToNode(sheet, Json)!.AsObject()) flat[name] = value?.DeepClone();
        return Results.Json(flat, Json);
    }

    private static DemandItem Item(FoundDemand found)
    {
        var (d, c) = (found.Row, found.Content);
        var open = Ladder.Of(d.Reveal, Rung.Public);
        return new DemandItem(
            d.Id, d.Number, c.Title, c.Problem, d.Kind, d.State, found.Owner, found.OwnerKind, found.OwnerRegion, c.Field, c.Highlands, c.Ways, c.Trl,
            open.Name ? c.Region : Domain.Organisations.Region.CityOf(c.Region), open.Budget ? c.BudgetFromFen : null, open.Budget ? c.BudgetToFen : null, c.RewardFen,
            d.Grade?.ToString(), d.Deadline, d.PublishedAt, d.Edition, found.Responses, d.Demo);
    }

    private sealed class MomentConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Instant.Write(value));
    }
}
