using Marketplace.Domain.Auctions;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions.Sealing;

/// <summary>From sealed offers through the shares to the winner, and what may go wrong on the way.</summary>
public sealed class CeremonyTests
{
    private static readonly DateTimeOffset After = SealedLot.End.AddSeconds(1);

    private static readonly Terms Hybrid = (Live.Terms with
    {
        SoftCloseSeconds = 0,
        Path = new PricePath(100, null, 300, 90_000_000),
        EndsAt = Live.Noon + new PricePath(100, null, 300, 90_000_000).Lasts(Live.Terms.StartPriceFen),
        SealedSeconds = 600,
        LastWordSeconds = 300,
    }).In(Formats.HybridDutch);

    [Theory]
    [InlineData(1, 2)]
    [InlineData(1, 3)]
    [InlineData(3, 2)]
    public void Any_two_of_three_open_and_of_equal_offers_the_earlier_wins(int one, int other)
    {
        var lot = new SealedLot();
        lot.Seal(10, 1, 1_200_000);
        lot.Seal(11, 2, 1_300_000);
        lot.Seal(12, 3, 1_300_000);
        Assert.Equal(1, lot.Give(After, one).Answer);
        Assert.Equal(Refusal.SharesMissing, lot.Open(After, one, other).Refusal);
        Assert.Equal(2, lot.Give(After.AddHours(30), other).Answer);
        Assert.Null(lot.Open(After.AddHours(30), one, other).Refusal);
        Assert.Equal("1200000 1300000 1300000", lot.Faults());
        var closed = lot.Live.Close();
        Assert.Equal((Outcome.Sold, 130_000_000, 2), (closed.Outcome, closed.PriceFen, closed.Winner));
        Assert.Null(Transcript.Verify(lot.Live.Transcript()).Fault);
    }

    [Fact]
    public void A_share_before_the_end_is_refused_without_looking_at_it()
    {
        var lot = new SealedLot();
        lot.Seal(10, 1, 1_200_000);
        Assert.Equal(Refusal.OpeningTooEarly, lot.Give(SealedLot.At(-5), 1).Refusal);
        Assert.Equal(Refusal.OpeningTooEarly, lot.Give(SealedLot.At(59.9), 1).Refusal);
        Assert.Equal(Refusal.OpeningTooEarly, lot.Give(SealedLot.End.AddMilliseconds(500), 1, [9, 9]).Refusal);
        Assert.Null(lot.Give(After, 1).Refusal);
    }

    [Fact]
    public void A_share_is_compared_with_its_commitment_and_counts_once()
    {
        var lot = new SealedLot();
        lot.Seal(10, 1, 1_200_000);
        var changed = lot.Shares[0].ToArray();
        changed[^1] ^= 1;
        Assert.Equal(Refusal.ShareNotAsCommitted, lot.Give(After, 1, changed).Refusal);
        Assert.Equal(Refusal.ShareNotAsCommitted, lot.Give(After, 1, lot.Shares[1]).Refusal);
        Assert.Equal(Refusal.ShareNotAsCommitted, lot.Give(After, 1, []).Refusal);
        Assert.Equal(Refusal.NotFound, lot.Give(After, 4, changed).Refusal);
        Assert.Equal(1, lot.Give(After, 1).Answer);
        var version = lot.Auction.Version;
        Assert.Equal(1, lot.Give(After.AddMinutes(1), 1).Answer);
        Assert.Equal(version, lot.Auction.Version);
        Assert.DoesNotContain(Convert.ToHexStringLower(lot.Shares[0].AsSpan(1)), System.Text.Encoding.UTF8.GetString(lot.Live.Lines[^1].Bytes));
        Assert.DoesNotContain(Convert.ToBase64String(lot.Shares[0]), System.Text.Encoding.UTF8.GetString(lot.Live.Lines[^1].Bytes));
    }

    [Fact]
    public void Without_an_offer_there_is_nothing_to_open()
    {
        var lot = new SealedLot();
        Assert.Equal(Refusal.NothingToOpen, lot.Give(After, 1).Refusal);
        Assert.Equal(Outcome.Unsold, lot.Live.Close().Outcome);
    }

