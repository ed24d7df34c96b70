using System.Text;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>A true record is accepted, and one with anything changed is not (rule 24).</summary>
public sealed class TranscriptTests
{
    /// <summary>A sale with a beaten maximum, an unbeaten one, a lifted reserve and a deal.</summary>
    private static Live Sale()
    {
        var live = new Live();
        live.Announce(Live.Terms, reserveFen: 105_000_000, bidders: 3);
        live.Bid(Live.Noon.AddMinutes(1), 1, "a", 100_000_000);
        live.Bid(Live.Noon.AddMinutes(2), 2, "a", null, 110_000_000);
        live.Bid(Live.Noon.AddMinutes(58), 3, "a", null, 120_000_000);
        live.Close();
        live.Append(live.Auction.At, new DealRecorded("d1"));
        return live;
    }

    [Fact]
    public void A_true_record_is_good()
    {
        var live = Sale();
        var check = Transcript.Verify(live.Transcript(), [Live.KeyId]);
        Assert.Null(check.Fault);
        Assert.True(check.Pinned);
        Assert.Equal(new Closed(Outcome.Sold, 111_000_000, 3, 3, live.Auction.Result!.RefusedDigest), check.Replayed!.Result);
    }

    [Fact]
    public void A_record_without_its_last_line_feed_is_good() => Assert.Null(Transcript.Verify(Sale().Transcript()[..^1]).Fault);

    [Fact]
    public void Every_record_of_an_auction_that_goes_on_is_good_as_far_as_it_goes()
    {
        var live = Sale();
        var closed = live.Lines.FindIndex(line => line.Fact is Closed);
        for (var count = 1; count <= closed; count++)
        {
            var check = Transcript.Verify(Live.TranscriptOf(live.Lines[..count], "auction/a1"), [Live.KeyId]);
            Assert.Null(check.Fault);
            Assert.Null(check.Replayed);
        }
    }

    [Fact]
    public void A_record_with_any_byte_changed_is_not_accepted()
    {
        var good = Sale().Transcript();
        // The last line feed ends the file and may be missing; it is no part of any line.
        for (var i = 0; i < good.Length - 1; i++)
        {
            foreach (var other in (byte[])[(byte)(good[i] ^ 1), (byte)(good[i] ^ 0x20), (byte)'0', (byte)' ', (byte)'\n', 0, 0xFF])
            {
                if (other == good[i]) continue;
                var bad = good.ToArray();
                bad[i] = other;
                Assert.False(Transcript.Verify(bad).IsGood, $"byte {i} as {other}: {Encoding.Latin1.GetString(bad, Math.Max(0, i - 20), Math.Min(40, bad.Length - i))}");
            }
        }
    }

    [Fact]
    public void A_record_with_any_byte_inserted_or_dropped_is_not_accepted()
    {
        var good = Sale().Transcript();
        for (var i = 0; i < good.Length - 1; i++)
        {
            Assert.False(Transcript.Verify([.. good[..i], .. good[(i + 1)..]]).IsGood);
            foreach (var more in " \n\r0"u8.ToArray()) Assert.False(Transcript.Verify([.. good[..i], more, .. good[i..]]).IsGood);
        }
    }

    [Fact]
    public void A_record_with_any_line_dropped_doubled_or_swapped_is_not_accepted()
    {
        var good = Encoding.UTF8.GetString(Sale().Transcript()).TrimEnd('\n').Split('\n');
        for (var i = 0; i < good.Length; i++)
        {
            Assert.False(Check([.. good[..i], .. good[(i + 1)..]]));
            Assert.False(Check([.. good[..i], good[i], .. good[i..]]));
            for (var j = 0; j < i; j++)
            {
                string[] swapped = [.. good];
                (swapped[i], swapped[j]) = (swapped[j], swapped[i]);
                Assert.False(Check(swapped));
            }
        }

        static bool Check(string[] lines) => Transcript.Verify(Encoding.UTF8.GetBytes(string.Join('\n', lines) + '\n')).IsGood;
    }

