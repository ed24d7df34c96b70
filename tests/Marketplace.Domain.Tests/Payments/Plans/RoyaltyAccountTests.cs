using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Plans;

namespace Marketplace.Domain.Tests.Payments.Plans;

/// <summary>
/// A licence at 3 % of net sales, quarterly, from 15 February 2026: what is declared, corrected and inspected. Amounts in yuan;
/// periods: 1 to 31 March, 2 to 30 June, 3 to 30 September, 4 to 31 December, then 2027.
/// </summary>
public sealed class RoyaltyAccountTests
{
    private static readonly RoyaltyTerms Terms = new(RoyaltyBase.NetSales, new DateOnly(2026, 2, 15), new DateOnly(2030, 2, 14)) { Bands = [new RoyaltyBand(null, 300)] };

    private static readonly RoyaltyTerms Falling = Terms with { Bands = [new RoyaltyBand(1_000_000_00, 500), new RoyaltyBand(null, 300)] };

    private RoyaltyAccount _account = RoyaltyAccount.Of(Terms);

    // Each declaration as period:base; the minimum and the cap; what the periods come to; what was charged, in this order; what is a credit.
    [Theory]
    [InlineData("1:100000 2:200000", 0, 0, "3000 6000", "3000 6000", 0)]
    [InlineData("2:200000 1:100000", 0, 0, "3000 6000", "6000 3000", 0)]
    [InlineData("1:0", 0, 0, "0", "", 0)]
    // A correction upwards is charged, one downwards is a credit, which later charges use up first.
    [InlineData("1:100000 1:150000", 0, 0, "4500", "3000 1500", 0)]
    [InlineData("1:100000 1:40000", 0, 0, "1200", "3000", 1800)]
    [InlineData("1:100000 1:40000 2:50000", 0, 0, "1200 1500", "3000", 300)]
    [InlineData("1:100000 1:40000 2:200000", 0, 0, "1200 6000", "3000 4200", 0)]
    [InlineData("1:100000 1:40000 1:100000", 0, 0, "3000", "3000", 0)]
    // 2,000 guaranteed a quarter, of the first one its half.
    [InlineData("1:0 2:0 3:100000", 2000, 0, "1000 2000 3000", "1000 2000 3000", 0)]
    [InlineData("1:50000", 2000, 0, "1500", "1500", 0)]
    // Never more than 7,000 in all, not even the guaranteed.
    [InlineData("1:100000 2:200000 3:500000", 0, 7000, "3000 4000 0", "3000 4000", 0)]
    [InlineData("1:200000 2:0 3:0", 2000, 7000, "6000 1000 0", "6000 1000", 0)]
    public void What_is_declared_falls_due(string declared, long minimum, long cap, string dues, string charges, long credit)
    {
        _account = RoyaltyAccount.Of(Terms with { MinimumFen = minimum == 0 ? null : minimum * 100, CapFen = cap == 0 ? null : cap * 100 });
        foreach (var (period, amount) in declared.Split(' ').Select(Pair)) Assert.Null(Declare(period, amount, "2027-01-04"));
        Assert.Equal(dues, string.Join(' ', _account.Dues.Take(_account.Bases.Count).Select(due => due / 100)));
        Assert.Equal(charges, string.Join(' ', _account.Charges.Select(c => c.AmountFen / 100)));
        Assert.Equal(credit * 100, _account.CreditFen);
    }

    [Fact]
    public void A_correction_moves_the_bands_of_later_periods_too()
    {
        _account = RoyaltyAccount.Of(Falling);
        Declare(1, 1_000_000, "2026-04-20");
        Declare(2, 1_000_000, "2026-07-20");
        Assert.Equal([50_000_00L, 30_000_00L], _account.Dues.Take(2));
        // Half of it was returned: the second quarter pays the higher rate on what the first left of the band.
        Declare(1, 500_000, "2026-07-21");
        Assert.Equal([25_000_00L, 40_000_00L], _account.Dues.Take(2));
        Assert.Equal(15_000_00, _account.CreditFen);
    }

    [Fact]
    public void A_charge_is_due_fifteen_days_after_the_declaration_past_a_holiday()
    {
        Declare(1, 100_000, "2026-04-20");
        Declare(2, 100_000, "2026-07-20");
        // 5 May is still a holiday; 4 August is a Tuesday.
        Assert.Equal([Day("2026-05-06"), Day("2026-08-04")], _account.Charges.Select(c => c.Due));
        Assert.Equal([1, 2], _account.Charges.Select(c => c.Period));
    }

