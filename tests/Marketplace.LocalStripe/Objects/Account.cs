using Marketplace.StandIns.Engine;

namespace Marketplace.StandIns.Objects;

/// <summary>A connected account; what it may do is active at once, there is no onboarding here.</summary>
internal sealed class Account(string id, DateTimeOffset created) : Resource(id, created)
{
    public string Kind { get; init; } = "express";

    public string Country { get; init; } = "US";

    public string Currency { get; init; } = "usd";

    public string? Email { get; init; }

    public string? BusinessType { get; init; }

    public IReadOnlyList<string> Capabilities { get; init; } = [];

    public bool TakesTransfers => Capabilities.Contains("transfers");

    public override void Write(Json json)
    {
        Head(json, "account");
        json.Fixed("business_profile", """{"annual_revenue":null,"estimated_worker_count":null,"mcc":null,"minority_owned_business_designation":null,"name":null,"product_description":null,"support_address":null,"support_email":null,"support_phone":null,"support_url":null,"url":null}"""u8);
        json.Text("business_type", BusinessType);
        json.Open("capabilities");
        foreach (var capability in Capabilities) json.Text(capability, "active");
        json.Close();
        json.Flag("charges_enabled", Capabilities.Contains("card_payments"));
        json.Fixed("controller", """{"type":"application"}"""u8);
        json.Text("country", Country);
        json.Text("default_currency", Currency);
        json.Flag("details_submitted", true);
        json.Text("email", Email);
        json.Nested("external_accounts", new Page($"/v1/accounts/{Id}/external_accounts", [], more: false));
        json.Fixed("future_requirements", Nothing);
        json.Map("metadata", Metadata);
        json.Flag("payouts_enabled", true);
        json.Fixed("requirements", Nothing);
        json.Fixed("settings", """{"bacs_debit_payments":{},"branding":{"icon":null,"logo":null,"primary_color":null,"secondary_color":null},"card_issuing":{"tos_acceptance":{"date":null,"ip":null}},"card_payments":{"decline_on":{"avs_failure":false,"cvc_failure":false},"statement_descriptor_prefix":null,"statement_descriptor_prefix_kana":null,"statement_descriptor_prefix_kanji":null},"dashboard":{"display_name":null,"timezone":"Etc/UTC"},"invoices":{"default_account_tax_ids":null,"hosted_payment_method_save":null},"payments":{"statement_descriptor":null,"statement_descriptor_kana":null,"statement_descriptor_kanji":null,"statement_descriptor_prefix_kana":null,"statement_descriptor_prefix_kanji":null},"payouts":{"debit_negative_balances":true,"schedule":{"delay_days":2,"interval":"daily"},"statement_descriptor":null},"sepa_debit_payments":{}}"""u8);
        json.Fixed("tos_acceptance", """{"date":null,"ip":null,"user_agent":null}"""u8);
        json.Text("type", Kind);
        json.Close();
    }

    private static ReadOnlySpan<byte> Nothing => """{"alternatives":[],"current_deadline":null,"currently_due":[],"disabled_reason":null,"errors":[],"eventually_due":[],"past_due":[],"pending_verification":[]}"""u8;
}
