using System.Collections.Immutable;

namespace Marketplace.Domain.Auctions;

public sealed partial record Auction
{
    /// <summary>挂牌: what the end of the notice came to the last time; null while it has not ended, and in other formats.</summary>
    public ListingDecided? Listed { get; private init; }

    private Auction After(ListingDecided fact) => this with
    {
        Listed = fact,
        OpensAt = fact.OpensAt,
        EndsAt = fact.EndsAt,
        LatestEndsAt = LatestEndsAt + (fact.EndsAt - EndsAt),
        PriceFen = fact.PriceFen,
        Leader = fact.Leader,
        LeaderMaxFen = fact.PriceFen,
        // Every intent has offered the posted price.
        Bidders = fact.Leader is null ? Bidders : Bidders.Values.ToImmutableDictionary(b => b.Paddle, b => b.Suspended ? b : b with { HasBid = true }),
    };
}
