using System.Text;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>挂牌交易 as tables: the notice ends at 0:00, a cycle is ten minutes, bidding an hour; the posted price is a million.</summary>
public sealed class ListingTables
{
    internal static readonly Terms Listed = (Live.Terms with { Listing = new ListingTerms(2, 600, null) }).In(Formats.Listed);

    [Fact]
    public void Nobody_wants_it_so_it_is_extended_and_then_unsold()
    {
        var played = Good(Scenario.Play("""
            -0:01 | - | listed | NotOpenYet      | - | 60:00
            0:00  | - | listed | ok              | - | 70:00
            9:59  | - | listed | NotOpenYet      | - |
            10:00 | - | listed | ok              | - | 80:00
            10:00 | - | close  | NotInThisStage  | - |
            20:00 | - | listed | ok              | - | 20:00
            20:00 | - | listed | again           | - |
            20:00 | A | admit  | AlreadyEnded    | - |
            20:01 | - | close  | unsold          | - | 20:00
            20:02 | - | listed | AlreadyEnded    | - |
            """, Listed, bidders: ""));
        Assert.Equal(["Extended", "Extended", "Ended"], played.Live.Lines.Select(l => l.Fact).OfType<ListingDecided>().Select(f => f.Course.ToString()));
    }

    [Fact]
    public void One_intent_has_it_at_the_posted_price_without_pressing_anything()
    {
        var played = Good(Scenario.Play("""
            -9:00 | A | 100万  | NotOpenYet   | -       |
            -9:00 | A | max 2万 | NotOpenYet  | -       |
            0:00  | - | listed | ok           | 100万 A | 0:00
            0:00  | A | 101万  | AlreadyEnded | 100万 A |
            0:00  | B | admit  | AlreadyEnded | 100万 A |
            0:01  | - | close  | sold         | 100万 A | 0:00
            """, Listed, bidders: "A"));
        Assert.Equal((1, true), (played.Live.Auction.Bidders.Count, played.Live.Auction.Bidders[1].HasBid));
        Assert.Null(SecondBest.Of(played.Live.Auction));
    }

    [Fact]
    public void Somebody_may_come_in_any_cycle_until_the_line_is_written() => Good(Scenario.Play("""
        0:00  | - | listed | ok   | -       | 70:00
        10:01 | A | admit  | ok   | -       |
        10:01 | - | listed | ok   | 100万 A | 10:01
        10:02 | - | close  | sold | 100万 A |
        """, Listed, bidders: ""));

    [Fact]
    public void Several_intents_bid_from_the_posted_price_which_the_first_of_them_holds() => Good(Scenario.Play("""
        0:00  | B | 100万     | NotOpenYet           | -       |
        0:00  | - | listed    | ok                   | 100万 A | 60:00
        0:00  | C | admit     | ListingOver          | 100万 A |
        0:01  | A | 101万     | AlreadyLeading       | 100万 A |
        0:02  | B | 100万     | NotAboveCurrentPrice | 100万 A |
        0:02  | B | 100.5万   | BelowNextMinimum     | 100万 A |
        0:03  | B | 101万     | ok                   | 101万 B | 60:00
        0:04  | A | max 105万 | ok                   | 102万 A |
        58:00 | B | 106万     | ok                   | 106万 B | 63:00
        63:01 | - | close     | sold                 | 106万 B |
        """, Listed, bidders: "A B"));

    [Fact]
    public void The_leader_may_hide_a_maximum_from_the_beginning() => Good(Scenario.Play("""
        0:00  | - | listed    | ok               | 100万 A |
        0:01  | A | max 100万 | MaximumNotRaised | 100万 A |
        0:02  | A | max 110万 | ok               | 100万 A |
        0:03  | B | 104万     | ok               | 105万 A |
        60:01 | - | close     | sold             | 105万 A |
        """, Listed, bidders: "A B"));

    [Fact]
    public void When_nobody_bids_the_first_intent_has_it_and_the_others_wait_at_the_posted_price()
    {
        var played = Good(Scenario.Play("""
            -5:00 | B | waits   | ok   | -       |
            0:00  | - | listed  | ok   | 100万 A |
            60:01 | - | close   | sold | 100万 A |
            61:00 | - | default | ok   | 100万 A |
            """, Listed, bidders: "A B C"));
        Assert.Equal((2, 100_000_000L), (played.Live.Auction.Trouble.Offer!.Paddle, played.Live.Auction.Trouble.Offer.PriceFen));
    }

