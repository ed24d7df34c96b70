using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments;

/// <summary>How a sum is taxed, and on what form of invoice. Stored by name.</summary>
public enum TaxTreatment
{
    /// <summary>免税·普通发票: 技术转让 after 认定登记 (财税〔2016〕36号附件3第一条（二十六）). What is exempt has no special invoice.</summary>
    Exempt,

    /// <summary>应税·普通发票.</summary>
    Ordinary,

    /// <summary>应税·专用发票: the payer may deduct the tax.</summary>
    Special,
}

/// <summary>What the contract gives. For the tax both are 转让技术: of its ownership, or of its use. Stored by name.</summary>
public enum TechContract { Assignment, Licence }

/// <summary>Why a paper is taken back by a red one. Stored by name.</summary>
public enum RedReason
{
    /// <summary>The money went back.</summary>
    Refund,

    /// <summary>开票有误: the sum can be invoiced again.</summary>
    Mistake,
}

/// <summary>What an invoice needs of the sale behind a price.</summary>
/// <param name="Stands">The sale has not ended: only then something new is invoiced.</param>
/// <param name="RegistrationSha256">The file that shows 技术合同认定登记; null while it is not registered.</param>
/// <param name="TaxIncluded">The announced price has the tax in it.</param>
public sealed record InvoicedSale(string Title, TechContract Contract, bool Stands, string? RegistrationSha256, bool TaxIncluded = true);

/// <summary>What was paid for an obligation, and what of it is no pay for a supply any more.</summary>
/// <param name="ForfeitedFen">Of a deposit in the price that the defaulter lost: damages.</param>
/// <param name="ReturnedFen">Released, and paid back when the sale fell.</param>
public readonly record struct Receipts(long PaidFen, long RefundedFen, long ForfeitedFen = 0, long ReturnedFen = 0)
{
    public long KeptFen => PaidFen - RefundedFen - ForfeitedFen - ReturnedFen;
}

/// <summary>What whom it is owed says of an invoice.</summary>
/// <param name="RateBp">The rate in basis points; 0 where exempt.</param>
/// <param name="Registration">合同登记编号, as the registration office gave it; asked for where exempt.</param>
/// <param name="AmountFen">What the form showed: nothing is invoiced that nobody saw.</param>
public sealed record InvoiceOrder(Guid Id, Guid Obligation, TaxTreatment Treatment, int RateBp, string? Registration, long AmountFen);

/// <summary>An amount with the tax in it. Negative on a red paper.</summary>
public readonly record struct TaxedSum(long AmountFen, long TaxFen)
{
    public long NetFen => AmountFen - TaxFen;
}

/// <summary>
/// 开票: what may be invoiced, with which tax. Pure; the refusals are checked in the order of each body. The tax
/// administration's platform issues the 数电票 itself; this is the paper it is made from.
/// </summary>
public static class Invoicing
{
    /// <summary>The rate of services and intangible assets (增值税法 10).</summary>
    public const int GeneralBp = 600;

    /// <summary>征收率 of the simple method (增值税法 11).</summary>
    public const int SimpleBp = 300;

    /// <summary>The same as small taxpayers pay it until <see cref="ReducedUntil"/> (财政部 税务总局公告2023年第19号).</summary>
    public const int ReducedBp = 100;

    public static readonly DateOnly ReducedUntil = new(2027, 12, 31);

    /// <summary>What is paid for a supply; the others are damages, or money that goes back.</summary>
    public static readonly ImmutableArray<ObligationKind> Supplies = [ObligationKind.Price, ObligationKind.Royalty, ObligationKind.PlatformFee, ObligationKind.BrokerFee];

    private const int RegistrationDigits = 16, TaxNumberDigits = 20;

    public static bool IsTechnology(ObligationKind kind) => kind is ObligationKind.Price or ObligationKind.Royalty;

    /// <summary>The rates that a taxed invoice may have on a day. The market itself is a general taxpayer.</summary>
    public static ImmutableArray<int> RatesOf(bool market, DateOnly day) => market ? [GeneralBp] : day <= ReducedUntil ? [GeneralBp, SimpleBp, ReducedBp] : [GeneralBp, SimpleBp];

    /// <summary>价税分离: amount × rate ÷ (1 + rate), a half fen up. The net is the rest, so both are exactly the amount.</summary>
    public static long TaxOf(long amountFen, int rateBp) => (long)(((Int128)amountFen * rateBp * 2 + 10_000 + rateBp) / (2 * (10_000 + rateBp)));

    /// <summary>What of a released part went back after the sale fell: the parts of a price get it in their order.</summary>
    public static long ReturnedFen(long releasedBeforeFen, long releasedFen, long paidBackFen) => Math.Clamp(paidBackFen - releasedBeforeFen, 0, releasedFen);

