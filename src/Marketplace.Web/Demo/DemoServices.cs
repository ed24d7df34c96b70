using Marketplace.Domain.Common;
using Marketplace.Domain.Services;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Services;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demo;

/// <summary>Invented services of every kind in several states, written and reviewed through the same grains as people's.</summary>
public static class DemoServices
{
    /// <summary>How far one has come.</summary>
    private enum Comes { Draft, HandedIn, Listed, Changing }

    /// <summary>Puts in what is not there yet.</summary>
    /// <param name="organisations">By their place in <see cref="DemoCast.Organisations"/>.</param>
    public static async Task Load(IMarketplaceDbFactory databases, IGrainFactory grains, Guid[] organisations, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        var people = (await db.Set<MembershipRow>().AsNoTracking().Where(m => organisations.Contains(m.Organisation)).ToListAsync(cancellation))
            .GroupBy(m => m.Organisation).ToDictionary(g => g.Key, g => g.MinBy(m => m.Since)!.Person);
        var there = (await db.Set<Service>().AsNoTracking().Where(s => s.Demo).Select(s => s.Title).ToListAsync(cancellation)).ToHashSet();
        foreach (var (provider, comes, content) in All(Days.Of(now)).Where(s => !there.Contains(s.Content.Title)))
        {
            var grain = grains.GetGrain<IServiceGrain>(Guid.CreateVersion7(now));
            Must(await grain.Begin(By(provider), organisations[provider], content));
            if (comes == Comes.Draft) continue;
            Must(await grain.SubmitForReview(By(provider)));
            if (comes == Comes.HandedIn) continue;
            Must(await grain.Review(By(0), list: true, null));
            if (comes != Comes.Changing) continue;
            Must(await grain.Edit(By(provider), content with { Days = content.Days + 5, PriceNote = "含一次复测；加急另计" }));
            Must(await grain.SubmitForReview(By(provider)));
        }

        ServiceOrder By(int place) => new(Guid.CreateVersion7(now), people[organisations[place]]);
    }

    /// <summary>What hangs on the demonstration's services goes with them.</summary>
    public static async Task<int> Remove(MarketplaceDb db, CancellationToken token)
    {
        var services = db.Set<Service>().Where(s => s.Demo).Select(s => s.Id);
        return await db.Set<ServiceVersion>().Where(v => services.Contains(v.Service)).ExecuteDeleteAsync(token) + await db.Set<Service>().Where(s => s.Demo).ExecuteDeleteAsync(token);
    }

