using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Domain.Organisations;
using Marketplace.Search.Words;

namespace Marketplace.Search.Index;

/// <summary>A query in Elasticsearch's words: the same terms, filters and counts as the embedded engine, its tier always part of it.</summary>
internal sealed class ElasticQuery(SearchQuery query)
{
    private const double ConceptBoost = 0.7, SingleBoost = 0.6, GuessBoost = 0.3;
    private const int Refined = 400, MostValues = 1_000, ShortestGuess = 4;

    /// <summary>Documents with a smaller part of what is looked for are no results.</summary>
    private const string LeastPart = "35%";

    public const string Complete = "complete", Meant = "meant";

    private readonly List<Token> _tokens = query.Text is { } text ? Tokens.Of(text) : [];

    /// <summary>Something can be looked for.</summary>
    public bool HasTerms => _tokens.Exists(t => t.Kind != TokenKind.Single);

    /// <summary>The body of the search; by codes alone when the text is one.</summary>
    public JsonObject Body(bool byCode = false)
    {
        var asked = byCode ? ByCode() : HasTerms ? Some(Clauses(), LeastPart) : null;
        var body = new JsonObject
        {
            ["query"] = All([Seen(), .. Ranges()], asked),
            ["from"] = query.Skip,
            ["size"] = query.Take,
            ["track_total_hits"] = true,
            ["_source"] = new JsonObject { ["includes"] = new JsonArray(ElasticDocuments.Shown) },
        };
        if (query.Wanted.Count > 0) body["post_filter"] = Filtered(null);
        var counts = new JsonObject();
        foreach (var facet in query.Count) counts[facet.ToString()] = Counted(facet);
        if (asked is not null && !byCode)
        {
            counts[Complete] = new JsonObject { ["filter"] = Some(Clauses(), "100%") };
            body["suggest"] = Guess();
        }

        if (counts.Count > 0) body["aggregations"] = counts;
        if (query.Order != SearchOrder.Relevance || asked is null) body["sort"] = Sorted();
        else if (!byCode && query.Skip < Refined) body["rescore"] = Rescore();
        return body;
    }

    /// <summary>Phrases that begin like this, counted.</summary>
    public static JsonObject Beginning(string phrase, Audience audience, int most)
    {
        var fields = audience == Audience.Registered ? (string[])[ElasticDocuments.Phrases, ElasticDocuments.RegisteredPhrases] : [ElasticDocuments.Phrases];
        var aggregations = new JsonObject();
        foreach (var field in fields)
        {
            aggregations[field] = new JsonObject
            {
                ["terms"] = new JsonObject { ["field"] = field, ["size"] = most, ["include"] = Literal(phrase) + ".*", ["order"] = new JsonArray(new JsonObject { ["_count"] = "desc" }, new JsonObject { ["_key"] = "asc" }) },
            };
        }

        return new JsonObject { ["size"] = 0, ["query"] = All([SeenBy(audience)], null), ["aggregations"] = aggregations };
    }

    public static JsonObject Everything() => new() { ["query"] = Exists(ElasticDocuments.Audience) };

    /// <summary>The price as far as who asks may know it: nobody is ordered or narrowed by another.</summary>
    private string Price => query.Audience == Audience.Registered ? ElasticDocuments.Price : ElasticDocuments.PublicPrice;

    private static JsonObject Exists(string field) => new() { ["exists"] = new JsonObject { ["field"] = field } };

    private JsonObject Seen() => SeenBy(query.Audience);

    private static JsonObject SeenBy(Audience audience) => Range(ElasticDocuments.Audience, null, (int)audience);

    private JsonObject? ByCode() => Words.Codes.In(query.Text ?? "") is { Count: > 0 } codes ? new JsonObject { ["terms"] = new JsonObject { [ElasticDocuments.Codes] = new JsonArray([.. codes.Select(c => (JsonNode)c)]) } } : null;

    /// <summary>One clause for each thing that is looked for: a term, or a thing of the dictionary by any of its names.</summary>
    private List<JsonObject> Clauses()
    {
        var things = _tokens.Where(t => t.Kind == TokenKind.Concept).OrderByDescending(t => t.Length).ToList();
        things = [.. things.Where((thing, i) => !things.Take(i).Any(t => thing.IsInside(t)))];
        var clauses = new List<JsonObject>();
        foreach (var thing in things.DistinctBy(t => t.Term))
            clauses.Add(Some([Term(thing.Term, ConceptBoost), .. _tokens.Where(t => t.Kind is TokenKind.Pair or TokenKind.Word && t.IsInside(thing)).DistinctBy(t => t.Term).Select(t => Term(t.Term, 1))], "1"));
        foreach (var group in _tokens.Where(t => t.Kind is TokenKind.Pair or TokenKind.Word && !things.Exists(thing => t.IsInside(thing))).GroupBy(t => (t.Term, t.Kind)))
        {
            var term = Term(group.Key.Term, group.Count());
            var guessed = group.Key.Kind == TokenKind.Word && group.Key.Term.Length >= ShortestGuess && !group.Key.Term.Any(char.IsDigit);
            clauses.Add(guessed ? Some([term, Near(group.Key.Term)], "1") : term);
        }

        return clauses;
    }

    private JsonObject Term(string term, double boost)
    {
        var told = Told(ElasticDocuments.Terms, ElasticDocuments.RegisteredTerms, term, boost);
        return told.Length > 1 ? Some(told, "1") : told[0];
    }

    private static JsonObject Near(string word) => new()
    {
        ["fuzzy"] = new JsonObject { [ElasticDocuments.Terms] = new JsonObject { ["value"] = word, ["fuzziness"] = "AUTO:4,8", ["prefix_length"] = 1, ["max_expansions"] = 20, ["boost"] = GuessBoost } },
    };

