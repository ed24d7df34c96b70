using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Payments.Plans;

namespace Marketplace.Domain.Tests.Deals;

/// <summary>What follows a sale, by the calendar of 2026.</summary>
public sealed class DealTests
{
    private static readonly Guid Seller = new(1, 0, 0, new byte[8]);
    private static readonly Guid Buyer = new(2, 0, 0, new byte[8]);
    private static readonly Guid Person = new(3, 0, 0, new byte[8]);
    private static readonly string Sha = new('a', 64);
    private static readonly DateTimeOffset Concluded = new(2026, 11, 24, 7, 39, 49, TimeSpan.Zero); // a Tuesday

    private static readonly OpenDeal Command = new("ZJP-2026-0719", Seller, Buyer, "耐高温压力传感器", 3_120_000_00, Concluded, Sha, false, Person, 200_000_00);

    private Deal _deal = Deal.Nothing;

    [Fact]
    public void The_steps_have_their_due_days_from_the_close_on()
    {
        Open();
        Assert.Equal(
            [
                (Step.Close, "2026-11-24"), (Step.SignConfirmation, "2026-12-01"), (Step.SignContract, "2026-12-08"), (Step.Pay, "2026-12-15"),
                (Step.Register, "2026-12-18"), (Step.Deliver, "2027-01-06"), (Step.RecordTransfer, "2026-12-29"), (Step.Reward, "2027-06-15"),
            ],
            _deal.Schedule().Select(s => (s.Rule.Step, s.Due.ToString("yyyy-MM-dd", null))));
        Assert.Equal([Step.SignConfirmation], _deal.Schedule().Where(s => s is { IsReady: true, IsDone: false }).Select(s => s.Rule.Step));
    }

    [Fact]
    public void A_step_done_early_brings_the_next_one_forward()
    {
        Open();
        Assert.Null(Do(Step.SignConfirmation, Party.Seller, day: 25));
        Assert.True(Of(Step.SignContract).IsProvisional);
        Assert.Null(Do(Step.SignConfirmation, Party.Buyer, day: 26));
        Assert.False(Of(Step.SignContract).IsProvisional);
        Assert.Equal(new DateOnly(2026, 12, 3), Of(Step.SignContract).Due);
    }

    [Fact]
    public void A_step_of_both_waits_for_both()
    {
        Open();
        Do(Step.SignConfirmation, Party.Seller, day: 25);
        Assert.Equal([Party.Buyer], Of(Step.SignConfirmation).Waiting);
        Assert.False(Of(Step.SignConfirmation).IsDone);
        Assert.Equal(Refusal.StepTooEarly, Do(Step.SignContract, Party.Seller, day: 25));
    }

    [Fact]
    public void Only_the_responsible_party_does_a_step_and_only_with_a_file()
    {
        Assert.Equal(Refusal.UnknownDeal, Do(Step.Pay, Party.Buyer, day: 25));
        Open();
        Assert.Equal(Refusal.StepDoneByMarket, Do(Step.Close, Party.Seller, day: 25));
        Assert.Equal(Refusal.StepDoneByMarket, Do(Step.Pay, Party.Buyer, day: 25));
        Assert.Equal(Refusal.NotThisPartysStep, Do(Step.RecordTransfer, Party.Buyer, day: 25));
        Assert.Equal(Refusal.Required, Do(Step.SignConfirmation, Party.Seller, day: 25, sha: ""));
        Assert.Equal(Refusal.StepTooEarly, Do(Step.Deliver, Party.Buyer, day: 25));
    }

