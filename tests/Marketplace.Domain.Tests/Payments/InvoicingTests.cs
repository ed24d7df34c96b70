using System.Globalization;
using CsCheck;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>开票: which sum with which tax, as tables to be read, and what holds for every amount.</summary>
public sealed class InvoicingTests
{
    private const string Number = "2026330106000123";

    private static readonly Guid Id = new(1, 2, 3, new byte[8]);

    private static readonly DateOnly Day = new(2026, 11, 30);

    private static readonly InvoicedSale Registered = new("耐高温压力传感器", TechContract.Assignment, true, new string('a', 64));

    private static readonly Gen<long> Amount = Gen.OneOf(Gen.Long[1, 1_000], Gen.Long[1, Fen.Most], Gen.Const(Fen.Most));

    private static readonly Gen<int> Rate = Gen.OneOf(Gen.Const(0), Gen.Const(Invoicing.ReducedBp), Gen.Const(Invoicing.SimpleBp), Gen.Const(Invoicing.GeneralBp));

    // Amount with tax, rate, tax: known answers and the smallest amounts.
    [Theory]
    [InlineData("106", 600, "6")]
    [InlineData("3120000", 600, "176603.77")]
    [InlineData("59600", 600, "3373.58")]
    [InlineData("103", 300, "3")]
    [InlineData("101", 100, "1")]
    [InlineData("0.01", 600, "0")]
    [InlineData("0.08", 600, "0")]
    [InlineData("0.09", 600, "0.01")]
    [InlineData("3120000", 0, "0")]
    [InlineData("1000000000000", 600, "56603773584.91")]
    public void The_tax_is_split_out_of_the_amount(string gross, int rateBp, string tax) => Assert.Equal(Yuan(tax), Invoicing.TaxOf(Yuan(gross), rateBp));

    // Kind, whose, registered, treatment, rate; what follows.
    [Theory]
    [InlineData(ObligationKind.Price, false, true, TaxTreatment.Exempt, 0, null)]
    [InlineData(ObligationKind.Price, false, true, TaxTreatment.Ordinary, 600, null)]
    [InlineData(ObligationKind.Price, false, true, TaxTreatment.Special, 600, null)]
    [InlineData(ObligationKind.Price, false, false, TaxTreatment.Exempt, 0, Refusal.ContractNotRegistered)]
    [InlineData(ObligationKind.Price, false, false, TaxTreatment.Special, 600, null)]
    [InlineData(ObligationKind.Price, false, false, TaxTreatment.Ordinary, 300, null)]
    [InlineData(ObligationKind.Price, false, false, TaxTreatment.Special, 100, null)]
    [InlineData(ObligationKind.Price, false, true, TaxTreatment.Exempt, 600, Refusal.MalformedRequest)]
    [InlineData(ObligationKind.Price, false, true, TaxTreatment.Ordinary, 0, Refusal.MalformedRequest)]
    [InlineData(ObligationKind.Price, false, true, TaxTreatment.Special, 1300, Refusal.MalformedRequest)]
    [InlineData(ObligationKind.Royalty, false, true, TaxTreatment.Exempt, 0, null)]
    [InlineData(ObligationKind.BrokerFee, false, true, TaxTreatment.Exempt, 0, Refusal.ExemptionNotForThis)]
    [InlineData(ObligationKind.BrokerFee, false, true, TaxTreatment.Special, 300, null)]
    [InlineData(ObligationKind.PlatformFee, true, true, TaxTreatment.Exempt, 0, Refusal.ExemptionNotForThis)]
    [InlineData(ObligationKind.PlatformFee, true, true, TaxTreatment.Special, 600, null)]
    [InlineData(ObligationKind.PlatformFee, true, false, TaxTreatment.Ordinary, 600, null)]
    [InlineData(ObligationKind.PlatformFee, true, true, TaxTreatment.Ordinary, 300, Refusal.MalformedRequest)]
    [InlineData(ObligationKind.Shortfall, false, true, TaxTreatment.Ordinary, 600, Refusal.NotASupply)]
    [InlineData(ObligationKind.SellerRefusal, false, true, TaxTreatment.Ordinary, 600, Refusal.NotASupply)]
    [InlineData(ObligationKind.Restitution, false, true, TaxTreatment.Ordinary, 600, Refusal.NotASupply)]
    [InlineData(ObligationKind.GuaranteeCall, false, true, TaxTreatment.Ordinary, 600, Refusal.NotASupply)]
    public void What_may_be_invoiced_how(ObligationKind kind, bool market, bool registered, TaxTreatment treatment, int rateBp, Refusal? refusal)
    {
        var sale = registered ? Registered : Registered with { RegistrationSha256 = null };
        var answer = Invoicing.Issue(Order(treatment, rateBp, 1_000_00), kind, market, new Receipts(1_000_00, 0), 0, sale, Day);
        Assert.Equal(refusal, answer.Refusal);
        if (answer.Done) Assert.Equal((1_000_00, Invoicing.TaxOf(1_000_00, rateBp)), (answer.Value.AmountFen, answer.Value.TaxFen));
    }