    /// <summary>Single characters, and keywords and names that a part of the query is as a whole, decide among the best.</summary>
    private JsonObject Rescore()
    {
        var singles = _tokens.Where(t => t.Kind == TokenKind.Single).GroupBy(t => t.Term).SelectMany(g => Told(ElasticDocuments.Singles, ElasticDocuments.RegisteredSingles, g.Key, SingleBoost * g.Count()));
        var phrases = Words.Phrases.In(query.Text!).SelectMany(p => Told(ElasticDocuments.Phrases, ElasticDocuments.RegisteredPhrases, p, 1));
        return new JsonObject { ["window_size"] = Refined, ["query"] = new JsonObject { ["rescore_query"] = Some([.. singles, .. phrases], "0") } };
    }

    /// <summary>A term in what everybody may read, and in what this reader may besides.</summary>
    private JsonObject[] Told(string open, string registered, string term, double boost) =>
        query.Audience == Audience.Registered ? [One(open, term, boost), One(registered, term, boost)] : [One(open, term, boost)];

    private JsonObject Guess() => new()
    {
        ["text"] = Words.Phrases.Of(query.Text!) is { Length: > 0 } phrase ? phrase : query.Text!,
        [Meant] = new JsonObject { ["term"] = new JsonObject { ["field"] = ElasticDocuments.Phrases, ["suggest_mode"] = "missing", ["max_edits"] = query.Text!.Length < 8 ? 1 : 2, ["prefix_length"] = 1, ["min_word_length"] = 3, ["size"] = 1 } },
    };

    private List<JsonObject> Ranges()
    {
        var ranges = new List<JsonObject>();
        if (query.TrlFrom is not null || query.TrlTo is not null) ranges.Add(Range(ElasticDocuments.Trl, query.TrlFrom, query.TrlTo));
        if (query.PriceFrom is null && query.PriceTo is null && query.WithoutPrice) return ranges;
        var priced = Range(Price, query.PriceFrom ?? 0, query.PriceTo);
        ranges.Add(query.WithoutPrice ? Some([priced, new JsonObject { ["bool"] = new JsonObject { ["must_not"] = new JsonArray(Exists(Price)) } }], "1") : priced);
        return ranges;
    }

    /// <summary>Every facet's wish but this one's: so a facet counts what it could still offer.</summary>
    private JsonObject Filtered(Facet? but) => All([.. query.Wanted.Where(w => w.Key != but && w.Value.Count > 0).Select(w => Wanted(w.Key, w.Value))], null);

    private static JsonObject Wanted(Facet facet, IReadOnlyList<string> values) => facet switch
    {
        Facet.Region => Some([.. values.Select(v => Prefix(facet, Region.AreaOf(v)))], "1"),
        Facet.Owner => Some([.. values.Select(v => Prefix(facet, v.ToLowerInvariant()))], "1"),
        _ => new JsonObject { ["terms"] = new JsonObject { [ElasticDocuments.Of(facet)] = new JsonArray([.. values.Select(v => (JsonNode)v)]) } },
    };

    private JsonObject Counted(Facet facet) => new()
    {
        ["filter"] = Filtered(facet),
        ["aggregations"] = new JsonObject { ["values"] = new JsonObject { ["terms"] = new JsonObject { ["field"] = ElasticDocuments.Counted(facet), ["size"] = MostValues } } },
    };

    private JsonArray Sorted()
    {
        var newest = By(ElasticDocuments.At, "desc");
        return query.Order switch
        {
            SearchOrder.TrlFirst => [By(ElasticDocuments.Trl, "desc"), newest],
            SearchOrder.CheapFirst => [By(Price, "asc"), newest],
            SearchOrder.DearFirst => [By(Price, "desc"), newest],
            _ => [newest],
        };
    }

    private static JsonObject By(string field, string order) => new() { [field] = new JsonObject { ["order"] = order, ["missing"] = "_last" } };

    private static JsonObject One(string field, string term, double boost) => new() { ["term"] = new JsonObject { [field] = new JsonObject { ["value"] = term, ["boost"] = boost } } };

    private static JsonObject Prefix(Facet facet, string beginning) => new() { ["prefix"] = new JsonObject { [ElasticDocuments.Of(facet)] = new JsonObject { ["value"] = beginning } } };

    private static JsonObject Range(string field, long? from, long? to)
    {
        var range = new JsonObject();
        if (from is { } least) range["gte"] = least;
        if (to is { } most) range["lte"] = most;
        return new JsonObject { ["range"] = new JsonObject { [field] = range } };
    }

    private static JsonObject Some(IReadOnlyList<JsonObject> clauses, string least) =>
        new() { ["bool"] = new JsonObject { ["should"] = new JsonArray([.. clauses]), ["minimum_should_match"] = least } };

    private static JsonObject All(IReadOnlyList<JsonObject> filters, JsonObject? scored)
    {
        var all = new JsonObject { ["filter"] = new JsonArray([.. filters]) };
        if (scored is not null) all["must"] = new JsonArray(scored);
        return new JsonObject { ["bool"] = all };
    }

    /// <summary>A text with every sign escaped that means something in Lucene's regular expressions.</summary>
    private static string Literal(string text)
    {
        var literal = new StringBuilder(text.Length * 2);
        foreach (var c in text)
        {
            if (c < 128 && !char.IsAsciiLetterOrDigit(c)) literal.Append('\\');
            literal.Append(c);
        }

        return literal.ToString();
    }
}
