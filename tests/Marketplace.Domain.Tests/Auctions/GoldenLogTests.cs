using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>
/// A log with every stored fact name that was ever shipped. It is never written anew: a changed shape gets a new name
/// and a line at the end of its own golden log.
/// </summary>
public sealed class GoldenLogTests
{
    private static readonly byte[] File = System.IO.File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "golden-auction.ndjson"));

    [Fact]
    public void It_is_the_file_that_was_shipped() =>
        Assert.Equal("20a1837cd1e88acefc637dea370507905498557943af004c6afcb5129f61fa97", Convert.ToHexStringLower(SHA256.HashData(File)));

    [Fact]
    public void It_holds_every_fact_that_the_market_knows()
    {
        var stored = Transcript.Verify(File).Lines.Select(line => line.Fact.GetType()).Distinct();
        var known = typeof(AuctionFact).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(AuctionFact)) && !type.IsAbstract);
        Assert.Equal(known.OrderBy(type => type.Name), stored.OrderBy(type => type.Name));
    }

    [Fact]
    public void It_verifies_and_folds_as_it_always_did()
    {
        var check = Transcript.Verify(File);
        Assert.Null(check.Fault);
        var auction = check.Replayed!;
        Assert.Equal(new Closed(Outcome.Sold, 126_000_000, 2, 3, auction.Result!.RefusedDigest), auction.Result);
        Assert.Equal(("golden", 21L, 2, 7L), (auction.Terms!.Auction, auction.Version, auction.Epoch, auction.Bids));
    }

    [Fact]
    public void Each_line_is_written_today_as_it_was_then()
    {
        var prev = FactLine.Genesis;
        foreach (var text in Encoding.UTF8.GetString(File).TrimEnd('\n').Split('\n').SkipLast(1))
        {
            var line = AuctionLines.Read(Encoding.UTF8.GetBytes(text));
            Assert.Equal(text, Encoding.UTF8.GetString(FactLine.Write(line.Fact, line.Version, prev, line.At).Bytes));
            prev = line.Hash;
        }
    }
}
