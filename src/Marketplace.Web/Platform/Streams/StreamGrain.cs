using Marketplace.Domain.Common;

namespace Marketplace.Platform.Streams;

/// <summary>What every stream needs: the log, the key that signs heads, the clock.</summary>
public sealed record StreamServices(IFactStore Store, MarketKeys Keys, TimeProvider Clock, ILogger<StreamServices> Log);

/// <summary>
/// Nobody can say whether it was done: an append failed or its answer was lost. The caller repeats with the same id
/// and gets the one true answer. The cause is in the log; it does not cross the call, where its type may be unknown.
/// </summary>
[GenerateSerializer]
public sealed class OutcomeUnknownException(string stream) : Exception($"Unknown outcome on {stream}; repeat with the same id.");

/// <summary>More is waiting than the stream takes; nothing was decided.</summary>
[GenerateSerializer]
public sealed class StreamBusyException(string stream) : Exception($"{stream} has too much waiting.");

/// <summary>Where a line stands in the chain: the hashes from it to a signed head.</summary>
/// <param name="Hashes">Hash of the line itself first, of the head last.</param>
[GenerateSerializer, Immutable]
public sealed record LineProof([property: Id(0)] long Version, [property: Id(1)] IReadOnlyList<string> Hashes, [property: Id(2)] SignedHead Head);

/// <summary>What became of a command once everything it rests on is durable.</summary>
/// <param name="Version">The version of the state it was decided on.</param>
/// <param name="Lines">The lines it appended; none for a refusal or a repeated command.</param>
/// <param name="Batch">All hashes of the append that carried the lines, in order; one array that its callers share.</param>
public sealed record Executed<TAnswer>(
    Refusal? Refusal, string? Detail, TAnswer? Answer, long Version, IReadOnlyList<FactLine> Lines, long BatchFrom, string[] Batch, SignedHead? Head)
{
    public bool Done => Refusal is null;

    public Result<TAnswer> Result => Refusal is { } refusal ? Result<TAnswer>.Refuse(refusal, Detail) : Result<TAnswer>.Of(Answer!);

    /// <summary>The proof of a line of this command.</summary>
    public LineProof ProofOf(long version) => new(version, new ArraySegment<string>(Batch)[(int)(version - BatchFrom)..], Head!);
}