    // What was typed beside a taxed sum is kept or said to be wrong, and a payer abroad gets no special invoice.
    [Theory]
    [InlineData(true, TaxTreatment.Ordinary, Number, false, null)]
    [InlineData(true, TaxTreatment.Ordinary, "123", false, Refusal.RegistrationNumberInvalid)]
    [InlineData(false, TaxTreatment.Ordinary, Number, false, Refusal.ContractNotRegistered)]
    [InlineData(false, TaxTreatment.Ordinary, " ", false, null)]
    [InlineData(true, TaxTreatment.Special, null, true, Refusal.SpecialNotAbroad)]
    [InlineData(true, TaxTreatment.Ordinary, null, true, null)]
    public void What_stands_on_a_taxed_one(bool registered, TaxTreatment treatment, string? typed, bool abroad, Refusal? refusal) => Assert.Equal(
        refusal,
        Invoicing.Issue(
            Order(treatment, 600, 100) with { Registration = typed }, ObligationKind.Price, false, new Receipts(100, 0), 0, registered ? Registered : Registered with { RegistrationSha256 = null }, Day, abroad).Refusal);

    // Paid, refunded, forfeited, returned, invoiced before, shown; what follows, otherwise the amount.
    [Theory]
    [InlineData(0, 0, 0, 0, 0, 100, Refusal.InvoiceNotPaidYet)]
    [InlineData(100, 0, 0, 0, 0, 100, null)]
    [InlineData(100, 0, 0, 0, 60, 40, null)]
    [InlineData(100, 30, 0, 0, 60, 10, null)]
    [InlineData(100, 0, 0, 0, 100, 0, Refusal.NothingToInvoice)]
    [InlineData(100, 100, 0, 0, 0, 100, Refusal.NothingToInvoice)]
    [InlineData(100, 0, 100, 0, 0, 100, Refusal.NothingToInvoice)]
    [InlineData(100, 0, 0, 100, 0, 100, Refusal.NothingToInvoice)]
    [InlineData(100, 0, 0, 0, 0, 60, Refusal.ChangedMeanwhile)]
    [InlineData(100, 0, 0, 0, 0, 101, Refusal.ChangedMeanwhile)]
    public void The_whole_of_what_was_paid_and_is_not_invoiced_is(long paid, long refunded, long forfeited, long returned, long invoiced, long shown, Refusal? refusal) =>
        Assert.Equal(refusal, Invoicing.Issue(Order(TaxTreatment.Exempt, 0, shown), ObligationKind.Price, false, new Receipts(paid, refunded, forfeited, returned), invoiced, Registered, Day).Refusal);

    [Fact]
    public void What_the_sale_says_decides()
    {
        Refusal? Issue(TaxTreatment treatment, InvoicedSale? sale, string? registration = Number) =>
            Invoicing.Issue(Order(treatment, treatment == TaxTreatment.Exempt ? 0 : 600, 100) with { Registration = registration }, ObligationKind.Price, false, new Receipts(100, 0), 0, sale, Day).Refusal;
        Assert.Equal(Refusal.NothingToInvoice, Issue(TaxTreatment.Exempt, Registered with { Stands = false }));
        Assert.Equal(Refusal.ContractNotRegistered, Issue(TaxTreatment.Exempt, null));
        Assert.Null(Issue(TaxTreatment.Special, null, null));
        Assert.Equal(Refusal.PriceWithoutTax, Issue(TaxTreatment.Special, Registered with { TaxIncluded = false }));
        Assert.Null(Issue(TaxTreatment.Exempt, Registered with { TaxIncluded = false }));
        foreach (var wrong in new[] { null, "", "202633010600012", "20263301060001234", "2026330106O00123" }) Assert.Equal(Refusal.RegistrationNumberInvalid, Issue(TaxTreatment.Exempt, Registered, wrong));
        Assert.Null(Issue(TaxTreatment.Exempt, Registered, " ２０２６3301-0600 0123 "));
        Assert.Equal(Refusal.MalformedRequest, Invoicing.Issue(Order(TaxTreatment.Exempt, 0, 100) with { Id = Guid.Empty }, ObligationKind.Price, false, new Receipts(100, 0), 0, Registered, Day).Refusal);
    }

    [Fact]
    public void The_reduced_rate_ends_with_its_last_day()
    {
        Assert.Equal([600, 300, 100], Invoicing.RatesOf(market: false, Invoicing.ReducedUntil));
        Assert.Equal([600, 300], Invoicing.RatesOf(market: false, Invoicing.ReducedUntil.AddDays(1)));
        Assert.Equal([600], Invoicing.RatesOf(market: true, Day));
    }

    [Fact]
    public void Numbers_of_the_tax_administration_have_twenty_digits()
    {
        Assert.Equal("26332000000123456789", Invoicing.ReadTaxNumber("2633 2000 0001 2345 6789"));
        foreach (var wrong in new[] { null, "", "2633200000012345678", "263320000001234567890", "2633200000012345678X" }) Assert.Null(Invoicing.ReadTaxNumber(wrong));
    }

