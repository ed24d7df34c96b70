using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Payments;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Marketplace.Tests.Host;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Payments;

/// <summary>The book as a grain on a real database: durable, in order, once.</summary>
public class DepositAccountTests : IAsyncDisposable
{
    private readonly HostThatHears _host = new();
    private readonly Guid _hold = Guid.CreateVersion7();

    private DepositAccounts Deposits => _host.Deposits;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Money_is_confirmed_frozen_and_released_and_the_read_model_follows()
    {
        var buyer = await _host.RegisterOrganisation(OrganisationKind.Enterprise, "甬江精密仪器");
        await _host.Credit(buyer, 50_000_00);
        var hold = (await Deposits.Freeze(_hold, buyer, "ZJP-1", 20_000_00)).Value;
        Assert.Equal(HoldState.Placed, hold.State);
        Assert.Equal((30_000_00, 20_000_00), await Read(buyer));
        Assert.True((await Deposits.BindToAuction(_hold)).Done);
        Assert.Equal(Refusal.HoldIsBound, (await Deposits.TakeBack(_hold, buyer)).Refusal);
        Assert.True((await Deposits.Release(_hold)).Done);
        Assert.True((await Deposits.Release(_hold)).Done);
        Assert.Equal((50_000_00, 0), await Read(buyer));
        await using var db = Db();
        Assert.Equal(
            ["credited", "hold-placed", "hold-bound", "hold-released"],
            await db.Set<StatementRow>().Where(s => s.Organisation == buyer).OrderBy(s => s.Version).Select(s => s.Type).ToListAsync(Token));
        Assert.Equal(HoldState.Released, (await db.Set<HoldRow>().SingleAsync(h => h.Id == _hold, Token)).State);
    }

    [Fact]
    public async Task The_winner_s_deposit_becomes_part_of_the_price_and_the_waterfall_takes_a_defaulter_s()
    {
        var (winner, defaulter) = (await _host.RegisterOrganisation(OrganisationKind.Enterprise, "甲"), await _host.RegisterOrganisation(OrganisationKind.Enterprise, "乙"));
        var (seller, deal) = (await _host.RegisterOrganisation(OrganisationKind.University, "丙"), "ZJP-1");
        await _host.RaisePrice(deal, winner, seller, 2_000_00);
        foreach (var organisation in new[] { winner, defaulter })
        {
            await _host.Credit(organisation, 1_000_00);
            var hold = Guid.CreateVersion7();
            await Deposits.Freeze(hold, organisation, "ZJP-1", 400_00);
            await Deposits.BindToAuction(hold);
            Assert.True((organisation == winner ? await Deposits.UseForPrice(hold, deal) : await Deposits.Forfeit(hold, seller, 100_00, 200_00)).Done);
            Assert.Equal((600_00, 0), await Read(organisation));
            Assert.Equal(Refusal.HoldEnded, (await Deposits.Release(hold)).Refusal);
        }
    }

    [Fact]
    public async Task Due_work_of_the_caller_is_written_with_the_hold_and_only_once()
    {
        var buyer = await _host.RegisterOrganisation(OrganisationKind.Enterprise, "甬江精密仪器");
        await _host.Credit(buyer, 100_00);
        await Deposits.Freeze(_hold, buyer, "ZJP-1", 60_00, then: ("test.admit", "application-7"));
        Assert.Equal("application-7", await _host.Heard.Task.WaitAsync(TimeSpan.FromSeconds(20), Token));
        Assert.Equal(Refusal.InsufficientFunds, (await Deposits.Freeze(Guid.CreateVersion7(), buyer, "ZJP-2", 60_00, then: ("test.admit", "application-8"))).Refusal);
        await using var db = Db();
        Assert.False(await db.Set<DueWorkRow>().AnyAsync(w => w.Key == "application-8", Token));
    }

