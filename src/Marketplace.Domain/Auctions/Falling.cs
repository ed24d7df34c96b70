using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>The falling price of the Dutch and the hybrid format, and the last word of the hybrid.</summary>
internal static class Falling
{
    /// <summary>
    /// Why this acceptance is refused. What is offered is at least the asked price of the moment it was received; who
    /// offers more, because the price fell on the way, has it at the asked price.
    /// </summary>
    public static Refusal? Accept(Auction auction, long offerFen, DateTimeOffset at) => offerFen < auction.AskedFen(at) ? Refusal.BelowAskedPrice : null;

    /// <summary>The first to accept has the price: the Dutch auction ends, the hybrid goes on under seal.</summary>
    public static Standing AfterAccept(Auction auction, int paddle, DateTimeOffset at) =>
        new(auction.AskedFen(at), paddle, auction.Terms!.SealedSeconds is { } seconds ? at + TimeSpan.FromSeconds(seconds) : at);

    /// <summary>Only who took the price answers, once, with at least one step of the ladder above the best sealed offer.</summary>
    public static Refusal? LastWord(Auction auction, int paddle, long offerFen) =>
        auction.PriceTaker != paddle ? Refusal.OnlyThePriceTaker
        : offerFen < auction.NextMinFen ? Refusal.BelowNextMinimum
        : null;

    public static Standing AfterLastWord(int paddle, long offerFen, DateTimeOffset at) => new(offerFen, paddle, at);
}
