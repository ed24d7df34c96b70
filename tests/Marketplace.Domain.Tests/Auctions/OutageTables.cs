using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>Rule 15: a crash at any instant; the auction goes on from its log and nothing closes silently.</summary>
public sealed class OutageTables
{
    [Fact]
    public void Before_the_opening_nothing_is_taken_over()
    {
        var live = Scenario.Play("-1:00 | - | resume | ok").Live;
        Assert.Equal(0, live.Auction.Epoch);
    }

    [Fact]
    public void An_outage_before_the_window_left_everybody_the_whole_window() => Scenario.Play("""
        10:00 | A | 100万        | ok | 100万 A | 60:00
        54:59 | - | resume 10:00 | ok | 100万 A | 60:00
        55:00 | - | resume       | ok | 100万 A | 60:00
        """);

    [Fact]
    public void A_short_silence_in_the_window_moves_the_end() => Scenario.Play("""
        10:00 | A | 100万        | ok | 100万 A | 60:00
        55:10 | - | resume 10:00 | ok | 100万 A | 60:10
        58:00 | - | resume 57:50 | ok | 100万 A | 63:00
        59:00 | B | 101万        | ok | 101万 B | 64:00
        """);

    [Fact]
    public void A_node_that_did_not_know_the_time_gives_the_window_back() => Scenario.Play("""
        10:00 | A | 100万     | ok     | 100万 A | 60:00
        54:59 | - | see 54:50 | again  | 100万 A | 60:00
        55:02 | - | see 10:00 | ok     | 100万 A | 60:02
        60:04 | - | see 60:01 | ok     | 100万 A | 65:04
        66:00 | - | see 65:04 | again  | 100万 A | 65:04
        65:04 | - | see 64:50 | ok     | 100万 A | 65:04
        66:00 | B | 101万     | AuctionPaused | 100万 A
        """);

    [Fact]
    public void A_silence_of_more_than_ten_seconds_in_the_window_pauses_until_a_breakpoint() => Scenario.Play("""
        56:00       | A | 100万        | ok              | 100万 A | 61:00
        57:00       | - | restart 60:00 | NotPaused
        58:10.000001 | - | resume 58:00 | paused         | 100万 A | 61:00
        59:00       | B | 101万        | AuctionPaused   | 100万 A
        62:00       | - | close        | AuctionPaused   | 100万 A
        62:00       | - | restart 62:59 | RestartTooEarly
        62:00       | - | restart 99999:00 | RestartTooLate
        62:00       | - | restart 63:00 | ok             | 100万 A | 68:00
        62:30       | A | max 150万    | NotOpenYet      | 100万 A
        63:00       | B | 101万        | NotAdmitted     | 100万 A | 68:00
        63:00       | D | admit        | ok
        63:01       | D | 101万        | NotAdmitted     | 100万 A | 68:00
        64:00       | A | max 150万    | ok              | 100万 A | 69:00
        69:00       | - | close        | sold            | 100万 A
        """);

    [Fact]
    public void When_nobody_had_bid_all_admitted_may_go_on_after_a_breakpoint() => Scenario.Play("""
        57:00 | - | resume 56:00  | paused | - | 60:00
        58:00 | - | restart 60:00 | ok     | - | 65:00
        60:00 | B | 100万         | ok     | 100万 B | 65:00
        """);

    [Fact]
    public void A_silence_that_ran_over_the_end_does_not_close_silently() => Scenario.Play("""
        50:00 | A | 100万        | ok     | 100万 A | 60:00
        60:04 | - | resume 59:55 | ok     | 100万 A | 65:04
        60:05 | B | 101万        | ok     | 101万 B | 65:05
        90:00 | - | resume 65:00 | paused | 101万 B
        """);

    [Fact]
    public void A_silence_that_began_after_the_end_took_nobodys_time() => Scenario.Play("""
        50:00 | A | 100万        | ok   | 100万 A | 60:00
        90:00 | - | resume 60:00 | ok   | 100万 A | 60:00
        90:00 | B | 101万        | AlreadyEnded
        90:01 | - | close        | sold | 100万 A | 60:00
        """);

    [Fact]
    public void A_second_crash_while_paused_changes_nothing_but_the_epoch()
    {
        var live = Scenario.Play("""
            57:00 | - | resume 56:00 | paused | - | 60:00
            70:00 | - | resume 69:00 | paused | - | 60:00
            """).Live;
        Assert.Equal(2, live.Auction.Epoch);
    }

    [Fact]
    public void A_late_repetition_of_an_earlier_ceiling_or_breakpoint_changes_nothing()
    {
        var live = Scenario.Play("57:00 | - | resume 56:00 | paused").Live;
        var restarts = Live.Noon.AddMinutes(63);
        var first = live.Do(Live.Noon.AddMinutes(58), (a, t) => Resuming.SetBreakpoint(a, "one", restarts, t));
        live.Resume(restarts, restarts.AddSeconds(11));
        Assert.True(live.Auction.IsPaused);
        live.Do(restarts.AddSeconds(12), (a, t) => Resuming.SetBreakpoint(a, "two", restarts.AddMinutes(5), t));
        live.Resume(null, restarts.AddMinutes(6));
        Assert.True(live.Auction.IsPaused);
        var again = live.Do(restarts.AddMinutes(7), (a, t) => Resuming.SetBreakpoint(a, "one", restarts, t));
        Assert.Equal((first.Answer, 0), (again.Answer, again.Facts.Count));

        var low = new Secret(live.Nonce(), 100);
        live.Do(live.Auction.At, (a, t) => Announcing.SetCeiling(a, 1, "one", low, t));
        live.Do(live.Auction.At, (a, t) => Announcing.SetCeiling(a, 1, "two", new Secret(live.Nonce(), 200), t));
        Assert.Empty(live.Do(live.Auction.At, (a, t) => Announcing.SetCeiling(a, 1, "one", low, t)).Facts);
        Assert.Equal(200, live.Auction.Bidders[1].CeilingFen);
    }

