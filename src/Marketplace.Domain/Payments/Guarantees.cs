using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments;

/// <summary>Why a letter ended. Written by the names of <see cref="Guarantees"/>.</summary>
public enum GuaranteeEnd
{
    /// <summary>Its last day is over.</summary>
    Expired,

    /// <summary>Its organisation asked for it back.</summary>
    Returned,
}

/// <summary>见索即付独立保函: a bank or an insurer pays on demand what its customer would lose as a bidder here, up to an amount, until a day; for no lot in particular.</summary>
/// <remarks>最高法关于审理独立保函纠纷案件若干问题的规定; in place of a deposit: 网络司法拍卖规定 17.</remarks>
/// <param name="ReceivedAt">When it was handed in, which decides against a deadline.</param>
/// <param name="CalledFen">Of the amount, what was demanded of the issuer.</param>
public sealed record Guarantee(
    Guid Id, Guid Organisation, long AmountFen, string Issuer, string Number, DateOnly ValidUntil, DateTimeOffset ReceivedAt, DateTimeOffset ConfirmedAt, long CalledFen = 0,
    GuaranteeEnd? Ended = null, DateTimeOffset? EndedAt = null)
{
    public bool IsOver(DateTimeOffset at) => Ended is not null || at >= Days.EndOf(ValidUntil);

    /// <summary>It names an organisation.</summary>
    public override string ToString() => nameof(Guarantee);
}

/// <summary>A letter as its own organisation sees it.</summary>
/// <param name="LeftFen">What can still rest on it.</param>
/// <param name="RestingFen">What rests on it now.</param>
public sealed record GuaranteeLine(Guarantee Letter, long LeftFen, long RestingFen)
{
    /// <summary>Why a deposit cannot rest on it; null when it can. Order: GuaranteeEnded, GuaranteeTooLate, GuaranteeTooShort, GuaranteeSpent.</summary>
    /// <param name="creditedBy">The lot's deadline for deposits.</param>
    /// <param name="lastsUntil">The last day that the lot may need it.</param>
    public Refusal? Bars(long amountFen, DateTimeOffset? creditedBy, DateOnly? lastsUntil, DateTimeOffset at) =>
        Letter.IsOver(at) ? Refusal.GuaranteeEnded
        : creditedBy is { } deadline && Letter.ReceivedAt > deadline ? Refusal.GuaranteeTooLate
        : lastsUntil is { } day && Letter.ValidUntil < day ? Refusal.GuaranteeTooShort
        : LeftFen < amountFen ? Refusal.GuaranteeSpent
        : null;
}

/// <summary>An operator asked the issuer, and the letter is good.</summary>
public sealed record ConfirmGuarantee(Guid Letter, Guid Organisation, long AmountFen, string Issuer, string Number, DateOnly ValidUntil, DateTimeOffset ReceivedAt, string FileSha256, Guid By);

/// <summary>What becomes owed when the deposit of a defaulter rested on a letter; all ids are the caller's.</summary>
/// <param name="Costs">The id of the market's part.</param>
/// <param name="Rest">The id of the seller's.</param>
public sealed record GuaranteeDemand(Guid Costs, Guid Rest, DateOnly Due);

/// <summary>What may be done with letters. Pure; the refusals are checked in the order of each body.</summary>
public static class Guarantees
{
    public const int LongestIssuer = 100;
    public const int LongestNumber = 64;

    /// <summary>A market rule: how many days after the planned end of a lot its letter has to be good: for the contract, the price, and the demand after a default.</summary>
    public const int DaysAfterEnd = 60;

    /// <summary>A market rule: how many days before its last one those who have to act are told, while something rests on it.</summary>
    public const int WarnDays = 15;

    /// <summary>A market rule: within how many working days the issuer has to have paid on demand.</summary>
    public const int DaysToPay = 10;

    public static string NameOf(GuaranteeEnd end) => end switch
    {
        GuaranteeEnd.Expired => "expired",
        GuaranteeEnd.Returned => "returned",
    };

    /// <exception cref="FormatException">No end has this name.</exception>
    public static GuaranteeEnd ReadEnd(string name) => Enum.GetValues<GuaranteeEnd>().Where(e => NameOf(e) == name).Select(e => (GuaranteeEnd?)e).SingleOrDefault() ?? throw new FormatException(name);

    /// <summary>The last day that the letter of a lot has to reach.</summary>
    public static DateOnly LastsUntil(DateTimeOffset plannedEnd) => Days.Of(plannedEnd).AddDays(DaysAfterEnd);

    public static Decision<Guarantee> Confirm(Book book, ConfirmGuarantee command, DateTimeOffset at)
    {
        var receivedAt = Instant.Cut(command.ReceivedAt);
        if (command.Letter == Guid.Empty || command.Organisation == Guid.Empty || receivedAt > at) return Refused(Refusal.MalformedRequest);
        if (command.FileSha256.Length != 64 || !command.FileSha256.All(char.IsAsciiHexDigit)) return Refused(Refusal.MalformedRequest);
        if (!Fen.IsAmount(command.AmountFen)) return Refused(Refusal.AmountOutOfRange);
        if (Text.Require(command.Issuer, LongestIssuer, "issuer") is { Done: false } issuer) return Refused(issuer.Refusal.Value, issuer.Detail);
        if (Text.Require(command.Number, LongestNumber, "number") is { Done: false } number) return Refused(number.Refusal.Value, number.Detail);
        var letter = new Guarantee(command.Letter, command.Organisation, command.AmountFen, command.Issuer, command.Number, command.ValidUntil, receivedAt, at);
        if (book.Guarantees.TryGetValue(command.Letter, out var first))
        {
            // What became of it since is no part of the comparison.
            return letter == first with { ConfirmedAt = at, CalledFen = 0, Ended = null, EndedAt = null } ? Decision<Guarantee>.Repeated(first) : Refused(Refusal.GuaranteeIdReused);
        }

        if (book.Guarantees.Values.Any(g => g.Ended is null && (g.Issuer, g.Number) == (command.Issuer, command.Number))) return Refused(Refusal.GuaranteeNumberUsed);
        var fact = new GuaranteeConfirmed(
            book.Name, command.Letter, command.Organisation, command.AmountFen, command.Issuer, command.Number, command.ValidUntil, receivedAt, command.FileSha256, command.By);
        return Accept(book, fact, letter);
    }

