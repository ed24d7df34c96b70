using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>Who is to be told of a lost lead, whatever pieces the lines are read in.</summary>
public sealed class OutbidTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 28, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Whoever_loses_the_lead_is_told_and_whoever_has_it_again_is_not()
    {
        var lines = Lines((1, 1), (2, 2), (3, 3), (1, 1));
        var all = Outbids.Read(null, lines);
        Assert.Equal((1, "2@3 3@4"), (all.Leader, Written(all)));
        // A bid that an unbeaten maximum answered never led.
        Assert.Equal("", Written(Outbids.Read(1, Lines((2, 1), (3, 1)))));
        Assert.Equal("1@1", Written(Outbids.Read(1, Lines((2, 2)))));
        Assert.Equal((7, ""), (Outbids.Read(7, []).Leader, Written(Outbids.Read(7, []))));
    }

    [Fact]
    public void A_floor_bid_that_was_a_mistake_is_nobody_s_lost_lead()
    {
        var hall = Write(
            new HallBid(4, "a", true, 100, null, 110), new HallBid(5, "b", false, 110, null, 120), new HallBid(6, "c", true, 120, null, 130),
            new BidCorrected("x", 3, CorrectionReason.WrongPaddle, 110, 5, 120, "auctioneer"));
        var read = Outbids.Read(null, hall);
        Assert.Equal((5, "4@2"), (read.Leader, Written(read)));
        Assert.Null(Outbids.Read(4, Write(new BidCorrected("x", 1, CorrectionReason.WrongPaddle, null, null, 100, "auctioneer"))).Leader);
    }

    private static string Written(Outbids read) => string.Join(' ', read.Beaten.OrderBy(b => b.Key).Select(b => $"{b.Key}@{b.Value}"));

    /// <param name="bids">Who bids and who leads after it.</param>
    private static List<FactLine> Lines(params (int Paddle, int Leader)[] bids) =>
        Write([.. bids.Select((bid, n) => new BidAccepted(bid.Paddle, $"b{n}", 100 + n, new Standing(100 + n, bid.Leader, At)))]);

    private static List<FactLine> Write(params IReadOnlyList<Fact> facts)
    {
        var lines = new List<FactLine>();
        foreach (var fact in facts) lines.Add(FactLine.Write(fact, lines.Count + 1, lines.Count == 0 ? FactLine.Genesis : lines[^1].Hash, At));
        return lines;
    }
}
