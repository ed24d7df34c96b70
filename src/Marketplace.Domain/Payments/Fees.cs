using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations.Mandates;

namespace Marketplace.Domain.Payments;

/// <summary>The two between whom the price passes.</summary>
public enum FeeSide { Buyer, Seller }

/// <summary>What is charged beside the price.</summary>
public enum ChargeKind
{
    /// <summary>平台服务费</summary>
    PlatformFee,

    /// <summary>经纪佣金</summary>
    BrokerFee,

    /// <summary>印花税, to the tax office; what is worked out here is an estimate.</summary>
    StampDuty,

    /// <summary>登记与变更费用, to the office that registers.</summary>
    RegistrationFees,
}

/// <summary>On what the payer and the number of a charge rest.</summary>
public enum ChargeBasis
{
    /// <summary>The lot's announcement.</summary>
    Announced,

    /// <summary>The scale of a mandate that both sides signed.</summary>
    Mandate,

    /// <summary>Nothing agreed: reasonable, from the client; the two agree on it (技术合同解释 39). Never a number.</summary>
    ToBeAgreed,

    /// <summary>
    /// A mandate lets the other side pay, which has not agreed: it pays nothing that it did not itself agree to, and the client
    /// answers for it (民法典 523). The number is known, the payer is not.
    /// </summary>
    OtherSideNotBound,

    /// <summary>The rate is the law's, the bearer the announcement's.</summary>
    Law,

    /// <summary>What the office asks for. Never a number.</summary>
    AtCost,
}

/// <summary>One line of who pays what.</summary>
/// <param name="Of">On whose side it arises: the client of the agency, the taxpayer; who pays may be the other one.</param>
/// <param name="Payer">Null while nobody is bound to pay it.</param>
/// <param name="Payee">The agency; null where the market, the tax office or a register is paid.</param>
/// <param name="AmountFen">Null where no number follows from what is agreed: none is invented.</param>
public sealed record Charge(ChargeKind Kind, FeeSide Of, FeeSide? Payer, Guid? Payee, long? AmountFen, ChargeBasis Basis);

/// <summary>What a client agreed with its agency.</summary>
/// <param name="OtherSideAgreed">The other side has itself agreed to what the scale lets it pay.</param>
public sealed record BrokerTerms(FeeSide Client, MandateFee Fee, Guid? Agency = null, bool OtherSideAgreed = false);

/// <summary>What is agreed about fees and duties before the price is known.</summary>
/// <param name="PlatformBp">The market's percentage in basis points. Where each bears its own, each side pays it.</param>
/// <param name="StampDuty">By law each who signs, unless something else is agreed.</param>
/// <param name="RegistrationFees">Null where nobody said who bears them: they have no line then.</param>
public sealed record FeeTerms(int PlatformBp, Bearer PlatformBy, Bearer StampDuty = Bearer.EachItsOwn, Bearer? RegistrationFees = null)
{
    public ImmutableArray<BrokerTerms> Brokers { get; init; } = [];
}

/// <summary>Who pays what at one price. The sums are of price and fees; duties go elsewhere and stand beside.</summary>
/// <param name="Fees">The market's and the agencies'.</param>
/// <param name="Duties">What the market never collects.</param>
public sealed record FeeSheet(long PriceFen, ImmutableArray<Charge> Fees, ImmutableArray<Charge> Duties)
{
    /// <summary>Price and fees; the whole when <see cref="IsWhole"/>, otherwise at least this.</summary>
    public long BuyerPaysFen => PriceFen + Sum(Fees, FeeSide.Buyer);

    /// <summary>
    /// The price without the seller's fees; the whole when <see cref="IsWhole"/>, otherwise at most this. Below zero when an agency's fixed sum
    /// is above the price.
    /// </summary>
    public long SellerReceivesFen => PriceFen - Sum(Fees, FeeSide.Seller);

    /// <summary>No fee without a number, or without a payer, can still fall on this side.</summary>
    public bool IsWhole(FeeSide side) => !Fees.Any(f => f.Payer is null || (f.Payer == side && f.AmountFen is null));

    /// <summary>The duties on this side that have a number; an estimate.</summary>
    public long DutiesFen(FeeSide side) => Sum(Duties, side);

    /// <summary>What of a deposit becomes part of the price when the contract is signed.</summary>
    public long OffsetFen(long depositFen) => Math.Min(depositFen, PriceFen);

