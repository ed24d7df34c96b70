using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>The faults that the simulation must be able to find.</summary>
public enum Planted { Nothing, AnswersBeforeCommit, NoFence, SoftCloseFromTheOldEnd, LeaderRaisedAgainstHimself }

/// <summary>What a client was told of a bid: when it sent it, when it heard, and what.</summary>
internal readonly record struct Heard(int Paddle, string BidId, long SentAt, long At, Reply Reply);

/// <summary>
/// One auction from its announcement to its close with bidders who repeat themselves, nodes that die, come twice and
/// have their own clocks, and a database whose answers get lost. Everything follows from the seed.
/// </summary>
internal sealed class Simulation
{
    private const int Bidders = 5;
    private const int Repeats = 40;
    private const long Second = 1_000_000;

    private readonly World _world;
    private readonly Decide _decide;
    private readonly Planted _planted;
    private readonly int _commands;
    private readonly long _pace;
    private readonly List<SimulatedNode> _nodes = [];
    private readonly Dictionary<(int, string), PlaceBid> _sent = [];
    private int _delivered;
    private int _restarts;
    private bool _restarting;

    private Simulation(int seed, int commands, Planted planted)
    {
        (_world, _commands, _planted) = (new World(seed), commands, planted);
        Store = new SimulatedStore(fenced: planted != Planted.NoFence);
        _decide = planted switch
        {
            Planted.SoftCloseFromTheOldEnd => (auction, bid, at) => Changed(
                Bidding.PlaceBid(auction, bid, at),
                after => after.EndsAt > auction.EndsAt ? after with { EndsAt = auction.EndsAt + auction.Terms!.SoftClose } : after),
            Planted.LeaderRaisedAgainstHimself => (auction, bid, at) => Changed(
                Bidding.PlaceBid(auction, bid, at),
                after => auction.Leader == bid.Paddle ? after with { PriceFen = Math.Min(auction.NextMinFen, bid.ProxyMaxFen!.Value) } : after),
            _ => Bidding.PlaceBid,
        };
        _pace = _world.Pick(2_000L, 20_000L, 80_000L);
    }

    public SimulatedStore Store { get; }

    public List<Heard> Heard { get; } = [];

    /// <summary>When each bid was sent for the first time, whether or not that one was ever answered.</summary>
    public Dictionary<(int Paddle, string BidId), long> FirstSent { get; } = [];

    public int Takeovers { get; private set; }

    public static Simulation Run(int seed, int commands, Planted planted = Planted.Nothing)
    {
        var simulation = new Simulation(seed, commands, planted);
        simulation.Announce();
        simulation.StartNode();
        simulation._world.After(0, simulation.NextBid);
        simulation._world.After(simulation._world.Between(Second, 10 * Second), simulation.Trouble);
        simulation._world.After(Second, simulation.Supervise);
        simulation._world.Run(() => simulation.IsOver);
        return simulation;
    }

    private bool IsOver => Store.Lines[^1].Fact is Closed or SecretsOpened && _delivered >= _commands;

    /// <summary>One line that differs when anything differs: a failing seed can be told to be the same.</summary>
    public string Trace()
    {
        var told = string.Join('\n', Heard.Select(h => $"{h.Paddle}/{h.BidId} {h.SentAt} {h.At} {h.Reply.Answer?.Version} {h.Reply.Refusal} {h.Reply.Version}"));
        return FactLine.HashOf(Encoding.UTF8.GetBytes(string.Concat(Store.Lines.Select(l => l.Hash)) + told));
    }

    private void Announce()
    {
        var soft = _world.Pick(0, 5, 20, 60);
        var reserve = _world.OneIn(2) ? new Secret(Nonce("reserve"), 100 + _world.Below(400)) : null;
        var terms = new Terms
        {
            Auction = "s1",
            StartPriceFen = 100,
            Steps = _world.Pick<Step[]>([new(0, 10)], [new(0, 5), new(150, 20), new(400, 50)], [new(0, 1)]).ToArray() is var steps ? [.. steps] : [],
            OnStep = _world.Pick(OnStep.Multiple, OnStep.Minimum),
            OpensAt = World.Begin.AddSeconds(2),
            EndsAt = World.Begin.AddSeconds(2 + Math.Max(5, _pace * _commands / Second)),
            SoftCloseSeconds = soft,
            ReserveCommitment = reserve?.Commitment(),
        };
        var (auction, hash) = (Auction.Nothing, FactLine.Genesis);
        Write(Announcing.FixTerms(auction, terms, reserve, World.Begin).Facts);
        for (var paddle = 1; paddle <= Bidders; paddle++) Write(Announcing.Admit(auction, paddle, null, World.Begin).Facts);
        for (var paddle = 1; paddle <= Bidders; paddle++)
        {
            if (_world.OneIn(4)) Write(Priority.Grant(auction, paddle, 1 + _world.Below(2), World.Begin).Facts);
        }

        void Write(IReadOnlyList<Fact> facts)
        {
            var line = FactLine.Write(facts.Single(), auction.Version + 1, hash, World.Begin);
            (auction, hash) = (auction.Fold(line), line.Hash);
            Assert.True(Store.Append([line]));
        }
    }

