using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;

namespace Marketplace.Demo;

/// <summary>One invented demand and what happens to it.</summary>
/// <param name="Owner">A place in <see cref="DemoCast.Organisations"/>.</param>
/// <param name="Published">Else it stays under review, for whoever tries the desks.</param>
public sealed record DemoNeed(int Owner, DemandKind Kind, DemandContent Content, RevealSettings Reveal, GradeSheet? Grade, bool Published, params (int Unit, ResponseContent Answer)[] Answers);

/// <summary>The demands of the demonstration: nobody has these needs.</summary>
public static class DemoNeeds
{
    /// <summary>The place of the agency that grades.</summary>
    public const int Agency = 23;

    private const string Notice = "单晶炉热场石墨件寿命提升";
    private const string Race = "可降解心血管支架涂层均匀性";

    /// <summary>Whose owners choose by themselves; the others wait for whoever plays them.</summary>
    public static readonly string[] GoesOn = [Notice, Race];

    public static IEnumerable<DemoNeed> All(DateTimeOffset now, TimeSpan soon)
    {
        DateTimeOffset In(int days) => new DateTimeOffset(Days.Of(now).AddDays(days), new TimeOnly(17, 0), Instant.Beijing).ToUniversalTime();

        yield return new(17, DemandKind.Problem, new DemandContent
        {
            Title = "200 ℃ 以上井下压力在线测量，漂移 ≤0.2% FS/年",
            Problem = "我们在 3 口高温油井里装压力计，井下 210 ℃。现用的进口硅压力计三个月就漂移超差，要停井更换，每次误工 2 天。希望找到能连续用一年以上、漂移不超过 0.2% 的测量方案，可提供试验井和旧探头。",
            Keywords = ["压力测量", "高温", "井下"],
            Lines =
            [
                Must(1, "工作温度", "℃", "125", Comparison.AtLeast, "210", "恒温油浴 210 ℃，1,000 h 连续加电"),
                Must(2, "年漂移", "% FS/年", "1.8", Comparison.AtMost, "0.2", "老化 1,000 h 折算，GB/T 15478 稳定性试验"),
                new TargetLine(3, "量程", "MPa", "0–60", Comparison.Range, "0", "100", Necessity.Must, "活塞压力计，三循环"),
                Must(4, "精度", "% FS", "0.5", Comparison.AtMost, "0.25", "全温区标定，含线性、重复与迟滞"),
                Wish(5, "外径", "mm", "25.4", Comparison.AtMost, "22", "卡尺，三处取最大"),
                Wish(6, "单支成本", "元", "46,000", Comparison.AtMost, "30000", "批量 200 支，含标定"),
            ],
            Field = TechField.AdvancedManufacturing,
            Highlands = [Highland.NewMaterials],
            Trl = 6,
            Ways = [WayOfCooperation.Commission, WayOfCooperation.Assignment],
            BudgetToFen = 80_000_000,
            BudgetNote = "含试制与标定",
            Deadline = In(17),
            Ip = IpWish.ToBeAgreed,
            IpNote = "背景技术归原方",
            Confidentiality = "试验井参数签保密协议后可看",
            Confidential = "试验井 2 号：井深、压力剖面和含硫量见附表（演示）",
            Region = "330902",
        }, new RevealSettings(Budget: Opens.Public), Graded(Grade.A, "每项有单位、目标与测试方法", "年度技改预算批复", "试验井 1 口，下月起可用", "检得 6 项，2 项满足必达指标"), true,
            (1, Answer("SIMOX 高温压敏芯片，扩量程改型", 78_000_000, 9, "215", "0.18", "0–100", "0.22", "22", null)),
            (7, Answer("碳化硅压阻芯片", 90_000_000, 18, "260", "0.3", "0–100", "0.25", null, null)),
            (8, Answer("光纤法珀压力计", 120_000_000, 10, "230", "0.15", "0–90", "0.2", "19", "28,000")));

        yield return new(13, DemandKind.Problem, Small(
            "磷酸铁锂电池 −30 ℃ 放电容量保持率", "高海拔储能站冬季放不出电，现在靠电加热，耗电占 11%。", TechField.NewEnergy, In(24), null, 150_000_000,
            Must(1, "−30 ℃ 放电容量保持率", "%", "48", Comparison.AtLeast, "75", "0.5C 放电，GB/T 31486"), Must(2, "循环寿命", "次", "4,000", Comparison.AtLeast, "6000", "25 ℃，1C，80% 容量")),
            new RevealSettings(Name: Opens.Public), Graded(Grade.B, "测试温区写清，电芯规格待补", "已立项", "现场可试", "尚未检索国外方案", Finding.Partly), true,
            (4, Answer("低温电解液与导电剂协同", 96_000_000, 12, "78", "6,200")));

        yield return new(9, DemandKind.Problem, Small(
            "压力芯片批量标定节拍缩短一半", "一炉 64 支，升降温占去七成时间，旺季标定是瓶颈。", TechField.ElectronicInformation, In(12), 30_000_000, 45_000_000,
            Must(1, "单炉标定时间", "min", "190", Comparison.AtMost, "95", "64 支满炉，−40–125 ℃ 五点"), Must(2, "标定精度", "% FS", "0.05", Comparison.AtMost, "0.05", "与标准器比对 30 支"), Wish(3, "人工", "人/班", "3", Comparison.AtMost, "1", "连续三班")),
            new RevealSettings(Name: Opens.Verified), Graded(Grade.A, "指标可测", "部门预算", "产线可试", "检得 3 项"), true,
            (1, Answer("多腔并行恒温与交叉标定", 42_000_000, 6, "88", "0.045", "1")),
            (2, Answer("模型辅助的少点标定", 33_000_000, 4, "92", "0.05", "2")));

        yield return new(9, DemandKind.Problem, Small(
            "变送器壳体激光焊接气孔率", "316L 与哈氏合金异种焊，气孔造成漏率超差，返修 6%。", TechField.AdvancedManufacturing, In(30), null, null,
            Must(1, "气孔率", "%", "2.4", Comparison.AtMost, "0.3", "X 射线，每件 4 幅"), Must(2, "氦漏率", "Pa·m³/s", "1e-8", Comparison.AtMost, "0.000000001", "氦质谱，抽检 10%")),
            new RevealSettings(), null, false);

        yield return new(12, DemandKind.OpenChallenge, Challenge(
            "8 英寸碳化硅衬底减薄损伤层", "减薄后亚表面损伤深，外延前要多抛 40 min。谁能把损伤层压到 0.5 μm 以内，谁来揭榜。", TechField.NewMaterials, In(35), 300_000_000,
            Must(1, "损伤层深度", "μm", "2.1", Comparison.AtMost, "0.5", "截面 TEM，9 点"), Must(2, "片内厚度差", "μm", "3.5", Comparison.AtMost, "1.5", "全片扫描")),
            new RevealSettings(Name: Opens.Public), Graded(Grade.A, "指标可测", "董事会批复", "中试线可进", "检得 11 项"), true,
            (7, Answer("超声辅助磨削", 260_000_000, 12, "0.45", "1.4")));

        yield return new(9, DemandKind.OpenChallenge, Challenge(
            "车规级压差传感器自校零", "颗粒捕集器压差传感器三年漂移，整车厂要求免拆校零。", TechField.ElectronicInformation, now + soon, 180_000_000,
            Must(1, "三年零点漂移", "kPa", "0.6", Comparison.AtMost, "0.1", "AEC-Q100 老化折算"), Must(2, "校零时间", "s", "30", Comparison.AtMost, "3", "台架，20 次")),
            new RevealSettings(Name: Opens.Public), null, true,
            (2, Answer("双腔差分自校零芯片", 170_000_000, 14, "0.08", "2")),
            (3, Answer("激励反转校零算法", 90_000_000, 8, "0.1", "3")));

        yield return new(15, DemandKind.OpenChallenge, Challenge(
            Notice, "热场石墨件平均 40 炉报废，换件停炉 30 h。", TechField.NewMaterials, now + soon, 120_000_000,
            Must(1, "平均寿命", "炉", "40", Comparison.AtLeast, "90", "同炉型 3 台，连续统计"), Must(2, "金属杂质", "ppm", "20", Comparison.AtMost, "5", "GDMS")),
            new RevealSettings(Name: Opens.Public), Graded(Grade.B, "寿命统计口径待定", "已批复", "可上炉", "检得 4 项", Finding.Partly), true,
            (7, Answer("梯度碳化钽涂层", 110_000_000, 10, "95", "4")),
            (1, Answer("致密化再浸渍", 70_000_000, 7, "92", "5")));

        yield return new(18, DemandKind.ParallelLanes, Small(
            Race, "支架涂层厚薄不匀，体外降解提前。三家同台比，最好的拿最终资助。", TechField.BiomedicineAndDevices, now + soon, null, null,
            Must(1, "厚度偏差", "%", "18", Comparison.AtMost, "5", "SEM 截面 12 点"), Must(2, "体外降解时间", "月", "3", Comparison.AtLeast, "6", "PBS 37 ℃"))
            with
        {
            Ways = [WayOfCooperation.CoDevelopment],
            RewardFen = 400_000_000,
            Lanes = 3,
            Stages = [new Stage("方案与小样", "每家 20 支小样，第三方测厚度", 4, 2_000), new Stage("中试样", "每家 200 支，加速降解", 8, 5_000)],
            FinalShareBp = 3_000,
            Elimination = "每阶段按厚度偏差排名，最后一名停止；偏差相同看降解时间。",
        }, new RevealSettings(), Graded(Grade.A, "两项都可测", "基金到账", "洁净车间可进", "检得 9 项"), true,
            (6, Answer("静电雾化喷涂", 90_000_000, 12, "4.5", "6.5")), (4, Answer("超临界溶胀浸涂", 110_000_000, 12, "5", "7")), (2, Answer("原子层沉积打底", 140_000_000, 14, "3.8", "6")));
    }

