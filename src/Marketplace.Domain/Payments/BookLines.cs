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
                book, Id(json, "credit"), json.GetProperty("organisation") is { ValueKind: JsonValueKind.String } owner ? owner.GetGuid() : null,
                Amount(json, "amountFen"), Moment(json, "creditedAt")!.Value, Word(json, "bankReference"), json.GetProperty("payerReference").GetString(), Id(json, "by")),
            "credit-assigned" => new CreditAssigned(book, Id(json, "credit"), Id(json, "organisation"), Amount(json, "amountFen"), Id(json, "by")),
            "credit-reversed" => new CreditReversed(
                book, Id(json, "credit"), json.GetProperty("organisation") is { ValueKind: JsonValueKind.String } had ? had.GetGuid() : null,
                Amount(json, "amountFen"), Word(json, "reason"), Id(json, "by")),
            _ => ReadHold(header, json, book, Id(json, "hold"), Id(json, "organisation"), Word(json, "auction"), Amount(json, "amountFen")),
        };
    }

    private static HoldFact ReadHold(LineHeader header, JsonElement json, string book, Guid hold, Guid organisation, string auction, long amount) => header.Type switch
    {
        "hold-placed" => new HoldPlaced(book, hold, organisation, auction, amount, Moment(json, "creditedBy")),
        "hold-bound" => new HoldBound(book, hold, organisation, auction, amount),
        "hold-released" => new HoldReleased(book, hold, organisation, auction, amount, json.GetProperty("byAuction").GetBoolean()),
        "hold-used" => new HoldUsed(book, hold, organisation, auction, amount),
        "hold-forfeited" => new HoldForfeited(
            book, hold, organisation, auction, amount, new Forfeiture(Amount(json, "costsFen"), Amount(json, "shortfallFen"), Amount(json, "sellerFen"))),
        var other => throw new FormatException($"A fact nobody knows: {other}"),
    };

    private static Guid Id(JsonElement json, string name) => json.GetProperty(name).GetGuid();

    private static long Amount(JsonElement json, string name) => json.GetProperty(name).GetInt64();

    private static string Word(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetString() ?? throw new FormatException(name) : throw new FormatException(name);

    private static DateTimeOffset? Moment(JsonElement json, string name)
    {
        if (json.GetProperty(name).GetString() is not { } text) return null;
        return Instant.TryRead(text, out var moment) ? moment : throw new FormatException(name);
    }
}
