using Marketplace.Domain.Common;
using Marketplace.Domain.Services;

namespace Marketplace.Domain.Tests.Services;

public sealed class ServiceRulesTests
{
    private static readonly DateOnly Today = new(2026, 11, 24);

    /// <summary>Every state × act; what is not named here must be refused.</summary>
    private static readonly Dictionary<(ServiceState, ServiceRevision, ServiceAct), (ServiceState, ServiceRevision)> Allowed = new()
    {
        [(ServiceState.Draft, ServiceRevision.None, ServiceAct.Edit)] = (ServiceState.Draft, ServiceRevision.None),
        [(ServiceState.Draft, ServiceRevision.None, ServiceAct.SubmitForReview)] = (ServiceState.InReview, ServiceRevision.None),
        [(ServiceState.Draft, ServiceRevision.None, ServiceAct.Withdraw)] = (ServiceState.Withdrawn, ServiceRevision.None),
        [(ServiceState.InReview, ServiceRevision.None, ServiceAct.List)] = (ServiceState.Listed, ServiceRevision.None),
        [(ServiceState.InReview, ServiceRevision.None, ServiceAct.Return)] = (ServiceState.Draft, ServiceRevision.None),
        [(ServiceState.InReview, ServiceRevision.None, ServiceAct.Withdraw)] = (ServiceState.Withdrawn, ServiceRevision.None),
        [(ServiceState.Listed, ServiceRevision.None, ServiceAct.Edit)] = (ServiceState.Listed, ServiceRevision.Draft),
        [(ServiceState.Listed, ServiceRevision.None, ServiceAct.Withdraw)] = (ServiceState.Withdrawn, ServiceRevision.None),
        [(ServiceState.Listed, ServiceRevision.None, ServiceAct.Delist)] = (ServiceState.Delisted, ServiceRevision.None),
        [(ServiceState.Listed, ServiceRevision.Draft, ServiceAct.Edit)] = (ServiceState.Listed, ServiceRevision.Draft),
        [(ServiceState.Listed, ServiceRevision.Draft, ServiceAct.SubmitForReview)] = (ServiceState.Listed, ServiceRevision.InReview),
        [(ServiceState.Listed, ServiceRevision.Draft, ServiceAct.Withdraw)] = (ServiceState.Withdrawn, ServiceRevision.None),
        [(ServiceState.Listed, ServiceRevision.Draft, ServiceAct.Delist)] = (ServiceState.Delisted, ServiceRevision.None),
        [(ServiceState.Listed, ServiceRevision.InReview, ServiceAct.List)] = (ServiceState.Listed, ServiceRevision.None),
        [(ServiceState.Listed, ServiceRevision.InReview, ServiceAct.Return)] = (ServiceState.Listed, ServiceRevision.Draft),
        [(ServiceState.Listed, ServiceRevision.InReview, ServiceAct.Withdraw)] = (ServiceState.Withdrawn, ServiceRevision.None),
        [(ServiceState.Listed, ServiceRevision.InReview, ServiceAct.Delist)] = (ServiceState.Delisted, ServiceRevision.None),
        [(ServiceState.Withdrawn, ServiceRevision.None, ServiceAct.Edit)] = (ServiceState.Draft, ServiceRevision.None),
        [(ServiceState.Delisted, ServiceRevision.None, ServiceAct.Edit)] = (ServiceState.Draft, ServiceRevision.None),
    };

    [Fact]
    public void Every_state_and_act_leads_where_the_table_says_and_nowhere_else()
    {
        foreach (var state in Enum.GetValues<ServiceState>())
            foreach (var revision in state is ServiceState.Listed ? Enum.GetValues<ServiceRevision>() : [ServiceRevision.None])
                foreach (var act in Enum.GetValues<ServiceAct>())
                {
                    var next = ServiceLifecycle.Next(new ServiceStanding(state, revision), act);
                    var expected = Allowed.TryGetValue((state, revision, act), out var to) ? to : ((ServiceState, ServiceRevision)?)null;
                    Assert.Equal(expected, next.Done ? (next.Value.State, next.Value.Revision) : null);
                }
    }

    [Fact]
    public void A_complete_service_may_be_reviewed_and_an_empty_one_says_what_is_missing()
    {
        Assert.Empty(ServiceCheck.Ready(Complete, Today));
        Assert.Equal(["title"], ServiceCheck.Shape(new ServiceContent()).Select(f => f.Field));
        Assert.Equal(
            ["kind", "title", "description", "deliverables", "pricing"],
            ServiceCheck.Ready(new ServiceContent(), Today).Where(f => f.Why == Refusal.Required).Select(f => f.Field).Distinct().Order().OrderBy(f => Array.IndexOf(["kind", "title", "description", "deliverables", "pricing"], f)));
    }

