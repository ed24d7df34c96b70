using Marketplace.Domain.Auctions;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>States share one table of answers, yet none sees what came after it or beside it.</summary>
public sealed class BidAnswersTests
{
    [Fact]
    public void An_older_state_does_not_see_later_answers()
    {
        var first = BidAnswers.None.Add(1, "a", Answer(2));
        var second = first.Add(2, "b", Answer(3));
        Assert.Null(BidAnswers.None.Find(1, "a"));
        Assert.Null(first.Find(2, "b"));
        Assert.Equal((Answer(2), Answer(3)), (second.Find(1, "a"), second.Find(2, "b")));
    }

    [Fact]
    public void Two_histories_from_one_state_stay_apart()
    {
        var common = BidAnswers.None.Add(1, "a", Answer(2));
        var left = common.Add(1, "b", Answer(3));
        var right = common.Add(1, "b", Answer(4)).Add(1, "c", Answer(5));
        left = left.Add(2, "d", Answer(6));
        Assert.Equal((Answer(3), null, Answer(6)), (left.Find(1, "b"), left.Find(1, "c"), left.Find(2, "d")));
        Assert.Equal((Answer(4), Answer(5), null), (right.Find(1, "b"), right.Find(1, "c"), right.Find(2, "d")));
        Assert.Equal(Answer(2), right.Find(1, "a"));
        Assert.Null(common.Find(1, "b"));
    }

    [Fact]
    public void The_same_bidId_of_two_paddles_is_two_bids() =>
        Assert.Null(BidAnswers.None.Add(1, "a", Answer(2)).Find(2, "a"));

    private static BidAnswer Answer(long version) => new(version, DateTimeOffset.UnixEpoch, 100, true, false, 100);
}
