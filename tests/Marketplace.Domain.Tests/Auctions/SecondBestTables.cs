using Marketplace.Domain.Auctions;
using static Marketplace.Domain.Tests.Auctions.TroubleTables;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>Default, the second-best, the seller's refusal, as tables. Live opens at 0:00 on Friday 20 November 2026, lasts an hour.</summary>
public sealed class SecondBestTables
{
    [Fact]
    public void A_default_without_a_waiting_second_ends_the_sale()
    {
        var played = Scenario.Play("""
            1:00  | A | 100万   | ok   | 100万 A
            2:00  | B | 101万   | ok   | 101万 B
            60:01 | - | close   | sold | 101万 B
            61:00 | - | default | ok
            61:00 | - | again default | again
            61:01 | - | default | NoStandingSale
            61:02 | A | accept  | NoSecondOffer
            61:03 | - | refuse  | NoStandingSale
            """);
        Assert.Equal(("defaulted", 2), (played.Live.Auction.OutcomeName, played.Live.Auction.Trouble.Defaults.Single().Paddle));
        Checked(played);
    }

    [Fact]
    public void The_second_best_gets_the_lot_at_its_own_last_bid()
    {
        var played = Scenario.Play("""
            -1:00 | A | waits     | ok
            -1:00 | A | waits     | again
            -1:00 | C | waits     | ok
            -1:00 | D | waits     | NotAdmitted
            1:00  | A | max 110万 | ok   | 100万 A
            2:00  | C | 104万     | ok   | 105万 A
            3:00  | B | 120万     | ok   | 120万 B
            60:01 | - | close     | sold | 120万 B
            61:00 | C | accept    | NoSecondOffer
            61:00 | - | default   | ok
            61:01 | C | accept    | NotAdmitted
            61:02 | A | leaves    | SecondOfferOpen
            61:02 | - | expire    | SecondOfferOpen
            61:03 | A | accept    | ok
            61:04 | A | accept    | again
            61:05 | A | decline   | SecondOfferAnswered
            """);
        var auction = played.Live.Auction;
        Assert.Equal(new Sale(1, 110_000_000, Scenario.Moment("61:03"), Promoted: true), auction.Standing);
        Assert.Equal("sold", auction.OutcomeName);
        played.Live.Do(auction.At, (a, _) => SecondBest.RecordDeal(a, "a1:2"));
        Assert.Equal("a1:2", played.Live.Auction.Trouble.SecondDeal);
        Checked(played);
    }

    [Fact]
    public void Who_declines_or_lets_the_time_pass_ends_the_ladder_and_a_second_default_too()
    {
        const string sold = """
            -1:00 | A | waits   | ok
            -1:00 | B | waits   | ok
            1:00  | A | 100万   | ok   | 100万 A
            2:00  | B | 101万   | ok   | 101万 B
            3:00  | C | 102万   | ok   | 102万 C
            60:01 | - | close   | sold | 102万 C
            61:00 | - | default | ok

            """;
        Assert.Equal("defaulted", Scenario.Play(sold + "62:00 | B | decline | ok").Live.Auction.OutcomeName);
        // Friday 20 November: three working days end on Wednesday 25, at 24:00 in Beijing, 16:00 UTC.
        Assert.Equal("defaulted", Scenario.Play(sold + """
            7439:59 | B | decline | ok
            """).Live.Auction.OutcomeName);
        var late = Scenario.Play(sold + """
            7440:00 | B | accept | SecondOfferExpired
            7440:00 | - | expire | ok
            7441:00 | - | expire | again
            7441:00 | B | accept | SecondOfferAnswered
            """);
        Checked(late);
        var twice = Scenario.Play(sold + """
            62:00 | B | accept  | ok
            63:00 | - | default | ok
            64:00 | A | accept  | NotAdmitted
            """);
        Assert.Equal(("defaulted", 2), (twice.Live.Auction.OutcomeName, twice.Live.Auction.Trouble.Defaults.Count));
        Checked(twice);
    }

    [Fact]
    public void The_second_best_waits_ten_working_days_unless_it_leaves()
    {
        const string sold = """
            -1:00 | A | waits  | ok
            1:00  | A | 100万  | ok   | 100万 A
            2:00  | B | 101万  | ok   | 101万 B
            60:01 | - | close  | sold | 101万 B

            """;
        var closed = Scenario.Play(sold).Live.Auction;
        var until = SecondBest.WaitsUntil(closed.EndsAt);
        // From Friday 20 November: the tenth working day is Friday 4 December.
        Assert.Equal(new DateTimeOffset(2026, 12, 4, 16, 0, 0, TimeSpan.Zero), until);
        Assert.Equal(1, SecondBest.Bound(closed, until.AddTicks(-10)));
        Assert.Null(SecondBest.Bound(closed, until));
        var minutes = (int)(until - Live.Noon).TotalMinutes;
        Assert.Null(Scenario.Play(sold + $"{minutes}:00 | - | default | ok").Live.Auction.Trouble.Offer);
        Assert.NotNull(Scenario.Play(sold + $"{minutes - 1}:59 | - | default | ok").Live.Auction.Trouble.Offer);
        var left = Scenario.Play(sold + """
            61:00 | B | leaves  | NotWaiting
            61:00 | A | leaves  | ok
            61:00 | A | leaves  | again
            61:01 | A | waits   | again
            62:00 | - | default | ok
            """);
        Assert.Null(left.Live.Auction.Trouble.Offer);
        Assert.Null(SecondBest.Bound(left.Live.Auction, left.Live.Auction.At));
        Checked(left);
    }

    [Fact]
    public void A_second_best_below_the_reserve_is_not_asked() => Assert.Null(Scenario.Play("""
        -1:00 | A | waits   | ok
        1:00  | A | 100万   | ok   | 100万 A
        2:00  | B | 120万   | ok   | 120万 B
        60:01 | - | close   | sold | 120万 B
        61:00 | - | default | ok
        """, reserveYuan: 1_100_000).Live.Auction.Trouble.Offer);

    [Fact]
    public void When_the_seller_refuses_the_buyer_is_let_down_and_nobody_is_promoted()
    {
        var played = Scenario.Play("""
            -1:00 | A | waits  | ok
            1:00  | A | 100万  | ok   | 100万 A
            2:00  | B | 101万  | ok   | 101万 B
            60:01 | - | close  | sold | 101万 B
            61:00 | - | refuse | ok
            61:00 | - | again refuse | again
            61:01 | - | refuse | NoStandingSale
            61:01 | - | default | NoStandingSale
            """);
        var course = Course.Of(played.Live.Auction, played.Live.Auction.At);
        Assert.Equal(("refused", 2, null, Remedies.Void), (course.Outcome, course.LetDown, course.SecondBound, course.May));
        Checked(played);
    }

    [Fact]
    public void Of_sealed_offers_the_second_highest_that_is_valid_waits()
    {
        var played = Scenario.Play("""
            -1:00 | A | waits      | ok
            -1:00 | B | waits      | ok
            0:00  | A | seal 110万 | ok
            0:01  | B | torn 115万 | ok
            0:02  | C | seal 120万 | ok
            60:01 | - | open       | ok   | 120万 C
            60:02 | - | close      | sold | 120万 C
            61:00 | - | default    | ok
            """, (Live.Terms with { SoftCloseSeconds = 0 }).In(Formats.Sealed));
        Assert.Equal((1, 110_000_000L), (played.Live.Auction.Trouble.Offer!.Paddle, played.Live.Auction.Trouble.Offer.PriceFen));
        Checked(played);
    }
}
