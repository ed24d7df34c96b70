using System.Globalization;
using CsCheck;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Plans;

namespace Marketplace.Domain.Tests.Payments.Plans;

/// <summary>What royalties may be agreed, their periods and their scale.</summary>
public sealed class RoyaltyTermsTests
{
    private static readonly RoyaltyTerms Plain = new(RoyaltyBase.NetSales, new DateOnly(2026, 2, 15), new DateOnly(2028, 2, 14)) { Bands = [new RoyaltyBand(null, 300)] };

    public static TheoryData<string, RoyaltyTerms> Cases => new()
    {
        { "", Plain },
        { "", Plain with { Bands = [new RoyaltyBand(100, 0), new RoyaltyBand(null, 300)] } },
        { "", Plain with { Base = RoyaltyBase.Units, Bands = [new RoyaltyBand(null, 1_200_000)] } },
        { "", Plain with { Until = Plain.From } },
        { "", Plain with { Until = Plain.From.AddYears(20).AddDays(-1) } },
        { "", Plain with { MinimumFen = 500, CapFen = 500 } },
        { "base UnknownWord", Plain with { Base = (RoyaltyBase)9 } },
        { "cycle UnknownWord", Plain with { Cycle = (RoyaltyCycle)1 } },
        { "bands RoyaltyRatesInvalid", Plain with { Bands = [] } },
        { "bands RoyaltyRatesInvalid", Plain with { Bands = [new RoyaltyBand(null, 0)] } },
        { "bands RoyaltyRatesInvalid", Plain with { Bands = [new RoyaltyBand(null, 10_001)] } },
        { "bands RoyaltyRatesInvalid", Plain with { Bands = [new RoyaltyBand(100, -1), new RoyaltyBand(null, 300)] } },
        { "bands RoyaltyRatesInvalid", Plain with { Bands = [new RoyaltyBand(100, 300)] } },
        { "bands RoyaltyRatesInvalid", Plain with { Bands = [new RoyaltyBand(100, 300), new RoyaltyBand(100, 200), new RoyaltyBand(null, 100)] } },
        { "bands RoyaltyRatesInvalid", Plain with { Bands = [new RoyaltyBand(null, 300), new RoyaltyBand(null, 200)] } },
        { "bands RoyaltyRatesInvalid", Plain with { Bands = [.. Enumerable.Range(1, 5).Select(i => new RoyaltyBand(i, 300)), new RoyaltyBand(null, 100)] } },
        { "until RoyaltyTimeInvalid", Plain with { Until = Plain.From.AddDays(-1) } },
        { "until RoyaltyTimeInvalid", Plain with { Until = Plain.From.AddYears(20) } },
        { "from DateImpossible", Plain with { From = DateOnly.MinValue } },
        { "from DateImpossible", Plain with { From = DateOnly.MaxValue, Until = DateOnly.MaxValue } },
        { "until DateImpossible", Plain with { Until = DateOnly.MaxValue } },
        { "minimum AmountOutOfRange", Plain with { MinimumFen = 0 } },
        { "cap AmountOutOfRange", Plain with { CapFen = Fen.Most + 1 } },
        { "cap CapBelowMinimum", Plain with { MinimumFen = 501, CapFen = 500 } },
        { "declareDays DaysOutOfRange", Plain with { DeclareDays = 0 } },
        { "payDays DaysOutOfRange, noticeDays DaysOutOfRange", Plain with { PayDays = 91, NoticeDays = -1 } },
        { "bands RoyaltyRatesInvalid, until RoyaltyTimeInvalid, cap AmountOutOfRange", Plain with { CapFen = -1, Until = Plain.From.AddDays(-1), Bands = [] } },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Terms_are_agreed_only_within_the_rules(string wrong, RoyaltyTerms terms) =>
        Assert.Equal(wrong, string.Join(", ", terms.Check().Select(f => $"{f.Field} {f.Why}")));

    [Theory]
    [InlineData("2026-02-15", "2026-10-10", RoyaltyCycle.Quarter, "02-15/03-31 04-01/06-30 07-01/09-30 10-01/10-10")]
    [InlineData("2026-02-15", "2027-01-01", RoyaltyCycle.HalfYear, "02-15/06-30 07-01/12-31 01-01/01-01")]
    [InlineData("2026-12-31", "2027-12-31", RoyaltyCycle.Year, "12-31/12-31 01-01/12-31")]
    [InlineData("2026-05-05", "2026-05-06", RoyaltyCycle.Quarter, "05-05/05-06")]
    public void Periods_follow_the_calendar_and_the_ends_may_be_short(string from, string until, RoyaltyCycle cycle, string periods) =>
        Assert.Equal(periods, string.Join(' ', (Plain with { From = Day(from), Until = Day(until), Cycle = cycle }).Periods().Select(p => $"{p.From:MM-dd}/{p.Until:MM-dd}")));

    [Fact]
    public void Every_day_of_the_terms_lies_in_one_period() =>
        Gen.Select(Gen.Int[0, 9000], Gen.Int[0, 7000], Gen.Enum<RoyaltyCycle>()).Sample((start, length, cycle) =>
        {
            var from = new DateOnly(2020, 1, 1).AddDays(start);
            var terms = Plain with { From = from, Until = from.AddDays(length), Cycle = cycle };
            var periods = terms.Periods();
            Assert.Equal((terms.From, terms.Until), (periods[0].From, periods[^1].Until));
            Assert.All(periods.Zip(periods.Skip(1)), pair => Assert.Equal(pair.First.Until.AddDays(1), pair.Second.From));
            Assert.Equal(Enumerable.Range(1, periods.Length), periods.Select(p => p.Number));
            Assert.All(periods, p => Assert.InRange(p.Length, 1, p.CalendarDays));
            Assert.All(periods.Skip(1).SkipLast(1), p => Assert.Equal(p.CalendarDays, p.Length));
        });

    // Fen of sales, or pieces; the scale; fen of royalty.
    [Theory]
    [InlineData(RoyaltyBase.NetSales, 12_345_678_90, "-:350", 43_209_876)]
    [InlineData(RoyaltyBase.NetSales, 33, "-:300", 0)]
    [InlineData(RoyaltyBase.NetSales, 34, "-:300", 1)]
    // Falling: 5 % of the first 10 million yuan, 3 % to 50 million, then 1 %.
    [InlineData(RoyaltyBase.NetSales, 10_000_000_00, "1000000000:500 5000000000:300 -:100", 500_000_00)]
    [InlineData(RoyaltyBase.NetSales, 60_000_000_00, "1000000000:500 5000000000:300 -:100", 1_800_000_00)]
    // Rising, the first million free.
    [InlineData(RoyaltyBase.GrossSales, 1_000_000_00, "100000000:0 -:400", 0)]
    [InlineData(RoyaltyBase.GrossSales, 3_000_000_00, "100000000:0 -:400", 80_000_00)]
    // 12 yuan a piece, from the 10,001st 8 yuan.
    [InlineData(RoyaltyBase.Units, 10_000, "10000:1200 -:800", 120_000_00)]
    [InlineData(RoyaltyBase.Units, 10_001, "10000:1200 -:800", 120_008_00)]
    public void The_scale_gives_the_royalty(RoyaltyBase on, long sum, string bands, long fen) => Assert.Equal(fen, (Plain with { Base = on, Bands = [.. bands.Split(' ').Select(Band)] }).On(sum));

    [Fact]
    public void The_scale_weighs_every_single_fen() =>
        Gen.Select(Gen.Int[0, 400], Gen.Int[1, 200], Gen.Int[1, 200], Gen.Long[0, 10_000].Array[3], Gen.Enum<RoyaltyBase>()).Sample((sum, first, second, rates, on) =>
        {
            var terms = Plain with { Base = on, Bands = [new RoyaltyBand(first, rates[0]), new RoyaltyBand(first + second, rates[1]), new RoyaltyBand(null, rates[2])] };
            var weighed = Enumerable.Range(0, sum).Sum(i => rates[i < first ? 0 : i < first + second ? 1 : 2]);
            Assert.Equal(on == RoyaltyBase.Units ? weighed : weighed / 10_000, (long)terms.On(sum));
        });

    [Fact]
    public void A_short_period_guarantees_its_share_of_the_minimum()
    {
        var terms = Plain with { MinimumFen = 100_000 };
        // 45 of the 90 days of the quarter, then a whole one.
        Assert.Equal([50_000, 100_000], terms.Periods().Take(2).Select(terms.MinimumOf));
        Assert.Equal(0, Plain.MinimumOf(Plain.Periods()[0]));
    }

    private static RoyaltyBand Band(string text) => text.Split(':') switch
    {
        var parts => new RoyaltyBand(parts[0] == "-" ? null : long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture)),
    };

    private static DateOnly Day(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);
}
