using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>
/// Plays a closed auction through the rules again with the values that were opened, and compares each line with what
/// the rules make of it.
/// </summary>
/// <remarks>
/// A maximum that was never beaten is replayed at its effective value, the price it had reached. This gives the same
/// lines: while it led, every rival offer <c>o</c> set the price to min(M, o + step), which is at most the effective
/// value E and at most M, so min(E, o + step) is the same number; a rival who beat it would have had it opened in full;
/// and whenever M reached the reserve, the price and so E was lifted to the reserve as well.
/// </remarks>
internal static class TranscriptReplay
{
    /// <param name="replayed">The state after the last line, when nothing is wrong.</param>
    public static TranscriptFault? Run(IReadOnlyList<FactLine> lines, out Auction? replayed)
    {
        replayed = null;
        var opened = new Dictionary<long, OpenedSecret>();
        foreach (var line in lines)
        {
            if (line.Fact is not SecretsOpened secrets) continue;
            foreach (var item in secrets.Items)
            {
                if (!opened.TryAdd(item.Version, item)) return new TranscriptFault(line.Version, Unsound.WrongOpening, $"of {item.Version}");
            }
        }

        var auction = Auction.Nothing;
        var keys = new HashSet<string>(StringComparer.Ordinal);
        Owed? owed = null;
        foreach (var line in lines)
        {
            if (owed is { } due && line.Fact.Type != due.Type) return due.Fault(line.Version);
            var known = line;
            var fault = keys.Add(line.Fact.CommandKey) ? Open(line, opened, out known) : new TranscriptFault(line.Version, Unsound.SaidTwice, line.Fact.CommandKey);
            if (fault is null && Check(auction, known) is { } wrong) fault = wrong with { Line = line.Version };
            if (fault is not null) return fault;
            auction = auction.Fold(known);
            owed = After(auction, known);
        }

        if (owed is { } missing) return missing.Fault(auction.Version);
        replayed = auction;
        return null;
    }

    /// <summary>
    /// What the same append must hold next. An append is signed as a whole, so no head lies between a line and what the
    /// rules made follow it at once. What follows later, by a clock or by somebody's act, is not owed by a record alone.
    /// </summary>
    private static Owed? After(Auction auction, FactLine line) => line.Fact switch
    {
        HammerFell or LotPassed => new Owed("closed", Unsound.Omitted),
        EnvelopesPublished => new Owed("offers-opened", Unsound.Omitted),
        Closed or Cancelled when MustOpenReserve(auction) || !Closing.Openings(auction, auction.Result!).IsEmpty => new Owed("secrets-opened", Unsound.NotOpened),
        // A reserve that stays closed may be why nobody was asked.
        WinnerDefaulted when (auction.Terms!.ReserveCommitment is null || auction.Reserve is not null) && SecondBest.OfferNow(auction, line.At) is not null =>
            new Owed("second-offered", Unsound.Omitted),
        _ => null,
    };

    private readonly record struct Owed(string Type, Unsound Why)
    {
        public TranscriptFault Fault(long line) => new(line, Why, Type);
    }

    /// <summary>The line with the hidden value that was opened for it, after comparing it with its commitment.</summary>
    private static TranscriptFault? Open(FactLine line, Dictionary<long, OpenedSecret> opened, out FactLine known)
    {
        known = line;
        opened.TryGetValue(line.Version, out var item);
        switch (line.Fact)
        {
            case TermsFixed { Terms.ReserveCommitment: { } commitment } fact when item is not null:
                if (item.Nonce is null || !Matches(item, commitment)) return new TranscriptFault(line.Version, Unsound.WrongCommitment);
                known = line with { Fact = fact with { Reserve = new Secret(item.Nonce, item.ValueFen) } };
                return null;

            case ProxyAccepted when item is null:
                return new TranscriptFault(line.Version, Unsound.NotOpened);

            case ProxyAccepted fact:
                if (item.Nonce is not null && !Matches(item, fact.Commitment)) return new TranscriptFault(line.Version, Unsound.WrongCommitment);
                known = line with { Fact = fact with { Maximum = new Secret(item.Nonce ?? "", item.ValueFen) } };
                return null;

            default:
                return null;
        }
    }

    private static bool Matches(OpenedSecret item, string commitment) =>
        item.Nonce is { Length: 64 } nonce && nonce.All(char.IsAsciiHexDigitLower) && new Secret(nonce, item.ValueFen).Commitment() == commitment;

