using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Edge;
using Marketplace.Search.Index;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Search;

/// <summary>A result as programs read it. Stretches that were looked for are pairs of start and length in UTF-16 units.</summary>
public sealed record SearchItem(
    string Kind, string Id, string Url, string Title, IReadOnlyList<Mark> TitleMarks, string Summary, IReadOnlyList<Mark> SummaryMarks, string? Owner, Guid? OwnerId,
    string? Type, string? Field, IReadOnlyList<string> Fields, IReadOnlyList<string> Highlands, int? Trl, IReadOnlyList<string> Ways, string? Region, string? State, long? PriceFen, long? PriceToFen, string At, bool Demo);

/// <param name="Loose">Nothing has all that was looked for: these have a part of it.</param>
/// <param name="Meant">What was perhaps meant.</param>
public sealed record SearchItems(
    int Total, int Page, int Size, bool Loose, string? Meant, IReadOnlyList<SearchItem> Items, IReadOnlyDictionary<string, IReadOnlyList<FacetCount>> Facets);

/// <summary>What somebody is perhaps about to write.</summary>
public sealed record Suggestions(IReadOnlyList<string> Items);

/// <summary>The routes of searching that are no pages.</summary>
public static class SearchEndpoints
{
    private const int MostSuggestions = 8, MostBeginning = 60;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static void Map(WebApplication app)
    {
        var api = app.MapApi().MapGroup("/search").WithTags("Search");
        api.MapGet("/", Find).WithName("Search").Produces<SearchItems>().ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/suggestions", Suggest).WithName("Suggest").Produces<Suggestions>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>
    /// Who asks: the tier is part of the query, so that nothing above it is found or counted. One index holds what is real and what is demonstration, so
    /// that an account of the demonstration, whose password is printed for everybody, searches as a visitor does.
    /// </summary>
    public static async Task<Audience> AudienceOf(CurrentActor actor, CancellationToken cancellation) => AudienceOf(await actor.Get(cancellation));

    public static Audience AudienceOf(Actor actor) => Policy.Check(actor.Among(demo: false), Act.ReadRegisteredTier).Done ? Audience.Registered : Audience.Public;

    private static async Task<IResult> Find(HttpRequest request, ISearchIndex index, CurrentActor actor, Refusals refusals, CancellationToken cancellation)
    {
        var read = SearchRequest.Read(request.Query.ToDictionary(), await AudienceOf(actor, cancellation));
        if (!read.Done) return refusals.Problem(read.Refusal.Value, read.Detail);
        try
        {
            var answer = await index.Find(read.Value.Query, cancellation);
            return Results.Json(
                new SearchItems(
                    answer.Total, read.Value.Page, read.Value.Size, answer.Loose, answer.Meant, [.. answer.Hits.Select(Item)],
                    answer.Facets.ToDictionary(f => SearchRequest.Name(f.Key), f => f.Value)),
                Json);
        }
        catch (SearchUnavailableException)
        {
            return refusals.Problem(Refusal.SearchUnavailable);
        }
    }

    private static async Task<IResult> Suggest([FromQuery] string? q, ISearchIndex index, CurrentActor actor, Refusals refusals, CancellationToken cancellation)
    {
        var text = Text.Allow(q, MostBeginning, "q");
        if (!text.Done) return refusals.Problem(text.Refusal.Value, text.Detail);
        if (text.Value is null) return Results.Json(new Suggestions([]), Json);
        try
        {
            return Results.Json(new Suggestions(await index.Suggest(text.Value, await AudienceOf(actor, cancellation), MostSuggestions, cancellation)), Json);
        }
        catch (SearchUnavailableException)
        {
            return refusals.Problem(Refusal.SearchUnavailable);
        }
    }

    private static SearchItem Item(SearchHit hit)
    {
        var d = hit.Document;
        return new SearchItem(
            Camel(d.Key.Kind.ToString()), d.Key.Id, d.Url, hit.Title.Text, hit.Title.Marks, hit.Summary.Text, hit.Summary.Marks, d.OwnerName, d.Owner, d.Type, d.Field, d.Fields, d.Highlands, d.Trl, d.Ways,
            d.Region, d.State, d.PriceFen, d.PriceToFen, Instant.Write(d.At), d.Demo);
    }

    private static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