    [Fact]
    public void A_holder_of_priority_comes_before_the_earlier_and_matches_what_is_bid() => Good(Scenario.Play("""
        -5:00 | C | rank 2  | ok                   | -       |
        -4:00 | B | rank 1  | ok                   | -       |
        0:00  | - | listed  | ok                   | 100万 B |
        0:01  | A | rank 3  | RankAfterBid         | 100万 B |
        0:02  | C | 100万   | NotAboveCurrentPrice | 100万 B |
        0:03  | A | 101万   | ok                   | 101万 A |
        0:04  | C | 101万   | ok                   | 101万 C |
        0:05  | B | 101万   | ok                   | 101万 B |
        60:01 | - | close   | sold                 | 101万 B |
        """, Listed));

    [Fact]
    public void A_holder_without_proof_may_still_come_after_an_agreement_and_match_it() => Good(Scenario.Play("""
        0:00  | - | listed  | ok                 | 100万 A | 0:00
        0:01  | - | close   | MatchingNotOpened  | 100万 A |
        0:01  | - | match   | ok                 | 100万 A | 30:00
        5:00  | B | admit   | ok                 | 100万 A |
        5:00  | B | 100万   | OnlyPriorityHolders| 100万 A |
        6:00  | B | rank 1  | ok                 | 100万 A |
        7:00  | B | 101万   | OnlyThePriceItself | 100万 A |
        8:00  | B | 100万   | ok                 | 100万 B | 30:00
        30:01 | - | close   | sold               | 100万 B |
        """, Listed with { Match = new MatchWindow(1800, null) }, bidders: "A"));

    [Fact]
    public void A_suspended_paddle_is_no_intent_before_and_stays_bound_after()
    {
        Good(Scenario.Play("""
            -1:00 | A | suspend | ok   | -       |
            0:00  | - | listed  | ok   | 100万 B | 0:00
            0:01  | - | close   | sold | 100万 B |
            """, Listed, bidders: "A B"));
        Good(Scenario.Play("""
            0:00  | - | listed  | ok              | 100万 A |
            1:00  | A | suspend | ok              | 100万 A |
            2:00  | A | max 2亿 | PaddleSuspended | 100万 A |
            60:01 | - | close   | sold            | 100万 A |
            """.Replace("2亿", "200万", StringComparison.Ordinal), Listed, bidders: "A B"));
    }

    [Fact]
    public void A_pause_in_the_notice_moves_its_end_by_as_long_as_it_lasted() => Good(Scenario.Play("""
        -20:00 | - | pause Fault | ok            | - | 60:00
        -10:00 | A | admit       | ok            | - |
        5:00   | - | listed      | AuctionPaused | - |
        6:00   | - | go 10:00    | ok            | - | 90:00
        20:00  | - | listed      | NotOpenYet    | - |
        30:00  | - | listed      | ok            | 100万 A | 30:00
        30:01  | - | close       | sold          | 100万 A |
        """, Listed, bidders: ""));

    [Fact]
    public void A_pause_in_the_closing_window_lets_every_intent_go_on() => Good(Scenario.Play("""
        0:00  | - | listed      | ok           | 100万 A | 60:00
        1:00  | B | 101万       | ok           | 101万 B |
        58:00 | - | pause Fault | ok           | 101万 B |
        60:00 | - | go 70:00    | ok           | 101万 B | 75:00
        71:00 | C | 102万       | ok           | 102万 C | 76:00
        76:01 | - | close       | sold         | 102万 C |
        """, Listed));

    [Fact]
    public void A_node_that_comes_back_late_decides_late_and_bidding_has_its_whole_length() => Good(Scenario.Play("""
        90:00  | - | resume | ok   | -       | 60:00
        90:00  | - | listed | ok   | 100万 A | 150:00
        100:00 | B | 101万  | ok   | 101万 B |
        150:01 | - | close  | sold | 101万 B |
        """, Listed, bidders: "A B"));

    [Fact]
    public void A_cycle_that_is_decided_late_is_as_long_as_any_other() => Good(Scenario.Play("""
        5:00  | - | resume | ok         | - |
        5:00  | - | listed | ok         | - | 75:00
        14:59 | - | listed | NotOpenYet | - |
        15:00 | - | listed | ok         | - |
        """, Listed, bidders: ""));

    [Fact]
    public void It_can_be_taken_back_in_the_notice_and_while_bidding_runs()
    {
        Good(Scenario.Play("-1:00 | - | cancel | ok | -", Listed));
        Good(Scenario.Play("""
            0:00 | - | listed | ok | 100万 A |
            1:00 | - | cancel | ok | 100万 A |
            1:01 | - | listed | AlreadyEnded | |
            """, Listed));
    }

