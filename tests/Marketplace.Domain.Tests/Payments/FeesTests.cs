using System.Globalization;
using CsCheck;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Domain.Payments;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>费用试算: who pays what, as tables to be read, and what holds at every price.</summary>
public sealed class FeesTests
{
    private static readonly Guid Agency = new(0xA6E, 0, 0, new byte[8]);

    private static readonly Gen<long> Price = Gen.OneOf(Gen.Long[1, 1_000], Gen.Long[1, Fen.Most], Gen.Const(Fen.Most));

    private static readonly Gen<MandateFee> Scale = Gen.OneOf(
        Gen.Const(MandateFee.Unagreed),
        Gen.Select(Gen.Int[1, MandateFee.MostBp], Gen.Enum<FeePayer>(), (bp, payer) => new MandateFee(FeeKind.Share, payer, bp)),
        Gen.Select(Gen.Long[1, Fen.Most], Gen.Enum<FeePayer>(), (fen, payer) => new MandateFee(FeeKind.Fixed, payer, FixedFen: fen)),
        Gen.Select(Gen.Long[1, Fen.Most], Gen.Int[0, MandateFee.MostBp], Gen.Int[1, MandateFee.MostBp], Gen.Enum<FeePayer>(),
            (end, low, high, payer) => new MandateFee(FeeKind.Tiers, payer) { Tiers = [new FeeTier(end, low), new FeeTier(null, high)] }));

    private static readonly Gen<BrokerTerms> Brokers = Gen.Select(Gen.Enum<FeeSide>(), Scale, Gen.Bool, (client, fee, agreed) => new BrokerTerms(client, fee, Agency, agreed));

    private static readonly Gen<FeeTerms> Terms = Gen.Select(Gen.Int[0, Fees.MostBp], Gen.Enum<Bearer>(), Gen.Enum<Bearer>(), Gen.Enum<Bearer>().Nullable(), Brokers.List[0, 3],
        (bp, by, duty, registration, brokers) => new FeeTerms(bp, by, duty, registration) { Brokers = [.. brokers] });

    // The price in yuan, the market's percentage and who bears it; what the buyer's fee, the seller's fee, the buyer and the seller come to.
    [Theory]
    [InlineData("2980000", 200, Bearer.Buyer, "59600", "0", "3039600", "2980000")]
    [InlineData("2980000", 200, Bearer.Seller, "0", "59600", "2980000", "2920400")]
    [InlineData("2980000", 200, Bearer.EachItsOwn, "59600", "59600", "3039600", "2920400")]
    [InlineData("2980000", 0, Bearer.EachItsOwn, "0", "0", "2980000", "2980000")]
    [InlineData("1000000", 500, Bearer.EachItsOwn, "50000", "50000", "1050000", "950000")]
    [InlineData("333.33", 150, Bearer.Buyer, "4.99", "0", "338.32", "333.33")]
    [InlineData("0.01", 500, Bearer.Buyer, "0", "0", "0.01", "0.01")]
    [InlineData("1000000000000", 500, Bearer.Seller, "0", "50000000000", "1000000000000", "950000000000")]
    public void The_market_s_fee_falls_on_whoever_was_announced(string price, int bp, Bearer by, string buyersFee, string sellersFee, string buyerPays, string sellerReceives)
    {
        var sheet = Fees.Of(Yuan(price), new FeeTerms(bp, by));
        Assert.Equal((Yuan(buyersFee), Yuan(sellersFee)), (Of(sheet, FeeSide.Buyer), Of(sheet, FeeSide.Seller)));
        Assert.Equal((Yuan(buyerPays), Yuan(sellerReceives)), (sheet.BuyerPaysFen, sheet.SellerReceivesFen));
        Assert.All(sheet.Fees, f => Assert.Equal((ChargeKind.PlatformFee, ChargeBasis.Announced, (Guid?)null), (f.Kind, f.Basis, f.Payee)));
        Assert.Equal(bp == 0, sheet.Fees.IsEmpty);
    }

