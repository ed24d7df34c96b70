using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>
/// What two persons decide about a lot in trouble: 撤回, 撤销结果, 悔拍, the seller's refusal. The first line of each
/// body refuses; a command id that was carried out gives its first answer.
/// </summary>
public static class Breaking
{
    public const int MostText = 500;

    /// <summary>Order of refusals: UnknownAuction, AlreadyEnded, the text. Announced, running and paused lots can be taken back.</summary>
    public static Decision<Cancelled> Cancel(
        Auction auction, string commandId, CancelGround ground, string? text, long refusedCount, string refusedDigest, DateTimeOffset at)
    {
        if (auction.Terms is null) return Decision<Cancelled>.Refused(Refusal.UnknownAuction);
        if (auction.Done.TryGetValue($"cancel/{commandId}", out var before)) return Decision<Cancelled>.Repeated((Cancelled)before);
        // From the end on the result is only waiting to be written: it can be voided, not cancelled.
        if (auction.PhaseAt(at) is Phase.Closing or Phase.Closed) return Decision<Cancelled>.Refused(Refusal.AlreadyEnded);
        var said = Text.Require(text, MostText, "text");
        if (!said.Done) return Decision<Cancelled>.Refused(said.Refusal.Value, said.Detail);
        var cancelled = new Cancelled(commandId, ground, said.Value, refusedCount, refusedDigest);
        var items = Closing.Openings(auction, new Closed(Outcome.Cancelled, null, null, refusedCount, refusedDigest));
        return items.IsEmpty ? Decision<Cancelled>.Accepted(cancelled, cancelled) : Decision<Cancelled>.Accepted(cancelled, cancelled, new SecretsOpened(items));
    }

    /// <summary>Order of refusals: UnknownAuction, NoResultYet, NothingSold, ResultIsVoid, the text.</summary>
    public static Decision<ResultVoided> Void(Auction auction, string commandId, VoidGround ground, string? text)
    {
        if (auction.Terms is null) return Decision<ResultVoided>.Refused(Refusal.UnknownAuction);
        if (auction.Done.TryGetValue($"void/{commandId}", out var before)) return Decision<ResultVoided>.Repeated((ResultVoided)before);
        if (Sold(auction) is { } refusal) return Decision<ResultVoided>.Refused(refusal);
        var said = Text.Require(text, MostText, "text");
        if (!said.Done) return Decision<ResultVoided>.Refused(said.Refusal.Value, said.Detail);
        var done = new ResultVoided(commandId, ground, said.Value);
        return Decision<ResultVoided>.Accepted(done, done);
    }

    /// <summary>
    /// Order of refusals: UnknownAuction, NoResultYet, NothingSold, ResultIsVoid, NoStandingSale, the text. When the
    /// second-best still waits, its offer is made in the same breath.
    /// </summary>
    public static Decision<WinnerDefaulted> Default(Auction auction, string commandId, DefaultGround ground, string? text, string? evidenceSha256, DateTimeOffset at)
    {
        if (auction.Terms is null) return Decision<WinnerDefaulted>.Refused(Refusal.UnknownAuction);
        if (auction.Done.TryGetValue($"default/{commandId}", out var before)) return Decision<WinnerDefaulted>.Repeated((WinnerDefaulted)before);
        if (Sold(auction) is { } refusal) return Decision<WinnerDefaulted>.Refused(refusal);
        if (auction.Standing is not { } sale) return Decision<WinnerDefaulted>.Refused(Refusal.NoStandingSale);
        var said = Text.Require(text, MostText, "text");
        if (!said.Done) return Decision<WinnerDefaulted>.Refused(said.Refusal.Value, said.Detail);
        var defaulted = new WinnerDefaulted(commandId, sale.Winner, ground, said.Value, evidenceSha256);
        return SecondBest.OfferNow(auction, at) is { } offer
            ? Decision<WinnerDefaulted>.Accepted(defaulted, defaulted, offer)
            : Decision<WinnerDefaulted>.Accepted(defaulted, defaulted);
    }

    /// <summary>Order of refusals: UnknownAuction, NoResultYet, NothingSold, ResultIsVoid, NoStandingSale, the text.</summary>
    public static Decision<SellerRefused> SellerRefuses(Auction auction, string commandId, string? text, string? evidenceSha256)
    {
        if (auction.Terms is null) return Decision<SellerRefused>.Refused(Refusal.UnknownAuction);
        if (auction.Done.TryGetValue($"seller-refused/{commandId}", out var before)) return Decision<SellerRefused>.Repeated((SellerRefused)before);
        if (Sold(auction) is { } refusal) return Decision<SellerRefused>.Refused(refusal);
        if (auction.Standing is null) return Decision<SellerRefused>.Refused(Refusal.NoStandingSale);
        var said = Text.Require(text, MostText, "text");
        if (!said.Done) return Decision<SellerRefused>.Refused(said.Refusal.Value, said.Detail);
        var refused = new SellerRefused(commandId, said.Value, evidenceSha256);
        return Decision<SellerRefused>.Accepted(refused, refused);
    }

    private static Refusal? Sold(Auction auction) =>
        auction.Result is null ? Refusal.NoResultYet
        : auction.Result.Outcome != Outcome.Sold ? Refusal.NothingSold
        : auction.Trouble.Void is not null ? Refusal.ResultIsVoid
        : null;
}