    // Who declares what, when; the answer.
    [Theory]
    [InlineData(0, 1, "2026-07-01", Refusal.UnknownRoyaltyPeriod)]
    [InlineData(18, 1, "2030-07-01", Refusal.UnknownRoyaltyPeriod)]
    [InlineData(17, 1, "2030-02-15", null)]
    [InlineData(2, 1, "2026-06-30", Refusal.RoyaltyPeriodNotOver)]
    [InlineData(2, 1, "2026-07-01", null)]
    [InlineData(2, -1, "2026-07-01", Refusal.AmountOutOfRange)]
    [InlineData(2, Fen.Most / 100, "2026-07-01", null)]
    [InlineData(2, Fen.Most / 100 + 1, "2026-07-01", Refusal.AmountOutOfRange)]
    public void A_period_is_declared_when_it_is_over(int period, long amount, string on, Refusal? expected) => Assert.Equal(expected, Declare(period, amount, on));

    [Fact]
    public void An_account_takes_no_more_than_it_can_count_exactly()
    {
        Assert.Null(Declare(1, Fen.Most / 100, "2027-01-04"));
        Assert.Equal(Refusal.AmountOutOfRange, Declare(2, 1, "2027-01-04"));
        _account = RoyaltyAccount.Of(Terms with { Base = RoyaltyBase.Units, Bands = [new RoyaltyBand(null, Fen.Most)] });
        Assert.Equal(Refusal.AmountOutOfRange, Royalties.Declare(_account, 1, 2, At("2027-01-04")).Refusal);
        Assert.Null(Royalties.Declare(_account, 1, 1, At("2027-01-04")).Refusal);
    }

    [Fact]
    public void The_alarm_names_what_was_not_declared_in_time()
    {
        _account = RoyaltyAccount.Of(Terms with { MinimumFen = 2000_00 });
        // 30 days after 31 March is 30 April.
        Assert.Empty(Royalties.Overdue(_account, Day("2026-04-30")));
        Assert.Equal([new OverdueDeclaration(_account.Periods[0], Day("2026-04-30"), 1, 1000_00)], Royalties.Overdue(_account, Day("2026-05-01")));
        Declare(1, 100_000, "2026-05-20");
        Assert.Empty(Royalties.Overdue(_account, Day("2026-07-30")));
        Assert.Equal([(2, 93), (3, 1)], Royalties.Overdue(_account, Day("2026-10-31")).Select(o => (o.Period.Number, o.DaysLate)));
    }

    // Fen that the books of the first two quarters show, of which 100,000 and 200,000 yuan were declared; shortfall; who bears the costs; the credit afterwards.
    [Theory]
    [InlineData(100_000_00, 200_000_00, 0, false, 0)]
    // 450 yuan of 9,450 is less than 5 %; 474 of 9,474 is more.
    [InlineData(110_000_00, 205_000_00, 450_00, false, 0)]
    [InlineData(110_000_00, 205_800_00, 474_00, true, 0)]
    [InlineData(200_000_00, 200_000_00, 3000_00, true, 0)]
    [InlineData(100_000_00, 100_000_00, 0, false, 3000_00)]
    public void An_inspection_charges_the_shortfall(long first, long second, long shortfall, bool buyerBears, long credit)
    {
        Declare(1, 100_000, "2026-04-20");
        Declare(2, 200_000, "2026-07-20");
        Assert.Null(Ask(1, 2, "2026-08-03"));
        Assert.Null(Schedule("2026-08-18", "2026-08-04"));
        Assert.Null(_account.Finding);
        Assert.Null(Report("2026-08-18", first, second));
        Assert.Equal((shortfall, buyerBears), (_account.Finding!.ShortfallFen, _account.Finding.BuyerBearsCosts));
        var (finding, charged) = (_account.Finding, _account.ChargedFen);
        Assert.Null(Settle("2026-08-20"));
        Assert.Equal(finding, _account.Finding);
        Assert.Equal((shortfall, credit), (_account.ChargedFen - charged, _account.CreditFen));
        Assert.Equal(InspectionState.Settled, _account.Inspection!.State);
        if (shortfall > 0) Assert.Equal((null, Day("2026-09-04")), (_account.Charges[^1].Period, _account.Charges[^1].Due));
    }

    [Theory]
    [InlineData(9500, 10_000, false)]
    [InlineData(9499, 10_000, true)]
    [InlineData(0, 1, true)]
    [InlineData(0, 0, false)]
    [InlineData(10_000, 9000, false)]
    public void Above_five_per_cent_the_buyer_bears_the_costs(long declared, long found, bool buyerBears) =>
        Assert.Equal(buyerBears, new RoyaltyFinding(declared, found, found).BuyerBearsCosts);

