using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments;

/// <summary>Something is owed from now on. The same cause raises once.</summary>
/// <param name="Then">Work that is due now, and again whenever one of these changes; its key must not name an organisation.</param>
public sealed record RaiseObligations(string About, string Cause, ImmutableArray<Owed> Owed, FollowUp? Then = null)
{
    /// <summary>It names organisations.</summary>
    public override string ToString() => $"{nameof(RaiseObligations)} {About}";
}

/// <summary>The debtor pays out of its account, the whole or a part.</summary>
/// <param name="Payment">Made before the form was shown, so that sending it twice pays once.</param>
public sealed record PayObligation(Guid Payment, Guid Obligation, long AmountFen, Guid? By);

/// <summary>Whom it is owed says that the ground of the release has come.</summary>
/// <param name="EvidenceName">The name of the file that shows it.</param>
/// <param name="By">Who says so; null where a step of the deal does.</param>
public sealed record ClaimRelease(Guid Claim, Guid Obligation, string EvidenceSha256, DateTimeOffset ObjectUntil, string? EvidenceName = null, Guid? By = null);

/// <summary>An operator proposes how money in dispute is divided.</summary>
/// <param name="ReleaseFen">What is released; the rest of what is kept goes back.</param>
public sealed record ProposeRuling(Guid Ruling, Guid Obligation, long ReleaseFen, string Reason, Guid By);

/// <summary>What may be done with what is owed. Pure; the refusals are checked in the order of each body.</summary>
public static partial class Settlements
{
    public const int MostOwed = 20;
    public const int LongestReason = 500;
    public const int LongestFileName = 255;

    /// <summary>A market rule: how long who paid may object to what is shown for the release, in working days.</summary>
    public const int ObjectionDays = 10;

    public static string NameOf(ReleaseGround ground) => ground switch
    {
        ReleaseGround.Agreed => "agreed",
        ReleaseGround.NoObjection => "no-objection",
        ReleaseGround.Decided => "decided",
        ReleaseGround.SaleFell => "sale-fell",
    };

    /// <exception cref="FormatException">No ground has this name.</exception>
    public static ReleaseGround ReadGround(string name) =>
        Enum.GetValues<ReleaseGround>().Where(g => NameOf(g) == name).Select(g => (ReleaseGround?)g).SingleOrDefault() ?? throw new FormatException(name);

    public static Decision<ImmutableArray<Obligation>> Raise(Book book, RaiseObligations command, DateTimeOffset at)
    {
        if (command.About.Length is 0 or > Deposits.LongestAuction || command.Cause.Length == 0 || command.Owed.Length is 0 or > MostOwed) return Decision<ImmutableArray<Obligation>>.Refused(Refusal.MalformedRequest);
        if (command.Owed.Any(o => o.Id == Guid.Empty || o.Debtor == Guid.Empty || o.Creditor == Guid.Empty || o.Debtor == o.Creditor || (o.Milestone is null) == (o.Release == ReleaseRule.Milestone)
            || (o.Creditor is null && o.Release is not (ReleaseRule.AtOnce or ReleaseRule.OutOfPrice))
            || (o.Kind == ObligationKind.Price && o.Release is ReleaseRule.AtOnce or ReleaseRule.OutOfPrice)
            || (o.Milestone is { } milestone && !Text.Require(milestone, LongestReason, "milestone").Done))) return Decision<ImmutableArray<Obligation>>.Refused(Refusal.MalformedRequest);
        if (command.Owed.Any(o => !Fen.IsAmount(o.AmountFen))) return Decision<ImmutableArray<Obligation>>.Refused(Refusal.AmountOutOfRange);
        var fact = new ObligationsRaised(book.Name, command.About, command.Cause, command.Owed) { Then = command.Then };
        if (book.Raised(command.About, command.Cause) is { } first)
        {
            return first == fact ? Decision<ImmutableArray<Obligation>>.Repeated([.. first.Owed.Select(o => book.Obligations[o.Id])]) : Decision<ImmutableArray<Obligation>>.Refused(Refusal.ObligationIdReused);
        }

        // One sale has one buyer and one seller: its deposit, its fees and what is owed back are reckoned over all of its parts.
        var before = book.ObligationsAbout(command.About).ToList();
        if (before.Select(o => o.Terms).Concat(command.Owed).Where(o => o.Kind == ObligationKind.Price).DistinctBy(o => (o.Debtor, o.Creditor)).Count() > 1) return Decision<ImmutableArray<Obligation>>.Refused(Refusal.MalformedRequest);
        long Open(Func<Owed, bool> which) => before.Where(o => which(o.Terms)).Sum(o => o.OutstandingFen + o.KeptFen) + command.Owed.Where(which).Sum(o => o.AmountFen);
        // Nobody else pays what is to come out of a price, so the price has to have it.
        if (command.Owed.Any(o => o.Release == ReleaseRule.OutOfPrice
            && Open(f => f.Release == ReleaseRule.OutOfPrice && f.Debtor == o.Debtor) > Open(p => p.Kind == ObligationKind.Price && p.Creditor == o.Debtor))) return Decision<ImmutableArray<Obligation>>.Refused(Refusal.AmountOutOfRange);
        if (command.Owed.Any(o => book.Obligations.ContainsKey(o.Id)) || command.Owed.DistinctBy(o => o.Id).Count() < command.Owed.Length) return Decision<ImmutableArray<Obligation>>.Refused(Refusal.ObligationIdReused);
        return Decision<ImmutableArray<Obligation>>.Accepted([.. command.Owed.Select(o => new Obligation(o, command.About, at))], fact);
    }

