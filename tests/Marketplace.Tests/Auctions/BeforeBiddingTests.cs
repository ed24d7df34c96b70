using System.Net;
using Marketplace.Auctions;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Gate = Marketplace.Domain.Auctions.Gate;

namespace Marketplace.Tests.Auctions;

/// <summary>From the offered lot to the paddle, and from the close to the released deposit, through the whole market.</summary>
public class BeforeBiddingTests : IAsyncLifetime
{
    private readonly MarketHost _market = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _market.DisposeAsync();

    [Fact]
    public async Task An_announced_lot_is_public_with_every_term_and_its_hash_and_shows_no_reserve()
    {
        var lot = await _market.ScheduleAuction(reserveFen: 123_457_00);
        using var visitor = _market.Browser();
        var notice = await visitor.GetStringAsync($"/auctions/{lot.Id}/notice", Token);
        var bytes = await visitor.GetByteArrayAsync($"/auctions/{lot.Id}/announcement", Token);
        var sha = Announcement.HashOf(bytes);
        Assert.Contains(sha, notice, StringComparison.Ordinal);
        var row = await Row(lot.Id);
        Assert.Equal((LotState.Announced, "announced"), (row.State, row.Phase));
        var terms = await _market.Auction(lot.Id).Look();
        Assert.Equal(row.StartPriceFen, terms.StartPriceFen);
        Assert.Equal(AchievementState.InTrade, (await _market.Row(lot.Achievement)).State);

        // The reserve is in the auction's secrets and nowhere else.
        Assert.False(await _market.InDatabase(db => db.Set<LotReserve>().AnyAsync(r => r.Lot == lot.Id, Token)));
        string[] pages = [$"/auctions/{lot.Id}/notice", $"/auctions/{lot.Id}/announcement", $"/sessions/{lot.Session}", "/auctions", $"/auctions/{lot.Id}", $"/api/auctions/{lot.Id}"];
        foreach (var page in pages)
        {
            var text = await visitor.GetStringAsync(page, Token);
            Assert.DoesNotContain("123457", text, StringComparison.Ordinal);
            Assert.DoesNotContain("123,457", text, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync($"/auctions/{lot.Id}/files/{row.ContractSha256}", Token)).StatusCode);
    }

    [Fact]
    public async Task An_open_gate_stops_the_announcement_and_the_operator_never_sees_the_reserve()
    {
        var (id, seller, _) = await _market.OfferLot(reserveFen: 234_567_00, answerGates: false);
        var operators = await _market.Operator();
        var page = await operators.Pages.GetStringAsync($"/desk/lots/{id}/announce", Token);
        Assert.DoesNotContain("234567", page, StringComparison.Ordinal);
        Assert.DoesNotContain("234,567", page, StringComparison.Ordinal);
        Assert.Contains("234567", await seller.Pages.GetStringAsync($"/desk/lots/{id}", Token), StringComparison.Ordinal);

        await using var scope = _market.Services.CreateAsyncScope();
        var sessions = scope.ServiceProvider.GetRequiredService<Sessions>();
        var opens = Now().AddHours(1);
        var session = (await sessions.Create(Guid.CreateVersion7(), new SessionWriting("场", "S", "主办", SessionBrand.University, SessionProfile.Demo, opens, opens, true), Token)).Value;
        var lot = (await scope.ServiceProvider.GetRequiredService<Lots>().Find(id, Token))!;
        var announcements = scope.ServiceProvider.GetRequiredService<Announcements>();
        var terms = new AnnouncedTerms(opens, opens, 0, Bearer.Seller);
        Assert.Equal(Refusal.LotNotInSession, (await announcements.Announce(lot, terms, operators.Person, Token)).Refusal);
        await sessions.Take(session, lot, Token);
        var refused = await announcements.Announce(lot, terms, operators.Person, Token);
        Assert.Equal((Refusal.LotGateOpen, "RightHolder.Missing"), (refused.Refusal!.Value, refused.Detail));
        Assert.Equal(LotState.Offered, (await Row(id)).State);
    }

