using Marketplace.StandIns.Objects;

namespace Marketplace.StandIns.Engine;

/// <summary>One operation: what it is called, what it takes, what it does.</summary>
internal sealed class Route(string method, string template, string parameters, Func<World, string, Form, Resource> run)
{
    public string Method => method;

    public string Template => template;

    /// <summary>"a", "a[b]", or "a[]" for anything under a.</summary>
    public HashSet<string> Parameters { get; } = [.. parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries), "expand[]"];

    public string[] Parts { get; } = template.Split('/', StringSplitOptions.RemoveEmptyEntries);

    public Resource Run(World world, string id, Form form)
    {
        form.Only(Parameters);
        return run(world, id, form);
    }
}

/// <summary>All that is spoken here.</summary>
internal static class Routes
{
    private const string Paging = "limit starting_after ending_before created created[gt] created[gte] created[lt] created[lte]";
    private const string Describing = "metadata metadata[] description receipt_email";
    private const string Paying = "payment_method payment_method_data[] payment_method_types[] allowed_payment_method_types[] excluded_payment_method_types[]";

    public static IReadOnlyList<Route> All { get; } =
    [
        new("POST", "/v1/payment_intents", $"amount currency capture_method confirmation_method confirm off_session return_url transfer_group automatic_payment_methods[enabled] automatic_payment_methods[allow_redirects] {Paying} {Describing}", (world, _, form) => world.CreateIntent(form)),
        new("GET", "/v1/payment_intents", Paging, (world, _, form) => world.Intents.Page(form, "/v1/payment_intents")),
        new("GET", "/v1/payment_intents/search", "query limit page", (world, _, form) => Found(world, form)),
        new("GET", "/v1/payment_intents/{intent}", "", (world, id, _) => world.Intents.Get(id)),
        new("POST", "/v1/payment_intents/{intent}", $"amount transfer_group {Paying} {Describing}", (world, id, form) => world.UpdateIntent(id, form)),
        new("POST", "/v1/payment_intents/{intent}/confirm", $"off_session return_url receipt_email {Paying}", (world, id, form) => world.Confirm(id, form)),
        new("POST", "/v1/payment_intents/{intent}/capture", "amount_to_capture metadata metadata[]", (world, id, form) => world.Capture(id, form)),
        new("POST", "/v1/payment_intents/{intent}/cancel", "cancellation_reason", (world, id, form) => world.Cancel(id, form)),
        new("GET", "/v1/payment_methods/{payment_method}", "", (world, id, _) => world.Methods.Get(id)),
        new("GET", "/v1/charges", $"payment_intent transfer_group {Paging}", (world, _, form) => world.Charges.Page(form, "/v1/charges", Both<Charge>(form, "payment_intent", c => c.Intent.Id, "transfer_group", c => c.TransferGroup))),
        new("GET", "/v1/charges/{charge}", "", (world, id, _) => world.Charges.Get(id)),
        new("POST", "/v1/refunds", "amount charge payment_intent reason metadata metadata[]", (world, _, form) => world.CreateRefund(form)),
        new("GET", "/v1/refunds", $"charge payment_intent {Paging}", (world, _, form) => world.Refunds.Page(form, "/v1/refunds", Both<Refund>(form, "payment_intent", r => r.Charge.Intent.Id, "charge", r => r.Charge.Id))),
        new("GET", "/v1/refunds/{refund}", "", (world, id, _) => world.Refunds.Get(id)),
        new("POST", "/v1/refunds/{refund}", "metadata metadata[]", (world, id, form) => world.UpdateRefund(id, form)),
        new("POST", "/v1/transfers", "amount currency destination transfer_group source_transaction description metadata metadata[]", (world, _, form) => world.CreateTransfer(form)),
        new("GET", "/v1/transfers", $"destination transfer_group {Paging}", (world, _, form) => world.Transfers.Page(form, "/v1/transfers", Both<Transfer>(form, "destination", t => t.Destination.Id, "transfer_group", t => t.TransferGroup))),
        new("GET", "/v1/transfers/{transfer}", "", (world, id, _) => world.Transfers.Get(id)),
        new("POST", "/v1/transfers/{id}/reversals", "amount metadata metadata[]", (world, id, form) => world.Reverse(id, form)),
        new("GET", "/v1/transfers/{id}/reversals", "limit starting_after ending_before", (world, id, form) => Reversals(world, id, form)),
        new("POST", "/v1/accounts", "type country email business_type default_currency capabilities[card_payments][requested] capabilities[transfers][requested] metadata metadata[]", (world, _, form) => world.CreateAccount(form)),
        new("GET", "/v1/accounts/{account}", "", (world, id, _) => world.Accounts.Get(id)),
        new("GET", "/v1/balance", "", (world, _, _) => world.Balance()),
        new("GET", "/v1/balance_transactions", $"currency type {Paging}", (world, _, form) => world.Transactions.Page(form, "/v1/balance_transactions", Both<BalanceTransaction>(form, "type", t => t.Type, "currency", t => t.Currency))),
        new("GET", "/v1/balance_transactions/{id}", "", (world, id, _) => world.Transactions.Get(id)),
        new("GET", "/v1/events", $"type types[] {Paging}", (world, _, form) => Events(world, form)),
        new("GET", "/v1/events/{id}", "", (world, id, _) => world.Events.Get(id)),
        new("GET", "/v1/disputes", $"charge payment_intent {Paging}", (world, _, form) => world.Disputes.Page(form, "/v1/disputes", Both<Dispute>(form, "payment_intent", d => d.Charge.Intent.Id, "charge", d => d.Charge.Id))),
        new("GET", "/v1/disputes/{dispute}", "", (world, id, _) => world.Disputes.Get(id)),
        new("POST", "/v1/disputes/{dispute}/close", "", (world, id, _) => world.CloseDispute(id, won: false)),
    ];

