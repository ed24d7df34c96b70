using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Payments.Cards;
using Marketplace.StandIns;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Stripe;
using Payout = Marketplace.Domain.Payments.Payout;

namespace Marketplace.Tests.Payments.Cards;

/// <summary>The process ends here and now.</summary>
internal sealed class KilledException : Exception;

/// <summary>
/// A book of cards, the work on it and a local Stripe, without a database: the book by its own rules, everything that would be on
/// disk in dictionaries. Each step that lasts (a line, a note, a request) may be the last one of the process; what is due then is
/// begun anew by the next.
/// </summary>
internal sealed class CardMarket : IAsyncDisposable, ICardBook, ICardAttempts
{
    public const string Name = "cards";
    private static readonly Uri Back = new("https://market.test/desk/cards");

    private readonly HttpClient _http;
    private readonly CardMoney _money;
    private readonly Dictionary<string, DateTimeOffset> _due = [];
    private readonly Dictionary<Guid, (CardAttempt Attempt, CardState? Seen)> _attempts = [];
    private readonly Dictionary<Guid, string> _accounts = [];
    private long _ids;

    public CardMarket(LocalStripeOptions? options = null)
    {
        Stripe = new LocalStripe((options ?? new LocalStripeOptions()) with
        {
            Time = Time,
            FeeBasisPoints = 290,
            FixedFee = 235,
            DisputeFee = 1_500,
            Webhooks = [new StandIns.WebhookEndpoint(new Uri("http://127.0.0.1/events"), "whsec_one")],
        });
        _http = new HttpClient(new Steps(this));
        _money = new CardMoney(new CardGateway(Till.Settings(), _http), this, _ => this, Time, NullLogger<CardMoney>.Instance);
        Client = new StripeClient(new StripeClientOptions { ApiKey = "sk_test_eyes", ApiBase = "http://127.0.0.1:12111", HttpClient = new SystemNetHttpClient(new HttpClient(Stripe.CreateHandler()), maxNetworkRetries: 0, enableTelemetry: false) });
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 2, 8, 0, 0, TimeSpan.Zero));

    public LocalStripe Stripe { get; }

    public StripeClient Client { get; }

    public Book State { get; private set; } = Book.Named(Name);

    public List<BookFact> Facts { get; } = [];

    /// <summary>Asked before and after each step that lasts; true ends the process there.</summary>
    public Func<bool> Kills { get; set; } = () => false;

    public int Kill { get; private set; }

    /// <summary>What the payer does with the bank's question; null: nothing.</summary>
    public Func<bool?> Answers { get; set; } = () => true;

    public DateTimeOffset Now => Time.GetUtcNow();

    public Guid NewId() => new((int)++_ids, 0, 0, new byte[8]);

    /// <summary>Begins anew: nothing of before is left but the clock.</summary>
    public void Reset(ulong seed)
    {
        Stripe.Reset(seed);
        (State, _ids, Kill) = (Book.Named(Name), 0, 0);
        Facts.Clear();
        _due.Clear();
        _attempts.Clear();
        _accounts.Clear();
    }

    /// <summary>A connected account that money can go to.</summary>
    public Guid Connected()
    {
        var id = NewId();
        _accounts[id] = Stripe.Connect();
        return id;
    }

    /// <summary>What a page or the market's own work says to the book; nobody kills them here.</summary>
    public Refusal? Do<T>(Func<Book, DateTimeOffset, Decision<T>> decide)
    {
        var kills = Kills;
        Kills = () => false;
        var result = Decide(decide);
        Kills = kills;
        return result.Refusal;
    }

    public void Choose(Guid payment, string method)
    {
        _attempts[payment] = (_attempts[payment].Attempt with { Method = method, ReturnUrl = Back }, null);
        _due[$"{payment}"] = Now;
    }

    public void Withdraw(Guid payment)
    {
        _attempts[payment] = (_attempts[payment].Attempt with { Withdrawn = true }, null);
        _due[$"{payment}"] = Now;
    }

    /// <summary>Does what is due, now and later, until nothing is left.</summary>
    public async Task Settle()
    {
        Listen();
        for (var turns = 0; _due.Count > 0; turns++)
        {
            if (turns > 5_000) throw new TimeoutException($"There is always more to do: {string.Join(", ", _due.Keys)}");
            var (key, at) = _due.MinBy(d => (d.Value, d.Key));
            if (at > Now) Time.SetUtcNow(at);
            await Turn(key);
            Listen();
            foreach (var (payment, (attempt, seen)) in _attempts.ToList())
            {
                if (seen != CardState.ActionNeeded || Answers() is not { } yes) continue;
                _attempts[payment] = (attempt, null);
                Stripe.CompleteAction(attempt.Intent!, yes);
            }
        }
    }

    /// <summary>The market pays in at the provider, so that its costs are nobody else's.</summary>
    /// <param name="finds">The book learns of it from the provider's lists, not at once.</param>
    public async Task TopUp(long amountFen, bool finds = true)
    {
        var moved = Stripe.TopUp(amountFen, "cny", Name);
        if (finds) await Compare();
        else Assert.Null(Do((book, _) => CardOrders.TopUp(book, moved, amountFen)));
    }

    /// <summary>Holds all books against Stripe's lists.</summary>
    public async Task<CardComparison> Compare()
    {
        for (var turns = 0; ; turns++)
        {
            if (turns > 200) throw new TimeoutException("Stripe could never be asked.");
            try
            {
                if (await _money.Compare(CancellationToken.None) is { } compared) return compared;
            }
            catch (KilledException)
            {
                // The next one does it.
            }

            Time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    public Task<CardOrder?> FindCard(Guid payment) => Task.FromResult(State.Cards.GetValueOrDefault(payment));

    public Task<Payout?> FindPayout(Guid payout) => Task.FromResult(State.Payouts.GetValueOrDefault(payout));

    public Task<bool> IsStillOwed(Guid payment) => Task.FromResult(CardOrders.IsStillOwed(State, payment));

    public Task<bool> HasPayout(string book, Guid payout, CancellationToken cancellation) => Task.FromResult(State.Payouts.ContainsKey(payout));

    public Task<ImmutableArray<Payout>> PayoutsFor(Guid account) => Task.FromResult(State.PayoutsFor(account).ToImmutableArray());

    public Task<Result<CardOrder>> Charged(Guid payment, string charge, DateTimeOffset chargedAt, ProviderFee? fee) =>
        Task.FromResult(Decide((book, at) => CardOrders.Charged(book, payment, charge, chargedAt, at, fee)));

    public Task<Result<CardOrder>> EnterFee(Guid payment, ProviderFee fee) => Task.FromResult(Decide((book, _) => CardOrders.Fee(book, payment, fee)));

    public Task<Result<Nothing>> TopUp(string transaction, long amountFen) => Task.FromResult(Decide((book, _) => CardOrders.TopUp(book, transaction, amountFen)));

    public Task<Chargeback?> FindChargeback(string dispute) => Task.FromResult(State.Chargebacks.GetValueOrDefault(dispute));

    public Task<Result<Chargeback>> OpenChargeback(Guid payment, string dispute, long amountFen, string reason) =>
        Task.FromResult(Decide((book, at) => Chargebacks.Open(book, payment, dispute, amountFen, reason, at)));

    public Task<Result<Chargeback>> WinChargeback(string dispute) => Task.FromResult(Decide((book, at) => Chargebacks.Win(book, dispute, at)));

    public Task<Result<Chargeback>> LoseChargeback(string dispute, Guid debt, DateOnly due) => Task.FromResult(Decide((book, at) => Chargebacks.Lose(book, dispute, debt, due, at)));

    public Task<Result<CardOrder>> EndCard(Guid payment, string because) => Task.FromResult(Decide((book, at) => CardOrders.End(book, payment, because, at)));

    public Task<Result<Payout>> MakePayout(Guid payout, string bankReference, Guid? by) => Task.FromResult(Decide((book, at) => PayingOut.Make(book, payout, bankReference, by, at)));

    public Task<Result<Payout>> FailPayout(Guid payout, string? reason, Guid? by) => Task.FromResult(Decide((book, at) => PayingOut.Fail(book, payout, reason, by, at)));

    public Task<Result<Payout>> ReturnPayout(Guid payout, string? reason, Guid? by) => Task.FromResult(Decide((book, at) => PayingOut.Return(book, payout, reason, by, at)));

    public Task<CardAttempt?> Find(Guid payment, CancellationToken cancellation) => Task.FromResult(_attempts.TryGetValue(payment, out var known) ? known.Attempt : null);

    public Task Made(Guid payment, string intent, CancellationToken cancellation) => Note(payment, known => (known.Attempt with { Intent = intent }, known.Seen));

    public Task Saw(Guid payment, CardState state, Uri? redirect, CancellationToken cancellation) => Note(payment, known => (known.Attempt, state));

    public Task Disputed(CardDispute dispute, CancellationToken cancellation) => Note(dispute.Payment, known => known);

    public Task<string?> ConnectedAccount(Guid account, CancellationToken cancellation) => Task.FromResult(_accounts.GetValueOrDefault(account));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Stripe.DisposeAsync();
    }

    /// <summary>One turn of what is due under this key.</summary>
    public async Task Turn(string key)
    {
        var begun = Now;
        try
        {
            var next = key.StartsWith("dp_", StringComparison.Ordinal) ? await _money.WorkOn(key, CancellationToken.None)
                : key.StartsWith("send/", StringComparison.Ordinal) ? await _money.Send(Name, Guid.Parse(key["send/".Length..]), CancellationToken.None) : await _money.Work(Guid.Parse(key), CancellationToken.None);
            if (next is { } at) _due[key] = at;
            else _due.Remove(key);
        }
        catch (KilledException)
        {
            Kill++;
            _due[key] = begun + TimeSpan.FromSeconds(5);
        }
    }

    /// <summary>What Stripe tells, as often and as late as it does.</summary>
    private void Listen()
    {
        foreach (var told in Stripe.TakeWebhooks())
        {
            using var json = JsonDocument.Parse(told.Body);
            var about = json.RootElement.GetProperty("data").GetProperty("object");
            if (about.GetProperty("object").GetString() == "dispute") _due.TryAdd(about.GetProperty("id").GetString()!, Now);
            if (about.TryGetProperty("metadata", out var metadata)
                && metadata.TryGetProperty("zjp_payment", out var payment) && !_due.ContainsKey(payment.GetString()!))
            {
                _due[payment.GetString()!] = Now;
            }
        }
    }

    private Result<T> Decide<T>(Func<Book, DateTimeOffset, Decision<T>> decide)
    {
        Step();
        var at = Now;
        var decision = decide(State, at);
        foreach (var fact in decision.Facts) Keep((BookFact)fact, at);
        Step();
        return decision.Refusal is { } refusal ? Result<T>.Refuse(refusal, decision.Detail) : decision.Answer!;
    }

    private void Keep(BookFact fact, DateTimeOffset at)
    {
        Facts.Add(fact);
        State = State.Fold(new FactLine(Facts.Count, at, fact, [], "", ""));
        if (State.Ledger.Accounts.Values.Sum(b => b.PostedFen) != 0) Assert.Fail($"The books do not balance after {fact.Type}");
        if (fact is CardOpened opened)
        {
            _attempts[opened.Card] = (new CardAttempt(opened.Card, Name, null, null, null, false), null);
            _due[$"{opened.Card}"] = at;
        }
        else if (fact is PayoutInstructed asked) _due[State.Cards.ContainsKey(asked.Account) ? $"{asked.Account}" : $"send/{asked.Payout}"] = at;
    }

    private Task Note(Guid payment, Func<(CardAttempt Attempt, CardState? Seen), (CardAttempt, CardState?)> change)
    {
        Step();
        if (_attempts.TryGetValue(payment, out var known)) _attempts[payment] = change(known);
        Step();
        return Task.CompletedTask;
    }

    private void Step()
    {
        if (Kills()) throw new KilledException();
    }

    /// <summary>A request is a step as well: the process may end before it went out, or with its answer on the way.</summary>
    private sealed class Steps(CardMarket market) : DelegatingHandler(market.Stripe.CreateHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            market.Step();
            var answer = await base.SendAsync(request, cancellationToken);
            market.Step();
            return answer;
        }
    }
}
