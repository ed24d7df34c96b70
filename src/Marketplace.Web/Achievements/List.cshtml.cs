using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Achievements;

/// <summary>What is in the market: search, filters, dense rows.</summary>
public sealed class ListModel(MarketplaceDb db, CurrentActor actor) : PageModel
{
    public AchievementQuery Query { get; private set; } = new();

    public Refusal? Refused { get; private set; }

    public AchievementPage Found { get; private set; } = new(0, []);

    public IReadOnlyDictionary<TechField, int> Counts { get; private set; } = new Dictionary<TechField, int>();

    /// <summary>Price ideas are registered tier.</summary>
    public bool Registered { get; private set; }

    public int Pages => (Found.Total + Query.Size - 1) / Query.Size;

    public async Task OnGet(CancellationToken cancellation)
    {
        Registered = (await actor.May(Act.ReadRegisteredTier, null, cancellation)).Done;
        var read = AchievementQuery.Read(One("q"), One("page"), null);
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
            TrlFrom = int.TryParse(One("trl"), out var trl) && trl is >= 1 and <= 9 ? trl : null,
            Way = Words<WayOfTrade>("way") is [var way, ..] ? way : null,
        };
        Found = await AchievementSearch.Find(db, Query, cancellation);
        Counts = await AchievementSearch.FieldCounts(db, Query, cancellation);
        ViewData["Demo"] = Found.Items.Any(i => i.Row.Demo);
    }

    /// <summary>The address of this list with something else in it.</summary>
    public string With(int page = 1, TechField? without = null, bool withoutTrl = false, bool withoutWay = false, Highland? withoutHighland = null)
    {
        var parts = new List<string>();
        if (Query.Q is { } q) parts.Add("q=" + Uri.EscapeDataString(q));
        parts.AddRange(Query.Fields.Where(f => f != without).Select(f => "field=" + f));
        parts.AddRange(Query.Highlands.Where(h => h != withoutHighland).Select(h => "highland=" + h));
        if (Query.TrlFrom is { } trl && !withoutTrl) parts.Add($"trl={trl}");
        if (Query.Way is { } way && !withoutWay) parts.Add("way=" + way);
        if (page > 1) parts.Add($"page={page}");
        return parts.Count == 0 ? "/achievements" : "/achievements?" + string.Join('&', parts);
    }

    private string? One(string name) => Request.Query[name].FirstOrDefault(v => !string.IsNullOrEmpty(v));

    private List<T> Words<T>(string name)
        where T : struct, Enum =>
        [.. Request.Query[name].Where(v => Enum.TryParse<T>(v, out var word) && Enum.IsDefined(word) && !char.IsAsciiDigit(v![0])).Select(v => Enum.Parse<T>(v!)).Distinct()];
}
