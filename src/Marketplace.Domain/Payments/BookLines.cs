using System.Text.Json;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments;

/// <summary>Reads stored lines of a book back into facts. What is not known is a fault, never skipped.</summary>
public static class BookLines
{
    /// <param name="hash">The hash stored beside the line, when the reader trusts it; otherwise it is taken of the bytes.</param>
    /// <exception cref="FormatException">The line is not one that this market ever wrote.</exception>
    public static FactLine Read(byte[] bytes, string? hash = null)
    {
        using var document = JsonDocument.Parse(bytes);
        var json = document.RootElement;
        var header = LineHeader.Read(json);
        return header.LineOf(ReadFact(header, json), bytes, hash);
    }

    private static BookFact ReadFact(LineHeader header, JsonElement json)
    {
        var book = Word(json, "book");
        return header.Type switch
        {
            "book-resumed" => new BookResumed(book, json.GetProperty("epoch").GetInt32()),
            "credited" => new Credited(
                book, Id(json, "credit"), OptionalId(json, "organisation"),
                Amount(json, "amountFen"), Moment(json, "creditedAt")!.Value, Word(json, "bankReference"), json.GetProperty("payerReference").GetString(), Id(json, "by")),
            "credit-assigned" => new CreditAssigned(book, Id(json, "credit"), Id(json, "organisation"), Amount(json, "amountFen"), Id(json, "by")),
            "credit-examined" => new CreditExamined(book, Id(json, "credit"), Word(json, "reason"), Id(json, "proposedBy"), Id(json, "by")),
            "credit-reversed" => new CreditReversed(
                book, Id(json, "credit"), OptionalId(json, "organisation"),
                Amount(json, "amountFen"), Word(json, "reason"), Id(json, "by")),
            "obligations-raised" => new ObligationsRaised(
                book, Word(json, "about"), Word(json, "cause"),
                [.. json.GetProperty("owed").EnumerateArray().Select(o => new Owed(
                    Id(o, "id"), ObligationNames.ReadKind(Word(o, "kind")), Id(o, "debtor"), OptionalId(o, "creditor"), Amount(o, "amountFen"), DateOnly.ParseExact(Word(o, "due"), "O"),
                    ObligationNames.ReadRule(Word(o, "release")), o.TryGetProperty("milestone", out var milestone) ? milestone.GetString() : null))]),
            "provider-topped-up" => new ProviderToppedUp(book, Word(json, "transaction"), Amount(json, "amountFen")),
            _ when json.TryGetProperty("hold", out var hold) =>
                ReadHold(header, json, book, hold.GetGuid(), Id(json, "organisation"), Word(json, "auction"), Amount(json, "amountFen")) with { Letter = json.TryGetProperty("letter", out var on) ? on.GetGuid() : null },
            _ when json.TryGetProperty("letter", out var letter) => ReadGuarantee(header, json, book, letter.GetGuid(), Id(json, "organisation"), Amount(json, "amountFen")),
            _ when json.TryGetProperty("card", out var card) => ReadCard(header, json, book, card.GetGuid(), Id(json, "organisation"), Amount(json, "amountFen")),
            _ when json.TryGetProperty("payout", out var payout) => ReadPayout(header, json, book, payout.GetGuid(), OptionalId(json, "organisation"), Amount(json, "amountFen")),
            _ => ReadObligation(header, json, book, Id(json, "obligation"), Id(json, "debtor"), OptionalId(json, "creditor")),
        };
    }

    private static GuaranteeFact ReadGuarantee(LineHeader header, JsonElement json, string book, Guid letter, Guid organisation, long amount) => header.Type switch
    {
        "guarantee-confirmed" => new GuaranteeConfirmed(
            book, letter, organisation, amount, Word(json, "issuer"), Word(json, "number"), DateOnly.ParseExact(Word(json, "validUntil"), "O"), Moment(json, "receivedAt")!.Value, Word(json, "fileSha256"), Id(json, "by")),
        "guarantee-ended" => new GuaranteeEnded(book, letter, organisation, amount, Guarantees.ReadEnd(Word(json, "because"))),
        var other => throw new FormatException($"A fact nobody knows: {other}"),
    };

    private static CardFact ReadCard(LineHeader header, JsonElement json, string book, Guid card, Guid organisation, long amount) => header.Type switch
    {
        "card-opened" => new CardOpened(book, card, organisation, amount, OptionalId(json, "obligation"), Id(json, "by")),
        "card-fee" => new CardFee(book, card, organisation, amount, Word(json, "transaction")),
        "card-disputed" => new CardDisputed(book, card, organisation, amount, Word(json, "dispute"), Amount(json, "takenFen"), Word(json, "reason")),
        "card-dispute-won" => new CardDisputeWon(book, card, organisation, amount, Word(json, "dispute"), Amount(json, "takenFen")),
        "card-dispute-lost" => new CardDisputeLost(
            book, card, organisation, amount, Word(json, "dispute"), Amount(json, "takenFen"),
            [.. json.GetProperty("shares").EnumerateArray().Select(s => new TakenBack(Id(s, "obligation"), Id(s, "creditor"), Amount(s, "amountFen")))]),
        "card-ended" => new CardEnded(book, card, organisation, amount, Word(json, "because")),
        var other => throw new FormatException($"A fact nobody knows: {other}"),
    };

