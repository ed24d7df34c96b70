using System.Globalization;
using System.Net;
using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Search.Index;
using Microsoft.AspNetCore.Html;
using Microsoft.Extensions.Localization;

namespace Marketplace.Search;

/// <summary>A value of a facet beside the results.</summary>
/// <param name="Count">Null while nothing could be counted.</param>
public sealed record FacetValue(string Value, string Name, int? Count, bool Chosen);

/// <summary>A facet beside the results: what is seen at once, and what opens.</summary>
public sealed record FacetChoice(Facet Facet, string Legend, IReadOnlyList<FacetValue> First, IReadOnlyList<FacetValue> More)
{
    private const int SeenAtOnce = 6, MostOpened = 60;

    /// <summary>Values of a vocabulary in its order; others the most used first. What is chosen is always among them, even where nobody knows it.</summary>
    public static FacetChoice Of(Facet facet, Found? kind, SearchAddress address, SearchAnswer? answer, FacetNames names, IStringLocalizer texts)
    {
        var chosen = address.All(SearchRequest.Name(facet));
        var counts = answer?.Facets.GetValueOrDefault(facet) ?? [];
        // An owner that changed its name stands there twice until its works are written again.
        var counted = counts.GroupBy(c => FacetNames.InAddress(facet, c.Value), StringComparer.OrdinalIgnoreCase).ToDictionary(g => g.Key, g => g.Sum(c => c.Count), StringComparer.OrdinalIgnoreCase);
        var vocabulary = names.Vocabulary(kind, facet);
        var whole = names.IsWhole(kind, facet) || answer is null;
        IEnumerable<string> shown = vocabulary.Count > 0
            ? vocabulary.Where(v => whole || counted.ContainsKey(v) || chosen.Contains(v)).Concat(chosen)
            : chosen.Concat(counted.Keys.Take(MostOpened));
        var values = shown.Distinct(StringComparer.OrdinalIgnoreCase).Select(Value).ToList();
        return vocabulary.Count > 0 || values.Count <= SeenAtOnce + 1
            ? new FacetChoice(facet, LegendOf(facet, kind, texts), values, [])
            : new FacetChoice(facet, LegendOf(facet, kind, texts), values[..SeenAtOnce], values[SeenAtOnce..]);

        FacetValue Value(string value) => new(
            value,
            Name(facet, kind, value, answer, names, texts),
            answer is null ? null : counted.GetValueOrDefault(value),
            chosen.Contains(value, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>What sorts are called depends on what is sorted.</summary>
    private static string LegendOf(Facet facet, Found? kind, IStringLocalizer texts) => texts[facet is Facet.Type && kind is { } of ? $"Facet.Type.{of}" : $"Facet.{facet}"].Value;

    /// <summary>An owner has a name only where a result has it: whoever asks for an id learns nothing about it.</summary>
    public static string Name(Facet facet, Found? kind, string value, SearchAnswer? answer, FacetNames names, IStringLocalizer texts)
    {
        if (facet is not Facet.Owner) return names.Of(kind, facet, value);
        var counted = answer?.Facets.GetValueOrDefault(facet)?.FirstOrDefault(c => FacetNames.InAddress(facet, c.Value).Equals(value, StringComparison.OrdinalIgnoreCase));
        return counted is null ? texts["Chosen.Owner"].Value : names.Of(kind, facet, counted.Value);
    }
}

/// <summary>A filter that is on, and the address without it.</summary>
public sealed record ChosenFilter(string Text, string Without);

/// <summary>Results as rows.</summary>
/// <param name="Kind">The only kind among them; null where each says its own.</param>
public sealed record HitRows(IReadOnlyList<SearchHit> Hits, Found? Kind, Audience Audience);

/// <summary>How the search writes what it shows.</summary>
public static class SearchLook
{
    /// <summary>The text encoded, with what was looked for marked.</summary>
    public static IHtmlContent Marked(MarkedText text)
    {
        var html = new StringBuilder();
        var at = 0;
        foreach (var mark in text.Marks)
        {
            html.Append(WebUtility.HtmlEncode(text.Text[at..mark.Start])).Append("<mark>").Append(WebUtility.HtmlEncode(text.Text.Substring(mark.Start, mark.Length))).Append("</mark>");
            at = mark.Start + mark.Length;
        }

        return new HtmlString(html.Append(WebUtility.HtmlEncode(text.Text[at..])).ToString());
    }

    /// <summary>Milliseconds, at least one.</summary>
    public static string Took(TimeSpan took) => Math.Max(1, Math.Round(took.TotalMilliseconds)).ToString("#,##0", CultureInfo.InvariantCulture);

    /// <summary>The filters that are on, in the order of the page.</summary>
    public static IEnumerable<ChosenFilter> Chosen(SearchQuery query, SearchAddress address, Found? kind, SearchAnswer? answer, FacetNames names, IStringLocalizer texts)
    {
        foreach (var facet in Enum.GetValues<Facet>().Where(f => f != Facet.Kind))
        {
            var name = SearchRequest.Name(facet);
            foreach (var value in address.All(name))
            {
                var shown = FacetChoice.Name(facet, kind, value, answer, names, texts);
                yield return new(facet is Facet.Trl ? texts["Chosen.Trl", shown].Value : shown, address.Without(name, value));
            }
        }

        if (Range("Chosen.Trl", query.TrlFrom?.ToString(CultureInfo.InvariantCulture), query.TrlTo?.ToString(CultureInfo.InvariantCulture)) is { } trl)
            yield return new(trl, address.With(("trlFrom", null), ("trlTo", null)));
        if (Range("Chosen.Price", Yuan(query.PriceFrom), Yuan(query.PriceTo)) is { } price)
            yield return new(price, address.With(("priceFrom", null), ("priceTo", null)));
        if (!query.WithoutPrice) yield return new(texts["Priced"], address.With(("priced", null)));

        string? Range(string key, string? from, string? to) => (from, to) switch
        {
            (null, null) => null,
            (not null, null) => texts[key + "From", from].Value,
            (null, not null) => texts[key + "To", to].Value,
            _ => texts[key + "Between", from, to].Value,
        };

        static string? Yuan(long? fen) => fen is { } known ? Fen.Yuan(known) : null;
    }

    /// <summary>The entry of the navigation that a kind belongs to.</summary>
    public static string? Section(Found? kind) => kind switch
    {
        Found.Achievement => "achievements",
        Found.Demand => "demands",
        Found.Service => "services",
        Found.Organisation => "organisations",
        Found.Notice => "notices",
        null => null,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