    [Fact]
    public void Every_fault_is_named_with_its_field()
    {
        Names("trlTo", Refusal.TrlUpsideDown, Complete with { TrlFrom = 6, TrlTo = 4 });
        Names("trlFrom", Refusal.TrlOutOfRange, Complete with { TrlFrom = 0 });
        Names("trlTo", Refusal.TrlOutOfRange, Complete with { TrlTo = 10 });
        Names("priceTo", Refusal.PriceUpsideDown, Complete with { PriceFromFen = 2, PriceToFen = 1 });
        Names("priceFrom", Refusal.AmountOutOfRange, Complete with { PriceFromFen = 0 });
        Names("priceFrom", Refusal.PriceNotMeant, Complete with { Pricing = Pricing.ByQuotation });
        Names("days", Refusal.DaysOutOfRange, Complete with { Days = 0 });
        Names("days", Refusal.DaysOutOfRange, Complete with { Days = ServiceCheck.MostDays + 1 });
        Names("region", Refusal.RegionUnknown, Complete with { Region = "339999" });
        Names("title", Refusal.TooLong, Complete with { Title = new string('长', ServiceCheck.MostTitle + 1) });
        Names("description", Refusal.TextNotAllowed, Complete with { Description = "a\0" });
        Names("qualifications[1].number", Refusal.QualificationTwice, Complete with { Qualifications = [Cma, Cma with { Until = null }] });
        Names("qualifications[0].number", Refusal.Required, Complete with { Qualifications = [Cma with { Number = " " }] });
        Names("qualifications[0].until", Refusal.DateImpossible, Complete with { Qualifications = [Cma with { Until = new DateOnly(1900, 1, 1) }] });

        static void Names(string field, Refusal why, ServiceContent content) => Assert.Contains(ServiceCheck.Shape(content), f => f.Field == field && f.Why == why);
    }

    [Fact]
    public void A_price_asks_for_what_its_kind_needs()
    {
        Assert.Equal(["priceFrom"], Missing(Complete with { PriceFromFen = null, PriceToFen = null }));
        Assert.Equal(["priceNote"], Missing(Complete with { Pricing = Pricing.InWords, PriceFromFen = null, PriceToFen = null, PriceNote = null }));
        Assert.Empty(Missing(Complete with { Pricing = Pricing.ByQuotation, PriceFromFen = null, PriceToFen = null, PriceNote = null }));

        static IEnumerable<string> Missing(ServiceContent content) => ServiceCheck.Ready(content, Today).Select(f => f.Field);
    }

    [Fact]
    public void A_qualification_counts_through_its_last_day_and_nobody_begins_with_one_that_is_over()
    {
        Assert.False(Cma.ExpiredOn(Cma.Until!.Value));
        Assert.True(Cma.ExpiredOn(Cma.Until.Value.AddDays(1)));
        Assert.False((Cma with { Until = null }).ExpiredOn(DateOnly.MaxValue));
        Assert.Empty(ServiceCheck.Ready(Complete, Cma.Until.Value));
        Assert.Equal([Refusal.QualificationExpired], ServiceCheck.Ready(Complete, Cma.Until.Value.AddDays(1)).Select(f => f.Why));
    }

    [Fact]
    public void Levels_are_served_within_the_range_or_all()
    {
        Assert.Equal([5, 6, 7, 8], Enumerable.Range(1, 9).Where(l => Complete.Serves(l)));
        Assert.Equal(9, Enumerable.Range(1, 9).Count(l => new ServiceContent().Serves(l)));
    }

    [Fact]
    public void A_version_reads_as_it_was_written_and_differs_by_what_changed()
    {
        Assert.Equal(Complete.Write(), ServiceContent.Read(Complete.Write()).Write());
        Assert.Empty(ServiceDiff.Between(Complete, ServiceContent.Read(Complete.Write())));
        var changed = Complete with { Days = 30, Fields = [TechField.NewMaterials], Qualifications = [Cma with { Until = new DateOnly(2032, 1, 1) }] };
        Assert.Equal(["fields", "days", "qualifications"], ServiceDiff.Between(Complete, changed).Select(c => c.Field));
        // Every property has a line: one that a diff cannot show would change unseen.
        Assert.Equal(15, ServiceDiff.Lines(Complete).Count(l => l.Lines.Length > 0));
        Assert.Equal(typeof(ServiceContent).GetProperties().Length, ServiceDiff.Lines(Complete).Count());
    }

    private static Qualification Cma => new("检验检测机构资质认定证书（CMA）", "241108340731", "市场监管部门", new DateOnly(2027, 3, 9));

    private static ServiceContent Complete => new()
    {
        Kind = ServiceKind.Testing,
        Title = "传感器高温可靠性检测",
        Description = "恒温油浴 300 ℃，连续加电 2,000 小时。",
        Deliverables = "检测报告",
        Keywords = ["可靠性"],
        Fields = [TechField.ElectronicInformation, TechField.AdvancedManufacturing],
        TrlFrom = 5,
        TrlTo = 8,
        Pricing = Pricing.Amount,
        PriceFromFen = 800_000,
        PriceToFen = 6_500_000,
        PriceNote = "按样品数量计",
        Days = 20,
        Region = "330100",
        Qualifications = [Cma],
    };
}
