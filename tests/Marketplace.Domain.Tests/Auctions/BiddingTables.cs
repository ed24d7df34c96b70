using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>Start 1,000,000 yuan, step 10,000, noon to one o'clock, five minutes of soft close, unless a table says otherwise.</summary>
public sealed class BiddingTables
{
    [Fact]
    public void Rule_8_a_bid_in_the_window_moves_the_end_to_its_own_moment_plus_the_window() => Scenario.Play("""
        55:00   | A | 100万   | ok                   | 100万 A | 60:00
        55:01   | B | 101万   | ok                   | 101万 B | 60:01
        60:00   | A | 101万   | NotAboveCurrentPrice | 101万 B | 60:01
        60:00   | A | 102万   | ok                   | 102万 A | 65:00
        61:00   | B | max 110万 | ok                 | 103万 B | 66:00
        62:00   | B | max 120万 | ok                 | 103万 B | 67:00
        66:59.9 | A | 104.5万 | NotOnStep            | 103万 B | 67:00
        67:00   | A | 121万   | AlreadyEnded         | 103万 B | 67:00
        67:00   | - | close   | sold                 | 103万 B | 67:00
        """);

    [Fact]
    public void Rule_8_without_a_window_the_end_stands() => Scenario.Play(
        """
        59:59.999999 | A | 100万 | ok           | 100万 A | 60:00
        60:00        | B | 101万 | AlreadyEnded | 100万 A | 60:00
        """,
        Live.Terms with { SoftCloseSeconds = 0 });

    [Fact]
    public void Rule_9_an_open_bid_lies_on_a_step_above_the_current_price() => Scenario.Play("""
        0:01 | A | 1000000    | ok                   | 1000000 A
        0:02 | B | 1000000    | NotAboveCurrentPrice | 1000000 A
        0:02 | B | 1005000    | BelowNextMinimum     | 1000000 A
        0:02 | B | 1015000    | NotOnStep            | 1000000 A
        0:03 | B | 1010000    | ok                   | 1010000 B
        0:04 | C | 1050000    | ok                   | 1050000 C
        """);

    [Fact]
    public void Rule_9_a_step_counts_from_the_current_price_even_when_a_maximum_left_the_grid() => Scenario.Play("""
        0:01 | A | max 1234567.89 | ok                | 1000000 A
        0:02 | B | 1240000        | ok                | 1240000 B
        0:03 | A | max 1250000.01 | ok                | 1250000 A
        0:04 | B | max 1260000.01 | ok                | 1260000.01 B
        0:05 | C | 1270000        | BelowNextMinimum  | 1260000.01 B
        0:05 | C | 1280000        | NotOnStep         | 1260000.01 B
        0:05 | C | 1280000.01     | ok                | 1280000.01 C
        """);

    [Fact]
    public void Rule_9_with_a_least_step_any_amount_from_the_next_minimum_will_do() => Scenario.Play(
        """
        0:01 | A | 1003000 | ok               | 1003000 A
        0:02 | B | 1012999 | BelowNextMinimum | 1003000 A
        0:02 | B | 1013000 | ok               | 1013000 B
        0:03 | A | 1025555 | ok               | 1025555 A
        """,
        Live.Terms with { OnStep = OnStep.Minimum });

    [Fact]
    public void The_first_open_bid_may_equal_the_start_and_counts_its_steps_from_there() => Scenario.Play("""
        0:01 | A | 99万      | BelowStartPrice
        0:01 | A | max 99万  | BelowStartPrice
        0:01 | A | 100.5万   | NotOnStep        | -
        0:01 | A | 103万     | ok               | 103万 A
        """);

    [Fact]
    public void Rule_10_of_a_hundred_equal_bids_in_one_moment_the_first_is_accepted()
    {
        var live = new Live();
        live.Announce(Live.Terms, bidders: 100);
        var answers = Enumerable.Range(1, 100).Select(paddle => live.Bid(Live.Noon.AddMinutes(1), paddle, "x", 120_000_000)).ToList();
        Assert.Null(answers[0].Refusal);
        Assert.All(answers.Skip(1), answer => Assert.Equal(Refusal.NotAboveCurrentPrice, answer.Refusal));
        Assert.Equal(1, live.Auction.Leader);
        SameAuction.Assert(live.Auction, Live.Replay(live.Lines));
    }