    public static Decision<Obligation> Pay(Book book, PayObligation command, DateTimeOffset at)
    {
        if (command.Payment == Guid.Empty) return Refused(Refusal.MalformedRequest);
        if (!Fen.IsAmount(command.AmountFen)) return Refused(Refusal.AmountOutOfRange);
        if (!book.Obligations.TryGetValue(command.Obligation, out var owed)) return Refused(Refusal.UnknownObligation);
        if (book.Payments.TryGetValue(command.Payment, out var first))
        {
            return (first.Obligation, first.AmountFen) == (command.Obligation, command.AmountFen) ? Decision<Obligation>.Repeated(owed) : Refused(Refusal.PaymentIdReused);
        }

        if (owed.Terms.Release == ReleaseRule.OutOfPrice) return Refused(Refusal.NotPaidApart);
        if (owed.Cancelled is not null) return Refused(Refusal.NoLongerOwed);
        if (owed.OutstandingFen == 0) return Refused(Refusal.PaidAlready);
        if (command.AmountFen > owed.OutstandingFen) return Refused(Refusal.PaysTooMuch);
        if (book.Of(owed.Terms.Debtor).AvailableFen < command.AmountFen) return Refused(Refusal.InsufficientFunds);
        return Accept(book, owed, at, PaymentOf(book.Name, command, owed));
    }

    /// <summary>What is left of a credit that came for an obligation, after what it was for is paid.</summary>
    internal static ObligationPaid PaymentOf(string book, PayObligation command, Obligation owed) => new(
        book, command.Payment, owed.Id, owed.Terms.Debtor, owed.Terms.Creditor, command.AmountFen, owed.Terms.Release is ReleaseRule.Registration or ReleaseRule.Acceptance or ReleaseRule.Milestone, command.By,
        Covers: owed.Terms.Kind == ObligationKind.Chargeback);

    public static Decision<Obligation> Claim(Book book, ClaimRelease command, DateTimeOffset at)
    {
        if (command.Claim == Guid.Empty || command.EvidenceSha256.Length != 64 || !command.EvidenceSha256.All(char.IsAsciiHexDigit)) return Refused(Refusal.MalformedRequest);
        if (Text.Allow(command.EvidenceName, LongestFileName, "file") is { Done: false } name) return Refused(name.Refusal.Value, name.Detail);
        if (!book.Obligations.TryGetValue(command.Obligation, out var owed)) return Refused(Refusal.UnknownObligation);
        if (owed.Claim is { } first) return first.Id == command.Claim ? Decision<Obligation>.Repeated(owed) : Refused(Refusal.ReleaseClaimedAlready);
        if (!owed.IsPaid) return Refused(Refusal.NotPaidYet);
        if (owed.KeptFen == 0) return Refused(Refusal.ReleasedAlready);
        if (book.Causes.Contains(command.Claim)) return Refused(Refusal.ObligationIdReused);
        // Without any time to object it would be the creditor's word alone.
        if (Instant.Cut(command.ObjectUntil) <= at) return Refused(Refusal.MalformedRequest);
        return Accept(book, owed, at, new ReleaseClaimed(book.Name, command.Claim, owed.Id, owed.Terms.Debtor, owed.Terms.Creditor, command.EvidenceSha256, Instant.Cut(command.ObjectUntil), command.EvidenceName, command.By));
    }

