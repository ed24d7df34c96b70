namespace Marketplace.Domain.Auctions;

public sealed partial record Auction
{
    /// <summary>The beginning of the path whose price was accepted; afterwards the end tells nothing of it any more.</summary>
    private DateTimeOffset? TakenPathBeganAt { get; init; }

    /// <summary>
    /// The moment from which a falling price is counted; null in other formats. The path has a fixed length, so an end
    /// that an outage moved has moved its beginning as well.
    /// </summary>
    public DateTimeOffset? PathBeganAt => Terms is { Path: { } path } terms ? TakenPathBeganAt ?? EndsAt - path.Lasts(terms.StartPriceFen) : null;
}
