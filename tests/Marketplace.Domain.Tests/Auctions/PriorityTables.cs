using System.Globalization;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>优先受让权 in the bidding and after it. Start 1,000,000 yuan, step 10,000, an hour from noon.</summary>
public sealed class PriorityTables
{
    private static readonly Terms Window = Live.Terms with { Match = new MatchWindow(60, null) };

    [Fact]
    public void Rule_6_a_holder_matches_the_top_price_a_higher_price_beats_him_and_he_matches_again() => Scenario.Play("""
        -1:00 | A | rank 2  | ok                   | -
        -0:59 | A | rank 2  | again                | -
        -0:59 | A | rank 1  | RankGiven            | -
        0:01  | B | 100万   | ok                   | 100万 B
        0:02  | C | 100万   | NotAboveCurrentPrice | 100万 B
        0:03  | A | 100万   | ok                   | 100万 A
        0:04  | A | 100万   | AlreadyLeading       | 100万 A
        0:05  | B | 100万   | NotAboveCurrentPrice | 100万 A
        0:06  | B | 101万   | ok                   | 101万 B
        0:07  | A | 100万   | NotAboveCurrentPrice | 101万 B
        0:08  | A | 101.5万 | BelowNextMinimum     | 101万 B
        0:09  | A | 101万   | ok                   | 101万 A
        0:10  | C | rank 1  | ok                   | 101万 A
        0:11  | B | rank 1  | RankAfterBid         | 101万 A
        0:12  | - | close   | sold                 | 101万 A
        """);

    [Fact]
    public void Rule_7_the_better_rank_leads_at_the_same_price_and_of_one_rank_the_earlier_bid() => Scenario.Play(
        """
        -1:00 | A | rank 2 | ok                   | -
        -1:00 | B | rank 1 | ok                   | -
        -1:00 | C | rank 2 | ok                   | -
        0:01  | D | 100万  | ok                   | 100万 D
        0:02  | A | 100万  | ok                   | 100万 A
        0:03  | C | 100万  | NotAboveCurrentPrice | 100万 A
        0:04  | B | 100万  | ok                   | 100万 B
        0:05  | A | 100万  | NotAboveCurrentPrice | 100万 B
        0:06  | - | close  | sold                 | 100万 B
        """,
        bidders: "A B C D");

    [Fact]
    public void A_hidden_maximum_of_a_holder_goes_only_as_high_as_the_others_do() => Scenario.Play("""
        -1:00 | A | rank 1     | ok | -
        0:01  | B | 100万      | ok | 100万 B
        0:02  | A | max 110万  | ok | 100万 A
        0:03  | B | 102万      | ok | 102万 A
        0:04  | C | max 105万  | ok | 105万 A
        0:05  | B | max 110万  | ok | 110万 A
        0:06  | C | 111万      | ok | 111万 C
        0:07  | A | max 120万  | ok | 111万 A
        0:08  | - | close      | sold | 111万 A
        """);

    [Fact]
    public void A_match_does_not_beat_a_higher_hidden_maximum_but_an_equal_one() => Scenario.Play("""
        -1:00 | A | rank 1    | ok | -
        0:01  | B | max 110万 | ok | 100万 B
        0:02  | A | 100万     | ok | 101万 B
        0:03  | A | max 109万 | ok | 110万 B
        0:04  | A | 110万     | ok | 110万 A
        0:05  | - | close     | sold | 110万 A
        """);

    [Fact]
    public void A_match_in_the_last_minutes_gives_the_others_their_time() => Scenario.Play("""
        -1:00 | A | rank 1 | ok   | -       | 60:00
        0:01  | B | 100万  | ok   | 100万 B | 60:00
        59:00 | A | 100万  | ok   | 100万 A | 64:00
        63:59 | B | 101万  | ok   | 101万 B | 68:59
        69:00 | - | close  | sold | 101万 B |
        """);

