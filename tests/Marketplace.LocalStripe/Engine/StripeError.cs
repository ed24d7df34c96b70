using Marketplace.StandIns.Objects;

namespace Marketplace.StandIns.Engine;

/// <summary>An answer that is no success, in the shape of Stripe's errors.</summary>
internal sealed class StripeError(int status, string type, string message, string? code, string? param) : Exception(message)
{
    public int Status => status;

    public string Type => type;

    public string? Code => code;

    public string? Param => param;

    public string? DeclineCode { get; init; }

    public Intent? Intent { get; init; }

    public Charge? Charge { get; init; }

    public PaymentMethod? Method { get; init; }

    /// <summary>The work had begun when it failed: only then is the failure kept under the idempotency key.</summary>
    public bool Executed { get; private init; } = true;

    public static StripeError Invalid(string message, string? code, string? param) => new(400, "invalid_request_error", message, code, param) { Executed = false };

    public static StripeError Refused(string message, string? code, string? param = null) => new(400, "invalid_request_error", message, code, param);

    public static StripeError Unexpected(Intent intent, string act) =>
        new(400, "invalid_request_error", $"This PaymentIntent could not be {act} because it has a status of {intent.Status}.", "payment_intent_unexpected_state", null) { Intent = intent };

    /// <summary>What the address names is not there (404), or what a parameter names (400).</summary>
    public static StripeError Missing(string what, string id, string? param = null) =>
        new(param is null ? 404 : 400, "invalid_request_error", $"No such {what}: '{id}'", "resource_missing", param ?? (what == "payment_intent" ? "intent" : "id"));

    public static StripeError Broken() => new(500, "api_error", "An unknown error occurred", null, null);

    public static StripeError InUse() =>
        new(409, "idempotency_error", "There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through).", "idempotency_key_in_use", null) { Executed = false };

    public void Write(Json json)
    {
        json.Open();
        json.Open("error");
        WriteInner(json);
        json.Close();
        json.Close();
    }

    /// <summary>As it stands in last_payment_error: without the intent itself.</summary>
    public void WriteInner(Json json, bool inIntent = false)
    {
        if (Charge is not null) json.Text("charge", Charge.Id);
        if (Code is not null)
        {
            json.Text("code", Code);
            json.Text("doc_url", $"https://stripe.com/docs/error-codes/{Code.Replace('_', '-')}");
        }

        if (DeclineCode is not null) json.Text("decline_code", DeclineCode);
        json.Text("message", Message);
        if (Param is not null) json.Text("param", Param);
        if (Intent is not null && !inIntent) json.Nested("payment_intent", Intent);
        if (Method is not null) json.Nested("payment_method", Method);
        json.Text("type", Type);
    }
}