    /// <summary>Who paid agrees: it is released now.</summary>
    public static Decision<Obligation> Agree(Book book, Guid obligation, Guid by, DateTimeOffset at)
    {
        if (!book.Obligations.TryGetValue(obligation, out var owed)) return Refused(Refusal.UnknownObligation);
        if (owed.Claim is null) return Refused(Refusal.NothingClaimed);
        if (owed.OutstandingFen > 0) return Refused(Refusal.NotPaidYet);
        // What was decided otherwise meanwhile is no answer to who agrees.
        if (owed.KeptFen == 0) return owed.ReleasedFen == owed.PaidFen ? Decision<Obligation>.Repeated(owed) : Refused(Refusal.ReleasedAlready);
        return Waits(book, owed) is { } waits ? Refused(waits) : ReleaseAll(book, owed, owed.Claim.Id, ReleaseGround.Agreed, by, at);
    }

    /// <summary>Who paid objects: nothing is released before two operators decided, or the objection is taken back by agreeing.</summary>
    public static Decision<Obligation> Object(Book book, Guid obligation, string? reason, Guid by, DateTimeOffset at)
    {
        var said = Text.Require(reason?.Trim(), LongestReason, "reason");
        if (!said.Done) return Refused(said.Refusal.Value, said.Detail);
        if (!book.Obligations.TryGetValue(obligation, out var owed)) return Refused(Refusal.UnknownObligation);
        if (owed.Claim is not { } claim) return Refused(Refusal.NothingClaimed);
        if (claim.Objection is { } first) return first == said.Value ? Decision<Obligation>.Repeated(owed) : Refused(Refusal.ObjectedAlready);
        if (owed.KeptFen == 0) return Refused(Refusal.ReleasedAlready);
        if (at >= claim.ObjectUntil) return Refused(Refusal.ObjectionTooLate);
        return Accept(book, owed, at, new ReleaseObjected(book.Name, claim.Id, owed.Id, owed.Terms.Debtor, owed.Terms.Creditor, said.Value, by));
    }

    /// <summary>The time for objections is over: nobody asks for it but the clock.</summary>
    public static Decision<Obligation> ReleaseUnopposed(Book book, Guid obligation, DateTimeOffset at)
    {
        if (!book.Obligations.TryGetValue(obligation, out var owed)) return Refused(Refusal.UnknownObligation);
        if (owed.Claim is not { } claim) return Refused(Refusal.NothingClaimed);
        // A card took it back: the clock waits until it is paid again.
        if (owed.OutstandingFen > 0) return Refused(Refusal.NotPaidYet);
        if (owed.KeptFen == 0) return Decision<Obligation>.Repeated(owed);
        if (claim.Objection is not null) return Refused(Refusal.ObjectedAlready);
        if (at < claim.ObjectUntil) return Refused(Refusal.MayStillObject);
        return Waits(book, owed) is { } waits ? Refused(waits) : ReleaseAll(book, owed, claim.Id, ReleaseGround.NoObjection, null, at);
    }

    public static Decision<Obligation> Propose(Book book, ProposeRuling command, DateTimeOffset at)
    {
        var said = Text.Require(command.Reason?.Trim(), LongestReason, "reason");
        if (command.Ruling == Guid.Empty) return Refused(Refusal.MalformedRequest);
        if (!said.Done) return Refused(said.Refusal.Value, said.Detail);
        if (!book.Obligations.TryGetValue(command.Obligation, out var owed)) return Refused(Refusal.UnknownObligation);
        if (owed.Claim?.Ruling is { } first && first.Id == command.Ruling)
        {
            return first == new ReleaseRuling(command.Ruling, command.ReleaseFen, said.Value, command.By) ? Decision<Obligation>.Repeated(owed) : Refused(Refusal.ObligationIdReused);
        }

        if (!owed.IsDisputed) return Refused(Refusal.NotDisputed);
        if (book.Causes.Contains(command.Ruling)) return Refused(Refusal.ObligationIdReused);
        if (command.ReleaseFen < 0 || command.ReleaseFen > owed.KeptFen) return Refused(Refusal.AmountOutOfRange);
        return Accept(book, owed, at, new RulingProposed(book.Name, command.Ruling, owed.Id, owed.Terms.Debtor, owed.Terms.Creditor, command.ReleaseFen, said.Value, command.By));
    }

