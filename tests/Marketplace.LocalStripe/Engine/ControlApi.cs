using System.Globalization;

namespace Marketplace.StandIns.Engine;

/// <summary>The C# switches, for those who hold only an address; parameters as in Stripe's own forms.</summary>
internal sealed class ControlApi(LocalStripe stripe, Api api, LocalStripeOptions options)
{
    public void Map(IEndpointRouteBuilder control)
    {
        Post("complete_action", form => stripe.CompleteAction(form.Required("payment_intent"), Succeeds(form)));
        Post("finish_processing", form => stripe.FinishProcessing(form.Required("payment_intent"), Succeeds(form)));
        Post("finish_refund", form => stripe.FinishRefund(form.Required("refund"), Succeeds(form)));
        Post("open_dispute", form => stripe.OpenDispute(form.Required("charge"), form.Text("reason") ?? "fraudulent"));
        Post("close_dispute", form => stripe.CloseDispute(form.Required("dispute"), form.OneOf("outcome", "won", "lost") == "won"));
        Post("top_up", form => stripe.TopUp(form.Number("amount") ?? 0, form.Required("currency"), form.Text("description") ?? ""));
        Post("fail", form => stripe.Fail(Kind(form), form.Text("about") ?? "", (int)(form.Number("times") ?? 1)));
        Post("plan", form => stripe.Faults = Plan(form));
        Post("search_lag", form => stripe.SearchLag = Seconds(form));
        Post("reset", form => stripe.Reset((ulong)(form.Number("seed") ?? 1)));
        Post("advance", Advance);
        control.MapPost("deliver", async () => Results.Json(new { delivered = await stripe.Deliver() }));
        control.MapGet("requests", () => Results.Json(stripe.Requests));
        control.MapGet("deliveries", () => Results.Json(stripe.Deliveries));
        control.MapGet("charges", () => Results.Json(stripe.Charges()));
        control.MapGet("holds", () => Results.Json(stripe.Holds()));
        control.MapGet("succeeded_by/{key}", (string key) => Results.Json(stripe.SucceededBy(key)));
        control.MapGet("total_balance/{currency}", (string currency) => Results.Json(new { currency, total = stripe.TotalBalance(currency) }));

        void Post(string name, Action<Form> act) => control.MapPost(name, async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            var form = Form.Parse(request.QueryString.Value ?? "", await reader.ReadToEndAsync());
            try
            {
                act(form);
                return Results.NoContent();
            }
            catch (StripeError error)
            {
                return Results.Text(Json.Bytes(error), "application/json", error.Status);
            }
        });
    }

    private static bool Succeeds(Form form) => form.OneOf("outcome", "succeeded", "failed") != "failed";

    private static TimeSpan Seconds(Form form) => TimeSpan.FromSeconds(form.Number("seconds") ?? throw StripeError.Invalid("Missing required param: seconds.", "parameter_missing", "seconds"));

    private static Fault Kind(Form form) => Enum.TryParse<Fault>(form.Required("fault"), ignoreCase: true, out var fault) ? fault : throw StripeError.Invalid($"Invalid fault: must be one of {string.Join(", ", Enum.GetNames<Fault>())}", null, "fault");

    private static FaultPlan Plan(Form form) => new()
    {
        Dropped = Share(form, "dropped"),
        FailedAfter = Share(form, "failed_after"),
        FailedBefore = Share(form, "failed_before"),
        FailedForGood = Share(form, "failed_for_good"),
        Conflict = Share(form, "conflict"),
        RateLimited = Share(form, "rate_limited"),
        Slow = Share(form, "slow"),
        SlowBy = TimeSpan.FromSeconds(form.Number("slow_by") ?? 5),
        WebhooksLost = Share(form, "webhooks_lost"),
        WebhooksRepeated = Share(form, "webhooks_repeated"),
        WebhooksReordered = form.Flag("webhooks_reordered"),
        WebhooksLateBy = TimeSpan.FromSeconds(form.Number("webhooks_late_by") ?? 0),
    };

    private static double Share(Form form, string name) => form.Text(name) switch
    {
        null => 0,
        { } text when double.TryParse(text, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1 => share,
        _ => throw StripeError.Invalid($"Invalid {name}: must be a share from 0 to 1", null, name),
    };

    private void Advance(Form form)
    {
        if (options.Time is not MovableTime movable) throw StripeError.Invalid("This local Stripe runs by a clock that is not its own.", null, null);
        movable.Advance(Seconds(form));
        api.With(static _ => true);
    }
}
