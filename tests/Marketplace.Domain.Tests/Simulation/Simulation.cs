using System.Text;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>What somebody was told of a command, with the true times that only the simulation knows.</summary>
/// <param name="Arrived">When it reached the platform.</param>
/// <param name="ReceivedAt">What the endpoint stamped it with.</param>
internal readonly record struct Heard(Command Command, long SentAt, DateTimeOffset Arrived, DateTimeOffset ReceivedAt, long At, Reply Reply);

/// <summary>
/// One auction from its announcement to its close with bidders who repeat themselves, nodes that die, come twice and
/// have their own clocks, and a database whose answers get lost. Everything follows from the seed.
/// </summary>
internal sealed class Simulation
{
    private const int Repeats = 40;
    private const long Second = 1_000_000;

    private readonly World _world;
    private readonly Decide _decide;
    private readonly Planted _planted;
    private readonly int _commands;
    private readonly long _pace;
    private readonly bool _slowNetwork;
    private readonly bool _wrongHours;
    private readonly Crowd _crowd;
    private readonly Officers _officers;
    private readonly List<SimulatedNode> _nodes = [];
    private int _delivered;
    private int _afterwards = 5;
    private bool _restarting;
    private bool _closedSeen;
    private long _overAt = long.MaxValue;

    private Simulation(int seed, int commands, Planted planted)
    {
        (_world, _commands, _planted) = (new World(seed), commands, planted);
        Store = new SimulatedStore(_world, fenced: planted != Planted.NoFence);
        _decide = PlantedRules.With(planted);
        _pace = _world.Pick(2_000L, 20_000L, 80_000L);
        (_slowNetwork, _wrongHours) = (_world.OneIn(10), _world.OneIn(10));
        Lot = RandomLot.Of(_world, RandomLot.FormatOf(seed), _pace * commands * 7 / 10);
        (_crowd, _officers) = (new Crowd(_world, Lot), new Officers(_world, Lot));
    }

    public RandomLot Lot { get; }

    public SimulatedStore Store { get; }

    public List<Heard> Heard { get; } = [];

    /// <summary>Everything that was ever wanted, by the key of the fact that it becomes.</summary>
    public Dictionary<string, List<Command>> Asked { get; } = new(StringComparer.Ordinal);

    /// <summary>When each bid was sent for the first time, whether or not that one was ever answered.</summary>
    public Dictionary<string, long> FirstSent { get; } = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<(int Paddle, string BidId), Secret?> Contents => _crowd.Contents;

    public int Takeovers { get; private set; }

    public int TurnedAway { get; private set; }

    public static Simulation Run(int seed, int commands, Planted planted = Planted.Nothing)
    {
        var simulation = new Simulation(seed, commands, planted);
        simulation.Begin();
        simulation._world.Run(() => simulation.IsOver);
        return simulation;
    }

    /// <summary>Closed after the last command and what came of it, or stuck for ever.</summary>
    private bool IsOver => _world.Now > 3_600 * Second || _world.Now >= _overAt;

    /// <summary>One line that differs when anything differs: a failing seed can be told to be the same.</summary>
    public string Trace()
    {
        var told = string.Join('\n', Heard.Select(h => $"{h.Command.Key} {h.SentAt} {h.At} {h.Reply.Refusal} {h.Reply.Version} {h.Reply.At:O}"));
        return FactLine.HashOf(Encoding.UTF8.GetBytes(string.Concat(Store.Lines.Select(l => l.Hash)) + told));
    }

    private void Begin()
    {
        Announce();
        StartNode();
        // Some crowds wait for the last moments: the close races with all of them.
        var lasts = (long)(Lot.Terms.EndsAt - World.Begin).TotalMicroseconds;
        _world.After(_world.OneIn(5) ? Math.Max(0, lasts - _pace * _commands / 2) : 0, NextBid);
        _world.After(_world.Between(Second, 10 * Second), Crashes);
        _world.After(Second, Supervise);
        _world.After(_world.Wait(lasts / 4), Trouble);
        if (Lot.Terms.Hall is not null) _world.After(Second, AtTheDesk);
    }

    private void Announce()
    {
        var (auction, hash) = (Auction.Nothing, FactLine.Genesis);
        Write(Announcing.FixTerms(auction, Lot.Terms, Lot.Reserve, World.Begin).Facts);
        foreach (var paddle in Lot.Paddles)
        {
            Ask(new Admit(paddle, _world.OneIn(4) ? new Secret(RandomLot.Nonce($"ceiling {paddle}"), Lot.Terms.StartPriceFen + _world.Below(3_000)) : null));
            if (_world.OneIn(4)) Ask(new GrantRank(paddle, 1 + _world.Below(2)));
            if (_world.OneIn(2) && SecondBest.Known(Lot.Terms.Format)) Ask(new Wait(paddle));
        }

        void Ask(Command command)
        {
            Register(command);
            Write(TrueRules.Decide(auction, command, World.Begin, Contents).Facts);
        }

        void Write(IReadOnlyList<Fact> facts)
        {
            var line = FactLine.Write(facts.Single(), auction.Version + 1, hash, World.Begin);
            (auction, hash) = (auction.Fold(line), line.Hash);
            Assert.True(Store.Append([line]));
        }
    }

    private void StartNode()
    {
        var near = _world.Between(-20_000, 20_000);
        var clock = new SimulatedClock(_world, _wrongHours && _world.OneIn(2) ? _world.Pick(-5, 5) * Second : near);
        var node = new SimulatedNode(_world, Store, _decide, Contents, clock, _planted, faultsOneIn: _world.Pick(20, 100, 400));
        _nodes.Add(node);
        // Somebody looked at it before it was first compared.
        _ = clock.Now;
        _world.After(_world.Between(0, 5 * Second), () => clock.Compare(near));
        node.Start();
        Takeovers++;
    }

