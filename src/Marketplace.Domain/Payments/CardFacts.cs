using System.Collections.Immutable;
using System.Text.Json;

namespace Marketplace.Domain.Payments;

/// <summary>A fact of a payment by card; what was charged is a <see cref="Credited"/> under the same id.</summary>
public abstract record CardFact(string Book, Guid Card, Guid Organisation, long AmountFen) : BookFact(Book)
{
    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("book", Book);
        json.WriteString("card", Card);
        json.WriteString("organisation", Organisation);
        json.WriteNumber("amountFen", AmountFen);
        WriteMore(json);
    }

    protected abstract void WriteMore(Utf8JsonWriter json);
}

/// <summary>Somebody wants to pay by card: from now on the provider may be asked, under this id alone.</summary>
/// <param name="Obligation">What it pays for; null for the organisation's account.</param>
/// <param name="By">The person who pays.</param>
public sealed record CardOpened(string Book, Guid Card, Guid Organisation, long AmountFen, Guid? Obligation, Guid By) : CardFact(Book, Card, Organisation, AmountFen)
{
    public override string Type => "card-opened";
    public override string CommandKey => $"card/{Card:D}";

    protected override void WriteMore(Utf8JsonWriter json)
    {
        if (Obligation is { } owed) json.WriteString("obligation", owed); else json.WriteNull("obligation");
        json.WriteString("by", By);
    }
}

/// <summary>The provider kept a part of what came: its fee, or that of a dispute. The market bears it.</summary>
/// <param name="AmountFen">Below zero when the provider gave a fee back.</param>
/// <param name="Transaction">The provider's id of the movement that it was kept from; each once.</param>
public sealed record CardFee(string Book, Guid Card, Guid Organisation, long AmountFen, string Transaction) : CardFact(Book, Card, Organisation, AmountFen)
{
    public override string Type => "card-fee";
    public override string CommandKey => $"card-fee/{Transaction}";

    public override ImmutableArray<Transfer> Transfers => AmountFen > 0
        ? [new Transfer(CommandKey, new Account(Purpose.ProviderCosts), Bank, AmountFen)]
        : [new Transfer(CommandKey, Bank, new Account(Purpose.ProviderCosts), -AmountFen)];

    protected override void WriteMore(Utf8JsonWriter json) => json.WriteString("transaction", Transaction);
}

/// <summary>The market paid into its account at the provider, so that what the provider keeps is nobody else's loss.</summary>
/// <param name="Transaction">The provider's id of the movement; each once.</param>
public sealed record ProviderToppedUp(string Book, string Transaction, long AmountFen) : BookFact(Book)
{
    public override string Type => "provider-topped-up";
    public override string CommandKey => $"topped-up/{Transaction}";
    public override ImmutableArray<Transfer> Transfers => [new Transfer(CommandKey, Bank, new Account(Purpose.ProviderCosts), AmountFen)];

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("book", Book);
        json.WriteString("transaction", Transaction);
        json.WriteNumber("amountFen", AmountFen);
    }
}

/// <summary>Nothing was charged, and nothing will be under this id.</summary>
/// <param name="Because">In the provider's word: declined, cancelled, not finished in time.</param>
public sealed record CardEnded(string Book, Guid Card, Guid Organisation, long AmountFen, string Because) : CardFact(Book, Card, Organisation, AmountFen)
{
    public override string Type => "card-ended";
    public override string CommandKey => $"card-end/{Card:D}";

    protected override void WriteMore(Utf8JsonWriter json) => json.WriteString("because", Because);
}
