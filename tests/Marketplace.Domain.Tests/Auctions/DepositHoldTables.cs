using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>The opening that waits for a deposit's payment, as tables: opens at 0:00, lasts an hour, two minutes of notice.</summary>
public sealed class DepositHoldTables
{
    [Fact]
    public void Matched_in_good_time_it_opens_as_announced()
    {
        var played = Good("""
            -60:00 | - | hold    | ok
            -59:00 | - | hold    | AuctionPaused
            -30:00 | A | 100万   | AuctionPaused
            -20:00 | D | admit   | ok
            -10:00 | - | matched | ok         | - | 60:00
            -9:00  | - | matched | NotPaused
            0:00   | D | 100万   | ok         | 100万 D | 60:00
            60:01  | - | close   | sold       | 100万 D
            """);
        // Who, how much and how many is nobody's business.
        var paused = Assert.IsType<AuctionPaused>(played.Live.Lines.Single(l => l.Fact is AuctionPaused).Fact);
        Assert.Equal((PausedBy.Platform, PauseCause.DepositMatching, "", null), (paused.By, paused.Cause, paused.Text, paused.Figures));
    }

    [Fact]
    public void Matched_late_everything_moves_as_a_whole_and_it_may_wait_again() => Good("""
        -60:00 | - | hold    | ok
        10:00  | A | 100万   | AuctionPaused
        10:00  | - | close   | AuctionPaused
        15:00  | - | matched | ok         | - | 77:00
        15:30  | - | hold    | ok
        16:00  | - | matched | ok         | - | 78:00
        17:59  | A | 100万   | NotOpenYet
        18:00  | A | 100万   | ok         | 100万 A | 78:00
        78:01  | - | close   | sold       | 100万 A
        """);

    [Fact]
    public void Too_little_notice_moves_the_opening_by_what_is_missing() => Good("""
        -60:00 | - | hold    | ok
        -1:00  | - | matched | ok | - | 61:00
        0:59   | A | 100万   | NotOpenYet
        1:00   | A | 100万   | ok | 100万 A
        61:01  | - | close   | sold | 100万 A
        """);

    [Fact]
    public void What_is_open_does_not_wait_any_more_and_nobody_is_stopped_by_it()
    {
        Good("""
            1:00 | A | 100万   | ok            | 100万 A
            2:00 | - | hold    | OpeningPassed | 100万 A
            2:00 | - | matched | NotPaused     | 100万 A
            """);
        // At the very moment of the opening, before anybody bid, it still may; the whole hour is left.
        Good("""
            0:00 | - | hold    | ok
            5:00 | - | matched | ok   | - | 67:00
            7:00 | A | 100万   | ok   | 100万 A | 67:00
            """);
    }

    [Fact]
    public void A_person_stops_a_lot_that_waits_and_only_a_person_lets_it_go_then() => Good("""
        -60:00 | - | hold                 | ok
        -50:00 | - | pause DepositMatching | MalformedRequest
        -50:00 | ? | pause Request        | Required
        -50:00 | Z | pause Order          | ok
        -40:00 | - | matched              | NotPaused
        -40:00 | - | pause Request        | AuctionPaused
        10:00  | - | go 20:00             | ok | - | 80:00
        11:00  | - | hold                 | ok | - | 80:00
        12:00  | - | matched              | ok | - | 80:00
        20:00  | A | 100万                | ok | 100万 A | 80:00
        """);

    [Fact]
    public void Nobody_chooses_this_cause() => Good("-60:00 | - | pause DepositMatching | MalformedRequest");

    [Fact]
    public void A_listing_decides_when_the_money_is_matched_and_its_days_stay() => Good("""
        -60:00 | - | hold    | ok
        0:00   | - | listed  | AuctionPaused
        5:00   | A | admit   | ok
        10:00  | - | matched | ok | - | 72:00
        11:59  | - | listed  | NotOpenYet
        12:00  | - | listed  | ok | 100万 A | 12:00
        12:00  | - | hold    | AlreadyEnded
        """, ListingTables.Listed, "");

    [Fact]
    public void A_falling_price_begins_to_fall_when_it_opens() => Good("""
        -60:00 | - | hold    | ok
        4:00   | - | matched | ok
        6:00   | A | 100万   | ok | 100万 A
        """, FormatTables.Dutch);

    [Fact]
    public void In_a_hall_it_is_not_called_up_before()
    {
        var live = HallScript.Play("").Live;
        Assert.True(live.Do(Live.Noon.AddMinutes(1), DepositHold.Hold).Answer is not null);
        Assert.Equal(Refusal.AuctionPaused, live.Do(Live.Noon.AddMinutes(2), (a, t) => Hall.CallUp(a, HallScript.Papers, t)).Refusal);
        Assert.Null(live.Do(Live.Noon.AddMinutes(3), (a, t) => DepositHold.GoOn(a, TimeSpan.FromMinutes(2), t)).Refusal);
        Assert.Equal(Refusal.NotOpenYet, live.Do(Live.Noon.AddMinutes(4), (a, t) => Hall.CallUp(a, HallScript.Papers, t)).Refusal);
        Assert.Null(live.Do(Live.Noon.AddMinutes(5), (a, t) => Hall.CallUp(a, HallScript.Papers, t)).Refusal);
        Assert.Equal(Refusal.OpeningPassed, live.Do(Live.Noon.AddMinutes(6), DepositHold.Hold).Refusal);
        Assert.True(Transcript.Verify(live.Transcript()).IsGood);
    }

    [Fact]
    public void A_lie_about_it_is_found()
    {
        var live = Good("""
            -60:00 | - | hold    | ok
            15:00  | - | matched | ok
            20:00  | A | 100万   | ok   | 100万 A | 77:00
            77:01  | - | close   | sold | 100万 A
            """).Live;
        Lie<AuctionPaused>(f => f with { Text = "某单位" });
        Lie<AuctionPaused>(f => f with { By = PausedBy.Operator });
        Lie<Continued>(f => f with { OpensAt = f.OpensAt.AddMinutes(1) });
        Lie<Continued>(f => f with { EndsAt = f.EndsAt.AddMinutes(-1) });

        void Lie<T>(Func<T, T> change)
            where T : AuctionFact =>
            Assert.False(Transcript.Verify(live.Forge(line => line.Fact is T fact ? (change(fact), line.At) : (line.Fact, line.At))).IsGood, typeof(T).Name);
    }

    private static Scenario Good(string table, Terms? terms = null, string bidders = "A B C")
    {
        var played = Scenario.Play(table, terms, bidders: bidders);
        // A record without an end has no outcome to compare; its lines are checked all the same.
        if (played.Live.Auction.Result is null) Assert.Null(Transcript.Verify(played.Live.Transcript()).Fault);
        else TroubleTables.Checked(played);
        return played;
    }
}
