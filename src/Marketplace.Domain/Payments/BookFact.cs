using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments;

/// <summary>
/// A fact of a book. The ledger is private, so organisations and lots may stand in one line here; no page, export or log
/// of an operator is made from it.
/// </summary>
/// <param name="Book">The book it belongs to, so that a line says by itself where it stands.</param>
public abstract record BookFact(string Book) : Fact
{
    /// <summary>The movements this fact consists of; they follow from the fact alone.</summary>
    public virtual ImmutableArray<Transfer> Transfers => [];

    protected static Account Bank => new(Purpose.CustodianBank);

    protected static Account Deposit(Guid organisation) => new(Purpose.Deposit, organisation);
}

/// <summary>A node took the book over (see <c>BookGrain</c>): whoever still writes for an older activation loses the version.</summary>
public sealed record BookResumed(string Book, int Epoch) : BookFact(Book)
{
    public override string Type => "book-resumed";
    public override string CommandKey => $"resumed/{Epoch}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("book", Book);
        json.WriteNumber("epoch", Epoch);
    }
}

/// <summary>The operator confirmed money that the bank had credited; it is the organisation's from the bank's moment on.</summary>
/// <param name="Organisation">Whose it is; null when nobody can tell yet: 暂收.</param>
/// <param name="CreditedAt">The bank's credit time (入账时间), which decides against a deadline, whenever it was confirmed.</param>
/// <param name="BankReference">The bank's own number of the entry (流水号); one entry is credited once.</param>
/// <param name="PayerReference">What the payer wrote.</param>
/// <param name="By">The person who confirmed it.</param>
public sealed record Credited(
    string Book, Guid Credit, Guid? Organisation, long AmountFen, DateTimeOffset CreditedAt, string BankReference, string? PayerReference, Guid By) : BookFact(Book)
{
    public override string Type => "credited";
    public override string CommandKey => $"credit/{Credit:D}";

    public override ImmutableArray<Transfer> Transfers =>
        [new Transfer(CommandKey, Bank, Organisation is { } owner ? Deposit(owner) : new Account(Purpose.Suspense), AmountFen)];

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("book", Book);
        json.WriteString("credit", Credit);
        if (Organisation is { } owner) json.WriteString("organisation", owner); else json.WriteNull("organisation");
        json.WriteNumber("amountFen", AmountFen);
        json.WriteString("creditedAt", Instant.Write(CreditedAt));
        json.WriteString("bankReference", BankReference);
        json.WriteString("payerReference", PayerReference);
        json.WriteString("by", By);
    }
}

/// <summary>Money of unknown origin found its owner. The bank's credit time stays what it was.</summary>
public sealed record CreditAssigned(string Book, Guid Credit, Guid Organisation, long AmountFen, Guid By) : BookFact(Book)
{
    public override string Type => "credit-assigned";
    public override string CommandKey => $"assign/{Credit:D}";

    public override ImmutableArray<Transfer> Transfers => [new Transfer(CommandKey, new Account(Purpose.Suspense), Deposit(Organisation), AmountFen)];

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("book", Book);
        json.WriteString("credit", Credit);
        json.WriteString("organisation", Organisation);
        json.WriteNumber("amountFen", AmountFen);
        json.WriteString("by", By);
    }
}

/// <summary>
/// 冲正: what was confirmed is taken back by the opposite movement, because it stood wrong in the book or the bank itself
/// reversed it. The fact it corrects stays; the bank's entry may be confirmed anew.
/// </summary>
/// <param name="Organisation">Who had it; null when it still waited in 暂收.</param>
/// <param name="By">Another person than the one who confirmed it.</param>
public sealed record CreditReversed(string Book, Guid Credit, Guid? Organisation, long AmountFen, string Reason, Guid By) : BookFact(Book)
{
    public override string Type => "credit-reversed";
    public override string CommandKey => $"reverse/{Credit:D}";

