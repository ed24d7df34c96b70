using System.Collections.Immutable;
using CsCheck;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Plans;

namespace Marketplace.Domain.Tests.Payments.Plans;

/// <summary>What holds for every royalty account, whatever is declared, corrected and found in whatever order.</summary>
public sealed class RoyaltyPropertyTests
{
    private enum Word { Declare, Ask, Schedule, Report, Settle }

    /// <param name="Days">Since the one before.</param>
    private sealed record Order(Word Word, int Period, long Base, int Days);

    private static readonly DateOnly From = new(2026, 2, 15);

    private static readonly DateTimeOffset Afterwards = new(2031, 1, 2, 9, 0, 0, TimeSpan.FromHours(8));

    /// <summary>Sales as small as a fen, where rounding shows, and as large as the market carries.</summary>
    private static readonly Gen<long> Bases = Gen.OneOf(Gen.Long[0, 500], Gen.Long[0, 5_000_000_00], Gen.Long[0, Fen.Most / 20]);

    private static readonly Gen<RoyaltyTerms> Scales =
        Gen.Select(Gen.Long[1, 10_000], Gen.Select(Gen.OneOf(Gen.Long[1, 300], Gen.Long[1, 1_000_000_00]), Gen.Long[0, 10_000]).List[0, 4], Gen.Enum<RoyaltyCycle>()).Select((last, lower, cycle) =>
        {
            var ends = lower.Aggregate(ImmutableArray<long>.Empty, (ends, band) => ends.Add(ends.LastOrDefault() + band.Item1));
            return new RoyaltyTerms(RoyaltyBase.NetSales, From, From.AddYears(4), cycle) { Bands = [.. lower.Zip(ends, (band, end) => new RoyaltyBand(end, band.Item2)), new RoyaltyBand(null, last)] };
        });

    private static readonly Gen<RoyaltyTerms> Limited =
        Gen.Select(Scales, Gen.Long[1, 100_000_00].Nullable(), Gen.Long[100_000_00, 1_000_000_00].Nullable()).Select((terms, minimum, cap) => terms with { MinimumFen = minimum, CapFen = cap });

    private static readonly Gen<List<Order>> Orders =
        Gen.Select(Gen.Enum<Word>(), Gen.Int[0, 18], Bases, Gen.Int[0, 100], (word, period, amount, days) => new Order(word, period, amount, days)).List[1, 60];

    [Fact]
    public void However_the_sales_are_split_into_periods_the_royalty_is_the_one_on_their_sum() => Gen.Select(Scales, Bases.List[1, 17]).Sample((terms, bases) =>
    {
        var account = bases.Take(terms.Periods().Length).Select((amount, i) => (Period: i + 1, amount)).ToList();
        var declared = account.Aggregate(RoyaltyAccount.Of(terms), (a, d) => a.Fold(Royalties.Declare(a, d.Period, d.amount, Afterwards).Value));
        Assert.Empty(terms.Check());
        Assert.Equal((long)terms.On(account.Sum(d => d.amount)), declared.TotalFen);
        Assert.Equal(declared.TotalFen, declared.ChargedFen);
    });

    [Fact]
    public void A_fixed_rate_rounds_a_period_by_less_than_a_fen() => Gen.Select(Gen.Long[1, 10_000], Bases.List[1, 17]).Sample((rate, bases) =>
    {
        var terms = new RoyaltyTerms(RoyaltyBase.GrossSales, From, From.AddYears(4)) { Bands = [new RoyaltyBand(null, rate)] };
        var dues = terms.Dues(terms.Periods(), bases.Select((amount, i) => KeyValuePair.Create(i + 1, amount)).ToDictionary());
        foreach (var (amount, due) in bases.Zip(dues)) Assert.True(decimal.Abs(due - amount * (decimal)rate / 10_000m) < 1);
    });

    [Fact]
    public void Dues_keep_the_minimum_and_the_cap_and_charges_never_run_past_them() => Gen.Select(Limited, Orders).Sample((terms, orders) =>
    {
        var account = RoyaltyAccount.Of(terms);
        var (most, at) = (0L, Afterwards);
        foreach (var order in orders)
        {
            at = at.AddDays(order.Days);
            account = Send(account, order, at);
            var dues = account.Dues;
            most = Math.Max(most, account.TotalFen);
            Assert.All(dues, due => Assert.True(due >= 0));
            Assert.True(account.TotalFen <= (terms.CapFen ?? Fen.Most));
            foreach (var period in account.Periods.Where(p => account.Bases.ContainsKey(p.Number)))
            {
                // Less than the minimum only where the cap left no more.
                if (dues[period.Number - 1] < terms.MinimumOf(period)) Assert.Equal(terms.CapFen, dues.Take(period.Number).Sum());
            }

            // Nothing is paid back: what was charged is the most that was ever owed.
            Assert.Equal(most, account.ChargedFen);
            Assert.Equal(account.ChargedFen - account.TotalFen, account.CreditFen);
            Assert.All(account.Charges, c => Assert.True(c.AmountFen > 0));
        }
    });

