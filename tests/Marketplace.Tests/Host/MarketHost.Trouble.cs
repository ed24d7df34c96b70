using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Host;

/// <summary>A lot that was sold with some bidders, the winner last.</summary>
public sealed record SoldLot(ScheduledLot Lot, IReadOnlyList<Joined> Bidders)
{
    public Joined Winner => Bidders[^1];
}

/// <summary>When things go wrong.</summary>
public partial class MarketHost
{
    /// <summary>An auction in which each bidder bids once, in order; 100,000 yuan and 1,000 more each time.</summary>
    public async Task<SoldLot> Sold(string title, int bidders = 2, bool waits = false, FailedLot? ifUnsold = null, string[]? names = null)
    {
        var lot = await ScheduleAuction(TimeSpan.FromSeconds(20 + 3 * bidders), lastsSeconds: 8, title: title, write: w => w with { IfUnsold = ifUnsold ?? FailedLot.Nothing });
        var joined = new List<Joined>();
        for (var i = 0; i < bidders; i++) joined.Add(await Join(lot, names?[i], waits: waits));
        await Eventually.Become("open", TimeSpan.FromSeconds(90), async () => (await Auction(lot.Id).Look()).Phase == "open");
        foreach (var (bidder, i) in joined.Select((b, i) => (b, i)))
        {
            var reply = await Auction(lot.Id).PlaceBid(new BidCommand(
                bidder.Paddle, Guid.CreateVersion7().ToString(), 100_000_00 + i * 1_000_00, null, Services.GetRequiredService<TimeProvider>().GetUtcNow()));
            Assert.Null(reply.Refusal);
        }

        await Eventually.Become("sold", TimeSpan.FromSeconds(90), async () => (await Auction(lot.Id).Look()).Outcome == "sold");
        return new SoldLot(lot, joined);
    }

    /// <summary>One person proposes, another confirms.</summary>
    public async Task<Approval> Decide(string lot, MeasureKind kind, string ground, Somebody proposer, Somebody confirmer)
    {
        await using var scope = Services.CreateAsyncScope();
        var measures = scope.ServiceProvider.GetRequiredService<Measures>();
        var row = (await scope.ServiceProvider.GetRequiredService<Lots>().Find(lot, Now))!;
        var proposed = await measures.Propose(row, Guid.CreateVersion7(), kind, ground, "按规则处理", null, proposer.Person, Now);
        Assert.True(proposed.Done, $"{proposed.Refusal}");
        Assert.Equal(Refusal.ProposerMayNotConfirm, (await measures.Confirm(proposed.Value, proposer.Person, Now)).Refusal);
        var confirmed = await measures.Confirm(proposed.Value, confirmer.Person, Now);
        Assert.True(confirmed.Done, $"{confirmed.Refusal}");
        Assert.Null(confirmed.Value.Refused);
        return confirmed.Value;
    }

    /// <summary>The state of the one deposit that an enterprise froze.</summary>
    public async Task<Domain.Payments.HoldState> DepositOf(Joined joined) => (await Deposits.Account(joined.Enterprise.Organisation)).Holds.Single().State;

    public Task<string?> OutcomeOf(string lot) => InDatabase(db => db.Set<Lot>().AsNoTracking().Where(l => l.Id == lot).Select(l => l.Outcome).SingleOrDefaultAsync(Now));
}
