using System.Net;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Payments.Cards;
using Marketplace.Platform.Database;
using Marketplace.StandIns;
using Marketplace.Tests.Host;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Payments.Cards;

/// <summary>
/// The real program is killed (SIGKILL) at each step of a payment by card and of the way back to the card: before and after each
/// word to the provider, and right after each line of the book. Whoever pays sends again what was not answered; the end is the same each time.
/// </summary>
public abstract class CardProcessKillContract : IAsyncLifetime
{
    private const string Password = "a long enough sentence", Email = "pays@market.example";
    private const string Stream = $"ledger/{DepositAccounts.DemoCardBook}";
    private const long Amount = 5_000_00;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("market-card-kill-").FullName;
    private readonly SemaphoreSlim _one = new(1, 1);
    private TestDatabase _database = null!;
    private MarketProcess _market = null!;
    private LocalStripe _stripe = null!;
    private HttpClient _payer = null!;

    /// <summary>What was passed since the round began; and at which of them the program is killed.</summary>
    private readonly List<string> _passed = [];
    private int? _killAt;
    private volatile bool _killed;

    protected abstract Task<string?> CreateDatabase();

    public async ValueTask InitializeAsync()
    {
        var postgres = await CreateDatabase();
        _database = await TestDatabase.Create(postgres, _folder);
        _stripe = await LocalStripe.Start(new LocalStripeOptions { Passing = (what, done) => what.StartsWith("POST", StringComparison.Ordinal) ? Pass($"{(done ? "after" : "before")} {what}") : Task.CompletedTask });
        _market = new MarketProcess(_folder, postgres)
        {
            HostEnvironment = "Development",
            Settings = new Dictionary<string, string> { ["Stripe__SecretKey"] = "sk_test_market", ["Stripe__ApiBase"] = _stripe.Url.ToString() },
        };
    }

