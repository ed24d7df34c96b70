using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Deals;

/// <summary>A deal at a stage of its own, 签约 or 到账: what a figure of that stage counts.</summary>
/// <param name="AmountFen">The price; of 到账 what was received of it until now.</param>
/// <param name="At">When the last party had done its part.</param>
public sealed record ReachedDeal(string Auction, long AmountFen, DateTimeOffset At);

/// <summary>What the other capabilities and the pages say to deals.</summary>
public sealed class Deals(IGrainFactory grains, IMarketplaceDbFactory databases, PrivilegedReads reads)
{
    public const int LongestReason = 200;
    public const int ShortestReason = 4;

    /// <summary>Opens the deal of an auction that closed with a winner. Call it as often as needed; the same command gets the same deal.</summary>
    public Task<Result<Deal>> Open(OpenDeal command) =>
        string.IsNullOrEmpty(command.Auction) ? Task.FromResult<Result<Deal>>(Refusal.MalformedRequest) : grains.GetGrain<IDealGrain>(command.Auction).Open(command);

    public async Task<Result<Deal>> Do(string auction, DoStep command) =>
        // A deal that nobody opened gets no stream and no activation.
        await Find(auction) is null ? Refusal.UnknownDeal : await grains.GetGrain<IDealGrain>(auction).Do(command);

    /// <summary>The sale under a deal no longer stands: void, defaulted, refused. Call it as often as needed; without a deal there is nothing to end.</summary>
    public async Task<Result<Nothing>> End(string auction, string because, CancellationToken cancellation = default) =>
        await Find(auction, cancellation) is null
            ? default(Nothing)
            : (await grains.GetGrain<IDealGrain>(auction).End(because)).Then(_ => Result<Nothing>.Of(default));

    /// <summary>The ledger has the first payment of a deal, and so much of its price in all. Call it as often as needed.</summary>
    public Task<Result<Deal>> ReceivePrice(string auction, long receivedFen) => grains.GetGrain<IDealGrain>(auction).ReceivePrice(receivedFen);

    /// <summary>The deal with everything done so far, from the tables; null when there is none.</summary>
    public async Task<Deal?> Find(string auction, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        var row = await db.Set<DealRow>().AsNoTracking().SingleOrDefaultAsync(d => d.Auction == auction, cancellation);
        return row is null ? null : (await WithSteps(db, [row], cancellation))[0];
    }

    /// <summary>The deals of an organisation, or all for null, newest first.</summary>
    public async Task<IReadOnlyList<Deal>> List(Guid? organisation, int skip, int take, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        var rows = await db.Set<DealRow>().AsNoTracking()
            .Where(d => organisation == null || d.Seller == organisation || d.Buyer == organisation)
            .OrderByDescending(d => d.ConcludedAt).Skip(skip).Take(take).ToListAsync(cancellation);
        return await WithSteps(db, rows, cancellation);
    }

    /// <summary>Real deals in which all parties have done a step, newest first. Demonstration deals count nowhere.</summary>
    public async Task<IReadOnlyList<ReachedDeal>> Reached(Step step, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        var parties = Steps.All.Single(r => r.Step == step).Parties.Length;
        var done = await (
            from s in db.Set<DealStepRow>().AsNoTracking()
            join d in db.Set<DealRow>().AsNoTracking() on s.Auction equals d.Auction
            where s.Step == step && !d.Demo && d.EndedBecause == null
            select new { d.Auction, d.PriceFen, s.At }).ToListAsync(cancellation);
        // A price that is paid in parts comes over a year: only what is there counts.
        var received = step != Step.Pay ? null : await (
            from o in db.Set<ObligationRow>().AsNoTracking()
            join d in db.Set<DealRow>().AsNoTracking() on o.About equals d.Auction
            where o.Kind == ObligationKind.Price && !d.Demo && d.EndedBecause == null
            group o.PaidFen by o.About into paid
            select new { Deal = paid.Key, Fen = paid.Sum() }).ToDictionaryAsync(p => p.Deal, p => p.Fen, cancellation);
        return
        [
            .. done.GroupBy(d => d.Auction).Where(g => g.Count() == parties)
                .Select(g => new ReachedDeal(g.Key, received is null ? g.First().PriceFen : received.GetValueOrDefault(g.Key), g.Max(d => d.At))).OrderByDescending(d => d.At),
        ];
    }

    /// <summary>An operator reads a deal: the reason is kept before anything is shown.</summary>
    public async Task<Result<Nothing>> NoteReading(string auction, Guid person, string? reason, DateTimeOffset at, CancellationToken cancellation = default)
    {
        var said = Text.Require(reason, LongestReason, "reason");
        if (!said.Done) return Result<Nothing>.Refuse(said.Refusal.Value, said.Detail);
        if (said.Value.Trim().Length < ShortestReason) return Refusal.Required;
        await using var db = databases.Create();
        db.Add(new DealReadingRow { Id = Guid.CreateVersion7(at), Auction = auction, Person = person, Reason = said.Value.Trim(), At = at });
        await db.SaveChangesAsync(cancellation);
        await reads.Note(person, "deal", auction, said.Value.Trim(), cancellation);
        return default(Nothing);
    }

    private static async Task<IReadOnlyList<Deal>> WithSteps(MarketplaceDb db, IReadOnlyList<DealRow> rows, CancellationToken cancellation)
    {
        var ids = rows.Select(r => r.Auction).ToList();
        var steps = await db.Set<DealStepRow>().AsNoTracking().Where(s => ids.Contains(s.Auction)).OrderBy(s => s.At).ToListAsync(cancellation);
        return [.. rows.Select(r => new Deal(
            r.ToCommand(),
            [.. steps.Where(s => s.Auction == r.Auction).Select(s => new DoneStep(s.Step, s.Party, s.Person, s.FileSha256, s.FileName, s.At))],
            r.EndedBecause,
            r.EndedAt))];
    }
}
