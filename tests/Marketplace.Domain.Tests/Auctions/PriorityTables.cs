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