    public override ImmutableArray<Transfer> Transfers =>
        [new Transfer(CommandKey, Organisation is { } owner ? Deposit(owner) : new Account(Purpose.Suspense), Bank, AmountFen)];

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("book", Book);
        json.WriteString("credit", Credit);
        if (Organisation is { } owner) json.WriteString("organisation", owner); else json.WriteNull("organisation");
        json.WriteNumber("amountFen", AmountFen);
        json.WriteString("reason", Reason);
        json.WriteString("by", By);
    }
}

/// <summary>Money in 暂收 was examined and is nobody's deposit: no opening waits for it any more. No money moves.</summary>
/// <param name="ProposedBy">The person who examined it.</param>
/// <param name="By">Another person, who confirmed.</param>
public sealed record CreditExamined(string Book, Guid Credit, string Reason, Guid ProposedBy, Guid By) : BookFact(Book)
{
    public override string Type => "credit-examined";
    public override string CommandKey => $"examine/{Credit:D}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("book", Book);
        json.WriteString("credit", Credit);
        json.WriteString("reason", Reason);
        json.WriteString("proposedBy", ProposedBy);
        json.WriteString("by", By);
    }
}

/// <summary>A fact about part of a deposit account, or of a letter in its place, that is frozen for one auction, or for several of a session.</summary>
/// <param name="Hold">Where money ends (released, used, lost) the hold that the money lies under.</param>
/// <param name="Auction">The lot that it is about.</param>
public abstract record HoldFact(string Book, Guid Hold, Guid Organisation, string Auction, long AmountFen) : BookFact(Book)
{
    protected static readonly Account Settlement = new(Purpose.Settlement);

    /// <summary>保函: the letter that it rests on in place of money; written where transfers follow from it, null for money.</summary>
    public Guid? Letter { get; init; }

    /// <summary>What it is reserved on: the organisation's account, or a letter.</summary>
    protected Account Held => Letter is { } letter ? new Account(Purpose.Guarantee, letter) : Deposit(Organisation);

    protected string Frozen => FrozenBy(Hold);

    /// <summary>The id of the transfer that reserves the money of a hold.</summary>
    internal static string FrozenBy(Guid hold) => $"hold/{hold:D}";

    /// <summary>One key for every way a hold ends, so that the log itself lets it end once.</summary>
    protected string Ended => $"end/{Hold:D}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("book", Book);
        json.WriteString("hold", Hold);
        json.WriteString("organisation", Organisation);
        json.WriteString("auction", Auction);
        json.WriteNumber("amountFen", AmountFen);
        if (Letter is { } letter) json.WriteString("letter", letter);
        WriteMore(json);
    }

    protected virtual void WriteMore(Utf8JsonWriter json) { }

    /// <summary>The reservation posted: it leaves what it was reserved on.</summary>
    protected Transfer Posted() => new(Ended, Held, Settlement, AmountFen, TransferKind.PostPending, Frozen);
}

/// <summary>The organisation froze part of its deposit account for an auction.</summary>
/// <param name="CreditedBy">Only money that the bank had credited until then counts; null when the auction sets no deadline.</param>
public sealed record HoldPlaced(string Book, Guid Hold, Guid Organisation, string Auction, long AmountFen, DateTimeOffset? CreditedBy)
    : HoldFact(Book, Hold, Organisation, Auction, AmountFen)
{
    public override string Type => "hold-placed";
    public override string CommandKey => Frozen;
    public override ImmutableArray<Transfer> Transfers => [new Transfer(Frozen, Held, Settlement, AmountFen, TransferKind.Pending)];

    /// <summary>Work that becomes due with this fact; no part of the line, it goes out in the same transaction.</summary>
    public FollowUp? Then { get; init; }

    protected override void WriteMore(Utf8JsonWriter json)
    {
        if (CreditedBy is { } deadline) json.WriteString("creditedBy", Instant.Write(deadline)); else json.WriteNull("creditedBy");
    }
}

