using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Marketplace.Domain.Common;
using Marketplace.Payments;
using Marketplace.Tests.Host;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Tests.Payments;

/// <summary>The pages of money, and what an operator can learn while deposits are frozen: nothing.</summary>
public class BlindnessTests : IAsyncDisposable
{
    private const string Auction = "ZJP-2026-7719";
    private readonly HostThatListens _host = new();
    private readonly Guid _hold = Guid.CreateVersion7();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Nothing_that_an_operator_or_a_stranger_can_open_tells_of_a_hold()
    {
        var (buyer, clerk, stranger) = (await _host.Enterprise("甬江精密仪器"), await _host.Operator(), await _host.Enterprise("瓯江科技"));
        await _host.Credit(buyer.Organisation, 500_000_00);
        Assert.True((await _host.Deposits.Freeze(_hold, buyer.Organisation, Auction, 123_456_78)).Done);
        Assert.True((await _host.Deposits.BindToAuction(_hold)).Done);

        await _host.Services.GetRequiredService<LedgerProving>().Prove("custodian", "a-look", Token);

        // Its own organisation sees it; otherwise this test could not fail.
        Assert.Contains(Auction, await buyer.Pages.GetStringAsync("/desk/account", Token), StringComparison.Ordinal);
        Assert.Contains("甬江精密仪器", await clerk.Pages.GetStringAsync("/desk/bank", Token), StringComparison.Ordinal);
        string[] secrets = [Auction, _hold.ToString(), "123,456.78", "376,543.22", "12345678", "37654322"];
        string[] paths = ["/", "/desk", "/desk/bank", "/desk/bank/statements", "/desk/ledger", "/api/ledger/proofs", "/desk/account", "/desk/deals", "/inbox", "/desk/notices", "/account/notices", $"/deals/{Auction}", "/openapi/v1.json", "/health/live", "/health/ready"];
        foreach (var reader in new[] { clerk.Pages, clerk.Api, stranger.Pages, _host.Browser() })
        {
            foreach (var path in paths)
            {
                var answer = await reader.GetAsync(path, Token);
                var text = await answer.Content.ReadAsStringAsync(Token) + answer.Headers;
                // What the address itself says is no news.
                foreach (var secret in secrets.Where(s => !path.Contains(s, StringComparison.Ordinal))) Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
            }
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await clerk.Pages.GetAsync("/desk/account", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Pages.GetAsync("/desk/bank", Token)).StatusCode);
        Assert.DoesNotContain(_host.Log, line => line.Contains(Auction, StringComparison.Ordinal) &&
            (line.Contains(buyer.Organisation.ToString(), StringComparison.OrdinalIgnoreCase) || line.Contains("甬江精密仪器", StringComparison.Ordinal) || line.Contains(buyer.Email, StringComparison.Ordinal)));
        Assert.DoesNotContain(_host.Log, line => line.Contains(_hold.ToString(), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_operator_looks_twice_and_credits_once_by_the_bank_s_time()
    {
        var (buyer, clerk) = (await _host.Enterprise("甬江精密仪器"), await _host.Operator());
        var reference = await _host.Deposits.ReferenceOf(buyer.Organisation, Token);
        Assert.Contains(reference, await buyer.Pages.GetStringAsync("/desk/account", Token), StringComparison.Ordinal);
        var fields = new Dictionary<string, string>
        {
            ["Credit"] = Guid.CreateVersion7().ToString(),
            ["Amount"] = "500,000.00",
            ["CreditedAt"] = "2026-11-03T10:14:02",
            ["BankReference"] = "20261103-0042",
            ["Reference"] = reference.ToLowerInvariant(),
        };
        var look = await (await clerk.Pages.Submit("/desk/bank", fields)).Content.ReadAsStringAsync(Token);
        Assert.Contains("人民币伍拾万元整", look, StringComparison.Ordinal);
        Assert.Contains("甬江精密仪器", look, StringComparison.Ordinal);
        Assert.Equal(0, (await _host.Deposits.Account(buyer.Organisation)).BalanceFen);
        fields["Checked"] = System.Text.RegularExpressions.Regex.Match(look, "name=\"Checked\" value=\"([^\"]+)\"").Groups[1].Value;

        // Anything changed after the look is looked at again.
        var changed = await clerk.Pages.Submit("/desk/bank", new(fields) { ["Amount"] = "5,000,000" });
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(0, (await _host.Deposits.Account(buyer.Organisation)).BalanceFen);

        Assert.Equal(HttpStatusCode.Redirect, (await clerk.Pages.Submit("/desk/bank", fields)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await clerk.Pages.Submit("/desk/bank", fields)).StatusCode);
        var credit = Assert.Single((await _host.Deposits.Account(buyer.Organisation)).Credits);
        Assert.Equal((500_000_00, new DateTimeOffset(2026, 11, 3, 2, 14, 2, TimeSpan.Zero)), (credit.AmountFen, credit.CreditedAt));
    }

    [Theory]
    [InlineData("Amount", "abc")]
    [InlineData("Amount", "-1")]
    [InlineData("CreditedAt", "2099-01-01T00:00:00")]
    [InlineData("CreditedAt", "")]
    [InlineData("BankReference", " ")]
    [InlineData("Reference", "ZJP-2222-2222")]
    [InlineData("Reference", "")]
    public async Task A_wrong_field_is_named_and_nothing_typed_is_lost(string field, string value)
    {
        var clerk = await _host.Operator();
        var fields = new Dictionary<string, string>
        {
            ["Credit"] = Guid.CreateVersion7().ToString(),
            ["Amount"] = "777.01",
            ["CreditedAt"] = "2026-11-03T10:14:02",
            ["BankReference"] = "kept-42",
            ["Reference"] = await _host.Deposits.ReferenceOf((await _host.Enterprise()).Organisation, Token),
            [field] = value,
        };
        var page = await (await clerk.Pages.Submit("/desk/bank", fields)).Content.ReadAsStringAsync(Token);
        Assert.Matches($"id=\"{field}\"[^>]*aria-invalid=\"true\"", page);
        foreach (var kept in new[] { "777.01", "kept-42" }.Where(k => fields.ContainsValue(k))) Assert.Contains(kept, page, StringComparison.Ordinal);
        Assert.Equal(0, await _host.InDatabase(db => db.Set<BankCreditRow>().CountAsync(Token)));
    }

    [Fact]
    public async Task Money_without_an_owner_waits_in_suspense_until_it_is_assigned()
    {
        var (buyer, clerk) = (await _host.Enterprise("甬江精密仪器"), await _host.Operator());
        var id = Guid.CreateVersion7();
        var moment = DateTimeOffset.Parse("2026-11-03T02:00:00Z", CultureInfo.InvariantCulture);
        await _host.Deposits.ConfirmCredit(id, null, 800_00, moment, "b-1", "货款", clerk.Person);
        Assert.Contains("货款", await clerk.Pages.GetStringAsync("/desk/bank", Token), StringComparison.Ordinal);
        var wrong = await clerk.Pages.Submit("/desk/bank", new() { ["waiting"] = id.ToString(), ["owner"] = "ZJP-2222-2222" }, "Assign");
        Assert.Contains("没有单位使用这个付款附言码", await wrong.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        var reference = await _host.Deposits.ReferenceOf(buyer.Organisation, Token);
        Assert.Equal(HttpStatusCode.Redirect, (await clerk.Pages.Submit("/desk/bank", new() { ["waiting"] = id.ToString(), ["owner"] = reference }, "Assign")).StatusCode);
        Assert.Equal(800_00, (await _host.Deposits.Account(buyer.Organisation)).AvailableFor(moment));
    }

    [Fact]
    public async Task An_organisation_takes_back_its_own_and_nobody_else_s()
    {
        var (buyer, other) = (await _host.Enterprise("甬江精密仪器"), await _host.Enterprise("瓯江科技"));
        await _host.Credit(buyer.Organisation, 500_00);
        await _host.Credit(other.Organisation, 500_00);
        await _host.Deposits.Freeze(_hold, buyer.Organisation, Auction, 100_00);
        await _host.Deposits.Freeze(Guid.CreateVersion7(), other.Organisation, Auction, 100_00);
        Assert.Contains("没有这笔冻结", await (await other.Pages.Submit("/desk/account", new() { ["hold"] = _hold.ToString() }, "TakeBack")).Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(100_00, (await _host.Deposits.Account(buyer.Organisation)).FrozenFen);
        Assert.Equal(HttpStatusCode.Redirect, (await buyer.Pages.Submit("/desk/account", new() { ["hold"] = _hold.ToString() }, "TakeBack")).StatusCode);
        Assert.Equal(0, (await _host.Deposits.Account(buyer.Organisation)).FrozenFen);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A market whose every log line is kept for the test.</summary>
    private sealed class HostThatListens : MarketHost
    {
        public ConcurrentBag<string> Log { get; } = [];

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(new Listener(Log)));
        }
    }

    private sealed class Listener(ConcurrentBag<string> log) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Add($"{formatter(state, exception)} {exception}");

        public void Dispose() { }
    }
}
