using Marketplace.Search.Index;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Search;

/// <summary>The address of a search as it was written, and the addresses of what is one step from it. Nothing in it is judged here.</summary>
public sealed class SearchAddress(IQueryCollection query)
{
    /// <summary>As it was written down.</summary>
    public static SearchAddress Of(string address) =>
        new(new QueryCollection(QueryHelpers.ParseQuery(address.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? address[mark..] : "")));

    public const string Page = "/search";

    private static readonly string[] Facets = [.. Enum.GetValues<Facet>().Where(f => f != Facet.Kind).Select(SearchRequest.Name)];
    private static readonly string[] Ranges = ["trlFrom", "trlTo", "priceFrom", "priceTo", "priced"];
    private static readonly string[] Known = ["q", SearchRequest.Name(Facet.Kind), .. Facets, .. Ranges, "order", "size", "page"];

    private readonly List<(string Name, string Value)> _parts =
        [.. Known.SelectMany(name => query[name].Where(v => !string.IsNullOrEmpty(v)).Distinct().Select(v => (name, v!)))];

    /// <summary>How many filters there are; a range is one.</summary>
    public int Filters =>
        _parts.Count(p => Facets.Contains(p.Name)) + (Has("trlFrom") || Has("trlTo") ? 1 : 0) + (Has("priceFrom") || Has("priceTo") ? 1 : 0) + (Has("priced") ? 1 : 0);

    /// <summary>As <see cref="SearchRequest"/> reads it.</summary>
    public IReadOnlyDictionary<string, StringValues> Parts => _parts.GroupBy(p => p.Name).ToDictionary(g => g.Key, g => new StringValues([.. g.Select(p => p.Value)]));

    public string? One(string name) => _parts.Find(p => p.Name == name).Value;

    public IReadOnlyList<string> All(string name) => [.. _parts.Where(p => p.Name == name).Select(p => p.Value)];

    /// <summary>The same with other values for some names, from its first page; null takes a name away.</summary>
    public string With(params (string Name, string? Value)[] changes) => Write(
        _parts.Where(p => p.Name != "page" && !changes.Any(c => c.Name == p.Name)).Concat(changes.Where(c => c.Value is not null).Select(c => (c.Name, c.Value!))));

    /// <summary>The same without one value.</summary>
    public string Without(string name, string value) => Write(_parts.Where(p => p.Name != "page" && p != (name, value)));

    /// <summary>The same without any filter.</summary>
    public string Unfiltered => Write(_parts.Where(p => p.Name != "page" && !Facets.Contains(p.Name) && !Ranges.Contains(p.Name)));

    /// <summary>What is looked for, without how it is shown.</summary>
    public string Asked => Write(_parts.Where(p => p.Name is not ("page" or "size" or "order")));

    /// <summary>Anything is looked for at all.</summary>
    public bool Asks => _parts.Exists(p => p.Name is not ("page" or "size" or "order"));

    /// <summary>The same search for programs that follow it.</summary>
    public string Feed(string feed) => feed + Asked[Page.Length..];

    private bool Has(string name) => _parts.Exists(p => p.Name == name);

    private static string Write(IEnumerable<(string Name, string Value)> parts)
    {
        var written = string.Join('&', parts.OrderBy(p => Array.IndexOf(Known, p.Name)).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value)}"));
        return written.Length == 0 ? Page : $"{Page}?{written}";
    }
}
