using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Platform;
using Marketplace.Platform.Streams;

namespace Marketplace.Auctions;

// When things go wrong: pauses, what two persons decided, the second-best.
public sealed partial class AuctionGrain
{
    /// <summary>The kind of due work that reminds of an auction that stands still too long.</summary>
    public const string OverdueWork = "auctions.overdue";

    private DateTimeOffset? _saidOpensAt;

    /// <summary>Since when this node has not known the time.</summary>
    private DateTimeOffset? _blindSince;

    public async Task<Result<BreakpointSet>> SetBreakpoint(string commandId, DateTimeOffset restartsAt) =>
        (await Execute(Now, (auction, at) => Resuming.SetBreakpoint(auction, commandId, restartsAt, at))).Result;

    public async Task<Result<long>> Pause(string commandId, PausedBy by, PauseCause cause, string? text)
    {
        // The platform's own pauses come from its probe alone.
        if (by == PausedBy.Platform) return Refusal.ProbeIsGood;
        var executed = await Execute(Now, (auction, at) => Pausing.Pause(auction, commandId, by, cause, text, null, at));
        return executed.Done ? Committed.Version : Result<long>.Refuse(executed.Refusal!.Value, executed.Detail);
    }

    public async Task<Result<DateTimeOffset>> Restart(string commandId, DateTimeOffset restartsAt)
    {
        var executed = await Execute(Now, (auction, at) => Pausing.Restart(auction, commandId, restartsAt, at));
        return executed.Refusal is { } refusal ? Result<DateTimeOffset>.Refuse(refusal, executed.Detail) : executed.Answer switch
        {
            BreakpointSet set => set.EndsAt,
            Continued continued => continued.EndsAt,
            var other => throw new InvalidOperationException($"A restart that is none: {other?.Type}"),
        };
    }

    public async Task<Result<bool>> HoldOpening() => (await Execute(Now, DepositHold.Hold)).Result.Then<bool>(_ => true);

    public async Task<Result<bool>> OpenAfterMatching(TimeSpan notice) => (await Execute(Now, (auction, at) => DepositHold.GoOn(auction, notice, at))).Result.Then<bool>(_ => true);

    public async Task<Result<long>> LiftStop(string commandId)
    {
        var executed = await Execute(Now, (auction, _) => Pausing.Lift(auction, commandId));
        return executed.Done ? Committed.Version : Result<long>.Refuse(executed.Refusal!.Value, executed.Detail);
    }

    public async Task<Result<string>> Carry(Measure measure)
    {
        var kept = await KeptRefused();
        return (await Execute(Now, (auction, at) => measure.Decide(auction, kept.Count, kept.Digest, at))).Result;
    }

    public async Task<Result<int>> WaitAsSecond(int paddle, string consent) =>
        (await Execute(Now, (auction, at) => SecondBest.Wait(auction, paddle, consent, at))).Result;

    public async Task<Result<int>> LeaveWaiting(int paddle) => (await Execute(Now, (auction, _) => SecondBest.Leave(auction, paddle))).Result;

    public async Task<Result<bool>> AnswerOffer(int paddle, bool accepts) =>
        (await Execute(Now, (auction, at) => SecondBest.Answer(auction, paddle, accepts, at))).Result.Then<bool>(a => a.Answer == SecondAnswer.Accepted);

    public Task ExpireOffer() => Execute(Now, SecondBest.Expire);

    public async Task<Result<string>> RecordSecondDeal(string deal) => (await Execute(Now, (auction, _) => SecondBest.RecordDeal(auction, deal))).Result;

    public async Task<Course> Course()
    {
        var auction = await Current();
        return auction.Terms is null ? throw new KeyNotFoundException(Id) : Domain.Auctions.Course.Of(auction, Now);
    }

    /// <summary>The opening, which for a listing is the decision at the end of its notice. It is asked once more whether a deposit's payment waits.</summary>
    private async Task Begin(DateTimeOffset now)
    {
        if (Committed is not { IsOpened: false, IsPaused: false, IsHall: false, Result: null } || now < Committed.OpensAt) return;
        if (await HoldWhereMoneyWaits(now)) return;
        if (Committed.Stage is Stage.Listing) await Execute(now, Listing.Decide);
        if (Committed is { Stage: not Stage.Listing, Result: null } && now >= Committed.OpensAt) await Execute(now, Announcing.Open);
    }