/// <summary>一份保证金参与多件标的: money that is frozen for another lot of the session covers this one too. No money moves.</summary>
/// <param name="AmountFen">The deposit of this lot; what covers it is at least as much.</param>
/// <param name="Money">The hold whose money it is.</param>
/// <param name="CreditedBy">As in <see cref="HoldPlaced"/>.</param>
public sealed record HoldCovers(string Book, Guid Hold, Guid Organisation, string Auction, long AmountFen, Guid Money, DateTimeOffset? CreditedBy)
    : HoldFact(Book, Hold, Organisation, Auction, AmountFen)
{
    public override string Type => "hold-covers";
    public override string CommandKey => Frozen;

    /// <summary>As in <see cref="HoldPlaced"/>.</summary>
    public FollowUp? Then { get; init; }

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteString("money", Money);
        if (CreditedBy is { } deadline) json.WriteString("creditedBy", Instant.Write(deadline)); else json.WriteNull("creditedBy");
    }
}

/// <summary>One lot let the deposit go, others that it covers have not: the money stays frozen for them.</summary>
/// <param name="ByAuction">As in <see cref="HoldReleased"/>.</param>
public sealed record HoldLetGo(string Book, Guid Hold, Guid Organisation, string Auction, long AmountFen, bool ByAuction)
    : HoldFact(Book, Hold, Organisation, Auction, AmountFen)
{
    public override string Type => "hold-let-go";
    public override string CommandKey => $"let-go/{Hold:D}";

    protected override void WriteMore(Utf8JsonWriter json) => json.WriteBoolean("byAuction", ByAuction);
}

/// <summary>The hold admitted a bidder: from now on only the auction can end it.</summary>
public sealed record HoldBound(string Book, Guid Hold, Guid Organisation, string Auction, long AmountFen) : HoldFact(Book, Hold, Organisation, Auction, AmountFen)
{
    public override string Type => "hold-bound";
    public override string CommandKey => $"bind/{Hold:D}";
}

/// <summary>The money is free again.</summary>
/// <param name="ByAuction">The auction let it go; otherwise the organisation took it back before it had admitted anybody.</param>
public sealed record HoldReleased(string Book, Guid Hold, Guid Organisation, string Auction, long AmountFen, bool ByAuction)
    : HoldFact(Book, Hold, Organisation, Auction, AmountFen)
{
    public override string Type => "hold-released";
    public override string CommandKey => Ended;
    public override ImmutableArray<Transfer> Transfers => [new Transfer(Ended, Held, Settlement, AmountFen, TransferKind.VoidPending, Frozen)];

    protected override void WriteMore(Utf8JsonWriter json) => json.WriteBoolean("byAuction", ByAuction);
}

/// <summary>抵作价款: the winner's deposit became part of the price.</summary>
public sealed record HoldUsed(string Book, Guid Hold, Guid Organisation, string Auction, long AmountFen) : HoldFact(Book, Hold, Organisation, Auction, AmountFen)
{
    public override string Type => "hold-used";
    public override string CommandKey => Ended;
    public override ImmutableArray<Transfer> Transfers => [Posted(), new Transfer($"{Ended}/price", Settlement, new Account(Purpose.Price), AmountFen)];
}

/// <summary>悔拍: the winner defaulted and the deposit goes down the waterfall.</summary>
public sealed record HoldForfeited(string Book, Guid Hold, Guid Organisation, string Auction, long AmountFen, Forfeiture Shares)
    : HoldFact(Book, Hold, Organisation, Auction, AmountFen)
{
    public override string Type => "hold-forfeited";
    public override string CommandKey => Ended;

    public override ImmutableArray<Transfer> Transfers =>
    [
        Posted(),
        .. new[]
        {
            new Transfer($"{Ended}/costs", Settlement, new Account(Purpose.Fee), Shares.CostsFen),
            new Transfer($"{Ended}/shortfall", Settlement, new Account(Purpose.Price), Shares.ShortfallFen),
            new Transfer($"{Ended}/seller", Settlement, new Account(Purpose.Forfeited), Shares.SellerFen),
        }.Where(t => t.AmountFen > 0),
    ];

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteNumber("costsFen", Shares.CostsFen);
        json.WriteNumber("shortfallFen", Shares.ShortfallFen);
        json.WriteNumber("sellerFen", Shares.SellerFen);
    }
}
