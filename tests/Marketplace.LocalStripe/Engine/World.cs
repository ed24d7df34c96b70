using Marketplace.StandIns.Objects;

namespace Marketplace.StandIns.Engine;

/// <summary>All that one Stripe account holds. Not safe for threads: the API lets in one request at a time.</summary>
internal sealed partial class World(LocalStripeOptions options, Action<Event> tell)
{
    /// <summary>A card keeps an authorisation for seven days.</summary>
    public static readonly TimeSpan AuthorisedFor = TimeSpan.FromDays(7);

    private readonly Draw _ids = new(options.Seed);
    private readonly PriorityQueue<Action, (DateTimeOffset At, long Order)> _due = new();
    private long _order;

    public DateTimeOffset Now { get; private set; } = options.Time.GetUtcNow();

    public TimeSpan SearchLag { get; set; } = options.SearchLag;

    /// <summary>The request being served: events name it, and older versions may name the types of payment methods.</summary>
    public (string? Id, string? Key, bool NamesTypes) Request { get; set; }

    public Shelf<Intent> Intents { get; } = new("payment_intent");

    public Shelf<PaymentMethod> Methods { get; } = new("PaymentMethod");

    public Shelf<Charge> Charges { get; } = new("charge");

    public Shelf<Refund> Refunds { get; } = new("refund");

    public Shelf<Transfer> Transfers { get; } = new("transfer");

    public Shelf<Account> Accounts { get; } = new("account");

    public Shelf<Dispute> Disputes { get; } = new("dispute");

    public Shelf<Event> Events { get; } = new("event");

    public Shelf<BalanceTransaction> Transactions { get; } = new("balance transaction");

    public string NextId(string prefix) => _ids.Id(prefix);

    /// <summary>Does what became due since the last time, each at its own time and in that order.</summary>
    public void Settle()
    {
        var clock = options.Time.GetUtcNow();
        Request = default;
        while (_due.TryPeek(out var act, out var due) && due.At <= clock)
        {
            _due.Dequeue();
            Now = due.At;
            act();
        }

        Now = clock;
    }

    public long TotalBalance(string currency)
    {
        var total = 0L;
        foreach (var movement in Transactions.All) if (movement.Currency == currency) total += movement.Net;
        return total;
    }

    public Balance Balance()
    {
        var sums = new List<(string, long, long)>();
        foreach (var group in Transactions.All.GroupBy(t => t.Currency).OrderBy(g => g.Key, StringComparer.Ordinal))
            sums.Add((group.Key, group.Where(t => t.AvailableOn <= Now).Sum(t => t.Net), group.Where(t => t.AvailableOn > Now).Sum(t => t.Net)));
        return new Balance(sums.Count > 0 ? sums : [("usd", 0, 0)]);
    }

    /// <summary>The owner of the account pays in; here at once.</summary>
    public BalanceTransaction TopUp(long amount, string currency, string description) => Move("topup", amount, currency, null, description: description);

    private long Available(string currency)
    {
        var total = 0L;
        foreach (var movement in Transactions.All) if (movement.Currency == currency && movement.AvailableOn <= Now) total += movement.Net;
        return total;
    }

    private void After(TimeSpan delay, Action act) => _due.Enqueue(act, (Now + delay, _order++));

    private BalanceTransaction Move(string type, long amount, string currency, Resource? source, TimeSpan pending = default, long fee = 0, string? description = null)
    {
        var movement = new BalanceTransaction(NextId("txn_"), Now, type, amount, currency, source, fee) { AvailableOn = Now + pending, Now = () => Now, Description = description };
        return Transactions.Add(movement);
    }

    private void Emit(string type, Resource about)
    {
        var told = new Event(NextId("evt_"), Now, type, Json.Bytes(about)) { ApiVersion = options.ApiVersion, RequestId = Request.Id, Key = Request.Key };
        Events.Add(told);
        tell(told);
    }
}