    // At a price of 1,000,000.01 yuan: the scale, who pays, whether the other side agreed; what the buyer as client pays, what its seller, what nobody is bound to.
    [Theory]
    [InlineData("3%", FeePayer.Client, false, 30_000_00L, 0L, 0L, true)]
    [InlineData("3%", FeePayer.OtherSide, true, 0L, 30_000_00L, 0L, true)]
    [InlineData("3%", FeePayer.OtherSide, false, 0L, 0L, 30_000_00L, false)]
    [InlineData("3%", FeePayer.Halves, true, 15_000_00L, 15_000_00L, 0L, true)]
    [InlineData("3%", FeePayer.Halves, false, 15_000_00L, 0L, 15_000_00L, false)]
    [InlineData("0.03", FeePayer.Halves, true, 2L, 1L, 0L, true)]
    [InlineData("50000", FeePayer.Client, false, 50_000_00L, 0L, 0L, true)]
    [InlineData("50000", FeePayer.Halves, true, 25_000_00L, 25_000_00L, 0L, true)]
    [InlineData("none", FeePayer.Client, false, 0L, 0L, 0L, false)]
    [InlineData("none", FeePayer.Halves, true, 0L, 0L, 0L, false)]
    public void An_agency_s_fee_falls_on_its_client_unless_the_other_side_agreed(string scale, FeePayer payer, bool agreed, long client, long other, long nobody, bool whole)
    {
        var fee = scale == "none" ? MandateFee.Unagreed with { Payer = payer } : scale == "3%" ? new MandateFee(FeeKind.Share, payer, 300) : new MandateFee(FeeKind.Fixed, payer, FixedFen: Yuan(scale));
        var sheet = Fees.Of(1_000_000_01, new FeeTerms(0, Bearer.Seller) { Brokers = [new BrokerTerms(FeeSide.Buyer, fee, Agency, agreed)] });
        Assert.Equal((client, other, nobody), (Of(sheet, FeeSide.Buyer), Of(sheet, FeeSide.Seller), Of(sheet, null)));
        Assert.Equal(whole, sheet.IsWhole(FeeSide.Buyer));
        // A fee that is not agreed is the client's alone: the other side is not left in doubt by it.
        Assert.Equal(whole || scale == "none", sheet.IsWhole(FeeSide.Seller));
        Assert.All(sheet.Fees, f => Assert.Equal((FeeSide.Buyer, Agency), (f.Of, f.Payee)));
        if (scale == "none") Assert.Equal(new Charge(ChargeKind.BrokerFee, FeeSide.Buyer, FeeSide.Buyer, Agency, null, ChargeBasis.ToBeAgreed), Assert.Single(sheet.Fees));
    }

    // 3 in 10,000 from each who signs; who bears it is what was announced. The price; what falls on buyer and seller.
    [Theory]
    [InlineData("2980000", Bearer.EachItsOwn, "894", "894")]
    [InlineData("2980000", Bearer.Buyer, "1788", "0")]
    [InlineData("2980000", Bearer.Seller, "0", "1788")]
    [InlineData("16.66", Bearer.EachItsOwn, "0", "0")]
    [InlineData("16.67", Bearer.EachItsOwn, "0.01", "0.01")]
    [InlineData("50", Bearer.EachItsOwn, "0.02", "0.02")]
    public void Stamp_duty_is_owed_by_each_and_borne_as_announced(string price, Bearer by, string buyer, string seller)
    {
        var sheet = Fees.Of(Yuan(price), new FeeTerms(100, Bearer.Buyer, by));
        Assert.Equal((Yuan(buyer), Yuan(seller)), (sheet.DutiesFen(FeeSide.Buyer), sheet.DutiesFen(FeeSide.Seller)));
        // The tax office's, in none of the sums.
        Assert.Equal(Fees.Of(Yuan(price), new FeeTerms(100, Bearer.Buyer, Bearer.EachItsOwn)).BuyerPaysFen, sheet.BuyerPaysFen);
    }

    [Theory]
    [InlineData(Bearer.Buyer, new[] { FeeSide.Buyer })]
    [InlineData(Bearer.Seller, new[] { FeeSide.Seller })]
    [InlineData(Bearer.EachItsOwn, new[] { FeeSide.Buyer, FeeSide.Seller })]
    [InlineData(null, new FeeSide[0])]
    public void A_register_s_fee_has_the_bearer_that_was_announced_and_never_a_number(Bearer? by, FeeSide[] payers)
    {
        var lines = Fees.Of(100_00, new FeeTerms(0, Bearer.Seller, RegistrationFees: by)).Duties.Where(d => d.Kind == ChargeKind.RegistrationFees).ToList();
        Assert.Equal(payers, lines.Select(l => l.Payer!.Value));
        Assert.All(lines, l => Assert.Equal((null, ChargeBasis.AtCost), (l.AmountFen, l.Basis)));
    }

    [Theory]
    [InlineData(298_000_000, 20_000_000, 20_000_000)]
    [InlineData(298_000_000, 0, 0)]
    [InlineData(100, 101, 100)]
    public void A_deposit_becomes_price_and_never_more(long price, long deposit, long offset) =>
        Assert.Equal(offset, Fees.Of(price, new FeeTerms(100, Bearer.Buyer)).OffsetFen(deposit));

