using System.Security.Cryptography;
using Marketplace.Auctions;
using Marketplace.Auctions.Sealing;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;
using Marketplace.Platform.Streams;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Auctions.Sealing;

/// <summary>A crash at any point of offers, shares and opening repeats to the same end, on both databases.</summary>
public abstract class CeremonyCrashContract : IAsyncLifetime
{
    private AuctionCluster _market = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<AuctionCluster> CreateCluster();

    public async ValueTask InitializeAsync() => _market = await CreateCluster();

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_step_may_break_before_or_after_it_is_durable(bool afterCommit)
    {
        var id = $"crash-{afterCommit}";
        var (grain, shares, seal) = await Announce(id);
        _market.Clock.Advance(TimeSpan.FromMinutes(1));
        await Repeated(afterCommit, async () => Assert.Null((await grain.SealOffer(seal(1, 1_500_000))).Refusal));
        await Repeated(afterCommit, async () => Assert.Null((await grain.SealOffer(seal(2, 1_700_000))).Refusal));
        await AuctionCluster.Deactivate(grain);
        Assert.Null((await grain.SealOffer(seal(1, 1_500_000))).Refusal);

        _market.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(2));
        // A node that broke before anybody was served after the end would be a silence in the last minutes, which pauses.
        var end = (await grain.Look()).EndsAt;
        await Eventually.Become("served after the end", TimeSpan.FromSeconds(20), async () => await _market.Store.ServedUntil(AuctionGrain.StreamOf(id), Token) > end);
        Assert.Equal("opening", (await grain.Look()).Phase);
        await Repeated(afterCommit, async () => Assert.Equal(1, (await grain.GiveShare(new ShareCommand(3, shares[2], _market.Clock.GetUtcNow()))).Value));
        await AuctionCluster.Deactivate(grain);
        Assert.Equal("opening", (await grain.Look()).Phase);

        // The share that opens is durable, and everything after it breaks once: share, opening and close in turn.
        await Repeated(afterCommit, async () => await grain.GiveShare(new ShareCommand(1, shares[0], _market.Clock.GetUtcNow())));
        if (afterCommit) _market.Store.BreakAfterCommit(2);
        else _market.Store.BreakBeforeCommit(2);
        await Eventually.Become("closed", TimeSpan.FromSeconds(30), async () =>
        {
            try
            {
                return (await grain.Look()).Phase == "closed";
            }
            catch (OutcomeUnknownException)
            {
                return false;
            }
        });

        var (state, lines) = await _market.Log(id);
        Assert.Equal((Outcome.Sold, 1_700_000, 2), (state.Result!.Outcome, state.Result.PriceFen, state.Result.Winner));
        Assert.Equal([3, 1], lines.Select(l => l.Fact).OfType<ShareGiven>().Select(f => f.Index));
        Assert.Single(lines, l => l.Fact is EnvelopesPublished);
        Assert.Single(lines, l => l.Fact is OffersOpened);
        Assert.Equal(2, lines.Count(l => l.Fact is OfferSealed));
        await using var db = _market.Databases.Create();
        Assert.Equal(2, await db.Set<EnvelopeRow>().CountAsync(e => e.Auction == id, Token));
        Assert.Equal(0, await db.Set<GivenShareRow>().CountAsync(e => e.Auction == id, Token));
    }

    [Fact]
    public async Task Without_enough_shares_it_stays_open_to_them_however_long_it_takes()
    {
        var (grain, shares, seal) = await Announce("patient");
        _market.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await grain.SealOffer(seal(1, 1_500_000))).Refusal);
        _market.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(2));
        Assert.True((await grain.GiveShare(new ShareCommand(2, shares[1], _market.Clock.GetUtcNow()))).Done);
        _market.Clock.Advance(TimeSpan.FromDays(3));
        await AuctionCluster.Deactivate(grain);
        await grain.Poke();
        Assert.Equal("opening", (await grain.Look()).Phase);
        Assert.True((await grain.GiveShare(new ShareCommand(1, shares[0], _market.Clock.GetUtcNow()))).Done);
        await Eventually.Become("closed", TimeSpan.FromSeconds(30), async () => (await grain.Look()).Phase == "closed");
    }

    private async Task Repeated(bool afterCommit, Func<Task> step)
    {
        if (afterCommit) _market.Store.BreakAfterCommit();
        else _market.Store.BreakBeforeCommit();
        await Assert.ThrowsAsync<OutcomeUnknownException>(step);
        await step();
    }

    private async Task<(IAuctionGrain Grain, byte[][] Shares, Func<int, long, OfferCommand> Seal)> Announce(string id)
    {
        var scalar = RandomNumberGenerator.GetBytes(32);
        var shares = Shamir.Split(scalar, 2, 3, RandomNumberGenerator.GetBytes(32));
        var key = new OpeningKey(
            Convert.ToHexStringLower(SealedBox.PublicKeyOf(scalar)!), 2,
            [.. Enum.GetValues<ShareHolder>().Zip(shares, (h, s) => new HeldShare(h, Convert.ToHexStringLower(SHA256.HashData([(byte)h])), KeyShare.Commitment(id, s)))]);
        var opens = _market.Clock.GetUtcNow() + TimeSpan.FromMinutes(1);
        var grain = _market.Auction(id);
        var terms = new Terms
        {
            Auction = id,
            StartPriceFen = 1_000_000,
            Steps = [new Step(0, 1)],
            OpensAt = opens,
            EndsAt = opens + TimeSpan.FromHours(1),
            SoftCloseSeconds = 0,
            OpeningKey = key,
        }.In(Formats.Sealed);
        Assert.Null((await grain.FixTerms(terms, null)).Refusal);
        for (var paddle = 1; paddle <= 2; paddle++) Assert.True((await grain.Admit(paddle, null)).Done);
        return (grain, shares, (paddle, fen) =>
        {
            var secret = new Secret(Convert.ToHexStringLower(SHA256.HashData([(byte)paddle])), fen);
            // The same bytes each time: a repetition is the same offer.
            var envelope = Envelope.Seal(key.Point, SHA256.HashData([(byte)paddle, 1]), id, paddle, "o", secret);
            return new OfferCommand(paddle, "o", secret.Commitment(), envelope, _market.Clock.GetUtcNow());
        }
        );
    }
}

public sealed class CeremonyCrashOnSqlite : CeremonyCrashContract
{
    protected override Task<AuctionCluster> CreateCluster() => AuctionCluster.Create(null);
}

public sealed class CeremonyCrashOnPostgres(PostgresFixture postgres) : CeremonyCrashContract
{
    protected override async Task<AuctionCluster> CreateCluster() => await AuctionCluster.Create(await postgres.CreateMarket());
}