    private async Task<bool> HoldWhereMoneyWaits(DateTimeOffset now) =>
        DepositHold.MayHold(Committed) && await OpeningHolds.Waits(databases, Id, CancellationToken.None) && (await Execute(now, DepositHold.Hold)).Done;

    /// <summary>
    /// In the closing window the market stops the clocks by itself when its own probe fails. Nothing that a bidder's
    /// line does is looked at.
    /// </summary>
    private async Task PauseWhenFailing(DateTimeOffset now)
    {
        if (ServiceProvider.GetService<PlatformProbe>()?.Failing() is not { } figures) return;
        await Execute(now, (auction, at) => Pausing.Pause(auction, $"probe-{auction.Version}", PausedBy.Platform, PauseCause.Fault, null, figures, at), atAnyTime: true);
    }

    /// <summary>Whoever was turned away in the closing window, because this node did not know the time, gets it back as after any other silence.</summary>
    private async Task SeeAgain(DateTimeOffset now)
    {
        if (_blindSince is { } since && now - since >= Resuming.ShortBlindness) await Execute(now, (auction, at) => Resuming.SeeAgain(auction, _servedAt, at));
        _blindSince = null;
    }

    /// <summary>No line says that a restart that was set has come; the lists must know it all the same.</summary>
    private async Task SayRestarted(DateTimeOffset now)
    {
        var auction = Committed;
        if (auction is not { IsOpened: true, IsPaused: false, IsHall: false, Result: null } || auction.At >= auction.OpensAt || now < auction.OpensAt || _saidOpensAt == auction.OpensAt) return;
        _saidOpensAt = auction.OpensAt;
        await Services.Store.Write([new SideWrite("UPDATE lots SET phase = @phase WHERE id = @id", ("phase", AuctionPicture.Name(auction.PhaseAt(now))), ("id", Id))]);
    }

    private void WriteTrouble(List<SideWrite> writes, Auction before, Auction after)
    {
        if (before.IsPaused != after.IsPaused || before.Trouble.Pause != after.Trouble.Pause)
        {
            var since = after.IsPaused ? after.SilentSince : null;
            writes.Add(new SideWrite(
                "UPDATE lots SET paused_at = @since, pause_cause = @cause, resume_by = @by WHERE id = @id",
                ("id", Id), ("since", since), ("cause", after.IsPaused ? after.Trouble.Pause?.Cause.ToString() ?? "Outage" : null), ("by", since is { } at ? Pausing.ResumeBy(at) : null)));
            if (since is { } paused) writes.Add(DueWork.At(OverdueWork, Id, Pausing.ResumeBy(paused)));
            writes.AddRange([DueWork.At(LotNews.Work, Id, after.At), DueWork.At(OpeningHolds.Work, Id, after.At)]);
        }

        if (before.Terms is not null && before.OpensAt != after.OpensAt)
        {
            writes.Add(new SideWrite("UPDATE lots SET opens_at = @opens WHERE id = @id", ("id", Id), ("opens", after.OpensAt)));
            // A listing that goes on takes applications again; one that waited for deposits never stopped.
            if (!before.IsHeld && after is { Stage: Stage.Listing, Terms.Listing: { } listing })
                writes.Add(new SideWrite("UPDATE lots SET apply_until = @until WHERE id = @id", ("id", Id), ("until", listing.AppliesUntil(after.OpensAt))));
            writes.AddRange([DueWork.At(ClockWork, Id, after.OpensAt), DueWork.At(LotNews.Work, Id, after.At), DueWork.At(OpeningHolds.Work, Id, after.At)]);
        }

        // What follows from it, money first, is the settling's: it is told of every turn after the end.
        if (before.Result is not null && before.Trouble != after.Trouble) writes.Add(DueWork.At(SettleWork, Id, after.At));
    }
}
