using Marketplace.Search.Index;
using Marketplace.Shared;
using Microsoft.Extensions.Localization;

namespace Marketplace.Search;

/// <summary>How a room calls the values that its records have in a facet. Every room registers its own.</summary>
/// <param name="Texts">The marker class of the room's texts.</param>
/// <param name="Prefix">What stands before a value in the name of its text.</param>
/// <param name="Values">All there are, in the order in which they are shown.</param>
/// <param name="Whole">Shown also where no result has them: a vocabulary that everybody knows.</param>
/// <param name="Chip">Which kind of chip a state is (design: live, plan, ok, warn, bad, off).</param>
public sealed record FacetWords(Found Kind, Facet Facet, Type Texts, string Prefix, IReadOnlyList<string> Values, bool Whole = false, Func<string, string>? Chip = null)
{
    /// <summary>The words of an enumeration: all of its values, or those given.</summary>
    public static FacetWords Of<T>(Found kind, Facet facet, Type texts, string prefix, bool whole = false, Func<T, string>? chip = null, params T[] only)
        where T : struct, Enum =>
        new(kind, facet, texts, prefix, [.. (only.Length > 0 ? only : Enum.GetValues<T>()).Select(v => v.ToString())], whole, chip is null ? null : value => chip(Enum.Parse<T>(value)));
}

/// <summary>The values of facets in the reader's language.</summary>
public sealed class FacetNames(IEnumerable<FacetWords> words, IStringLocalizerFactory texts)
{
    private readonly List<FacetWords> _words = [.. words];

    /// <summary>Stands between an owner's id and its name where owners are counted.</summary>
    private const char Bar = '|';

    /// <summary>The name of a value; the value itself where nobody has a name for it.</summary>
    /// <param name="kind">The kind whose words are meant; null for the first that knows it.</param>
    public string Of(Found? kind, Facet facet, string value) => facet switch
    {
        Facet.Region => Show.RegionName(value),
        Facet.Owner => value.IndexOf(Bar, StringComparison.Ordinal) is > 0 and var bar ? value[(bar + 1)..] : value,
        _ => Words(kind, facet).FirstOrDefault(w => w.Values.Contains(value)) is { } known ? texts.Create(known.Texts)[known.Prefix + value].Value : value,
    };

    /// <summary>What stands in an address for a counted value: of an owner the id alone.</summary>
    public static string InAddress(Facet facet, string counted) =>
        facet is Facet.Owner && counted.IndexOf(Bar, StringComparison.Ordinal) is > 0 and var bar ? counted[..bar] : counted;

    /// <summary>The vocabulary of a facet in its order; empty where values are as they come.</summary>
    public IReadOnlyList<string> Vocabulary(Found? kind, Facet facet) => [.. Words(kind, facet).SelectMany(w => w.Values).Distinct()];

    public bool IsWhole(Found? kind, Facet facet) => Words(kind, facet).Any(w => w.Whole);

    public string Chip(Found kind, string state) => Words(kind, Facet.State).FirstOrDefault(w => w.Values.Contains(state))?.Chip?.Invoke(state) ?? "off";

    private IEnumerable<FacetWords> Words(Found? kind, Facet facet) => _words.Where(w => w.Facet == facet && (kind is null || w.Kind == kind));
}