    private static PayoutFact ReadPayout(LineHeader header, JsonElement json, string book, Guid payout, Guid? organisation, long amount) => header.Type switch
    {
        "payout-instructed" => new PayoutInstructed(book, payout, organisation, amount, Id(json, "account"), OptionalId(json, "by")),
        "payout-made" => new PayoutMade(book, payout, organisation, amount, Word(json, "bankReference"), OptionalId(json, "by")),
        "payout-failed" => new PayoutFailed(book, payout, organisation, amount, Word(json, "reason"), OptionalId(json, "by")),
        "payout-returned" => new PayoutReturned(
            book, payout, organisation, amount, Word(json, "reason"), OptionalId(json, "by"), json.TryGetProperty("bankReference", out var entry) ? entry.GetString() : null),
        var other => throw new FormatException($"A fact nobody knows: {other}"),
    };

    private static ObligationFact ReadObligation(LineHeader header, JsonElement json, string book, Guid obligation, Guid debtor, Guid? creditor) => header.Type switch
    {
        "obligation-paid" => new ObligationPaid(
            book, Id(json, "payment"), obligation, debtor, creditor, Amount(json, "amountFen"), json.GetProperty("kept").GetBoolean(), OptionalId(json, "by"), Moment(json, "creditedAt"),
            json.TryGetProperty("covers", out var covers) && covers.GetBoolean()),
        "release-claimed" => new ReleaseClaimed(book, Id(json, "claim"), obligation, debtor, creditor, Word(json, "evidenceSha256"), Moment(json, "objectUntil")!.Value,
            json.TryGetProperty("evidenceName", out var name) ? name.GetString() : null, json.TryGetProperty("by", out var by) ? by.GetGuid() : null),
        "release-objected" => new ReleaseObjected(book, Id(json, "claim"), obligation, debtor, creditor, Word(json, "reason"), Id(json, "by")),
        "ruling-proposed" => new RulingProposed(book, Id(json, "ruling"), obligation, debtor, creditor, Amount(json, "releaseFen"), Word(json, "reason"), Id(json, "by")),
        "obligation-released" => new ObligationReleased(
            book, Id(json, "cause"), obligation, debtor, creditor, Amount(json, "amountFen"), Settlements.ReadGround(Word(json, "ground")),
            [.. json.GetProperty("fees").EnumerateArray().Select(f => new FeeTaken(Id(f, "obligation"), OptionalId(f, "payee"), Amount(f, "amountFen")))], OptionalId(json, "by")),
        "obligation-refunded" => new ObligationRefunded(
            book, Id(json, "cause"), obligation, debtor, creditor, Amount(json, "amountFen"), json.GetProperty("kept").GetBoolean(), Settlements.ReadGround(Word(json, "ground")), OptionalId(json, "by")),
        "deposit-forfeited" => new DepositForfeited(
            book, obligation, debtor, creditor, Amount(json, "amountFen"), new Forfeiture(Amount(json, "costsFen"), Amount(json, "shortfallFen"), Amount(json, "sellerFen"))),
        "obligation-cancelled" => new ObligationCancelled(book, obligation, debtor, creditor, Amount(json, "leftFen"), Word(json, "because")),
        var other => throw new FormatException($"A fact nobody knows: {other}"),
    };

    private static HoldFact ReadHold(LineHeader header, JsonElement json, string book, Guid hold, Guid organisation, string auction, long amount) => header.Type switch
    {
        "hold-placed" => new HoldPlaced(book, hold, organisation, auction, amount, Moment(json, "creditedBy")),
        "hold-covers" => new HoldCovers(book, hold, organisation, auction, amount, Id(json, "money"), Moment(json, "creditedBy")),
        "hold-let-go" => new HoldLetGo(book, hold, organisation, auction, amount, json.GetProperty("byAuction").GetBoolean()),
        "hold-bound" => new HoldBound(book, hold, organisation, auction, amount),
        "hold-released" => new HoldReleased(book, hold, organisation, auction, amount, json.GetProperty("byAuction").GetBoolean()),
        "hold-used" => new HoldUsed(book, hold, organisation, auction, amount),
        "hold-used.2" => new HoldUsedForPrice(
            book, hold, organisation, auction, amount, Id(json, "seller"),
            [.. json.GetProperty("shares").EnumerateArray().Select(s => new DepositShare(Id(s, "obligation"), Amount(s, "amountFen")))]),
        "hold-forfeited.2" => new HoldForfeitedTo(
            book, hold, organisation, auction, amount, Id(json, "seller"), new Forfeiture(Amount(json, "costsFen"), Amount(json, "shortfallFen"), Amount(json, "sellerFen"))),
        "guarantee-called" => new GuaranteeCalled(book, hold, organisation, auction, amount),
        "hold-forfeited" => new HoldForfeited(
            book, hold, organisation, auction, amount, new Forfeiture(Amount(json, "costsFen"), Amount(json, "shortfallFen"), Amount(json, "sellerFen"))),
        var other => throw new FormatException($"A fact nobody knows: {other}"),
    };

    private static Guid Id(JsonElement json, string name) => json.GetProperty(name).GetGuid();

    private static Guid? OptionalId(JsonElement json, string name) => json.GetProperty(name) is { ValueKind: JsonValueKind.String } id ? id.GetGuid() : null;

    private static long Amount(JsonElement json, string name) => json.GetProperty(name).GetInt64();

    private static string Word(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetString() ?? throw new FormatException(name) : throw new FormatException(name);

    private static DateTimeOffset? Moment(JsonElement json, string name)
    {
        if (json.GetProperty(name).GetString() is not { } text) return null;
        return Instant.TryRead(text, out var moment) ? moment : throw new FormatException(name);
    }
}