    private SimulatedNode StartNode()
    {
        var skew = _world.Between(-20_000, 20_000);
        var node = new SimulatedNode(_world, Store, _decide, skew, _planted == Planted.AnswersBeforeCommit) { FaultsOneIn = _world.Pick(20, 100, 400) };
        _nodes.Add(node);
        node.Start();
        Takeovers++;
        return node;
    }

    /// <summary>The directory mostly leads to the newest activation; an older one that still lives gets some calls.</summary>
    private SimulatedNode? Reach()
    {
        var alive = _nodes.Where(n => n.Alive).ToList();
        return alive.Count == 0 ? null : _world.OneIn(5) ? alive[_world.Below(alive.Count)] : alive[^1];
    }

    private void NextBid()
    {
        if (_delivered >= _commands) return;
        var paddle = 1 + _world.Below(Bidders);
        PlaceBid bid;
        if (_sent.Count > 0 && _world.OneIn(20))
        {
            // Somebody sends an old bid again, or its id with another amount.
            bid = _sent.Values.ElementAt(_world.Below(_sent.Count));
            if (_world.OneIn(4)) bid = bid with { AmountFen = (bid.AmountFen ?? 0) + 1, ProxyMaxFen = null };
        }
        else
        {
            var seen = Reach()?.Tip ?? Auction.Nothing;
            var step = seen.Terms?.StepAt(seen.PriceFen ?? seen.Terms.StartPriceFen) ?? 10;
            var offer = Math.Max(1, (seen.Terms is null ? 100 : seen.NextMinFen) + step * _world.Pick(-1, 0, 0, 0, 1, 3) + (_world.OneIn(15) ? 1 : 0));
            var id = string.Create(CultureInfo.InvariantCulture, $"{_sent.Count}");
            var proxy = _world.OneIn(3);
            bid = new PlaceBid(paddle, id, proxy ? null : offer, proxy ? offer + step * _world.Below(6) : null, Nonce(id));
            _sent.Add((paddle, id), bid);
        }

        Send(bid, tries: 0);
        if (_world.OneIn(25)) Send(bid, tries: 0);
        _world.After(_world.Wait(_pace), NextBid);
    }

    /// <summary>Over a network that takes its time; without an answer, or with an unknown one, the same id again.</summary>
    private void Send(PlaceBid bid, int tries)
    {
        var (sentAt, heard) = (_world.Now, false);
        _delivered++;
        FirstSent.TryAdd((bid.Paddle, bid.BidId), sentAt);
        var node = Reach();
        if (node is not null)
        {
            _world.After(_world.Wait(3_000), () => node.Bid(bid, reply => _world.After(_world.Wait(3_000), () =>
            {
                if (reply.Answer is null && reply.Refusal is null) return;
                heard = true;
                Heard.Add(new Heard(bid.Paddle, bid.BidId, sentAt, _world.Now, reply));
            })));
        }

        if (tries < Repeats) _world.After(Second / 2, () => { if (!heard) Send(bid, tries + 1); });
    }

    /// <summary>A node dies, or a second one starts beside it.</summary>
    private void Trouble()
    {
        var alive = _nodes.Where(n => n.Alive).ToList();
        if (alive.Count > 0)
        {
            var newest = alive[^1];
            switch (_world.Below(3))
            {
                case 0:
                    newest.Crash();
                    break;
                case 1 when alive.Count < 3:
                    StartNode();
                    _world.After(_world.Between(0, 5 * Second), newest.Crash);
                    break;
                default:
                    break;
            }
        }

        _world.After(_world.Wait(10 * Second), Trouble);
    }

    /// <summary>A dead market is started again, sometimes only after more than the outage rule forgives; an operator sets breakpoints.</summary>
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

        if (Reach() is { Tip.IsPaused: true } paused) paused.SetBreakpoint(string.Create(CultureInfo.InvariantCulture, $"b{_restarts++}"));
        _world.After(Second, Supervise);
    }

    private static Decision<BidAnswer> Changed(Decision<BidAnswer> decision, Func<Standing, Standing> lie)
    {
        if (decision.Facts.Count == 0) return decision;
        Fact changed = decision.Facts[^1] switch
        {
            BidAccepted f => f with { After = lie(f.After) },
            ProxyAccepted f => f with { After = lie(f.After) },
            var other => other,
        };
        return Decision<BidAnswer>.Accepted(decision.Answer!, [.. decision.Facts.SkipLast(1), changed]);
    }

    private static string Nonce(string of) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(of)));
}
