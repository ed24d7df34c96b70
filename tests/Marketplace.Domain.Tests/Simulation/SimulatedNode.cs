using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>A decision on a bid; a planted fault replaces the true one.</summary>
internal delegate Decision<BidAnswer> Decide(Auction auction, PlaceBid bid, DateTimeOffset at);

/// <summary>What a client is told; null answer and refusal: nobody knows, repeat with the same id.</summary>
/// <param name="Version">The line of an accepted bid; for a refusal the state it was decided on.</param>
/// <param name="At">The moment it was decided for.</param>
internal readonly record struct Reply(BidAnswer? Answer, Refusal? Refusal, long Version, DateTimeOffset At);

/// <summary>
/// One activation of the auction, with the order of steps of the market's stream grain: decide on the tip, gather while
/// an append is in flight, answer when everything the answer rests on is durable, replay when nobody knows.
/// </summary>
/// <param name="skew">How far this node's clock is from the true time, in microseconds.</param>
internal sealed class SimulatedNode(World world, SimulatedStore store, Decide decide, long skew, bool answersEarly)
{
    private const int MostPerAppend = 16;

    private readonly List<Action> _waitingForReplay = [];
    private readonly Queue<Batch> _queue = new();
    private Auction _tip = Auction.Nothing;
    private string _tipHash = FactLine.Genesis;
    private Batch? _open;
    private Batch? _inFlight;
    private bool _ready;
    private bool _appending;
    private int _replays;

    public bool Alive { get; private set; } = true;

    /// <summary>Chances of a fault per append: one in so many.</summary>
    public int FaultsOneIn { get; init; } = int.MaxValue;

    public Auction Tip => _tip;

    public DateTimeOffset Clock => World.Begin.AddMicroseconds(world.Now + skew);

    public void Start()
    {
        Replay();
        world.After(100_000, Tick);
    }

    /// <summary>The process is gone; what it sent to the database may still arrive there.</summary>
    public void Crash() => Alive = false;

    public void Bid(PlaceBid bid, Action<Reply> tell)
    {
        var receivedAt = Clock;
        WhenReady(() => Execute(receivedAt, (auction, at) => decide(auction, bid, at), tell, answer => answer.Version));
    }

    public void SetBreakpoint(string id) =>
        WhenReady(() => Execute(Clock, (auction, at) => Resuming.SetBreakpoint(auction, id, at + Resuming.RestartNotice, at), null, _ => 0));

    private void WhenReady(Action act)
    {
        if (!Alive) return;
        if (_ready) act();
        else _waitingForReplay.Add(act);
    }

    private void Execute<T>(DateTimeOffset receivedAt, Func<Auction, DateTimeOffset, Decision<T>> rule, Action<Reply>? tell, Func<T, long> versionOf)
    {
        // The moment of receipt, never before the last fact and never older than two seconds.
        var at = Instant.Later(Instant.Later(receivedAt, Clock - TimeSpan.FromSeconds(2)), _tip.At);
        var decision = rule(_tip, at);
        var version = _tip.Version;
        if (decision.Facts.Count == 0)
        {
            var pending = answersEarly ? null : _open ?? _inFlight;
            if (pending is null) Answer();
            else pending.Waiting.Add(durable => { if (durable) Answer(); else tell?.Invoke(default); });
            return;
        }

        if (_open is not { } batch || batch.Lines.Count + decision.Facts.Count > MostPerAppend) _queue.Enqueue(_open = batch = new Batch());
        foreach (var fact in decision.Facts)
        {
            var moment = fact is Closed ? Instant.Later(_tip.At, _tip.EndsAt) : Instant.Later(_tip.At, at);
            var line = FactLine.Write(fact, _tip.Version + 1, _tipHash, moment);
            batch.Lines.Add(line);
            (_tip, _tipHash) = (_tip.Fold(line), line.Hash);
        }

        if (answersEarly) Answer();
        else batch.Waiting.Add(durable => { if (durable) Answer(); else tell?.Invoke(default); });
        if (!_appending) AppendNext();

        void Answer() => tell?.Invoke(decision.Refusal is { } refusal
            ? new Reply(null, refusal, version, at)
            : new Reply(decision.Answer as BidAnswer, null, versionOf(decision.Answer!), at));
    }