    [Fact]
    public void In_which_order_periods_are_declared_and_corrected_does_not_matter_in_all() =>
        Gen.Select(Limited, Gen.Select(Gen.Int[1, 5], Bases, Gen.Int).List[1, 20]).Sample((terms, declared) =>
        {
            var corrected = declared.Aggregate(RoyaltyAccount.Of(terms), (a, d) => Send(a, new Order(Word.Declare, d.Item1, d.Item2, 0), Afterwards));
            var last = declared.GroupBy(d => d.Item1).Select(g => g.Last()).OrderBy(d => d.Item3);
            var atOnce = last.Aggregate(RoyaltyAccount.Of(terms), (a, d) => Send(a, new Order(Word.Declare, d.Item1, d.Item2, 0), Afterwards));
            Assert.Equal(atOnce.Dues, corrected.Dues);
            Assert.Equal(atOnce.ChargedFen - atOnce.CreditFen, corrected.ChargedFen - corrected.CreditFen);
        });

    [Fact]
    public void An_inspection_ends_where_a_right_declaration_would_have() => Gen.Select(Limited, Bases.Array[3], Bases.Array[3], Gen.Bool).Sample((terms, declared, books, honest) =>
    {
        var found = honest ? declared : books;
        var asked = new DateTimeOffset(2030, 7, 1, 9, 0, 0, TimeSpan.FromHours(8));
        // The books of the last periods, which are still kept.
        var first = terms.Periods().Length - 2;
        var before = Declared(declared);
        var open = before.Fold(Royalties.AskInspection(before, first, first + 2, asked).Value);
        var set = open.Fold(Royalties.ScheduleInspection(open, new DateOnly(2030, 9, 2), asked).Value);
        var reported = set.Fold(Royalties.ReportInspection(set, [.. found], asked.AddDays(90)).Value);
        var settled = reported.Fold(Royalties.SettleInspection(reported, asked.AddDays(91)).Value);
        var right = Declared(found);
        Assert.Equal(right.Dues, settled.Dues);
        Assert.Equal(Math.Max(0, right.TotalFen - before.TotalFen), settled.Finding!.ShortfallFen);
        Assert.Equal(before.ChargedFen + settled.Finding.ShortfallFen, settled.ChargedFen);
        Assert.Equal(settled.Finding.ShortfallFen * 20m > right.TotalFen, settled.Finding.BuyerBearsCosts);
        if (honest) Assert.Equal((0, false, before.Charges.Length), (settled.Finding.ShortfallFen, settled.Finding.BuyerBearsCosts, settled.Charges.Length));

        RoyaltyAccount Declared(long[] bases) =>
            bases.Select((amount, i) => (Period: first + i, amount)).Aggregate(RoyaltyAccount.Of(terms), (a, d) => a.Fold(Royalties.Declare(a, d.Period, d.amount, asked).Value));
    });

    [Fact]
    public void Whatever_is_sent_is_answered() =>
        Gen.Select(Limited, Gen.Select(Gen.Enum<Word>(), Gen.OneOf(Gen.Int[-1, 18], Gen.Int), Gen.OneOf(Bases, Gen.Long), Gen.Int[0, 4000]).List[1, 20], Gen.Enum<RoyaltyBase>()).Sample((terms, sent, on) =>
        {
            var account = RoyaltyAccount.Of(terms with { Base = on });
            foreach (var (word, period, amount, days) in sent)
            {
                account = Send(account, new Order(word, period, amount, days), Afterwards.AddDays(days));
                Assert.True(Royalties.Overdue(account, From.AddDays(days)).All(o => o is { DaysLate: > 0, GuaranteedFen: >= 0 }));
            }
        });

    /// <summary>Carries it out where it is allowed; asks for one period, for which another base may be found.</summary>
    private static RoyaltyAccount Send(RoyaltyAccount account, Order order, DateTimeOffset at)
    {
        var answer = order.Word switch
        {
            Word.Declare => Royalties.Declare(account, order.Period, order.Base, at),
            Word.Ask => Royalties.AskInspection(account, order.Period, order.Period, at),
            Word.Schedule => Royalties.ScheduleInspection(account, Days.Of(at), at),
            Word.Report => Royalties.ReportInspection(account, [order.Base], at),
            Word.Settle => Royalties.SettleInspection(account, at),
            _ => throw new ArgumentOutOfRangeException(nameof(order)),
        };
        return answer.Done ? account.Fold(answer.Value) : account;
    }
}
