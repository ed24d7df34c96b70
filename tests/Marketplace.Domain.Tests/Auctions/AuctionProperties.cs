using CsCheck;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>What holds in every auction, however it goes.</summary>
public sealed class AuctionProperties
{
    private const int Many = 2_000;

    [Fact]
    public void The_price_never_falls_and_the_end_never_moves_earlier() => RandomAuction.Any.Sample(
        auction =>
        {
            var (price, end) = (0L, DateTimeOffset.MinValue);
            auction.Play(() =>
            {
                Assert.True((auction.Live.Auction.PriceFen ?? 0) >= price);
                Assert.True(auction.Live.Auction.EndsAt >= end);
                (price, end) = (auction.Live.Auction.PriceFen ?? 0, auction.Live.Auction.EndsAt);
            });
        },
        iter: Many);

    [Fact]
    public void The_winner_made_the_highest_accepted_offer_with_the_best_rank_and_was_first_with_it() => RandomAuction.Any.Sample(
        auction =>
        {
            var closed = auction.Play().Live.Close();
            if (closed.Winner is not { } winner) return;
            var state = auction.Live.Auction;
            var matching = auction.Live.Lines.Find(line => line.Fact is MatchingOpened)?.Version ?? long.MaxValue;
            var bids = auction.Accepted.Zip(auction.Live.Lines.Where(line => line.Fact is BidAccepted or ProxyAccepted), (bid, line) => (bid.Paddle, bid.OfferFen, line.Version)).ToList();
            var course = bids.Where(bid => bid.Version < matching).ToList();
            var highest = course.Max(bid => bid.OfferFen);
            // Who matches the known price stands in for the leader, in the order of the ranks.
            var best = course.Where(bid => bid.OfferFen == highest).MinBy(bid => state.RankOf(bid.Paddle) ?? 10);
            var matched = bids.Where(bid => bid.Version > matching && (state.RankOf(bid.Paddle) ?? 10) < (state.RankOf(best.Paddle) ?? 10)).Append(best).MinBy(bid => state.RankOf(bid.Paddle) ?? 10);
            Assert.Equal(matched.Paddle, winner);
            Assert.True(closed.PriceFen <= highest);
        },
        iter: Many);

    [Fact]
    public void The_price_rises_only_against_a_rival_or_to_the_reserve() => RandomAuction.Any.Sample(
        auction =>
        {
            foreach (var (paddle, _, _, before, after) in auction.Play().Accepted)
            {
                if (before.Leader == paddle) Assert.True(after.PriceFen == before.PriceFen || after.PriceFen == auction.Live.Auction.Reserve?.ValueFen);
            }
        },
        iter: Many);

    [Fact]
    public void The_leader_is_good_for_the_price_and_a_reserve_within_his_offer_is_reached() => RandomAuction.Any.Sample(
        auction => auction.Play(() =>
        {
            var state = auction.Live.Auction;
            if (state.Leader is null) return;
            Assert.True(state.LeaderMaxFen >= state.PriceFen);
            if (state.Reserve is { } reserve && state.LeaderMaxFen >= reserve.ValueFen) Assert.True(state.PriceFen >= reserve.ValueFen);
        }),
        iter: Many);

    [Fact]
    public void A_restart_at_any_line_finds_the_state_that_was_there() => RandomAuction.Any.Sample(
        auction =>
        {
            var states = new List<Auction>();
            auction.Play(() => states.Add(auction.Live.Auction)).Live.Close();
            foreach (var state in states) SameAuction.Assert(state, Live.Replay(auction.Live.Lines.Take((int)state.Version)));
            SameAuction.Assert(auction.Live.Auction, Live.Replay(auction.Live.Lines));
        },
        iter: 300);

    [Fact]
    public void Sending_anything_twice_changes_nothing_and_gives_the_first_answer() => RandomAuction.Any.Sample(
        auction =>
        {
            auction.Play(SendAllAgain);
            auction.Live.Close();
            SendAllAgain();

            void SendAllAgain()
            {
                foreach (var (send, answer) in auction.Sent)
                {
                    var again = send(auction.Live.Auction, auction.Live.Auction.At);
                    Assert.Equal((answer, null, 0), again);
                }
            }
        },
        iter: 1_000);

    [Fact]
    public void Every_command_key_stands_in_the_log_at_most_once() => RandomAuction.Any.Sample(
        auction =>
        {
            auction.Play().Live.Close();
            var keys = auction.Live.Lines.Select(line => line.Fact.CommandKey).ToList();
            Assert.Equal(keys.Count, keys.Distinct().Count());
        },
        iter: Many);

    [Fact]
    public void Every_line_reads_back_and_writes_the_same_bytes() => RandomAuction.Any.Sample(
        auction =>
        {
            auction.Play().Live.Close();
            var prev = FactLine.Genesis;
            foreach (var line in auction.Live.Lines)
            {
                var read = AuctionLines.Read(line.Bytes, line.Fact.Secret);
                var again = FactLine.Write(read.Fact, read.Version, prev, read.At);
                Assert.Equal(line.Bytes, again.Bytes);
                prev = line.Hash;
            }
        },
        iter: 1_000);

    [Fact]
    public void The_public_transcript_of_every_auction_replays_to_its_result() => RandomAuction.Any.Sample(
        auction =>
        {
            var closed = auction.Play().Live.Close();
            if (closed.Outcome == Outcome.Sold) auction.Live.Append(auction.Live.Auction.At, new DealRecorded("d1"));
            var check = Transcript.Verify(auction.Live.Transcript(), [Live.KeyId]);
            Assert.Null(check.Fault);
            Assert.Equal(closed, check.Replayed!.Result);
        },
        iter: Many);

    [Fact]
    public void No_unbeaten_maximum_and_no_ceiling_is_opened() => RandomAuction.Any.Sample(
        auction =>
        {
            var closed = auction.Play().Live.Close();
            if (auction.Live.Lines[^1].Fact is not SecretsOpened secrets) return;
            foreach (var item in secrets.Items)
            {
                var line = auction.Live.Lines[(int)item.Version - 1];
                Assert.True(line.Fact is ProxyAccepted || item.Version == 1);
                if (closed.Winner is { } winner && line.Fact is ProxyAccepted { After.Leader: var leader, Paddle: var paddle } && paddle == winner && leader == winner && item.Nonce is not null)
                {
                    Assert.Contains(auction.Accepted, bid => bid.Paddle != winner && (bid.OfferFen > item.ValueFen || (bid.OfferFen == item.ValueFen && Priority.Outranks(auction.Live.Auction, bid.Paddle, winner))));
                }
            }
        },
        iter: Many);
}