    [Fact]
    public void A_record_of_another_key_or_another_auction_is_not_accepted()
    {
        var live = Sale();
        Assert.Equal(Unsound.ForeignKey, Transcript.Verify(live.Transcript(), [new string('0', 64)]).Fault!.Why);
        Assert.Equal(Unsound.HeadOfAnother, Transcript.Verify(Live.TranscriptOf(live.Lines, "auction/a2")).Fault!.Why);
        Assert.Equal(Unsound.NotTermsFirst, Transcript.Verify(Live.TranscriptOf([FactLine.Write(new Opened(), 1, FactLine.Genesis, Live.Noon)], "auction/a1")).Fault!.Why);
        Assert.Equal(Unsound.NoHead, Transcript.Verify([]).Fault!.Why);
    }

    [Fact]
    public void The_same_content_written_another_way_is_not_accepted()
    {
        var live = Sale();
        var first = live.Lines[0];
        var spaced = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(first.Bytes).Replace("\"v\":1", "\"v\": 1", StringComparison.Ordinal));
        var line = first with { Bytes = spaced, Hash = FactLine.HashOf(spaced) };
        Assert.Equal(Unsound.NotCanonical, Transcript.Verify(Live.TranscriptOf([line], "auction/a1")).Fault!.Why);
    }

    public static TheoryData<string, Unsound> Lies => new()
    {
        { "price", Unsound.WrongStanding },
        { "leader", Unsound.WrongStanding },
        { "end", Unsound.WrongStanding },
        { "winner", Unsound.WrongResult },
        { "unsold", Unsound.WrongResult },
        { "maximum", Unsound.WrongCommitment },
        { "reserve", Unsound.WrongCommitment },
        { "effective", Unsound.WrongOpening },
        { "unbeaten opened", Unsound.WrongOpening },
        { "beaten hidden", Unsound.WrongStanding },
        { "opening missing", Unsound.NotOpened },
        { "late bid", Unsound.AgainstTheRules },
        { "off step", Unsound.AgainstTheRules },
        { "below", Unsound.AgainstTheRules },
        { "stranger", Unsound.AgainstTheRules },
        { "closed early", Unsound.WrongCloseMoment },
        { "closed late", Unsound.WrongCloseMoment },
        { "rules", Unsound.UnknownRules },
        { "steps", Unsound.TermsNotAllowed },
        { "epoch", Unsound.WrongResumption },
        { "bid after close", Unsound.AfterTheClose },
        { "bid twice", Unsound.SaidTwice },
    };

    /// <summary>Chain and signature are good: only the rules tell that the market lied.</summary>
    [Theory]
    [MemberData(nameof(Lies))]
    public void A_lie_with_a_good_chain_and_signature_is_found_by_the_replay(string lie, Unsound why)
    {
        var live = Sale();
        var bad = live.Forge(line => (lie, line.Fact) switch
        {
            ("price", BidAccepted f) => (f with { After = f.After with { PriceFen = f.After.PriceFen - 1 } }, line.At),
            ("leader", ProxyAccepted { Paddle: 3 } f) => (f with { After = f.After with { Leader = 2 } }, line.At),
            ("end", ProxyAccepted { Paddle: 3 } f) => (f with { After = f.After with { EndsAt = f.After.EndsAt.AddSeconds(1) } }, line.At),
            ("winner", Closed f) => (f with { Winner = 2 }, line.At),
            ("unsold", Closed f) => (f with { Outcome = Outcome.Unsold, Winner = null, PriceFen = null }, line.At),
            ("maximum", SecretsOpened f) => (f with { Items = [.. f.Items.Select(i => i.Nonce is not null && i.Version > 1 ? i with { ValueFen = 109_000_000 } : i)] }, line.At),
            ("reserve", SecretsOpened f) => (f with { Items = [.. f.Items.Select(i => i.Version == 1 ? i with { ValueFen = 104_000_000 } : i)] }, line.At),
            ("effective", SecretsOpened f) => (f with { Items = [.. f.Items.Select(i => i.Nonce is null ? i with { ValueFen = 112_000_000 } : i)] }, line.At),
            ("unbeaten opened", SecretsOpened f) => (f with { Items = [.. f.Items.Select(i => i.Nonce is null ? Full(live, i) : i)] }, line.At),
            ("beaten hidden", SecretsOpened f) => (f with { Items = [.. f.Items.Select(i => i.Nonce is not null && i.Version > 1 ? i with { ValueFen = 105_000_000, Nonce = null } : i)] }, line.At),
            ("opening missing", SecretsOpened f) => (f with { Items = [.. f.Items.Where(i => i.Nonce is not null)] }, line.At),
            ("late bid", ProxyAccepted { Paddle: 3 }) => (line.Fact, Live.Noon.AddHours(1)),
            ("off step", BidAccepted f) => (f with { AmountFen = 100_500_000, After = f.After with { PriceFen = 100_500_000 } }, line.At),
            ("below", BidAccepted f) => (f with { AmountFen = 99_000_000, After = f.After with { PriceFen = 99_000_000 } }, line.At),
            ("stranger", BidAccepted f) => (f with { Paddle = 9, After = f.After with { Leader = 9 } }, line.At),
            ("closed early", Closed f) => (f, line.At.AddSeconds(-1)),
            ("closed late" or "late bid", Closed or SecretsOpened or DealRecorded) => (line.Fact, line.At.AddSeconds(1)),
            ("rules", TermsFixed f) => (f with { Terms = f.Terms with { Rules = "zjp-english.0" } }, line.At),
            ("steps", TermsFixed f) => (f with { Terms = f.Terms with { Steps = [new Step(5, 5)] } }, line.At),
            ("epoch", Opened) => (new Resumed(2, line.At, Live.Terms.EndsAt, false), line.At),
            ("bid after close", DealRecorded) => (new BidAccepted(1, "z", 112_000_000, new Standing(112_000_000, 1, live.Auction.EndsAt)), line.At),
            ("bid twice", ProxyAccepted { Paddle: 3 }) => (live.Lines.First(l => l.Fact is BidAccepted).Fact, line.At),
            _ => (line.Fact, line.At),
        });
        var check = Transcript.Verify(bad, [Live.KeyId]);
        Assert.Equal(why, check.Fault?.Why);
    }

    [Fact]
    public void A_close_without_the_openings_it_needs_is_not_accepted()
    {
        var live = Sale();
        var upToClose = live.Lines.TakeWhile(line => line.Fact is not SecretsOpened).ToList();
        Assert.Equal(Unsound.NotOpened, Transcript.Verify(Live.TranscriptOf(upToClose, "auction/a1")).Fault!.Why);
    }

    [Fact]
    public void A_promised_reserve_must_be_opened_even_when_it_decided_nothing()
    {
        var live = new Live();
        live.Announce(Live.Terms with { OpensReserve = true }, reserveFen: 105_000_000, bidders: 1);
        live.Close();
        Assert.Null(Transcript.Verify(live.Transcript()).Fault);
        Assert.Equal(Unsound.NotOpened, Transcript.Verify(Live.TranscriptOf(live.Lines[..^1], "auction/a1")).Fault!.Why);
    }

    [Fact]
    public void Moments_at_the_end_of_the_calendar_are_a_fault_and_no_crash()
    {
        var live = Sale();
        var last = new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);
        Assert.False(Transcript.Verify(live.Forge(line => line.Fact is DealRecorded ? (new BreakpointSet("x", last, last), last) : (line.Fact, line.At))).IsGood);
        Assert.False(Transcript.Verify(live.Forge(line => line.Fact is TermsFixed f ? (f with { Terms = f.Terms with { EndsAt = last } }, line.At) : (line.Fact, line.At))).IsGood);
    }

    private static OpenedSecret Full(Live live, OpenedSecret item)
    {
        var secret = live.Lines[(int)item.Version - 1].Fact.Secret!;
        return new OpenedSecret(item.Version, secret.ValueFen, secret.Nonce);
    }
}
