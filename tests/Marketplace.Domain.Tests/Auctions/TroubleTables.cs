using Marketplace.Domain.Auctions;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>When things go wrong, as tables. Live opens at 0:00, lasts an hour, five minutes of soft close.</summary>
public sealed class TroubleTables
{
    [Fact]
    public void A_pause_before_the_window_stops_the_clock_and_all_go_on_where_it_stood() => Good(Scenario.Play("""
        10:00 | A | 100万          | ok               | 100万 A | 60:00
        20:00 | ? | pause Fault    | Required         | 100万 A | 60:00
        20:00 | - | pause Fault    | ok               | 100万 A | 60:00
        20:00 | - | again pause Fault | again
        20:01 | - | pause Attack   | AuctionPaused
        20:02 | B | 101万          | AuctionPaused    | 100万 A
        20:03 | D | admit          | ok
        30:00 | - | restart 40:00  | ClockGoesOn
        30:00 | - | go 30:59       | RestartTooEarly
        30:00 | - | go 99999:00    | RestartTooLate
        70:00 | - | close          | AuctionPaused
        70:00 | - | go 80:00       | ok               | 100万 A | 120:00
        70:00 | - | again go 80:00 | again
        79:59 | B | 101万          | NotOpenYet       | 100万 A
        80:00 | D | 101万          | ok               | 101万 D | 120:00
        119:00| B | 102万          | ok               | 102万 B | 124:00
        124:01| - | close          | sold             | 102万 B
        """));

    [Fact]
    public void A_pause_in_the_window_ends_by_the_breakpoint_rule() => Good(Scenario.Play("""
        10:00 | A | 100万            | ok            | 100万 A | 60:00
        11:00 | B | 101万            | ok            | 101万 B | 60:00
        55:00 | - | pause LeakRisk   | ok            | 101万 B | 60:00
        56:00 | - | go 60:00         | ok            | 101万 B | 65:00
        59:59 | A | 102万            | NotOpenYet    | 101万 B
        60:00 | C | 102万            | NotAdmitted   | 101万 B
        60:01 | A | 102.5万          | NotOnStep     | 101万 B
        60:01 | A | 102万            | ok            | 102万 A | 65:01
        65:02 | - | close            | sold          | 102万 A
        """));

    [Fact]
    public void A_lot_that_is_not_open_yet_opens_as_announced_or_at_the_restart() => Good(Scenario.Play("""
        -60:00 | Z | pause TitleDispute | ok
        -50:00 | - | go -40:00          | ok | - | 60:00
        -40:00 | A | 100万              | NotOpenYet
        -30:00 | - | pause Order        | ok
        10:00  | A | 100万              | AuctionPaused
        10:00  | - | go 20:00           | ok | - | 80:00
        20:00  | A | 100万              | ok | 100万 A | 80:00
        80:01  | - | close              | sold | 100万 A
        """));

    [Fact]
    public void The_authoritys_stop_is_an_order_whatever_was_ticked()
    {
        var live = Scenario.Play("1:00 | Z | pause Fault | ok").Live;
        Assert.Equal((PausedBy.Authority, PauseCause.Order), (live.Auction.Trouble.Pause!.By, live.Auction.Trouble.Pause.Cause));
    }

    [Fact]
    public void The_probe_pauses_only_in_the_closing_window_and_only_with_figures() => Good(Scenario.Play("""
        -1:00 | - | probe 5300 | ProbeIsGood
        54:59 | - | probe 5300 | ProbeIsGood
        55:00 | - | probe 0    | ProbeIsGood
        55:00 | A | 100万      | ok            | 100万 A | 60:00
        55:01 | - | probe 5300 | ok            | 100万 A | 60:00
        56:00 | B | 101万      | AuctionPaused | 100万 A
        58:00 | - | go 60:00   | ok            | 100万 A | 65:00
        64:00 | A | max 110万  | ok            | 100万 A | 69:00
        69:01 | - | probe 5300 | AlreadyEnded
        69:01 | - | close      | sold          | 100万 A
        """));

    [Fact]
    public void A_paused_auction_survives_a_crash_and_a_second_pause() => Good(Scenario.Play("""
        10:00 | A | 100万        | ok               | 100万 A | 60:00
        56:00 | - | pause Fault  | ok               | 100万 A | 60:00
        57:00 | - | resume 56:00 | paused           | 100万 A | 60:00
        58:00 | - | go 60:00     | ok               | 100万 A | 65:00
        61:00 | - | pause Fault  | ok               | 100万 A | 65:00
        62:00 | - | go 64:00     | ok               | 100万 A | 69:00
        69:01 | - | close        | sold             | 100万 A
        """));

    [Fact]
    public void A_falling_price_stands_still_while_it_is_paused()
    {
        var path = new PricePath(100, null, 300, 90_000_000);
        var terms = (Live.Terms with { SoftCloseSeconds = 0, Path = path, EndsAt = Live.Noon + path.Lasts(100_000_000) }).In(Formats.Dutch);
        Good(Scenario.Play("""
            7:00  | - | pause Fault | ok
            20:00 | - | go 30:00    | ok
            30:00 | A | 98万        | BelowAskedPrice
            30:00 | A | 99万        | ok | 99万 A
            """, terms), closes: true);
    }

