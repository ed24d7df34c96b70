using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;

namespace Marketplace.Domain.Tests.Demands;

/// <summary>Demands as an owner would write them.</summary>
internal static class Sheets
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 7, 0, 0, TimeSpan.Zero);

    public static DemandContent Of(DemandKind kind) => new()
    {
        Title = "200 ℃ 以上井下压力在线测量",
        Problem = "现用的进口硅压力计三个月就漂移超差，要停井更换。",
        Lines =
        [
            new TargetLine(1, "工作温度", "℃", "125", Comparison.AtLeast, "210", null, Necessity.Must, "恒温油浴 210 ℃，1,000 h 连续加电"),
            new TargetLine(2, "量程", "MPa", "0–60", Comparison.Range, "0", "100", Necessity.Must, "活塞压力计，三循环"),
            new TargetLine(3, "外径", "mm", "25.4", Comparison.AtMost, "22", null, Necessity.Wish, null),
        ],
        Field = TechField.AdvancedManufacturing,
        Ways = [WayOfCooperation.Commission],
        BudgetToFen = 80_000_000,
        Deadline = Now.AddDays(40),
        Ip = IpWish.ToBeAgreed,
        RewardFen = kind == DemandKind.Problem ? null : 100_000_001,
        Stages = kind == DemandKind.Problem ? [] : kind == DemandKind.OpenChallenge
            ? [new Stage("样机", "样机过 210 ℃", 4, 3_333), new Stage("验收", "井下 1,000 h", 8, 6_667)]
            : [new Stage("方案", "仿真", 3, 2_000), new Stage("样机", "样机对比", 6, 5_000)],
        NoticeDays = kind == DemandKind.OpenChallenge ? 7 : null,
        Lanes = kind == DemandKind.ParallelLanes ? 3 : null,
        Elimination = kind == DemandKind.ParallelLanes ? "漂移最大者停止" : null,
        FinalShareBp = kind == DemandKind.ParallelLanes ? 3_000 : null,
    };
}
