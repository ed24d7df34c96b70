using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>Every format as tables; each auction ends with a record that anybody can check.</summary>
public sealed class FormatTables
{
    // An hour of free bidding, then cycles of five minutes.
    private static readonly Terms Dynamic = (Live.Terms with { SoftCloseSeconds = 0, CycleSeconds = 300 }).In(Formats.Dynamic);

    private static readonly Terms OneShot = (Live.Terms with { SoftCloseSeconds = 0 }).In(Formats.Sealed);

    // A million, 1 % of it less every five minutes, down to 900,000: eleven prices.
    internal static readonly Terms Dutch = Fall(Live.Terms, new PricePath(100, null, 300, 90_000_000)).In(Formats.Dutch);

    private static readonly Terms Hybrid = (Fall(Live.Terms, new PricePath(100, null, 300, 90_000_000)) with { SealedSeconds = 600, LastWordSeconds = 300 }).In(Formats.HybridDutch);

    [Fact]
    public void Dynamic_the_first_silent_cycle_ends_the_auction() => Good(Scenario.Play("""
        0:00  | A | 100万     | ok               | 100万 A | 65:00
        59:59 | B | 101万     | ok               | 101万 B | 65:00
        60:00 | A | 102万     | ok               | 102万 A | 65:00
        64:59 | B | 103万     | ok               | 103万 B | 69:59
        69:58 | A | 104万     | ok               | 104万 A | 74:58
        74:57 | B | 105.5万   | NotOnStep        | 104万 A | 74:58
        74:58 | B | 105万     | AlreadyEnded     | 104万 A | 74:58
        75:00 | - | close     | sold             | 104万 A |
        """, Dynamic));

    [Fact]
    public void Dynamic_without_a_bid_one_cycle_follows_the_free_period() => Good(Scenario.Play("""
        65:01 | - | close     | unsold | - | 65:00
        """, Dynamic));

    [Fact]
    public void Extensions_stop_at_the_cap() => Good(Scenario.Play("""
        59:00 | A | 100万     | ok           | 100万 A | 64:00
        63:59 | B | 101万     | ok           | 101万 B | 66:00
        65:59 | A | 102万     | ok           | 102万 A | 66:00
        66:00 | B | 103万     | AlreadyEnded | 102万 A |
        66:01 | - | close     | sold         | 102万 A |
        """, Live.Terms with { LatestEndsAt = Live.Noon.AddMinutes(66) }));

    [Fact]
    public void Sealed_the_highest_offer_wins_and_nobody_sees_a_price_before()
    {
        var played = Scenario.Play("""
            -1:00 | A | seal 120万 | NotOpenYet      | - |
            0:00  | A | seal 120万 | ok              | - | 60:00
            0:01  | A | seal 130万 | OfferAlreadyMade| - |
            0:02  | B | 125万      | NotInThisStage  | - |
            0:03  | B | max 125万  | NoMaximumHere   | - |
            59:59 | B | seal 125万 | ok              | - | 60:00
            60:00 | C | seal 200万 | AlreadyEnded    | - |
            60:00 | - | open       | NothingToOpen   | - |
            60:01 | - | close      | OffersNotOpened | - |
            60:01 | - | open       | ok              | 125万 B |
            60:02 | - | open       | again           | 125万 B |
            60:02 | - | close      | sold            | 125万 B |
            """, OneShot);
        Good(played);
    }

    [Fact]
    public void Rule_11_of_equal_sealed_offers_the_earlier_by_receipt_wins() => Good(Scenario.Play("""
        1:00  | B | seal 120万 | ok   | - |
        1:00  | A | seal 120万 | ok   | - |
        60:01 | - | open       | ok   | 120万 B |
        60:02 | - | close      | sold | 120万 B |
        """, OneShot));

    [Fact]
    public void Sealed_an_envelope_that_is_torn_or_holds_something_else_does_not_count_and_is_shown()
    {
        var played = Scenario.Play("""
            1:00  | A | torn 140万  | ok   | - |
            1:01  | B | other 130万 | ok   | - |
            1:02  | C | seal 110万  | ok   | - |
            60:01 | - | open        | ok   | 110万 C |
            60:02 | - | close       | sold | 110万 C |
            """, OneShot);
        Assert.Equal([OfferFault.Unreadable, OfferFault.NotAsCommitted, null], played.Live.Auction.Opening!.Items.Select(i => i.Fault));
        Good(played);
    }

    [Theory]
    [InlineData(130, "unsold")]
    [InlineData(120, "sold")]
    public void Sealed_below_the_start_price_or_the_reserve_there_is_no_sale(int reserveWan, string outcome) => Good(Scenario.Play($"""
        1:00  | A | seal 99万   | ok   | - |
        1:01  | B | seal 120万  | ok   | - |
        60:01 | - | open        | ok   | 120万 B |
        60:02 | - | close       | {outcome} | 120万 B |
        """, OneShot, reserveYuan: reserveWan * 10_000));

