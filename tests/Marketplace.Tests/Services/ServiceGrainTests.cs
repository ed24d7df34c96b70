using Marketplace.Domain.Common;
using Marketplace.Domain.Services;
using Marketplace.Services;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Services;

public class ServiceGrainTests : IAsyncLifetime
{
    private readonly MarketHost _host = new();
    private Guid _provider;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _provider = await _host.UnitInTheBooks("临澜检测", kind: Domain.Organisations.OrganisationKind.ServiceProvider);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_service_is_written_reviewed_returned_and_listed()
    {
        var id = Guid.CreateVersion7();
        var grain = _host.Service(id);
        Assert.Equal(Refusal.NotFound, (await grain.Begin(MarketHost.Ordered(), Guid.CreateVersion7(), Offers.Complete())).Refusal);
        Assert.Equal((Refusal.Required, "title"), Said(await grain.Begin(MarketHost.Ordered(), _provider, new ServiceContent())));
        Assert.Equal(1, (await grain.Begin(MarketHost.Ordered(), _provider, new ServiceContent { Title = "检测" })).Value);
        Assert.Equal((Refusal.Required, "kind"), Said(await grain.SubmitForReview(MarketHost.Ordered())));
        Assert.Equal(2, (await grain.Edit(MarketHost.Ordered(), Offers.Complete())).Value);
        Assert.Equal((Refusal.TrlUpsideDown, "trlTo"), Said(await grain.Edit(MarketHost.Ordered(), Offers.Complete() with { TrlTo = 1 })));
        Assert.Equal(3, (await grain.SubmitForReview(MarketHost.Ordered())).Value);
        Assert.Equal(Refusal.UnderReview, (await grain.Edit(MarketHost.Ordered(), Offers.Complete())).Refusal);
        Assert.Equal((Refusal.ReasonRequired, "reason"), Said(await grain.Review(MarketHost.Ordered(), list: false, " ")));
        Assert.Equal(4, (await grain.Review(MarketHost.Ordered(), list: false, "缺少证书")).Value);
        Assert.Equal(5, (await grain.SubmitForReview(MarketHost.Ordered())).Value);
        Assert.Equal(6, (await grain.Review(MarketHost.Ordered(), list: true, null)).Value);
        var row = await _host.ServiceRow(id);
        Assert.Equal((ServiceState.Listed, 6, (int?)6, "传感器高温可靠性检测"), (row.State, row.Version, row.ListedVersion, row.Title));
        Assert.Equal((Refusal.ReasonRequired, "reason"), Said(await grain.Delist(MarketHost.Ordered(), null)));
        Assert.Equal(7, (await grain.Delist(MarketHost.Ordered(), "证书被吊销")).Value);
        Assert.Equal(Refusal.NotInThisState, (await grain.Withdraw(MarketHost.Ordered(), "理由")).Refusal);
        // It comes back over a review.
        Assert.Equal(8, (await grain.Edit(MarketHost.Ordered(), Offers.Complete("改过的服务"))).Value);
        Assert.Equal(ServiceState.Draft, (await _host.ServiceRow(id)).State);
        var versions = await _host.InDatabase(db => db.Set<ServiceVersion>().AsNoTracking().Where(v => v.Service == id).OrderBy(v => v.Number).ToListAsync(Now));
        Assert.Equal(Enumerable.Range(1, 8), versions.Select(v => v.Number));
        Assert.Equal("缺少证书", versions[3].Reason);
        Assert.Equal("检测", ServiceContent.Read(versions[0].Content).Title);
        Assert.Equal(Refusal.NotFound, (await _host.Service().Withdraw(MarketHost.Ordered(), "理由")).Refusal);
    }

    [Fact]
    public async Task A_command_given_twice_is_one_command_and_its_id_serves_no_other()
    {
        var id = Guid.CreateVersion7();
        var grain = _host.Service(id);
        var (begin, submit) = (MarketHost.Ordered(), MarketHost.Ordered());
        for (var i = 0; i < 2; i++) Assert.Equal(1, (await grain.Begin(begin, _provider, Offers.Complete())).Value);
        for (var i = 0; i < 2; i++) Assert.Equal(2, (await grain.SubmitForReview(submit)).Value);
        Assert.Equal(Refusal.CommandIdReused, (await grain.Withdraw(submit, "理由")).Refusal);
        Assert.Equal(Refusal.CommandIdReused, (await grain.Begin(begin, _provider, Offers.Complete("另一个"))).Refusal);
        var back = MarketHost.Ordered();
        for (var i = 0; i < 2; i++) Assert.Equal(3, (await grain.Review(back, list: false, "缺少证书 ")).Value);
        Assert.Equal(Refusal.CommandIdReused, (await grain.Review(back, list: false, "别的理由")).Refusal);
        Assert.Equal(Refusal.CommandIdReused, (await grain.Begin(MarketHost.Ordered(), _provider, Offers.Complete())).Refusal);
        Assert.Equal(3, (await _host.ServiceRow(id)).Version);
    }

    [Fact]
    public async Task What_somebody_else_changed_meanwhile_is_not_overwritten()
    {
        var id = Guid.CreateVersion7();
        var grain = _host.Service(id);
        await grain.Begin(MarketHost.Ordered(), _provider, Offers.Complete());
        Assert.True((await grain.Edit(MarketHost.Ordered(seen: 1), Offers.Complete("一"))).Done);
        Assert.Equal(Refusal.ChangedMeanwhile, (await grain.Edit(MarketHost.Ordered(seen: 1), Offers.Complete("二"))).Refusal);
        Assert.Equal("一", (await _host.ServiceRow(id)).Title);
    }

    [Fact]
    public async Task What_is_listed_stays_as_it_was_reviewed_until_the_next_version_is_reviewed()
    {
        var id = await _host.ListedService(_provider);
        var grain = _host.Service(id);
        Assert.True((await grain.Edit(MarketHost.Ordered(), Offers.Complete("改过的名称"))).Done);
        var row = await _host.ServiceRow(id);
        Assert.Equal(("传感器高温可靠性检测", ServiceState.Listed, ServiceRevision.Draft), (row.Title, row.State, row.Revision));
        Assert.True((await grain.SubmitForReview(MarketHost.Ordered())).Done);
        Assert.Equal("传感器高温可靠性检测", ServiceContent.Read((await _host.ServiceRow(id)).PublicContent!).Title);
        Assert.True((await grain.Review(MarketHost.Ordered(), list: true, null)).Done);
        Assert.Equal("改过的名称", (await _host.ServiceRow(id)).Title);
    }

    [Fact]
    public async Task Nobody_begins_with_a_qualification_that_is_over()
    {
        var id = Guid.CreateVersion7();
        var grain = _host.Service(id);
        var yesterday = Days.Of(_host.MarketTime).AddDays(-1);
        Assert.True((await grain.Begin(MarketHost.Ordered(), _provider, Offers.Complete() with { Qualifications = [new("资质", "1", null, yesterday)] })).Done);
        Assert.Equal((Refusal.QualificationExpired, "qualifications"), Said(await grain.SubmitForReview(MarketHost.Ordered())));
        Assert.True((await grain.Edit(MarketHost.Ordered(), Offers.Complete() with { Qualifications = [new("资质", "1", null, yesterday.AddDays(1))] })).Done);
        Assert.True((await grain.SubmitForReview(MarketHost.Ordered())).Done);
    }

    private static (Refusal?, string?) Said(Result<int> result) => (result.Refusal, result.Detail);
}