    [Fact]
    public void The_price_is_paid_when_the_ledger_has_it_and_by_nobody_s_word()
    {
        Assert.Equal(Refusal.UnknownDeal, Append(DealRules.ReceivePrice(_deal, Command.PriceFen, Concluded), Concluded));
        Open();
        Assert.Equal(Refusal.StepTooEarly, Append(DealRules.ReceivePrice(_deal, Command.PriceFen, Concluded), Concluded));
        foreach (var step in new[] { Step.SignConfirmation, Step.SignContract })
        {
            foreach (var party in new[] { Party.Seller, Party.Buyer }) Assert.Null(Do(step, party, day: 25));
        }

        var at = Concluded.AddDays(2);
        Assert.Null(Append(DealRules.ReceivePrice(_deal, Command.PriceFen, at), at));
        Assert.Equal((at, (string?)null), (Of(Step.Pay).DoneAt, Of(Step.Pay).Done.Single().FileSha256));
        Assert.Empty(DealRules.ReceivePrice(_deal, Command.PriceFen, at).Facts);
        Assert.True(Of(Step.RecordTransfer).IsReady);
        Append(DealRules.End(_deal, "void"), at);
        Assert.Empty(DealRules.ReceivePrice(_deal, Command.PriceFen, at).Facts);
    }

    [Fact]
    public void Doing_a_step_again_changes_nothing_and_another_file_is_refused()
    {
        Open();
        Assert.Null(Do(Step.SignConfirmation, Party.Seller, day: 25));
        var before = _deal;
        Assert.Null(Do(Step.SignConfirmation, Party.Seller, day: 26));
        Assert.Equal(before, _deal);
        Assert.Equal(Refusal.StepAlreadyDone, Do(Step.SignConfirmation, Party.Seller, day: 26, sha: new string('b', 64)));
    }

    [Fact]
    public void Parties_are_reminded_three_days_and_one_day_before_the_last_day_ends_and_when_it_has_passed()
    {
        Assert.Empty(Reminders.Now(_deal, Concluded));
        Assert.Null(Reminders.Next(_deal, [], Concluded));
        Open();
        var end = Days.EndOf(new DateOnly(2026, 12, 1));
        Assert.Empty(Reminders.Now(_deal, end.AddDays(-3).AddTicks(-1)));
        foreach (var (at, left) in new[] { (end.AddDays(-3), 3), (end.AddDays(-1).AddTicks(-1), 3), (end.AddDays(-1), 1), (end.AddTicks(-1), 1), (end, 0), (end.AddDays(40), 0) })
        {
            Assert.Equal(
                [(Step.SignConfirmation, Party.Seller, left), (Step.SignConfirmation, Party.Buyer, left)],
                Reminders.Now(_deal, at).Select(r => (r.Step, r.Party, r.DaysLeft)));
        }

        Assert.Equal([end.AddDays(-3), end.AddDays(-1), end, null], new[] { Concluded, end.AddDays(-3), end.AddDays(-1), end }.Select(at => Reminders.Next(_deal, [], at)));
        Do(Step.SignConfirmation, Party.Seller, day: 25);
        Assert.Equal([Party.Buyer], Reminders.Now(_deal, end).Select(r => r.Party));
    }

    [Fact]
    public void It_is_a_party_s_turn_when_the_step_before_is_finished_and_not_after_the_sale_was_undone()
    {
        var nothing = _deal;
        Open();
        var opened = _deal;
        Assert.Equal([Step.SignConfirmation], Reminders.Began(nothing, opened).Select(s => s.Rule.Step));
        Do(Step.SignConfirmation, Party.Seller, day: 25);
        Assert.Empty(Reminders.Began(opened, _deal));
        var before = _deal;
        Do(Step.SignConfirmation, Party.Buyer, day: 25);
        Assert.Equal([Step.SignContract], Reminders.Began(before, _deal).Select(s => s.Rule.Step));
        before = _deal;
        Do(Step.SignContract, Party.Seller, day: 25);
        Do(Step.SignContract, Party.Buyer, day: 25);
        Assert.Equal([Step.Pay, Step.Register, Step.Deliver], Reminders.Began(before, _deal).Select(s => s.Rule.Step));
        Assert.Empty(Reminders.Began(before, _deal with { Ended = "void" }));
        Assert.Empty(Reminders.Now(_deal with { Ended = "void" }, Concluded.AddYears(1)));
    }

