using System.Collections.Frozen;
using Marketplace.StandIns.Engine;

namespace Marketplace.StandIns.Objects;

internal enum Outcome
{
    Succeeds,
    Declined,
    NeedsAction,
    SucceedsLater,
    FailsLater,
}

internal enum RefundOutcome
{
    AtOnce,
    Later,
    FailsLater,
}

/// <summary>How a payment method of Stripe's test mode behaves.</summary>
internal sealed record TestMethod(string Type, Outcome Outcome)
{
    public string? Code { get; init; }

    public string? DeclineCode { get; init; }

    public RefundOutcome Refunds { get; init; }

    /// <summary>The charge is disputed as soon as it succeeded.</summary>
    public bool Disputed { get; init; }

    /// <summary>The money goes straight to the available balance.</summary>
    public bool AvailableAtOnce { get; init; }

    /// <summary>Stripe's test tokens, by name.</summary>
    public static FrozenDictionary<string, TestMethod> Tokens { get; } = new Dictionary<string, TestMethod>
    {
        ["pm_card_visa"] = new("card", Outcome.Succeeds),
        ["pm_card_mastercard"] = new("card", Outcome.Succeeds),
        ["pm_card_bypassPending"] = new("card", Outcome.Succeeds) { AvailableAtOnce = true },
        ["pm_card_chargeDeclined"] = Declined("generic_decline"),
        ["pm_card_chargeDeclinedInsufficientFunds"] = Declined("insufficient_funds"),
        ["pm_card_authenticationRequired"] = new("card", Outcome.NeedsAction),
        ["pm_card_createDispute"] = new("card", Outcome.Succeeds) { Disputed = true },
        ["pm_card_pendingRefund"] = new("card", Outcome.Succeeds) { Refunds = RefundOutcome.Later },
        ["pm_card_refundFail"] = new("card", Outcome.Succeeds) { Refunds = RefundOutcome.FailsLater },
        ["pm_usBankAccount_success"] = new("us_bank_account", Outcome.SucceedsLater) { Refunds = RefundOutcome.Later },
        ["pm_usBankAccount_accountClosed"] = BankRefuses("account_closed"),
        ["pm_usBankAccount_noAccount"] = BankRefuses("no_account"),
        ["pm_usBankAccount_insufficientFunds"] = BankRefuses("insufficient_funds"),
        ["pm_usBankAccount_debitNotAuthorized"] = BankRefuses("debit_not_authorized"),
    }.ToFrozenDictionary();

    /// <summary>What payment_method_data[type] makes.</summary>
    public static FrozenDictionary<string, TestMethod> Types { get; } = new Dictionary<string, TestMethod>
    {
        ["card"] = Tokens["pm_card_visa"],
        ["us_bank_account"] = Tokens["pm_usBankAccount_success"],
        ["alipay"] = new("alipay", Outcome.NeedsAction),
        ["wechat_pay"] = new("wechat_pay", Outcome.NeedsAction),
    }.ToFrozenDictionary();

    /// <summary>Whether a payment by this type can be authorised now and captured later.</summary>
    public static bool CapturesLater(string type) => type == "card";

    private static TestMethod Declined(string decline) => new("card", Outcome.Declined) { Code = "card_declined", DeclineCode = decline };

    private static TestMethod BankRefuses(string code) => new("us_bank_account", Outcome.FailsLater) { Code = code };
}

internal sealed class PaymentMethod(string id, DateTimeOffset created, TestMethod test) : Resource(id, created)
{
    public TestMethod Test => test;

    public override void Write(Json json)
    {
        Head(json, "payment_method");
        json.Text("allow_redisplay", "unspecified");
        json.Fixed("billing_details", """{"address":{"city":null,"country":null,"line1":null,"line2":null,"postal_code":null,"state":null},"email":null,"name":null,"phone":null,"tax_id":null}"""u8);
        if (test.Type == "card") json.Fixed("card", """{"brand":"visa","checks":{"address_line1_check":null,"address_postal_code_check":null,"cvc_check":"pass"},"country":"US","display_brand":"visa","exp_month":8,"exp_year":2034,"fingerprint":"localstripevisa1","funding":"credit","generated_from":null,"last4":"4242","networks":{"available":["visa"],"preferred":null},"three_d_secure_usage":{"supported":true},"wallet":null,"regulated_status":null}"""u8);
        else if (test.Type == "us_bank_account") json.Fixed("us_bank_account", """{"account_holder_type":"individual","account_type":"checking","bank_name":"STRIPE TEST BANK","financial_connections_account":null,"fingerprint":"localstripebank1","last4":"6789","networks":null,"routing_number":"110000000","status_details":null}"""u8);
        else json.Fixed(test.Type, "{}"u8);
        json.Nulls("customer", "customer_account");
        json.Flag("livemode", false);
        json.Map("metadata", Metadata);
        json.Text("type", test.Type);
        json.Close();
    }
}
