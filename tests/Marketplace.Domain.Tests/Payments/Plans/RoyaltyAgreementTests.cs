using System.Globalization;
using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Plans;

namespace Marketplace.Domain.Tests.Payments.Plans;

/// <summary>The record of royalties: its lines for ever, what said twice changes nothing, who waits for whom, and when the buyer is reminded.</summary>
public sealed class RoyaltyAgreementTests
{
    private static readonly Guid Seller = Id(0x5e), Buyer = Id(0xb), Person = Id(0xc);
    private static readonly string File = new('a', 64);

    private static readonly RoyaltyTerms Terms = new(RoyaltyBase.NetSales, new DateOnly(2026, 1, 1), new DateOnly(2027, 12, 31)) { Bands = [new RoyaltyBand(1_000_000_00, 500), new RoyaltyBand(null, 300)], MinimumFen = 100_00 };

    private static readonly BeginRoyalties Command = new("ZJP-2026-0719", Seller, Buyer, "耐高温压力传感器", "custodian", Terms, Demo: false);

    /// <summary>A line here is never edited; a new shape adds one.</summary>
    private static readonly string[] Golden =
    [
        """{"v":1,"type":"royalties-begun","prev":"P","at":"2026-01-05T01:00:00.000000Z","deal":"ZJP-2026-0719","seller":"0000005e-0000-0000-0000-000000000000","buyer":"0000000b-0000-0000-0000-000000000000","title":"耐高温压力传感器","book":"custodian","terms":{"base":"net-sales","cycle":"quarter","from":"2026-01-01","until":"2027-12-31","bands":[{"upTo":100000000,"rate":500},{"rate":300}],"minimumFen":10000,"declareDays":30,"payDays":15,"noticeDays":15},"demo":false}""",
        """{"v":2,"type":"period-declared","prev":"P","at":"2026-04-10T01:00:00.000000Z","id":"00000001-0000-0000-0000-000000000000","period":1,"base":10000000,"by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":3,"type":"period-declared","prev":"P","at":"2026-07-10T01:00:00.000000Z","id":"00000002-0000-0000-0000-000000000000","period":2,"base":0,"note":"停产","fileSha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","fileName":"明细.pdf","by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":4,"type":"inspection-requested","prev":"P","at":"2026-08-03T01:00:00.000000Z","id":"00000003-0000-0000-0000-000000000000","first":1,"last":2,"by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":5,"type":"inspection-day-set","prev":"P","at":"2026-08-04T01:00:00.000000Z","id":"00000004-0000-0000-0000-000000000000","inspection":"00000003-0000-0000-0000-000000000000","day":"2026-08-20","by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":6,"type":"inspection-found","prev":"P","at":"2026-08-21T01:00:00.000000Z","id":"00000005-0000-0000-0000-000000000000","inspection":"00000003-0000-0000-0000-000000000000","found":[20000000,5000000],"fileSha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","fileName":"报告.pdf","by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":7,"type":"report-disputed","prev":"P","at":"2026-08-22T01:00:00.000000Z","inspection":"00000003-0000-0000-0000-000000000000","report":"00000005-0000-0000-0000-000000000000","reason":"含退货","by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":8,"type":"judgment-proposed","prev":"P","at":"2027-03-01T01:00:00.000000Z","id":"00000006-0000-0000-0000-000000000000","inspection":"00000003-0000-0000-0000-000000000000","found":[15000000,5000000],"number":"(2027)浙01民初1号","fileSha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","fileName":"判决书.pdf","by":"0000000d-0000-0000-0000-000000000000"}""",
        """{"v":9,"type":"judgment-entered","prev":"P","at":"2027-03-02T01:00:00.000000Z","inspection":"00000003-0000-0000-0000-000000000000","judgment":"00000006-0000-0000-0000-000000000000","found":[15000000,5000000],"by":"0000000e-0000-0000-0000-000000000000"}""",
        """{"v":10,"type":"inspection-requested","prev":"P","at":"2027-09-01T01:00:00.000000Z","id":"00000007-0000-0000-0000-000000000000","first":3,"last":3,"by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":11,"type":"inspection-given-up","prev":"P","at":"2027-09-02T01:00:00.000000Z","inspection":"00000007-0000-0000-0000-000000000000","by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":12,"type":"inspection-requested","prev":"P","at":"2027-09-03T01:00:00.000000Z","id":"00000008-0000-0000-0000-000000000000","first":3,"last":3,"by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":13,"type":"inspection-day-set","prev":"P","at":"2027-09-04T01:00:00.000000Z","id":"00000009-0000-0000-0000-000000000000","inspection":"00000008-0000-0000-0000-000000000000","day":"2027-09-20","by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":14,"type":"inspection-found","prev":"P","at":"2027-09-21T01:00:00.000000Z","id":"0000000a-0000-0000-0000-000000000000","inspection":"00000008-0000-0000-0000-000000000000","found":[0],"fileSha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","fileName":"报告.pdf","by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":15,"type":"report-accepted","prev":"P","at":"2027-09-22T01:00:00.000000Z","inspection":"00000008-0000-0000-0000-000000000000","report":"0000000a-0000-0000-0000-000000000000","by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":16,"type":"royalties-ended","prev":"P","at":"2027-10-01T01:00:00.000000Z","because":"void"}""",
    ];