    /// <summary>The directory mostly leads to the newest activation; an older one that still lives gets some calls.</summary>
    private SimulatedNode? Reach() => _world.OneIn(5) ? Anybody() : _nodes.FindLast(n => n.Alive);

    private SimulatedNode? Anybody()
    {
        var alive = _nodes.FindAll(n => n.Alive);
        return alive.Count == 0 ? null : alive[_world.Below(alive.Count)];
    }

    private Auction Seen => Reach()?.Tip ?? Auction.Nothing;

    private void NextBid()
    {
        if (_delivered >= _commands) return;
        var seen = Seen;
        var waits = seen.Result is null && (seen.IsPaused || _world.Clock < seen.OpensAt || !_nodes.Exists(n => n.Alive && n.KnowsTheTime));
        if (waits && !_world.OneIn(20))
        {
            _world.After(_world.Wait(2 * Second), NextBid);
            return;
        }

        var command = _crowd.Next(seen, _world.Clock);
        Send(command);
        if (_world.OneIn(25)) Send(command);
        _world.After(_world.Wait(_pace), NextBid);

        void Send(Command bid)
        {
            _delivered++;
            FirstSent.TryAdd(bid.Key, _world.Now);
            this.Send(bid);
        }
    }

    /// <summary>Over a network that takes its time; without an answer, or with an unknown one, the same id again.</summary>
    private void Send(Command command, int tries = 0)
    {
        Register(command);
        var (sentAt, heard) = (_world.Now, false);
        _world.After(Travel(), () =>
        {
            if (Anybody() is not { } endpoint) return;
            if (!endpoint.KnowsTheTime)
            {
                TurnedAway++;
                return;
            }

            var (arrived, receivedAt) = (_world.Clock, endpoint.Clock.Now);
            _world.After(_slowNetwork ? Travel() : _world.Wait(300), () => Reach()?.Take(command, receivedAt, reply => _world.After(Travel(), () =>
            {
                if (!reply.IsKnown) return;
                heard = true;
                Heard.Add(new Heard(command, sentAt, arrived, receivedAt, _world.Now, reply));
            })));
        });
        if (tries < Repeats) _world.After(_slowNetwork ? 5 * Second : Second / 2, () => { if (!heard) Send(command, tries + 1); });
    }

    private long Travel() => _slowNetwork && _world.OneIn(4) ? _world.Between(0, 3 * Second) : _world.Wait(3_000);

    private void Register(Command command)
    {
        if (!Asked.TryGetValue(command.Key, out var all)) Asked.Add(command.Key, all = []);
        if (!all.Contains(command)) all.Add(command);
    }

    /// <summary>A node dies, or a second one starts beside it.</summary>
    private void Crashes()
    {
        // A few more while the end is decided; a market that dies every few seconds for an hour never gets there.
        if (_delivered >= _commands && _afterwards-- == 0) return;
        if (_nodes.FindLast(n => n.Alive) is { } newest)
        {
            switch (_world.Below(3))
            {
                case 0:
                    newest.Crash();
                    break;
                case 1 when _nodes.Count(n => n.Alive) < 3:
                    StartNode();
                    _world.After(_world.Between(0, 5 * Second), newest.Crash);
                    break;
                default:
                    break;
            }
        }

        _world.After(_world.Wait(10 * Second), Crashes);
    }

    /// <summary>A dead market is started again, sometimes only after more than the outage rule forgives; an operator ends pauses.</summary>
    private void Supervise()
    {
        if (!_restarting && !_nodes.Exists(n => n.Alive))
        {
            _restarting = true;
            _world.After(_world.Pick(0, Second / 10, 3 * Second, 15 * Second), () =>
            {
                _restarting = false;
                StartNode();
            });
        }

        if (!_closedSeen && _delivered >= _commands && Store.Lines.Exists(l => l.Fact is Closed or Cancelled))
        {
            _closedSeen = true;
            _world.After(0, () => Afterwards(_world.Below(12)));
        }

        var seen = Seen;
        if (seen.IsPaused && (!seen.IsHall || seen.InHall is null || _world.OneIn(10))) Send(_officers.EndPause(_world.Clock));
        if (seen.InHall is not null && _world.OneIn(seen.IsStoppedInHall ? 3 : 100)) Send(_officers.EndStop());
        _world.After(Second, Supervise);
    }

    /// <summary>Days and weeks after the close, with everything that may still be asked of it.</summary>
    private void Afterwards(int left)
    {
        if (left == 0)
        {
            _overAt = _world.Now + 2 * Second;
            return;
        }

        _world.Sleep(_world.Pick(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromHours(7), TimeSpan.FromDays(2), TimeSpan.FromDays(8)));
        var command = _officers.Afterwards(Seen);
        Send(command);
        if (_world.OneIn(4)) Send(command);
        _world.After(_world.Wait(Second / 2), () => Afterwards(left - 1));
    }

    private void Trouble()
    {
        if (Seen is { Terms: not null } seen) Send(_world.OneIn(5) ? _officers.Second() : _officers.Trouble(seen, _world.Clock));
        if (_delivered < _commands) _world.After(_world.Wait(Math.Max(5 * Second, _pace * _commands / 5)), Trouble);
    }

    private void AtTheDesk()
    {
        var over = _delivered >= _commands;
        if (Seen is { Terms: not null } seen)
        {
            Send(_officers.AtTheDesk(seen, over));
            if (seen.InHall is not null && _world.OneIn(60)) Send(new LoseUplink($"uplink-{seen.Version}"));
        }

        _world.After(over ? Second : _world.Wait(Math.Max(5_000, _pace * 8)), AtTheDesk);
    }
}
