using Marketplace.Domain.Statistics;

namespace Marketplace.Domain.Tests.Statistics;

/// <summary>The match rate as it is counted, group by group.</summary>
public sealed class MatchFiguresTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 4, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 0, null, null, null)]
    [InlineData(1, 1, null, null, null)]
    [InlineData(2, 2, null, null, null)]
    [InlineData(9, 2, null, null, null)]
    [InlineData(10, 2, 2, 1, 2_000)]
    [InlineData(12, 2, 2, 1, 1_667)]
    public void A_small_group_says_no_more_than_it_may(int published, int matched, int? said, int? signed, int? rate)
    {
        var counts = MatchFigures.Of([.. Enumerable.Range(0, published).Select(i => Demand(i < matched, i < 1))]);
        Assert.Equal((published, said, signed, rate), (counts.Published, counts.Matched, counts.Signed, counts.MatchedBasisPoints));
    }

    [Fact]
    public void A_month_begins_and_ends_in_Beijing()
    {
        var last = Demand() with { PublishedAt = new(2026, 10, 31, 15, 59, 59, TimeSpan.Zero) };
        var first = Demand() with { PublishedAt = new(2026, 10, 31, 16, 0, 0, TimeSpan.Zero) };
        Assert.Equal(("2026-10", "2026-11"), (last.Month, first.Month));
        var (from, until) = MatchFigures.Span(2026);
        Assert.Equal((new DateTimeOffset(2025, 12, 31, 16, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 12, 31, 16, 0, 0, TimeSpan.Zero)), (from, until));
        Assert.Equal(2027, MatchFigures.Year(until));
    }

    [Fact]
    public void Every_month_until_now_has_its_line_and_every_demand_is_in_one_of_each_kind()
    {
        CountedDemand[] demands = [.. Enumerable.Range(0, 40).Select(i => Demand(i % 3 == 0) with { PublishedAt = Now.AddDays(-7 * i), Field = i % 4 == 0 ? null : $"F{i % 4}" })];
        var months = MatchFigures.ByMonth(demands, 2026, Now);
        Assert.Equal(Enumerable.Range(1, 11).Select(m => $"2026-{m:D2}"), months.Select(m => m.Key));
        Assert.Equal(demands.Length, months.Sum(m => m.Counts.Published));
        var fields = MatchFigures.ByField(demands);
        Assert.Equal(demands.Length, fields.Sum(f => f.Counts.Published));
        Assert.All(fields, f => Assert.Equal(demands.Count(d => d.Matched && (d.Field ?? "") == f.Key), f.Counts.Matched));
        Assert.Equal(fields.OrderByDescending(f => f.Counts.Published).Select(f => f.Key), fields.Select(f => f.Key));
        Assert.Contains(fields, f => f.Key == MatchFigures.NoField);
        Assert.Equal(12, MatchFigures.ByMonth([], 2025, Now).Length);
    }

    [Theory]
    [InlineData("12 15 20", "")]
    [InlineData("4 12 15", "4 12")]
    [InlineData("4 5 12 15", "4 5 12")]
    [InlineData("4 7 12 15", "4 7")]
    [InlineData("9 9 9", "9 9 9")]
    public void What_is_not_said_does_not_follow_by_subtraction(string groups, string silent)
    {
        CountedDemand[] demands = [.. groups.Split(' ').SelectMany((size, field) => Enumerable.Range(0, int.Parse(size, System.Globalization.CultureInfo.InvariantCulture)).Select(i => Demand(i == 0) with { Field = $"F{field}" }))];
        var fields = MatchFigures.ByField(demands);
        Assert.Equal(silent, string.Join(' ', fields.Where(f => f.Counts.Matched is null).Select(f => f.Counts.Published).Order()));
        Assert.All(fields, f => Assert.Equal((f.Counts.Matched is null, f.Counts.Matched is null), (f.Counts.Signed is null, f.Counts.MatchedBasisPoints is null)));
    }

    [Fact]
    public void No_part_is_more_than_the_whole()
    {
        var counts = MatchFigures.Of([.. Enumerable.Range(0, 30).Select(_ => Demand(true, true) with { Answered = true })]);
        Assert.Equal((10_000, 10_000, 10_000), (counts.AnsweredBasisPoints, counts.MatchedBasisPoints, counts.SignedBasisPoints));
    }

    private static CountedDemand Demand(bool matched = false, bool signed = false) => new(Guid.NewGuid(), Now, "NewMaterials", matched, matched, signed);
}