    private RoyaltyAgreement _royalties = RoyaltyAgreement.Nothing;

    [Fact]
    public void Every_line_ever_written_is_read_folded_and_written_back_byte_for_byte()
    {
        var (royalties, prev) = (RoyaltyAgreement.Nothing, FactLine.Genesis);
        foreach (var text in Golden)
        {
            var bytes = Encoding.UTF8.GetBytes(text.Replace("\"prev\":\"P\"", $"\"prev\":\"{prev}\"", StringComparison.Ordinal));
            var line = RoyaltyLines.Read(bytes);
            Assert.Equal(bytes, FactLine.Write(line.Fact, line.Version, prev, line.At).Bytes);
            (royalties, prev) = (royalties.Fold(line), line.Hash);
        }

        Assert.Equal(Command, royalties.Begun);
        // 5 % of 100,000 and the minimum; then what was judged: 5 % of 150,000 and of 50,000; then the minimum once more.
        Assert.Equal([5000_00L, 100_00L, 4900_00L, 100_00L], royalties.Account!.Charges.Select(c => c.AmountFen));
        Assert.Equal([1, 2, 3], royalties.Account.Inspected.Order());
        Assert.Equal(("void", Golden.Length), (royalties.Ended, royalties.History.Length));
        Assert.Equal(typeof(RoyaltyFact).Assembly.GetTypes().Count(t => t.IsSubclassOf(typeof(RoyaltyFact)) && !t.IsAbstract), Golden.Select(g => RoyaltyLines.Read(Encoding.UTF8.GetBytes(g)).Fact.Type).Distinct().Count());
        Assert.Throws<FormatException>(() => RoyaltyLines.Read(Encoding.UTF8.GetBytes(Golden[1].Replace("period-declared", "period-lost", StringComparison.Ordinal))));
    }

    [Fact]
    public void Terms_with_everything_in_them_are_read_as_they_were_written()
    {
        var whole = new RoyaltyTerms(RoyaltyBase.Units, new DateOnly(2026, 2, 1), new DateOnly(2030, 1, 31), RoyaltyCycle.HalfYear) { Bands = [new RoyaltyBand(null, 30)], MinimumFen = 1, CapFen = 900, DeclareDays = 1, PayDays = 2, NoticeDays = 3 };
        foreach (var terms in new[] { whole, whole with { Base = RoyaltyBase.GrossSales, Cycle = RoyaltyCycle.Year, MinimumFen = null } })
        {
            var line = FactLine.Write(new RoyaltiesBegun(Command with { Terms = terms }), 1, FactLine.Genesis, At("2026-01-05"));
            Assert.Equal(terms, Assert.IsType<RoyaltiesBegun>(RoyaltyLines.Read(line.Bytes).Fact).Command.Terms);
        }
    }

