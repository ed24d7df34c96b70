using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>优先受让权 in a hall: domain.md §8a.5, 网络司法拍卖规定 16, 21.</summary>
public sealed class HallPriorityTables
{
    private const string Asked = """
        0:01 | rank 101 2  | ok |
        0:02 | rank 202 1  | ok |
        0:05 | call        | ok |
        0:10 | 201 1000000 | ok | 1000000 201 1010000 0
        0:11 | 101 1000000 | ok | 1000000 101 1010000 0
        0:12 | 201 1000000 | NotAboveCurrentPrice |
        0:13 | 102 1010000 | ok | 1010000 102 1020000 0
        0:20 | warn 1      | ok |
        0:30 | holders     | WarningOutOfOrder |
        0:30 | warn 2      | ok |
        0:40 | warn 3      | ok |
        0:50 | hammer      | HoldersNotAsked |
        0:51 | holders     | ok | 1010000 102 1020000 3
        0:52 | holders     | NothingToMatch |
        1:00 | hammer      | WarningTooEarly |

        """;

    [Fact]
    public void A_holder_takes_the_price_that_stands_until_the_hammer_and_may_take_it_again()
    {
        var live = HallScript.Play(Asked + """
            1:00 | 101 1010000 | ok | 1010000 101 1020000 0
            1:01 | 101 1010000 | AlreadyLeading |
            1:02 | 201 1020000 | ok | 1020000 201 1030000 0
            1:03 | 101 1020000 | ok | 1020000 101 1030000 0
            1:04 | 202 1020000 | ok | 1020000 202 1030000 0
            1:05 | 101 1020000 | NotAboveCurrentPrice |
            1:10 | warn 1      | ok |
            1:20 | warn 2      | ok |
            1:30 | warn 3      | ok |
            1:31 | holders     | NothingToMatch |
            1:40 | hammer      | ok |
            1:41 | sign Recorder | ok |
            """).Live;
        Assert.Equal((Outcome.Sold, 102_000_000L, 202), (live.Auction.Result!.Outcome, live.Auction.Result.PriceFen!.Value, live.Auction.Result.Winner!.Value));
        Assert.Equal([201, 102, 201, 101], live.Auction.InHall!.Tellings.Where(t => t.What == HallTold.Matched).Select(t => t.Paddle));
        Assert.Null(Transcript.Verify(live.Transcript()).Fault);
    }

    [Fact]
    public void Who_was_asked_and_says_nothing_has_waived()
    {
        var live = HallScript.Play(Asked + "1:01 | hammer | ok |").Live;
        Assert.Equal(102, live.Auction.Result!.Winner);
        Assert.Null(Transcript.Verify(live.Transcript()).Fault);
        // A record in which nobody was asked does not verify.
        Assert.NotNull(Transcript.Verify(live.Forge(line => (line.Fact is HoldersAsked ? new WarningCalled("x", 4, 101_000_000, "1") : line.Fact, line.At))).Fault);
        Assert.NotNull(Transcript.Verify(live.Forge(line => (line.Fact is HallBid { Matches: not null } bid ? bid with { Matches = 202 } : line.Fact, line.At))).Fault);
        Assert.NotNull(Transcript.Verify(live.Forge(line => (line.Fact is HallBid { Matches: { } beaten } bid ? bid with { Matches = null, OverRules = beaten } : line.Fact, line.At))).Fault);
    }

    [Theory]
    [InlineData(TieRule.Floor)]
    [InlineData(TieRule.Net)]
    public void Where_somebody_sits_does_not_beat_priority_at_the_same_amount(TieRule tie) => HallScript.Play("""
        0:01 | rank 101 1  | ok |
        0:02 | rank 202 1  | ok |
        0:05 | call        | ok |
        0:10 | 101 1000000 | ok |
        0:11 | 201 1000000 | NotAboveCurrentPrice |
        0:12 | 202 1000000 | NotAboveCurrentPrice |
        0:13 | 202 1010000 | ok |
        0:14 | 102 1010000 | NotAboveCurrentPrice |
        0:15 | 101 1010000 | NotAboveCurrentPrice |
        """, tie);