    [Fact]
    public void Opening_again_is_answered_and_other_content_is_refused()
    {
        Open();
        Assert.Empty(DealRules.Open(_deal, Command).Facts);
        Assert.Null(DealRules.Open(_deal, Command).Refusal);
        Assert.Equal(Refusal.DealIdReused, DealRules.Open(_deal, Command with { PriceFen = 1 }).Refusal);
    }

    [Fact]
    public void A_deal_that_is_none_is_not_opened()
    {
        Assert.Equal(Refusal.MalformedRequest, DealRules.Open(_deal, Command with { Buyer = Seller }).Refusal);
        Assert.Equal(Refusal.AmountOutOfRange, DealRules.Open(_deal, Command with { PriceFen = 0 }).Refusal);
        Assert.Equal(Refusal.Required, DealRules.Open(_deal, Command with { ContractSha256 = "x" }).Refusal);
    }

    [Fact]
    public void A_licence_has_no_transfer_to_record()
    {
        Open(Command with { TransfersPatent = false });
        Assert.DoesNotContain(_deal.Schedule(), s => s.Rule.Step == Step.RecordTransfer);
        Assert.Equal(Refusal.NotFound, Do(Step.RecordTransfer, Party.Seller, day: 25));
    }

    [Fact]
    public void A_step_is_late_from_the_first_moment_after_its_last_day()
    {
        Open();
        var end = Days.EndOf(Of(Step.SignConfirmation).Due);
        Assert.False(Of(Step.SignConfirmation).IsLate(end.AddMicroseconds(-1)));
        Assert.True(Of(Step.SignConfirmation).IsLate(end));
    }

    [Fact]
    public void The_whole_way_can_be_walked()
    {
        Open();
        foreach (var rule in Steps.All.Where(r => r.After is not null))
        {
            if (rule.Step == Step.Pay) Assert.Null(Append(DealRules.ReceivePrice(_deal, Command.PriceFen, Concluded.AddDays(1)), Concluded.AddDays(1)));
            else foreach (var party in rule.Parties) Assert.Null(Do(rule.Step, party, day: 25));
        }

        Assert.All(_deal.Schedule(), s => Assert.True(s.IsDone));
    }

    [Fact]
    public void A_deal_whose_sale_no_longer_stands_goes_no_further()
    {
        Open();
        var at = Concluded.AddDays(1);
        Assert.Null(Append(DealRules.End(_deal, "defaulted"), at));
        Assert.Empty(DealRules.End(_deal, "void").Facts);
        Assert.Equal(("defaulted", Refusal.DealIsOver), (_deal.Ended, Do(Step.SignConfirmation, Party.Buyer, day: 25)));
        Assert.Equal("a1", (Deal.Nothing with { Opened = Command with { Auction = "a1:2" } }).Lot);
        Assert.Equal(Refusal.UnknownDeal, DealRules.End(Deal.Nothing, "void").Refusal);
    }