    private static TranscriptFault? Check(Auction auction, FactLine line)
    {
        var at = line.At;
        if (auction.Result is not null && line.Fact is not (SecretsOpened or DealRecorded or TroubleFact or Countersigned or MinutesSigned)) return Fault(Unsound.AfterTheClose);
        return (AuctionFact)line.Fact switch
        {
            TermsFixed f when f.Terms.Rules != Formats.RulesOf(f.Terms.Format) => Fault(Unsound.UnknownRules, f.Terms.Rules),
            TermsFixed f when f.Terms.FirstFault(f.Reserve?.ValueFen) is { } field => Fault(Unsound.TermsNotAllowed, field),
            TermsFixed f => f.Terms.OpensAt < at ? Fault(Unsound.TermsNotAllowed, "opensAt") : null,
            BidderAdmitted f => Refused(Announcing.Admit(auction, f.Paddle, null, at).Refusal),
            CeilingSet f => Refused(!auction.Bidders.ContainsKey(f.Paddle) ? Refusal.NotAdmitted : auction.PhaseAt(at) is Phase.Closing ? Refusal.AlreadyEnded : null),
            Suspended f => Refused(Announcing.Suspend(auction, f.Paddle, at).Refusal),
            Opened => Refused(Announcing.Open(auction, at).Refusal),
            EndLinked f => Linked.Extend(auction, f.Lot, f.Version, f.EndsAt) is var taken && taken.Refusal is { } no ? Refused(no) : taken.Facts is [EndLinked same] && same == f ? null : Fault(Unsound.WrongStanding),
            PriorityGranted f => Refused(Priority.Grant(auction, f.Paddle, f.Rank, at).Refusal),
            MatchingOpened f => Matching(auction, f, at),
            ListingDecided f => Listing.Check(auction, f, at),
            BidAccepted f => Bid(auction, new PlaceBid(f.Paddle, f.BidId, f.AmountFen, null, ""), f.After, isEffective: false, at),
            ProxyAccepted f => Bid(auction, new PlaceBid(f.Paddle, f.BidId, null, f.Maximum!.ValueFen, ""), f.After, isEffective: f.Maximum.Nonce.Length == 0, at),
            OfferSealed f => Refused(auction.IsOpened ? Sealed.MayOffer(auction, f.Paddle, at) : Refusal.NotOpenYet),
            ShareGiven f => Share(auction, f, at),
            EnvelopesPublished f => Refused(auction.Published is null ? Ceremony.MayPublish(auction, f, at) : Refusal.NothingToOpen),
            OffersOpened f => Opening(auction, f, at),
            Resumed f => Resuming.Resume(auction, f.SilentSince, at) is { } resumed && resumed == f ? null : Fault(Unsound.WrongResumption),
            BreakpointSet f => Breakpoint(auction, f, at),
            Closed f => Close(auction, f, at),
            SecretsOpened f => Openings(auction, f),
            TroubleFact f => TroubleReplay.Check(auction, f, at),
            DealRecorded => auction.Result is { Outcome: Outcome.Sold } ? null : Fault(Unsound.AgainstTheRules),
            HallFact f => HallReplay.Check(auction, f, at),
            var unknown => Fault(Unsound.NotALine, unknown.Type),
        };
    }

    private static TranscriptFault? Bid(Auction auction, PlaceBid bid, Standing claimed, bool isEffective, DateTimeOffset at)
    {
        var offer = (bid.AmountFen ?? bid.ProxyMaxFen)!.Value;
        var refusal = Bidding.Shape(bid) ?? Bidding.MayBid(auction, bid.Paddle, at);
        refusal ??= !auction.IsOpened ? Refusal.NotOpenYet
            : isEffective ? Effective(auction, bid.Paddle, offer)
            : Bidding.Offer(auction, bid.Paddle, offer, bid.ProxyMaxFen.HasValue, at);
        if (refusal is not null) return Refused(refusal);
        var standing = Bidding.After(auction, bid.Paddle, offer, bid.ProxyMaxFen.HasValue, at);
        return standing == claimed ? null : Fault(Unsound.WrongStanding, $"priceFen {standing.PriceFen}, leader {standing.Leader}, endsAt {Instant.Write(standing.EndsAt)}");
    }

    /// <summary>
    /// What an effective value must satisfy. The maximum itself was at least as high, so it cannot be refused for being
    /// below the next minimum, which on a ladder with falling steps may lie above the price that was reached. A raise
    /// that no rival tested is worth exactly what the maximum before it was worth.
    /// </summary>
    private static Refusal? Effective(Auction auction, int paddle, long effectiveFen)
    {
        if (auction.Leader == paddle) return effectiveFen >= auction.LeaderMaxFen ? null : Refusal.MaximumNotRaised;
        if (auction.PriceFen is not { } price) return effectiveFen < auction.Terms!.StartPriceFen ? Refusal.BelowStartPrice : null;
        return effectiveFen > price || (effectiveFen == price && Priority.Outranks(auction, paddle, auction.Leader!.Value)) ? null : Refusal.NotAboveCurrentPrice;
    }

    private static TranscriptFault? Breakpoint(Auction auction, BreakpointSet claimed, DateTimeOffset at)
    {
        var decision = Resuming.SetBreakpoint(auction, claimed.CommandId, claimed.RestartsAt, at);
        return decision.Refusal is { } refusal ? Refused(refusal) : decision.Answer == claimed ? null : Fault(Unsound.WrongBreakpoint);
    }