    [Fact]
    public void They_begin_once_and_only_on_terms_that_may_be_agreed()
    {
        Assert.Equal(Refusal.RoyaltyRatesInvalid, RoyaltyRules.Begin(_royalties, Command with { Terms = Terms with { Bands = [] } }, At("2026-01-05")).Refusal);
        Assert.Equal(Refusal.MalformedRequest, RoyaltyRules.Begin(_royalties, Command with { Buyer = Seller }, At("2026-01-05")).Refusal);
        Assert.Equal(Refusal.UnknownDeal, Declare(1, 1, 0, "2026-04-10"));
        Assert.Null(Begin());
        Assert.Empty(RoyaltyRules.Begin(_royalties, Command with { Terms = Terms with { Bands = [.. Terms.Bands] } }, At("2026-01-06")).Facts);
        Assert.Equal(Refusal.RoyaltiesBegunOtherwise, RoyaltyRules.Begin(_royalties, Command with { Title = "别的" }, At("2026-01-06")).Refusal);
    }

    [Fact]
    public void What_is_said_again_under_its_id_changes_nothing_and_something_else_is_refused()
    {
        Begin();
        Assert.Null(Declare(1, 1, 100, "2026-04-10"));
        var before = _royalties;
        Assert.Null(Declare(1, 1, 100, "2026-05-10"));
        Assert.Same(before, _royalties);
        Assert.Equal(Refusal.CommandIdReused, Declare(1, 1, 101, "2026-04-10"));
        Assert.Equal(Refusal.MalformedRequest, Declare(0, 1, 100, "2026-04-10"));
        Assert.Equal((Refusal.TooLong, "note"), Said(RoyaltyRules.Declare(_royalties, new PeriodDeclared(Id(9), 1, 1, new string('x', 501), null, null, Person), At("2026-04-10"))));
        Assert.Equal((Refusal.MalformedRequest, null), Said(RoyaltyRules.Declare(_royalties, new PeriodDeclared(Id(9), 1, 1, null, "zz", "a.pdf", Person), At("2026-04-10"))));
    }

    [Fact]
    public void A_report_is_accepted_as_it_was_seen_and_settled_once()
    {
        Inspected(1, 200_000_00);
        Assert.Equal(InspectionTurn.Buyer, _royalties.Turn);
        Assert.Null(Report(6, 150_000_00, "2026-08-22"));
        Assert.Equal(Refusal.ReportChanged, Accept(5, "2026-08-23"));
        Assert.Equal(Refusal.UnknownInspection, Take(RoyaltyRules.Accept(_royalties, new ReportAccepted(Id(77), Id(6), Person), At("2026-08-23"))));
        Assert.Null(Accept(6, "2026-08-23"));
        Assert.Equal(2500_00, _royalties.Account!.Charges[^1].AmountFen);
        var settled = _royalties;
        Assert.Null(Accept(6, "2026-08-24"));
        Assert.Same(settled, _royalties);
        // A colleague comes too late, and so does a dispute.
        Assert.Equal(Refusal.InspectionOutOfTurn, Take(RoyaltyRules.Accept(_royalties, new ReportAccepted(Id(3), Id(6), Id(99)), At("2026-08-24"))));
        Assert.Equal(Refusal.InspectionOutOfTurn, Dispute(6, "迟了", "2026-08-24"));
        Assert.Equal(Refusal.InspectionOutOfTurn, Take(RoyaltyRules.GiveUp(_royalties, new InspectionGivenUp(Id(3), Person), At("2026-08-24"))));
        Assert.Equal(InspectionTurn.Nobody, _royalties.Turn);
    }