    [Fact]
    public void Nothing_closes_while_the_holders_stay_away()
    {
        var lot = new SealedLot();
        lot.Seal(10, 1, 1_200_000);
        lot.Give(After, 1);
        Assert.Equal(Refusal.OffersNotOpened, Closing.Close(lot.Auction, 0, "", After.AddDays(40)).Refusal);
        Assert.Equal(Phase.Opening, lot.Auction.PhaseAt(After.AddDays(40)));
        Assert.Equal(SealedLot.End.AddHours(24), Ceremony.LateFrom(lot.Auction));
    }

    [Fact]
    public void Each_fault_is_shown_and_none_of_them_wins()
    {
        var lot = new SealedLot(bidders: 7);
        lot.Seal(10, 1, 9_000_000, spoil: e => { e[^1] ^= 1; return e; });
        lot.Seal(11, 2, 8_000_000, committedYuan: 1_100_000);
        lot.Seal(12, 3, 999_999);
        lot.Seal(13, 4, 7_000_000);
        lot.Seal(14, 5, 1_000_000);
        lot.Seal(15, 6, 6_000_000, sealedFor: 5);
        lot.Kept[lot.Auction.Offers[3].Version] = lot.Kept[lot.Auction.Offers[4].Version];
        Assert.Equal(Refusal.AlreadyEnded, lot.Seal(60, 7, 9_000_000).Refusal);
        lot.Give(After, 1);
        lot.Give(After, 3);
        lot.Open(After, 1, 3);
        Assert.Equal("Unreadable NotAsCommitted OutOfRange Altered 1000000 Unreadable", lot.Faults());
        Assert.Equal(5, lot.Live.Close().Winner);
        Assert.Null(Transcript.Verify(lot.Live.Transcript()).Fault);
    }

    [Fact]
    public void What_is_no_envelope_is_refused_at_once()
    {
        var lot = new SealedLot();
        Assert.Equal(Refusal.EnvelopeMalformed, lot.Seal(10, 1, 1_200_000, spoil: e => e[..^1]).Refusal);
        Assert.Equal(Refusal.EnvelopeMalformed, lot.Seal(10, 1, 1_200_000, spoil: e => { e[0] = 2; return e; }).Refusal);
        Assert.Null(lot.Seal(11, 1, 1_200_000).Refusal);
        Assert.Equal(Refusal.BidIdReused, lot.Seal(12, 1, 1_300_000).Refusal);
    }

    [Fact]
    public void A_share_that_was_wrong_from_the_beginning_does_not_stop_the_right_ones()
    {
        var lot = new SealedLot();
        var wrong = lot.Shares[1].ToArray();
        wrong[5] ^= 0x40;
        Assert.Null(Ceremony.Combine(lot.Key, [lot.Shares[0], wrong]));
        Assert.NotNull(Ceremony.Combine(lot.Key, [lot.Shares[0], wrong, lot.Shares[2]]));
        Assert.Null(Ceremony.Combine(lot.Key, [lot.Shares[0]]));
    }

    [Fact]
    public void Hybrid_the_opening_gives_the_taker_the_last_word()
    {
        var lot = new SealedLot(Hybrid);
        lot.Live.Bid(SealedLot.At(10), 1, "t", 98_000_000);
        Assert.Equal(Refusal.PriceTakerWaits, lot.Seal(11, 1, 1_100_000).Refusal);
        lot.Seal(11, 2, 1_050_000);
        Assert.Equal(Refusal.OpeningTooEarly, lot.Give(SealedLot.At(19), 1).Refusal);
        var opens = SealedLot.At(20).AddSeconds(1);
        lot.Give(opens, 2);
        lot.Give(opens, 3);
        Assert.Equal(new Standing(105_000_000, 2, opens.AddSeconds(300)), lot.Open(opens, 2, 3).Answer!.After);
        Assert.Null(lot.Live.Bid(opens.AddMinutes(1), 1, "w", 106_000_000).Refusal);
        Assert.Equal(1, lot.Live.Close().Winner);
        Assert.Null(Transcript.Verify(lot.Live.Transcript()).Fault);
    }