    /// <summary>Its organisation asks for it back: only a letter on which nothing rests.</summary>
    public static Decision<Guarantee> Return(Book book, Guid letter, Guid organisation, DateTimeOffset at) =>
        book.Guarantees.TryGetValue(letter, out var known) && known.Organisation == organisation ? End(book, known, GuaranteeEnd.Returned, at) : Refused(Refusal.UnknownGuarantee);

    /// <summary>The clock: its last day is over. While something rests on it, it stays, and whoever has to act is told.</summary>
    public static Decision<Guarantee> Expire(Book book, Guid letter, DateTimeOffset at)
    {
        if (!book.Guarantees.TryGetValue(letter, out var known)) return Refused(Refusal.UnknownGuarantee);
        return known.IsOver(at) ? End(book, known, GuaranteeEnd.Expired, at) : Refused(Refusal.GuaranteeStillGood);
    }

    private static Decision<Guarantee> End(Book book, Guarantee letter, GuaranteeEnd because, DateTimeOffset at)
    {
        if (letter.Ended is not null) return Decision<Guarantee>.Repeated(letter);
        var line = book.LineOf(letter);
        if (line.RestingFen > 0) return Refused(Refusal.GuaranteeInUse);
        return Accept(book, new GuaranteeEnded(book.Name, letter.Id, letter.Organisation, line.LeftFen, because), letter with { Ended = because, EndedAt = at });
    }

    /// <summary>A deposit rests on a letter. Order of refusals: UnknownGuarantee, also for another's, then those of <see cref="GuaranteeLine.Bars"/>.</summary>
    internal static Decision<Hold> Place(Book book, PlaceHold command, Guid letter, DateTimeOffset? creditedBy, DateTimeOffset at)
    {
        if (!book.Guarantees.TryGetValue(letter, out var known) || known.Organisation != command.Organisation) return Decision<Hold>.Refused(Refusal.UnknownGuarantee);
        if (book.LineOf(known).Bars(command.AmountFen, creditedBy, command.LastsUntil, at) is { } bar) return Decision<Hold>.Refused(bar);
        var fact = new HoldPlaced(book.Name, command.Hold, command.Organisation, command.Auction, command.AmountFen, creditedBy) { Letter = letter, Then = command.Then };
        return Accept(book, fact, new Hold(command.Hold, command.Organisation, command.Auction, command.AmountFen, creditedBy, at, HoldState.Placed, null) { Letter = letter });
    }

    /// <summary>悔拍: the issuer is asked for the whole deposit; its parts are owed down the waterfall of <see cref="Forfeiture"/>.</summary>
    internal static Decision<Hold> Call(Book book, ForfeitHold command, Hold held, Guid letter, Guid seller, DateTimeOffset at)
    {
        if (command.Demand is not { } demand || demand.Costs == Guid.Empty || demand.Rest == Guid.Empty || demand.Costs == demand.Rest || seller == held.Organisation) return Decision<Hold>.Refused(Refusal.MalformedRequest);
        if (book.Obligations.ContainsKey(demand.Costs) || book.Obligations.ContainsKey(demand.Rest)) return Decision<Hold>.Refused(Refusal.ObligationIdReused);
        var shares = Forfeiture.Of(held.AmountFen, command.CostsFen, command.ShortfallFen);
        var called = new GuaranteeCalled(book.Name, held.Id, held.Organisation, held.Auction, held.AmountFen) { Letter = letter };
        ImmutableArray<Owed> owed =
        [
            .. new[]
            {
                new Owed(demand.Costs, ObligationKind.GuaranteeCall, held.Organisation, null, shares.CostsFen, demand.Due, ReleaseRule.AtOnce),
                new Owed(demand.Rest, ObligationKind.GuaranteeCall, held.Organisation, seller, shares.ShortfallFen + shares.SellerFen, demand.Due, ReleaseRule.AtOnce),
            }.Where(o => o.AmountFen > 0),
        ];
        var raised = new ObligationsRaised(book.Name, held.Auction, $"called/{held.Id:D}", owed);
        return book.Ledger.Check(called.Transfers) is { } refusal
            ? Decision<Hold>.Refused(refusal)
            : Decision<Hold>.Accepted(held with { State = HoldState.Forfeited, EndedAt = at, EndedFor = held.Auction }, called, raised);
    }

    private static Decision<T> Accept<T>(Book book, BookFact fact, T answer) =>
        book.Ledger.Check(fact.Transfers) is { } refusal ? Decision<T>.Refused(refusal) : Decision<T>.Accepted(answer, fact);

    private static Decision<Guarantee> Refused(Refusal refusal, string? detail = null) => Decision<Guarantee>.Refused(refusal, detail);
}
