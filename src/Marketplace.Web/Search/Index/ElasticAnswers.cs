using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Search.Words;

namespace Marketplace.Search.Index;

/// <summary>What Elasticsearch answered, in the market's words.</summary>
internal static class ElasticAnswers
{
    public static int Total(JsonNode answer) => answer["hits"]!["total"]!["value"]!.GetValue<int>();

    public static SearchAnswer Read(JsonNode answer, SearchQuery query)
    {
        var highlights = new Highlights(query.Text is { } text ? Tokens.Of(text) : []);
        var loose = answer["aggregations"]?[ElasticQuery.Complete]?["doc_count"]?.GetValue<long>() == 0;
        return new SearchAnswer
        {
            Total = Total(answer),
            Hits = [.. answer["hits"]!["hits"]!.AsArray().Select(hit => Hit(hit!, query, highlights))],
            Facets = query.Count.ToDictionary(facet => facet, facet => Counts(answer["aggregations"]![facet.ToString()]!)),
            Loose = loose,
            Meant = loose ? Guessed(answer) : null,
        };
    }

    public static IReadOnlyList<string> Phrases(JsonNode answer, int most) =>
    [
        .. answer["aggregations"]!.AsObject().SelectMany(a => a.Value!["buckets"]!.AsArray()).GroupBy(b => b!["key"]!.GetValue<string>())
            .OrderByDescending(g => g.Sum(b => b!["doc_count"]!.GetValue<long>())).ThenBy(g => g.Key.Length).ThenBy(g => g.Key, StringComparer.Ordinal).Take(most).Select(g => g.Key),
    ];

    private static SearchHit Hit(JsonNode hit, SearchQuery query, Highlights highlights)
    {
        var document = SearchDocument.Read(Encoding.UTF8.GetBytes(hit["_source"]![ElasticDocuments.Shown]!.ToJsonString()));
        if (document.PriceAudience > query.Audience) document = document with { PriceFen = null, PriceToFen = null };
        return new SearchHit(document, hit["_score"]?.GetValue<double>() ?? 0, highlights.Whole(document.Title), highlights.Excerpt(document.Summary, Highlights.MostExcerpt));
    }

    private static IReadOnlyList<FacetCount> Counts(JsonNode aggregation) =>
        [.. aggregation["values"]!["buckets"]!.AsArray().Select(b => new FacetCount(b!["key"]!.ToString(), b["doc_count"]!.GetValue<int>())).OrderByDescending(c => c.Count).ThenBy(c => c.Value, StringComparer.Ordinal)];

    private static string? Guessed(JsonNode answer) =>
        answer["suggest"]?[ElasticQuery.Meant]?.AsArray().SelectMany(entry => entry!["options"]!.AsArray()).Select(option => option!["text"]!.GetValue<string>()).FirstOrDefault();
}