    private static long Sum(ImmutableArray<Charge> charges, FeeSide side) => charges.Where(c => c.Payer == side).Sum(c => c.AmountFen ?? 0);
}

/// <summary>费用试算: what follows from a price and from what is agreed, and nothing more.</summary>
public static class Fees
{
    /// <summary>5 % from a side is the most (拍卖法 56).</summary>
    public const int MostBp = 500;

    /// <summary>万分之三 from each who signs (印花税法): the same for a 技术合同 and for a 转让书据 of a patent or of know-how.</summary>
    public const int StampDutyBp = 3;

    public static FeeSheet Of(long priceFen, FeeTerms terms)
    {
        if (!Fen.IsAmount(priceFen)) throw new ArgumentOutOfRangeException(nameof(priceFen), priceFen, "No price.");
        if (terms.PlatformBp is < 0 or > MostBp) throw new ArgumentOutOfRangeException(nameof(terms), terms.PlatformBp, "No fee of the market.");
        return new FeeSheet(
            priceFen,
            [.. Platform(priceFen, terms), .. terms.Brokers.SelectMany(b => Broker(priceFen, b))],
            [
                .. Enum.GetValues<FeeSide>().Select(taxpayer => new Charge(ChargeKind.StampDuty, taxpayer, Carries(terms.StampDuty, taxpayer), null, StampDuty(priceFen), ChargeBasis.Law)),
                .. (terms.RegistrationFees is { } registration ? Sides(registration) : []).Select(side => new Charge(ChargeKind.RegistrationFees, side, side, null, null, ChargeBasis.AtCost)),
            ]);
    }

    /// <summary>What one side owes on the contract, rounded to the fen. VAT that the contract states apart is not taxed; it is not known here.</summary>
    public static long StampDuty(long priceFen) => (long)(((Int128)priceFen * StampDutyBp + 5_000) / 10_000);

    /// <summary>The market's fee of one side, rounded down to the fen.</summary>
    public static long PlatformFee(long priceFen, int basisPoints) => (long)((Int128)priceFen * basisPoints / 10_000);

    private static IEnumerable<Charge> Platform(long priceFen, FeeTerms terms) => terms.PlatformBp == 0 ? []
        : Sides(terms.PlatformBy).Select(side => new Charge(ChargeKind.PlatformFee, side, side, null, PlatformFee(priceFen, terms.PlatformBp), ChargeBasis.Announced));

    private static IEnumerable<Charge> Broker(long priceFen, BrokerTerms agreed)
    {
        if (agreed.Fee.On(priceFen) is not { } fen) return [new Charge(ChargeKind.BrokerFee, agreed.Client, agreed.Client, agreed.Agency, null, ChargeBasis.ToBeAgreed)];
        return agreed.Fee.Payer switch
        {
            FeePayer.Client => [Own(fen)],
            FeePayer.OtherSide => [Others(fen)],
            // The odd fen is the client's: the other side never pays more than half.
            FeePayer.Halves => [Own(fen - fen / 2), Others(fen / 2)],
        };

        Charge Own(long part) => new(ChargeKind.BrokerFee, agreed.Client, agreed.Client, agreed.Agency, part, ChargeBasis.Mandate);

        Charge Others(long part) => agreed.OtherSideAgreed
            ? new(ChargeKind.BrokerFee, agreed.Client, Opposite(agreed.Client), agreed.Agency, part, ChargeBasis.Mandate)
            : new(ChargeKind.BrokerFee, agreed.Client, null, agreed.Agency, part, ChargeBasis.OtherSideNotBound);
    }

    private static FeeSide Carries(Bearer bearer, FeeSide own) => bearer switch
    {
        Bearer.Buyer => FeeSide.Buyer,
        Bearer.Seller => FeeSide.Seller,
        Bearer.EachItsOwn => own,
    };

    private static ImmutableArray<FeeSide> Sides(Bearer bearer) => bearer switch
    {
        Bearer.Buyer => [FeeSide.Buyer],
        Bearer.Seller => [FeeSide.Seller],
        Bearer.EachItsOwn => [FeeSide.Buyer, FeeSide.Seller],
    };

    private static FeeSide Opposite(FeeSide side) => side switch
    {
        FeeSide.Buyer => FeeSide.Seller,
        FeeSide.Seller => FeeSide.Buyer,
    };
}
