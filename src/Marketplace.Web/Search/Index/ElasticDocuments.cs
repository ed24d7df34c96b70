using System.Text.Json.Nodes;
using Marketplace.Platform.Outbox;
using Marketplace.Search.Words;
using Marketplace.Shared;

namespace Marketplace.Search.Index;

/// <summary>How a document lies in Elasticsearch: the same terms as in Lucene, cut here and only split at spaces there.</summary>
internal static class ElasticDocuments
{
    public const string Terms = "terms", Singles = "singles", RegisteredTerms = "terms_registered", RegisteredSingles = "singles_registered";
    public const string Codes = "codes", Phrases = "phrases", RegisteredPhrases = "phrases_registered", Audience = "audience", Shown = "shown";
    public const string Trl = "trl", Price = "price", PublicPrice = "price_public", At = "at", City = "city";

    /// <summary>The document that says up to where the outbox is in this index. It has no audience, so no query finds it.</summary>
    public const string PositionId = "position";

    public static string Of(Facet facet) => facet switch { Facet.Trl => Trl, _ => facet.ToString().ToLowerInvariant() };

    /// <summary>What a facet is counted by: regions by city.</summary>
    public static string Counted(Facet facet) => facet == Facet.Region ? City : Of(facet);

    /// <summary>Settings and mapping of an index.</summary>
    public static JsonObject Definition()
    {
        var properties = new JsonObject
        {
            [Terms] = Cut(),
            [Singles] = Cut(),
            [RegisteredTerms] = Cut(),
            [RegisteredSingles] = Cut(),
            [Audience] = Typed("byte"),
            [Trl] = Typed("byte"),
            [Price] = Typed("long"),
            [PublicPrice] = Typed("long"),
            [At] = Typed("long"),
            [Shown] = new JsonObject { ["type"] = "object", ["enabled"] = false },
            ["outbox"] = new JsonObject { ["type"] = "keyword", ["index"] = false },
            ["edition"] = new JsonObject { ["type"] = "keyword", ["index"] = false },
        };
        foreach (var name in (string[])[Codes, Phrases, RegisteredPhrases, City, .. Enum.GetValues<Facet>().Where(f => f != Facet.Trl).Select(Of)]) properties[name] = Typed("keyword");
        return new JsonObject
        {
            ["settings"] = new JsonObject { ["max_result_window"] = Paging.Deepest + Paging.MostSize },
            ["mappings"] = new JsonObject
            {
                ["dynamic"] = "strict",
                // The cut texts are only searched; the registered tier must not lie there to be read.
                ["_source"] = new JsonObject { ["excludes"] = new JsonArray(Terms, Singles, RegisteredTerms, RegisteredSingles) },
                ["properties"] = properties,
            },
        };
    }

    public static JsonObject Make(SearchDocument d)
    {
        var (everybody, registered) = (Tokens.Of(d.PublicText), Tokens.Of(d.Registered));
        var made = new JsonObject
        {
            [Terms] = Joined(everybody, singles: false),
            [Singles] = Joined(everybody, singles: true),
            [RegisteredTerms] = Joined(registered, singles: false),
            [RegisteredSingles] = Joined(registered, singles: true),
            [Codes] = Array(d.Codes.Select(Words.Codes.Bare).Where(c => c.Length > 0).Distinct()),
            [d.Audience == Index.Audience.Public ? Phrases : RegisteredPhrases] = Array(d.Phrases),
            [Audience] = (int)d.Audience,
            [At] = d.At.UtcTicks,
            [Of(Facet.Kind)] = d.Key.Kind.ToString(),
            [Of(Facet.Field)] = Array(d.Fields),
            [Of(Facet.Highland)] = Array(d.Highlands),
            [Of(Facet.Way)] = Array(d.Ways),
            [Shown] = JsonNode.Parse(d.Write()),
        };
        if (d.Trl is { } trl) made[Trl] = trl;
        if (d.PriceFen is { } price) made[Price] = price;
        if (d is { PriceFen: { } open, PriceAudience: Index.Audience.Public }) made[PublicPrice] = open;
        if (d.Type is { } type) made[Of(Facet.Type)] = type;
        if (d.State is { } state) made[Of(Facet.State)] = state;
        if (d.Region is { } region) (made[Of(Facet.Region)], made[City]) = (region, Domain.Organisations.Region.CityOf(region) ?? region);
        if (d is { Owner: { } owner, OwnerName: { } name }) made[Of(Facet.Owner)] = $"{owner}|{name}";
        return made;
    }

    /// <summary>
    /// The version of what is written up to a place of the outbox: of two nodes that write the same document the one that
    /// knows more wins, whichever comes last.
    /// </summary>
    public static long Version(OutboxPosition position) => position.Xid == 0 ? position.Seq : (position.Xid << 20) | (position.Seq & 0xFFFFF);

    private static string Joined(List<Token> tokens, bool singles) => string.Join(' ', Tokens.Terms(tokens, singles));

    private static JsonArray Array(IEnumerable<string> values) => [.. values.Select(v => (JsonNode)v)];

    private static JsonObject Typed(string type) => new() { ["type"] = type };

    private static JsonObject Cut() => new() { ["type"] = "text", ["analyzer"] = "whitespace", ["index_options"] = "freqs" };
}