    [Fact]
    public void Every_line_ever_written_is_read_and_written_back_byte_for_byte()
    {
        string[] golden =
        [
            """{"v":1,"type":"deal-opened","prev":"0000000000000000000000000000000000000000000000000000000000000000","at":"2026-11-24T07:39:50.000000Z","auction":"ZJP-2026-0719","seller":"00000001-0000-0000-0000-000000000000","buyer":"00000002-0000-0000-0000-000000000000","title":"耐高温压力传感器","priceFen":312000000,"hold":"00000003-0000-0000-0000-000000000000","depositFen":20000000,"concludedAt":"2026-11-24T07:39:49.000000Z","contractSha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","transfersPatent":true,"demo":false}""",
            """{"v":2,"type":"step-done","prev":"P","at":"2026-11-25T02:00:00.000000Z","step":"sign-confirmation","party":"buyer","person":"00000003-0000-0000-0000-000000000000","fileSha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","fileName":"确认书.pdf"}""",
            """{"v":3,"type":"deal-ended","prev":"P","at":"2026-11-26T02:00:00.000000Z","because":"void"}""",
            """{"v":4,"type":"price-received","prev":"P","at":"2026-11-27T02:00:00.000000Z","amountFen":312000000}""",
        ];
        var (deal, prev) = (Deal.Nothing, FactLine.Genesis);
        foreach (var text in golden)
        {
            var bytes = Encoding.UTF8.GetBytes(text.Replace("\"prev\":\"P\"", $"\"prev\":\"{prev}\"", StringComparison.Ordinal));
            var line = DealLines.Read(bytes);
            Assert.Equal(bytes, FactLine.Write(line.Fact, line.Version, prev, line.At).Bytes);
            (deal, prev) = (deal.Fold(line), line.Hash);
        }

        Assert.Equal(Command, deal.Opened);
        var declared = FactLine.Write(new DealOpened(Command with { InterestOf = "陈某某" }), 1, FactLine.Genesis, Concluded);
        Assert.EndsWith("\"demo\":false,\"interestOf\":\"陈某某\"}", Encoding.UTF8.GetString(declared.Bytes), StringComparison.Ordinal);
        Assert.Equal("陈某某", Assert.IsType<DealOpened>(DealLines.Read(declared.Bytes).Fact).Command.InterestOf);
        Assert.Equal([(Step.SignConfirmation, Party.Buyer), (Step.Pay, Party.Buyer)], deal.Done.Select(d => (d.Step, d.Party)));
        Assert.Equal("void", deal.Ended);
        Assert.Equal(golden.Length, typeof(DealFact).Assembly.GetTypes().Count(t => t.IsSubclassOf(typeof(DealFact))));
        foreach (var rule in Steps.All) Assert.Equal(rule.Step, Steps.Read(Steps.NameOf(rule.Step)));
    }

    [Fact]
    public void A_sale_by_listing_says_so_in_its_line()
    {
        Open(Command with { Listed = true });
        var line = FactLine.Write(new DealOpened(_deal.Opened!), 1, FactLine.Genesis, Concluded);
        Assert.EndsWith("""
            "demo":false,"listed":true}
            """.Trim(), Encoding.UTF8.GetString(line.Bytes), StringComparison.Ordinal);
        Assert.Equal(line.Fact, DealLines.Read(line.Bytes).Fact);
    }

    private static readonly AnnouncedPlan InParts = new(PlanKind.EntryFee)
    {
        Parts =
        [
            new AnnouncedPart(2000, new Period(3, PeriodUnit.WorkingDays), PartRelease.Registration), new AnnouncedPart(1000, new Period(3, PeriodUnit.WorkingDays), PartRelease.Milestone, "小试"),
            new AnnouncedPart(7000, new Period(6, PeriodUnit.Months), PartRelease.Acceptance),
        ],
        Royalty = new AnnouncedRoyalty(RoyaltyBase.NetSales, 12) { Bands = [new RoyaltyBand(null, 300)] },
    };

    [Fact]
    public void A_plan_that_was_announced_stands_in_the_line_and_moves_the_first_payment()
    {
        Open(Command with { Plan = InParts });
        var line = FactLine.Write(new DealOpened(_deal.Opened!), 1, FactLine.Genesis, Concluded);
        Assert.EndsWith(",\"plan\":" + AnnouncedPlanJson.Text(InParts) + "}", Encoding.UTF8.GetString(line.Bytes), StringComparison.Ordinal);
        Assert.Equal(line.Fact, DealLines.Read(line.Bytes).Fact);
        Assert.Equal((new DateOnly(2026, 12, 11), (DateOnly?)null), (Of(Step.Pay).Due, _deal.SignedOn()));
        Assert.Equal(Refusal.RegistrationNeedsTransfer, DealRules.Open(Deal.Nothing, Command with { Plan = InParts, TransfersPatent = false }).Refusal);
    }

