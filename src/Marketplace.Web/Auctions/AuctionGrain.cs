using System.Security.Cryptography;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Orleans.Concurrency;

namespace Marketplace.Auctions;

/// <summary>Identity, order, durability and time of one auction; the rules are in <see cref="Bidding"/> and its neighbours.</summary>
[Reentrant]
public sealed partial class AuctionGrain(StreamServices services, IMarketplaceDbFactory databases) : StreamGrain<Auction>(services), IAuctionGrain
{
    /// <summary>The kind of due work that pokes an auction.</summary>
    public const string ClockWork = "auctions.clock";

    /// <summary>The kind of due work that finishes what a close began.</summary>
    public const string SettleWork = "auctions.settle";

    private const int MostReadings = 5;

    private static readonly TimeSpan WatchFor = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan PokeEvery = TimeSpan.FromSeconds(2);

    private readonly Dictionary<IAuctionWatcher, DateTimeOffset> _watchers = [];
    private RefusedBids _refused = null!;
    private IGrainTimer? _timer;
    private DateTimeOffset _servedAt;
    private long _refusedInAppend;
    private bool _ticking;

    private string Id => this.GetPrimaryKeyString();

    protected override string Stream => StreamOf(Id);

    protected override Auction Empty => Auction.Nothing;

    public static string StreamOf(string auction) => "auction/" + auction;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _refused = new RefusedBids(Id);
        await _refused.Load(databases);
        await base.OnActivateAsync(cancellationToken);
        if (Committed.InHall is not null) _consoleAt = Now;
        KeepTime();
    }

    public async Task<Result<long>> FixTerms(Terms terms, Secret? reserve)
    {
        var executed = await Execute(Now, (auction, at) => Announcing.FixTerms(auction, terms, reserve, at));
        return executed.Done ? Committed.Version : Result<long>.Refuse(executed.Refusal!.Value, executed.Detail);
    }

    public async Task<Result<int>> Admit(int paddle, Secret? ceiling) =>
        (await Execute(Now, (auction, at) => Announcing.Admit(auction, paddle, ceiling, at))).Result;

    public async Task<Result<int>> SetCeiling(int paddle, string commandId, Secret ceiling) =>
        (await Execute(Now, (auction, at) => Announcing.SetCeiling(auction, paddle, commandId, ceiling, at))).Result;

    public async Task<Result<int>> GrantPriority(int paddle, int rank) =>
        (await Execute(Now, (auction, at) => Priority.Grant(auction, paddle, rank, at))).Result;

    public async Task<Result<int>> Suspend(int paddle) =>
        (await Execute(Now, (auction, at) => Announcing.Suspend(auction, paddle, at))).Result;

    public async Task<Result<string>> RecordDeal(string deal) =>
        (await Execute(Now, (auction, _) =>
            auction.Deal is { } recorded ? Decision<string>.Repeated(recorded)
            : auction.Result?.Outcome != Outcome.Sold ? Decision<string>.Refused(Refusal.NotFound)
            : Decision<string>.Accepted(deal, new DealRecorded(deal)))).Result;

    public async Task<BidReply> PlaceBid(BidCommand command)
    {
        var nonce = command.ProxyMaxFen is null ? "" : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var bid = new PlaceBid(command.Paddle, command.BidId, command.AmountFen, command.ProxyMaxFen, nonce);
        var executed = await Execute(command.ReceivedAt, (auction, at) => Bidding.PlaceBid(auction, bid, at));
        return await Reply(command, executed);
    }

    private async Task<BidReply> Reply(BidCommand command, Executed<BidAnswer> executed)
    {
        if (executed.Refusal is { } refusal)
        {
            // Under seal an amount typed into the wrong form may be the one in the envelope: nobody keeps it.
            var kept = Committed.Stage is Stage.Sealed ? command with { AmountFen = null } : command;
            if (refusal is not (Refusal.UnknownAuction or Refusal.NotAdmitted)) _refused.Add(kept, refusal, executed.Version);
            // After the close no timer writes them any more.
            if (Committed.Result is not null && _refused.HasUnwritten) await WriteRefused();
            return new BidReply(refusal, executed.Detail, executed.Version, command.ReceivedAt, 0, false, null);
        }

        var answer = executed.Answer!;
        var proof = executed.Lines.Count > 0 ? executed.ProofOf(answer.Version) : await ProofOf(answer.Version);
        return new BidReply(null, null, answer.Version, answer.ReceivedAt, answer.PriceFen, answer.Leading, proof);
    }

    public async Task<AuctionPicture> Look()
    {
        await Ready();
        return Committed.Terms is null ? throw new KeyNotFoundException(Id) : AuctionPicture.Of(Id, Committed, Now);
    }

    public async Task<PaddleView?> LookAt(int paddle)
    {
        await Ready();
        var auction = Committed;
        if (!auction.Bidders.TryGetValue(paddle, out var bidder)) return null;
        var leading = auction.Leader == paddle;
        return new PaddleView(paddle, bidder.CeilingFen, bidder.Suspended, leading, leading ? auction.LeaderMaxFen : null, bidder.HasBid, auction.RankOf(paddle));
    }

    public async Task<AuctionPicture> Watch(IAuctionWatcher watcher)
    {
        _watchers[watcher] = Now + WatchFor;
        return await Look();
    }

    public async Task<DateTimeOffset?> Poke()
    {
        await Ready();
        if (Committed.Terms is null) return null;
        await Tick();
        var (auction, now) = (Committed, Now);
        if (auction.Result is not null) return null;
        if (auction.IsPaused || auction.PhaseAt(now) is Phase.Opening) return now + PokeEvery;
        // A lot in a hall is poked only while it is called up: then a node that died must be missed.
        if (auction.IsHall) return auction.InHall is null ? null : now + PokeEvery;
        if (now < auction.OpensAt) return auction.OpensAt;
        if (auction.Stage is Stage.Listing) return now + PokeEvery;

        // In the closing window a silence counts, so a node that took over must be poked at once, not only at the end.
        var window = auction.WindowFrom;
        return now < window ? window : Earlier(now + PokeEvery, Closing.DueAt(auction));
    }

    protected override Auction Fold(Auction state, FactLine line) => state.Fold(line);

    protected override FactLine ReadLine(StoredLine line) => AuctionLines.Read(line.Bytes, line.Secret, line.Hash);

    protected override Fact? TakeOver(Auction state, DateTimeOffset? servedUntil, DateTimeOffset at) => Resuming.Resume(state, servedUntil, at);

    /// <summary>The close, and the window for a known price, carry the end as their moment, whenever they are written.</summary>
    protected override DateTimeOffset MomentOf(Auction state, Fact fact, DateTimeOffset at) => fact is Closed or MatchingOpened ? state.EndsAt : at;

    protected override IReadOnlyList<SideWrite> SideWrites(Auction before, Auction after, IReadOnlyList<NewLine> lines)
    {
        var writes = _refused.Unwritten(out _refusedInAppend);
        writes.Add(new SideWrite(
            "UPDATE lots SET phase = @phase, price_fen = @price, leader = @leader, ends_at = @ends, version = @version, bids = @bids, bidders = @bidders, active_bidders = @active, reserve_missed = @missed, outcome = @outcome, winner = @winner, match_until = @match, opened = @opened WHERE id = @id",
            ("id", Id), ("phase", AuctionPicture.Name(after.PhaseAt(after.At))), ("price", after.Standing?.PriceFen ?? after.PriceFen), ("leader", after.Leader), ("ends", after.End),
            ("version", after.Version), ("bids", (int)after.Bids), ("bidders", after.Bidders.Count),
            ("active", ActiveBidders(after)), ("missed", Missed(after)),
            ("outcome", after.OutcomeName), ("winner", after.Standing?.Winner), ("match", after.Matching?.Until), ("opened", after.IsOpened || after.InHall is not null)));
        writes.AddRange(SealingWrites(lines));
        if (LotNotices.Says(before) != LotNotices.Says(after)) writes.AddRange(LotNotices.Tell(Id));
        if (before.Terms is null && after.Terms is not null) writes.AddRange([DueWork.At(ClockWork, Id, after.OpensAt), DueWork.At(LotNews.Work, Id, after.At), DueWork.At(OpeningHolds.Work, Id, after.At)]);
        if (before.InHall is null && after.InHall is not null) writes.Add(DueWork.At(ClockWork, Id, after.At));
        if (!before.IsOpened && after.IsOpened) writes.Add(DueWork.At(Fairness.Work, Id, after.At));
        if (before.Breakpoint != after.Breakpoint) writes.Add(DueWork.At(ClockWork, Id, after.OpensAt));
        if (before.Result is null && after.Result is not null)
        {
            writes.Add(DueWork.At(SettleWork, Id, after.At));
            writes.Add(new SideWrite("DELETE FROM due_work WHERE kind = @kind AND key = @key", ("kind", Fairness.Work), ("key", Id)));
        }

        WriteTrouble(writes, before, after);
        return writes;
    }

    /// <summary>What the opened reserve says after the close; nothing about one that stays closed.</summary>
    private static bool? Missed(Auction auction) =>
        auction is { Result.Outcome: Outcome.Unsold, Reserve: { } reserve, PriceFen: { } price } ? price < reserve.ValueFen : null;

    protected override void OnCommitted(Auction before, Auction after, IReadOnlyList<NewLine> lines)
    {
        _refused.Written(_refusedInAppend);
        // The window in which a known price is matched is the lot's own.
        if (after is { Terms.Linked: not null, Result: null, Stage: Stage.Rising } && after.EndsAt > before.EndsAt && before.Terms is not null) _ = TellGroup(after.Version, after.EndsAt);
        if (_watchers.Count > 0) Show(after);
        if (before.Terms is null) KeepTime();
    }

    private void Show(Auction auction)
    {
        var now = Now;
        var picture = AuctionPicture.Of(Id, auction, now);
        foreach (var (watcher, until) in _watchers)
        {
            if (until < now) _watchers.Remove(watcher);
            else _ = watcher.Show(picture);
        }
    }

    /// <summary>A timer gives precision while the auction lives; what is due never depends on it.</summary>
    private void KeepTime()
    {
        if (_timer is not null || Committed.Terms is null || Committed.Result is not null) return;
        _timer = this.RegisterGrainTimer(
            Tick,
            new GrainTimerCreationOptions(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100)) { Interleave = true, KeepAlive = true });
    }

    private async Task Tick()
    {
        if (_ticking) return;
        _ticking = true;
        try
        {
            await Ready();
            var now = Now;
            if (!KnowsTheTime)
            {
                // Nobody is served, so nothing is witnessed, opened or closed; if it lasts, the probe stops the clocks.
                _blindSince ??= now;
                if (Committed is { Result: null, IsPaused: false } blind && now >= blind.WindowFrom) await PauseWhenFailing(now);
                return;
            }

            await SeeAgain(now);
            await Begin(now);
            // The envelopes wait for the holders of the key, for days if need be: nothing is due until they come, and nothing to
            // witness once it is written down that the market was there at the end.
            var opening = Committed.PhaseAt(now) is Phase.Opening;
            var waits = opening && _servedAt >= Committed.EndsAt;
            if (!waits && Committed is { Result: null, IsPaused: false } live && now >= live.WindowFrom)
            {
                await PauseWhenFailing(now);
                await ServeWindow(now);
            }

            await SayRestarted(now);
            await TendCeremony(now);
            if (Committed.IsHall) await WatchConsole(now);
            else if (!opening && Committed is { Result: null, IsPaused: false } && now >= Closing.DueAt(Committed)) await End();
            if (_refused.HasUnwritten && now >= _servedAt) await WriteRefused();
            if (Committed.Result is not null)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
        finally
        {
            _ticking = false;
        }
    }

    /// <summary>Every second of the closing window is witnessed, so that a later silence has a beginning.</summary>
    private async Task ServeWindow(DateTimeOffset now)
    {
        if (now < _servedAt + TimeSpan.FromSeconds(1)) return;
        _servedAt = now;
        await Services.Store.Serve(Stream, now);
    }

    /// <summary>The close, after the window in which holders of priority match the known price.</summary>
    private async Task End()
    {
        if (await LaterEnd() is { } later)
        {
            await ExtendLinked(later.Lot, later.End.Version, later.End.EndsAt);
            return;
        }

        if (!Priority.IsWindowDue(Committed)) await Close();
        else if ((await Execute(Now, (auction, _) => Priority.OpenWindow(auction, Now))).Done) await Services.Store.Write([DueWork.At(ClockWork, Id, Committed.EndsAt)]);
    }

    private async Task Close()
    {
        var kept = await KeptRefused();
        await Execute(Now, (auction, _) => Closing.Close(auction, kept.Count, kept.Digest, Now));
    }

    /// <summary>
    /// The refused bids for an end that is decided in the turn in which this returns. What is answered while they are read
    /// is read as well, unless it never stops coming.
    /// </summary>
    private async Task<KeptRefusals> KeptRefused()
    {
        await Ready();
        for (var reading = 1; ; reading++)
        {
            if (_refused.HasUnwritten) await WriteRefused();
            var kept = await RefusedBids.Kept(databases, Id);
            if (!_refused.HasUnwritten || reading == MostReadings) return kept;
        }
    }

    private async Task WriteRefused()
    {
        await Services.Store.Write(_refused.Unwritten(out var upTo));
        _refused.Written(upTo);
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a <= b ? a : b;
}
