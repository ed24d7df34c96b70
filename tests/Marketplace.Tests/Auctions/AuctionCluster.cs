using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Marketplace.Tests.Host;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Core.Internal;
using Orleans.TestingHost;

namespace Marketplace.Tests.Auctions;

/// <summary>
/// Two real silos on one real database. Only the market's clock is driven by the test; Orleans keeps its own time.
/// </summary>
public sealed class AuctionCluster : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 24, 6, 0, 0, TimeSpan.Zero);
    private readonly TestDatabase _database;
    private readonly InProcessTestCluster _cluster;

    private AuctionCluster(TestDatabase database, InProcessTestCluster cluster, FakeTimeProvider clock, MarketClock told, FaultyStore store) =>
        (_database, _cluster, Clock, Told, Store) = (database, cluster, clock, told, store);

    public IMarketplaceDbFactory Databases => _database.Databases;

    public FakeTimeProvider Clock { get; }

    /// <summary>What the nodes make of it; nothing else before a test lets it follow a reference.</summary>
    public MarketClock Told { get; }

    public FaultyStore Store { get; }

    /// <summary>Looks only when a test says so.</summary>
    public required PlatformProbe Probe { get; init; }

    public static async Task<AuctionCluster> Create(string? postgres)
    {
        var database = await TestDatabase.Create(postgres);
        var clock = new FakeTimeProvider(Start);
        var told = new MarketClock(clock);
        var store = new FaultyStore(database.Store);
        var probe = new PlatformProbe(store, told, Microsoft.Extensions.Logging.Abstractions.NullLogger<PlatformProbe>.Instance);
        var builder = new InProcessTestClusterBuilder(initialSilosCount: 2);
        builder.ConfigureSilo((_, silo) =>
        {
            OrleansFeature.ConfigureSilo(silo);
            silo.Services.AddSingleton<IMarketplaceDbFactory>(database.Databases);
            silo.Services.AddSingleton<IFactStore>(store);
            silo.Services.AddSingleton(database.Keys);
            silo.Services.AddSingleton(probe);
            silo.Services.AddSingleton(services => new StreamServices(store, database.Keys, told, services.GetRequiredService<Microsoft.Extensions.Logging.ILogger<StreamServices>>()));
        });
        builder.ConfigureClient(client => OrleansFeature.AddMarketSerializers(client.Services));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new AuctionCluster(database, cluster, clock, told, store) { Probe = probe };
    }

    /// <summary>Announces an English auction of an hour that opens in a minute, 10,000 yuan, step 100 yuan, soft close five minutes.</summary>
    public Task<IAuctionGrain> Announce(string id, int bidders, Secret? reserve = null) => Announce(id, bidders, reserve, t => t);

    /// <summary>The same as a listing, whose notice ends in a minute and is extended once, by ten minutes.</summary>
    public Task<IAuctionGrain> AnnounceListed(string id, int bidders) => Announce(id, bidders, null, t => (t with { Listing = new ListingTerms(1, 600, null) }).In(Formats.Listed));

    private async Task<IAuctionGrain> Announce(string id, int bidders, Secret? reserve, Func<Terms, Terms> change)
    {
        var grain = Auction(id);
        var opens = Clock.GetUtcNow() + TimeSpan.FromMinutes(1);
        var terms = new Terms
        {
            Auction = id,
            StartPriceFen = 1_000_000,
            Steps = [new Step(0, 10_000)],
            OpensAt = opens,
            EndsAt = opens + TimeSpan.FromHours(1),
            SoftCloseSeconds = 300,
            ReserveCommitment = reserve?.Commitment(),
        };
        Assert.True((await grain.FixTerms(change(terms), reserve)).Done);
        for (var paddle = 1; paddle <= bidders; paddle++) Assert.True((await grain.Admit(paddle, null)).Done);
        return grain;
    }

    public async Task<IAuctionGrain> AnnounceAndOpen(string id, int bidders, Secret? reserve = null)
    {
        var grain = await Announce(id, bidders, reserve);
        Clock.Advance(TimeSpan.FromMinutes(1));
        return grain;
    }

    /// <summary>Announces a lot for the hall, from now on callable: floor 101–120, net 201 upwards.</summary>
    public async Task<IAuctionGrain> AnnounceHall(string id, TieRule tie = TieRule.FirstReceived, int each = 2)
    {
        var grain = Auction(id);
        var opens = Clock.GetUtcNow();
        var terms = new Terms
        {
            Auction = id,
            StartPriceFen = 1_000_000,
            Steps = [new Step(0, 10_000)],
            OpensAt = opens,
            EndsAt = opens,
            SoftCloseSeconds = 0,
            Hall = new HallTerms(10, tie, 101, 120),
        };
        Assert.True((await grain.FixTerms(terms.In(Formats.Hall), null)).Done);
        for (var n = 0; n < each; n++)
        {
            Assert.True((await grain.Admit(101 + n, null)).Done);
            Assert.True((await grain.Admit(201 + n, null)).Done);
        }

        return grain;
    }

    public IAuctionGrain Auction(string id) => _cluster.Client.GetGrain<IAuctionGrain>(id);

    public BidCommand Bid(int paddle, string id, long fen) => new(paddle, id, fen, null, Clock.GetUtcNow());

    public BidCommand Proxy(int paddle, string id, long fen) => new(paddle, id, null, fen, Clock.GetUtcNow());

    /// <summary>Ends the activation; the next call makes a new one, perhaps on the other silo.</summary>
    public static async Task Deactivate(IAuctionGrain grain) => await grain.Cast<IGrainManagementExtension>().DeactivateOnIdle();

    public SignedHead Sign(string id, FactLine line) => _database.Keys.Sign(AuctionGrain.StreamOf(id), line.Version, line.Hash);

    /// <summary>The log as it is stored, folded.</summary>
    public async Task<(Auction State, List<FactLine> Lines)> Log(string id)
    {
        var lines = new List<FactLine>();
        var state = Domain.Auctions.Auction.Nothing;
        await foreach (var stored in _database.Store.Read(AuctionGrain.StreamOf(id)))
        {
            var line = AuctionLines.Read(stored.Bytes, stored.Secret);
            Assert.Equal(lines.Count + 1, line.Version);
            lines.Add(line);
            state = state.Fold(line);
        }

        return (state, lines);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _database.DisposeAsync();
    }
}