    [Fact]
    public void A_match_entered_by_mistake_is_corrected_like_any_floor_bid() => HallScript.Play("""
        0:01 | rank 101 1  | ok |
        0:05 | call        | ok |
        0:10 | 201 1000000 | ok |
        0:11 | 101 1000000 | ok | 1000000 101 1010000 0
        0:12 | correct NoRaise | ok | 1000000 201 1010000 0
        0:13 | 101 1000000 | ok | 1000000 101 1010000 0
        0:14 | rank 102 1  | ok |
        0:15 | rank 201 1  | RankAfterBid |
        """);

    [Fact]
    public void Nobody_is_asked_where_nobody_comes_before_the_leader() => HallScript.Play("""
        0:01 | rank 101 1  | ok |
        0:05 | call        | ok |
        0:10 | warn 1      | ok |
        0:20 | warn 2      | ok |
        0:30 | warn 3      | ok |
        0:31 | holders     | NothingToMatch |
        0:40 | 101 1000000 | ok |
        0:41 | warn 1      | ok |
        0:51 | warn 2      | ok |
        1:01 | warn 3      | ok |
        1:02 | holders     | NothingToMatch |
        1:11 | hammer      | ok |
        """);

    [Fact]
    public void What_takes_the_warnings_back_takes_the_question_back() => HallScript.Play(Asked + """
        1:01 | ask 103万   | ok | 1010000 102 1030000 0
        1:02 | warn 1      | ok |
        1:12 | warn 2      | ok |
        1:22 | warn 3      | ok |
        1:32 | hammer      | HoldersNotAsked |
        1:33 | holders     | ok |
        1:34 | lost        | ok |
        1:40 | holders     | AuctionPaused |
        1:41 | goon        | ok |
        1:42 | holders     | WarningOutOfOrder |
        """);

    [Fact]
    public void After_the_hammer_there_is_no_window()
    {
        Assert.Equal("match", (HallScript.Terms with { Match = MatchWindow.Statutory }).FirstFault(null));
        var told = new HolderNotice(NoticeService.Delivered, HolderAnswer.TakesPart);
        Assert.Null(Priority.BestToAsk(Formats.Hall, [told]));
        Assert.NotNull(Priority.BestToAsk(Formats.Hall, [told with { Service = NoticeService.Unproven }]));
        Assert.Null(Priority.BestToAsk(Formats.Hall, [told with { Service = NoticeService.Unproven, Answer = HolderAnswer.Waives }]));
    }

    [Fact]
    public void At_the_desk_an_over_rule_says_why()
    {
        var live = HallScript.Play("""
            0:05 | call        | ok |
            0:10 | 201 1000000 | ok |
            """, TieRule.Floor).Live;
        PlaceBid bid = new(101, "f1", 100_000_000, null, "");
        Assert.Equal(Refusal.ReasonRequired, live.Do(live.Auction.At, (a, t) => HallBidding.PlaceAtDesk(a, bid, t, null)).Refusal);
        Assert.Null(live.Do(live.Auction.At, (a, t) => HallBidding.PlaceAtDesk(a, bid, t, OverRuleReason.EnteredLate)).Refusal);
        Assert.Equal((201, OverRuleReason.EnteredLate), live.Lines[^1].Fact is HallBid over ? (over.OverRules!.Value, over.Because!.Value) : default);
        // A bid that over-rules nobody has no reason, whatever was sent.
        Assert.Null(live.Do(live.Auction.At, (a, t) => HallBidding.PlaceAtDesk(a, new PlaceBid(102, "f2", 101_000_000, null, ""), t, OverRuleReason.EnteredLate)).Refusal);
        Assert.Null(Assert.IsType<HallBid>(live.Lines[^1].Fact).Because);
        SameAuction.Assert(live.Auction, Live.Replay(live.Lines));
    }
}
