using System.Security.Cryptography;
using System.Text;
using Marketplace.StandIns.Engine;
using Marketplace.StandIns.Objects;

namespace Marketplace.StandIns;

/// <summary>
/// Stripe's API as far as the market uses it, on this machine: over a socket (<see cref="Start"/>) or without one
/// (<see cref="CreateHandler"/>), with faults that can be switched on and a record of what truly happened.
/// </summary>
public sealed class LocalStripe : IAsyncDisposable
{
    private readonly LocalStripeOptions _options;
    private readonly FaultSwitches _faults;
    private readonly Outbox _outbox;
    private readonly Api _api;
    private readonly HttpClient _sender;
    private readonly List<WebhookDelivery> _deliveries = [];
    private readonly CancellationTokenSource _closing = new();
    private SocketHost? _host;
    private Task _pump = Task.CompletedTask;

    /// <summary>Without a socket.</summary>
    public LocalStripe(LocalStripeOptions options)
    {
        _options = options;
        _faults = new FaultSwitches(options);
        _outbox = new Outbox(options, _faults);
        _api = new Api(options, _faults, _outbox);
        _sender = new HttpClient(options.WebhookHandler ?? new SocketsHttpHandler(), disposeHandler: options.WebhookHandler is null);
    }

    /// <summary>Where it listens.</summary>
    public Uri Url => _host?.Url ?? throw new InvalidOperationException("This local Stripe has no socket: use its handler.");

    public FaultPlan Faults
    {
        get => _faults.Plan;
        set => _faults.Plan = value;
    }

    /// <summary>How long searches do not see what changed.</summary>
    public TimeSpan SearchLag
    {
        get => _api.With(world => world.SearchLag);
        set => _api.With(world => world.SearchLag = value);
    }

    public IReadOnlyList<ReceivedRequest> Requests => _api.Received();

    public IReadOnlyList<WebhookDelivery> Deliveries
    {
        get
        {
            lock (_deliveries) return [.. _deliveries];
        }
    }

    /// <summary>With a socket on a loopback port.</summary>
    public static async Task<LocalStripe> Start(LocalStripeOptions options)
    {
        var stripe = new LocalStripe(options);
        stripe._host = await SocketHost.Start(stripe, stripe._api, options);
        if (options.DeliverEvery is { } period) stripe._pump = stripe.Pump(period);
        return stripe;
    }

    /// <summary>Serves a client of this process without a socket, by the same code.</summary>
    public HttpMessageHandler CreateHandler() => new InProcessHandler(_api);

    /// <summary>Begins anew with another seed: nothing of before is left; plan and options stay.</summary>
    public void Reset(ulong seed)
    {
        _api.Reset(seed);
        lock (_deliveries) _deliveries.Clear();
    }

    /// <summary>The next requests whose "METHOD /path" holds the text go wrong so, whatever the plan says.</summary>
    public void Fail(Fault fault, string about = "", int times = 1) => _faults.Switch(fault, about, times);

    /// <summary>Does what became due by the clock; every request, delivery and look at the truth does so too.</summary>
    public void Settle() => _api.With(static _ => true);

    /// <summary>Sends the webhooks that are due; returns how many.</summary>
    public async Task<int> Deliver()
    {
        Settle();
        var messages = _outbox.Take();
        foreach (var (message, waiting) in messages)
        {
            var status = await Send(message);
            if (status is < 200 or > 299) _outbox.Failed(waiting);
            lock (_deliveries) _deliveries.Add(new WebhookDelivery(message, status));
        }

        return messages.Count;
    }

    /// <summary>The webhooks that are due, for a test that hands them over itself; they count as delivered.</summary>
    public IReadOnlyList<WebhookMessage> TakeWebhooks()
    {
        Settle();
        return [.. _outbox.Take().Select(taken => taken.Message)];
    }

    /// <summary>The Stripe-Signature header of a body.</summary>
    public static string Sign(string secret, long timestamp, string body)
    {
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{timestamp}.{body}"));
        return $"t={timestamp},v1={Convert.ToHexStringLower(hash)}";
    }

