using Marketplace.Domain.Organisations;

namespace Marketplace.Search.Index;

/// <summary>By what results can be narrowed and counted.</summary>
public enum Facet { Kind, Field, Highland, Trl, Way, Region, Owner, State, Type }

public enum SearchOrder { Relevance, Newest, TrlFirst, CheapFirst, DearFirst }

/// <summary>What is looked for, by whom, and which part of the results is wanted.</summary>
public sealed record SearchQuery
{
    public string? Text { get; init; }
    public required Audience Audience { get; init; }

    /// <summary>Values that are wanted, by facet; of one facet any, of several facets all. A region stands for what lies in it.</summary>
    public IReadOnlyDictionary<Facet, IReadOnlyList<string>> Wanted { get; init; } = new Dictionary<Facet, IReadOnlyList<string>>();

    public int? TrlFrom { get; init; }
    public int? TrlTo { get; init; }

    /// <summary>In fen, both inclusive. A document without a price passes only when <see cref="WithoutPrice"/> says so.</summary>
    public long? PriceFrom { get; init; }
    public long? PriceTo { get; init; }
    public bool WithoutPrice { get; init; } = true;

    public SearchOrder Order { get; init; }
    public int Skip { get; init; }
    public int Take { get; init; } = 25;

    /// <summary>Which facets are counted.</summary>
    public IReadOnlyList<Facet> Count { get; init; } = [];

    /// <summary>A value of a document is what one value of the query wants.</summary>
    public static bool IsWanted(Facet facet, string value, string wanted) => facet switch
    {
        Facet.Region => value.StartsWith(Region.AreaOf(wanted), StringComparison.Ordinal),
        Facet.Owner => value.StartsWith(wanted, StringComparison.OrdinalIgnoreCase),
        _ => value == wanted,
    };

    /// <summary>It lies in the ranges that are asked for.</summary>
    /// <param name="price">As far as who asks may know it.</param>
    public bool InRanges(int? trl, long? price)
    {
        if (TrlFrom is { } from && (trl is null || trl < from)) return false;
        if (TrlTo is { } to && (trl is null || trl > to)) return false;
        if (price is null || (PriceFrom is null && PriceTo is null)) return WithoutPrice || price is not null;
        return (PriceFrom is null || price >= PriceFrom) && (PriceTo is null || price <= PriceTo);
    }
}

/// <summary>A stretch of a text that was looked for.</summary>
public readonly record struct Mark(int Start, int Length);

/// <summary>A text with the stretches that were looked for.</summary>
public sealed record MarkedText(string Text, IReadOnlyList<Mark> Marks);

public sealed record SearchHit(SearchDocument Document, double Score, MarkedText Title, MarkedText Summary);

/// <summary>A value of a facet and how many results have it, whichever other values of this facet are wanted.</summary>
public sealed record FacetCount(string Value, int Count);

public sealed record SearchAnswer
{
    public required int Total { get; init; }
    public required IReadOnlyList<SearchHit> Hits { get; init; }
    public IReadOnlyDictionary<Facet, IReadOnlyList<FacetCount>> Facets { get; init; } = new Dictionary<Facet, IReadOnlyList<FacetCount>>();

    /// <summary>What was perhaps meant, when what was written is in no text.</summary>
    public string? Meant { get; init; }

    /// <summary>Nothing has every word: these have some.</summary>
    public bool Loose { get; init; }
}
