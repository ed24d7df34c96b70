using System.Diagnostics;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Search.Index;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Marketplace.Search;

/// <summary>One page over everything that can be found. Its address carries the whole search, with and without script.</summary>
public sealed class SearchModel(
    ISearchIndex index, IndexFeeder feeder, CurrentActor actor, SavedSearchDesk saved, FacetNames names, IEnumerable<IDocumentSource> sources, IStringLocalizer<SearchTexts> texts) : PageModel
{
    private const int MostNearest = 5;

    public SearchAddress Address { get; private set; } = null!;

    /// <summary>What is looked for; null when the address was refused.</summary>
    public SearchRequest? Asked { get; private set; }

    public SearchAnswer? Answer { get; private set; }

    public TimeSpan Took { get; private set; }

    public Refusal? Refused { get; private set; }

    /// <summary>The parameter that was refused.</summary>
    public string? About { get; private set; }

    /// <summary>The engine does not answer.</summary>
    public bool Unavailable { get; private set; }

    /// <summary>The index is being made for the first time: a part of it is missing.</summary>
    public bool Building => !feeder.Ready;

    public Audience Audience { get; private set; }

    /// <summary>Members of verified organisations see prices and search by them; those of services and notices are everybody's.</summary>
    public bool SeesPrices => Audience is Audience.Registered || Kind is Found.Service or Found.Notice;

    /// <summary>The kinds that the market has.</summary>
    public IReadOnlyList<Found> Kinds { get; } = [.. sources.Select(s => s.Kind).Distinct().Order()];

    /// <summary>The kind that is looked for; null for all.</summary>
    public Found? Kind { get; private set; }

    /// <summary>Shown when nothing was found: what there is without the filters, else what is newest.</summary>
    public SearchAnswer? Nearest { get; private set; }

    /// <summary>The nearest have the words that were looked for.</summary>
    public bool NearestHasWords { get; private set; }

    /// <summary>The person has saved this search.</summary>
    public SavedSearchRow? Saved { get; private set; }

    /// <summary>What is not there can be asked for: by who may post a demand, or may be somebody who may.</summary>
    public bool MayPost { get; private set; }

    public IReadOnlyList<ChosenFilter> Chosen { get; private set; } = [];

    public int Pages => Answer is null || Asked is null ? 0 : Paging.Pages(Answer.Total, Asked.Size);

    public async Task OnGet(CancellationToken cancellation)
    {
        Address = new SearchAddress(Request.Query);
        Audience = await SearchEndpoints.AudienceOf(actor, cancellation);
        Kind = Kinds.Count == 1 ? Kinds[0] : Address.All(SearchRequest.Name(Facet.Kind)) is [var one] && Enum.TryParse<Found>(one, out var kind) && Kinds.Contains(kind) ? kind : null;
        var read = SearchRequest.Read(Request.Query.ToDictionary(), Audience);
        if (!read.Done)
        {
            (Refused, About) = (read.Refusal, read.Detail);
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return;
        }

        Asked = read.Value;
        try
        {
            var since = Stopwatch.GetTimestamp();
            Answer = await index.Find(Asked.Query, cancellation);
            Took = Stopwatch.GetElapsedTime(since);
            if (Answer.Total == 0) await FindNearest(Asked.Query, cancellation);
        }
        catch (SearchUnavailableException)
        {
            Unavailable = true;
            Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            Response.Headers.RetryAfter = "5";
        }

        if ((await actor.Get(cancellation)).Person is { } person && Address.Asks) Saved = await saved.Known(person, Address, cancellation);
        MayPost = Kinds.Contains(Found.Demand) && (await actor.May(Act.WriteDemand, null, cancellation)).Refusal is null or Refusal.NotSignedIn;
        Chosen = [.. SearchLook.Chosen(Asked.Query, Address, Kind, Answer, names, texts)];
        ViewData["Demo"] = (Answer?.Hits ?? []).Concat(Nearest?.Hits ?? []).Any(h => h.Document.Demo);
    }

    public FacetChoice Choice(Facet facet) => FacetChoice.Of(facet, Kind, Address, Answer, names, texts);

    /// <summary>Whether a range stands among the filters: where what is looked for can have it, and where it is in the address already.</summary>
    public bool Has(string from, string to, params Found[] kinds) => Kind is not { } kind || kinds.Contains(kind) || Address.One(from) is not null || Address.One(to) is not null;

    /// <summary>How many results a kind has, whichever is looked for; null for all kinds.</summary>
    public int? Count(Found? kind)
    {
        var counts = Answer?.Facets.GetValueOrDefault(Facet.Kind);
        return kind is null ? counts?.Sum(c => c.Count) : counts is null ? null : counts.FirstOrDefault(c => c.Value == kind.ToString())?.Count ?? 0;
    }

    private async Task FindNearest(SearchQuery query, CancellationToken cancellation)
    {
        var plain = new SearchQuery
        {
            Text = query.Text,
            Audience = query.Audience,
            Wanted = query.Wanted.Where(w => w.Key is Facet.Kind).ToDictionary(),
            Order = query.Text is null ? SearchOrder.Newest : SearchOrder.Relevance,
            Take = MostNearest,
        };
        if (Address.Filters > 0) Nearest = await index.Find(plain, cancellation);
        NearestHasWords = Nearest is { Total: > 0 };
        if (!NearestHasWords && query.Text is not null) Nearest = await index.Find(plain with { Text = null, Order = SearchOrder.Newest }, cancellation);
    }
}
