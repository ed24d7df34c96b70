using System.Net;
using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Auctions;

/// <summary>优先受让权 from the notice to the close, with real clocks.</summary>
public class PriorityTests : IAsyncLifetime
{
    private readonly MarketHost _market = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _market.DisposeAsync();

    [Fact]
    public async Task A_holder_comes_by_the_code_of_the_notice_matches_the_price_and_wins()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromSeconds(25), lastsSeconds: 10);
        var code = (await Codes(lot.Id)).Single();
        var rival = await _market.Join(lot);
        var holder = await _market.Join(lot, priorityCode: code);
        await Eventually.Become("ranked", TimeSpan.FromSeconds(30), async () => (await _market.Auction(lot.Id).LookAt(holder.Paddle))!.Rank == 2);
        await Become(lot.Id, "open");
        Assert.Null(await Bid(lot.Id, rival.Paddle, 100_000_00));
        Assert.Equal(Refusal.AlreadyLeading, await Bid(lot.Id, rival.Paddle, 100_000_00));
        Assert.Null(await Bid(lot.Id, holder.Paddle, 100_000_00));
        Assert.Equal(Refusal.NotAboveCurrentPrice, await Bid(lot.Id, rival.Paddle, 100_000_00));
        await Become(lot.Id, "closed");
        Assert.Equal(holder.Paddle, (await _market.Auction(lot.Id).Look()).WinnerPaddle);
    }

    [Fact]
    public async Task A_holder_without_proof_of_notice_comes_after_the_price_is_known_and_matches_it()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromSeconds(20), lastsSeconds: 5, service: NoticeService.Unproven);
        var code = (await Codes(lot.Id)).Single();
        var rival = await _market.Join(lot, "曹娥江测控技术有限公司");
        await Become(lot.Id, "open");
        Assert.Null(await Bid(lot.Id, rival.Paddle, 100_000_00));
        await Eventually.Become("known", TimeSpan.FromSeconds(30), async () =>
            await _market.InDatabase(db => db.Set<Lot>().AnyAsync(l => l.Id == lot.Id && l.MatchUntil != null, Token)));
        // The price is known and there is no buyer yet: nobody is named while it may still be matched.
        using var visitor = _market.Browser();
        foreach (var page in (string[])[$"/auctions/{lot.Id}", $"/auctions/{lot.Id}/notice", "/auctions/archive?demo=true"])
            Assert.DoesNotContain("曹娥江", WebUtility.HtmlDecode(await visitor.GetStringAsync(page, Token)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await visitor.GetAsync($"/api/auctions/{lot.Id}/result", Token)).StatusCode);
        var holder = await _market.Join(lot, "富春江传感科技有限公司", priorityCode: code);
        await Eventually.Become("ranked", TimeSpan.FromSeconds(10), async () => (await _market.Auction(lot.Id).LookAt(holder.Paddle))!.Rank == 2);
        Assert.Equal(Refusal.OnlyThePriceItself, await Bid(lot.Id, holder.Paddle, 101_000_00));
        Assert.Null(await Bid(lot.Id, holder.Paddle, 100_000_00));
        await Become(lot.Id, "closed");
        Assert.Equal((holder.Paddle, 100_000_00L), await _market.Auction(lot.Id).Look() is var picture ? (picture.WinnerPaddle, picture.PriceFen) : default);
        var notice = WebUtility.HtmlDecode(await visitor.GetStringAsync($"/auctions/{lot.Id}/notice", Token));
        Assert.Contains("富春江传感科技有限公司", notice, StringComparison.Ordinal);
        Assert.DoesNotContain("曹娥江", notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_serves_one_application_of_its_lot_and_no_other()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromHours(1));
        var other = await _market.ScheduleAuction(TimeSpan.FromHours(1), title: "低温等离子刻蚀方法");
        var code = (await Codes(lot.Id)).Single();
        var (_, first, _) = await _market.Apply(lot, priorityCode: code.ToLowerInvariant());
        var (_, second, _) = await _market.Apply(lot);
        Assert.Equal(Refusal.PriorityCodeUsed, await Claim(lot.Id, second, code));
        Assert.Equal(Refusal.PriorityCodeUnknown, await Claim(lot.Id, second, (await Codes(other.Id)).Single()));
        Assert.Equal(Refusal.Required, await Claim(lot.Id, second, " "));
        Assert.Null(await Claim(lot.Id, first, code));
    }

    [Fact]
    public async Task Of_two_who_show_one_code_at_once_one_has_it_and_the_other_leaves_nothing_behind()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromHours(1));
        var code = (await Codes(lot.Id)).Single();
        var (first, second) = (await Enterprise(), await Enterprise());
        await using var slower = _market.Services.CreateAsyncScope();
        // Read before the other saves: from here on this one believes that the code is free.
        Assert.Null((await slower.ServiceProvider.GetRequiredService<MarketplaceDb>().Set<PriorityCode>().SingleAsync(c => c.Lot == lot.Id, Token)).UsedBy);
        await using var again = _market.Services.CreateAsyncScope();
        await again.ServiceProvider.GetRequiredService<MarketplaceDb>().Set<PriorityCode>().SingleAsync(c => c.Lot == lot.Id, Token);
        await using var faster = _market.Services.CreateAsyncScope();
        var taken = await Apply(faster, lot.Id, first, code);
        Assert.Equal(2, taken.Value.PriorityRank);
        Assert.Equal(Refusal.PriorityCodeUsed, (await Apply(slower, lot.Id, second, code)).Refusal);
        Assert.Equal(taken.Value.Id, (await Apply(again, lot.Id, first, code)).Value.Id);
        var applied = await _market.InDatabase(db => db.Set<Application>().AsNoTracking().Where(a => a.Auction == lot.Id).ToListAsync(Token));
        Assert.Equal((first.Organisation, (int?)2), (applied.Single().Organisation, applied.Single().PriorityRank));
        Assert.Equal(taken.Value.Id, await _market.InDatabase(db => db.Set<PriorityCode>().Where(c => c.Lot == lot.Id).Select(c => c.UsedBy).SingleAsync(Token)));
    }

    [Fact]
    public async Task Many_who_show_one_code_at_once_get_one_rank()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromHours(1));
        var code = (await Codes(lot.Id)).Single();
        var firms = new List<Somebody>();
        for (var i = 0; i < 6; i++) firms.Add(await Enterprise());
        var answers = await Task.WhenAll(firms.Select(async firm =>
        {
            await using var scope = _market.Services.CreateAsyncScope();
            return (await Apply(scope, lot.Id, firm, code)).Refusal;
        }));
        Assert.Single(answers, a => a is null);
        Assert.Equal(5, answers.Count(a => a == Refusal.PriorityCodeUsed));
        Assert.Equal(1, await _market.InDatabase(db => db.Set<Application>().CountAsync(a => a.Auction == lot.Id && a.PriorityRank != null, Token)));
    }

    [Fact]
    public async Task A_rank_whose_code_is_not_its_own_is_not_told_to_the_auction()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromHours(1));
        var code = (await Codes(lot.Id)).Single();
        var (enterprise, application, papers) = await _market.Apply(lot, priorityCode: code);
        await _market.InDatabase(db => db.Set<PriorityCode>().Where(c => c.Lot == lot.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.UsedBy, Guid.CreateVersion7()), Token));
        await _market.Credit(enterprise.Organisation, 1_000_000_00, demo: true);
        Assert.Null((await _market.Freeze(lot, application)).Refusal);
        await _market.Review(papers, lot.Operator);
        var paddle = await Eventually.Get("a paddle", TimeSpan.FromSeconds(60), () => _market.InDatabase(db =>
            db.Set<PaddleRow>().AsNoTracking().Where(p => p.Application == application && p.AdmittedAt != null).SingleOrDefaultAsync(Token)));
        Assert.Null((await _market.Auction(lot.Id).LookAt(paddle.Paddle))!.Rank);
        Assert.Null(await _market.InDatabase(db => db.Set<Application>().Where(a => a.Id == application).Select(a => a.PriorityRank).SingleAsync(Token)));
    }

    [Fact]
    public async Task A_paper_that_is_refused_leaves_neither_an_application_nor_a_used_code()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromHours(1));
        var (code, firm) = ((await Codes(lot.Id)).Single(), await Enterprise());
        var page = $"/auctions/{lot.Id}/apply";
        Assert.Equal(HttpStatusCode.OK, (await Post("program.exe")).StatusCode);
        Assert.Equal(0, await _market.InDatabase(db => db.Set<Application>().CountAsync(a => a.Auction == lot.Id, Token)));
        Assert.Null(await _market.InDatabase(db => db.Set<PriorityCode>().Where(c => c.Lot == lot.Id).Select(c => c.UsedBy).SingleAsync(Token)));
        Assert.Equal(HttpStatusCode.Redirect, (await Post("授权.pdf")).StatusCode);
        Assert.Equal(2, await _market.InDatabase(db => db.Set<Application>().Where(a => a.Auction == lot.Id).Select(a => a.PriorityRank).SingleAsync(Token)));

        async Task<HttpResponseMessage> Post(string name)
        {
            using var content = new MultipartFormDataContent
            {
                { new StringContent(BrowserExtensions.TokenOn(await firm.Pages.GetStringAsync(page, Token))), "__RequestVerificationToken" },
                { new StringContent(code), "code" },
                { new ByteArrayContent("%PDF-1.4\n%%EOF"u8.ToArray()), "file", name },
            };
            return await firm.Pages.PostAsync($"{page}?handler=Priority", content, Token);
        }
    }

    [Fact]
    public async Task Who_waived_cannot_use_the_code_and_one_application_uses_one_code()
    {
        var (id, _, _) = await _market.OfferLot();
        await using (var scope = _market.Services.CreateAsyncScope())
        {
            var (lots, holders) = (scope.ServiceProvider.GetRequiredService<Lots>(), scope.ServiceProvider.GetRequiredService<Holders>());
            var lot = (await lots.Find(id, Token))!;
            foreach (var name in new[] { "合作企业", "放弃者" }) Assert.Null((await holders.Name(lot, name, PriorityGround.Agreed, Token)).Refusal);
        }

        await _market.InDatabase(db => db.Set<LotGate>().Where(g => g.Lot == id && g.Party == "放弃者").ExecuteUpdateAsync(set => set.SetProperty(g => g.HolderAnswer, HolderAnswer.Waives), Token));
        var codes = await _market.InDatabase(db => db.Set<PriorityCode>().AsNoTracking().Where(c => c.Lot == id).ToDictionaryAsync(c => c.Holder, c => c, Token));
        await _market.InDatabase(db => db.Set<Lot>().Where(l => l.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(l => l.State, LotState.Announced).SetProperty(l => l.ApplyUntil, DateTimeOffset.UtcNow.AddDays(1)), Token));
        var firm = await Enterprise();
        await using var applying = _market.Services.CreateAsyncScope();
        Assert.Equal(Refusal.PriorityWaived, (await Apply(applying, id, firm, codes["放弃者"].Code)).Refusal);
        var applied = await Apply(applying, id, firm, codes["合作企业"].Code);
        Assert.Equal(3, applied.Value.PriorityRank);
        Assert.Equal(Refusal.PriorityWaived, await Claim(id, applied.Value.Id, codes["放弃者"].Code));
        Assert.Equal(Refusal.RankGiven, await Claim(id, applied.Value.Id, codes.Values.Single(c => c.Holder is not ("放弃者" or "合作企业")).Code));
    }

    [Fact]
    public async Task Who_ordered_or_shared_the_development_has_priority_in_an_application_only()
    {
        var (id, _, _) = await _market.OfferLot();
        await using var scope = _market.Services.CreateAsyncScope();
        var (lots, holders) = (scope.ServiceProvider.GetRequiredService<Lots>(), scope.ServiceProvider.GetRequiredService<Holders>());
        var lot = (await lots.Find(id, Token))!;
        foreach (var ground in new[] { PriorityGround.Commissioner, PriorityGround.CoDeveloper })
        {
            Assert.Equal((Refusal.GroundNeedsApplication, "ground"), await holders.Name(lot, "委托企业", ground, Token) is var no ? (no.Refusal, no.Detail) : default);
        }

        await Status(IpStatus.Pending);
        Assert.Null((await holders.Name(lot, "委托企业", PriorityGround.Commissioner, Token)).Refusal);
        Assert.DoesNotContain(await lots.OpenGates(lot, Token), f => f.Fault == GateFault.OnlyForApplications);
        await Status(IpStatus.InForce);
        Assert.Equal("委托企业", Assert.Single(await lots.OpenGates(lot, Token), f => f.Fault == GateFault.OnlyForApplications).Party);

        Task Status(IpStatus status) => _market.InDatabase(db =>
            db.Set<LotGate>().Where(g => g.Lot == id && g.Gate == Marketplace.Domain.Auctions.Gate.LegalStatus).ExecuteUpdateAsync(set => set.SetProperty(g => g.Status, status), Token));
    }

    [Fact]
    public async Task A_seller_names_a_holder_whom_the_achievement_does_not_show_and_takes_him_back()
    {
        var (id, _, _) = await _market.OfferLot();
        await using var scope = _market.Services.CreateAsyncScope();
        var (lots, holders) = (scope.ServiceProvider.GetRequiredService<Lots>(), scope.ServiceProvider.GetRequiredService<Holders>());
        var lot = (await lots.Find(id, Token))!;
        Assert.Equal(Refusal.MalformedRequest, (await holders.Name(lot, "某人", PriorityGround.Completer, Token)).Refusal);
        Assert.Equal(Refusal.Required, (await holders.Name(lot, " ", PriorityGround.Agreed, Token)).Refusal);
        Assert.Null((await holders.Name(lot, "合作企业", PriorityGround.Agreed, Token)).Refusal);
        Assert.Contains(await lots.OpenGates(lot, Token), f => f is { Gate: Marketplace.Domain.Auctions.Gate.PriorityHolders, Party: "合作企业" });
        Assert.Equal(2, (await Codes(id)).Count);
        Assert.Null((await holders.Forget(lot, "合作企业", Token)).Refusal);
        Assert.Empty(await lots.OpenGates(lot, Token));
        Assert.Single(await Codes(id));
    }

    private Task<Somebody> Enterprise() => _market.Organisation(OrganisationKind.Enterprise, demo: true);

    private static async Task<Result<Application>> Apply(AsyncServiceScope scope, string lotId, Somebody firm, string code)
    {
        var lot = (await scope.ServiceProvider.GetRequiredService<Lots>().Find(lotId, Token))!;
        var member = new Membership(firm.Organisation, "企业", OrganisationKind.Enterprise, MemberRole.Owner, Verified: true, Demo: true);
        return await scope.ServiceProvider.GetRequiredService<Holders>().Apply(lot, member, firm.Person, code, null, null, Token);
    }

    private async Task<IReadOnlyList<string>> Codes(string lot)
    {
        await using var scope = _market.Services.CreateAsyncScope();
        return [.. (await scope.ServiceProvider.GetRequiredService<Holders>().CodesForSeller(lot, Token)).Values];
    }

    private async Task<Refusal?> Claim(string lotId, Guid application, string code)
    {
        await using var scope = _market.Services.CreateAsyncScope();
        var lot = (await scope.ServiceProvider.GetRequiredService<Lots>().Find(lotId, Token))!;
        var row = await scope.ServiceProvider.GetRequiredService<MarketplaceDb>().Set<Application>().SingleAsync(a => a.Id == application, Token);
        return (await scope.ServiceProvider.GetRequiredService<Holders>().Claim(lot, row, code, null, null, Token)).Refusal;
    }

    private Task Become(string id, string phase) => Eventually.Become(phase, TimeSpan.FromSeconds(60), async () => (await _market.Auction(id).Look()).Phase == phase);

    private async Task<Refusal?> Bid(string id, int paddle, long amount) =>
        (await _market.Auction(id).PlaceBid(new BidCommand(paddle, Guid.CreateVersion7().ToString(), amount, null, _market.Services.GetRequiredService<TimeProvider>().GetUtcNow()))).Refusal;
}