    [Fact]
    public void Without_proof_of_the_notice_a_holder_matches_the_known_price_before_the_close() => Scenario.Play(
        """
        -1:00 | A | rank 2    | ok                 | -
        0:01  | B | max 120万 | ok                 | 100万 B | 60:00
        0:02  | C | 110万     | ok                 | 111万 B | 60:00
        60:00 | A | 111万     | AlreadyEnded       | 111万 B | 60:00
        60:01 | - | close     | MatchingNotOpened  | 111万 B | 60:00
        60:01 | - | match     | ok                 | 111万 B | 61:00
        60:01 | - | match     | again              | 111万 B | 61:00
        60:02 | C | 112万     | OnlyPriorityHolders | 111万 B | 61:00
        60:03 | B | 111万     | AlreadyLeading     | 111万 B | 61:00
        60:04 | A | 112万     | OnlyThePriceItself | 111万 B | 61:00
        60:05 | A | max 111万 | NoMaximumHere      | 111万 B | 61:00
        60:06 | A | 111万     | ok                 | 111万 A | 61:00
        60:10 | D | admit     | ok                 | 111万 A | 61:00
        60:11 | D | rank 1    | ok                 | 111万 A | 61:00
        60:59 | D | 111万     | ok                 | 111万 D | 61:00
        61:00 | A | 111万     | AlreadyEnded       | 111万 D | 61:00
        61:01 | - | close     | sold               | 111万 D | 61:00
        """,
        Window);

    [Fact]
    public void Nobody_is_waited_for_when_nothing_would_be_sold_or_a_first_rank_leads()
    {
        Scenario.Play("""
            60:01 | - | match | NothingToMatch | -
            60:01 | - | close | unsold         | -
            """, Window);
        Scenario.Play("""
            -1:00 | A | rank 1 | ok             | -
            0:01  | B | 100万  | ok             | 100万 B
            0:02  | A | 100万  | ok             | 100万 A
            60:01 | - | match  | NothingToMatch | 100万 A
            60:01 | - | close  | sold           | 100万 A
            """, Window);
        Scenario.Play("""
            0:01  | B | 100万  | ok             | 100万 B
            60:01 | - | match  | NothingToMatch | 100万 B
            60:01 | - | close  | unsold         | 100万 B
            """, Window, reserveYuan: 1_500_000);
    }

    [Fact]
    public void A_maximum_that_a_match_came_before_stays_closed_and_the_record_holds()
    {
        var live = Scenario.Play(
            """
            -1:00 | A | rank 1    | ok   | -
            0:01  | B | max 120万 | ok   | 100万 B
            60:01 | - | match     | ok   | 100万 B | 61:00
            60:30 | A | 100万     | ok   | 100万 A | 61:00
            61:01 | - | close     | sold | 100万 A
            """,
            Window).Live;
        var opened = Assert.IsType<SecretsOpened>(live.Lines[^1].Fact);
        Assert.Equal([new OpenedSecret(7, 100_000_000, null)], opened.Items);
        var check = Transcript.Verify(live.Transcript(), [Live.KeyId]);
        Assert.Null(check.Fault);
        Assert.Equal(1, check.Replayed!.Result!.Winner);
    }

    [Fact]
    public void A_sealed_tie_goes_to_the_holder_and_a_lower_offer_of_his_may_still_match() => Scenario.Play(
        """
        -1:00 | C | rank 1    | ok   | -
        -1:00 | B | rank 2    | ok   | -
        0:01  | A | seal 110万 | ok  | -
        0:02  | B | seal 110万 | ok  | -
        0:03  | C | seal 105万 | ok  | -
        60:01 | - | open      | ok   | 110万 B | 60:00
        60:02 | - | match     | ok   | 110万 B | 61:01
        60:40 | C | 110万     | ok   | 110万 C | 61:01
        61:02 | - | close     | sold | 110万 C
        """,
        (Window with { SoftCloseSeconds = 0 }).In(Formats.Sealed));

