using Marketplace.Domain.Common;
using Marketplace.Domain.Statistics;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Statistics;

/// <summary>A table of groups, and where the records of each of its numbers are.</summary>
public sealed record MatchTable(IReadOnlyList<MatchGroup> Groups, string Head, Func<string, string> Name, Func<string, string, string> Records);

/// <summary>The records behind one figure: by name those that this reader may know of, of the others the number.</summary>
public sealed class RecordsModel(MarketplaceDb db, CurrentActor actor, TimeProvider clock) : PageModel
{
    private static readonly string[] Known = ["published", "answered", "matched", "signed"];

    public string Figure { get; private set; } = Known[0];

    public string? Month { get; private set; }

    public string? Field { get; private set; }

    public int Year { get; private set; }

    [BindProperty(SupportsGet = true)]
    public bool Demo { get; set; }

    /// <summary>How many records the figure has; null where that is not said.</summary>
    public int? Total { get; private set; }

    public IReadOnlyList<MatchRecord> Rows { get; private set; } = [];

    /// <summary>Those that this reader may not know of, or not that they belong to this figure.</summary>
    public int Unnamed { get; private set; }

    public Paging Paging { get; private set; } = new(1, Paging.Usual);

    public int Named { get; private set; }

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public async Task<IActionResult> OnGet(string? year, string? figure, string? month, string? field, CancellationToken cancellation)
    {
        ViewData["Demo"] = Demo;
        var (read, paging) = (StatisticsFeature.ReadYear(year, Now), Paging.Read(Request.Query["page"], null));
        Figure = figure ?? Known[0];
        // A month and a field at once are no group of the page: nobody is to put together what it does not show.
        if (!read.Done || !paging.Done || !Known.Contains(Figure) || (month is not null && field is not null)) return this.Refused(read.Refusal ?? paging.Refusal ?? Refusal.UnknownWord);
        (Year, Month, Field, Paging) = (read.Value, month, field, paging.Value);
        var figures = await MatchRecords.Read(db, Year, Demo, Now, cancellation);
        var counts = figures.Of(Month, Field);
        Total = Figure switch { "answered" => counts.Answered, "matched" => counts.Matched, "signed" => counts.Signed, _ => counts.Published };
        if (Total is null) return Page();
        var counted = figures.Demands.Where(d => (Month is null || d.Month == Month) && (Field is null || (d.Field ?? MatchFigures.NoField) == Field))
            .Where(d => Figure switch { "answered" => d.Answered, "matched" => d.Matched, "signed" => d.Signed, _ => true }).Select(d => d.Id).ToList();
        (Named, Rows) = await MatchRecords.Named(db, await actor.Get(cancellation), Figure, counted, Paging, cancellation);
        Unnamed = counted.Count - Named;
        return Page();
    }

    public string To(int page) => StatisticsFeature.Records(Year, Demo, Figure, Month, Field) + (page > 1 ? $"&page={page}" : "");
}