    private static TranscriptFault? Share(Auction auction, ShareGiven claimed, DateTimeOffset at)
    {
        if (Ceremony.MayGive(auction, claimed.Index, at) is { } barred) return Refused(barred);
        var held = auction.Terms!.OpeningKey!.Shares[claimed.Index - 1];
        return (held.Holder, held.Commitment) == (claimed.Holder, claimed.Commitment) ? null : Refused(Refusal.ShareNotAsCommitted);
    }

    /// <summary>
    /// With the published key every envelope is opened again. In a record without it each readable envelope is judged again,
    /// and that another was not readable is the openers' word, signed with the record.
    /// </summary>
    private static TranscriptFault? Opening(Auction auction, OffersOpened claimed, DateTimeOffset at)
    {
        if (auction.PhaseAt(at) is not Phase.Opening || at < Closing.DueAt(auction)) return Refused(Refusal.NothingToOpen);
        if (auction.Terms!.OpeningKey is not null)
        {
            if (auction.Published is not { } published) return Refused(Refusal.SharesMissing);
            foreach (var (item, claim) in Ceremony.Judge(auction, published).Zip(claimed.Items))
            {
                if (item != claim) return Fault(Unsound.WrongOpening, $"of {item.Of}");
            }
        }

        if (!claimed.Items.Select(i => i.Of).SequenceEqual(auction.Offers.Select(o => o.Version))) return Fault(Unsound.WrongOpening, "offers");
        foreach (var (item, offer) in auction.Published is null ? claimed.Items.Zip(auction.Offers) : [])
        {
            var content = item is { AmountFen: { } amount, Nonce: { } nonce } ? new Secret(nonce, amount) : null;
            if (Sealed.Judge(auction, offer, content) != item) return Fault(Unsound.WrongOpening, $"of {item.Of}");
        }

        var after = Sealed.After(auction, claimed.Items, at);
        return after == claimed.After ? null : Fault(Unsound.WrongStanding);
    }

    /// <summary>The window opens at the end itself, with the price and the leader of that end.</summary>
    private static TranscriptFault? Matching(Auction auction, MatchingOpened claimed, DateTimeOffset at)
    {
        var decision = Priority.OpenWindow(auction, Closing.DueAt(auction));
        if (decision.Refusal is { } refusal) return Refused(refusal);
        var moment = Instant.Later(auction.At, auction.EndsAt);
        if (at != moment) return Fault(Unsound.WrongCloseMoment, Instant.Write(moment));
        return claimed with { Until = decision.Answer!.Until } == decision.Answer && auction.Terms!.Match!.Allows(moment, claimed.Until) ? null : Fault(Unsound.WrongStanding);
    }

    private static TranscriptFault? Close(Auction auction, Closed claimed, DateTimeOffset at)
    {
        if (auction.IsPaused) return Refused(Refusal.AuctionPaused);
        if (auction.IsHall && auction.InHall is not { IsEnded: true }) return Fault(Unsound.AgainstTheRules, nameof(Refusal.NotEndedYet));
        if (auction.Stage is Stage.Listing) return Refused(Refusal.NotInThisStage);
        if (auction.PhaseAt(auction.EndsAt) is Phase.Opening) return Refused(Refusal.OffersNotOpened);
        // The close carries the end itself; only a take-over after the end can push it further.
        var moment = Instant.Later(auction.At, auction.EndsAt);
        if (at != moment) return Fault(Unsound.WrongCloseMoment, Instant.Write(moment));
        if (Priority.IsWindowDue(auction)) return Refused(Refusal.MatchingNotOpened);
        var result = Closing.Result(auction, claimed.RefusedCount, claimed.RefusedDigest);
        return result == claimed ? null : Fault(Unsound.WrongResult, $"{result.Outcome} {result.PriceFen} {result.Winner}");
    }

    /// <summary>Neither more nor less than the rules open, in their order.</summary>
    private static TranscriptFault? Openings(Auction auction, SecretsOpened claimed)
    {
        if (auction.Result is null) return Fault(Unsound.WrongOpening);
        if (MustOpenReserve(auction)) return Fault(Unsound.NotOpened, "reserve");
        var expected = Closing.Openings(auction, auction.Result);
        return expected.SequenceEqual(claimed.Items) ? null : Fault(Unsound.WrongOpening);
    }

    private static bool MustOpenReserve(Auction auction) =>
        auction.Terms is { OpensReserve: true, ReserveCommitment: not null } && auction.Reserve is null;

    private static TranscriptFault? Refused(Refusal? refusal) => refusal is { } why ? Fault(Unsound.AgainstTheRules, why.ToString()) : null;

    private static TranscriptFault Fault(Unsound why, string? detail = null) => new(0, why, detail);
}
