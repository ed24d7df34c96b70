using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>The close, and what is opened after it.</summary>
public static class Closing
{
    /// <summary>How long after the end the close is written, so that calls received before the end are in (P4).</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>The moment from which <see cref="Close"/> may be called.</summary>
    public static DateTimeOffset DueAt(Auction auction) => auction.EndsAt + Grace;

    /// <summary>Ends the auction. The fact's moment is the end itself, whenever it is written.</summary>
    /// <param name="now">When the call is made; before <see cref="DueAt"/> it is refused.</param>
    public static Decision<Closed> Close(Auction auction, long refusedCount, string refusedDigest, DateTimeOffset now)
    {
        if (auction.Terms is not { } terms) return Decision<Closed>.Refused(Refusal.UnknownAuction);
        if (auction.Result is { } done) return Decision<Closed>.Repeated(done);
        // Only the hammer ends a lot in a hall, and the end of a listing's notice is decided first.
        if (auction.IsHall || auction.Stage is Stage.Listing) return Decision<Closed>.Refused(Refusal.NotInThisStage);
        if (auction.IsPaused) return Decision<Closed>.Refused(Refusal.AuctionPaused);
        if (auction.PhaseAt(auction.EndsAt) is Phase.Opening) return Decision<Closed>.Refused(Refusal.OffersNotOpened);
        if (now < DueAt(auction)) return Decision<Closed>.Refused(Refusal.NotOpenYet);
        if (Priority.IsWindowDue(auction)) return Decision<Closed>.Refused(Refusal.MatchingNotOpened);
        var closed = Result(auction, refusedCount, refusedDigest);
        var items = Openings(auction, closed);
        return items.IsEmpty
            ? Decision<Closed>.Accepted(closed, closed)
            : Decision<Closed>.Accepted(closed, closed, new SecretsOpened(items));
    }

    /// <summary>Sold when somebody leads, the reserve is reached and enough bidders bid.</summary>
    public static Closed Result(Auction auction, long refusedCount, string refusedDigest)
    {
        // Only valid offers are competition.
        var bidders = auction.Terms!.Format == Formats.Sealed ? auction.Offers.Count(o => o.AmountFen is not null) : auction.Bidders.Values.Count(b => b.HasBid);
        var sold = auction.Leader is not null
            && auction.InHall is not { Hammer: null }
            && bidders >= auction.Terms.MinBidders
            && (auction.Reserve is not { } reserve || auction.PriceFen >= reserve.ValueFen);
        return sold
            ? new Closed(Outcome.Sold, auction.PriceFen, auction.Leader, refusedCount, refusedDigest)
            : new Closed(Outcome.Unsold, null, null, refusedCount, refusedDigest);
    }

    /// <summary>
    /// A beaten maximum opens, because the price follows from it. One that was never beaten stays closed and is stated
    /// at the price it had reached, which replays to the same result. The reserve opens when the terms promised it or
    /// when it decided: it lifted the price, or it was not reached. Ceilings never open.
    /// </summary>
    public static ImmutableArray<OpenedSecret> Openings(Auction auction, Closed closed)
    {
        var items = ImmutableArray.CreateBuilder<OpenedSecret>();
        if (auction.Reserve is { } reserve)
        {
            var missed = closed.Outcome == Outcome.Unsold && auction.PriceFen < reserve.ValueFen;
            if (auction.Terms!.OpensReserve || auction.ReserveLifted || missed) items.Add(new OpenedSecret(1, reserve.ValueFen, reserve.Nonce));
        }

        foreach (var maximum in auction.Maxima)
        {
            items.Add(new OpenedSecret(maximum.Version, maximum.StatedFen(auction), maximum.Beaten ? maximum.Secret.Nonce : null));
        }

        return items.ToImmutable();
    }
}
