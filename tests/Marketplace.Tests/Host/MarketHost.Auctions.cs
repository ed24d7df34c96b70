using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Files;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Host;

/// <summary>A lot that was announced, with the people around it.</summary>
public sealed record ScheduledLot(string Id, string Title, Somebody Seller, Somebody Operator, Guid Session, Guid Achievement, DateTimeOffset OpensAt);

/// <summary>An enterprise that was admitted.</summary>
public sealed record Joined(Somebody Enterprise, int Paddle, Guid Application, string Code);

/// <summary>Auctions up to the first bid. Demonstration organisations, because only their sessions have seconds of notice.</summary>
public partial class MarketHost
{
    public IAuctionGrain Auction(string id) => Services.GetRequiredService<IGrainFactory>().GetGrain<IAuctionGrain>(id);

    public async Task<KeptFile> Paper(string name = "证明.pdf")
    {
        using var content = new MemoryStream("%PDF-1.4\n%%EOF"u8.ToArray());
        return (await Services.GetRequiredService<FileStore>().Keep(content, name, Now)).Value;
    }

    /// <summary>A university offers a published achievement with every gate answered; nothing is announced yet.</summary>
    public async Task<(string Lot, Somebody Seller, Guid Achievement)> OfferLot(
        long startFen = 100_000_00, long? reserveFen = null, int lastsSeconds = 6, int softCloseSeconds = 0, RightOffered right = RightOffered.Assignment,
        bool demo = true, bool answerGates = true, string title = "耐高温压力传感器", NoticeService service = NoticeService.Delivered,
        Func<LotWriting, LotWriting>? write = null)
    {
        var seller = await Organisation(OrganisationKind.University, demo: demo);
        var achievement = await PublishedAchievement(seller.Organisation, Works.Complete(title));
        var paper = await Paper();
        await using var scope = Services.CreateAsyncScope();
        var lots = scope.ServiceProvider.GetRequiredService<Lots>();
        var member = new Membership(seller.Organisation, "钱江理工大学", OrganisationKind.University, MemberRole.Owner, Verified: true, demo);
        var lot = (await lots.Begin(member, achievement, Lots.NewId(demo, DateTimeOffset.UnixEpoch.AddYears(56)), Now)).Value;
        var writing = new LotWriting
        {
            Right = right,
            LicenceUntil = new DateOnly(2030, 1, 1),
            StartPriceFen = startFen,
            Steps = "0 1000",
            OnStep = OnStep.Multiple,
            SoftCloseSeconds = softCloseSeconds,
            DurationSeconds = demo ? lastsSeconds : 3600,
            DepositFen = startFen / 10,
            ReserveFen = reserveFen,
            OpensReserve = false,
            Conditions = BuyerConditions.DomesticLegalPerson,
            Deliverables = "专利权、图纸、三日培训",
            TaxIncluded = true,
            Invoice = InvoiceKind.SpecialVat,
            StampDuty = Bearer.EachItsOwn,
            RegistrationFees = Bearer.Buyer,
        };
        var saved = await lots.Save(lot, write is null ? writing : write(writing), Now);
        Assert.Null(saved.Refusal);
        await lots.SetContract(lot, paper.Sha256, "合同.pdf", Now);
        foreach (var (gate, party) in answerGates ? LotGates.Asked(await lots.FactsOf(lot, Now), lot.Right) : [])
        {
            Assert.Null((await lots.Answer(lot, Answer(gate, party, paper, lot.FloorFen ?? startFen, service), Now)).Refusal);
        }

        Assert.Null((await lots.Offer(lot, Now)).Refusal);
        return (lot.Id, seller, achievement);
    }

    /// <summary>The operator makes a session, takes the lot into it and announces it.</summary>
    public async Task<ScheduledLot> ScheduleAuction(
        TimeSpan? opensIn = null, long startFen = 100_000_00, long? reserveFen = null, int lastsSeconds = 6, int softCloseSeconds = 0,
        RightOffered right = RightOffered.Assignment, string title = "耐高温压力传感器", NoticeService service = NoticeService.Delivered,
        Func<LotWriting, LotWriting>? write = null, Guid? into = null, string? group = null, Func<string, Somebody, Task>? before = null, int feeBp = 0, Bearer feeBy = Bearer.Seller)
    {
        var (id, seller, achievement) = await OfferLot(startFen, reserveFen, lastsSeconds, softCloseSeconds, right, title: title, service: service, write: write);
        if (before is not null) await before(id, seller);
        var operators = await Operator();
        await using var scope = Services.CreateAsyncScope();
        var now = Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var opens = now + (opensIn ?? TimeSpan.FromHours(1));
        var sessions = scope.ServiceProvider.GetRequiredService<Sessions>();
        var session = (await sessions.Create(
            into ?? Guid.CreateVersion7(), new SessionWriting("高新区拍 · 测试专场", "High-tech Zone Auction · test", "测试区", SessionBrand.HighTechZone, SessionProfile.Demo, opens, opens, Demo: true), Now)).Value;
        var lot = (await scope.ServiceProvider.GetRequiredService<Lots>().Find(id, Now))!;
        Assert.Null((await sessions.Take(session, lot, Now)).Refusal);
        Assert.Null((await sessions.Link(lot, group, Now)).Refusal);
        var announced = await scope.ServiceProvider.GetRequiredService<Announcements>().Announce(lot, new AnnouncedTerms(opens, opens, feeBp, feeBy), operators.Person, Now);
        Assert.True(announced.Done, $"{announced.Refusal} {announced.Detail}");
        return new ScheduledLot(id, title, seller, operators, session.Id, achievement, opens);
    }

