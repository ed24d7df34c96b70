using Marketplace.Domain.Search;
using Marketplace.Platform;
using Marketplace.Platform.Outbox;
using Marketplace.Search;
using Marketplace.Search.Index;

namespace Marketplace.Tests.Search;

/// <summary>Which saved searches a new document is told to, and that none hears of what its own page would not find.</summary>
public sealed class StandingQueriesTests
{
    private static readonly Guid Unit = new("01a22315-0000-7000-8000-000000000001");

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("q=压力传感器", true)]
    [InlineData("q=壓力傳感器", true)]
    [InlineData("q=高温压力传感器", true)]
    [InlineData("q=传感器 高温", true)]
    [InlineData("q=ＳＩＭＯＸ", true)]
    [InlineData("q=sensors", true)]
    [InlineData("q=high temperature sensor", true)]
    [InlineData("q=LED", false)]
    [InlineData("q=钙钛矿压力传感器", false)]
    [InlineData("q=perovskite sensor", false)]
    [InlineData("q=传感", true)]
    [InlineData("q=感", false)]
    [InlineData("q=zzzz", false)]
    [InlineData("q=--%2b!", false)]
    [InlineData("q=ZL 2018 1 0472196.3", true)]
    [InlineData("q=2018104721963", true)]
    [InlineData("q=2018104721964", false)]
    [InlineData("kind=Achievement", true)]
    [InlineData("kind=Demand", false)]
    [InlineData("kind=Demand&kind=Achievement", true)]
    [InlineData("field=NewMaterials&field=ElectronicInformation", true)]
    [InlineData("field=NewMaterials", false)]
    [InlineData("highland=LifeHealth&highland=NewMaterials", true)]
    [InlineData("way=OpenLicence", false)]
    [InlineData("region=330000", true)]
    [InlineData("region=330100", true)]
    [InlineData("region=330106", true)]
    [InlineData("region=330200", false)]
    [InlineData("region=330108", false)]
    [InlineData("trlFrom=7&trlTo=7", true)]
    [InlineData("trlFrom=8", false)]
    [InlineData("trl=7", true)]
    [InlineData("state=Published", true)]
    [InlineData("owner=01a22315-0000-7000-8000-000000000001", true)]
    [InlineData("owner=01a22315-0000-7000-8000-000000000002", false)]
    [InlineData("q=压力传感器&field=NewMaterials", false)]
    [InlineData("q=压力传感器&field=ElectronicInformation", true)]
    public void A_document_is_told_to_who_looks_for_it(string address, bool told)
    {
        var queries = With(address);
        Assert.Equal(told, queries.Finding(Sensor()).Count == 1);
    }

    [Fact]
    public void What_is_registered_is_told_to_the_registered_tier_alone()
    {
        var (open, registered) = (Sensor(), Sensor() with { Audience = Audience.Registered });
        Assert.Equal((false, true), Tiers("q=隔离层", open));
        Assert.Equal((true, true), Tiers("q=压力传感器", open));
        Assert.Equal((false, true), Tiers("q=压力传感器", registered));
        // A price is a secret of the tier: below it nobody is told more or less because of it.
        Assert.Equal((true, true), Tiers("priceFrom=2000000", open));
        Assert.Equal((true, false), Tiers("priceTo=10", open));
        Assert.Equal((false, true), Tiers("priced=only", open));
        Assert.Equal((false, true), Tiers("priced=only&priceFrom=2000000", open));
    }

    [Fact]
    public void The_demonstration_and_the_market_tell_each_other_nothing()
    {
        Assert.Empty(With("q=压力传感器").Finding(Sensor() with { Demo = true }));
        Assert.Empty(With("q=压力传感器", demo: true).Finding(Sensor()));
        Assert.Single(With("q=压力传感器", demo: true).Finding(Sensor() with { Demo = true }));
    }

    [Fact]
    public void What_was_changed_or_deleted_is_asked_as_it_is_now()
    {
        var queries = new StandingQueries();
        var row = Row("q=压力传感器");
        queries.Put(row);
        queries.Put(row);
        Assert.Equal((1, 1), (queries.Count, queries.Finding(Sensor()).Count));
        queries.Remove(row.Id);
        queries.Remove(row.Id);
        Assert.Equal((0, 0), (queries.Count, queries.Finding(Sensor()).Count));
    }

    [Fact]
    public async Task Nobody_is_told_of_what_the_search_would_not_find()
    {
        var folder = Directory.CreateTempSubdirectory("market-standing-").FullName;
        var works = CslWork.All.Take(400).Select((w, i) => w.Document(i)).ToList();
        var queries = new StandingQueries();
        var asked = CslWork.All.Take(400).Select(w => Row("q=" + Uri.EscapeDataString(string.Join(' ', w.Keywords.Take(2))))).DistinctBy(r => r.Address).ToList();
        asked.ForEach(queries.Put);
        using (var index = new LuceneIndex(new MarketOptions { DataFolder = folder }))
        {
            await using (var made = await index.Rebuild(Now))
            {
                await made.Add(works, Now);
                await made.Commit(new OutboxPosition(0, 0), Now);
            }

            var told = works.SelectMany(w => queries.Finding(w).Select(f => (f.Search, w.Key))).ToLookup(f => f.Search, f => f.Key);
            var own = 0;
            foreach (var row in asked)
            {
                var query = SearchRequest.Read(SearchAddress.Of(row.Address).Parts, Audience.Public).Value.Query;
                var found = (await index.Find(query with { Take = works.Count }, Now)).Hits.Select(h => h.Document.Key).ToHashSet();
                Assert.All(told[row.Id], key => Assert.Contains(key, found));
                own += told[row.Id].Any() ? 1 : 0;
            }

            // The works carry their keywords, most of them to the letter.
            Assert.True(own > asked.Count * 0.6, $"{own} of {asked.Count}");
        }

        Directory.Delete(folder, recursive: true);
    }

    private static (bool Open, bool Registered) Tiers(string address, SearchDocument document) =>
        With(address).Finding(document) is [var found] ? (found.Open, found.Registered) : (false, false);

    private static StandingQueries With(string address, bool demo = false)
    {
        var queries = new StandingQueries();
        queries.Put(Row(address, demo));
        return queries;
    }

    private static SavedSearchRow Row(string address, bool demo = false) => new()
    {
        Id = Guid.NewGuid(),
        Person = Guid.Empty,
        Name = address,
        Address = SearchAddress.Of("/search?" + address).Asked,
        Alert = Alert.AtOnce,
        CreatedAt = DateTimeOffset.UnixEpoch,
        Demo = demo,
    };

    private static SearchDocument Sensor() => new()
    {
        Key = new DocumentKey(Found.Achievement, "sensor"),
        Title = "耐高温压力传感器",
        Summary = "High temperature pressure sensors on SIMOX for wells.",
        Registered = "隔离层的做法",
        Codes = ["ZL 2018 1 0472196.3"],
        Field = "ElectronicInformation",
        Highlands = ["NewMaterials"],
        Trl = 7,
        Ways = ["Assignment"],
        Region = "330106",
        Owner = Unit,
        OwnerName = "钱江理工大学",
        State = "Published",
        PriceFen = 296_000_000,
        PriceAudience = Audience.Registered,
        At = DateTimeOffset.UnixEpoch,
        Url = "/achievements/sensor",
    };
}