    /// <summary>The payer did, or failed, what the bank asked.</summary>
    public void CompleteAction(string paymentIntent, bool succeeds = true) => _api.With(world => world.CompleteAction(paymentIntent, succeeds));

    /// <summary>The bank answers a processing payment now.</summary>
    public void FinishProcessing(string paymentIntent, bool succeeds = true) => _api.With(world => world.FinishProcessing(paymentIntent, succeeds));

    /// <summary>The bank answers a refund now; one that had succeeded can still fail.</summary>
    public void FinishRefund(string refund, bool succeeds) => _api.With(world => world.FinishRefund(refund, succeeds));

    /// <summary>The payer disputes a charge; returns the dispute.</summary>
    public string OpenDispute(string charge, string reason = "fraudulent") => _api.With(world => world.OpenDispute(charge, reason).Id);

    public void CloseDispute(string dispute, bool won) => _api.With(world => world.CloseDispute(dispute, won));

    /// <summary>All disputes, and whether the bank has still to decide.</summary>
    public IReadOnlyDictionary<string, bool> Disputes() => _api.With(world => world.Disputes.All.ToDictionary(d => d.Id, d => d.Status is not ("won" or "lost")));

    /// <summary>Somebody opens an account that money can be sent to. Returns it.</summary>
    public string Connect() => _api.With(world => world.CreateAccount(Form.Parse("", "type=express&capabilities[transfers][requested]=true")).Id);

    /// <summary>The owner of the account pays in; the description is theirs. Returns the movement.</summary>
    public string TopUp(long amount, string currency, string description) => _api.With(world => world.TopUp(amount, currency, description).Id);

    /// <summary>The charges that took money, oldest first.</summary>
    public IReadOnlyList<ChargeTruth> Charges() => _api.With(world => (IReadOnlyList<ChargeTruth>)
        [.. world.Charges.All.Where(c => c.Captured).Select(c => new ChargeTruth(c.Id, c.Intent.Id, c.Currency, c.AmountCaptured, c.AmountRefunded, c.Dispute is not null, c.Intent.Metadata))]);

    /// <summary>The payments that are authorised and neither captured nor let go.</summary>
    public IReadOnlyList<HoldTruth> Holds() => _api.With(world => (IReadOnlyList<HoldTruth>)
        [.. world.Intents.All.Where(i => i.Status == Statuses.RequiresCapture).Select(i => new HoldTruth(i.Id, i.Currency, i.AmountCapturable, i.Metadata))]);

    /// <summary>How many charges took money, by the value of a metadata key: each award must stand here once.</summary>
    public IReadOnlyDictionary<string, int> SucceededBy(string metadataKey) =>
        Charges().Where(c => c.Metadata.ContainsKey(metadataKey)).CountBy(c => c.Metadata[metadataKey]).ToDictionary();

    /// <summary>All movements together: captures and what was paid in, less refunds, transfers, disputes and fees.</summary>
    public long TotalBalance(string currency) => _api.With(world => world.TotalBalance(currency));

    /// <summary>Every request with its answer, line by line: equal for equal seeds.</summary>
    public string Transcript()
    {
        var lines = new StringBuilder();
        foreach (var request in Requests) lines.Append(request.Method).Append(' ').Append(request.Path).Append(request.Query).Append(' ').Append(request.Body).Append(' ').Append(request.Fault).Append(" -> ").Append(request.Status).Append(' ').Append(request.Answer).Append('\n');
        return lines.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _api.Close();
        await _pump;
        if (_host is not null) await _host.DisposeAsync();
        _sender.Dispose();
        _closing.Dispose();
    }

    private async Task<int> Send(WebhookMessage message)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, message.Url) { Content = new StringContent(message.Body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Stripe-Signature", message.Signature);
        try
        {
            using var response = await _sender.SendAsync(request, _closing.Token);
            return (int)response.StatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return 0;
        }
    }

    private async Task Pump(TimeSpan period)
    {
        using var timer = new PeriodicTimer(period, _options.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_closing.Token)) await Deliver();
        }
        catch (OperationCanceledException)
        {
            // Closing.
        }
    }
}
