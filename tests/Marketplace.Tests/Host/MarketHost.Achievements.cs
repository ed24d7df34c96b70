using Marketplace.Achievements;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Host;

public partial class MarketHost
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    /// <summary>The grain of one achievement, new when no id is given.</summary>
    public IAchievementGrain Achievement(Guid? id = null) => Services.GetRequiredService<IGrainFactory>().GetGrain<IAchievementGrain>(id ?? Guid.CreateVersion7());

    /// <summary>A verified university in the database, without people.</summary>
    public async Task<Guid> UnitInTheBooks(string name = "钱江理工大学", bool demo = false, OrganisationKind kind = OrganisationKind.University)
    {
        await using var db = Database();
        var unit = new Organisation
        {
            Id = Guid.CreateVersion7(),
            Name = name,
            Kind = kind,
            State = VerificationState.Verified,
            Demo = demo,
            CreatedAt = Services.GetRequiredService<TimeProvider>().GetUtcNow(),
            Version = 1,
        };
        db.Add(unit);
        await db.SaveChangesAsync(Now);
        return unit.Id;
    }

    public MarketplaceDb Database() => Services.GetRequiredService<IMarketplaceDbFactory>().Create();

    public async Task<Achievement> Row(Guid id)
    {
        await using var db = Database();
        return await db.Set<Achievement>().AsNoTracking().SingleAsync(a => a.Id == id, Now);
    }

    /// <summary>Publishes a work for that unit without walking the whole way.</summary>
    public async Task<Guid> PublishedAchievement(Guid unit, AchievementContent? content = null)
    {
        var id = Guid.CreateVersion7();
        var grain = Achievement(id);
        var person = Guid.CreateVersion7();
        Assert.True((await grain.Begin(new By(Guid.CreateVersion7(), person), unit, content ?? Works.Complete())).Done);
        Assert.True((await grain.SubmitForReview(new By(Guid.CreateVersion7(), person))).Done);
        Assert.True((await grain.Review(new By(Guid.CreateVersion7(), person), publish: true, null)).Done);
        return id;
    }
}

/// <summary>Achievements as a unit would write them.</summary>
public static class Works
{
    public static AchievementContent Complete(string title = "耐高温压力传感器") => new()
    {
        Title = title,
        Summary = "一种能在 200 ℃ 以上长期工作的硅压力传感器芯片，适合油井、风洞、汽车和石化装置的压力测量。",
        Keywords = ["压力传感器", "高温", "SIMOX"],
        Field = TechField.ElectronicInformation,
        Highlands = [Highland.NewMaterials],
        Ipc = ["G01L 9/00"],
        Trl = 7,
        Evidence = [new TrlEvidence(7, "油井试用报告", "用户", new DateOnly(2026, 3, 9))],
        Ip = [new IpItem(IpKind.Invention, "ZL 2018 1 0472196.3", "压力敏感芯片及制备方法", new DateOnly(2018, 5, 18))],
        Owners = [new RightHolder("钱江理工大学", 10_000, Consent.Own)],
        Funding = FundingSource.Provincial,
        Completers = [new Completer("陈某某", "钱江理工大学")],
        Ways = [WayOfTrade.Assignment],
        Details = "版图与工艺参数：隔离层 367 纳米。",
        PriceIdeaFen = 296_000_000,
        Region = "330100",
    };
}