    [Fact]
    public void Sums_are_exact_at_every_price() => Gen.Select(Price, Terms).Sample((price, terms) =>
    {
        var sheet = Fees.Of(price, terms);
        var known = sheet.Fees.Where(f => f.Payer is not null).Sum(f => f.AmountFen ?? 0);
        // What the buyer gives is what the seller and the payees get.
        Assert.Equal(sheet.BuyerPaysFen, sheet.SellerReceivesFen + known);
        Assert.Equal(price * 2, sheet.BuyerPaysFen + sheet.SellerReceivesFen - Of(sheet, FeeSide.Buyer) + Of(sheet, FeeSide.Seller));
        Assert.All(sheet.Fees.Concat(sheet.Duties), c => Assert.True(c.AmountFen is null or >= 0, $"{c}"));
        Assert.Equal(2 * Fees.StampDuty(price), sheet.DutiesFen(FeeSide.Buyer) + sheet.DutiesFen(FeeSide.Seller));
    });

    [Fact]
    public void No_side_pays_the_market_more_than_five_percent() => Gen.Select(Price, Terms).Sample((price, terms) =>
    {
        foreach (var side in Enum.GetValues<FeeSide>())
        {
            var own = Fees.Of(price, terms).Fees.Where(f => f.Kind == ChargeKind.PlatformFee && f.Payer == side).ToList();
            Assert.True(own.Count <= 1);
            Assert.True(own.Sum(f => f.AmountFen!.Value) * 100 <= price * 5);
            // Rounded down by less than a fen.
            if (own is [{ AmountFen: { } fen }]) Assert.InRange(price * terms.PlatformBp - fen * 10_000, 0, 9_999);
        }
    });

    [Fact]
    public void What_an_agency_gets_is_its_scale_to_the_fen_and_a_number_stands_only_where_one_was_agreed() => Gen.Select(Price, Brokers).Sample((price, broker) =>
    {
        var lines = Fees.Of(price, new FeeTerms(0, Bearer.Seller) { Brokers = [broker] }).Fees;
        if (broker.Fee.Kind is FeeKind.Unagreed)
        {
            Assert.Equal((ChargeBasis.ToBeAgreed, null), (Assert.Single(lines).Basis, lines[0].AmountFen));
            return;
        }

        Assert.Equal(broker.Fee.On(price), lines.Sum(l => l.AmountFen!.Value));
        Assert.All(lines, l => Assert.Equal(l.Payer is null, l.Basis is ChargeBasis.OtherSideNotBound));
        if (broker.Fee.Payer is FeePayer.Halves) Assert.InRange(lines[0].AmountFen!.Value - lines[1].AmountFen!.Value, 0, 1);
        if (!broker.OtherSideAgreed) Assert.All(lines, l => Assert.True(l.Payer is null || l.Payer == broker.Client));
    });

    [Fact]
    public void A_higher_price_lowers_no_charge() => Gen.Select(Price, Price, Terms).Sample((one, other, terms) =>
    {
        var (low, high) = (Fees.Of(Math.Min(one, other), terms), Fees.Of(Math.Max(one, other), terms));
        foreach (var (below, above) in low.Fees.Concat(low.Duties).Zip(high.Fees.Concat(high.Duties)))
        {
            Assert.Equal(below with { AmountFen = null }, above with { AmountFen = null });
            Assert.True(below.AmountFen is null || above.AmountFen >= below.AmountFen, $"{below} {above}");
        }

        Assert.Equal((low.Fees.Length, low.Duties.Length), (high.Fees.Length, high.Duties.Length));
        Assert.True(high.BuyerPaysFen >= low.BuyerPaysFen);
    });

    [Theory]
    [InlineData(0, 100)]
    [InlineData(-1, 100)]
    [InlineData(Fen.Most + 1, 100)]
    [InlineData(100, -1)]
    [InlineData(100, Fees.MostBp + 1)]
    public void What_no_announcement_can_say_is_not_worked_out(long price, int bp) => Assert.Throws<ArgumentOutOfRangeException>(() => Fees.Of(price, new FeeTerms(bp, Bearer.Buyer)));

    private static long Of(FeeSheet sheet, FeeSide? payer) => sheet.Fees.Where(f => f.Payer == payer).Sum(f => f.AmountFen ?? 0);

    private static long Yuan(string yuan) => (long)(decimal.Parse(yuan, CultureInfo.InvariantCulture) * 100);
}
