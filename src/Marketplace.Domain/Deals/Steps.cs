using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Deals;

/// <summary>Who does a step.</summary>
public enum Party { Market, Seller, Buyer }

/// <summary>What follows a sale. Stored by the names of <see cref="Steps"/>.</summary>
public enum Step
{
    /// <summary>系统确认成交: done when the deal begins.</summary>
    Close,

    /// <summary>签署成交确认书. Refusing does not undo the sale (合同编通则解释 4).</summary>
    SignConfirmation,

    /// <summary>签订技术合同: the text that the announcement fixed; only its blanks are filled.</summary>
    SignContract,

    /// <summary>付款: done when the ledger has the first payment, of a price that is paid at once the whole; not by anybody's word.</summary>
    Pay,

    /// <summary>技术合同认定登记, by the seller, once.</summary>
    Register,

    /// <summary>交付与验收.</summary>
    Deliver,

    /// <summary>专利权变更登记: a transfer takes effect with it (专利法 10).</summary>
    RecordTransfer,

    /// <summary>奖酬分配: the unit's own matter, which the buyer does not see (条例 39).</summary>
    Reward,
}

/// <summary>The rule of one step.</summary>
/// <param name="After">The step it waits for, and from whose end it is counted.</param>
/// <param name="IsDefault">No law or market rule sets the period; the contract may say another.</param>
public sealed record StepRule(Step Step, ImmutableArray<Party> Parties, Step? After, Period Period, bool IsDefault = false, bool SellerOnly = false);

/// <summary>The steps, their order and their names. Data: a changed period is a new line, the page follows.</summary>
public static class Steps
{
    private static readonly ImmutableArray<Party> Both = [Party.Seller, Party.Buyer];

    /// <summary>Sources: domain §6 (5 working days to sign and to pay), 浙江条例 18 (10 days), 浙江条例 40 (6 months by default).</summary>
    public static readonly ImmutableArray<StepRule> All =
    [
        new(Step.Close, [Party.Market], null, default),
        new(Step.SignConfirmation, Both, Step.Close, new Period(5, PeriodUnit.WorkingDays)),
        new(Step.SignContract, Both, Step.SignConfirmation, new Period(5, PeriodUnit.WorkingDays)),
        new(Step.Pay, [Party.Buyer], Step.SignContract, new Period(5, PeriodUnit.WorkingDays)),
        new(Step.Register, [Party.Seller], Step.SignContract, new Period(10, PeriodUnit.Days)),
        new(Step.Deliver, Both, Step.SignContract, new Period(20, PeriodUnit.WorkingDays), IsDefault: true),
        new(Step.RecordTransfer, [Party.Seller], Step.Pay, new Period(10, PeriodUnit.WorkingDays), IsDefault: true),
        new(Step.Reward, [Party.Seller], Step.Pay, new Period(6, PeriodUnit.Months), IsDefault: true, SellerOnly: true),
    ];

    public static string NameOf(Step step) => step switch
    {
        Step.Close => "close",
        Step.SignConfirmation => "sign-confirmation",
        Step.SignContract => "sign-contract",
        Step.Pay => "pay",
        Step.Register => "register",
        Step.Deliver => "deliver",
        Step.RecordTransfer => "record-transfer",
        Step.Reward => "reward",
    };

    public static string NameOf(Party party) => party switch { Party.Market => "market", Party.Seller => "seller", Party.Buyer => "buyer" };

    public static Step? Read(string? name) => All.Where(r => NameOf(r.Step) == name).Select(r => (Step?)r.Step).SingleOrDefault();

    public static Party ReadParty(string name) => name switch
    {
        "market" => Party.Market,
        "seller" => Party.Seller,
        "buyer" => Party.Buyer,
        var other => throw new FormatException($"A party nobody knows: {other}"),
    };
}
