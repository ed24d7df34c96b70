using System.Text.Json;
using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Notifications;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Tests.Auctions;

/// <summary>Who is told what about a lot, by what stands in the database at that moment.</summary>
public sealed class LotNewsTests : IAsyncLifetime
{
    private const string Id = "ZJP-2026-7719";
    private readonly Guid _seller = Guid.CreateVersion7();
    private TestDatabase _database = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => Instant.Cut(TimeProvider.System.GetUtcNow());

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.Create(null);
        await using var db = _database.Databases.Create();
        db.Add(new Lot { Id = Id, Achievement = Guid.CreateVersion7(), Seller = _seller, Title = "溅射薄膜压力芯片", Summary = "", SellerName = "越州大学", Steps = "", Phase = "open", State = LotState.Announced });
        await db.SaveChangesAsync(Stop);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_lead_that_is_lost_while_its_lines_are_read_is_told_at_the_price_that_took_it()
    {
        var (first, _) = (await Bidder(1), await Bidder(2));
        Bid(1, paddle: 1, 100_000_00);
        // Which lots have moved was read, their lines were not.
        using var news = new OutbidNews(new Between(_database.Databases, () => Bid(2, paddle: 2, 120_000_00)), new Notifier(), TimeProvider.System, NullLogger<OutbidNews>.Instance);
        Assert.Equal(1, await news.Turn(Stop));
        var told = Assert.Single(await Told());
        Assert.Equal((first, NoticeKind.Outbid), (told.Recipient, told.Kind));
        Assert.Contains(NoticeValue.Money(120_000_00).Write(), JsonSerializer.Deserialize<string[]>(told.Fills)!);
    }

    [Fact]
    public async Task Who_waits_as_second_best_keeps_its_deposit_and_hears_so_and_agencies_hear_what_their_clients_hear()
    {
        var (winner, second, third) = (await Bidder(1), await Bidder(2), await Bidder(3));
        var (ofWinner, ofSecond, ofThird) = (await Agency(1), await Agency(2), await Agency(3));
        await Agency(3, ended: true);
        var until = Now.AddDays(5);
        var sold = new Course { Version = 9, Phase = Phase.Closed, Outcome = "sold", OpensAt = Now, EndsAt = Now, Events = [], Standing = new Sale(1, 120_000_00, Now, Promoted: false), SecondBound = 2, SecondWaitsUntil = until };
        await Ended(sold);
        foreach (var told in new[] { winner, ofWinner }) Assert.Equal([NoticeKind.LotWon], await Kinds(told));
        foreach (var told in new[] { second, ofSecond }) Assert.Equal([NoticeKind.SecondWaits], await Kinds(told));
        foreach (var told in new[] { third, ofThird }) Assert.Equal([NoticeKind.LotNotWon], await Kinds(told));
        Assert.Equal([NoticeKind.LotSold], await Kinds(_seller));
        Assert.Equal(7, (await Told()).Count);
        Assert.Contains(NoticeValue.Moment(until).Write(), JsonSerializer.Deserialize<string[]>((await Told()).Single(n => n.Recipient == second).Fills)!);

        // It waits no longer, and its deposit returns.
        await Ended(sold with { SecondBound = null });
        Assert.Equal([NoticeKind.SecondWaits, NoticeKind.LotNotWon], await Kinds(second));
        Assert.Equal(9, (await Told()).Count);
    }

    private async Task Ended(Course course)
    {
        await using var db = _database.Databases.Create();
        await new LotNews(db, new Notifier(), TimeProvider.System).Ended(await db.Set<Lot>().AsNoTracking().SingleAsync(Stop), course, Stop);
    }

    private async Task<Guid> Bidder(int paddle)
    {
        var organisation = Guid.CreateVersion7();
        await using var db = _database.Databases.Create();
        var application = new Application { Id = Guid.CreateVersion7(), Code = $"A{paddle}", Auction = Id, Organisation = organisation, Demo = false, StartedBy = Guid.CreateVersion7(), StartedAt = Now };
        db.Add(application);
        db.Add(new PaddleRow { Auction = Id, Paddle = paddle, Organisation = organisation, Application = application.Id, Hold = Guid.CreateVersion7(), DrawnAt = Now, AdmittedAt = Now });
        await db.SaveChangesAsync(Stop);
        return organisation;
    }

    private async Task<Guid> Agency(int paddle, bool ended = false)
    {
        var agency = Guid.CreateVersion7();
        await using var db = _database.Databases.Create();
        var application = await db.Set<PaddleRow>().Where(p => p.Paddle == paddle).Select(p => p.Application).SingleAsync(Stop);
        db.Add(new BuyerAgencyRow { Auction = Id, Agency = agency, Application = application, NamedAt = Now, NamedBy = agency, EndedAt = ended ? Now : null });
        await db.SaveChangesAsync(Stop);
        return agency;
    }

    /// <summary>A durable bid with the lot's read model, as an append writes both.</summary>
    private void Bid(long version, int paddle, long amountFen)
    {
        using var db = _database.Databases.Create();
        var line = FactLine.Write(new BidAccepted(paddle, $"b-{version}", amountFen, new Standing(amountFen, paddle, Now)), version, FactLine.Genesis, Now);
        db.Add(new FactRow { Stream = "auction/" + Id, Version = version, CommandKey = line.Fact.CommandKey, Bytes = line.Bytes, Hash = line.Hash });
        var lot = db.Set<Lot>().Single();
        (lot.Version, lot.Leader, lot.PriceFen) = (version, paddle, amountFen);
        db.SaveChanges();
    }

    private async Task<List<NoticeKind>> Kinds(Guid recipient) => [.. (await Told()).Where(n => n.Recipient == recipient).Select(n => n.Kind)];

    private async Task<List<NoticeRow>> Told()
    {
        await using var db = _database.Databases.Create();
        return await db.Set<NoticeRow>().AsNoTracking().OrderBy(n => n.At).ToListAsync(Stop);
    }

    /// <summary>The same database, on which something happens once when the cursor of an auction was looked for.</summary>
    private sealed class Between(IMarketplaceDbFactory databases, Action happens) : IMarketplaceDbFactory
    {
        private int _times;

        public MarketplaceDb Create()
        {
            var db = databases.Create();
            db.ChangeTracker.Tracked += (_, tracked) =>
            {
                if (tracked.Entry.Entity is OutbidCursorRow && _times++ == 0) happens();
            };
            return db;
        }
    }
}
