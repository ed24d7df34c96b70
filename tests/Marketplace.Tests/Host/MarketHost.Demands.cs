using Marketplace.Demands;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Host;

/// <summary>Demands of tests.</summary>
public partial class MarketHost
{
    public DateTimeOffset MarketTime => Services.GetRequiredService<TimeProvider>().GetUtcNow();

    /// <summary>The grain of one demand, new when no id is given.</summary>
    public IDemandGrain Demand(Guid? id = null) => Services.GetRequiredService<IGrainFactory>().GetGrain<IDemandGrain>(id ?? Guid.CreateVersion7());

    public async Task<Demand> DemandRow(Guid id)
    {
        await using var db = Database();
        return await db.Set<Demand>().AsNoTracking().SingleAsync(d => d.Id == id, Now);
    }

    public Task<DemandResponse> ResponseRow(Guid demand, Guid organisation) =>
        InDatabase(db => db.Set<DemandResponse>().AsNoTracking().SingleAsync(r => r.Demand == demand && r.Organisation == organisation, Now));

    /// <summary>Publishes a demand for that owner without walking the whole way.</summary>
    public async Task<Guid> PublishedDemand(
        Guid owner, DemandKind kind = DemandKind.Problem, Func<DemandContent, DemandContent>? with = null, RevealSettings? reveal = null, params Guid[] blocked)
    {
        var id = Guid.CreateVersion7();
        var grain = Demand(id);
        var content = Needs.Complete(kind, MarketTime);
        content = with?.Invoke(content) ?? content;
        Assert.True((await grain.Begin(Order(owner), owner, kind, content)).Done);
        Assert.True((await grain.SetReveal(Order(owner), reveal ?? new RevealSettings(), blocked)).Done);
        Assert.Null((await grain.SubmitForReview(Order(owner))).Refusal);
        if (kind != DemandKind.Problem) Assert.True((await grain.PromiseReward(Order(owner), content.RewardFen!.Value)).Done);
        Assert.Null((await grain.Review(Order(owner), publish: true, null)).Refusal);
        return id;
    }

    /// <summary>Brings the deadline, or the end of the notice, to now and lets the clock look.</summary>
    public async Task PassDeadline(Guid id)
    {
        var past = MarketTime.AddSeconds(-1);
        await InDatabase(db => db.Set<Demand>().Where(d => d.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.Deadline, past).SetProperty(d => d.NoticeEndsAt, d => d.NoticeEndsAt == null ? null : past)));
        Assert.Null(await Demand(id).Poke());
    }

    public static ActedBy Order(Guid organisation, int? seen = null) => new(Guid.CreateVersion7(), Guid.CreateVersion7(), organisation, seen);
}

/// <summary>Demands and answers as people would write them.</summary>
public static class Needs
{
    public static DemandContent Complete(DemandKind kind, DateTimeOffset now) => new()
    {
        Title = "200 ℃ 以上井下压力在线测量",
        Problem = "现用的进口硅压力计三个月就漂移超差，要停井更换，每次误工 2 天。",
        Keywords = ["压力计", "高温"],
        Lines =
        [
            new TargetLine(1, "工作温度", "℃", "125", Comparison.AtLeast, "210", null, Necessity.Must, "恒温油浴 210 ℃，1,000 h 连续加电"),
            new TargetLine(2, "外径", "mm", "25.4", Comparison.AtMost, "22", null, Necessity.Wish, "卡尺"),
        ],
        Field = TechField.AdvancedManufacturing,
        Highlands = [Highland.NewMaterials],
        Ways = [WayOfCooperation.Commission],
        BudgetFromFen = 73_519_400,
        BudgetToFen = 81_246_700,
        BudgetNote = "含试制与标定",
        Deadline = Instant.Cut(now).AddDays(40),
        Ip = IpWish.ToBeAgreed,
        Confidentiality = "试验井参数签保密协议后可看",
        Confidential = "试验井深 4,127 米，压力 96.3 MPa",
        Region = "330902",
        RewardFen = kind == DemandKind.Problem ? null : 120_000_000,
        Stages = kind == DemandKind.Problem ? [] : kind == DemandKind.OpenChallenge
            ? [new Stage("样机", "样机过 210 ℃", 4, 4_000), new Stage("井下", "井下 1,000 h", 8, 6_000)]
            : [new Stage("方案", "仿真对比", 3, 2_000), new Stage("样机", "样机对比", 6, 5_000)],
        NoticeDays = kind == DemandKind.OpenChallenge ? 7 : null,
        Lanes = kind == DemandKind.ParallelLanes ? 3 : null,
        Elimination = kind == DemandKind.ParallelLanes ? "漂移最大者停止" : null,
        FinalShareBp = kind == DemandKind.ParallelLanes ? 3_000 : null,
    };

    public static ResponseContent Answer(string title = "碳化硅压阻芯片", long priceFen = 65_000_000) => new()
    {
        Title = title,
        Plan = "用碳化硅衬底替代硅，无引线封装。",
        Claims = [new Claim(1, true, "225", "第三方报告"), new Claim(2, false, null, null)],
        PriceFen = priceFen,
        Months = 9,
    };
}
