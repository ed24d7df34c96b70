using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Services;
using Marketplace.Services;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Host;

/// <summary>Services of tests.</summary>
public partial class MarketHost
{
    /// <summary>The grain of one service, new when no id is given.</summary>
    public IServiceGrain Service(Guid? id = null) => Services.GetRequiredService<IGrainFactory>().GetGrain<IServiceGrain>(id ?? Guid.CreateVersion7());

    public Task<Service> ServiceRow(Guid id) => InDatabase(db => db.Set<Service>().AsNoTracking().SingleAsync(s => s.Id == id, Now));

    /// <summary>A service of that provider, listed without walking the whole way.</summary>
    public async Task<Guid> ListedService(Guid provider, ServiceContent? content = null)
    {
        var id = Guid.CreateVersion7();
        Assert.Null((await Service(id).Begin(Ordered(), provider, content ?? Offers.Complete())).Refusal);
        Assert.Null((await Service(id).SubmitForReview(Ordered())).Refusal);
        Assert.Null((await Service(id).Review(Ordered(), list: true, null)).Refusal);
        return id;
    }

    public Task<Somebody> Provider(string? name = null) => Organisation(OrganisationKind.ServiceProvider, name);

    public static ServiceOrder Ordered(int? seen = null) => new(Guid.CreateVersion7(), Guid.CreateVersion7(), seen);
}

/// <summary>Services as a provider would write them.</summary>
public static class Offers
{
    public static ServiceContent Complete(string title = "传感器高温可靠性检测") => new()
    {
        Kind = ServiceKind.Testing,
        Title = title,
        Description = "恒温油浴 300 ℃，连续加电 2,000 小时，全程记录。",
        Deliverables = "检测报告与原始数据",
        Keywords = ["可靠性", "老化试验"],
        Fields = [TechField.ElectronicInformation, TechField.AdvancedManufacturing],
        TrlFrom = 5,
        TrlTo = 8,
        Pricing = Pricing.Amount,
        PriceFromFen = 812_300,
        PriceToFen = 6_543_200,
        Days = 20,
        Region = "330106",
        Qualifications = [new("检验检测机构资质认定证书", "CMA241108340731", "市场监管部门", new DateOnly(2199, 12, 31))],
    };
}
