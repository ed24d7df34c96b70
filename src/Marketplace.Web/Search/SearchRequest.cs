using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Search.Index;
using Marketplace.Shared;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Search;

/// <summary>
/// What is looked for as it stands in an address, the same for the page and for programs: <c>q</c>, one parameter for each
/// facet (as often as values are wanted), <c>trlFrom</c>, <c>trlTo</c>, <c>priceFrom</c>, <c>priceTo</c> in yuan, <c>priced</c>, <c>order</c>, <c>page</c>, <c>size</c>.
/// </summary>
public sealed record SearchRequest(SearchQuery Query, int Page, int Size)
{
    public const int MostText = 200, MostValues = 50, MostValue = 100;

    private const long MostYuan = 1_000_000_000_000;

    /// <summary>Bad values are refused by name; a parameter that nobody knows is not looked at.</summary>
    public static Result<SearchRequest> Read(IReadOnlyDictionary<string, StringValues> address, Audience audience, int usualSize = Paging.Usual)
    {
        var text = Text.Allow(One("q"), MostText, "q");
        if (!text.Done) return Result<SearchRequest>.Refuse(text.Refusal.Value, text.Detail);
        var paging = Paging.Read(One("page"), One("size"), usualSize);
        if (!paging.Done) return Result<SearchRequest>.Refuse(paging.Refusal.Value, paging.Detail);
        if (!Trl("trlFrom", out var trlFrom)) return Result<SearchRequest>.Refuse(Refusal.TrlOutOfRange, "trlFrom");
        if (!Trl("trlTo", out var trlTo)) return Result<SearchRequest>.Refuse(Refusal.TrlOutOfRange, "trlTo");
        if (!Fen("priceFrom", out var priceFrom)) return Result<SearchRequest>.Refuse(Refusal.UnknownWord, "priceFrom");
        if (!Fen("priceTo", out var priceTo)) return Result<SearchRequest>.Refuse(Refusal.UnknownWord, "priceTo");
        var order = SearchOrder.Relevance;
        if (One("order") is { } named && !Named(named, out order)) return Result<SearchRequest>.Refuse(Refusal.UnknownWord, "order");
        var wanted = new Dictionary<Facet, IReadOnlyList<string>>();
        foreach (var facet in Enum.GetValues<Facet>())
        {
            var name = Name(facet);
            var values = address.TryGetValue(name, out var given) ? given.Where(v => !string.IsNullOrEmpty(v)).Select(v => v!).Distinct().ToList() : [];
            if (values.Count > MostValues || values.Exists(v => v.Length > MostValue || !Text.IsStorable(v))) return Result<SearchRequest>.Refuse(Refusal.UnknownWord, name);
            // Everything else is a name that nothing may have; this is a number, and not every engine lets itself be asked for another.
            if (facet == Facet.Trl && !values.TrueForAll(v => v is [>= '1' and <= '9'])) return Result<SearchRequest>.Refuse(Refusal.TrlOutOfRange, name);
            if (values.Count > 0) wanted[facet] = values;
        }

        return new SearchRequest(
            new SearchQuery
            {
                Text = text.Value,
                Audience = audience,
                Wanted = wanted,
                TrlFrom = trlFrom,
                TrlTo = trlTo,
                PriceFrom = priceFrom * 100,
                PriceTo = priceTo * 100,
                WithoutPrice = One("priced") != "only",
                // Nothing is more relevant than something else when nothing is looked for.
                Order = order == SearchOrder.Relevance && text.Value is null ? SearchOrder.Newest : order,
                Skip = paging.Value.Skip,
                Take = paging.Value.Size,
                Count = Enum.GetValues<Facet>(),
            },
            paging.Value.Page,
            paging.Value.Size);

        string? One(string name) => address.TryGetValue(name, out var values) ? values.FirstOrDefault(v => !string.IsNullOrEmpty(v)) : null;

        bool Trl(string name, out int? level)
        {
            level = null;
            if (One(name) is null) return true;
            if (!Paging.Whole(One(name), 0, out var number) || number is < 1 or > 9) return false;
            level = number;
            return true;
        }

        bool Fen(string name, out long? yuan)
        {
            yuan = null;
            if (One(name) is not { } written) return true;
            if (!long.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > MostYuan) return false;
            yuan = number;
            return true;
        }
    }

    /// <summary>The parameter of a facet, as programs write it.</summary>
    public static string Name(Facet facet) => facet.ToString().ToLowerInvariant();

    private static bool Named(string text, out SearchOrder order) => Enum.TryParse(text, ignoreCase: true, out order) && Enum.IsDefined(order) && !char.IsAsciiDigit(text[0]);
}