/// <summary>
/// One stream, one writer: gathers what arrives while an append is in flight into the next append, answers nobody
/// before it is durable, and replays when it cannot know what happened.
/// </summary>
/// <remarks>
/// Concrete grains are <c>[Reentrant]</c>. Commands run synchronously on the tip; no field read before an await is used
/// after it. Safety rests on the two unique indexes of the log, not on Orleans: two activations may exist for a moment.
/// </remarks>
public abstract class StreamGrain<TState>(StreamServices services) : Grain
    where TState : class
{
    /// <summary>Facts of one append.</summary>
    public const int MostPerAppend = 256;

    /// <summary>Facts waiting in all; beyond that a command is turned away before it is decided.</summary>
    public const int MostGathered = 4096;

    private const int MostTakeOvers = 8;

    private readonly Queue<Batch> _queue = new();
    private Batch? _open;
    private Batch? _inFlight;
    private Tip? _tip;
    private Tip? _committed;
    private Task? _recovery;
    private bool _appending;
    private int _gathered;

    /// <summary>The name of the stream in the log.</summary>
    protected abstract string Stream { get; }

    protected abstract TState Empty { get; }

    protected StreamServices Services => services;

    /// <summary>The state of which every line is durable.</summary>
    protected TState Committed => _committed?.State ?? Empty;

    protected DateTimeOffset Now => services.Clock.GetUtcNow();

    /// <summary>This node knows the time well enough to write it into a record.</summary>
    protected bool KnowsTheTime => MarketClock.IsTrusted(services.Clock);

    protected abstract TState Fold(TState state, FactLine line);

    /// <summary>Reads a stored line back. Its stored hash may be trusted: whoever verifies a transcript takes it of the bytes again.</summary>
    protected abstract FactLine ReadLine(StoredLine line);

    /// <summary>The fact with which a new activation takes the stream over; null when none is needed.</summary>
    protected virtual Fact? TakeOver(TState state, DateTimeOffset? servedUntil, DateTimeOffset at) => null;

    /// <summary>What keeps the read models in step, written in the same transaction as the lines.</summary>
    protected virtual IReadOnlyList<SideWrite> SideWrites(TState before, TState after, IReadOnlyList<NewLine> lines) => [];

    /// <summary>The moment a fact carries; that of its command unless the rules say another.</summary>
    protected virtual DateTimeOffset MomentOf(TState state, Fact fact, DateTimeOffset at) => at;

    /// <summary>Called when lines became durable; must not wait for anything.</summary>
    protected virtual void OnCommitted(TState before, TState after, IReadOnlyList<NewLine> lines) { }

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Recover();

    /// <summary>Decides a command on the tip and answers when all it rests on is durable.</summary>
    /// <param name="atAnyTime">The command may bear a moment of a clock that is not bounded, because it only stops something.</param>
    protected async Task<Executed<TAnswer>> Execute<TAnswer>(DateTimeOffset receivedAt, Func<TState, DateTimeOffset, Decision<TAnswer>> decide, bool atAnyTime = false)
    {
        await Ready();
        if (!atAnyTime && !KnowsTheTime) throw new ClockUnboundedException();
        if (_gathered >= MostGathered) throw new StreamBusyException(Stream);
        var tip = _tip!;
        var at = MarketClock.FactMoment(receivedAt, tip.At, Now);
        var decision = decide(tip.State, at);
        if (decision.Facts.Count == 0)
        {
            // A refusal, too, was decided on facts that may not be durable yet.
            if ((_open ?? _inFlight) is { } pending) await pending.Done.Task;
            return new Executed<TAnswer>(decision.Refusal, decision.Detail, decision.Answer, tip.Version, [], 0, [], null);
        }

        var lines = new FactLine[decision.Facts.Count];
        for (var i = 0; i < lines.Length; i++)
        {
            var moment = Instant.Later(tip.At, MomentOf(tip.State, decision.Facts[i], at));
            var line = FactLine.Write(decision.Facts[i], tip.Version + 1, tip.Hash, moment);
            tip = new Tip(Fold(tip.State, line), line.Version, line.Hash, line.At);
            lines[i] = line;
        }

        var batch = Gather(lines, tip);
        var head = await batch.Done.Task;
        return new Executed<TAnswer>(null, null, decision.Answer, lines[0].Version - 1, lines, batch.From, batch.Hashes, head);
    }

    /// <summary>The proof of a line that is in the log, rebuilt from stored rows: the same for ever.</summary>
    protected async Task<LineProof> ProofOf(long version)
    {
        var head = await services.Store.HeadAtOrAfter(Stream, version) ?? throw new InvalidOperationException($"Line {version} of {Stream} has no signed head.");
        var hashes = new List<string>();
        await foreach (var line in services.Store.Read(Stream, version - 1))
        {
            hashes.Add(line.Hash);
            if (line.Version == head.Version) break;
        }

        return new LineProof(version, hashes, head);
    }

    /// <summary>Waits until the stream is replayed and taken over.</summary>
    protected async Task Ready()
    {
        while (_recovery is { } recovery)
        {
            try
            {
                await recovery;
            }
            catch (Exception e) when (e is not OutcomeUnknownException)
            {
                // The log could not be read; whoever comes next tries again, this caller is told.
                if (_recovery == recovery) _recovery = Recover();
                services.Log.ReplayFailed(Stream, e);
                throw new OutcomeUnknownException(Stream);
            }
        }
    }

    /// <summary>
    /// The state for whoever asks what follows from a line that it read in the database: that may be durable before this grain has
    /// heard of it, and the answer waits for it.
    /// </summary>
    protected async Task<TState> Current()
    {
        await Ready();
        if (_inFlight is { } writing) await writing.Done.Task;
        return Committed;
    }

    private Batch Gather(FactLine[] lines, Tip tip)
    {
        if (_open is not { } batch || batch.Lines.Count + lines.Length > MostPerAppend) _queue.Enqueue(_open = batch = new Batch(lines[0].Version));
        foreach (var line in lines) batch.Lines.Add(new NewLine(line, line.Fact.CommandKey));
        _gathered += lines.Length;
        batch.After = tip;
        _tip = tip;
        if (!_appending)
        {
            _appending = true;
            _ = AppendAll();
        }

        return batch;
    }

    private async Task AppendAll()
    {
        while (_queue.TryDequeue(out var batch))
        {
            if (_open == batch) _open = null;
            _inFlight = batch;
            var (before, after) = (_committed!, batch.After!);
            try
            {
                var head = services.Keys.Sign(Stream, after.Version, after.Hash);
                await services.Store.Append(Stream, batch.Lines, head, SideWrites(before.State, after.State, batch.Lines));
                _committed = after;
                _gathered -= batch.Lines.Count;
                _inFlight = null;
                batch.Done.SetResult(head);
                OnCommitted(before.State, after.State, batch.Lines);
            }
            catch (Exception e)
            {
                services.Log.AppendFailed(Stream, after.Version, e);
                Fail(batch);
                return;
            }
        }

        _appending = false;
    }

    /// <summary>Everybody who waits, refused callers and the gathering batches included, is told that nobody knows.</summary>
    private void Fail(Batch inFlight)
    {
        List<Batch> waiting = [inFlight, .. _queue];
        _queue.Clear();
        (_open, _inFlight, _gathered, _appending) = (null, null, 0, false);
        _recovery = Recover();
        foreach (var batch in waiting)
        {
            batch.Done.TrySetException(new OutcomeUnknownException(Stream));
            // Not every batch has a refused caller beside it who looks at the exception.
            _ = batch.Done.Task.Exception;
        }
    }

    private Task Recover() => _recovery = Replay();

    private async Task Replay()
    {
        // The caller's turn goes on first, so that _recovery is set before anything else can run.
        await Task.Yield();
        for (var attempt = 1; ; attempt++)
        {
            var tip = new Tip(Empty, 0, FactLine.Genesis, DateTimeOffset.UnixEpoch);
            await foreach (var stored in services.Store.Read(Stream))
            {
                var line = ReadLine(stored);
                if (line.Version != tip.Version + 1) throw new InvalidOperationException($"{Stream} has a gap after {tip.Version}.");
                if (line.Prev != tip.Hash) throw new InvalidOperationException($"The chain of {Stream} breaks after {tip.Version}.");
                tip = new Tip(Fold(tip.State, line), line.Version, line.Hash, line.At);
            }

            var at = Instant.Later(Now, tip.At);
            var takeOver = TakeOver(tip.State, await services.Store.ServedUntil(Stream), at);
            if (takeOver is not null)
            {
                // Whoever comes next tries again; a wrong moment in this line would count as silence, or bar later bids.
                if (!KnowsTheTime) throw new ClockUnboundedException();
                var line = FactLine.Write(takeOver, tip.Version + 1, tip.Hash, at);
                var after = new Tip(Fold(tip.State, line), line.Version, line.Hash, at);
                NewLine[] lines = [new NewLine(line, takeOver.CommandKey)];
                try
                {
                    await services.Store.Append(Stream, lines, services.Keys.Sign(Stream, line.Version, line.Hash), SideWrites(tip.State, after.State, lines));
                }
                catch (StreamMovedException e) when (attempt < MostTakeOvers)
                {
                    services.Log.TakeOverLost(Stream, line.Version, e);
                    continue;
                }

                tip = after;
            }

            (_tip, _committed, _recovery) = (tip, tip, null);
            return;
        }
    }

    private sealed record Tip(TState State, long Version, string Hash, DateTimeOffset At);

    private sealed class Batch(long from)
    {
        public long From { get; } = from;
        public List<NewLine> Lines { get; } = [];

        /// <summary>Made once, when the lines are durable and no more are added.</summary>
        public string[] Hashes => field ??= [.. Lines.Select(l => l.Line.Hash)];

        public Tip? After { get; set; }
        public TaskCompletionSource<SignedHead> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
