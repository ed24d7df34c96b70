using System.Globalization;
using Marketplace.Domain.Auctions;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Auctions;

/// <summary>浙江拍档案: everything that ended, with figures that anybody can add up from the records below them.</summary>
public sealed class ArchiveModel(MarketplaceDb db, TimeProvider clock) : PageModel
{
    private const int PageSize = 25;

    public sealed record Group(string Key, string Name, ArchiveFigures Figures);

    /// <summary>One of <c>session</c>, <c>seller</c>, <c>field</c>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? By { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool Demo { get; set; }

    /// <summary>One of <c>sold</c>, <c>contested</c>, <c>unsold</c>, <c>undone</c>, <c>cancelled</c>: the records behind a figure.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Show { get; set; }

    /// <summary>The records of one group of <see cref="By"/>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Key { get; set; }

    public ArchiveFigures Figures { get; private set; } = null!;
    public IReadOnlyList<Group> Groups { get; private set; } = [];
    public IReadOnlyList<ArchiveRecord> Records { get; private set; } = [];

    /// <summary>The name of the group whose records are listed alone.</summary>
    public string? Only { get; private set; }
    public int Total { get; private set; }
    public int At { get; private set; } = 1;
    public int Pages => (Total + PageSize - 1) / PageSize;
    public bool Any { get; private set; }
    public DateTimeOffset Now => clock.GetUtcNow();

    public async Task<IActionResult> OnGetAsync(int? at, CancellationToken cancellation)
    {
        By = By is "seller" or "field" ? By : "session";
        Show = Show is "sold" or "contested" or "unsold" or "undone" or "cancelled" ? Show : null;
        var all = await ArchiveRecords.Read(db, Demo, cancellation);
        Any = all.Count > 0;
        Figures = Archive.Figures(all.Select(r => r.Lot));
        var names = all.Select(r => (Key: KeyOf(r.Lot), Name: NameOf(r))).Where(n => n.Key is not null).DistinctBy(n => n.Key).ToDictionary(n => n.Key!, n => n.Name);
        Groups = [.. Archive.By(all.Select(r => r.Lot), KeyOf).Select(g => new Group(g.Key, names[g.Key], g.Figures))];
        Only = Key is not null ? names.GetValueOrDefault(Key) : null;
        var listed = all.Where(r => Only is null || KeyOf(r.Lot) == Key).Where(r => Show switch
        {
            "sold" => r.Lot.Sold,
            "contested" => r.Lot is { Counts: true, Bidders: >= 2 },
            "unsold" => r.Lot.Ending == Ending.Unsold,
            "undone" => r.Lot.Ending == Ending.Undone,
            "cancelled" => r.Lot.Ending == Ending.Cancelled,
            _ => true,
        }).ToList();
        Total = listed.Count;
        At = Math.Clamp(at ?? 1, 1, Math.Max(1, Pages));
        Records = [.. listed.Skip((At - 1) * PageSize).Take(PageSize)];
        return Page();
    }

    /// <summary>This page with some of its choices changed.</summary>
    public string To(string? by = null, bool? demo = null, string? show = null, string? key = null, int at = 1)
    {
        var parts = new List<string>();
        if ((by ?? By) is { } grouped && grouped != "session") parts.Add("by=" + grouped);
        if (demo ?? Demo) parts.Add("demo=true");
        if (show is not null) parts.Add("show=" + show);
        if (key is not null) parts.Add("key=" + Uri.EscapeDataString(key));
        if (at > 1) parts.Add("at=" + at.ToString(CultureInfo.InvariantCulture));
        return "/auctions/archive" + (parts.Count == 0 ? "" : "?" + string.Join('&', parts));
    }

    /// <summary>Hundredths of a percent as a page writes them; a dash where there is nothing to say.</summary>
    public static string Percent(long? basisPoints) => basisPoints is { } share ? (share / 100m).ToString("0.00", CultureInfo.InvariantCulture) + "%" : "—";

    public static string Hundredths(long? value) => value is { } known ? (known / 100m).ToString("0.00", CultureInfo.InvariantCulture) : "—";

    /// <summary>A sum large enough to be read at a glance; the exact one stands below it.</summary>
    public static string Rounded(long fen) => (fen / (Shared.Show.Chinese ? 1_000_000m : 100_000_000m)).ToString("#,##0.##", CultureInfo.InvariantCulture);

    private string? KeyOf(EndedLot lot) => By switch { "seller" => lot.Seller.ToString(), "field" => lot.Field, _ => lot.Session?.ToString() };

    private string NameOf(ArchiveRecord record) => By switch
    {
        "seller" => record.SellerName,
        "field" => record.Lot.Field ?? "",
        _ => record.SessionName is { } name ? Shared.Show.Name(name, record.SessionNameEn) : "",
    };
}