    [Fact]
    public void Rule_13_maxima_bid_against_each_other_and_never_against_themselves() => Scenario.Play(
        """
        0:01 | A | max 100 | ok               | 50 A
        0:02 | B | max 80  | ok               | 85 A
        0:03 | B | max 100 | ok               | 100 A
        0:04 | A | max 150 | ok               | 100 A
        0:05 | A | max 150 | MaximumNotRaised | 100 A
        0:05 | A | max 120 | MaximumNotRaised | 100 A
        0:05 | A | 105     | AlreadyLeading   | 100 A
        0:06 | C | max 160 | ok               | 155 C
        """,
        Live.Terms with { StartPriceFen = 5_000, Steps = [new Step(0, 500)] });

    [Fact]
    public void Of_equal_offers_the_earlier_leads_whether_open_or_hidden() => Scenario.Play("""
        0:01 | A | max 110万 | ok | 100万 A
        0:02 | B | 110万     | ok | 110万 A
        0:03 | B | 120万     | ok | 120万 B
        0:04 | C | max 120万 | NotAboveCurrentPrice | 120万 B
        """);

    [Fact]
    public void The_price_against_a_maximum_is_capped_at_the_leaders_maximum() => Scenario.Play("""
        0:01 | A | max 105.5万 | ok | 100万 A
        0:02 | B | max 105万   | ok | 105.5万 A
        0:03 | B | max 106.4万 | BelowNextMinimum | 105.5万 A
        0:04 | B | max 106.5万 | ok | 106.5万 B
        0:05 | C | max 107.6万 | ok | 107.5万 C
        """);

    [Fact]
    public void The_step_is_that_of_the_ladder_at_the_amount() => Scenario.Play(
        """
        0:01 | A | 100万     | ok               | 100万 A
        0:02 | B | 109万     | ok               | 109万 B
        0:03 | A | 110万     | ok               | 110万 A
        0:04 | B | 111万     | BelowNextMinimum | 110万 A
        0:04 | B | 117万     | NotOnStep        | 110万 A
        0:04 | B | 115万     | ok               | 115万 B
        0:05 | A | max 130万 | ok               | 120万 A
        0:06 | B | max 126万 | ok               | 130万 A
        """,
        Live.Terms with { Steps = [new Step(0, 1_000_000), new Step(110_000_000, 5_000_000)] });

    [Fact]
    public void A_maximum_that_reaches_the_reserve_lifts_the_price_to_it() => Scenario.Play(
        """
        0:01  | A | max 110万 | ok     | 100万 A
        0:02  | B | max 130万 | ok     | 120万 B
        0:03  | C | 121万     | ok     | 122万 B
        60:00 | - | close     | sold   | 122万 B
        """,
        reserveYuan: 1_200_000);

    [Fact]
    public void The_leaders_own_raise_lifts_to_the_reserve_and_no_further() => Scenario.Play(
        """
        0:01 | A | max 110万 | ok | 100万 A
        0:02 | A | max 150万 | ok | 120万 A
        0:03 | A | max 160万 | ok | 120万 A
        """,
        reserveYuan: 1_200_000);

    [Fact]
    public void A_reserve_that_is_not_reached_is_no_sale_and_is_opened()
    {
        var live = Scenario.Play("0:01 | A | 110万 | ok | 110万 A\n60:00 | - | close | unsold", reserveYuan: 1_200_000).Live;
        Assert.Equal(120_000_000, Assert.Single(((SecretsOpened)live.Lines[^1].Fact).Items).ValueFen);
    }

    [Fact]
    public void A_reserve_that_bids_merely_met_decided_nothing_and_stays_closed()
    {
        var live = Scenario.Play("0:01 | A | 110万 | ok\n0:02 | B | max 150万 | ok | 111万 B\n60:00 | - | close | sold", reserveYuan: 1_110_000).Live;
        Assert.DoesNotContain(((SecretsOpened)live.Lines[^1].Fact).Items, item => item.Version == 1);
        Assert.Null(Transcript.Verify(live.Transcript()).Fault);
    }

    [Fact]
    public void With_fewer_bidders_than_the_terms_ask_for_there_is_no_sale() => Scenario.Play(
        "0:01 | A | 110万 | ok | 110万 A\n60:00 | - | close | unsold", Live.Terms with { MinBidders = 2 });

    [Fact]
    public void A_ceiling_bounds_what_comes_after_it() => Scenario.Play("""
        0:00 | A | ceiling 120万 | ok
        0:01 | A | 121万         | AboveCeiling
        0:01 | A | max 121万     | AboveCeiling
        0:01 | A | 120万         | ok           | 120万 A
        0:02 | A | ceiling 110万 | ok           | 120万 A
        0:03 | B | 121万         | ok           | 121万 B
        0:04 | A | 122万         | AboveCeiling
        0:05 | A | ceiling 200万 | ok
        0:06 | A | 122万         | ok           | 122万 A
        """);

