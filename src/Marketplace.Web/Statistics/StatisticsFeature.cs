using System.Globalization;
using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Domain.Statistics;
using Marketplace.Platform.Database;
using Marketplace.Platform.Edge;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Statistics;

/// <summary>The counts of a group, as programs read them. What is null is not said: the group is too small, or would give a small one away.</summary>
public sealed record MatchFigure(
    string Key, int Published, int Answered, int? Matched, int? Signed, int? AnsweredBasisPoints, int? MatchedBasisPoints, int? SignedBasisPoints, string Records)
{
    public static MatchFigure Of(string key, MatchCounts c, string records) =>
        new(key, c.Published, c.Answered, c.Matched, c.Signed, c.AnsweredBasisPoints, c.MatchedBasisPoints, c.SignedBasisPoints, records);
}

/// <param name="Least">Of fewer demands there is no rate, and it is not said how many were matched or signed.</param>
/// <param name="At">When the records were read.</param>
public sealed record MatchFiguresAnswer(
    string Method, int Least, int Year, bool Demo, string At, MatchFigure Total, IReadOnlyList<MatchFigure> Months, IReadOnlyList<MatchFigure> Fields);

/// <summary>统计: figures that anybody can follow to the records behind them.</summary>
public static class StatisticsFeature
{
    public const string Page = "/figures/matching";

    public static void MapStatistics(this WebApplication app)
    {
        app.MapApi().MapGet("/figures/matching", Json).WithTags("Figures").WithName("MatchRate").WithSummary("Demands published, answered, matched and signed, by month and by field")
            .Produces<MatchFiguresAnswer>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        app.MapGet(Page + ".csv", Csv).WithTags("Figures").WithSummary("The same as a table; ?demo=true for the demonstration");
    }

    /// <summary>A year of the market in four digits; this year when none was given.</summary>
    public static Result<int> ReadYear(string? year, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(year)) return MatchFigures.Year(now);
        return year.Length == 4 && int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 2000 && number <= MatchFigures.Year(now)
            ? number
            : Result<int>.Refuse(Refusal.UnknownWord, "year");
    }

    /// <summary>The records behind a figure: of a month, of a field, or of the whole year.</summary>
    public static string Records(int year, bool demo, string figure, string? month = null, string? field = null) =>
        $"{Page}/records?year={year}&figure={figure}{(month is null ? "" : "&month=" + month)}{(field is null ? "" : "&field=" + Uri.EscapeDataString(field))}{(demo ? "&demo=true" : "")}";

    private static async Task<IResult> Json([FromQuery] string? year, [FromQuery] string? demo, MarketplaceDb db, TimeProvider clock, Refusals refusals, CancellationToken cancellation)
    {
        var read = ReadYear(year, clock.GetUtcNow());
        if (!read.Done) return refusals.Problem(read.Refusal.Value, read.Detail);
        var of = await MatchRecords.Read(db, read.Value, demo == "true", clock.GetUtcNow(), cancellation);
        return Results.Json(new MatchFiguresAnswer(
            MatchFigures.Method, MatchFigures.Least, of.Year, of.Demo, Instant.Write(of.At),
            MatchFigure.Of($"{of.Year}", of.Total, Records(of.Year, of.Demo, "published")),
            [.. of.Months.Select(g => MatchFigure.Of(g.Key, g.Counts, Records(of.Year, of.Demo, "published", month: g.Key)))],
            [.. of.Fields.Select(g => MatchFigure.Of(g.Key, g.Counts, Records(of.Year, of.Demo, "published", field: g.Key)))]));
    }

    private static async Task<IResult> Csv([FromQuery] string? year, [FromQuery] string? demo, MarketplaceDb db, TimeProvider clock, Refusals refusals, CancellationToken cancellation)
    {
        var read = ReadYear(year, clock.GetUtcNow());
        if (!read.Done) return refusals.Problem(read.Refusal.Value, read.Detail);
        var of = await MatchRecords.Read(db, read.Value, demo == "true", clock.GetUtcNow(), cancellation);
        var text = new StringBuilder("method,year,group,key,published,answered,matched,signed,answered_basis_points,matched_basis_points,signed_basis_points,too_few_to_say,demo,at\r\n");
        Line("year", $"{of.Year}", of.Total);
        foreach (var month in of.Months) Line("month", month.Key, month.Counts);
        foreach (var field in of.Fields) Line("field", field.Key, field.Counts);
        // With the mark that tells a spreadsheet which script it is.
        byte[] bytes = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())];
        return Results.File(bytes, "text/csv; charset=utf-8", $"match-rate-{of.Year}{(of.Demo ? "-demo" : "")}.csv");

        // Keys are months and stored names: nothing in a line was written by anybody.
        void Line(string group, string key, MatchCounts c) => text.AppendJoin(
            ',', MatchFigures.Method, Number(of.Year), group, key, Number(c.Published), Number(c.Answered), Number(c.Matched), Number(c.Signed),
            Number(c.AnsweredBasisPoints), Number(c.MatchedBasisPoints), Number(c.SignedBasisPoints), c.Matched is null ? "true" : "false", of.Demo ? "true" : "false", Instant.Write(of.At)).Append("\r\n");
    }

    private static string Number(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
}