    [Fact]
    public void Sealed_only_valid_offers_are_competition() => Good(Scenario.Play("""
        1:00  | A | seal 99万   | ok     | - |
        1:01  | B | seal 120万  | ok     | - |
        60:01 | - | open        | ok     | 120万 B |
        60:02 | - | close       | unsold | 120万 B |
        """, OneShot with { MinBidders = 2 }));

    [Fact]
    public void Sealed_without_an_offer_there_is_nothing_to_open() => Good(Scenario.Play("""
        60:01 | - | open        | NothingToOpen | - |
        60:01 | - | close       | unsold        | - |
        """, OneShot));

    [Fact]
    public void Dutch_the_first_to_accept_has_the_price_of_that_moment() => Good(Scenario.Play("""
        0:00  | A | 99万   | BelowAskedPrice | - | 55:00
        4:59  | A | 99万   | BelowAskedPrice | - |
        5:00  | A | 98万   | BelowAskedPrice | - |
        14:59 | B | 99万   | ok              | 98万 B | 14:59
        14:59 | C | 98万   | AlreadyEnded    | 98万 B |
        15:00 | C | 97万   | AlreadyEnded    | 98万 B |
        15:01 | - | close  | sold            | 98万 B |
        """, Dutch));

    [Fact]
    public void Dutch_at_the_floor_the_price_stands_one_interval_and_then_nobody_has_it() => Good(Scenario.Play("""
        54:59 | A | 89万   | BelowAskedPrice | - | 55:00
        55:00 | A | 90万   | AlreadyEnded    | - |
        55:01 | - | close  | unsold          | - |
        """, Dutch));

    [Fact]
    public void Rule_12_the_path_is_exact()
    {
        var path = new PricePath(100, null, 300, 1);
        // 12,345 fen × 0.99 = 12,221.55: up to a whole fen, never below the path that was announced.
        Assert.Equal([12_345, 12_222, 12_099, 11_975], Enumerable.Range(0, 4).Select(k => path.PriceAfter(12_345, k)));
        for (var k = 0; k <= 100; k++) Assert.Equal(Math.Max(1, Math.Ceiling(12_345m * (1 - 0.01m * k))), path.PriceAfter(12_345, k));
        Assert.Equal(1, path.PriceAfter(Fen.Most, 1_000_000));
    }

    [Fact]
    public void Dutch_a_short_silence_moves_the_path_by_its_length() => Good(Scenario.Play("""
        0:00   | - | resume       | ok              | - | 55:00
        20:05  | - | resume 19:58 | ok              | - | 55:07
        20:06  | A | 96万         | BelowAskedPrice | - |
        20:07  | A | 96万         | ok              | 96万 A |
        20:09  | - | close        | sold            | 96万 A |
        """, Dutch));

    [Fact]
    public void Dutch_a_long_silence_pauses_and_the_path_goes_on_where_it_stood() => Good(Scenario.Play("""
        0:00   | - | resume       | ok              | - | 55:00
        20:00  | - | resume 13:00 | paused          | - | 55:00
        20:01  | A | 98万         | AuctionPaused   | - |
        20:02  | - | restart 22:00| ok              | - | 64:00
        21:59  | A | 98万         | NotOpenYet      | - |
        23:59  | A | 97万         | BelowAskedPrice | - |
        24:00  | A | 97万         | ok              | 97万 A | 24:00
        24:05  | - | close        | sold            | 97万 A |
        """, Dutch));

    [Fact]
    public void Rule_12_hybrid_the_others_must_exceed_and_the_taker_has_the_last_word() => Good(Scenario.Play("""
        10:00 | A | 98万        | ok                | 98万 A  | 20:00
        10:01 | A | seal 120万  | PriceTakerWaits   | 98万 A  |
        10:02 | B | 99万        | NotInThisStage    | 98万 A  |
        11:00 | B | seal 105万  | ok                | 98万 A  | 20:00
        12:00 | C | seal 98万   | ok                | 98万 A  |
        20:00 | C | seal 110万  | AlreadyEnded      | 98万 A  |
        20:01 | - | open        | ok                | 105万 B | 25:01
        20:02 | B | 120万       | OnlyThePriceTaker | 105万 B |
        20:03 | A | 105.5万     | BelowNextMinimum  | 105万 B |
        20:04 | A | 106万       | ok                | 106万 A | 20:04
        20:05 | A | 107万       | AlreadyEnded      | 106万 A |
        20:05 | - | close       | sold              | 106万 A |
        """, Hybrid));

    [Fact]
    public void Hybrid_without_an_answer_the_best_sealed_offer_wins() => Good(Scenario.Play("""
        10:00 | A | 98万        | ok           | 98万 A  | 20:00
        11:00 | B | seal 105万  | ok           | 98万 A  |
        20:01 | - | open        | ok           | 105万 B | 25:01
        25:01 | A | 106万       | AlreadyEnded | 105万 B |
        25:02 | - | close       | sold         | 105万 B |
        """, Hybrid));

