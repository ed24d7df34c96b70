using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>What a client is told; null answer and refusal: nobody knows, repeat with the same id.</summary>
/// <param name="Version">The state it was decided on.</param>
/// <param name="At">The moment it was decided for.</param>
/// <param name="Decided">The true time of the decision.</param>
internal readonly record struct Reply(object? Answer, Refusal? Refusal, long Version, DateTimeOffset At, DateTimeOffset Decided)
{
    public bool IsKnown => Answer is not null || Refusal is not null;
}

/// <summary>
/// One activation of the auction, with the order of steps of the market's stream grain: decide on the tip, gather while
/// an append is in flight, answer when everything the answer rests on is durable, replay when nobody knows.
/// </summary>
/// <param name="faultsOneIn">Chances of a fault per append: one in so many.</param>
internal sealed class SimulatedNode(World world, SimulatedStore store, Decide decide, IReadOnlyDictionary<(int, string), Secret?> contents, SimulatedClock clock, Planted planted, int faultsOneIn)
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
    private DateTimeOffset? _blindSince;

    public bool Alive { get; private set; } = true;

    public Auction Tip => _tip;

    public SimulatedClock Clock => clock;

    /// <summary>Only who knows the time stamps anything.</summary>
    public bool KnowsTheTime => clock.IsBounded || planted == Planted.StampsWithoutKnowingTheTime;

    public void Start()
    {
        Replay();
        world.After(100_000, Tick);
    }

    /// <summary>The process is gone; what it sent to the database may still arrive there.</summary>
    public void Crash() => Alive = false;

    /// <param name="receivedAt">The stamp of the endpoint that the command reached first, perhaps on another node.</param>
    public void Take(Command command, DateTimeOffset receivedAt, Action<Reply> tell)
    {
        if (!Alive) return;
        if (_ready) Execute(command, receivedAt, tell);
        else _waitingForReplay.Add(() => Execute(command, receivedAt, tell));
    }

    private void Execute(Command command, DateTimeOffset receivedAt, Action<Reply>? tell)
    {
        if (!KnowsTheTime && command is not Pause { By: PausedBy.Platform })
        {
            tell?.Invoke(default);
            return;
        }

        // The moment of receipt, never before the last fact and never older than two seconds.
        var received = planted == Planted.StampsWhenItDecides ? clock.Now : receivedAt;
        var at = Instant.Later(Instant.Later(received, clock.Now - TimeSpan.FromSeconds(2)), _tip.At);
        var ruling = decide(_tip, command, at, contents);
        var reply = new Reply(ruling.Answer, ruling.Refusal, _tip.Version, at, world.Clock);
        if (ruling.Facts.Count == 0)
        {
            var pending = planted == Planted.AnswersBeforeCommit ? null : _open ?? _inFlight;
            if (pending is null) tell?.Invoke(reply);
            else pending.Waiting.Add(durable => tell?.Invoke(durable ? reply : default));
            return;
        }

        if (_open is not { } batch || batch.Lines.Count + ruling.Facts.Count > MostPerAppend) _queue.Enqueue(_open = batch = new Batch());
        foreach (var fact in ruling.Facts)
        {
            var moment = Instant.Later(_tip.At, fact is Closed or MatchingOpened ? _tip.EndsAt : at);
            var line = FactLine.Write(fact, _tip.Version + 1, _tipHash, moment);
            batch.Lines.Add(line);
            (_tip, _tipHash) = (_tip.Fold(line), line.Hash);
        }

        if (planted == Planted.AnswersBeforeCommit) tell?.Invoke(reply);
        else batch.Waiting.Add(durable => tell?.Invoke(durable ? reply : default));
        if (!_appending) AppendNext();
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
        switch (world.OneIn(faultsOneIn) ? world.Below(5) : -1)
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
            if (!Alive) return;
            if (!KnowsTheTime)
            {
                world.After(100_000, Replay);
                return;
            }

            var (auction, hash) = (Auction.Nothing, FactLine.Genesis);
            foreach (var line in store.Lines) (auction, hash) = (auction.Fold(line), line.Hash);
            var at = Instant.Later(clock.Now, auction.At);
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
        if (!KnowsTheTime) _blindSince ??= clock.Now;
        else if (_ready && _blindSince is { } since)
        {
            _blindSince = null;
            if (clock.Now - since >= Resuming.ShortBlindness) Execute(new ByTheClock(ClockAct.SeeAgain, store.ServedUntil), clock.Now, null);
        }

        if (_ready && KnowsTheTime && _tip.Trouble is { Offer: { } offer, Answer: null } && clock.Now >= offer.Until) Execute(new ByTheClock(ClockAct.ExpireOffer), clock.Now, null);
        if (!_ready || !KnowsTheTime || _tip is not { Terms: not null, Result: null, IsPaused: false }) return;
        var now = clock.Now;
        if (!_tip.IsOpened && !_tip.IsHall && now >= _tip.OpensAt) Due(ClockAct.Open);
        if (now >= _tip.WindowFrom && (store.ServedUntil is not { } served || now >= served.AddSeconds(1))) store.Serve(now);
        if (_tip.IsHall || now < Closing.DueAt(_tip)) return;
        if (_tip.PhaseAt(now) is Phase.Opening) Due(ClockAct.OpenEnvelopes);
        else if (Priority.IsWindowDue(_tip)) Due(ClockAct.OpenWindow);
        else Due(ClockAct.Close);

        void Due(ClockAct act) => Execute(new ByTheClock(act), now, null);
    }

    private sealed class Batch
    {
        public List<FactLine> Lines { get; } = [];

        /// <summary>Told true when the lines are durable, false when nobody knows.</summary>
        public List<Action<bool>> Waiting { get; } = [];
    }
}