    /// <summary>An enterprise applies with all its papers; neither reviewed nor frozen.</summary>
    public async Task<(Somebody Enterprise, Guid Application, string Code)> Apply(
        ScheduledLot scheduled, string? name = null, long? ceilingFen = null, string? priorityCode = null, bool waits = false, string? inventor = null, string? particulars = null, Somebody? who = null)
    {
        var enterprise = who ?? await Member(await RegisterOrganisation(OrganisationKind.Enterprise, name, demo: true), MemberRole.Owner);
        if (who is null) await GiveRole(enterprise.Organisation, enterprise.Person, MemberRole.Signatory);
        var paper = await Paper("资格.pdf");
        await using var scope = Services.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<Applications>();
        var lot = (await scope.ServiceProvider.GetRequiredService<Lots>().Find(scheduled.Id, Now))!;
        var seen = Applications.Seen(lot);
        var member = new Membership(enterprise.Organisation, name ?? "企业", OrganisationKind.Enterprise, MemberRole.Owner, Verified: true, Demo: true);
        var holders = scope.ServiceProvider.GetRequiredService<Holders>();
        var application = (priorityCode is null
            ? await applications.Start(lot, member, enterprise.Person, Now)
            : await holders.Apply(lot, member, enterprise.Person, priorityCode, paper.Sha256, "授权.pdf", Now)).Value;
        await applications.Step(application, (a, at) => a.Qualify(seen, "境内法人", paper.Sha256, paper.FileName, at), Now);
        await applications.Step(application, (a, at) => a.Mandate(seen, "林某某", new DateOnly(2030, 1, 1), paper.Sha256, "委托书.pdf", at), Now);
        await applications.Step(application, (a, at) => a.Accept(seen, Pledge.Version, Pledge.Sha256, enterprise.Person, "林某某", at, waits ? SecondBest.CurrentConsent : null), Now);
        await applications.Step(application, (a, at) => inventor is null
            ? a.Declare(seen, Interest.None, null, "林某某", at)
            : a.Declare(seen with { Completers = [inventor] }, Interest.Inventor, particulars, "林某某", at, [inventor]), Now);
        var ceiling = await applications.SetCeiling(lot, application, ceilingFen ?? lot.StartPriceFen * 10, enterprise.Person, "赵某某", Now);
        Assert.Null(ceiling.Refusal);
        return (enterprise, application.Id, application.Code);
    }

    /// <summary>Freezes the deposit, from money credited an hour ago unless said otherwise.</summary>
    public async Task<Result<Nothing>> Freeze(ScheduledLot scheduled, Guid application)
    {
        await using var scope = Services.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<Applications>();
        var lot = (await scope.ServiceProvider.GetRequiredService<Lots>().Find(scheduled.Id, Now))!;
        var row = await scope.ServiceProvider.GetRequiredService<Marketplace.Platform.Database.MarketplaceDb>().Set<Application>().SingleAsync(a => a.Id == application, Now);
        return (await applications.Freeze(lot, row, Now)).Then<Nothing>(_ => default(Nothing));
    }

    public async Task Review(string code, Somebody reviewer, bool passed = true, string? reason = null)
    {
        await using var scope = Services.CreateAsyncScope();
        var row = await scope.ServiceProvider.GetRequiredService<Marketplace.Platform.Database.MarketplaceDb>().Set<Application>().SingleAsync(a => a.Code == code, Now);
        var reviewed = await scope.ServiceProvider.GetRequiredService<Applications>().Review(row, passed, reason, reviewer.Person, Now);
        Assert.Null(reviewed.Refusal);
    }

    /// <summary>An enterprise applies, freezes its deposit, passes the review and waits for its paddle.</summary>
    public async Task<Joined> Join(
        ScheduledLot scheduled, string? name = null, long? ceilingFen = null, string? priorityCode = null, bool waits = false, string? inventor = null, string? particulars = null)
    {
        var (enterprise, application, code) = await Apply(scheduled, name, ceilingFen, priorityCode, waits, inventor, particulars);
        await Credit(enterprise.Organisation, 1_000_000_00, demo: true);
        Assert.Null((await Freeze(scheduled, application)).Refusal);
        await Review(code, scheduled.Operator);
        var row = await Eventually.Get("a paddle", TimeSpan.FromSeconds(60), () => InDatabase(db =>
            db.Set<PaddleRow>().AsNoTracking().Where(p => p.Application == application && p.AdmittedAt != null).SingleOrDefaultAsync(Now)));
        return new Joined(enterprise, row.Paddle, application, code);
    }

    private static GateAnswer Answer(Gate gate, string party, KeptFile paper, long startFen, NoticeService service) => new(
        gate, party, paper.Sha256, paper.FileName, "专利登记簿", new DateOnly(2026, 11, 1), "说明",
        gate == Gate.LegalStatus ? new DateOnly(2038, 5, 17) : null, gate == Gate.LegalStatus ? IpStatus.InForce : null, gate == Gate.BasePrice ? startFen : null)
    {
        Holder = gate == Gate.PriorityHolders && party.Length > 0 ? new HolderNotice(service) : null,
    };
}
