using System.Text;
using Marketplace.StandIns.Objects;

namespace Marketplace.StandIns.Engine;

/// <summary>The webhooks that are still to be sent, as often, as late and in the order the plan has drawn.</summary>
internal sealed class Outbox(LocalStripeOptions options, FaultSwitches faults)
{
    /// <summary>When an address did not answer 2xx, it is tried again after these.</summary>
    private static readonly TimeSpan[] Retries = [TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(3)];

    private readonly Lock _gate = new();
    private readonly List<Waiting> _waiting = [];
    private Draw _draw = new(options.Seed ^ 0x0B0C);
    private ulong _order;

    public void Add(Event told)
    {
        lock (_gate)
        {
            foreach (var endpoint in options.Webhooks)
            {
                if (endpoint.Types.Count > 0 && !endpoint.Types.Contains(told.Type)) continue;
                told.Pending++;
                var times = Times(faults.Plan);
                for (var i = 0; i < times; i++) _waiting.Add(new Waiting(told, endpoint, told.Created + faults.Plan.WebhooksLateBy * _draw.Share(), faults.Plan.WebhooksReordered ? _draw.Next() : _order++, 0));
            }
        }
    }

    /// <summary>What is due now, signed now.</summary>
    public IReadOnlyList<(WebhookMessage Message, Waiting Waiting)> Take()
    {
        lock (_gate)
        {
            var now = options.Time.GetUtcNow();
            var due = _waiting.Where(w => w.Due <= now).OrderBy(w => w.Order).ToList();
            _waiting.RemoveAll(w => w.Due <= now);
            var messages = new List<(WebhookMessage, Waiting)>(due.Count);
            foreach (var waiting in due)
            {
                if (waiting.Event.Pending > 0) waiting.Event.Pending--;
                var body = Encoding.UTF8.GetString(Json.Bytes(waiting.Event));
                messages.Add((new WebhookMessage(waiting.Event.Id, waiting.Event.Type, waiting.Endpoint.Url, body, LocalStripe.Sign(waiting.Endpoint.Secret, now.ToUnixTimeSeconds(), body)), waiting));
            }

            return messages;
        }
    }

    /// <summary>The address did not take it: again later, until Stripe gives up.</summary>
    public void Failed(Waiting waiting)
    {
        if (waiting.Attempt >= Retries.Length) return;
        lock (_gate)
        {
            waiting.Event.Pending++;
            _waiting.Add(waiting with { Due = options.Time.GetUtcNow() + Retries[waiting.Attempt], Attempt = waiting.Attempt + 1 });
        }
    }

    public void Reset(ulong seed)
    {
        lock (_gate)
        {
            _waiting.Clear();
            (_draw, _order) = (new Draw(seed ^ 0x0B0C), 0);
        }
    }

    private int Times(FaultPlan plan)
    {
        var drawn = _draw.Share();
        if (drawn < plan.WebhooksLost) return 0;
        return drawn < plan.WebhooksLost + plan.WebhooksRepeated ? 2 + _draw.Below(4) : 1;
    }

    internal sealed record Waiting(Event Event, WebhookEndpoint Endpoint, DateTimeOffset Due, ulong Order, int Attempt);
}