    [Fact]
    public void A_default_after_a_match_offers_the_second_what_its_hidden_maximum_was_worth()
    {
        var live = Scenario.Play(
            """
            -1:00 | A | rank 1    | ok   | -
            -1:00 | B | waits     | ok   | -
            0:01  | B | max 120万 | ok   | 100万 B
            0:02  | C | 110万     | ok   | 111万 B
            60:01 | - | match     | ok   | 111万 B | 61:00
            60:30 | A | 111万     | ok   | 111万 A | 61:00
            61:01 | - | close     | sold | 111万 A
            62:00 | - | default   | ok
            62:30 | B | accept    | ok
            """,
            Window).Live;
        Assert.Equal((2, 111_000_000L), live.Auction.Trouble.Offer is { } offer ? (offer.Paddle, offer.PriceFen) : default);
        var check = Transcript.Verify(live.Transcript(), [Live.KeyId]);
        Assert.Null(check.Fault);
        Assert.Equal(new Sale(2, 111_000_000, Scenario.Moment("62:30"), Promoted: true), check.Replayed!.Standing);
    }

    [Fact]
    public void In_the_cycle_after_a_breakpoint_a_holder_who_had_not_bid_goes_on_too() => Scenario.Play("""
        -1:00 | A | rank 2       | ok          | -
        0:01  | B | 100万        | ok          | 100万 B | 60:00
        57:00 | - | resume 56:00 | paused      | 100万 B
        58:00 | - | restart 60:00 | ok         | 100万 B | 65:00
        60:01 | C | 101万        | NotAdmitted | 100万 B | 65:00
        60:02 | A | 100万        | ok          | 100万 A | 65:02
        60:03 | B | 101万        | ok          | 101万 B | 65:03
        60:04 | C | rank 1       | ok          | 101万 B | 65:03
        60:05 | C | 101万        | ok          | 101万 C | 65:05
        65:06 | - | close        | sold        | 101万 C
        """);

    [Fact]
    public void After_a_breakpoint_the_statutory_window_is_open_to_holders_who_had_not_bid()
    {
        var live = Scenario.Play(
            """
            -1:00 | A | rank 2        | ok                  | -
            0:01  | B | 100万         | ok                  | 100万 B | 60:00
            57:00 | - | resume 56:00  | paused              | 100万 B
            58:00 | - | restart 60:00 | ok                  | 100万 B | 65:00
            65:01 | - | match         | ok                  | 100万 B | 66:00
            65:02 | C | 100万         | OnlyPriorityHolders | 100万 B | 66:00
            65:03 | A | 100万         | ok                  | 100万 A | 66:00
            65:04 | D | admit         | ok                  | 100万 A | 66:00
            65:05 | D | rank 1        | ok                  | 100万 A | 66:00
            65:06 | D | 100万         | ok                  | 100万 D | 66:00
            66:01 | - | close         | sold                | 100万 D
            """,
            Window).Live;
        Assert.Null(Transcript.Verify(live.Transcript(), [Live.KeyId]).Fault);
    }

    [Theory]
    [InlineData(1, 2, "ok")]
    [InlineData(1, 1, "NothingToMatch")]
    [InlineData(2, 2, "NothingToMatch")]
    [InlineData(2, 1, "NothingToMatch")]
    [InlineData(2, 3, "ok")]
    [InlineData(2, 0, "ok")]
    public void Nobody_waits_for_holders_of_whom_none_would_come_before_the_leader(int best, int leaders, string answer)
    {
        var ranked = leaders > 0 ? $"-1:00 | A | rank {leaders} | ok | -\n" : "";
        var live = Scenario.Play(
            ranked + $"""
            0:01  | A | 100万 | ok       | 100万 A
            60:01 | - | match | {answer} | 100万 A
            61:01 | - | close | sold     | 100万 A
            """,
            Live.Terms with { Match = new MatchWindow(60, null) { BestRank = best } }).Live;
        Assert.Null(Transcript.Verify(live.Transcript(), [Live.KeyId]).Fault);
    }

