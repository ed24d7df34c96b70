using Marketplace.Domain.Auctions;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>Limits that a program meets and a hand never does.</summary>
public sealed class BidPaceTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Fifteen clicks a second is what fast players reach for seconds; here for ten minutes without a pause.</summary>
    [Fact]
    public void A_hand_that_clicks_as_fast_as_it_can_is_never_told_to_wait()
    {
        var pace = BidPace.Full(BidPace.OfPaddle, Start);
        for (var click = 0; click < 15 * 600; click++)
        {
            (pace, var wait) = pace.Take(BidPace.OfPaddle, Start.AddSeconds(click / 15.0));
            Assert.Null(wait);
        }
    }

    [Fact]
    public void A_hundred_hands_behind_one_address_are_never_told_to_wait()
    {
        var pace = BidPace.Full(BidPace.OfAddress, Start);
        for (var click = 0; click < 100 * 15 * 60; click++)
        {
            (pace, var wait) = pace.Take(BidPace.OfAddress, Start.AddSeconds(click / (100 * 15.0)));
            Assert.Null(wait);
        }
    }

    [Fact]
    public void A_program_is_told_to_wait_gets_what_the_limit_says_and_may_go_on_after_the_wait()
    {
        var pace = BidPace.Full(BidPace.OfPaddle, Start);
        var taken = 0;
        for (var call = 0; call < 10_000; call++)
        {
            (pace, var wait) = pace.Take(BidPace.OfPaddle, Start.AddMilliseconds(call));
            if (wait is null) taken++;
            else Assert.Equal(1, wait);
        }

        Assert.InRange(taken, 120 + 40 * 9, 120 + 40 * 10 + 1);
        Assert.Null(pace.Take(BidPace.OfPaddle, Start.AddSeconds(11)).RetryAfterSeconds);
    }

    [Fact]
    public void A_clock_that_runs_back_gives_nothing_and_takes_nothing()
    {
        var (pace, _) = BidPace.Full(BidPace.OfPaddle, Start).Take(BidPace.OfPaddle, Start);
        Assert.Equal(pace.Left - 1, pace.Take(BidPace.OfPaddle, Start.AddSeconds(-5)).Next.Left);
        Assert.False(pace.IsFull(BidPace.OfPaddle, Start));
        Assert.True(pace.IsFull(BidPace.OfPaddle, Start.AddSeconds(1)));
    }
}