    private static IEnumerable<(int Provider, Comes Comes, ServiceContent Content)> All(DateOnly today)
    {
        var laboratory = Array.FindIndex(DemoCast.Organisations, o => o.Kind == Domain.Organisations.OrganisationKind.ServiceProvider);
        var agency = Array.FindIndex(DemoCast.Organisations, o => o.Kind == Domain.Organisations.OrganisationKind.Agency);
        yield return (laboratory, Comes.Changing, new ServiceContent
        {
            Kind = ServiceKind.Testing,
            Title = "传感器与电子元件高温可靠性检测",
            Description = "恒温油浴、高低温循环和振动台三类试验，温度 −70 至 300 ℃，连续加电最长 2,000 小时，全程记录数据。适合样机定型前和成果鉴定前的检测。",
            Deliverables = "检测报告（中文，可加英文）\n原始数据文件\n失效样品的照片与分析",
            Keywords = ["可靠性", "高温", "传感器检测"],
            Fields = [TechField.ElectronicInformation, TechField.AdvancedManufacturing],
            TrlFrom = 5,
            TrlTo = 8,
            Pricing = Pricing.Amount,
            PriceFromFen = 800_000,
            PriceToFen = 6_500_000,
            PriceNote = "按样品数量和时长计",
            Days = 20,
            Region = "330113",
            Qualifications = [new("检验检测机构资质认定证书（CMA）", "YS-2024-0731", "演示市场监管部门", today.AddYears(3)), new("实验室认可证书（CNAS）", "YSL-11208", "演示认可机构", today.AddDays(690))],
        });
        yield return (laboratory, Comes.Listed, new ServiceContent
        {
            Kind = ServiceKind.Testing,
            Title = "新材料力学与成分分析",
            Description = "拉伸、冲击、疲劳试验和成分、金相、断口分析，可按国标或客户给的方法做。",
            Deliverables = "检测报告\n试样余料退回",
            Keywords = ["力学性能", "成分分析", "金相"],
            Fields = [TechField.NewMaterials],
            TrlFrom = 3,
            TrlTo = 7,
            Pricing = Pricing.Amount,
            PriceFromFen = 120_000,
            PriceNote = "每组三件试样起",
            Days = 10,
            Region = "330113",
            Qualifications = [new("检验检测机构资质认定证书（CMA）", "YS-2024-0731", "演示市场监管部门", today.AddYears(3))],
        });
        yield return (8, Comes.Listed, new ServiceContent
        {
            Kind = ServiceKind.PilotScale,
            Title = "海洋装备部件中试线：从样件到小批 200 套",
            Description = "2,000 平方米车间，五轴加工、激光焊接、压力舱试验各一套，工艺工程师随线。把实验室样件做成可以装船试用的小批产品，同时验证工艺窗口。",
            Deliverables = "小批产品与首件检验记录\n工艺卡和作业指导书\n中试总结报告",
            Keywords = ["中试", "小批试制", "海洋装备"],
            Fields = [TechField.AdvancedManufacturing, TechField.ModernTransport],
            TrlFrom = 5,
            TrlTo = 7,
            Pricing = Pricing.ByQuotation,
            PriceNote = "按机时和材料核算，签订前给出明细",
            Days = 120,
            Region = "330902",
            Qualifications = [new("省级中试基地备案", "YS-ZS-2025-014", "演示科技主管部门", null)],
        });
        yield return (1, Comes.Listed, new ServiceContent
        {
            Kind = ServiceKind.ProofOfConcept,
            Title = "智能传感概念验证：三个月做出可测的原型",
            Description = "由校内概念验证中心组织：技术可行性、市场和知识产权三方面评议，提供芯片流片拼单、封装和测试台，工程师与成果完成人一起做出可测的原型。",
            Deliverables = "可演示的原型\n验证报告：指标、成本、风险、下一步\n是否值得继续的结论",
            Keywords = ["概念验证", "原型", "传感器"],
            Fields = [TechField.ElectronicInformation],
            TrlFrom = 2,
            TrlTo = 4,
            Pricing = Pricing.InWords,
            PriceNote = "入选项目由概念验证资金承担，未入选的按成本收取",
            Days = 90,
            Region = "330114",
        });
        yield return (agency, Comes.Listed, new ServiceContent
        {
            Kind = ServiceKind.Appraisal,
            Title = "科技成果评价与价值评估",
            Description = "按收益、市场、成本三种方法估值，附可比交易；同时给出成熟度和风险的第三方评价。用于转让定价、作价投资和协议公示。",
            Deliverables = "评估报告\n评价意见书",
            Keywords = ["价值评估", "成果评价", "作价投资"],
            Pricing = Pricing.Amount,
            PriceFromFen = 3_000_000,
            PriceToFen = 12_000_000,
            Days = 25,
            Region = "330106",
            Qualifications = [new("资产评估机构备案", "YS-PG-0093", "演示财政部门", null)],
        });
        yield return (agency, Comes.Listed, new ServiceContent
        {
            Kind = ServiceKind.IntellectualProperty,
            Title = "专利自由实施检索与布局",
            Description = "成果产业化之前查清会不会侵犯他人专利，并给出外围专利的申请建议。覆盖中、美、欧、日、韩。",
            Deliverables = "自由实施检索报告\n专利布局建议与权利要求草案",
            Keywords = ["专利检索", "FTO", "专利布局"],
            TrlFrom = 4,
            Pricing = Pricing.Amount,
            PriceFromFen = 2_800_000,
            Days = 30,
            Region = "330106",
            // The second runs out tomorrow; from then on the page says so.
            Qualifications = [new("专利代理机构执业许可证", "YS-33217", "演示知识产权部门", null), new("知识产权服务品牌机构", "YS-PP-2022-08", "演示知识产权部门", today.AddDays(1))],
        });
        yield return (agency, Comes.Listed, new ServiceContent
        {
            Kind = ServiceKind.Legal,
            Title = "技术合同起草与登记辅导",
            Description = "转让、许可、开发、作价投资四类合同的起草和谈判，认定登记材料一次备齐。",
            Deliverables = "合同定稿\n认定登记材料",
            Keywords = ["技术合同", "认定登记"],
            Pricing = Pricing.Amount,
            PriceFromFen = 600_000,
            PriceToFen = 3_000_000,
            Days = 7,
            Region = "330106",
        });
        yield return (agency, Comes.Listed, new ServiceContent
        {
            Kind = ServiceKind.Finance,
            Title = "科技贷与专利保险对接",
            Description = "为已签技术合同的企业对接知识产权质押贷款、研发费用损失险和专利执行险，代办材料，不收企业费用。",
            Deliverables = "融资方案\n银行或保险公司的书面意见",
            Keywords = ["科技贷", "知识产权质押", "专利保险"],
            TrlFrom = 6,
            Pricing = Pricing.InWords,
            PriceNote = "向企业免费，费用由合作机构承担",
            Days = 15,
            Region = "330106",
        });
        yield return (agency, Comes.HandedIn, new ServiceContent
        {
            Kind = ServiceKind.Training,
            Title = "技术经理人初级培训班",
            Description = "五天面授加两天实务，从成果披露、需求诊断到合同登记，结业考试通过发证。",
            Deliverables = "结业证书\n教材与案例集",
            Keywords = ["技术经理人", "培训"],
            Pricing = Pricing.Amount,
            PriceFromFen = 380_000,
            Days = 7,
            Region = "330106",
        });
        yield return (laboratory, Comes.Draft, new ServiceContent { Kind = ServiceKind.Testing, Title = "电磁兼容预测试", Region = "330113" });
    }

    /// <summary>A refusal here is a bug of the demonstration.</summary>
    private static void Must(Result<int> result)
    {
        if (!result.Done) throw new InvalidOperationException($"The demonstration was refused: {result.Refusal} {result.Detail}");
    }
}