    [Theory]
    [InlineData("11:00 | B | seal 98万 | ok | 98万 A |", "20:01 | - | open | ok | 98万 A | 20:00")]
    [InlineData("# nobody", "20:01 | - | open | NothingToOpen | 98万 A | 20:00")]
    public void Hybrid_without_a_better_offer_the_taker_has_it_for_the_price_taken(string offer, string opening) => Good(Scenario.Play($"""
        10:00 | A | 98万        | ok     | 98万 A  | 20:00
        {offer}
        {opening}
        20:02 | - | close       | sold   | 98万 A  |
        """, Hybrid));

    [Fact]
    public void Hybrid_when_nobody_accepts_nothing_follows() => Good(Scenario.Play("""
        54:59 | B | seal 105万  | NotInThisStage | - | 55:00
        55:01 | - | close       | unsold         | - |
        """, Hybrid));

    [Fact]
    public void The_same_sealed_offer_again_has_the_first_answer_and_another_under_its_id_is_refused()
    {
        var live = new Live();
        live.Announce(OneShot, bidders: 2);
        var first = live.Seal(Live.Noon, 1, "x", 110_000_000);
        Assert.Equal(first.Answer, live.Seal(Live.Noon.AddSeconds(5), 1, "x", 110_000_000).Answer);
        Assert.Equal(Refusal.BidIdReused, live.Seal(Live.Noon.AddSeconds(6), 1, "x", 120_000_000).Refusal);
        Assert.Equal(Refusal.BidIdInvalid, live.Seal(Live.Noon, 2, "no id", 110_000_000).Refusal);
        var bad = Sealed.Offer(live.Auction, new SealOffer(2, "y", "no hash", FactLine.Genesis), live.Auction.At);
        Assert.Equal(Refusal.MalformedRequest, bad.Refusal);
    }

    [Theory]
    [InlineData("cycleSeconds")]
    [InlineData("latestEndsAt")]
    [InlineData("softCloseSeconds")]
    [InlineData("path")]
    [InlineData("endsAt")]
    [InlineData("path.floorFen")]
    [InlineData("minBidders")]
    [InlineData("sealedSeconds")]
    [InlineData("lastWordSeconds")]
    [InlineData("rules")]
    [InlineData("format")]
    public void Terms_carry_what_their_format_needs_and_nothing_else(string fault)
    {
        var terms = fault switch
        {
            "cycleSeconds" => Live.Terms with { CycleSeconds = 300 },
            "latestEndsAt" => OneShot with { LatestEndsAt = OneShot.EndsAt.AddHours(1) },
            "softCloseSeconds" => Dynamic with { SoftCloseSeconds = 300 },
            "path" => Dutch with { Path = null },
            "endsAt" => Dutch with { EndsAt = Dutch.EndsAt.AddSeconds(1) },
            "path.floorFen" => Dutch with { Path = Dutch.Path! with { FloorFen = Dutch.StartPriceFen } },
            "minBidders" => Dutch with { MinBidders = 2 },
            "sealedSeconds" => Dutch with { SealedSeconds = 600 },
            "lastWordSeconds" => Hybrid with { LastWordSeconds = null },
            "rules" => Dutch with { Rules = Live.Terms.Rules },
            _ => Dutch.In("raffle"),
        };
        Assert.Equal(fault, terms.FirstFault(null));
    }

    [Fact]
    public void A_changed_opening_is_found()
    {
        var live = Scenario.Play("""
            1:00  | A | seal 120万 | ok   | - |
            1:01  | B | seal 125万 | ok   | - |
            60:01 | - | open       | ok   | 125万 B |
            60:02 | - | close      | sold | 125万 B |
            """, OneShot).Live;
        Assert.Equal(Unsound.WrongOpening, Found(items => [items[0] with { AmountFen = 130_000_000 }, items[1]]));
        Assert.Equal(Unsound.WrongOpening, Found(items => [items[0], items[1] with { Fault = OfferFault.OutOfRange }]));
        Assert.Equal(Unsound.WrongOpening, Found(items => [items[0]]));
        Assert.Equal(Unsound.WrongStanding, Found(items => [items[0], new OpenedOffer(items[1].Of, null, null, OfferFault.Unreadable)]));

        Unsound Found(Func<System.Collections.Immutable.ImmutableArray<OpenedOffer>, System.Collections.Immutable.ImmutableArray<OpenedOffer>> lie) =>
            Transcript.Verify(live.Forge(line => (line.Fact is OffersOpened f ? f with { Items = lie(f.Items) } : line.Fact, line.At))).Fault!.Why;
    }

    private static Terms Fall(Terms terms, PricePath path) =>
        terms with { SoftCloseSeconds = 0, Path = path, EndsAt = terms.OpensAt + path.Lasts(terms.StartPriceFen) };

    /// <summary>The record checks, and what is stored reads back to the same auction.</summary>
    private static void Good(Scenario played)
    {
        var check = Transcript.Verify(played.Live.Transcript());
        Assert.True(check.IsGood, $"line {check.Fault?.Line} {check.Fault?.Why} {check.Fault?.Detail}");
        SameAuction.Assert(played.Live.Auction, Live.Replay(played.Live.Lines));
    }
}
