using System.Collections.Immutable;
using System.Text.Json;

namespace Marketplace.Domain.Payments;

/// <summary>A fact of one payout.</summary>
/// <param name="Organisation">Whose account it is taken from; null for the fees of the market.</param>
public abstract record PayoutFact(string Book, Guid Payout, Guid? Organisation, long AmountFen) : BookFact(Book)
{
    /// <summary>The id of the transfer that reserves the money.</summary>
    internal static string ReservedBy(Guid payout) => $"payout/{payout:D}";

    /// <summary>One key for every way a payout ends, so that the log itself lets it end once.</summary>
    protected string Ended => $"payout-end/{Payout:D}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("book", Book);
        json.WriteString("payout", Payout);
        if (Organisation is { } owner) json.WriteString("organisation", owner); else json.WriteNull("organisation");
        json.WriteNumber("amountFen", AmountFen);
        WriteMore(json);
    }

    protected abstract void WriteMore(Utf8JsonWriter json);

    protected static void WriteBy(Utf8JsonWriter json, Guid? by)
    {
        if (by is { } person) json.WriteString("by", person); else json.WriteNull("by");
    }

    protected Transfer Move(string id, TransferKind kind, string? of = null) => new(id, ObligationFact.OwnOf(Organisation), Bank, AmountFen, kind, of);
}

/// <summary>The custodian is told to pay; the money is reserved until the bank says what became of it.</summary>
/// <param name="Account">The bank account it goes to, as it was checked.</param>
/// <param name="By">The person who asked for it; null where the market's own clock did.</param>
public sealed record PayoutInstructed(string Book, Guid Payout, Guid? Organisation, long AmountFen, Guid Account, Guid? By)
    : PayoutFact(Book, Payout, Organisation, AmountFen)
{
    public override string Type => "payout-instructed";
    public override string CommandKey => ReservedBy(Payout);
    public override ImmutableArray<Transfer> Transfers => [Move(CommandKey, TransferKind.Pending)];

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteString("account", Account);
        WriteBy(json, By);
    }
}

/// <summary>The bank's statement shows that the money is out.</summary>
/// <param name="BankReference">The bank's own number of the entry; one entry ends one payout.</param>
/// <param name="By">The person who said so; null where the provider's own record did.</param>
public sealed record PayoutMade(string Book, Guid Payout, Guid? Organisation, long AmountFen, string BankReference, Guid? By)
    : PayoutFact(Book, Payout, Organisation, AmountFen)
{
    public override string Type => "payout-made";
    public override string CommandKey => Ended;
    public override ImmutableArray<Transfer> Transfers => [Move(Ended, TransferKind.PostPending, ReservedBy(Payout))];

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteString("bankReference", BankReference);
        WriteBy(json, By);
    }
}

/// <summary>The bank did not pay: the money is its owner's again, and may be paid out anew.</summary>
/// <param name="By">As in <see cref="PayoutMade"/>.</param>
public sealed record PayoutFailed(string Book, Guid Payout, Guid? Organisation, long AmountFen, string Reason, Guid? By)
    : PayoutFact(Book, Payout, Organisation, AmountFen)
{
    public override string Type => "payout-failed";
    public override string CommandKey => Ended;
    public override ImmutableArray<Transfer> Transfers => [Move(Ended, TransferKind.VoidPending, ReservedBy(Payout))];

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteString("reason", Reason);
        WriteBy(json, By);
    }
}

/// <summary>退汇: what was out came back, days later perhaps, and is its owner's again.</summary>
/// <param name="By">As in <see cref="PayoutMade"/>.</param>
/// <param name="BankReference">The bank's number of the entry it came back with; null of a card.</param>
public sealed record PayoutReturned(string Book, Guid Payout, Guid? Organisation, long AmountFen, string Reason, Guid? By, string? BankReference = null)
    : PayoutFact(Book, Payout, Organisation, AmountFen)
{
    public override string Type => "payout-returned";
    public override string CommandKey => $"payout-return/{Payout:D}";
    public override ImmutableArray<Transfer> Transfers => [new Transfer(CommandKey, Bank, ObligationFact.OwnOf(Organisation), AmountFen)];

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteString("reason", Reason);
        WriteBy(json, By);
        // Written only where it is said: the bytes of the others stay as they were.
        if (BankReference is { } bank) json.WriteString("bankReference", bank);
    }
}