    [Fact]
    public void The_five_per_cent_are_of_the_inspected_periods_alone()
    {
        foreach (var period in Enumerable.Range(1, 3)) Declare(period, 100_000, "2026-10-20");
        Ask(1, 1, "2026-10-20");
        Schedule("2026-11-04", "2026-10-20");
        // 180 yuan: more than 5 % of 3,180, less than 5 % of the 9,180 of all three.
        Report("2026-11-04", 106_000_00);
        Assert.Equal(new RoyaltyFinding(9000_00, 9180_00, 3180_00), _account.Finding);
        Assert.True(_account.Finding!.BuyerBearsCosts);
    }

    [Fact]
    public void What_was_never_declared_is_all_shortfall()
    {
        Ask(1, 1, "2026-05-06");
        Schedule("2026-05-21", "2026-05-06");
        Report("2026-05-21", 100_000_00);
        Assert.Equal(new RoyaltyFinding(0, 3000_00, 3000_00), _account.Finding);
        Settle("2026-05-22");
        Assert.Empty(Royalties.Overdue(_account, Day("2026-06-01")));
        Assert.Equal(3000_00, _account.ChargedFen);
    }

    // When which periods are asked for, with the first year declared and the second quarter inspected at the end of 2026; the answer and the period it is about.
    [Theory]
    [InlineData("2027-11-30", 1, 1, Refusal.InspectionOnceAYear, null)]
    [InlineData("2027-12-01", 1, 1, null, null)]
    [InlineData("2027-12-01", 0, 1, Refusal.UnknownRoyaltyPeriod, null)]
    [InlineData("2027-12-01", 3, 18, Refusal.UnknownRoyaltyPeriod, null)]
    [InlineData("2027-12-01", 4, 3, Refusal.UnknownRoyaltyPeriod, null)]
    [InlineData("2027-12-01", 1, 3, Refusal.FoundBaseStands, "2")]
    // The second quarter of 2027 is late, the third one (to 30 September) since 30 October, the fourth still runs.
    [InlineData("2027-12-01", 3, 7, null, null)]
    [InlineData("2027-12-01", 3, 8, Refusal.InspectionTooEarly, "8")]
    [InlineData("2029-03-31", 1, 1, null, null)]
    [InlineData("2029-04-01", 1, 1, Refusal.BooksNoLongerKept, "1")]
    [InlineData("2029-04-01", 1, 3, Refusal.BooksNoLongerKept, "1")]
    [InlineData("2029-04-01", 3, 3, null, null)]
    public void The_books_are_asked_for_once_a_year_while_they_are_kept(string on, int first, int last, Refusal? expected, string? about)
    {
        foreach (var period in Enumerable.Range(1, 3)) Declare(period, 100_000, "2026-10-20");
        Inspect(2, 2, "2026-12-01", 100_000_00);
        var answer = Royalties.AskInspection(_account, first, last, At(on));
        Assert.Equal((expected, about), (answer.Refusal, answer.Detail));
    }

    [Fact]
    public void A_declared_period_may_be_inspected_before_its_last_day_for_declaring()
    {
        Assert.Equal(Refusal.InspectionTooEarly, Ask(1, 1, "2026-04-30"));
        Assert.True(Royalties.AskInspection(_account, 1, 1, At("2026-05-01")).Done);
        Declare(1, 100_000, "2026-04-30");
        Assert.Null(Ask(1, 1, "2026-04-30"));
    }

    [Fact]
    public void An_inspection_goes_step_by_step_and_not_before_the_notice_has_run()
    {
        Declare(1, 100_000, "2026-04-20");
        Assert.Equal(Refusal.InspectionOutOfTurn, Schedule("2026-08-18", "2026-08-03"));
        Ask(1, 1, "2026-08-03");
        Assert.Equal(InspectionState.Asked, _account.Inspection!.State);
        Assert.Equal(Refusal.InspectionOutOfTurn, Ask(1, 1, "2028-08-03"));
        Assert.Equal(Refusal.InspectionOutOfTurn, Report("2026-08-18", 1));
        Assert.Equal(Refusal.InspectionTooEarly, Schedule("2026-08-17", "2026-08-03"));
        Assert.Null(Schedule("2026-08-18", "2026-08-03"));
        Assert.Null(Schedule("2026-08-20", "2026-08-04"));
        Assert.Equal(InspectionState.Scheduled, _account.Inspection!.State);
        Assert.Equal(Refusal.InspectionTooEarly, Report("2026-08-19", 1));
        Assert.Equal(Refusal.InspectionOutOfTurn, Settle("2026-08-20"));
        Assert.Equal(Refusal.MalformedRequest, Report("2026-08-20", 1, 2));
        Assert.Equal(Refusal.AmountOutOfRange, Report("2026-08-20", -1));
        Assert.Null(Report("2026-08-20", 1));
        Assert.Equal(InspectionState.Reported, _account.Inspection!.State);
        // A mistake in the report is corrected before anybody is bound by it.
        Assert.Null(Report("2026-08-20", 2));
        Assert.Equal(2L, Assert.Single(_account.Inspection!.Found!.Value));
        Assert.Equal(Refusal.InspectionOutOfTurn, Schedule("2026-08-21", "2026-08-20"));
        Assert.Null(Settle("2026-08-21"));
        Assert.Equal(Refusal.InspectionOutOfTurn, Settle("2026-08-21"));
    }