    [Fact]
    public async Task Many_at_once_never_freeze_more_than_there_is()
    {
        var buyer = await _host.RegisterOrganisation(OrganisationKind.Enterprise, "甬江精密仪器");
        await _host.Credit(buyer, 1_000_00);
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Deposits.Freeze(Guid.CreateVersion7(), buyer, $"ZJP-{i}", 90_00)));
        Assert.Equal(11, answers.Count(a => a.Done));
        Assert.All(answers.Where(a => !a.Done), a => Assert.Equal(Refusal.InsufficientFunds, a.Refusal));
        Assert.Equal((10_00, 990_00), await Read(buyer));
    }

    [Fact]
    public async Task The_same_command_at_the_same_moment_happens_once()
    {
        var buyer = await _host.RegisterOrganisation(OrganisationKind.Enterprise, "甬江精密仪器");
        await _host.Credit(buyer, 100_00);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Deposits.Freeze(_hold, buyer, "ZJP-1", 60_00)));
        Assert.All(answers, a => Assert.Equal(_hold, a.Value.Id));
        Assert.Equal((40_00, 60_00), await Read(buyer));
        Assert.Equal(Refusal.HoldIdReused, (await Deposits.Freeze(_hold, buyer, "ZJP-1", 50_00)).Refusal);
    }

    [Fact]
    public async Task A_new_activation_knows_everything_the_old_one_answered()
    {
        var buyer = await _host.RegisterOrganisation(OrganisationKind.Enterprise, "甬江精密仪器");
        await _host.Credit(buyer, 100_00);
        await Deposits.Freeze(_hold, buyer, "ZJP-1", 60_00);
        await _host.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero, Token);
        Assert.Equal(_hold, (await Deposits.Freeze(_hold, buyer, "ZJP-1", 60_00)).Value.Id);
        Assert.Equal((40_00, 60_00), ((await Deposits.Account(buyer)) is var a ? (a.AvailableFen, a.FrozenFen) : default));
        await using var db = Db();
        Assert.Equal(2, await db.Set<FactRow>().CountAsync(f => f.Stream == "ledger/custodian" && f.CommandKey.StartsWith("resumed/"), Token));
    }

    [Fact]
    public async Task Who_wrote_for_the_book_before_cannot_write_after_the_take_over()
    {
        var buyer = await _host.RegisterOrganisation(OrganisationKind.Enterprise, "甬江精密仪器");
        await _host.Credit(buyer, 100_00);
        var store = _host.Services.GetRequiredService<IFactStore>();
        var last = 0L;
        await foreach (var line in store.Read("ledger/custodian", cancellation: Token)) last = line.Version;
        // The append of an older activation, still in flight when this one took its version.
        var late = FactLine.Write(new BookResumed("custodian", 99), last, FactLine.Genesis, DateTimeOffset.UnixEpoch);
        var head = _host.Services.GetRequiredService<MarketKeys>().Sign("ledger/custodian", late.Version, late.Hash);
        await Assert.ThrowsAsync<StreamMovedException>(() => store.Append("ledger/custodian", [new NewLine(late, late.Fact.CommandKey)], head, [], Token));
        Assert.Equal((100_00, 0), await Read(buyer));
    }

    [Fact]
    public async Task Late_money_is_refused_by_its_bank_time_and_counts_for_a_later_auction()
    {
        var buyer = await _host.RegisterOrganisation(OrganisationKind.Enterprise, "甬江精密仪器");
        var deadline = _host.Services.GetRequiredService<TimeProvider>().GetUtcNow().AddHours(-3);
        await _host.Credit(buyer, 100_00, creditedAt: deadline.AddSeconds(1));
        Assert.Equal(Refusal.CreditedTooLate, (await Deposits.Freeze(_hold, buyer, "ZJP-1", 60_00, mustBeCreditedBy: deadline)).Refusal);
        Assert.True((await Deposits.Freeze(_hold, buyer, "ZJP-2", 60_00, mustBeCreditedBy: deadline.AddHours(1))).Done);
    }

    [Fact]
    public async Task Demo_money_and_real_money_never_meet()
    {
        var demo = await _host.RegisterOrganisation(OrganisationKind.Enterprise, "示例", demo: true);
        await _host.Credit(demo, 100_00, demo: true);
        var real = await Deposits.ConfirmCredit(Guid.CreateVersion7(), demo, 100, DateTimeOffset.UnixEpoch, "x", null, Guid.CreateVersion7());
        Assert.Equal(Refusal.DemoAndRealApart, real.Refusal);
        Assert.Equal(Refusal.DemoAndRealApart, (await Deposits.Freeze(_hold, demo, "ZJP-1", 60_00)).Refusal);
        Assert.True((await Deposits.Freeze(_hold, demo, "demo:ZJP-1", 60_00)).Done);
        await using var db = Db();
        Assert.False(await db.Set<FactRow>().AnyAsync(f => f.Stream == "ledger/custodian", Token));
    }

    [Fact]
    public async Task A_payment_reference_is_drawn_once_and_found_again()
    {
        var buyer = await _host.RegisterOrganisation(OrganisationKind.Enterprise, "甬江精密仪器");
        var drawn = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Deposits.ReferenceOf(buyer, Token)));
        Assert.Single(drawn.Distinct());
        Assert.Equal(buyer, (await Deposits.FindByReference(drawn[0].ToLowerInvariant(), demo: false, Token))?.Id);
        Assert.Null(await Deposits.FindByReference(drawn[0], demo: true, Token));
        Assert.Null(await Deposits.FindByReference("ZJP-2222-2222", demo: false, Token));
    }

    [Fact]
    public async Task What_nobody_knows_is_refused_by_name()
    {
        Assert.Equal(Refusal.UnknownHold, (await Deposits.Release(_hold)).Refusal);
        Assert.Equal(Refusal.NotFound, (await Deposits.Freeze(_hold, Guid.CreateVersion7(), "ZJP-1", 1)).Refusal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private MarketplaceDb Db() => _host.Services.GetRequiredService<IMarketplaceDbFactory>().Create();

    private async Task<(long Available, long Frozen)> Read(Guid organisation)
    {
        await using var db = Db();
        var row = await db.Set<DepositAccountRow>().AsNoTracking().SingleAsync(a => a.Organisation == organisation, Token);
        var live = await Deposits.Account(organisation);
        Assert.Equal((live.AvailableFen, live.FrozenFen), (row.AvailableFen, row.FrozenFen));
        return (row.AvailableFen, row.FrozenFen);
    }

    /// <summary>A market in which somebody waits for the due work of a hold.</summary>
    private sealed class HostThatHears : MarketHost
    {
        public TaskCompletionSource<string> Heard { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.ConfigureServices(services => services.AddDueWork("test.admit", (_, key, _) =>
            {
                Heard.TrySetResult(key);
                return Task.FromResult<DateTimeOffset?>(null);
            }));
        }
    }
}
