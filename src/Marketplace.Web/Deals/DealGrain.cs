using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Notifications;
using Marketplace.Platform.Streams;
using Orleans.Concurrency;

namespace Marketplace.Deals;

/// <summary>Identity, order and durability of a deal; its rules are <see cref="DealRules"/>.</summary>
/// <remarks>
/// No take-over fact: facts are safe by the version alone, and pages read the tables, never this state. Only a refusal
/// could rest on a state that an append in flight has since left; the activation that refused ends, so the next try
/// replays.
/// </remarks>
[Reentrant]
public sealed class DealGrain(StreamServices services, INotifier notifier) : StreamGrain<Deal>(services), IDealGrain
{
    protected override string Stream => $"deal/{this.GetPrimaryKeyString()}";

    protected override Deal Empty => Deal.Nothing;

    public Task<Result<Deal>> Open(OpenDeal command) =>
        command.Auction == this.GetPrimaryKeyString() ? Do((deal, _) => DealRules.Open(deal, command)) : Task.FromResult<Result<Deal>>(Refusal.MalformedRequest);

    public Task<Result<Deal>> Do(DoStep command) => Do((deal, at) => DealRules.Do(deal, command, at));

    public Task<Result<Deal>> ReceivePrice(long receivedFen) => Do((deal, at) => DealRules.ReceivePrice(deal, receivedFen, at));

    public Task<Result<Deal>> End(string because) => Do((deal, _) => DealRules.End(deal, because));

    protected override Deal Fold(Deal state, FactLine line) => state.Fold(line);

    protected override FactLine ReadLine(StoredLine line) => DealLines.Read(line.Bytes, line.Hash);

    protected override IReadOnlyList<SideWrite> SideWrites(Deal before, Deal after, IReadOnlyList<NewLine> lines)
    {
        var writes = new List<SideWrite>();
        var deal = before;
        foreach (var (line, _) in lines)
        {
            var was = deal;
            deal = deal.Fold(line);
            DealRows.Keep(writes, deal, line);
            writes.AddRange(DealNotices.Of(was, deal, line).Select(notifier.Write));
            writes.Add(DealNotices.RemindAt(deal, line.At));
        }

        return writes;
    }

    private async Task<Result<Deal>> Do(Func<Deal, DateTimeOffset, Decision<Deal>> decide)
    {
        var done = await Execute(Now, decide);
        if (!done.Done) DeactivateOnIdle();
        return done.Result;
    }
}
