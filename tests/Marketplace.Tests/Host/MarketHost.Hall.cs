using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Host;

/// <summary>A session in a hall with its people.</summary>
public sealed record HallStage(ScheduledLot Lot, Guid House, Somebody Auctioneer, Somebody Recorder, Somebody Clerk);

/// <summary>拍卖 in a hall: a licensed house, its officers, one announced lot.</summary>
public partial class MarketHost
{
    /// <summary>Everything that the law asks for is there unless said otherwise; the lot may be called as soon as it opens.</summary>
    public async Task<HallStage> ScheduleHall(
        long? reserveFen = null, TieRule tie = TieRule.Floor, bool proven = true, TimeSpan? opensIn = null, RightOffered right = RightOffered.ExclusiveLicence,
        NoticeService service = NoticeService.Delivered, string? stream = null, Refusal? refused = null, bool confidential = false)
    {
        var (id, seller, achievement) = await OfferLot(reserveFen: reserveFen, right: right, service: service, write: w => w with { BuyerNameConfidential = confidential });
        var operators = await Operator();
        var house = await RegisterOrganisation(OrganisationKind.AuctionHouse, "衡正拍卖有限公司", demo: true);
        var (auctioneer, recorder, clerk) = (await Member(house, MemberRole.Auctioneer), await Member(house, MemberRole.Recorder), await Member(house, MemberRole.CheckInClerk));
        var paper = await Paper();
        await using var scope = Services.CreateAsyncScope();
        var now = Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var (today, opens) = (StatutoryDays.DayOf(now), now + (opensIn ?? TimeSpan.FromSeconds(8)));
        var (sessions, halls) = (scope.ServiceProvider.GetRequiredService<Sessions>(), scope.ServiceProvider.GetRequiredService<Halls>());
        var session = (await sessions.Create(
            Guid.CreateVersion7(), new SessionWriting("长三角拍 · 现场专场", "Yangtze Delta Auction · hall", "测试区", SessionBrand.YangtzeDelta, SessionProfile.Demo, opens, opens, Demo: true), Now)).Value;
        await halls.SetLicence(house, "浙拍证 2021-0815", today.AddYears(2), paper.Sha256, "证书.pdf", Now);
        await halls.SetOfficer(house, auctioneer.Person, "周正", "1233081507", Now);
        await halls.SetOfficer(house, recorder.Person, "冯录", null, Now);
        await halls.SetOfficer(house, clerk.Person, "陈签", null, Now);
        var hall = (await halls.Arrange(session, new HallWriting(house, "杭州", stream, 1, tie, 101, 103), Now)).Value;
        if (proven)
        {
            Assert.Null((await halls.Prove(
                hall, new HallProofs(recorder.Person, "浙江日报", today.AddDays(-20), paper.Sha256, today.AddDays(-3), today.AddDays(-1), "技术转移中心", paper.Sha256), Now)).Refusal);
            await halls.Mandate(id, paper.Sha256, today.AddDays(-30), opens.AddMinutes(-30), Now);
        }

        var lot = (await scope.ServiceProvider.GetRequiredService<Lots>().Find(id, Now))!;
        Assert.Null((await sessions.Take(session, lot, Now)).Refusal);
        var announced = await scope.ServiceProvider.GetRequiredService<Announcements>().Announce(lot, new AnnouncedTerms(opens, opens, 0, Bearer.Seller), operators.Person, Now);
        Assert.Equal((refused, ""), (announced.Refusal, announced.Done || refused is not null ? "" : announced.Detail));
        return new HallStage(new ScheduledLot(id, "耐高温压力传感器", seller, operators, session.Id, achievement, opens), house, auctioneer, recorder, clerk);
    }

    /// <summary>An enterprise walks in and gets a paddle of the floor.</summary>
    public async Task<(Guid Organisation, Result<FloorPaddle> Paddle)> CheckIn(HallStage stage, string name, long fundsFen = 1_000_000_00)
    {
        var organisation = await RegisterOrganisation(OrganisationKind.Enterprise, name, demo: true);
        if (fundsFen > 0) await Credit(organisation, fundsFen, demo: true);
        return (organisation, await CheckIn(stage, organisation));
    }

    public async Task<Result<FloorPaddle>> CheckIn(HallStage stage, Guid organisation, string? code = null)
    {
        var paper = await Paper("委托书.pdf");
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketplaceDb>();
        var (hall, session) = ((await db.Set<HallSession>().FindAsync([stage.Lot.Session], Now))!, (await db.Set<Session>().FindAsync([stage.Lot.Session], Now))!);
        var uscc = (await db.Set<Organisation>().FindAsync([organisation], Now))!.Uscc;
        return await scope.ServiceProvider.GetRequiredService<CheckIns>().Do(hall, session, new CheckIn(uscc, "蔡来人", paper.Sha256, [stage.Lot.Id], null, code), stage.Clerk.Person, Now);
    }
}
