using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Auctions.Sealing;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Auctions.Sealing;

/// <summary>
/// Nobody reads a sealed offer before the opening, the market included: everything that the market has written down, its log at
/// its most talkative and its own keys are searched for the amounts and the key, and tried on the envelopes.
/// </summary>
public partial class SealedLeakTests : IAsyncLifetime
{
    private readonly BlindMarket _market = new();

    // Far from anything else that is a number here, and each distinct in every digit group.
    private static readonly long[] Offers = [9_876_543_210_123, 7_654_321_098_765, 8_135_792_468_013];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Nothing_that_the_market_has_tells_an_offer_or_the_key_before_the_opening()
    {
        var sale = await _market.ScheduleSealed(TimeSpan.FromSeconds(40), lastsSeconds: 10);
        var id = sale.Lot.Id;
        var bidders = new List<Joined>();
        foreach (var _ in Offers) bidders.Add(await _market.Join(sale.Lot, ceilingFen: 50_000_000_000_000));
        // Whoever types it into the wrong form, too early or too late, has told nobody either.
        foreach (var (bidder, fen) in bidders.Zip(Offers)) await Mistypes(bidder, id, fen, "NotOpenYet");
        await _market.Reaches(id, "open");
        foreach (var (bidder, fen) in bidders.Zip(Offers)) Assert.Equal(HttpStatusCode.OK, (await BidderProgram.Send(bidder.Enterprise.Api, id, "o-1", fen, Token)).StatusCode);
        foreach (var (bidder, fen) in bidders.Zip(Offers)) await Mistypes(bidder, id, fen, "NotInThisStage");
        // A holder who comes too early is turned away unread: not even the log has seen the share.
        Assert.Equal(HttpStatusCode.Conflict, (await _market.Bring(sale, 1)).StatusCode);
        foreach (var page in new[] { $"/auctions/{id}", $"/auctions/{id}/opening", $"/auctions/{id}/transcript-view", $"/api/auctions/{id}/transcript", $"/api/auctions/{id}/updates?after=0" })
        {
            foreach (var reader in new[] { bidders[0].Enterprise.Pages, sale.Lot.Operator.Pages, sale.Keepers[1].Person.Pages, _market.CreateClient() })
                Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync(page, Token)).StatusCode);
        }

        var hunt = new SecretHunt();
        foreach (var fen in Offers) hunt.Amount($"the offer {fen}", fen);
        hunt.Key("the private key", sale.Scalar);
        var shares = new SecretHunt();
        foreach (var share in sale.Shares) shares.Key($"share {share[0]}", share[1..]);
        Assert.Empty(hunt.In(await Everything()));
        Assert.Empty(shares.In(await Everything()));
        await NoKeyOfTheMarketOpens(sale);

        // One share after the end is there and says nothing yet.
        await _market.Reaches(id, "opening");
        foreach (var (bidder, fen) in bidders.Zip(Offers)) await Mistypes(bidder, id, fen, "AlreadyEnded");
        Assert.Equal(HttpStatusCode.Conflict, (await BidderProgram.Send(bidders[0].Enterprise.Api, id, "late", Offers[0], Token)).StatusCode);
        await Eventually.Become("the late offer to be shown", TimeSpan.FromSeconds(10), async () =>
            (await bidders[0].Enterprise.Pages.GetStringAsync($"/auctions/{id}/opening", Token)).Contains("late-offer", StringComparison.Ordinal));
        await Eventually.Become("the moment after the end to be over", TimeSpan.FromSeconds(10), async () => await _market.Auction(id).MayGiveShare(2) is null);
        Assert.Equal(HttpStatusCode.OK, (await _market.Bring(sale, 2)).StatusCode);
        Assert.Empty(hunt.In(await Everything()));
        await NoKeyOfTheMarketOpens(sale);

        // The same search finds them as soon as they are public: it can find.
        Assert.Equal(HttpStatusCode.OK, (await _market.Bring(sale, 1)).StatusCode);
        await _market.Reaches(id, "closed");
        var found = hunt.In(await Everything());
        Assert.All(Offers, fen => Assert.Contains(found, f => f.StartsWith($"the offer {fen} as", StringComparison.Ordinal) && f.Contains("facts", StringComparison.Ordinal)));
        Assert.Contains(found, f => f.StartsWith("the private key as hex", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\"amountFen\":9876543210123}")]
    [InlineData("¥98,765,432,101.23")]
    [InlineData("9876543.210123 万元")]
    [InlineData("amount=8fb8fd9828b")]
    [InlineData("xxOTg3NjU0MzIxMDEyMw==")]
    [InlineData("OTg3NjU0MzIxMDEyMw==")]
    public void The_hunt_finds_what_is_planted(string text)
    {
        var hunt = new SecretHunt();
        hunt.Amount("the offer", Offers[0]);
        Assert.NotEmpty(hunt.In([("here", Encoding.UTF8.GetBytes(text))]));
        Assert.NotEmpty(hunt.In([("here", [7, .. BitConverter.GetBytes(Offers[0]), 7])]));
        Assert.Empty(hunt.In([("here", RandomNumberGenerator.GetBytes(100_000))]));
    }

    private async Task<List<(string Where, byte[] Bytes)>> Everything()
    {
        var all = await _market.InDatabase(db => SecretHunt.Database(db, Token));
        Assert.Contains(all, a => a.Where.Contains("sealed_envelopes", StringComparison.Ordinal));
        all.AddRange(SecretHunt.Folder(_market.Folder));
        all.Add(("the backup", await _market.Backup(Token)));
        all.Add(("the log", Encoding.UTF8.GetBytes(string.Join('\n', _market.Log))));
        return all;
    }

    private static async Task Mistypes(Joined bidder, string id, long fen, string reason)
    {
        var answer = await bidder.Enterprise.Api.PostAsJsonAsync($"/api/auctions/{id}/bids", new { bidId = $"open-{reason}", amountFen = fen }, Token);
        Assert.Equal(reason, (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("code").GetString());
        var token = await bidder.Enterprise.Pages.GetStringAsync("/desk/members", Token);
        Assert.Equal(HttpStatusCode.Conflict, (await bidder.Enterprise.Pages.Submit(token, $"/auctions/{id}?handler=Bid", new() { ["amount"] = Fen.Plain(fen), ["sure"] = "true" })).StatusCode);
    }

    /// <summary>Every 32 bytes in a row of every key file, as they are and out of their PEM or base64, tried on every envelope and share box.</summary>
    private async Task NoKeyOfTheMarketOpens(SealedSale sale)
    {
        var candidates = new List<byte[]>();
        foreach (var (_, bytes) in SecretHunt.Folder(Path.Combine(_market.Folder, "keys")))
        {
            var text = Encoding.UTF8.GetString(bytes);
            candidates.AddRange(Windows(bytes));
            foreach (Match match in Base64().Matches(text.Replace("\n", "", StringComparison.Ordinal)))
            {
                var buffer = new byte[match.Length];
                if (Convert.TryFromBase64String(match.Value, buffer, out var length)) candidates.AddRange(Windows(buffer[..length]));
            }
        }

        Assert.True(candidates.Count > 32, "The market has keys.");
        var boxes = await _market.InDatabase(db => db.Set<LotShareRow>().Where(s => s.Auction == sale.Lot.Id).OrderBy(s => s.Number).Select(s => s.Box).ToListAsync(Token));
        var envelopes = await _market.InDatabase(db => db.Set<EnvelopeRow>().Where(e => e.Auction == sale.Lot.Id).OrderBy(e => e.Version).Select(e => e.Bytes).ToListAsync(Token));
        Assert.Equal((3, Offers.Length), (boxes.Count, envelopes.Count));
        var paddles = await _market.InDatabase(db => db.Set<Marketplace.Auctions.PaddleRow>().Where(p => p.Auction == sale.Lot.Id).Select(p => p.Paddle).ToListAsync(Token));
        foreach (var candidate in candidates.DistinctBy(Convert.ToHexString).Where(c => SealedBox.PublicKeyOf(c) is { } point && point.Length > 0))
        {
            for (var i = 0; i < boxes.Count; i++) Assert.Null(KeyShare.Open(boxes[i], candidate, sale.Lot.Id, i + 1));
            foreach (var paddle in paddles) Assert.Null(Envelope.Open(envelopes[0], candidate, sale.Lot.Id, paddle, "o-1"));
        }

        // With the key they do open: what was tried above are the real ones.
        Assert.Contains(paddles, paddle => Envelope.Open(envelopes[0], sale.Scalar, sale.Lot.Id, paddle, "o-1") is Secret { ValueFen: var fen } && Offers.Contains(fen));
        Assert.Equal(sale.Shares[1], KeyShare.Open(boxes[1], sale.Keepers[1].Scalar, sale.Lot.Id, 2));
    }

    private static IEnumerable<byte[]> Windows(byte[] bytes) => Enumerable.Range(0, Math.Max(0, bytes.Length - 31)).Select(i => bytes[i..(i + 32)]);

    [GeneratedRegex("[A-Za-z0-9+/]{40,}={0,2}")]
    private static partial Regex Base64();
}
