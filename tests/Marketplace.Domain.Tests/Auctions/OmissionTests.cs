using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Tests.Auctions.Sealing;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>What the rules make follow a line in the same append cannot be left out of a record that is otherwise true.</summary>
public sealed class OmissionTests
{
    private const string Defaulted = """
        -1:00 | A | waits     | ok
        1:00  | A | 100万     | ok   | 100万 A
        3:00  | B | 120万     | ok   | 120万 B
        60:01 | - | close     | sold | 120万 B
        61:00 | - | default   | ok
        """;

    [Fact]
    public void The_offer_to_the_second_best_that_a_default_sets_off()
    {
        var live = Scenario.Play(Defaulted).Live;
        Assert.IsType<SecondOffered>(live.Lines[^1].Fact);
        Assert.Null(Transcript.Verify(live.Transcript()).Fault);
        Assert.Equal((Unsound.Omitted, "second-offered"), Without<SecondOffered>(live));
        // Later lines do not hide it.
        live.Do(live.Auction.At.AddMinutes(1), (a, _) => Breaking.Void(a, "v", VoidGround.UnqualifiedBuyer, "x"));
        Assert.Equal((Unsound.Omitted, "second-offered"), Without<SecondOffered>(live));
    }

    [Fact]
    public void A_reserve_that_stays_closed_may_be_why_nobody_was_asked()
    {
        var live = Scenario.Play(Defaulted, reserveYuan: 1_100_000).Live;
        Assert.IsType<WinnerDefaulted>(live.Lines[^1].Fact);
        Assert.Null(Transcript.Verify(live.Transcript()).Fault);
    }

    [Fact]
    public void Nobody_is_owed_an_offer_who_left_or_when_the_time_is_over()
    {
        var left = Scenario.Play(Defaulted.Replace("61:00 | - | default   | ok", "61:00 | A | leaves | ok\n62:00 | - | default | ok", StringComparison.Ordinal)).Live;
        Assert.IsType<WinnerDefaulted>(left.Lines[^1].Fact);
        Assert.Null(Transcript.Verify(left.Transcript()).Fault);
        var late = Scenario.Play(Defaulted.Replace("61:00 |", "50000:00 |", StringComparison.Ordinal)).Live;
        Assert.IsType<WinnerDefaulted>(late.Lines[^1].Fact);
        Assert.Null(Transcript.Verify(late.Transcript()).Fault);
    }

    [Fact]
    public void The_close_after_the_hammer_and_after_a_passed_lot()
    {
        const string called = "0:05 | call | ok |\n";
        const string warned = "0:20 | warn 1 | ok |\n0:31 | warn 2 | ok |\n0:42 | warn 3 | ok |\n";
        foreach (var live in new[] { HallScript.Play(called + "0:10 | 101 100万 | ok |\n" + warned + "0:53 | hammer | ok |").Live, HallScript.Play(called + warned + "0:53 | pass | ok |").Live })
        {
            Assert.Null(Transcript.Verify(live.Transcript()).Fault);
            Assert.Equal((Unsound.Omitted, "closed"), Without<Closed>(live));
        }
    }

    [Fact]
    public void The_opened_offers_after_the_key_is_published()
    {
        var lot = new SealedLot();
        lot.Seal(1, 1, 1_100_000);
        lot.Seal(2, 2, 1_200_000);
        lot.Give(SealedLot.End.AddSeconds(2), 1);
        lot.Give(SealedLot.End.AddSeconds(3), 2);
        lot.Open(SealedLot.End.AddSeconds(3), 1, 2);
        lot.Live.Close();
        Assert.Null(Transcript.Verify(lot.Live.Transcript()).Fault);
        Assert.Equal((Unsound.Omitted, "offers-opened"), Without<OffersOpened>(lot.Live));
    }

    [Fact]
    public void What_must_open_opens_at_once()
    {
        var live = Scenario.Play("""
            0:01  | A | 100万     | ok
            0:02  | B | max 120万 | ok
            60:01 | - | close     | sold
            """).Live;
        live.Append(live.Auction.At, new DealRecorded("d"));
        Assert.Null(Transcript.Verify(live.Transcript()).Fault);
        Assert.Equal((Unsound.NotOpened, null), Without<SecretsOpened>(live));
        // Not after the deal either.
        var lines = live.Lines.Select(line => line.Fact).ToList();
        (lines[^1], lines[^2]) = (lines[^2], lines[^1]);
        Assert.Equal(Unsound.NotOpened, Transcript.Verify(Chain(live, lines)).Fault!.Why);
    }

    [Fact]
    public void Who_led_with_a_maximum_until_priority_took_its_price_is_second_at_that_price()
    {
        var live = Scenario.Play(
            """
            -1:00 | A | rank 2    | ok
            -1:00 | B | waits     | ok
            0:01  | B | max 120万 | ok    | 100万 B
            0:02  | C | 110万     | ok    | 111万 B
            60:01 | - | match     | ok    | 111万 B
            60:06 | A | 111万     | ok    | 111万 A
            61:01 | - | close     | sold  | 111万 A
            62:00 | - | default   | ok
            """,
            Live.Terms with { Match = new MatchWindow(60, null) }).Live;
        Assert.Equal((2, 111_000_000L), (live.Auction.Trouble.Offer!.Paddle, live.Auction.Trouble.Offer.PriceFen));
        Assert.Null(Transcript.Verify(live.Transcript()).Fault);
    }

    /// <summary>The record chained and signed anew without its lines of one kind.</summary>
    private static (Unsound? Why, string? Detail) Without<T>(Live live)
        where T : Fact
    {
        var fault = Transcript.Verify(Chain(live, live.Lines.Where(line => line.Fact is not T).Select(line => line.Fact))).Fault;
        return (fault?.Why, fault?.Why == Unsound.NotOpened ? null : fault?.Detail);
    }

    private static byte[] Chain(Live live, IEnumerable<Fact> facts)
    {
        var moments = live.Lines.GroupBy(line => line.Fact).ToDictionary(group => group.Key, group => group.First().At);
        var lines = new List<FactLine>();
        foreach (var fact in facts)
        {
            var at = Instant.Later(moments[fact], lines.Count == 0 ? DateTimeOffset.MinValue : lines[^1].At);
            lines.Add(FactLine.Write(fact, lines.Count + 1, lines.Count == 0 ? FactLine.Genesis : lines[^1].Hash, at));
        }

        return Live.TranscriptOf(lines, $"auction/{live.Auction.Terms!.Auction}");
    }
}