    [Fact]
    public void Silence_owes_nothing_and_a_judgment_needs_a_dispute_or_thirty_days_and_two_operators()
    {
        Inspected(1, 200_000_00);
        var charged = _royalties.Account!.ChargedFen;
        Assert.Equal(Refusal.ReportNotDisputed, Judge(7, 150_000_00, "2026-08-24"));
        // Thirty days after 21 August are over with 20 September, a Sunday that is worked.
        Assert.Equal(Refusal.ReportNotDisputed, Judge(7, 150_000_00, "2026-09-20"));
        Assert.True(RoyaltyRules.MayBeJudged(_royalties, At("2026-09-21")));
        Assert.Equal((Refusal.Required, "reason"), Said(RoyaltyRules.Dispute(_royalties, new ReportDisputed(Id(3), Id(5), " ", Person), At("2026-08-24"))));
        Assert.Null(Dispute(5, "含退货", "2026-08-24"));
        Assert.Equal(InspectionTurn.Dispute, _royalties.Turn);
        Assert.Equal(Refusal.UnknownJudgment, Take(RoyaltyRules.ConfirmJudgment(_royalties, Id(3), Id(7), Id(0xe), At("2026-08-25"))));
        Assert.Equal((Refusal.Required, "number"), Said(RoyaltyRules.ProposeJudgment(_royalties, new JudgmentProposed(Id(7), Id(3), [1], "", File, "判决书.pdf", Id(0xd)), At("2026-08-25"))));
        Assert.Equal(Refusal.MalformedRequest, Take(RoyaltyRules.ProposeJudgment(_royalties, new JudgmentProposed(Id(7), Id(3), [1, 2], "1号", File, "判决书.pdf", Id(0xd)), At("2026-08-25"))));
        Assert.Null(Judge(7, 150_000_00, "2026-08-25"));
        Assert.Null(Judge(7, 150_000_00, "2026-08-26"));
        Assert.Equal(Refusal.InspectionOutOfTurn, Report(8, 100_000_00, "2026-08-26"));
        Assert.Equal(Refusal.ProposerMayNotConfirm, Take(RoyaltyRules.ConfirmJudgment(_royalties, Id(3), Id(7), Id(0xd), At("2026-08-26"))));
        Assert.Equal(charged, _royalties.Account!.ChargedFen);
        for (var again = 0; again < 2; again++) Assert.Null(Take(RoyaltyRules.ConfirmJudgment(_royalties, Id(3), Id(7), Id(0xe), At("2026-08-27"))));
        Assert.Equal(charged + 2500_00, _royalties.Account!.ChargedFen);
        Assert.Equal(150_000_00, _royalties.Account.Bases[1]);
        Assert.Equal(Refusal.InspectionOutOfTurn, Accept(5, "2026-08-28"));
    }

    [Fact]
    public void A_corrected_report_is_a_new_question_to_the_buyer()
    {
        Inspected(1, 200_000_00);
        Dispute(5, "含退货", "2026-08-24");
        Assert.Null(Report(6, 150_000_00, "2026-08-25"));
        Assert.Equal((InspectionTurn.Buyer, Refusal.ReportNotDisputed), (_royalties.Turn, Judge(7, 150_000_00, "2026-08-26")));
        // Given up, what was declared stands, and nothing is open any more.
        Assert.Null(Take(RoyaltyRules.GiveUp(_royalties, new InspectionGivenUp(Id(3), Person), At("2026-08-26"))));
        Assert.Equal((InspectionTurn.Nobody, 100_000_00L), (_royalties.Turn, _royalties.Account!.Bases[1]));
        Assert.Equal(Refusal.InspectionOutOfTurn, Accept(6, "2026-08-27"));
    }

    [Fact]
    public void After_the_end_nothing_more_is_declared_and_nobody_is_reminded()
    {
        Begin();
        Declare(1, 1, 100, "2026-04-10");
        Assert.NotEmpty(RoyaltyReminders.Now(_royalties, At("2026-08-10")));
        Assert.Null(Take(RoyaltyRules.End(_royalties, "void", At("2026-08-10"))));
        Assert.Empty(RoyaltyRules.End(_royalties, "defaulted", At("2026-08-11")).Facts);
        Assert.Equal(Refusal.DealIsOver, Declare(2, 2, 100, "2026-08-11"));
        Assert.Null(Declare(1, 1, 100, "2026-08-11"));
        Assert.Empty(RoyaltyReminders.Now(_royalties, At("2026-08-11")));
        Assert.Null(RoyaltyReminders.Next(_royalties, At("2026-08-11")));
        Assert.Equal(Refusal.UnknownDeal, RoyaltyRules.End(RoyaltyAgreement.Nothing, "void", At("2026-08-11")).Refusal);
    }

    // On which day, what the buyer is told: period:days left. The first quarter is declared by 30 April 2026, the second by 30 July.
    [Theory]
    [InlineData("2026-03-31", "")]
    [InlineData("2026-04-20", "")]
    [InlineData("2026-04-21", "1:10")]
    [InlineData("2026-04-28", "1:3")]
    [InlineData("2026-05-01", "1:0")]
    [InlineData("2026-07-29", "1:0 2:3")]
    public void The_buyer_is_reminded_ten_and_three_days_before_and_when_it_is_late(string on, string told)
    {
        Begin();
        Assert.Equal(told, string.Join(' ', RoyaltyReminders.Now(_royalties, At(on)).Select(r => $"{r.Period.Number}:{r.DaysLeft}")));
    }

