using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>
/// Logs that hold every stored fact name that was ever shipped. They are never written anew: a changed shape gets a new
/// name and a golden log of its own.
/// </summary>
public sealed class GoldenLogTests
{
    private const string English = "golden-auction.ndjson", Hybrid = "golden-formats.ndjson", Ranked = "golden-priority.ndjson", Together = "golden-linked.ndjson";
    private const string Trouble = "golden-trouble.ndjson", Cancelled = "golden-cancelled.ndjson", Sealing = "golden-sealing.ndjson";
    private const string InHall = "golden-hall.ndjson", Passed = "golden-hall-passed.ndjson", HallHolders = "golden-hall-priority.ndjson", Stopped = "golden-hall-stopped.ndjson";
    private const string Listed = "golden-listing.ndjson";

    [Theory]
    [InlineData(English, "20a1837cd1e88acefc637dea370507905498557943af004c6afcb5129f61fa97")]
    [InlineData(Hybrid, "79532bd696ad3128e81d3ca21f00068891e3f48a3ab6e71efc87f0d5e42d710c")]
    [InlineData(Sealing, "3b249859b0d79fcc5ab13db31b9866d1526054dbc9bf45954a7bfcda43c8c2e1")]
    [InlineData(InHall, "b737e2063392bcf6cf42760f08193261e4ddb1e260855ff8eb46c1e813b1c5a7")]
    [InlineData(Passed, "ee110e3f2fe0a22b814f0b1b90229c3b3a3685fb708be7d1fc93d5f3b286ba60")]
    [InlineData(HallHolders, "2850a5a6b95bae0621d95aef83dd3283c80563744490b900ad1a0c4eb87af494")]
    [InlineData(Stopped, "7e78125c85cfa02cda9acf0fad3dd17fa927cf62c5137e980eb497d61c10a695")]
    [InlineData(Ranked, "253dc1b58fed4bd1267fb18b7a7c7fff2f7910460276e619a10a8e76d86de8a5")]
    [InlineData(Listed, "95c8d70dbfce8aeda3336ff93856b05fdb8225083e582ff7e2a97fe6999f323d")]
    [InlineData(Together, "0d351a39ea51594e671d9796a1db66077d6f9cdc2d330ee40c7bd9612f0f0bb1")]
    public void It_is_the_file_that_was_shipped(string name, string sha256) => Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(File(name))));

    [Fact]
    public void Together_they_hold_every_fact_that_the_market_knows()
    {
        var stored = new[] { English, Hybrid, Ranked, Together, Trouble, Cancelled, Sealing, InHall, Passed, HallHolders, Stopped, Listed }.SelectMany(name => Transcript.Verify(File(name)).Lines).Select(line => line.Fact.GetType()).Distinct();
        var known = typeof(AuctionFact).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(AuctionFact)) && !type.IsAbstract);
        Assert.Equal(known.OrderBy(type => type.Name), stored.OrderBy(type => type.Name));
    }

    [Theory]
    [InlineData(English, "golden", 126_000_000, 2, 21, 7)]
    [InlineData(Hybrid, "golden-formats", 107_000_000, 1, 17, 6)]
    [InlineData(Sealing, "golden-sealing", 135_000_000, 2, 15, 4)]
    [InlineData(Ranked, "golden-priority", 121_000_000, 2, 19, 7)]
    [InlineData(Together, "golden-linked", 101_000_000, 2, 11, 2)]
    [InlineData(Listed, "golden-listing", 105_000_000, 1, 15, 4)]
    [InlineData(InHall, "golden-hall", 106_000_000, 202, 27, 3, 2)]
    [InlineData(HallHolders, "golden-hall-priority", 101_000_000, 101, 24, 4, 2)]
    [InlineData(Stopped, "golden-hall-stopped", 101_000_000, 201, 23, 2, 2)]
    public void It_verifies_and_folds_as_it_always_did(string name, string auction, long priceFen, int winner, long version, long bids, long refused = 3)
    {
        var check = Transcript.Verify(File(name));
        Assert.Null(check.Fault);
        var folded = check.Replayed!;
        Assert.Equal(new Closed(Outcome.Sold, priceFen, winner, refused, folded.Result!.RefusedDigest), folded.Result);
        Assert.Equal((auction, version, bids), (folded.Terms!.Auction, folded.Version, folded.Bids));
    }

    [Theory]
    [InlineData(English)]
    [InlineData(Hybrid)]
    [InlineData(Sealing)]
    [InlineData(InHall)]
    [InlineData(Passed)]
    [InlineData(HallHolders)]
    [InlineData(Stopped)]
    [InlineData(Ranked)]
    [InlineData(Together)]
    [InlineData(Trouble)]
    [InlineData(Cancelled)]
    [InlineData(Listed)]
    public void Each_line_is_written_today_as_it_was_then(string name)
    {
        var prev = FactLine.Genesis;
        foreach (var text in Encoding.UTF8.GetString(File(name)).TrimEnd('\n').Split('\n').SkipLast(1))
        {
            var line = AuctionLines.Read(Encoding.UTF8.GetBytes(text));
            Assert.Equal(text, Encoding.UTF8.GetString(FactLine.Write(line.Fact, line.Version, prev, line.At).Bytes));
            prev = line.Hash;
        }
    }

    private static byte[] File(string name) => System.IO.File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", name));
}