    private static TargetLine Must(int key, string metric, string unit, string now, Comparison comparison, string target, string test) => new(key, metric, unit, now, comparison, target, null, Necessity.Must, test);

    private static TargetLine Wish(int key, string metric, string unit, string now, Comparison comparison, string target, string test) => new(key, metric, unit, now, comparison, target, null, Necessity.Wish, test);

    private static DemandContent Small(string title, string problem, TechField field, DateTimeOffset deadline, long? from, long? to, params TargetLine[] lines) => new()
    {
        Title = title,
        Problem = problem,
        Lines = [.. lines],
        Field = field,
        Ways = [WayOfCooperation.Commission, WayOfCooperation.CoDevelopment],
        BudgetFromFen = from,
        BudgetToFen = to,
        Deadline = deadline,
        Ip = IpWish.Shared,
        Confidentiality = "工艺参数签保密协议后可看",
    };

    private static DemandContent Challenge(string title, string problem, TechField field, DateTimeOffset deadline, long reward, params TargetLine[] lines) => Small(title, problem, field, deadline, null, null, lines) with
    {
        RewardFen = reward,
        NoticeDays = 7,
        Stages = [new Stage("样机", "三项必测达标", 4, 4_000), new Stage("上线", "连续运行三个月", 9, 6_000)],
    };

    private static GradeSheet Graded(Grade grade, string measurable, string budget, string scenario, string priorArt, Finding first = Finding.Good) => new(
        grade,
        [
            new ItemGrade(GradedItem.Measurable, first, measurable), new ItemGrade(GradedItem.Budget, Finding.Good, budget),
            new ItemGrade(GradedItem.Scenario, Finding.Good, scenario), new ItemGrade(GradedItem.PriorArt, Finding.Partly, priorArt),
        ],
        Back: false);

    /// <summary>A value for each line in order; none where it is not met.</summary>
    private static ResponseContent Answer(string title, long priceFen, int months, params string?[] values) => new()
    {
        Title = title,
        Plan = "已有样件和第三方数据，分样件、台架、现场三步走；需要贵方提供现场条件（演示）。",
        Claims = [.. values.Select((v, i) => new Claim(i + 1, v is not null, v, v is null ? null : "自测报告（演示）"))],
        PriceFen = priceFen,
        Months = months,
    };
}