    public async ValueTask DisposeAsync()
    {
        _payer.Dispose();
        await _market.DisposeAsync();
        await _stripe.DisposeAsync();
        await _database.DisposeAsync();
        _one.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Whenever_the_process_is_killed_a_card_is_charged_once_and_gets_back_once()
    {
        await Person();
        await _market.Start();
        _payer = await SignIn();
        await Round();
        var steps = _passed.Count;
        // Two words to the provider and two lines each way, or the list says less than its name.
        Assert.True(steps >= 8, string.Join('\n', _passed));
        for (var at = 1; at <= steps; at++)
        {
            (_killAt, _killed) = (at, false);
            _passed.Clear();
            await Round();
            Assert.True(_killed, $"step {at} of {steps} was not met");
        }

        var book = Book.Named(DepositAccounts.DemoCardBook);
        await foreach (var line in _database.Store.Read(Stream)) book = book.Fold(BookLines.Read(line.Bytes, line.Hash));
        Assert.Equal(0, book.Ledger.Accounts.Values.Sum(b => b.PostedFen));
        Assert.Equal(Enumerable.Repeat(CardOrderState.Paid, steps + 1), book.Cards.Values.Select(c => c.State));
        Assert.Equal(Enumerable.Repeat((PayoutState.Made, Amount), steps + 1), book.Payouts.Values.Select(p => (p.State, p.AmountFen)));
        Assert.Equal(Enumerable.Repeat((Amount, Amount), steps + 1), _stripe.Charges().Select(c => (c.Captured, c.Refunded)));
        Assert.Equal(-_stripe.TotalBalance("cny"), book.Ledger[new Account(Purpose.CustodianBank)].PostedFen);
    }

    /// <summary>Pays in by card and has the money go back to it.</summary>
    private async Task Round()
    {
        using var stop = new CancellationTokenSource();
        var lines = Watch(await Head(), stop.Token);
        var (form, payout) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var payment = Obligations.IdOf($"card\n{DepositAccounts.DemoCardBook}\n{form:D}");
        await Send("/desk/account", $"/desk/cards/{form}?handler=Open", new() { ["amount"] = Fen.Exact(Amount) });
        await Send($"/desk/cards/{payment}", $"/desk/cards/{payment}?handler=Choose", new() { ["method"] = "pm_card_visa" });
        await Becomes("the charge", db => db.Set<CardPaymentRow>().AnyAsync(c => c.Id == payment && c.State == CardOrderState.Paid));
        await Send("/desk/payouts", "/desk/payouts", new() { ["Account"] = $"{payment}", ["Amount"] = Fen.Exact(Amount), ["Payout"] = $"{payout}" });
        await Becomes("the refund", db => db.Set<PayoutRow>().AnyAsync(p => p.Account == payment && p.State == PayoutState.Made));
        // The last line may be the step at which this round ends.
        await Becomes("the last step", _ => Task.FromResult(_killAt is null || _killed));
        await stop.CancelAsync();
        await lines;
        if (_killed) await Up();
    }

    /// <summary>Sends a form until it is answered; a form that was sent twice does its work once.</summary>
    private async Task Send(string page, string target, Dictionary<string, string> form)
    {
        await Eventually.Become(target, Soon, async () =>
        {
            try
            {
                using var answer = await _payer.Submit(await _payer.GetStringAsync(page), target, form);
                return answer.StatusCode == HttpStatusCode.Redirect;
            }
            catch (HttpRequestException) when (_killed)
            {
                await Up();
                return false;
            }
        });
    }

    private Task Becomes(string what, Func<MarketplaceDb, Task<bool>> ask) => Eventually.Become(what, Soon, async () =>
    {
        if (_killed) await Up();
        await using var db = _database.Databases.Create();
        return await ask(db);
    });

    /// <summary>A step was passed; here the program is killed if this is the one.</summary>
    private async Task Pass(string what)
    {
        await _one.WaitAsync();
        try
        {
            _passed.Add(what);
            if (_killed || _passed.Count != _killAt) return;
            // Said first: whoever waits for an answer learns of the end before this does.
            _killed = true;
            await _market.Kill();
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task Up()
    {
        await _one.WaitAsync();
        try
        {
            if (!_market.IsRunning) await _market.Start();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Passes each new line of the book as soon as it is durable.</summary>
    private async Task Watch(long head, CancellationToken stop)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!stop.IsCancellationRequested)
        {
            await foreach (var stored in _database.Store.Read(Stream, head, CancellationToken.None))
            {
                head = stored.Version;
                var fact = BookLines.Read(stored.Bytes, stored.Hash).Fact;
                if (fact is not BookResumed) await Pass($"line {fact.Type}");
            }

            await again.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task<long> Head()
    {
        long head = 0;
        await foreach (var stored in _database.Store.Read(Stream)) head = stored.Version;
        return head;
    }

    private async Task<HttpClient> SignIn()
    {
        var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = _market.Address };
        browser.DefaultRequestHeaders.Add("Origin", _market.Address.GetLeftPart(UriPartial.Authority));
        using var answer = await browser.Submit("/sign-in", new() { ["email"] = Email, ["password"] = Password });
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    private async Task Person()
    {
        var organisation = Guid.CreateVersion7();
        var person = new Person
        {
            Id = Guid.CreateVersion7(),
            DisplayName = "Ada",
            UserName = Email,
            NormalizedUserName = Email.ToUpperInvariant(),
            Email = Email,
            NormalizedEmail = Email.ToUpperInvariant(),
            SecurityStamp = $"{Guid.NewGuid()}",
            LockoutEnabled = true,
        };
        person.PasswordHash = new PasswordHasher<Person>().HashPassword(person, Password);
        await using var db = _database.Databases.Create();
        db.AddRange(
            new Organisation
            {
                Id = organisation,
                Kind = OrganisationKind.Enterprise,
                Name = "Rheinlauf GmbH",
                Country = "DE",
                RegistryNumber = "HRB1",
                State = VerificationState.Verified,
                // A real one would have to show a second factor first.
                Demo = true,
                CreatedAt = DateTimeOffset.UtcNow,
            },
            person,
            new MembershipRow { Person = person.Id, Organisation = organisation, Role = MemberRole.Owner, Since = DateTimeOffset.UtcNow });
        await db.SaveChangesAsync();
    }
}

public sealed class CardProcessKillOnSqlite : CardProcessKillContract
{
    protected override Task<string?> CreateDatabase() => Task.FromResult<string?>(null);
}

public sealed class CardProcessKillOnPostgres(PostgresFixture postgres) : CardProcessKillContract
{
    protected override async Task<string?> CreateDatabase() => await postgres.CreateMarket();
}