    /// <summary>The operation and the id its address names; null when there is none.</summary>
    public static (Route Route, string Id)? Find(string method, string path)
    {
        Span<Range> cuts = stackalloc Range[6];
        var text = path.AsSpan();
        var count = text.Split(cuts, '/', StringSplitOptions.RemoveEmptyEntries);
        foreach (var route in All)
        {
            if (route.Parts.Length != count || route.Method != method) continue;
            var (fits, id) = (true, "");
            for (var i = 0; i < count && fits; i++)
            {
                if (route.Parts[i][0] == '{') id = text[cuts[i]].ToString();
                else fits = text[cuts[i]].SequenceEqual(route.Parts[i]);
            }

            if (fits) return (route, id);
        }

        return null;
    }

    private static Func<T, bool> Both<T>(Form form, string one, Func<T, string?> ofOne, string other, Func<T, string?> ofOther)
    {
        var (wanted, too) = (form.Text(one), form.Text(other));
        return item => (wanted is null || ofOne(item) == wanted) && (too is null || ofOther(item) == too);
    }

    private static Page Found(World world, Form form)
    {
        var search = new Search(form.Required("query"));
        var limit = Shelf<Intent>.Limit(form);
        var from = (int)(form.Number("page") ?? 0);
        var found = new List<Resource>();
        foreach (var intent in world.Intents.All) if (search.Finds(intent, world.Now - world.SearchLag)) found.Add(intent);
        found.Reverse();
        var more = found.Count > from + limit;
        return new Page("/v1/payment_intents/search", [.. found.Skip(from).Take(limit)], more) { Found = true, Next = more ? $"{from + limit}" : null };
    }

    private static Page Reversals(World world, string id, Form form)
    {
        var reversals = new Shelf<Reversal>("transfer reversal");
        foreach (var reversal in world.Transfers.Get(id).Reversals) reversals.Add(reversal);
        return reversals.Page(form, $"/v1/transfers/{id}/reversals");
    }

    private static Page Events(World world, Form form)
    {
        var (type, types) = (form.Text("type"), form.Array("types"));
        if (type is not null && types is not null) throw StripeError.Invalid("You may only specify one of these parameters: type, types.", null, "types");
        // Lists of events go back thirty days.
        var oldest = world.Now.AddDays(-30);
        return world.Events.Page(form, "/v1/events", e => e.Created >= oldest && (type is null || Matches(type, e.Type)) && (types is null || types.Contains(e.Type)));
    }

    private static bool Matches(string pattern, string type) => pattern.EndsWith('*') ? type.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == type;
}