    [Fact]
    public void Who_is_admitted_accepts_the_posted_price_so_no_ceiling_lies_below_it()
    {
        var live = new Live();
        live.Announce(Listed);
        Secret Ceiling(long yuan) => new(live.Nonce(), yuan * 100);
        Assert.Equal(Refusal.CeilingOutOfRange, live.Do(Live.Noon.AddHours(-1), (a, t) => Announcing.Admit(a, 1, Ceiling(999_999), t)).Refusal);
        Assert.Null(live.Do(Live.Noon.AddHours(-1), (a, t) => Announcing.Admit(a, 1, Ceiling(1_000_000), t)).Refusal);
        Assert.Equal(Refusal.CeilingOutOfRange, live.Do(Live.Noon.AddHours(-1), (a, t) => Announcing.SetCeiling(a, 1, "c", Ceiling(500_000), t)).Refusal);
        Assert.Equal(Refusal.NotInThisStage, Listing.Decide(Announced(Live.Terms), Live.Noon).Refusal);
        Assert.Equal(Refusal.UnknownAuction, Listing.Decide(Auction.Nothing, Live.Noon).Refusal);
    }

    [Fact]
    public void Cycles_of_working_days_end_at_midnight_and_step_over_days_of_rest()
    {
        // Friday 20 November 2026, 24:00 in Beijing: five working days on is Friday the 27th, 24:00.
        var friday = new DateTimeOffset(2026, 11, 20, 16, 0, 0, TimeSpan.Zero);
        var days = new ListingTerms(1, null, 5);
        Assert.Equal(friday.AddDays(7), days.EndOf(friday));
        // An end in the afternoon of a Wednesday: until Wednesday, 24:00.
        Assert.Equal(new DateTimeOffset(2026, 11, 25, 16, 0, 0, TimeSpan.Zero), days.EndOf(new DateTimeOffset(2026, 11, 18, 6, 0, 0, TimeSpan.Zero)));
        // 国庆: 1 to 7 October are days of rest, the 10th is worked.
        Assert.Equal(new DateTimeOffset(2026, 10, 12, 16, 0, 0, TimeSpan.Zero), days.EndOf(new DateTimeOffset(2026, 9, 29, 16, 0, 0, TimeSpan.Zero)));
        Assert.Equal(new DateTimeOffset(2026, 10, 14, 16, 0, 0, TimeSpan.Zero), ListingTerms.NoticeEnd(new DateTimeOffset(2026, 9, 23, 3, 0, 0, TimeSpan.Zero)));

        var played = Good(Scenario.Play("0:00 | - | listed | ok | - |", Listed with { Listing = days }, bidders: ""));
        Assert.Equal(friday.AddDays(7), played.Live.Auction.OpensAt);
    }

    [Fact]
    public void The_notice_takes_the_longer_of_its_session_and_ten_working_days_and_seconds_in_a_demonstration()
    {
        Assert.Equal(ListingTerms.NoticeEnd(Live.Noon), Announcement.NoticeEnd(SessionProfile.Standard, Live.Noon, LotRound.First, Formats.Listed));
        Assert.Equal(StatutoryDays.EndOf(Live.Noon, 15), Announcement.NoticeEnd(SessionProfile.Standard, Live.Noon, LotRound.Listed, Formats.Listed));
        Assert.Equal(Live.Noon.AddSeconds(2), Announcement.NoticeEnd(SessionProfile.Demo, Live.Noon, LotRound.First, Formats.Listed));
    }

    public static readonly TheoryData<string, Terms> Impossible = new()
    {
        { "listing", Listed with { Listing = null } },
        { "listing", Live.Terms with { Listing = new ListingTerms(1, 60, null) } },
        { "listing", Listed with { Listing = new ListingTerms(13, 60, null) } },
        { "listing", Listed with { Listing = new ListingTerms(-1, 60, null) } },
        { "listing", Listed with { Listing = new ListingTerms(1, 60, 5) } },
        { "listing", Listed with { Listing = new ListingTerms(1, null, null) } },
        { "listing", Listed with { Listing = new ListingTerms(1, 60, null, CheckSeconds: 60) } },
        { "listing", Listed with { Listing = new ListingTerms(1, null, 5, CheckSeconds: 172_801) } },
        { "reserveFen", Listed with { ReserveCommitment = FactLine.Genesis } },
        { "minBidders", Listed with { MinBidders = 2 } },
        { "linked", Listed with { Linked = "A" } },
        { "path", Listed with { Path = new PricePath(100, null, 300, 90_000_000) } },
        { "format", Listed with { Auction = "rehearsal:a1", RehearsalOf = "a1" } },
    };