    /// <summary>A second operator makes the proposal so: one part is released, the other goes back.</summary>
    public static Decision<Obligation> Confirm(Book book, Guid obligation, Guid ruling, Guid by, DateTimeOffset at)
    {
        if (!book.Obligations.TryGetValue(obligation, out var owed)) return Refused(Refusal.UnknownObligation);
        if (owed.Claim?.Ruling is not { } proposed || proposed.Id != ruling) return Refused(Refusal.UnknownRuling);
        if (owed.OutstandingFen > 0) return Refused(Refusal.NotPaidYet);
        if (owed.KeptFen == 0) return owed.ReleasedFen == proposed.ReleaseFen ? Decision<Obligation>.Repeated(owed) : Refused(Refusal.ReleasedAlready);
        if (proposed.By == by) return Refused(Refusal.ProposerMayNotConfirm);
        if (Waits(book, owed) is { } waits) return Refused(waits);
        var facts = new List<BookFact>();
        if (proposed.ReleaseFen > 0) facts.Add(Released(book, owed, proposed.Id, proposed.ReleaseFen, ReleaseGround.Decided, by));
        var back = owed.KeptFen - proposed.ReleaseFen;
        if (back > 0) facts.Add(Refunded(book, owed, proposed.Id, back, ReleaseGround.Decided, by));
        return Accept(book, owed, at, WithEndedFees(book, owed, facts, at));
    }

    /// <summary>
    /// The sale no longer stands: what is kept goes back, a fee of the market too, nothing more is owed, and what was released
    /// before is owed back by who has it.
    /// </summary>
    /// <param name="restitution">The id of what is owed back, when something is.</param>
    /// <param name="due">Until when it is owed back.</param>
    /// <param name="keepsDeposit">悔拍: what the deposit paid stays kept, because the waterfall of a forfeited deposit divides it and not this.</param>
    public static Decision<Nothing> Unwind(Book book, string about, string because, Guid restitution, DateOnly due, DateTimeOffset at, bool keepsDeposit = false)
    {
        if (restitution == Guid.Empty) return Decision<Nothing>.Refused(Refusal.MalformedRequest);
        if (Text.Require(because, LongestReason, "because") is { Done: false } word) return Decision<Nothing>.Refused(word.Refusal.Value, word.Detail);
        // What already came of the fall is no part of the sale, and a commission that is paid apart does not fall with it (技术合同解释 41).
        var owed = book.ObligationsAbout(about)
            .Where(o => o.Terms.Kind is ObligationKind.Price or ObligationKind.PlatformFee || o.Terms.Release == ReleaseRule.OutOfPrice).ToList();
        var facts = new List<BookFact>();
        // What a default left is given back under another id, should the default itself fall.
        foreach (var one in owed)
        {
            var cause = keepsDeposit ? one.Id : restitution;
            var free = one.KeptFen - (keepsDeposit ? Math.Min(one.DepositFen, one.KeptFen) : 0);
            if (free > 0) facts.Add(Refunded(book, one, cause, free, ReleaseGround.SaleFell, null));
            if (one.Terms is { Kind: ObligationKind.PlatformFee, Creditor: null } && one.ReleasedFen > 0)
            {
                var back = new ObligationRefunded(book.Name, cause, one.Id, one.Terms.Debtor, null, one.ReleasedFen, Kept: false, ReleaseGround.SaleFell, null);
                // What is kept does not wait for fees that the market had paid out; said again when it has them, this gives them back.
                if (book.Ledger.Check(facts.Append(back).SelectMany(f => f.Transfers)) is null) facts.Add(back);
            }

            if (one.OutstandingFen > 0) facts.Add(new ObligationCancelled(book.Name, one.Id, one.Terms.Debtor, one.Terms.Creditor, one.OutstandingFen, because));
        }

        var gone = owed.Where(o => o.Terms.Kind == ObligationKind.Price).ToList();
        if (gone.Sum(o => o.ReleasedFen) is > 0 and var released && book.Raised(about, nameof(ObligationKind.Restitution)) is null)
        {
            if (book.Obligations.ContainsKey(restitution)) return Decision<Nothing>.Refused(Refusal.ObligationIdReused);
            var terms = gone[0].Terms;
            facts.Add(new ObligationsRaised(
                book.Name, about, nameof(ObligationKind.Restitution), [new Owed(restitution, ObligationKind.Restitution, terms.Creditor!.Value, terms.Debtor, released, due, ReleaseRule.AtOnce)]));
        }

        if (facts.Count == 0) return Decision<Nothing>.Repeated(default);
        return book.Ledger.Check(facts.SelectMany(f => f.Transfers)) is { } refusal ? Decision<Nothing>.Refused(refusal) : Decision<Nothing>.Accepted(default, facts);
    }