    private void AppendNext()
    {
        if (!Alive || !_queue.TryDequeue(out var batch))
        {
            _appending = false;
            return;
        }

        if (_open == batch) _open = null;
        (_inFlight, _appending) = (batch, true);
        var replay = _replays;
        var lasts = world.Between(300, 3_000);
        switch (FaultsOneIn < int.MaxValue && world.OneIn(FaultsOneIn) ? world.Below(5) : -1)
        {
            case 0:
                // Before commit.
                world.After(lasts / 2, Crash);
                break;
            case 1:
                // The statement was on its way when the process died; the database carries it out much later.
                world.After(lasts / 2, Crash);
                world.After(world.Between(lasts, 3_000_000), () => store.Append(batch.Lines));
                break;
            case 2:
                // After commit, before anybody was told.
                world.After(lasts / 2, () => store.Append(batch.Lines));
                world.After(lasts, Crash);
                break;
            case 3:
                // The connection broke; it was not carried out.
                world.After(lasts, () => Fail(batch));
                break;
            case 4:
                // The connection broke after the commit, or before a late one.
                world.After(world.Between(lasts / 2, 200_000), () => store.Append(batch.Lines));
                world.After(lasts, () => Fail(batch));
                break;
            default:
                var stored = false;
                world.After(lasts / 2, () => stored = store.Append(batch.Lines));
                world.After(lasts, () =>
                {
                    if (!Alive || replay != _replays) return;
                    if (!stored)
                    {
                        Fail(batch);
                        return;
                    }

                    _inFlight = null;
                    foreach (var waiting in batch.Waiting) waiting(true);
                    AppendNext();
                });
                break;
        }
    }

    /// <summary>Everybody who waits is told that nobody knows, and the log is read again.</summary>
    private void Fail(Batch failed)
    {
        if (!Alive || _inFlight != failed) return;
        List<Batch> all = [failed, .. _queue];
        _queue.Clear();
        (_open, _inFlight, _appending) = (null, null, false);
        Replay();
        foreach (var waiting in all.SelectMany(batch => batch.Waiting)) waiting(false);
    }

    /// <summary>Reads the log and takes the stream over before anybody is answered.</summary>
    private void Replay()
    {
        (_ready, _replays) = (false, _replays + 1);
        world.After(world.Between(200, 20_000), () =>
        {
            var (auction, hash) = (Auction.Nothing, FactLine.Genesis);
            foreach (var line in store.Lines) (auction, hash) = (auction.Fold(line), line.Hash);
            var at = Instant.Later(Clock, auction.At);
            var takeOver = Resuming.Resume(auction, store.ServedUntil, at);
            var lines = takeOver is null ? [] : new[] { FactLine.Write(takeOver, auction.Version + 1, hash, at) };
            world.After(world.Between(200, 3_000), () =>
            {
                if (!Alive) return;
                if (lines.Length > 0 && !store.Append(lines))
                {
                    Replay();
                    return;
                }

                (_tip, _tipHash, _ready) = lines.Length == 0 ? (auction, hash, true) : (auction.Fold(lines[0]), lines[0].Hash, true);
                foreach (var act in _waitingForReplay.ToArray()) act();
                _waitingForReplay.Clear();
            });
        });
    }

    private void Tick()
    {
        if (!Alive) return;
        world.After(100_000, Tick);
        if (!_ready || _tip.Terms is not { } terms || _tip.Result is not null) return;
        if (!_tip.IsOpened && Clock >= _tip.OpensAt) Execute(Clock, Announcing.Open, null, _ => 0);
        if (_tip.IsPaused) return;
        if (Clock >= _tip.EndsAt - terms.SoftClose && (store.ServedUntil is not { } served || Clock >= served.AddSeconds(1))) store.ServedUntil = Clock;
        if (Clock >= Closing.DueAt(_tip)) Execute(Clock, (auction, _) => Closing.Close(auction, 0, FactLine.Genesis, Clock), null, _ => 0);
    }

    private sealed class Batch
    {
        public List<FactLine> Lines { get; } = [];

        /// <summary>Told true when the lines are durable, false when nobody knows.</summary>
        public List<Action<bool>> Waiting { get; } = [];
    }
}