    [Fact]
    public void The_first_payment_finishes_the_step_and_the_line_says_what_had_come()
    {
        Open(Command with { Plan = InParts });
        foreach (var step in new[] { Step.SignConfirmation, Step.SignContract })
        {
            foreach (var party in new[] { Party.Seller, Party.Buyer }) Assert.Null(Do(step, party, day: 25));
        }

        var (signed, first) = (_deal.SignedOn()!.Value, Command.PriceFen * 3 / 10);
        Assert.Equal(new DateOnly(2026, 11, 25), signed);
        Assert.Equal([Command.PriceFen / 5, Command.PriceFen / 10, Command.PriceFen * 7 / 10], _deal.PaymentFrom(signed).Parts.Select(p => p.AmountFen));
        Assert.Equal((signed, new DateOnly(2027, 11, 24)), (_deal.RoyaltyFrom(signed)!.From, _deal.RoyaltyFrom(signed)!.Until));
        Assert.Equal([Refusal.AmountOutOfRange, Refusal.AmountOutOfRange], new[] { first - 1, Command.PriceFen + 1 }.Select(fen => DealRules.ReceivePrice(_deal, fen, Concluded).Refusal));
        Assert.Equal(new PriceReceived(first + 5), Assert.Single(DealRules.ReceivePrice(_deal, first + 5, Concluded).Facts));
        Assert.Null(Append(DealRules.ReceivePrice(_deal, first + 5, Concluded.AddDays(3)), Concluded.AddDays(3)));
        Assert.Equal((true, true), (Of(Step.Pay).IsDone, Of(Step.RecordTransfer).IsReady));
        // The rest comes later and is no step.
        Assert.Empty(DealRules.ReceivePrice(_deal, Command.PriceFen, Concluded).Facts);
    }

    [Fact]
    public void A_later_part_is_reminded_of_as_a_step_is()
    {
        var part = new PlannedPart(3, 700, new DateOnly(2027, 5, 25), PartRelease.Acceptance);
        var end = Days.EndOf(part.Due);
        Assert.Empty(Reminders.Now([part], end.AddDays(-3).AddTicks(-1)));
        foreach (var (at, left) in new[] { (end.AddDays(-3), 3), (end.AddDays(-1), 1), (end, 0), (end.AddDays(40), 0) }) Assert.Equal([new PartReminder(part, left)], Reminders.Now([part], at));
        Assert.Equal(end.AddDays(-3), Reminders.Next(Deal.Nothing, [part], Concluded));
        Assert.Null(Reminders.Next(Deal.Nothing, [part], end));
        Open();
        Assert.Equal(Days.EndOf(new DateOnly(2026, 12, 1)).AddDays(-3), Reminders.Next(_deal, [part], Concluded));
    }

    [Fact]
    public void Fees_that_the_announcement_fixed_stand_in_the_line_and_nowhere_else()
    {
        Open(Command with { BuyerFeeBp = 100, SellerFeeBp = 250 });
        var line = FactLine.Write(new DealOpened(_deal.Opened!), 1, FactLine.Genesis, Concluded);
        Assert.EndsWith(",\"buyerFeeBp\":100,\"sellerFeeBp\":250}", Encoding.UTF8.GetString(line.Bytes), StringComparison.Ordinal);
        Assert.Equal(line.Fact, DealLines.Read(line.Bytes).Fact);
        Assert.Equal(Refusal.AmountOutOfRange, DealRules.Open(Deal.Nothing, Command with { BuyerFeeBp = 501 }).Refusal);
    }

    private StepView Of(Step step) => _deal.Schedule().Single(s => s.Rule.Step == step);

    private void Open(OpenDeal? command = null) => Append(DealRules.Open(_deal, command ?? Command), Concluded);

    private Refusal? Do(Step step, Party party, int day, string? sha = null)
    {
        var at = new DateTimeOffset(2026, 11, day, 2, 0, 0, TimeSpan.Zero);
        return Append(DealRules.Do(_deal, new DoStep(step, party, Person, sha ?? Sha, "file.pdf"), at), at);
    }

    private Refusal? Append(Decision<Deal> decision, DateTimeOffset at)
    {
        foreach (var fact in decision.Facts) _deal = _deal.Fold(FactLine.Write(fact, 1, FactLine.Genesis, at));
        return decision.Refusal;
    }
}