    [Theory]
    [InlineData(Formats.English, "", null)]
    [InlineData(Formats.English, "Delivered 1,Published 2", null)]
    [InlineData(Formats.English, "Delivered 1,Unproven 2,Unproven 3", 2)]
    [InlineData(Formats.Dynamic, "Unproven 1 waives,Unproven 2", 2)]
    [InlineData(Formats.Dynamic, "Unproven 1 waives", null)]
    [InlineData(Formats.Sealed, "Delivered 3,Unproven 2", 2)]
    [InlineData(Formats.Dutch, "Delivered 1 waives,Delivered 3", 3)]
    public void The_window_is_for_the_best_rank_that_the_bidding_could_not_ask(string format, string holders, int? best) => Assert.Equal(
        best,
        Priority.BestToAsk(format, holders.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(h => h.Split(' ')).Select(h =>
            new HolderNotice(Enum.Parse<NoticeService>(h[0]), h.Length > 2 ? HolderAnswer.Waives : HolderAnswer.None, Rank: int.Parse(h[1], CultureInfo.InvariantCulture)))));

    [Theory]
    [InlineData(PriorityGround.CoDeveloper, false)]
    [InlineData(PriorityGround.Commissioner, false)]
    [InlineData(PriorityGround.Completer, true)]
    [InlineData(PriorityGround.Agreed, true)]
    public void Articles_859_and_860_know_only_the_right_to_apply(PriorityGround ground, bool granted)
    {
        Assert.True(Priority.Knows(ground, pending: true));
        Assert.Equal(granted, Priority.Knows(ground, pending: false));
    }

    [Fact]
    public void Three_working_days_end_at_midnight_and_pass_over_a_weekend_and_a_feast()
    {
        // Friday 20 November 2026; then the eve of the National Day's week.
        Assert.Equal(Days.EndOf(new DateOnly(2026, 11, 25)), MatchWindow.Statutory.EndOf(new DateTimeOffset(2026, 11, 20, 5, 0, 0, TimeSpan.Zero)));
        Assert.Equal(Days.EndOf(new DateOnly(2026, 10, 10)), MatchWindow.Statutory.EndOf(new DateTimeOffset(2026, 9, 30, 5, 0, 0, TimeSpan.Zero)));
    }

    [Theory]
    [InlineData(RightOffered.Assignment, false, "甲 2,乙 2")]
    [InlineData(RightOffered.Assignment, true, "研究院 1,丙公司 1,甲 2,乙 2")]
    [InlineData(RightOffered.ExclusiveLicence, true, "")]
    [InlineData(RightOffered.OrdinaryLicence, false, "")]
    public void The_law_names_the_holders_of_a_transfer_and_none_of_a_licence(RightOffered right, bool pending, string expected)
    {
        var holders = Priority.HoldersOf(right, pending, ["研究院"], ["丙公司"], ["甲", "乙", "甲"]);
        Assert.Equal(expected, string.Join(',', holders.Select(h => $"{h.Name} {Priority.RankOf(h.Ground)}")));
    }

    [Theory]
    [InlineData(NoticeService.Delivered, 3, true)]
    [InlineData(NoticeService.Delivered, 2, false)]
    [InlineData(NoticeService.Published, 5, true)]
    [InlineData(NoticeService.Published, 4, false)]
    [InlineData(NoticeService.Unproven, 0, true)]
    public void A_notice_comes_days_before_the_announcement(NoticeService service, int daysBefore, bool timely) =>
        Assert.Equal(timely, Priority.IsTimely(service, new DateOnly(2026, 11, 20), new DateOnly(2026, 11, 20).AddDays(daysBefore)));
}