    [Fact]
    public void What_a_listing_does_not_allow_is_refused_by_its_field()
    {
        Assert.Null(Listed.FirstFault(null));
        foreach (var row in Impossible) Assert.Equal(row.Data.Item1, row.Data.Item2.FirstFault(null));
    }

    [Fact]
    public void Its_lines_are_read_back_as_they_were_written()
    {
        var played = Scenario.Play("0:00 | - | listed | ok | 100万 A |", Listed with { Listing = new ListingTerms(3, null, 5, 7200), LatestEndsAt = Live.Noon.AddHours(2) }, bidders: "A B");
        SameAuction.Assert(played.Live.Auction, Live.Replay(played.Live.Lines));
        Assert.Equal(Live.Noon.AddHours(2), played.Live.Auction.LatestEndsAt);
        Assert.Contains("""
            "listing":{"cycles":3,"cycleWorkingDays":5,"checkSeconds":7200}
            """.Trim(), Encoding.UTF8.GetString(played.Live.Lines[0].Bytes), StringComparison.Ordinal);
        Assert.Contains("""
            "number":1,"course":"Bidding","priceFen":100000000,"leader":1,"opensAt":"2026-11-20T12:00:00.000000Z","endsAt":"2026-11-20T13:00:00.000000Z"
            """.Trim(), Encoding.UTF8.GetString(played.Live.Lines[^1].Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_market_that_decides_otherwise_is_found_out()
    {
        var one = Scenario.Play("0:00 | - | listed | ok | 100万 A |\n0:01 | - | close | sold | |", Listed, bidders: "A").Live;
        var two = Scenario.Play("0:00 | - | listed | ok | 100万 A |\n60:01 | - | close | sold | |", Listed, bidders: "A B").Live;
        var none = Scenario.Play("0:00 | - | listed | ok | - |\n10:00 | - | listed | ok | - |\n20:00 | - | listed | ok | - |\n20:01 | - | close | unsold | |", Listed, bidders: "").Live;
        Lies(one, f => f with { Course = ListingCourse.Extended, PriceFen = null, Leader = null, OpensAt = Live.Noon.AddMinutes(10), EndsAt = Live.Noon.AddMinutes(70) });
        Lies(one, f => f with { PriceFen = 99_000_000 });
        Lies(two, f => f with { Leader = 2 });
        Lies(two, f => f with { Course = ListingCourse.Agreed, EndsAt = Live.Noon });
        Lies(two, f => f with { EndsAt = Live.Noon.AddMinutes(30) });
        Lies(two, f => f with { Number = 2 });
        Lies(none, f => f.Number == 1 ? f with { OpensAt = Live.Noon.AddMinutes(5), EndsAt = Live.Noon.AddMinutes(65) } : f);
        Lies(none, f => f.Number == 1 ? f with { Course = ListingCourse.Ended, OpensAt = Live.Noon, EndsAt = Live.Noon } : f);
        // The line left out altogether: the lot would close on nobody's word.
        var without = one.Lines.Where(l => l.Fact is not ListingDecided).ToList();
        var fault = Transcript.Verify(Rechained(without)).Fault;
        Assert.Equal(Unsound.AgainstTheRules, fault?.Why);

        static void Lies(Live live, Func<ListingDecided, ListingDecided> change) =>
            Assert.NotNull(Transcript.Verify(live.Forge(line => (line.Fact is ListingDecided f ? change(f) : line.Fact, line.At))).Fault);
    }

    private static byte[] Rechained(List<FactLine> lines)
    {
        var chained = new List<FactLine>();
        foreach (var line in lines) chained.Add(FactLine.Write(line.Fact, chained.Count + 1, chained.Count == 0 ? FactLine.Genesis : chained[^1].Hash, line.At));
        return Live.TranscriptOf(chained, "auction/a1");
    }

    private static Auction Announced(Terms terms)
    {
        var live = new Live();
        live.Announce(terms);
        return live.Auction;
    }

    private static Scenario Good(Scenario played)
    {
        var check = Transcript.Verify(played.Live.Transcript());
        Assert.True(check.Fault is null, $"{check.Fault}");
        SameAuction.Assert(played.Live.Auction, Live.Replay(played.Live.Lines));
        return played;
    }
}
