using System.Collections.Immutable;
using System.Text.Json;

namespace Marketplace.Domain.Payments;

/// <summary>A part of the deposit that became part of what is owed.</summary>
public readonly record struct DepositShare(Guid Obligation, long AmountFen);

/// <summary>抵作价款: the winner's deposit became part of the price, and is kept like the rest of it; what the price does not need is free.</summary>
/// <param name="Seller">Whom the price is owed.</param>
public sealed record HoldUsedForPrice(string Book, Guid Hold, Guid Organisation, string Auction, long AmountFen, Guid Seller, ImmutableArray<DepositShare> Shares)
    : HoldFact(Book, Hold, Organisation, Auction, AmountFen)
{
    public override string Type => "hold-used.2";
    public override string CommandKey => Ended;

    /// <summary>What the price does not need.</summary>
    public long RestFen => AmountFen - Shares.Sum(s => s.AmountFen);

    public override ImmutableArray<Transfer> Transfers =>
    [
        Posted(),
        .. Shares.Select(s => new Transfer($"{Ended}/{s.Obligation:D}", Settlement, new Account(Purpose.Escrow, Seller), s.AmountFen)),
        .. RestFen > 0 ? [new Transfer($"{Ended}/rest", Settlement, Deposit(Organisation), RestFen)] : ImmutableArray<Transfer>.Empty,
    ];

    public bool Equals(HoldUsedForPrice? other) => other is not null && base.Equals(other) && Seller == other.Seller && Shares.SequenceEqual(other.Shares);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Seller);

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteString("seller", Seller);
        json.WriteStartArray("shares");
        foreach (var share in Shares)
        {
            json.WriteStartObject();
            json.WriteString("obligation", share.Obligation);
            json.WriteNumber("amountFen", share.AmountFen);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

/// <summary>悔拍: the deposit went down the waterfall, and what it leaves is the seller's.</summary>
public sealed record HoldForfeitedTo(string Book, Guid Hold, Guid Organisation, string Auction, long AmountFen, Guid Seller, Forfeiture Shares)
    : HoldFact(Book, Hold, Organisation, Auction, AmountFen)
{
    public override string Type => "hold-forfeited.2";
    public override string CommandKey => Ended;

    public override ImmutableArray<Transfer> Transfers =>
    [
        Posted(),
        .. new[]
        {
            new Transfer($"{Ended}/costs", Settlement, new Account(Purpose.Fee), Shares.CostsFen),
            new Transfer($"{Ended}/shortfall", Settlement, Deposit(Seller), Shares.ShortfallFen),
            new Transfer($"{Ended}/seller", Settlement, Deposit(Seller), Shares.SellerFen),
        }.Where(t => t.AmountFen > 0),
    ];

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteString("seller", Seller);
        json.WriteNumber("costsFen", Shares.CostsFen);
        json.WriteNumber("shortfallFen", Shares.ShortfallFen);
        json.WriteNumber("sellerFen", Shares.SellerFen);
    }
}

/// <summary>悔拍 after the contract was signed: the deposit that was kept in the price goes down the waterfall.</summary>
public sealed record DepositForfeited(string Book, Guid Obligation, Guid Debtor, Guid? Creditor, long AmountFen, Forfeiture Shares) : ObligationFact(Book, Obligation, Debtor, Creditor)
{
    public override string Type => "deposit-forfeited";
    public override string CommandKey => $"forfeit/{Obligation:D}";

    public override ImmutableArray<Transfer> Transfers =>
    [
        .. new[]
        {
            new Transfer($"{CommandKey}/costs", Escrow, new Account(Purpose.Fee), Shares.CostsFen),
            new Transfer($"{CommandKey}/shortfall", Escrow, Theirs, Shares.ShortfallFen),
            new Transfer($"{CommandKey}/seller", Escrow, Theirs, Shares.SellerFen),
        }.Where(t => t.AmountFen > 0),
    ];

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteNumber("amountFen", AmountFen);
        json.WriteNumber("costsFen", Shares.CostsFen);
        json.WriteNumber("shortfallFen", Shares.ShortfallFen);
        json.WriteNumber("sellerFen", Shares.SellerFen);
    }
}
