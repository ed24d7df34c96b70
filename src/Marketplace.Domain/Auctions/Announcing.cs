using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>Everything that happens to an auction besides bids before it ends: terms, admission, ceilings, suspension.</summary>
public static class Announcing
{
    /// <summary>Fixes the terms. The same terms a second time change nothing; other terms need a new auction.</summary>
    public static Decision<Terms> FixTerms(Auction auction, Terms terms, Secret? reserve, DateTimeOffset at)
    {
        if (auction.Terms is { } before)
        {
            return before with { Steps = terms.Steps } == terms && before.Steps.SequenceEqual(terms.Steps)
                ? Decision<Terms>.Repeated(before)
                : Decision<Terms>.Refused(Refusal.AlreadyAnnounced);
        }

        if (terms.FirstFault(reserve?.ValueFen) is { } fault) return Decision<Terms>.Refused(Refusal.TermsInvalid, fault);
        if (terms.OpensAt < at) return Decision<Terms>.Refused(Refusal.TermsInvalid, "opensAt");
        if (terms.ReserveCommitment != reserve?.Commitment()) return Decision<Terms>.Refused(Refusal.TermsInvalid, "reserve");
        return Decision<Terms>.Accepted(terms, new TermsFixed(terms, reserve));
    }

    /// <summary>Lets a paddle bid. A ceiling comes with the secret that commits to it.</summary>
    public static Decision<int> Admit(Auction auction, int paddle, Secret? ceiling, DateTimeOffset at)
    {
        if (auction.Terms is null) return Decision<int>.Refused(Refusal.UnknownAuction);
        if (auction.Bidders.ContainsKey(paddle)) return Decision<int>.Repeated(paddle);
        if (auction.PhaseAt(at) is Phase.Closing or Phase.Closed) return Decision<int>.Refused(Refusal.AlreadyEnded);
        if (Listing.MayAdd(auction) is { } late) return Decision<int>.Refused(late);
        if (Listing.IsBelowPosted(auction, ceiling)) return Decision<int>.Refused(Refusal.CeilingOutOfRange);
        return Decision<int>.Accepted(paddle, new BidderAdmitted(paddle, ceiling, ceiling?.Commitment()));
    }

    /// <summary>Moves a ceiling; it binds the next bid, accepted ones stand.</summary>
    public static Decision<int> SetCeiling(Auction auction, int paddle, string commandId, Secret ceiling, DateTimeOffset at)
    {
        if (auction.Terms is null) return Decision<int>.Refused(Refusal.UnknownAuction);
        if (!auction.Bidders.TryGetValue(paddle, out var bidder)) return Decision<int>.Refused(Refusal.NotAdmitted);
        var set = new CeilingSet(paddle, commandId, ceiling, ceiling.Commitment());
        if (bidder.CeilingFen == ceiling.ValueFen || auction.Done.ContainsKey(set.CommandKey)) return Decision<int>.Repeated(paddle);
        if (auction.PhaseAt(at) is Phase.Closing or Phase.Closed) return Decision<int>.Refused(Refusal.AlreadyEnded);
        if (Listing.IsBelowPosted(auction, ceiling)) return Decision<int>.Refused(Refusal.CeilingOutOfRange);
        return Decision<int>.Accepted(paddle, set);
    }

    /// <summary>A provider reversed the deposit: no further bid from this paddle.</summary>
    public static Decision<int> Suspend(Auction auction, int paddle, DateTimeOffset at)
    {
        if (auction.Terms is null) return Decision<int>.Refused(Refusal.UnknownAuction);
        if (!auction.Bidders.TryGetValue(paddle, out var bidder)) return Decision<int>.Refused(Refusal.NotAdmitted);
        if (bidder.Suspended) return Decision<int>.Repeated(paddle);
        if (auction.PhaseAt(at) is Phase.Closing or Phase.Closed) return Decision<int>.Refused(Refusal.AlreadyEnded);
        return Decision<int>.Accepted(paddle, new Suspended(paddle));
    }

    /// <summary>Tells that bidding began; nothing depends on it.</summary>
    public static Decision<bool> Open(Auction auction, DateTimeOffset at) =>
        auction.Terms is null ? Decision<bool>.Refused(Refusal.UnknownAuction)
        : auction.IsOpened || auction.Result is not null ? Decision<bool>.Repeated(true)
        : at < auction.OpensAt || auction.IsHall || auction.Stage is Stage.Listing ? Decision<bool>.Refused(Refusal.NotOpenYet)
        : Decision<bool>.Accepted(true, new Opened());
}