    [Fact]
    public void Net_and_tax_are_the_amount_and_the_tax_is_the_nearest_fen() => Gen.Select(Amount, Rate).Sample((gross, rate) =>
    {
        var sum = new TaxedSum(gross, Invoicing.TaxOf(gross, rate));
        Assert.Equal(gross, sum.NetFen + sum.TaxFen);
        Assert.InRange(sum.TaxFen, 0, gross - 1);
        // Twice the tax times (1 + rate) is no more than half a fen away from twice the exact one.
        var off = (Int128)sum.TaxFen * 2 * (10_000 + rate) - (Int128)gross * rate * 2;
        Assert.True(off > -(10_000 + rate) && off <= 10_000 + rate, $"{gross} {rate}: {sum.TaxFen}");
    });

    [Fact]
    public void Red_papers_take_back_no_more_than_was_invoiced_and_with_the_last_fen_all_of_its_tax() => Gen.Select(Amount, Rate, Gen.Long[1, Fen.Most].List[1, 6]).Sample((gross, rate, refunds) =>
    {
        var blue = new TaxedSum(gross, Invoicing.TaxOf(gross, rate));
        var (reddened, tax, refunded) = (0L, 0L, 0L);
        foreach (var refund in refunds)
        {
            refunded = Math.Min(gross, refunded + refund);
            var receipts = new Receipts(gross, refunded);
            var open = Invoicing.RedFen(RedReason.Refund, gross, reddened, receipts, gross - reddened);
            var red = Invoicing.Redden(RedReason.Refund, blue, rate, reddened, receipts, gross - reddened, open);
            Assert.Equal(refunded == reddened ? Refusal.NothingToRedden : null, red.Refusal);
            if (!red.Done) continue;
            Assert.True(red.Value.AmountFen < 0 && red.Value.TaxFen <= 0 && red.Value.NetFen <= 0);
            Assert.Equal(Refusal.ChangedMeanwhile, Invoicing.Redden(RedReason.Refund, blue, rate, reddened, receipts, gross - reddened, open + 1).Refusal);
            reddened -= red.Value.AmountFen;
            tax -= red.Value.TaxFen;
            Assert.Equal(refunded, reddened);
        }

        if (reddened < gross)
        {
            var rest = Invoicing.Redden(RedReason.Mistake, blue, rate, reddened, new Receipts(gross, refunded), gross - reddened, gross - reddened);
            (reddened, tax) = (reddened - rest.Value.AmountFen, tax - rest.Value.TaxFen);
        }

        Assert.Equal((blue.AmountFen, blue.TaxFen), (reddened, tax));
        Assert.Equal(Refusal.NothingToRedden, Invoicing.Redden(RedReason.Mistake, blue, rate, reddened, new Receipts(gross, refunded), 0, 0).Refusal);
    });

    [Fact]
    public void A_refund_may_be_divided_between_papers_and_a_mistake_not()
    {
        var blue = new TaxedSum(100_00, Invoicing.TaxOf(100_00, 600));
        Refusal? Red(RedReason reason, long fen, long refunded = 60_00) => Invoicing.Redden(reason, blue, 600, 0, new Receipts(150_00, refunded), 150_00, fen).Refusal;
        Assert.Null(Red(RedReason.Refund, 10_00));
        Assert.Null(Red(RedReason.Refund, 60_00));
        Assert.Equal(Refusal.ChangedMeanwhile, Red(RedReason.Refund, 60_01));
        Assert.Equal(Refusal.ChangedMeanwhile, Red(RedReason.Refund, 0));
        Assert.Equal(Refusal.ChangedMeanwhile, Red(RedReason.Refund, -1));
        Assert.Equal(Refusal.NothingToRedden, Red(RedReason.Refund, 1, refunded: 0));
        Assert.Equal(Refusal.ChangedMeanwhile, Red(RedReason.Mistake, 60_00));
        Assert.Null(Red(RedReason.Mistake, 100_00));
        Assert.Equal(Refusal.MalformedRequest, Red((RedReason)9, 100_00));
    }

    [Fact]
    public void What_is_paid_back_belongs_to_the_parts_in_their_order() => Gen.Select(Gen.Long[0, 1_000].List[1, 5], Gen.Long[0, 5_000]).Sample((released, back) =>
    {
        var paidBack = Math.Min(back, released.Sum());
        var parts = released.Select((part, at) => Invoicing.ReturnedFen(released.Take(at).Sum(), part, paidBack)).ToList();
        Assert.Equal(paidBack, parts.Sum());
        Assert.All(parts.Zip(released), p => Assert.InRange(p.First, 0, p.Second));
    });

    private static InvoiceOrder Order(TaxTreatment treatment, int rateBp, long fen) => new(Id, Id, treatment, rateBp, treatment == TaxTreatment.Exempt ? Number : null, fen);

    private static long Yuan(string yuan) => (long)(decimal.Parse(yuan, CultureInfo.InvariantCulture) * 100);
}