    /// <summary>
    /// Nothing goes on while the bank of a card that paid may take it back, nor as part of a price that it took something of. What a default
    /// left of the deposit is divided by <see cref="ForfeitKept"/>, costs first, whatever was claimed of the part that it paid.
    /// </summary>
    private static Refusal? Waits(Book book, Obligation owed) =>
        !owed.IsPaid ? Refusal.NotPaidYet
        : Chargebacks.Stops(book, owed) ? Refusal.ChargebackStopsRelease
        : owed.DepositFen > 0 && book.ObligationsAbout(owed.About).Any(o => o is { Terms.Kind: ObligationKind.Price, Cancelled: not null }) ? Refusal.DepositIsLost
        : null;

    private static Decision<Obligation> ReleaseAll(Book book, Obligation owed, Guid cause, ReleaseGround ground, Guid? by, DateTimeOffset at) =>
        Accept(book, owed, at, WithEndedFees(book, owed, [Released(book, owed, cause, owed.KeptFen, ground, by)], at));

    private static ObligationReleased Released(Book book, Obligation owed, Guid cause, long amountFen, ReleaseGround ground, Guid? by) =>
        new(book.Name, cause, owed.Id, owed.Terms.Debtor, owed.Terms.Creditor, amountFen, ground, FeesOf(book, owed, amountFen), by);

    private static ObligationRefunded Refunded(Book book, Obligation owed, Guid cause, long amountFen, ReleaseGround ground, Guid? by) =>
        new(book.Name, cause, owed.Id, owed.Terms.Debtor, owed.Terms.Creditor, amountFen, Kept: true, ground, by);

    /// <summary>The fees that this release pays: together as much as of the whole price is released by then, so that all of it is paid with the last fen.</summary>
    /// <remarks>Their sum is rounded down and each gets its share of it rounded up, in order: rounded each for itself, many fees could take more than a small release is.</remarks>
    private static ImmutableArray<FeeTaken> FeesOf(Book book, Obligation owed, long amountFen)
    {
        if (owed.Terms.Kind != ObligationKind.Price) return [];
        var parts = book.ObligationsAbout(owed.About).Where(o => o.Terms.Kind == ObligationKind.Price).ToList();
        var (total, released) = (parts.Sum(p => p.Terms.AmountFen), parts.Sum(p => p.ReleasedFen) + amountFen);
        var fees = OutOfPrice(book, owed).Where(f => f.Cancelled is null).ToList();
        // A fee that was raised late has to catch up, out of no more than there is.
        var left = Math.Min(amountFen, (long)((Int128)fees.Sum(f => f.Terms.AmountFen) * released / total) - fees.Sum(f => f.PaidFen));
        var taken = ImmutableArray.CreateBuilder<FeeTaken>();
        foreach (var fee in fees)
        {
            var share = Math.Min(left, (long)(((Int128)fee.Terms.AmountFen * released + total - 1) / total) - fee.PaidFen);
            if (share <= 0) continue;
            taken.Add(new FeeTaken(fee.Id, fee.Terms.Creditor, share));
            left -= share;
        }

        return taken.ToImmutable();
    }

    /// <summary>When nothing of a price can be released any more, what is left of the fees on it is no longer owed.</summary>
    private static List<BookFact> WithEndedFees(Book book, Obligation owed, List<BookFact> facts, DateTimeOffset at)
    {
        var after = facts.Aggregate(book, (state, fact) => state.After(fact, at));
        if (after.ObligationsAbout(owed.About).Any(o => o.Terms.Kind == ObligationKind.Price && !o.IsOver)) return facts;
        facts.AddRange(OutOfPrice(after, owed).Where(f => f.OutstandingFen > 0)
            .Select(f => new ObligationCancelled(book.Name, f.Id, f.Terms.Debtor, f.Terms.Creditor, f.OutstandingFen, NameOf(ReleaseGround.Decided))));
        return facts;
    }

    private static IEnumerable<Obligation> OutOfPrice(Book book, Obligation price) =>
        book.ObligationsAbout(price.About).Where(o => o.Terms.Release == ReleaseRule.OutOfPrice && o.Terms.Debtor == price.Terms.Creditor);

    /// <summary>The facts, when the ledger takes all of them; the answer is the obligation after them.</summary>
    private static Decision<Obligation> Accept(Book book, Obligation owed, DateTimeOffset at, params IReadOnlyList<BookFact> facts) =>
        book.Ledger.Check(facts.SelectMany(f => f.Transfers)) is { } refusal
            ? Refused(refusal)
            : Decision<Obligation>.Accepted(facts.Aggregate(book, (state, fact) => state.After(fact, at)).Obligations[owed.Id], facts);

    private static Decision<Obligation> Refused(Refusal refusal, string? detail = null) => Decision<Obligation>.Refused(refusal, detail);
}