    [Fact]
    public async Task What_was_announced_cannot_be_edited()
    {
        var scheduled = await _market.ScheduleAuction();
        await using var scope = _market.Services.CreateAsyncScope();
        var lots = scope.ServiceProvider.GetRequiredService<Lots>();
        var lot = (await lots.Find(scheduled.Id, Token))!;
        Assert.Equal(Refusal.LotFixed, (await lots.SetContract(lot, new string('0', 64), "x.pdf", Token)).Refusal);
        Assert.Equal(Refusal.LotFixed, (await lots.TakeBack(lot, null, Token)).Refusal);
        Assert.Equal(Refusal.LotFixed, (await lots.Answer(lot, new GateAnswer(Gate.NotClassified), Token)).Refusal);
        var again = await scope.ServiceProvider.GetRequiredService<Announcements>()
            .Announce(lot, new AnnouncedTerms(Now().AddDays(9), Now().AddDays(8), 0, Bearer.Seller), scheduled.Operator.Person, Token);
        Assert.Equal(Refusal.LotFixed, again.Refusal);
        Assert.Equal(HttpStatusCode.Redirect, (await scheduled.Seller.Pages.GetAsync($"/desk/lots/{scheduled.Id}", Token)).StatusCode);
    }

    [Fact]
    public async Task Papers_ceiling_and_deposit_in_any_order_give_one_random_paddle()
    {
        var lot = await _market.ScheduleAuction();
        var first = await _market.Join(lot, "甬江精密仪器有限公司");
        var (enterprise, application, code) = await _market.Apply(lot, "海曙测控技术有限公司");
        await _market.Review(code, lot.Operator);
        Assert.Equal(Refusal.InsufficientFunds, (await _market.Freeze(lot, application)).Refusal);
        await _market.Credit(enterprise.Organisation, 10_000_00, demo: true);
        Assert.Null((await _market.Freeze(lot, application)).Refusal);
        var second = await Paddle(application);
        Assert.NotEqual(first.Paddle, second.Paddle);
        Assert.InRange(second.Paddle, 1, 999);

        // Doing it again changes nothing.
        await using var scope = _market.Services.CreateAsyncScope();
        Assert.Null(await scope.ServiceProvider.GetRequiredService<Admitting>().Admit(application, Token));
        Assert.Equal(2, (await _market.Auction(lot.Id).Look()).Bidders);
        var hold = (await _market.Deposits.Account(enterprise.Organisation)).Holds.Single();
        Assert.Equal(HoldState.Bound, hold.State);
        Assert.Equal(Refusal.HoldIsBound, (await _market.Deposits.TakeBack(application, enterprise.Organisation)).Refusal);
    }

    [Fact]
    public async Task A_deposit_that_was_taken_back_can_be_frozen_again()
    {
        var lot = await _market.ScheduleAuction();
        var (enterprise, application, code) = await _market.Apply(lot);
        await _market.Credit(enterprise.Organisation, 10_000_00, demo: true);
        var holds = new HashSet<Guid>();
        for (var time = 1; time <= 2; time++)
        {
            Assert.Null((await _market.Freeze(lot, application)).Refusal);
            Assert.Null((await _market.Freeze(lot, application)).Refusal);
            var placed = (await _market.Deposits.Account(enterprise.Organisation)).Holds.Single(h => h.IsActive);
            Assert.True(holds.Add(placed.Id));
            Assert.Null((await _market.Deposits.TakeBack(placed.Id, enterprise.Organisation)).Refusal);
            await Eventually.Become("the application knows", TimeSpan.FromSeconds(30), async () => (await Applied()).Hold is null);
        }

        await _market.Review(code, lot.Operator);
        Assert.Null((await _market.Freeze(lot, application)).Refusal);
        await Paddle(application);
        var bound = (await _market.Deposits.Account(enterprise.Organisation)).Holds.Single(h => h.IsActive);
        Assert.Equal((HoldState.Bound, bound.Id), (bound.State, (await Applied()).Hold));

        Task<Application> Applied() => _market.InDatabase(db => db.Set<Application>().AsNoTracking().SingleAsync(a => a.Id == application, Token));
    }

    [Fact]
    public async Task Money_credited_after_the_deadline_does_not_count()
    {
        var lot = await _market.ScheduleAuction();
        var (enterprise, application, _) = await _market.Apply(lot);
        await _market.InDatabase(db => db.Set<Lot>().Where(l => l.Id == lot.Id).ExecuteUpdateAsync(s => s.SetProperty(l => l.ApplyUntil, Now().AddHours(-2)), Token));
        await _market.Credit(enterprise.Organisation, 10_000_00, Now().AddHours(-1), demo: true);
        Assert.Equal(Refusal.CreditedTooLate, (await _market.Freeze(lot, application)).Refusal);
        await _market.Credit(enterprise.Organisation, 10_000_00, Now().AddHours(-3), demo: true);
        Assert.Null((await _market.Freeze(lot, application)).Refusal);
    }

