using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>拍卖 with floor and net in one queue: domain.md §2.4, §8a.6, §8a.7.</summary>
public sealed class HallTables
{
    [Fact]
    public void Floor_and_net_answer_the_ask_in_one_queue_until_the_hammer()
    {
        var live = HallScript.Play("""
            0:01 | 101 1000000 | NotOpenYet         |
            0:05 | call        | ok                 | - - 1000000 0
            0:06 | call        | again              |
            0:07 | 101 990000  | BelowStartPrice    |
            0:10 | 101 1000000 | ok                 | 1000000 101 1010000 0
            0:11 | *101        | again              |
            0:12 | 101 1010000 | AlreadyLeading     |
            0:13 | 201 1000000 | NotAboveCurrentPrice |
            0:14 | 201 1015000 | NotOnStep          |
            0:15 | 201 1010000 | ok                 | 1010000 201 1020000 0
            0:16 | 102 1050000 | ok                 | 1050000 102 1060000 0
            0:20 | warn 1      | ok                 | 1050000 102 1060000 1
            0:25 | warn 1      | WarningOutOfOrder  |
            0:29 | warn 2      | WarningTooEarly    |
            0:30 | warn 2      | ok                 | 1050000 102 1060000 2
            0:31 | 202 1060000 | ok                 | 1060000 202 1070000 0
            0:32 | warn 1      | ok                 |
            0:42 | warn 2      | ok                 |
            0:50 | hammer      | WarningOutOfOrder  |
            0:52 | warn 3      | ok                 |
            1:01 | hammer      | WarningTooEarly    |
            1:02 | hammer      | ok                 | 1060000 202 1070000 3
            1:03 | 201 1070000 | AlreadyEnded       |
            1:04 | ask 107万   | AlreadyEnded       |
            1:05 | sign Auctioneer | ok             |
            1:06 | sign Recorder   | ok             |
            """).Live;
        Assert.Equal(new Closed(Outcome.Sold, 106_000_000, 202, 2, new string('d', 64)), live.Auction.Result);
        Assert.Equal(Scenario.Moment("1:02"), live.Auction.End);
        Assert.Null(Transcript.Verify(live.Transcript()).Fault);
    }

    [Fact]
    public void No_clock_opens_or_ends_a_lot_in_a_hall()
    {
        var live = HallScript.Play("""
            0:05   | close   | NotInThisStage |
            90:00  | 101 1000000 | NotOpenYet |
            90:00  | warn 1  | NotCalledUp    |
            90:01  | call    | ok             |
            900:00 | 101 1000000 | ok         | 1000000 101 1010000 0
            950:00 | close   | NotInThisStage |
            """).Live;
        Assert.Null(live.Auction.End);
        Assert.Equal(Phase.Open, live.Auction.PhaseAt(Scenario.Moment("9999:00")));
    }

    [Fact]
    public void The_ask_lies_on_the_ladder_above_the_price_and_binds_the_next_bid() => HallScript.Play("""
        0:05 | call        | ok              |
        0:10 | ask 110万   | ok              | - - 1100000 0
        0:11 | 201 1000000 | BelowTheAsk     |
        0:12 | ask 100万   | ok              | - - 1000000 0
        0:13 | 201 1000000 | ok              | 1000000 201 1010000 0
        0:14 | ask 101万   | ok              |
        0:14 | ask 100万   | BelowNextMinimum |
        0:15 | ask 1012000 | NotOnStep       |
        0:16 | ask 105万   | ok              | 1000000 201 1050000 0
        0:17 | 101 1040000 | BelowTheAsk     |
        0:18 | 101 1060000 | ok              | 1060000 101 1070000 0
        0:19 | warn 1      | ok              |
        0:20 | ask 108万   | ok              | 1060000 101 1080000 0
        """);

    [Theory]
    [InlineData(TieRule.FirstReceived, "NotAboveCurrentPrice", "NotAboveCurrentPrice")]
    [InlineData(TieRule.Floor, "ok", "NotAboveCurrentPrice")]
    [InlineData(TieRule.Net, "NotAboveCurrentPrice", "ok")]
    public void At_the_same_amount_the_announcement_says_who_goes_before(TieRule tie, string floorAfterNet, string netAfterFloor)
    {
        HallScript.Play($"""
            0:05 | call        | ok |
            0:10 | 201 1000000 | ok |
            0:11 | 101 1000000 | {floorAfterNet} |
            """, tie);
        HallScript.Play($"""
            0:05 | call        | ok |
            0:10 | 101 1000000 | ok |
            0:11 | 201 1000000 | {netAfterFloor} |
            """, tie);
    }

