using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>Terms of every format, so small that ties, ends and lifts happen all the time.</summary>
/// <param name="Net">Paddles that were admitted before the opening.</param>
/// <param name="Floor">Paddles of the floor of a hall.</param>
internal sealed record RandomLot(Terms Terms, Secret? Reserve, IReadOnlyList<int> Net, IReadOnlyList<int> Floor)
{
    public const string Id = "s1";

    public IReadOnlyList<int> Paddles { get; } = [.. Net, .. Floor];

    /// <summary>English has the most seeds, every other format its share.</summary>
    public static string FormatOf(int seed) => (seed % 10) switch
    {
        0 or 1 or 2 or 3 => Formats.English,
        4 or 5 => Formats.Dynamic,
        6 => Formats.Sealed,
        7 => Formats.Dutch,
        8 => Formats.HybridDutch,
        _ => Formats.Hall,
    };

    /// <param name="lasts">For how long people will bid, in microseconds.</param>
    public static RandomLot Of(World world, string format, long lasts)
    {
        var reserve = world.OneIn(2) && !Formats.Falls(format) ? new Secret(Nonce("reserve"), world.OneIn(3) ? 1_000_000 : 100 + world.Below(400)) : null;
        var opens = World.Begin.AddSeconds(2);
        var ends = opens.AddSeconds(Math.Max(5, lasts / 1_000_000));
        var terms = new Terms
        {
            Auction = Id,
            StartPriceFen = 100,
            Steps = [.. world.Pick<Step[]>([new(0, 10)], [new(0, 5), new(150, 20), new(400, 50)], [new(0, 1)])],
            OnStep = world.Pick(OnStep.Multiple, OnStep.Minimum),
            OpensAt = opens,
            EndsAt = ends,
            SoftCloseSeconds = format == Formats.English ? world.Pick(0, 5, 20, 60) : 0,
            MinBidders = world.Pick(1, 1, 2, 3),
            ReserveCommitment = reserve?.Commitment(),
            Match = format != Formats.Hall && world.OneIn(3) ? new MatchWindow(world.Pick(5, 20), null) { BestRank = world.Pick(1, 2) } : null,
        };
        terms = format switch
        {
            Formats.Dynamic => terms with { CycleSeconds = world.Pick(3, 10, 30) },
            Formats.Hall => terms with { EndsAt = opens, Hall = new HallTerms(world.Pick(1, 3), world.Pick(TieRule.FirstReceived, TieRule.Floor, TieRule.Net), 101, 103) },
            Formats.Dutch or Formats.HybridDutch => Falling(world, terms, ends - opens),
            _ => terms,
        };
        if (format == Formats.HybridDutch) terms = terms with { SealedSeconds = world.Pick(3, 20), LastWordSeconds = world.Pick(3, 10) };
        if (Formats.Rises(format))
        {
            if (world.OneIn(3)) terms = terms with { LatestEndsAt = terms.FirstEnd.AddSeconds(world.Pick(0, 10, 60)) };
            if (world.OneIn(4)) terms = terms with { Linked = "A" };
        }

        var net = Enumerable.Range(1, format switch { Formats.Sealed => 40, Formats.HybridDutch => 12, Formats.Hall => 3, _ => 5 });
        return new RandomLot(terms.In(format), reserve, [.. net], format == Formats.Hall ? [101, 102, 103] : []);
    }

    public static string Nonce(string of) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(of)));

    private static Terms Falling(World world, Terms terms, TimeSpan lasts)
    {
        var interval = world.Pick(1, 2);
        var steps = Math.Max(2, (long)lasts.TotalSeconds / interval);
        var path = world.OneIn(2) ? new PricePath(null, Math.Max(1, 80_000 / steps), interval, 20_000) : new PricePath((int)Math.Max(1, 8_000 / steps), null, interval, 20_000);
        return terms with { StartPriceFen = 100_000, Path = path, EndsAt = terms.OpensAt + path.Lasts(100_000), MinBidders = 1 };
    }
}