    [Fact]
    public void A_latest_end_moves_with_the_clocks_that_stood_still()
    {
        var capped = Live.Terms with { LatestEndsAt = Live.Noon.AddMinutes(65) };
        Soundly(Scenario.Play("""
            1:00  | A | 100万       | ok | 100万 A | 60:00
            10:00 | - | pause Fault | ok
            29:00 | - | go 30:00    | ok | 100万 A | 80:00
            79:00 | B | 101万       | ok | 101万 B | 84:00
            83:00 | A | 102万       | ok | 102万 A | 85:00
            84:59 | B | 103万       | ok | 103万 B | 85:00
            85:01 | - | close       | sold | 103万 B
            """, capped), "85:00");
        // Paused before the opening and on again before it: nothing stood still.
        Soundly(Scenario.Play("""
            -9:00 | - | pause Fault | ok
            -8:00 | - | go -5:00    | ok   | - | 60:00
            59:00 | B | 100万       | ok   | 100万 B | 64:00
            63:00 | A | 101万       | ok   | 101万 A | 65:00
            65:01 | - | close       | sold | 101万 A
            """, capped), "65:00");
    }

    [Fact]
    public void After_a_breakpoint_as_much_room_is_left_up_to_the_latest_end_as_before() => Soundly(Scenario.Play("""
        1:00  | A | 100万       | ok | 100万 A | 60:00
        57:00 | B | 101万       | ok | 101万 B | 62:00
        58:00 | - | pause Fault | ok
        69:00 | - | go 70:00    | ok | 101万 B | 75:00
        74:00 | A | 102万       | ok | 102万 A | 78:00
        77:59 | B | 103万       | ok | 103万 B | 78:00
        78:01 | - | close       | sold | 103万 B
        """, Live.Terms with { LatestEndsAt = Live.Noon.AddMinutes(65) }), "78:00");

    [Fact]
    public void The_window_that_a_short_silence_gives_back_may_lie_beyond_the_latest_end() => Soundly(Scenario.Play("""
        1:00  | A | 100万        | ok | 100万 A | 60:00
        58:00 | - | resume 57:55 | ok | 100万 A | 63:00
        62:00 | B | 101万        | ok | 101万 B | 63:00
        63:01 | - | close        | sold | 101万 B
        """, Live.Terms with { LatestEndsAt = Live.Noon.AddMinutes(62) }), "63:00");

    [Fact]
    public void A_dynamic_auction_keeps_its_free_period_and_its_latest_end_through_a_pause()
    {
        var dynamic = (Live.Terms with { SoftCloseSeconds = 0, CycleSeconds = 300, LatestEndsAt = Live.Noon.AddMinutes(70) }).In(Formats.Dynamic);
        const string Paused = """
            1:00  | A | 100万       | ok | 100万 A | 65:00
            10:00 | - | pause Fault | ok
            29:00 | - | go 30:00    | ok | 100万 A | 85:00

            """;
        var auction = Scenario.Play(Paused, dynamic).Live.Auction;
        Assert.Equal(Scenario.Moment("80:00"), auction.FreeUntil);
        Assert.Equal((0, 0, 1), (auction.CycleAt(Scenario.Moment("61:00")), auction.CycleAt(Scenario.Moment("79:59.9")), auction.CycleAt(Scenario.Moment("80:00"))));
        Soundly(Scenario.Play(Paused + """
            79:00 | B | 101万       | ok | 101万 B | 85:00
            84:00 | A | 102万       | ok | 102万 A | 89:00
            88:00 | B | 103万       | ok | 103万 B | 90:00
            90:01 | - | close       | sold | 103万 B
            """, dynamic), "90:00");
        // A cycle that a breakpoint gave back is the one that was broken off.
        var broken = Scenario.Play("""
            1:00  | A | 100万       | ok | 100万 A | 65:00
            61:00 | B | 101万       | ok | 101万 B | 66:00
            62:00 | - | pause Fault | ok
            69:00 | - | go 70:00    | ok | 101万 B | 75:00
            74:00 | A | 102万       | ok | 102万 A | 79:00
            78:00 | B | 103万       | ok | 103万 B | 79:00
            79:01 | - | close       | sold | 103万 B
            """, dynamic);
        Soundly(broken, "79:00");
        Assert.Equal(Scenario.Moment("60:00"), broken.Live.Auction.FreeUntil);
    }

    [Fact]
    public void While_it_is_paused_the_cycle_is_the_one_of_the_pause()
    {
        var dynamic = (Live.Terms with { SoftCloseSeconds = 0, CycleSeconds = 300 }).In(Formats.Dynamic);
        var auction = Scenario.Play("10:00 | - | pause Fault | ok", dynamic).Live.Auction;
        Assert.Equal(0, auction.CycleAt(Scenario.Moment("61:00")));
        Assert.Null(Scenario.Play("10:00 | - | pause Fault | ok").Live.Auction.CycleAt(Scenario.Moment("61:00")));
    }

    private static void Soundly(Scenario played, string latest)
    {
        Assert.Equal(Scenario.Moment(latest), played.Live.Auction.LatestEndsAt);
        Assert.Null(Transcript.Verify(played.Live.Transcript(), [Live.KeyId]).Fault);
    }
}
