using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Search.Index;
using Marketplace.Search.Words;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Demands;

/// <summary>What enterprises look for: search, filters, dense rows. Names and budgets only where their owners opened them to everybody.</summary>
public sealed class ListModel(MarketplaceDb db, ISearchIndex index, CurrentActor actor, TimeProvider clock) : PageModel
{
    public DemandQuery Query { get; private set; } = new();

    public Refusal? Refused { get; private set; }

    public DemandPage Found { get; private set; } = new(0, [], new Dictionary<TechField, int>());

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    /// <summary>Whoever may post is led to its desk.</summary>
    public bool MayPost { get; private set; }

    public int Pages => Paging.Pages(Found.Total, Query.Paging.Size);

    /// <summary>What was looked for, to be marked in the results.</summary>
    public Highlights Highlights => _highlights ??= new Highlights(Query.Q is { } words ? Tokens.Of(words) : []);

    private Highlights? _highlights;

    public async Task OnGet(CancellationToken cancellation)
    {
        MayPost = (await actor.May(Domain.Organisations.Act.WriteDemand, null, cancellation)).Done;
        var read = DemandQuery.Read(One("q"), One("page"), null);
        if (!read.Done)
        {
            Refused = read.Refusal;
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return;
        }

        Query = read.Value with
        {
            Fields = Words<TechField>("field"),
            Highlands = Words<Highland>("highland"),
            Kind = Words<DemandKind>("kind") is [var kind, ..] ? kind : null,
            Way = Words<WayOfCooperation>("way") is [var way, ..] ? way : null,
            Open = One("open") == "1",
        };
        var reader = await actor.Get(cancellation);
        var found = await DemandSearch.Find(db, index, reader, Query, cancellation);
        if (!found.Done)
        {
            Refused = found.Refusal;
            Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            Response.Headers.RetryAfter = "5";
            return;
        }

        Found = found.Value;
        ViewData["Demo"] = Found.Items.Any(i => i.Row.Demo);
    }

    /// <summary>The address of this list with something else in it.</summary>
    public string With(int page = 1, TechField? without = null, Highland? withoutHighland = null, bool withoutKind = false, bool withoutWay = false, bool withoutOpen = false)
    {
        var parts = new List<string>();
        if (Query.Q is { } q) parts.Add("q=" + Uri.EscapeDataString(q));
        parts.AddRange(Query.Fields.Where(f => f != without).Select(f => "field=" + f));
        parts.AddRange(Query.Highlands.Where(h => h != withoutHighland).Select(h => "highland=" + h));
        if (Query.Kind is { } kind && !withoutKind) parts.Add("kind=" + kind);
        if (Query.Way is { } way && !withoutWay) parts.Add("way=" + way);
        if (Query.Open && !withoutOpen) parts.Add("open=1");
        if (page > 1) parts.Add($"page={page}");
        return parts.Count == 0 ? "/demands" : "/demands?" + string.Join('&', parts);
    }

    private string? One(string name) => Request.Query[name].FirstOrDefault(v => !string.IsNullOrEmpty(v));

    private List<T> Words<T>(string name)
        where T : struct, Enum =>
        [.. Request.Query[name].Where(v => Enum.TryParse<T>(v, out var word) && Enum.IsDefined(word) && !char.IsAsciiDigit(v![0])).Select(v => Enum.Parse<T>(v!)).Distinct()];
}