    [Fact]
    public void A_second_opening_and_a_foreign_key_change_nothing()
    {
        var lot = new SealedLot();
        lot.Seal(10, 1, 1_200_000);
        lot.Give(After, 1);
        lot.Give(After, 2);
        Assert.Equal(Refusal.OpeningKeyWrong, lot.Live.Do(After, (a, at) => Ceremony.Open(a, [.. Enumerable.Repeat((byte)7, 32)], lot.Kept, at)).Refusal);
        Assert.Equal(Refusal.SharesMissing, lot.Live.Open(After).Refusal);
        var first = lot.Open(After, 1, 2);
        var version = lot.Auction.Version;
        Assert.Equal(first.Answer, lot.Open(After.AddMinutes(1), 1, 2).Answer);
        Assert.Equal(version, lot.Auction.Version);
        Assert.Equal(Refusal.NothingToOpen, lot.Give(After.AddMinutes(1), 3).Refusal);
    }

    [Theory]
    [InlineData("key")]
    [InlineData("needed")]
    [InlineData("commitment")]
    [InlineData("holder")]
    [InlineData("format")]
    [InlineData("none")]
    public void An_opening_key_that_does_not_do_is_not_fixed(string what)
    {
        var key = new SealedLot().Key;
        var terms = (Live.Terms with { SoftCloseSeconds = 0 }).In(what == "format" ? Formats.Dynamic : Formats.Sealed);
        if (what == "format") terms = terms with { CycleSeconds = 60 };
        var shares = key.Shares;
        terms = terms with
        {
            OpeningKey = what switch
            {
                "key" => key with { PublicKey = key.PublicKey[..^1] + (key.PublicKey[^1] == '0' ? '1' : '0') },
                "needed" => key with { Needed = 1 },
                "commitment" => key with { Shares = [shares[0], shares[1], shares[2] with { Commitment = shares[0].Commitment }] },
                "holder" => key with { Shares = [shares[0], shares[1], shares[2] with { Holder = ShareHolder.Seller }] },
                "none" => key with { Shares = [] },
                _ => key,
            },
        };
        Assert.Equal("openingKey", terms.FirstFault(null));
    }

    /// <summary>Forged with a good chain and a good signature: the rules find each of them from the record alone.</summary>
    [Fact]
    public void Whatever_a_market_could_lie_about_the_opening_is_found()
    {
        var lot = new SealedLot();
        lot.Seal(10, 1, 1_200_000);
        lot.Seal(11, 2, 1_300_000);
        lot.Give(After, 1);
        lot.Give(After, 2);
        lot.Open(After, 1, 2);
        lot.Live.Close();
        Assert.Null(Transcript.Verify(lot.Live.Forge(l => (l.Fact, l.At))).Fault);

        Found<ShareGiven>(f => f with { Commitment = FactLine.Genesis });
        Found<ShareGiven>(f => f with { Holder = ShareHolder.Notary });
        Found<EnvelopesPublished>(f => f with { Scalar = new string('7', 64) });
        Found<EnvelopesPublished>(f => f with { Scalar = "" });
        Found<EnvelopesPublished>(f => f with { Items = [f.Items[0]] });
        Found<EnvelopesPublished>(f => f with { Items = [f.Items[0], f.Items[1] with { Bytes = f.Items[0].Bytes }] });
        Found<EnvelopesPublished>(f => f with { Items = [f.Items[0], f.Items[1] with { Bytes = null }] });
        Found<OffersOpened>(f => f with { Items = [f.Items[0], f.Items[1] with { AmountFen = null, Nonce = null, Fault = OfferFault.Unreadable }], After = new Standing(120_000_000, 1, lot.Auction.EndsAt) });
        Found<OffersOpened>(f => f with { Items = [f.Items[0]] });
        var early = lot.Live.Forge(l => (l.Fact, l.Fact is ShareGiven ? SealedLot.At(59) : l.At));
        Assert.NotNull(Transcript.Verify(early).Fault);

        void Found<T>(Func<T, T> lie)
            where T : Fact => Assert.NotNull(Transcript.Verify(lot.Live.Forge(l => (l.Fact is T fact ? lie(fact) : l.Fact, l.At))).Fault);
    }

    [Fact]
    public void A_restart_anywhere_finds_the_same()
    {
        var lot = new SealedLot();
        lot.Seal(10, 1, 1_200_000);
        lot.Give(After, 1);
        lot.Give(After, 2);
        lot.Open(After, 1, 2);
        lot.Live.Close();
        SameAuction.Assert(lot.Auction, Live.Replay(lot.Live.Lines));
    }
}