    [Fact]
    public void Who_is_over_ruled_is_told_and_the_recorder_signs_for_it()
    {
        var live = HallScript.Play("""
            0:05 | call        | ok |
            0:10 | 201 1000000 | ok | 1000000 201 1010000 0
            0:11 | 101 1000000 | ok | 1000000 101 1010000 0
            0:12 | 202 1000000 | NotAboveCurrentPrice |
            0:13 | 201 1010000 | ok | 1010000 201 1020000 0
            0:14 | warn 1      | ok |
            0:15 | 101 1010000 | NotAboveCurrentPrice |
            0:24 | warn 2      | ok |
            0:34 | warn 3      | ok |
            0:44 | hammer      | ok |
            0:45 | sign Recorder | NotCountersigned |
            0:46 | countersign by-auctioneer | OwnEntry |
            0:47 | countersign | ok |
            0:48 | countersign | NothingToCountersign |
            0:49 | sign Recorder | ok |
            """, TieRule.Floor).Live;
        Assert.Equal(new HallTelling(8, Scenario.Moment("0:11"), 201, HallTold.OverRuled, 100_000_000), Assert.Single(live.Auction.InHall!.Tellings));
        Assert.Null(Transcript.Verify(live.Transcript()).Fault);
    }

    [Fact]
    public void A_correction_takes_back_only_the_last_entry_of_the_floor_and_restores_who_led()
    {
        var live = HallScript.Play("""
            0:05 | call               | ok |
            0:10 | correct WrongPaddle | NothingToCorrect |
            0:11 | 201 1000000        | ok |
            0:12 | correct WrongPaddle | NothingToCorrect |
            0:13 | 101 1010000        | ok | 1010000 101 1020000 0
            0:14 | correct            | ReasonRequired |
            0:15 | correct Whatever   | ReasonRequired |
            0:16 | warn 1             | ok |
            0:17 | correct WrongPaddle | ok | 1000000 201 1010000 0
            0:18 | correct WrongPaddle | NothingToCorrect |
            0:19 | 102 1010000        | ok | 1010000 102 1020000 0
            0:20 | 202 1020000        | ok |
            0:21 | correct WrongPaddle | NothingToCorrect |
            0:22 | countersign        | ok |
            """).Live;
        Assert.Equal([(101, HallTold.BidTakenBack), (201, HallTold.LeadRestored)], live.Auction.InHall!.Tellings.Select(t => (t.Paddle, t.What)));
        Assert.Equal((3, false), (live.Auction.Bids, live.Auction.Bidders[101].HasBid));
    }

    [Fact]
    public void The_first_bid_corrected_leaves_the_lot_as_it_was_called() => HallScript.Play("""
        0:05 | call           | ok |
        0:10 | 101 1000000    | ok |
        0:11 | correct NoRaise | ok | - - 1000000 0
        """);

    [Fact]
    public void Below_the_reserve_there_is_no_hammer_and_the_lot_is_passed_with_the_reserve_opened()
    {
        const string Warned = """
            0:05 | call        | ok |
            0:10 | 201 1000000 | ok |
            0:20 | warn 1      | ok |
            0:30 | warn 2      | ok |
            0:35 | pass        | WarningOutOfOrder |
            0:40 | warn 3      | ok |
            0:45 | pass        | WarningTooEarly |

            """;
        var live = HallScript.Play(Warned + """
            0:50 | hammer      | ReserveNotReached |
            0:50 | pass        | ok |
            0:51 | countersign | ok |
            """, reserveYuan: 1_200_000).Live;
        Assert.Equal(PassReason.ReserveNotReached, live.Auction.InHall!.Passed!.Reason);
        Assert.True(live.Auction.AreSecretsOpened);
        var check = Transcript.Verify(live.Transcript());
        Assert.Equal((null, Outcome.Unsold), (check.Fault, check.Replayed!.Result!.Outcome));

        HallScript.Play(Warned + """
            0:50 | pass        | WouldBeSold |
            0:50 | hammer      | ok |
            """, reserveYuan: 1_000_000);
    }

    [Fact]
    public void A_lot_without_a_bid_is_passed_after_three_warnings() => HallScript.Play("""
        0:05 | call   | ok |
        0:10 | warn 1 | ok |
        0:20 | warn 2 | ok |
        0:30 | warn 3 | ok |
        0:40 | hammer | NobodyLeads |
        0:40 | pass   | ok |
        """);

    [Fact]
    public void Fewer_bidders_than_announced_are_no_sale() => HallScript.Play("""
        0:05 | call        | ok |
        0:06 | 101 1000000 | ok |
        0:10 | warn 1 | ok |
        0:20 | warn 2 | ok |
        0:30 | warn 3 | ok |
        0:40 | hammer | TooFewBidders |
        0:40 | pass   | ok |
        """, change: terms => terms with { MinBidders = 2 });

