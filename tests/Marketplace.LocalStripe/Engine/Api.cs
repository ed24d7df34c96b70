using System.Text;

namespace Marketplace.StandIns.Engine;

/// <summary>One request at a time through faults, keys, and the work; the same for the socket and for the handler in the process.</summary>
internal sealed class Api(LocalStripeOptions options, FaultSwitches faults, Outbox outbox)
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly List<ReceivedRequest> _received = [];
    private World _world = new(options, outbox.Add);
    private IdempotencyKeys _keys = new();
    private Draw _requestIds = new(options.Seed ^ 0x5EED);

    /// <summary>Null when the connection drops instead of an answer.</summary>
    public async Task<Answer?> Handle(Call call)
    {
        Answer answer;
        Fault fault;
        IdempotencyKeys.Entry? entry;
        var wait = Task.CompletedTask;
        lock (_gate)
        {
            _world.Settle();
            fault = faults.Next(call);
            // Begun before anyone can see the request: who sees it may move the clock.
            if (fault == Fault.Slow) wait = Task.Delay(faults.Plan.SlowBy, options.Time, _closing.Token);
            answer = Answer(call, fault, out entry);
            _received.Add(new ReceivedRequest(_world.Now, call.Method, call.Path, call.Query, call.Body, call.Key, answer.Status, Encoding.UTF8.GetString(answer.Body), answer.Original is not null, fault));
            if (fault != Fault.Slow && entry is not null) entry.Answer ??= answer;
        }

        if (fault == Fault.Slow)
        {
            await wait;
            lock (_gate) if (entry is not null) entry.Answer ??= answer;
        }

        return fault == Fault.Dropped ? null : answer;
    }

    /// <summary>Looks at, or changes, what is there, after doing what became due.</summary>
    public T With<T>(Func<World, T> look)
    {
        lock (_gate)
        {
            _world.Settle();
            return look(_world);
        }
    }

    public IReadOnlyList<ReceivedRequest> Received()
    {
        lock (_gate) return [.. _received];
    }

    public void Reset(ulong seed)
    {
        lock (_gate)
        {
            outbox.Reset(seed);
            faults.Reset(seed);
            _received.Clear();
            _world = new World(options with { Seed = seed }, outbox.Add) { SearchLag = _world.SearchLag };
            _keys = new IdempotencyKeys();
            _requestIds = new Draw(seed ^ 0x5EED);
        }
    }

    public void Close()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    private Answer Answer(Call call, Fault fault, out IdempotencyKeys.Entry? entry)
    {
        entry = null;
        var requestId = _requestIds.Id("req_")[..18];
        try
        {
            if (call.Authorization?.StartsWith("Bearer sk_test_", StringComparison.Ordinal) != true)
                throw new StripeError(401, "invalid_request_error", call.Authorization is null ? "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')." : "Invalid API Key provided", null, null);
            if (call.Account is not null) throw StripeError.Invalid("The local Stripe does not act for connected accounts (Stripe-Account).", null, null);
            if (Routes.Find(call.Method, call.Path) is not var (route, id))
                throw new StripeError(404, "invalid_request_error", $"Unrecognized request URL ({call.Method}: {call.Path}).", "url_invalid", null);
            switch (fault)
            {
                case Fault.RateLimited:
                    return new Answer(429, Json.Bytes(new StripeError(429, "invalid_request_error", "Request rate limit exceeded.", "rate_limit", null))) { RequestId = requestId, RetryAfterSeconds = 1 };
                case Fault.Conflict:
                    return new Answer(409, Json.Bytes(StripeError.InUse())) { RequestId = requestId, ShouldRetry = true };
                case Fault.FailedBefore:
                    return new Answer(500, Json.Bytes(StripeError.Broken())) { RequestId = requestId };
            }

            var form = Form.Parse(call.Query, call.Body);
            if (call is { Method: "POST", Key: { } key }) entry = _keys.Take(key, $"{call.Method} {call.Path}", form, _world.Now);
            if (entry?.Answer is { } kept) return kept with { RequestId = requestId, Original = kept.RequestId };
            // A failure that stays begins before the work, and so leaves nothing but itself.
            if (fault == Fault.FailedForGood) throw StripeError.Broken();
            _world.Request = (requestId, call.Key, string.CompareOrdinal(call.Version ?? options.ApiVersion, "2026-09-30") < 0);
            var resource = route.Run(_world, id, form);
            if (fault == Fault.FailedAfter) throw StripeError.Broken();
            return new Answer(200, Json.Bytes(resource, form.Array("expand"))) { RequestId = requestId };
        }
        catch (StripeError error)
        {
            if (!error.Executed && entry is not null)
            {
                _keys.Forget(entry);
                entry = null;
            }

            // Work that was refused fails as that of a success: what comes out is unknown.
            if (fault == Fault.FailedAfter && error.Executed) error = StripeError.Broken();
            return new Answer(error.Status, Json.Bytes(error)) { RequestId = requestId, ShouldRetry = error.Status == 409 ? true : error.Status == 500 ? false : null };
        }
        finally
        {
            _world.Request = default;
        }
    }
}