    [Fact]
    public async Task The_reviewer_sees_papers_under_a_code_and_no_lot_and_the_opening_is_logged()
    {
        var lot = await _market.ScheduleAuction();
        var (_, _, code) = await _market.Apply(lot, "甬江精密仪器有限公司");
        var row = await Row(lot.Id);
        var list = await lot.Operator.Pages.GetStringAsync("/desk/qualifications", Token);
        var page = await lot.Operator.Pages.GetStringAsync($"/desk/qualifications/{code}", Token);
        Assert.Contains(code, list, StringComparison.Ordinal);
        Assert.DoesNotContain("甬江精密仪器", list, StringComparison.Ordinal);
        Assert.Contains("甬江精密仪器", page, StringComparison.Ordinal);
        foreach (var hint in new[] { lot.Id, row.Title, row.SellerName, lot.Session.ToString(), lot.Achievement.ToString(), "100,000" })
        {
            Assert.DoesNotContain(hint, page, StringComparison.Ordinal);
            Assert.DoesNotContain(hint, list, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await lot.Operator.Pages.GetAsync($"/desk/qualifications/{code}/papers", Token)).StatusCode);
        var reads = await _market.InDatabase(db => db.Set<PrivilegedReadRow>().Where(r => r.About.StartsWith(code)).Select(r => r.About).ToListAsync(Token));
        Assert.Equal([code, $"{code} · papers"], reads.Order());

        // And who runs lots sees no applicant.
        foreach (var desk in new[] { "/desk/sessions", $"/desk/sessions/{lot.Session}", $"/auctions/{lot.Id}/notice", $"/auctions/{lot.Id}", $"/sessions/{lot.Session}" })
        {
            var text = await lot.Operator.Pages.GetStringAsync(desk, Token);
            Assert.DoesNotContain("甬江精密仪器", text, StringComparison.Ordinal);
            Assert.DoesNotContain(code, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Refused_papers_give_the_deposit_back()
    {
        var lot = await _market.ScheduleAuction();
        var (enterprise, application, code) = await _market.Apply(lot);
        await _market.Credit(enterprise.Organisation, 10_000_00, demo: true);
        await _market.Freeze(lot, application);
        await _market.Review(code, lot.Operator, passed: false, "委托书无签章");
        await Eventually.Become("the deposit is free", TimeSpan.FromSeconds(60), async () => (await _market.Deposits.Account(enterprise.Organisation)).AvailableFen == 10_000_00);
        Assert.Contains("委托书无签章", await enterprise.Pages.GetStringAsync($"/auctions/{lot.Id}/apply", Token), StringComparison.Ordinal);
        Assert.Equal(0, (await _market.Auction(lot.Id).Look()).Bidders);
    }

    [Fact]
    public async Task A_real_enterprise_and_the_seller_cannot_apply_for_a_demonstration_lot()
    {
        var lot = await _market.ScheduleAuction();
        var real = await _market.Enterprise();
        var page = await real.Pages.GetStringAsync($"/auctions/{lot.Id}/apply?culture=zh-CN", Token);
        Assert.Contains("演示数据与正式数据不能出现在同一标的里", page, StringComparison.Ordinal);
        var posted = await real.Pages.Submit($"/auctions/{lot.Id}/apply?culture=zh-CN", new() { ["Statement"] = "试试" }, "Qualify");
        Assert.Equal(HttpStatusCode.BadRequest, posted.StatusCode);
        Assert.False(await _market.InDatabase(db => db.Set<Application>().AnyAsync(a => a.Auction == lot.Id, Token)));
        Assert.Equal(HttpStatusCode.Forbidden, (await lot.Seller.Pages.GetAsync($"/auctions/{lot.Id}/apply", Token)).StatusCode);
    }

    private Task<Lot> Row(string id) => _market.InDatabase(db => db.Set<Lot>().AsNoTracking().SingleAsync(l => l.Id == id, Token));

    private Task<PaddleRow> Paddle(Guid application) => Eventually.Get("a paddle", TimeSpan.FromSeconds(60), () => _market.InDatabase(db =>
        db.Set<PaddleRow>().AsNoTracking().Where(p => p.Application == application && p.AdmittedAt != null).SingleOrDefaultAsync(Token)));

    private DateTimeOffset Now() => _market.Services.GetRequiredService<TimeProvider>().GetUtcNow();
}