    [Fact]
    public void An_announced_lot_can_be_taken_back_and_its_record_ends_there()
    {
        var played = Scenario.Play("""
            -60:00 | ? | cancel       | Required
            -60:00 | - | cancel       | ok | - | -60:00
            -59:00 | - | again cancel | again
            -58:00 | - | cancel       | AlreadyEnded
            0:00   | A | 100万        | AlreadyEnded
            61:00  | - | pause Fault  | AlreadyEnded
            """);
        Assert.Equal("cancelled", played.Live.Auction.OutcomeName);
        Checked(played);
    }

    [Fact]
    public void A_running_lot_can_be_taken_back_and_the_beaten_maxima_open()
    {
        var played = Scenario.Play("""
            1:00  | A | max 120万 | ok | 100万 A
            2:00  | B | 110万     | ok | 111万 A
            3:00  | C | max 130万 | ok | 121万 C
            4:00  | - | void      | NoResultYet
            4:00  | - | default   | NoResultYet
            5:00  | - | cancel    | ok | 121万 C | 5:00
            """, reserveYuan: 1_500_000);
        var opened = Assert.IsType<SecretsOpened>(played.Live.Lines[^1].Fact);
        // A's was beaten and opens whole; C's is worth what it had reached; the reserve decided nothing and stays closed.
        Assert.Equal([(120_000_000L, true), (121_000_000L, false)], opened.Items.Select(i => (i.ValueFen, i.Nonce is not null)));
        Checked(played);
    }

    [Fact]
    public void From_the_end_on_a_lot_is_not_cancelled_any_more_unless_it_stands_still() => Scenario.Play("""
        55:00 | A | 100万       | ok           | 100万 A | 60:00
        60:00 | - | cancel      | AlreadyEnded
        60:00 | - | pause Fault | AlreadyEnded
        """);

    [Fact]
    public void A_paused_lot_can_be_taken_back_after_its_old_end() => Checked(Scenario.Play("""
        55:00 | A | 100万       | ok           | 100万 A | 60:00
        56:00 | - | pause Order | ok
        90:00 | - | cancel      | ok           | 100万 A | 90:00
        """));

    [Fact]
    public void A_void_result_ends_the_sale_and_the_record_still_says_what_happened()
    {
        var played = Scenario.Play("""
            1:00  | A | 100万      | ok   | 100万 A
            60:01 | - | close      | sold | 100万 A
            61:00 | ? | void       | Required
            61:00 | - | void       | ok
            61:00 | - | again void | again
            61:01 | - | void       | ResultIsVoid
            61:02 | - | default    | ResultIsVoid
            61:02 | - | refuse     | ResultIsVoid
            """);
        Assert.Equal(("void", null, Outcome.Sold), (played.Live.Auction.OutcomeName, played.Live.Auction.Standing, played.Live.Auction.Result!.Outcome));
        Checked(played);
    }

    [Fact]
    public void Without_a_sale_there_is_nothing_to_void() => Scenario.Play("""
        60:01 | - | close   | unsold
        61:00 | - | void    | NothingSold
        61:00 | - | default | NothingSold
        61:00 | - | refuse  | NothingSold
        """);

    [Fact]
    public void A_lie_in_any_of_these_lines_is_found()
    {
        var live = Scenario.Play("""
            -1:00 | A | waits       | ok
            1:00  | A | 100万       | ok
            2:00  | B | 101万       | ok
            10:00 | - | pause Fault | ok
            20:00 | - | go 30:00    | ok
            80:01 | - | close       | sold
            81:00 | - | default     | ok
            82:00 | A | accept      | ok
            """).Live;
        Lie<Continued>(f => f with { EndsAt = f.EndsAt.AddMinutes(1) });
        Lie<WinnerDefaulted>(f => f with { Paddle = 1 });
        Lie<SecondOffered>(f => f with { Paddle = 3 });
        Lie<SecondOffered>(f => f with { PriceFen = f.PriceFen - 100 });
        Lie<SecondOffered>(f => f with { Until = f.Until.AddDays(1) });
        Lie<SecondAnswered>(f => f with { Paddle = 2 });
        Lie<SecondAnswered>(f => f with { Answer = SecondAnswer.Expired });
        Lie<WaitsAsSecond>(f => f with { Paddle = 3 });
        Lie<AuctionPaused>(f => f with { By = PausedBy.Platform });
        Assert.True(Transcript.Verify(live.Transcript()).IsGood);

        void Lie<T>(Func<T, T> change)
            where T : AuctionFact =>
            Assert.False(Transcript.Verify(live.Forge(line => line.Fact is T fact ? (change(fact), line.At) : (line.Fact, line.At))).IsGood, typeof(T).Name);
    }

    [Fact]
    public void Five_days_to_resume_are_days_as_the_law_counts_them() =>
        // Paused on Friday 20 November 2026 in Beijing: the fifth day is Wednesday 25, 24:00.
        Assert.Equal(new DateTimeOffset(2026, 11, 25, 16, 0, 0, TimeSpan.Zero), Pausing.ResumeBy(Live.Noon));

    private static void Good(Scenario played, bool closes = false)
    {
        if (closes) played.Live.Close();
        Checked(played);
    }

    /// <summary>The stored bytes replay to the same state, and anybody can check the record.</summary>
    internal static void Checked(Scenario played)
    {
        var check = Transcript.Verify(played.Live.Transcript());
        Assert.Null(check.Fault);
        Assert.Equal(played.Live.Auction.OutcomeName, check.Replayed!.OutcomeName);
        Assert.Equal(played.Live.Auction.Standing, check.Replayed.Standing);
        Assert.Equal(played.Live.Auction.OutcomeName, Live.Replay(played.Live.Lines).OutcomeName);
    }
}
