using System.Collections.Immutable;

namespace Marketplace.Domain.Auctions;

public sealed partial record Auction
{
    /// <summary>The paddles with 优先受让权 and their ranks.</summary>
    public ImmutableDictionary<int, int> Ranks { get; private init; } = ImmutableDictionary<int, int>.Empty;

    /// <summary>The window in which a known price may be matched, once it is open.</summary>
    public MatchingOpened? Matching { get; private init; }

    /// <summary>The rank of a paddle with 优先受让权; null for all others.</summary>
    public int? RankOf(int paddle) => Ranks.TryGetValue(paddle, out var rank) ? rank : null;

    private Auction After(PriorityGranted fact) => this with { Ranks = Ranks.SetItem(fact.Paddle, fact.Rank) };

    private Auction After(MatchingOpened fact) => this with { Matching = fact, EndsAt = fact.Until, OnlyEarlierBidders = false };
}