    [Fact]
    public void A_pause_needs_a_reason_and_takes_the_warnings_back() => HallScript.Play("""
        0:05 | call        | ok |
        0:10 | 101 1000000 | ok |
        0:11 | warn 1      | ok |
        0:12 | pause       | ReasonRequired |
        0:13 | pause 设备检查 | ok | 1000000 101 1010000 0
        0:14 | 201 1010000 | AuctionPaused |
        0:15 | warn 1      | AuctionPaused |
        0:16 | restart     | NotInThisStage |
        0:17 | goon        | ok |
        0:18 | goon        | NotPaused |
        0:19 | 201 1010000 | ok |
        """);

    [Fact]
    public void What_was_stopped_from_outside_only_the_market_sets_free_and_then_the_auctioneer_goes_on()
    {
        var live = HallScript.Play("""
            0:05 | call        | ok |
            0:06 | lift        | NotPaused |
            0:10 | 101 1000000 | ok |
            0:11 | warn 1      | ok |
            0:12 | stop        | ok | 1000000 101 1010000 0
            0:13 | goon        | StopStands |
            0:14 | 201 1010000 | AuctionPaused |
            0:15 | opens       | NotInThisStage |
            0:16 | order       | AuctionPaused |
            0:17 | probe       | AuctionPaused |
            0:20 | lift once   | ok | 1000000 101 1010000 0
            0:21 | lift once   | again |
            0:22 | lift        | NotPaused |
            0:23 | 201 1010000 | AuctionPaused |
            0:24 | goon        | ok |
            0:25 | 201 1010000 | ok |
            0:30 | pause 设备检查 | ok |
            0:31 | order       | ok |
            0:32 | goon        | StopStands |
            0:33 | lift        | ok |
            0:34 | stop        | ok |
            0:35 | lift        | ok |
            0:36 | goon        | ok |
            0:40 | warn 1      | ok |
            0:50 | warn 2      | ok |
            1:00 | warn 3      | ok |
            1:10 | hammer      | ok |
            1:11 | lift        | AlreadyEnded |
            """, change: terms => terms with { Auction = "golden-hall-stopped" }).Live;
        Assert.Null(Transcript.Verify(live.Transcript()).Fault);
    }

    [Fact]
    public void What_the_probe_stopped_the_auctioneer_may_go_on_with() => HallScript.Play("""
        0:05 | call   | ok |
        0:06 | probe  | ok |
        0:07 | lift   | NotPaused |
        0:08 | goon   | ok |
        0:09 | lost   | ok |
        0:10 | probe  | AuctionPaused |
        0:11 | stop   | ok |
        0:12 | goon   | StopStands |
        """);

    [Fact]
    public void Before_the_call_a_stop_ends_at_a_time_that_is_set()
    {
        HallScript.Play("""
            0:01 | stop   | ok |
            0:02 | call   | AuctionPaused |
            0:03 | goon   | NotCalledUp |
            0:04 | lift   | NotAHallLot |
            0:05 | opens  | ok |
            0:06 | call   | NotOpenYet |
            2:06 | call   | ok |
            """);
    }

    [Fact]
    public void Without_the_hall_the_net_waits_and_after_a_silence_of_the_market_nobody_hammers()
    {
        var live = HallScript.Play("""
            0:05 | call        | ok |
            0:10 | 101 1000000 | ok |
            0:11 | warn 1      | ok |
            0:18 | lost        | ok | 1000000 101 1010000 0
            0:19 | 201 1010000 | AuctionPaused |
            0:30 | goon        | ok |
            0:31 | warn 1      | ok |
            0:39 | resume 0:31 | ok | 1000000 101 1010000 0
            0:40 | warn 2      | WarningOutOfOrder |
            0:41 | warn 1      | ok |
            2:00 | resume 0:41 | paused | 1000000 101 1010000 0
            2:01 | hammer      | AuctionPaused |
            2:02 | goon        | ok |
            2:03 | 201 1010000 | ok |
            2:10 | warn 1      | ok |
            2:20 | warn 2      | ok |
            2:30 | warn 3      | ok |
            2:40 | hammer      | ok |
            """).Live;
        Assert.Null(Transcript.Verify(live.Transcript()).Fault);
    }

