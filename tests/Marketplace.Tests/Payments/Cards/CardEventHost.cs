using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Marketplace.Payments.Cards;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Edge;
using Marketplace.Shared;
using Marketplace.StandIns;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Tests.Payments.Cards;

/// <summary>The market's edge with the events of Stripe behind it, and nothing else. Whoever calls is signed in by cookie.</summary>
internal sealed class CardEventHost : IAsyncDisposable
{
    public const string Address = "/api/payments/stripe/events";
    public const string Secret = "whsec_one";
    public const string OldSecret = "whsec_two";

    private readonly string _folder;
    private readonly WebApplication _app;

    private CardEventHost(WebApplication app, string folder, FakeTimeProvider time) => (_app, _folder, Time) = (app, folder, time);

    public FakeTimeProvider Time { get; }

    /// <summary>What the market itself says from warnings on.</summary>
    public List<string> Log { get; } = [];

    /// <summary>What the work on payments was called with.</summary>
    public List<string> Worked { get; } = [];

    public IServiceProvider Services => _app.Services;

    public CardEvents Events => Services.GetRequiredService<CardEvents>();

    public HttpMessageHandler Handler => _app.GetTestServer().CreateHandler();

    public static async Task<CardEventHost> Start(string? secrets = $"{Secret}, {OldSecret}", string? key = "sk_test_market", DateTimeOffset? now = null)
    {
        var (time, folder) = (new FakeTimeProvider(now ?? new DateTimeOffset(2026, 11, 2, 8, 0, 0, TimeSpan.Zero)), Directory.CreateTempSubdirectory("market-cards-").FullName);
        var options = new MarketOptions { DataFolder = folder };
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseTestServer();
        builder.Configuration["Stripe:SecretKey"] = key;
        builder.Configuration["Stripe:WebhookSecret"] = secrets;
        builder.Services.AddSingleton(options).AddSingleton<TimeProvider>(time).AddSingleton<Refusals>().AddSingleton<DueWorkRunner>();
        builder.Services.AddMarketDatabase(options).AddMarketCultures().AddMarketEdge().AddRouting().AddProblemDetails().AddAuthorization();
        builder.Services.AddAuthentication("cookie").AddScheme<AuthenticationSchemeOptions, SignedIn>("cookie", null);
        builder.Services.AddCards(builder.Configuration, options);
        // Here the work on payments is only listened to.
        foreach (var work in builder.Services.Where(s => s.ImplementationInstance is DueWorkKind { Kind: CardEvents.Work }).ToList()) builder.Services.Remove(work);
        CardEventHost? host = null;
        builder.Services.AddDueWork(CardEvents.Work, (_, work, _) =>
        {
            host!.Worked.Add(work);
            return Task.FromResult<DateTimeOffset?>(null);
        });
        builder.Services.AddLogging(log => log.AddProvider(new Listener(line => host!.Log.Add(line))).SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft", LogLevel.None));
        var app = builder.Build();
        host = new CardEventHost(app, folder, time);
        await using (var db = host.Database()) await db.Database.EnsureCreatedAsync();
        Received.Stamp(app);
        app.UseMarketEdge();
        app.MapCards();
        app.MapApi().MapPost("/other", () => Results.Ok());
        await app.StartAsync();
        return host;
    }

    public MarketplaceDb Database() => Services.GetRequiredService<IMarketplaceDbFactory>().Create();

    public async Task<List<StripeEventRow>> Rows()
    {
        await using var db = Database();
        return await db.Set<StripeEventRow>().AsNoTracking().OrderBy(e => e.Id).ToListAsync();
    }

    public async Task<List<string>> Work()
    {
        await using var db = Database();
        return await db.Set<DueWorkRow>().Where(w => w.Kind == CardEvents.Work).Select(w => w.Key).ToListAsync();
    }

    public string Signed(string body, string secret = Secret) => LocalStripe.Sign(secret, Time.GetUtcNow().ToUnixTimeSeconds(), body);

    public Task<HttpResponseMessage> Post(string body, string? signature, string address = Address) => Post(Encoding.UTF8.GetBytes(body), signature, address);

    public async Task<HttpResponseMessage> Post(byte[] body, string? signature, string address = Address)
    {
        using var client = _app.GetTestClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        if (signature is not null) request.Headers.TryAddWithoutValidation("Stripe-Signature", signature);
        return await client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class SignedIn(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
            Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity("cookie")), Scheme.Name)));
    }

    private sealed class Listener(Action<string> heard) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => heard($"{logLevel} {formatter(state, exception)} {exception}".TrimEnd());

        public void Dispose()
        {
        }
    }
}