    /// <summary>The whole of what was paid and is not invoiced yet.</summary>
    /// <param name="market">Owed to the market itself.</param>
    /// <param name="invoicedFen">All papers of the obligation together, red ones as negative.</param>
    /// <param name="sale">Null where no deal is behind it.</param>
    /// <param name="payerAbroad">It has no 纳税人识别号, which a special invoice must bear.</param>
    public static Result<TaxedSum> Issue(InvoiceOrder order, ObligationKind kind, bool market, Receipts receipts, long invoicedFen, InvoicedSale? sale, DateOnly day, bool payerAbroad = false)
    {
        var exempt = order.Treatment == TaxTreatment.Exempt;
        if (order.Id == Guid.Empty || !Enum.IsDefined(order.Treatment) || (exempt ? order.RateBp != 0 : !RatesOf(market, day).Contains(order.RateBp))) return Refusal.MalformedRequest;
        if (!Supplies.Contains(kind)) return Refusal.NotASupply;
        if (receipts.PaidFen == 0) return Refusal.InvoiceNotPaidYet;
        var open = receipts.KeptFen - invoicedFen;
        if (open <= 0 || sale is { Stands: false }) return Refusal.NothingToInvoice;
        if (order.AmountFen != open) return Refusal.ChangedMeanwhile;
        if (payerAbroad && order.Treatment == TaxTreatment.Special) return Refusal.SpecialNotAbroad;
        if (exempt)
        {
            if (!IsTechnology(kind)) return Refusal.ExemptionNotForThis;
            // The exemption rests on the registration; before it the same sum can be invoiced with its tax.
            if (sale?.RegistrationSha256 is null) return Refusal.ContractNotRegistered;
            if (ReadRegistration(order.Registration) is null) return Refusal.RegistrationNumberInvalid;
        }
        else if (IsTechnology(kind) && sale is { TaxIncluded: false })
        {
            // The tax on top was never paid through the market, so it cannot be split out of what was.
            return Refusal.PriceWithoutTax;
        }
        else if (IsTechnology(kind) && !string.IsNullOrWhiteSpace(order.Registration))
        {
            // What was typed stands on the paper, or is said to be wrong.
            if (sale?.RegistrationSha256 is null) return Refusal.ContractNotRegistered;
            if (ReadRegistration(order.Registration) is null) return Refusal.RegistrationNumberInvalid;
        }

        return new TaxedSum(open, TaxOf(open, order.RateBp));
    }

    /// <summary>What a red paper takes back of a blue one: for a refund no more than went back, for a mistake all that is left of it.</summary>
    /// <param name="blue">As it was issued.</param>
    /// <param name="reddenedFen">What earlier red papers took back of it, positive.</param>
    /// <param name="amountFen">What the form showed, positive.</param>
    public static Result<TaxedSum> Redden(RedReason reason, TaxedSum blue, int rateBp, long reddenedFen, Receipts receipts, long invoicedFen, long amountFen)
    {
        if (!Enum.IsDefined(reason)) return Refusal.MalformedRequest;
        var open = RedFen(reason, blue.AmountFen, reddenedFen, receipts, invoicedFen);
        if (open <= 0) return Refusal.NothingToRedden;
        // A refund may be divided between several papers; a mistaken one is taken back whole.
        if (amountFen <= 0 || amountFen > open || (reason == RedReason.Mistake && amountFen != open)) return Refusal.ChangedMeanwhile;
        // Up to here together and less what the earlier ones had: the last of them leaves no fen of tax.
        return new TaxedSum(-amountFen, TaxOf(reddenedFen, rateBp) - TaxOf(reddenedFen + amountFen, rateBp));
    }

    /// <summary>How much a red paper for this reason would take back now.</summary>
    public static long RedFen(RedReason reason, long blueFen, long reddenedFen, Receipts receipts, long invoicedFen)
    {
        var left = blueFen - reddenedFen;
        return reason == RedReason.Mistake ? left : Math.Min(left, Math.Max(0, invoicedFen - receipts.KeptFen));
    }

    /// <summary>合同登记编号: 16 digits, however they were typed; null for anything else.</summary>
    public static string? ReadRegistration(string? typed) => Digits(typed, RegistrationDigits);

    /// <summary>数电票号码: 20 digits, however they were typed; null for anything else.</summary>
    public static string? ReadTaxNumber(string? typed) => Digits(typed, TaxNumberDigits);

    private static string? Digits(string? typed, int count)
    {
        var digits = string.Concat(Text.Narrow(typed ?? "").Where(c => !char.IsWhiteSpace(c) && c != '-'));
        return digits.Length == count && digits.All(char.IsAsciiDigit) ? digits : null;
    }
}