    [Fact]
    public void A_short_time_for_declaring_never_reminds_before_the_period_is_over_and_the_clock_comes_for_each_day()
    {
        Assert.Null(Take(RoyaltyRules.Begin(_royalties, Command with { Terms = Terms with { DeclareDays = 5, Until = new DateOnly(2026, 3, 31) } }, At("2026-01-05"))));
        Assert.Empty(RoyaltyReminders.Now(_royalties, At("2026-03-31")));
        var (moments, now) = (new List<string>(), At("2026-01-05"));
        while (RoyaltyReminders.Next(_royalties, now) is { } next)
        {
            now = next;
            moments.Add($"{Days.Of(now):MM-dd} {Assert.Single(RoyaltyReminders.Now(_royalties, now)).DaysLeft}");
        }

        // 5 April 2026 is a holiday, the 7th the first working day.
        Assert.Equal(["04-01 10", "04-05 3", "04-08 0"], moments);
        // What the seller is looking at is not asked for.
        Assert.Null(Take(RoyaltyRules.Request(_royalties, new InspectionRequested(Id(3), 1, 1, Person), At("2026-04-09"))));
        Assert.Empty(RoyaltyReminders.Now(_royalties, At("2026-04-10")));
        Assert.Null(_royalties.Undeclared);
    }

    private Refusal? Begin() => Take(RoyaltyRules.Begin(_royalties, Command, At("2026-01-05")));

    private Refusal? Declare(int id, int period, long yuan, string on) => Take(RoyaltyRules.Declare(_royalties, new PeriodDeclared(Id(id), period, yuan * 100, null, null, null, Person), At(on)));

    private Refusal? Report(int id, long fen, string on) => Take(RoyaltyRules.Report(_royalties, new InspectionFound(Id(id), Id(3), [fen], File, "报告.pdf", Person), At(on)));

    private Refusal? Accept(int report, string on) => Take(RoyaltyRules.Accept(_royalties, new ReportAccepted(Id(3), Id(report), Person), At(on)));

    private Refusal? Dispute(int report, string why, string on) => Take(RoyaltyRules.Dispute(_royalties, new ReportDisputed(Id(3), Id(report), why, Person), At(on)));

    private Refusal? Judge(int id, long fen, string on) => Take(RoyaltyRules.ProposeJudgment(_royalties, new JudgmentProposed(Id(id), Id(3), [fen], "(2026)浙01民初1号", File, "判决书.pdf", Id(0xd)), At(on)));

    /// <summary>The first quarter, declared with 100,000, was inspected on 20 August and reported with this.</summary>
    private void Inspected(int period, long foundFen)
    {
        Begin();
        Assert.Null(Declare(1, period, 100_000, "2026-04-10"));
        Assert.Null(Take(RoyaltyRules.Request(_royalties, new InspectionRequested(Id(3), period, period, Person), At("2026-08-03"))));
        Assert.Equal(InspectionTurn.Seller, _royalties.Turn);
        Assert.Null(Take(RoyaltyRules.SetDay(_royalties, new InspectionDaySet(Id(4), Id(3), new DateOnly(2026, 8, 20), Person), At("2026-08-04"))));
        Assert.Equal(Refusal.Required, RoyaltyRules.Report(_royalties, new InspectionFound(Id(5), Id(3), [foundFen], "", "", Person), At("2026-08-21")).Refusal);
        Assert.Null(Report(5, foundFen, "2026-08-21"));
    }

    private Refusal? Take(Decision<RoyaltyAgreement> decision)
    {
        if (decision.Refusal is null) _royalties = decision.Answer!;
        return decision.Refusal;
    }

    private static (Refusal?, string?) Said(Decision<RoyaltyAgreement> decision) => (decision.Refusal, decision.Detail);

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    /// <summary>Nine in the morning in Beijing.</summary>
    private static DateTimeOffset At(string day) => new(DateOnly.Parse(day, CultureInfo.InvariantCulture), new TimeOnly(9, 0), TimeSpan.FromHours(8));
}