    [Fact]
    public void Each_side_bids_with_its_own_paddles_and_nobody_leaves_a_maximum() => HallScript.Play("""
        0:05 | call            | ok |
        0:10 | 101 net 1000000 | FloorPaddleOnly |
        0:11 | 201 floor 1000000 | NotAFloorPaddle |
        0:12 | 201 max 1200000 | NoMaximumHere |
        0:13 | 103 1000000     | NotAdmitted |
        """);

    [Theory]
    [InlineData(HallGate.LicenceMissing)]
    [InlineData(HallGate.LicenceExpired)]
    [InlineData(HallGate.QualificationMissing)]
    [InlineData(HallGate.RecorderMissing)]
    [InlineData(HallGate.RecorderIsAuctioneer)]
    [InlineData(HallGate.MandateMissing)]
    [InlineData(HallGate.MandateLate)]
    [InlineData(HallGate.NoticeMissing)]
    [InlineData(HallGate.NoticeTooShort)]
    [InlineData(HallGate.DisplayMissing)]
    [InlineData(HallGate.DisplayTooShort)]
    [InlineData(HallGate.RulesMissing)]
    public void An_open_gate_stops_the_call(HallGate gate)
    {
        var good = HallScript.Papers;
        var papers = gate switch
        {
            HallGate.LicenceMissing => good with { HouseLicence = " " },
            HallGate.LicenceExpired => good with { HouseLicenceUntil = new DateOnly(2026, 11, 19) },
            HallGate.QualificationMissing => good with { Qualification = "" },
            HallGate.RecorderMissing => good with { Recorder = "" },
            HallGate.RecorderIsAuctioneer => good with { Recorder = good.Auctioneer },
            HallGate.MandateMissing => good with { MandateSha256 = "" },
            HallGate.MandateLate => good with { MandateDate = new DateOnly(2026, 11, 21) },
            HallGate.NoticeMissing => good with { NoticeMedium = "" },
            // Seven days after the 12th end on the 19th at 24:00, after the 13th on Friday the 20th itself.
            HallGate.NoticeTooShort => good with { NoticeDate = new DateOnly(2026, 11, 13) },
            HallGate.DisplayMissing => good with { DisplayPlace = "" },
            HallGate.DisplayTooShort => good with { DisplayFrom = new DateOnly(2026, 11, 18) },
            _ => good with { RulesSha256 = "" },
        };
        var live = HallScript.Play("").Live;
        Assert.Null(HallGates.FirstOpen(good with { NoticeDate = new DateOnly(2026, 11, 12) }, Live.Noon));
        var decision = live.Do(Live.Noon, (a, t) => Hall.CallUp(a, papers, t));
        Assert.Equal((Refusal.HallGateOpen, gate.ToString()), (decision.Refusal, decision.Detail));
    }

    [Fact]
    public void A_hall_has_hall_terms_and_no_other_format_has()
    {
        Assert.Null(HallScript.Terms.FirstFault(null));
        Assert.Equal("hall", (HallScript.Terms with { Hall = null }).FirstFault(null));
        Assert.Equal("hall", (Live.Terms with { Hall = HallScript.Terms.Hall }).FirstFault(null));
        Assert.Equal("endsAt", (HallScript.Terms with { EndsAt = Live.Noon.AddHours(1) }).FirstFault(null));
        Assert.Equal("hall.floor", (HallScript.Terms with { Hall = new HallTerms(10, TieRule.Net, 120, 101) }).FirstFault(null));
        Assert.Equal("hall.warningSeconds", (HallScript.Terms with { Hall = new HallTerms(0, TieRule.Net, 101, 120) }).FirstFault(null));
    }

    [Fact]
    public void A_forged_line_of_the_desk_does_not_verify()
    {
        var live = HallScript.Play("""
            0:05 | call        | ok |
            0:10 | 201 1000000 | ok |
            0:11 | 101 1010000 | ok |
            0:20 | warn 1      | ok |
            0:30 | warn 2      | ok |
            0:40 | warn 3      | ok |
            0:50 | hammer      | ok |
            """).Live;
        Assert.Null(Transcript.Verify(live.Transcript()).Fault);
        AssertForged<HallBid>(f => f with { IsFloor = !f.IsFloor });
        AssertForged<HallBid>(f => f with { AskFen = f.AskFen + 1_000_000 });
        AssertForged<WarningCalled>(f => f with { Number = f.Number + 1 });
        AssertForged<HammerFell>(f => f with { Paddle = 201 });
        AssertForged<LotCalled>(f => f with { HasReserve = true });

        void AssertForged<TFact>(Func<TFact, TFact> change)
            where TFact : HallFact => Assert.NotNull(Transcript.Verify(live.Forge(line => (line.Fact is TFact fact ? change(fact) : line.Fact, line.At))).Fault);
    }
}
