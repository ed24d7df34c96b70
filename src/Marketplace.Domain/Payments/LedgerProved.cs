using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments;

/// <summary>
/// A book was looked at as a whole, and this is what was found. A line of the book's own stream of proofs, which everybody
/// may read. It commits to the book's last line without naming it: that the last line is another one than a minute ago would
/// tell that somebody froze money, and how often it changes how many bidders a lot has.
/// </summary>
/// <param name="Id">The night (<c>2026-11-29</c>), or the id of who asked in between; one proof for each.</param>
/// <param name="Head">SHA-256 of a 32-byte random value followed by the 32-byte hash of the last line that was looked at; whoever examines the book is given the value.</param>
/// <param name="Failed">What does not hold; empty for a book in order.</param>
public sealed record LedgerProved(string Book, string Id, string Head, long DebitsFen, long CreditsFen, ImmutableArray<PurposeTotal> Totals, ImmutableArray<BookCheck> Failed) : Fact
{
    public override string Type => "ledger-proved";
    public override string CommandKey => $"proved/{Id}";

    public bool Holds => Failed.IsEmpty;

    /// <summary>What was looked at, in this order; a line says it itself, so that lines of before a check was added stay as they are.</summary>
    public ImmutableArray<BookCheck> Looked { get; init; } = Trials.All;

    /// <summary>The stream of proofs of a book.</summary>
    public static string StreamOf(string book) => $"ledger-proof/{book}";

    /// <param name="nonce">32 bytes, lower-case hex, as the hash.</param>
    public static string Commit(string nonce, string lineHash)
    {
        Span<byte> bytes = stackalloc byte[64];
        Convert.FromHexString(nonce).CopyTo(bytes);
        Convert.FromHexString(lineHash).CopyTo(bytes[32..]);
        return FactLine.HashOf(bytes);
    }

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("book", Book);
        json.WriteString("id", Id);
        json.WriteString("head", Head);
        json.WriteNumber("debitsFen", DebitsFen);
        json.WriteNumber("creditsFen", CreditsFen);
        json.WriteStartObject("postedFen");
        foreach (var total in Totals) json.WriteNumber(Trials.NameOf(total.Purpose), total.PostedFen);
        json.WriteEndObject();
        json.WriteStartObject("checks");
        foreach (var check in Looked) json.WriteBoolean(Trials.NameOf(check), !Failed.Contains(check));
        json.WriteEndObject();
    }

    /// <exception cref="FormatException">The line is not one that this market ever wrote.</exception>
    public static FactLine Read(byte[] bytes, string? hash = null)
    {
        using var document = JsonDocument.Parse(bytes);
        var json = document.RootElement;
        var header = LineHeader.Read(json);
        if (header.Type != "ledger-proved") throw new FormatException($"A fact nobody knows: {header.Type}");
        var totals = json.GetProperty("postedFen").EnumerateObject().Select(t => new PurposeTotal(Trials.ReadPurpose(t.Name), t.Value.GetInt64()));
        var checks = json.GetProperty("checks").EnumerateObject().Select(c => (Check: Trials.ReadCheck(c.Name), Holds: c.Value.GetBoolean())).ToList();
        var fact = new LedgerProved(
            Word(json, "book"), Word(json, "id"), Word(json, "head"), json.GetProperty("debitsFen").GetInt64(), json.GetProperty("creditsFen").GetInt64(), [.. totals], [.. checks.Where(c => !c.Holds).Select(c => c.Check)])
        {
            Looked = [.. checks.Select(c => c.Check)],
        };
        return header.LineOf(fact, bytes, hash);
    }

    private static string Word(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new FormatException(name);
}
