using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Statistics;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Statistics;

/// <summary>A bar of the chart: what was published, and the part of it that was matched.</summary>
public sealed record MatchBar(string Label, string Month, int Published, int? Matched, double X, double Top, double MatchedTop);

/// <summary>撮合率: what became of the demands of a year, by month and by field, with the way to every record.</summary>
public sealed class MatchRateModel(MarketplaceDb db, TimeProvider clock) : PageModel
{
    /// <summary>The chart's own measures, in its own units.</summary>
    public const int Width = 900, Base = 200, Step = 71, Bar = 26;

    public MatchYear Figures { get; private set; } = null!;

    public IReadOnlyList<int> Years { get; private set; } = [];

    [BindProperty(SupportsGet = true)]
    public bool Demo { get; set; }

    /// <summary>Nothing real was published: the demonstration has something to show.</summary>
    public bool OnlyDemo { get; private set; }

    public Refusal? Refused { get; private set; }

    /// <summary>The lines of the chart: how many demands, and how high.</summary>
    public IReadOnlyList<(int Value, double Y)> Scale { get; private set; } = [];

    public IReadOnlyList<MatchBar> Bars { get; private set; } = [];

    public async Task OnGet(string? year, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        ViewData["Demo"] = Demo;
        var read = StatisticsFeature.ReadYear(year, now);
        if (!read.Done)
        {
            Refused = read.Refusal;
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }

        Figures = await MatchRecords.Read(db, read.Done ? read.Value : MatchFigures.Year(now), Demo, now, cancellation);
        Years = await MatchRecords.Years(db, Demo, now, cancellation);
        OnlyDemo = !Demo && Figures.Demands.Count == 0 && (await MatchRecords.Read(db, Figures.Year, demo: true, now, cancellation)).Demands.Count > 0;
        Draw();
    }

    public string To(bool? demo = null) => $"{StatisticsFeature.Page}?year={Figures.Year}{(demo ?? Demo ? "&demo=true" : "")}";

    public string File(string address) => $"{address}?year={Figures.Year}{(Demo ? "&demo=true" : "")}";

    public string Records(string figure, string? month = null, string? field = null) => StatisticsFeature.Records(Figures.Year, Demo, figure, month, field);

    public static string? Percent(int? basisPoints) => basisPoints is { } share ? (share / 100m).ToString("0.0", CultureInfo.InvariantCulture) + "%" : null;

    public static string Coordinate(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private void Draw()
    {
        var most = Math.Max(4, Figures.Months.Max(m => m.Counts.Published));
        var step = (most + 3) / 4;
        var height = Base - 20.0;
        Scale = [.. Enumerable.Range(0, 5).Select(i => (i * step, Base - height * i / 4))];
        Bars = [.. Figures.Months.Select((m, i) => new MatchBar(
            m.Key[5..].TrimStart('0'), m.Key, m.Counts.Published, m.Counts.Matched, 44 + i * Step, Y(m.Counts.Published), Y(m.Counts.Matched ?? 0)))];

        double Y(int value) => Base - height * value / (4 * step);
    }
}
