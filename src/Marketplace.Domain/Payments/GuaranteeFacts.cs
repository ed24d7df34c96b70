using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments;

/// <summary>A fact of a 保函. No money of it is at the bank: it stands against those who answer for it.</summary>
/// <param name="AmountFen">What the letter is for; with its end what was left of that.</param>
public abstract record GuaranteeFact(string Book, Guid Letter, Guid Organisation, long AmountFen) : BookFact(Book)
{
    protected Account Line => new(Purpose.Guarantee, Letter);

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("book", Book);
        json.WriteString("letter", Letter);
        json.WriteString("organisation", Organisation);
        json.WriteNumber("amountFen", AmountFen);
        WriteMore(json);
    }

    protected abstract void WriteMore(Utf8JsonWriter json);
}

/// <summary>The issuer said that the letter is its own.</summary>
/// <param name="ValidUntil">The last day on which the issuer pays on demand, to 24:00 in Beijing.</param>
/// <param name="ReceivedAt">When the organisation handed it in: that decides against a deadline, whenever it was confirmed.</param>
/// <param name="By">The person who asked the issuer.</param>
public sealed record GuaranteeConfirmed(
    string Book, Guid Letter, Guid Organisation, long AmountFen, string Issuer, string Number, DateOnly ValidUntil, DateTimeOffset ReceivedAt, string FileSha256, Guid By)
    : GuaranteeFact(Book, Letter, Organisation, AmountFen)
{
    public override string Type => "guarantee-confirmed";
    public override string CommandKey => $"guarantee/{Letter:D}";
    public override ImmutableArray<Transfer> Transfers => [new Transfer(CommandKey, new Account(Purpose.Guarantors), Line, AmountFen)];

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteString("issuer", Issuer);
        json.WriteString("number", Number);
        json.WriteString("validUntil", ValidUntil.ToString("O"));
        json.WriteString("receivedAt", Instant.Write(ReceivedAt));
        json.WriteString("fileSha256", FileSha256);
        json.WriteString("by", By);
    }
}

/// <summary>The letter answers for nothing any more.</summary>
public sealed record GuaranteeEnded(string Book, Guid Letter, Guid Organisation, long AmountFen, GuaranteeEnd Because) : GuaranteeFact(Book, Letter, Organisation, AmountFen)
{
    public override string Type => "guarantee-ended";
    public override string CommandKey => $"guarantee-end/{Letter:D}";
    public override ImmutableArray<Transfer> Transfers => AmountFen == 0 ? [] : [new Transfer(CommandKey, Line, new Account(Purpose.Guarantors), AmountFen)];

    protected override void WriteMore(Utf8JsonWriter json) => json.WriteString("because", Guarantees.NameOf(Because));
}

/// <summary>悔拍: the deposit that rested on a letter is demanded of its issuer, and the letter is for so much less. What follows is owed by an <see cref="ObligationsRaised"/>.</summary>
public sealed record GuaranteeCalled(string Book, Guid Hold, Guid Organisation, string Auction, long AmountFen) : HoldFact(Book, Hold, Organisation, Auction, AmountFen)
{
    public override string Type => "guarantee-called";
    public override string CommandKey => Ended;
    public override ImmutableArray<Transfer> Transfers => [Posted(), new Transfer($"{Ended}/called", Settlement, new Account(Purpose.Guarantors), AmountFen)];
}