    [Fact]
    public void A_suspended_paddle_bids_no_more_and_its_bids_stand() => Scenario.Play("""
        0:01  | A | 100万   | ok              | 100万 A
        0:02  | A | suspend | ok              | 100万 A
        0:03  | A | suspend | again           | 100万 A
        0:04  | A | max 110万 | PaddleSuspended | 100万 A
        60:00 | - | close   | sold            | 100万 A
        """);

    [Fact]
    public void One_bidId_is_answered_once_and_for_ever() => Scenario.Play("""
        0:01  | A | 100万      | ok
        0:02  | A | *          | again       | 100万 A
        0:03  | A | * 101万    | BidIdReused | 100万 A
        0:03  | A | * max 100万 | BidIdReused | 100万 A
        0:04  | B | 101万      | ok          | 101万 B
        60:00 | B | *          | again       | 101万 B
        60:01 | - | close      | sold        | 101万 B
        60:02 | B | *          | again       | 101万 B
        """);

    [Fact]
    public void A_bid_before_the_opening_is_refused_and_the_first_moment_counts() => Scenario.Play("""
        -0:01 | A | 100万 | NotOpenYet
        0:00  | A | 100万 | ok | 100万 A
        """);

    [Theory]
    [InlineData("", 1L, null, Refusal.BidIdInvalid)]
    [InlineData("a b", 1L, null, Refusal.BidIdInvalid)]
    [InlineData("编号", 1L, null, Refusal.BidIdInvalid)]
    [InlineData("0123456789012345678901234567890123456", 1L, null, Refusal.BidIdInvalid)]
    [InlineData("a", null, null, Refusal.MalformedRequest)]
    [InlineData("a", 1L, 1L, Refusal.MalformedRequest)]
    [InlineData("a", 0L, null, Refusal.AmountOutOfRange)]
    [InlineData("a", -1L, null, Refusal.AmountOutOfRange)]
    [InlineData("a", null, Fen.Most + 1, Refusal.AmountOutOfRange)]
    [InlineData("a", long.MaxValue, null, Refusal.AmountOutOfRange)]
    [InlineData("a", null, long.MinValue, Refusal.AmountOutOfRange)]
    public void What_is_no_bid_at_all_is_refused_first(string bidId, long? amount, long? maximum, Refusal refusal)
    {
        // Nothing is announced and nobody admitted: the shape comes before everything else.
        Assert.Equal(refusal, new Live().Bid(Live.Noon, 7, bidId, amount, maximum).Refusal);
    }

    /// <summary>Each row mends what the row before was refused for and nothing else.</summary>
    [Fact]
    public void Refusals_come_in_one_order()
    {
        Assert.Equal(Refusal.UnknownAuction, new Live().Bid(Live.Noon, 1, "a", 1).Refusal);
        Scenario.Play(
            """
            -1:00 | D | 1       | NotAdmitted
            -1:00 | A | 1       | NotOpenYet
            0:01  | B | suspend | ok
            0:02  | C | 100万   | ok
            0:02  | C | *       | again
            0:02  | C | * 1     | BidIdReused
            0:02  | B | 1       | PaddleSuspended
            0:03  | A | ceiling 110万 | ok
            0:03  | A | 9999万  | AboveCeiling
            0:03  | A | 1       | NotAboveCurrentPrice
            0:03  | A | 1000001 | BelowNextMinimum
            0:03  | A | 1010001 | NotOnStep
            0:03  | A | 101万   | ok
            60:00 | A | 9999万  | AlreadyEnded
            60:00 | B | 9999万  | PaddleSuspended
            """);
    }

    [Fact]
    public void A_refusal_for_an_amount_names_the_next_minimum()
    {
        var live = Scenario.Play("0:01 | A | 100万 | ok").Live;
        Assert.Equal("101000000", live.Bid(Live.Noon.AddMinutes(1), 2, "x", 100_500_000).Detail);
    }

    [Fact]
    public void The_largest_amount_can_be_bid_and_beaten_by_nobody() => Scenario.Play(
        """
        0:01 | A | max 1000000000000 | ok | 100万 A
        0:02 | B | 1000000000000     | ok | 1000000000000 A
        0:03 | B | max 1000000000000 | NotAboveCurrentPrice
        """,
        Live.Terms with { Steps = [new Step(0, 1)] });
}