    [Fact]
    public void Nobody_corrects_a_period_whose_books_are_being_seen_or_were_seen()
    {
        Declare(1, 100_000, "2026-04-20");
        Ask(1, 1, "2026-08-03");
        Assert.Equal(Refusal.PeriodUnderInspection, Declare(1, 200_000, "2026-08-04"));
        Assert.Null(Declare(2, 200_000, "2026-08-04"));
        Schedule("2026-08-18", "2026-08-04");
        Report("2026-08-18", 100_000_00);
        Settle("2026-08-19");
        Assert.Equal(Refusal.FoundBaseStands, Declare(1, 200_000, "2026-08-20"));
        Assert.Null(Declare(2, 210_000, "2026-08-20"));
    }

    [Fact]
    public void One_that_is_given_up_changes_nothing_and_counts_for_the_year_once_the_books_were_seen()
    {
        Declare(1, 100_000, "2026-04-20");
        Assert.Equal(Refusal.InspectionOutOfTurn, Take(Royalties.WithdrawInspection(_account, At("2026-08-03"))));
        Ask(1, 1, "2026-08-03");
        Assert.Null(Take(Royalties.WithdrawInspection(_account, At("2026-08-04"))));
        Assert.Equal(InspectionState.Withdrawn, _account.Inspection!.State);
        Assert.Null(Declare(1, 90_000, "2026-08-04"));
        // The books were not seen: it may be asked for again at once.
        Assert.Null(Ask(1, 1, "2026-08-05"));
        Schedule("2026-08-20", "2026-08-05");
        Report("2026-08-20", 200_000_00);
        Assert.Null(Take(Royalties.WithdrawInspection(_account, At("2026-08-21"))));
        Assert.Null(_account.Finding);
        Assert.Equal((3000_00L, 300_00L, 0), (_account.ChargedFen, _account.CreditFen, _account.Inspected.Count));
        Assert.Equal(Refusal.InspectionOutOfTurn, Take(Royalties.SettleInspection(_account, At("2026-08-22"))));
        Assert.Equal(Refusal.InspectionOnceAYear, Ask(1, 1, "2026-08-22"));
        Assert.Null(Ask(1, 1, "2027-08-05"));
    }

    private Refusal? Declare(int period, long yuan, string on) => Take(Royalties.Declare(_account, period, yuan * 100, At(on)));

    private Refusal? Ask(int first, int last, string on) => Take(Royalties.AskInspection(_account, first, last, At(on)));

    private Refusal? Schedule(string day, string on) => Take(Royalties.ScheduleInspection(_account, Day(day), At(on)));

    private Refusal? Report(string on, params long[] fen) => Take(Royalties.ReportInspection(_account, [.. fen], At(on)));

    private Refusal? Settle(string on) => Take(Royalties.SettleInspection(_account, At(on)));

    private void Inspect(int first, int last, string asked, params long[] fen)
    {
        Assert.Null(Ask(first, last, asked));
        var day = Day(asked).AddDays(30).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.Null(Schedule(day, asked));
        Assert.Null(Report(day, fen));
        Assert.Null(Settle(day));
    }

    private Refusal? Take(Result<RoyaltyEvent> answer)
    {
        if (answer.Done) _account = _account.Fold(answer.Value);
        return answer.Refusal;
    }

    private static (int Period, long Yuan) Pair(string text) => text.Split(':') switch
    {
        var parts => (int.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture)),
    };

    private static DateOnly Day(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Nine in the morning in Beijing.</summary>
    private static DateTimeOffset At(string day) => new(Day(day), new TimeOnly(9, 0), TimeSpan.FromHours(8));
}
