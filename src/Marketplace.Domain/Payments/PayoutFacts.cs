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
        if (By is { } by) json.WriteString("by", by); else json.WriteNull("by");
    }
}

/// <summary>The bank's statement shows that the money is out.</summary>
/// <param name="BankReference">The bank's own number of the entry; one entry ends one payout.</param>
public sealed record PayoutMade(string Book, Guid Payout, Guid? Organisation, long AmountFen, string BankReference, Guid By)
    : PayoutFact(Book, Payout, Organisation, AmountFen)
{
    public override string Type => "payout-made";
    public override string CommandKey => Ended;
    public override ImmutableArray<Transfer> Transfers => [Move(Ended, TransferKind.PostPending, ReservedBy(Payout))];

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteString("bankReference", BankReference);
        json.WriteString("by", By);
    }
}

/// <summary>The bank did not pay: the money is its owner's again, and may be paid out anew.</summary>
public sealed record PayoutFailed(string Book, Guid Payout, Guid? Organisation, long AmountFen, string Reason, Guid By)
    : PayoutFact(Book, Payout, Organisation, AmountFen)
{
    public override string Type => "payout-failed";
    public override string CommandKey => Ended;
    public override ImmutableArray<Transfer> Transfers => [Move(Ended, TransferKind.VoidPending, ReservedBy(Payout))];

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteString("reason", Reason);
        json.WriteString("by", By);
    }
}
