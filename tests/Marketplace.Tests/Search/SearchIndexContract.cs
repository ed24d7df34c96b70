using Marketplace.Platform.Outbox;
using Marketplace.Search.Index;

namespace Marketplace.Tests.Search;

/// <summary>What searching means, whichever engine does it.</summary>
public abstract class SearchIndexContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Day = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private long _position;

    protected ISearchIndex Index { get; private set; } = null!;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    /// <summary>An empty index of its own.</summary>
    protected abstract Task<ISearchIndex> Open();

    public async ValueTask InitializeAsync()
    {
        Index = await Open();
        await using var made = await Index.Rebuild(Now);
        await made.Commit(new OutboxPosition(0, 0), Now);
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("压力传感器")]
    [InlineData("壓力傳感器")]
    [InlineData("传感器 高温")]
    [InlineData("ＳＩＭＯＸ")]
    [InlineData("simox")]
    [InlineData("ZL 2018 1 0472196.3")]
    [InlineData("2018104721963")]
    [InlineData("201810472196")]
    [InlineData("91330100MA2AB0001X")]
    [InlineData("钱江理工大学")]
    public async Task A_listing_is_found_by_what_people_write(string text)
    {
        await Put(Sensor(), Lamp());
        Assert.Equal("sensor", (await Find(text)).Hits[0].Document.Key.Id);
    }

    [Theory]
    [InlineData("LED")]
    [InlineData("发光二极管")]
    [InlineData("发光二极体")]
    [InlineData("light-emitting diodes")]
    public async Task A_thing_is_found_by_each_of_its_names(string text)
    {
        await Put(Sensor(), Lamp(), Made("led-english", "LED driver circuits", "Dimming of LEDs without flicker"));
        Assert.Equal(["lamp", "led-english"], (await Find(text)).Hits.Select(h => h.Document.Key.Id).Order());
    }

    [Theory]
    [InlineData("batteries", "battery")]
    [InlineData("Coating", "coated")]
    [InlineData("electrolites", "electrolyte")]
    public async Task English_is_found_by_its_stem_and_in_spite_of_a_slip(string text, string word)
    {
        await Put(Sensor(), Made("english", $"A new {word} for flight", ""));
        Assert.Equal("english", (await Find(text)).Hits[0].Document.Key.Id);
    }

    [Fact]
    public async Task What_names_the_words_as_its_keywords_stands_before_what_only_writes_of_them()
    {
        var writes = Made("writes", "水文年鉴", "北京白河 分析") with { At = Day.AddDays(1) };
        await Put(Made("names", "水文年鉴", "") with { Keywords = ["北京白河", "分析"] }, writes, Sensor(), Lamp());
        foreach (var text in new[] { "分析 北京白河", "北京白河、分析" }) Assert.Equal(["names", "writes"], (await Find(text)).Hits.Select(h => h.Document.Key.Id));
    }

    [Fact]
    public async Task What_has_more_of_the_words_stands_first_and_what_has_hardly_any_is_no_result()
    {
        await Put([.. Enumerable.Range(0, 30).Select(i => Made($"some{i}", $"压力传感器方案{i}", "")), Made("all", "耐高温压力传感器芯片", ""), Made("one", "高温合金", ""), Lamp()]);
        var answer = await Find("耐高温压力传感器芯片");
        Assert.Equal("all", answer.Hits[0].Document.Key.Id);
        Assert.DoesNotContain(answer.Hits, h => h.Document.Key.Id == "lamp");
    }

    [Fact]
    public async Task The_registered_tier_is_neither_found_nor_counted_nor_proposed_for_anybody_else()
    {
        await Put(Sensor() with { Registered = "隔离层三百六十七纳米" }, Lamp() with { Audience = Audience.Registered, Keywords = ["磷光主体材料"] });
        Assert.Equal(0, (await Find("隔离层")).Total);
        Assert.Equal(0, (await Find("发光")).Total);
        Assert.Equal(1, (await Find("隔离层", Audience.Registered)).Total);
        Assert.Equal("lamp", (await Find("发光", Audience.Registered)).Hits[0].Document.Key.Id);
        Assert.Empty(await Index.Suggest("磷光", Audience.Public, 5, Now));
        Assert.Equal(["磷光主体材料"], await Index.Suggest("磷光", Audience.Registered, 5, Now));
        var all = await Index.Find(new SearchQuery { Audience = Audience.Public, Count = [Facet.Field] }, Now);
        Assert.Equal((1, 1), (all.Total, all.Facets[Facet.Field].Sum(f => f.Count)));
    }

    [Fact]
    public async Task A_price_of_the_registered_tier_is_not_shown_nor_filtered_nor_sorted_by_for_anybody_else()
    {
        await Put(
            Made("dear", "传感器甲", "") with { PriceFen = 900_00, PriceAudience = Audience.Registered, At = Day },
            Made("cheap", "传感器乙", "") with { PriceFen = 100_00, PriceAudience = Audience.Registered, At = Day.AddDays(1) },
            Made("open", "传感器丙", "") with { PriceFen = 500_00, PriceAudience = Audience.Public, At = Day.AddDays(2) });
        var narrow = new SearchQuery { Text = "传感器", Audience = Audience.Public, PriceFrom = 50_00, PriceTo = 600_00, WithoutPrice = false };
        Assert.Equal(["open"], Ids(await Index.Find(narrow, Now)));
        Assert.Equal(["cheap", "open"], Ids(await Index.Find(narrow with { Audience = Audience.Registered, Order = SearchOrder.CheapFirst }, Now)));
        var sorted = await Index.Find(new SearchQuery { Audience = Audience.Public, Order = SearchOrder.CheapFirst }, Now);
        Assert.Equal(["open", "cheap", "dear"], Ids(sorted));
        Assert.Null(sorted.Hits[1].Document.PriceFen);
        Assert.Equal(["dear", "open", "cheap"], Ids(await Index.Find(new SearchQuery { Audience = Audience.Registered, Order = SearchOrder.DearFirst }, Now)));
    }

    [Fact]
    public async Task A_facet_counts_what_it_could_still_offer_and_the_others_what_is_left()
    {
        await Put(
            Made("1", "传感器一", "") with { Field = "NewEnergy", Region = "330102", Trl = 3, Ways = ["Assignment", "UseFirst"] },
            Made("2", "传感器二", "") with { Field = "NewEnergy", Region = "330200", Trl = 7, Ways = ["UseFirst"] },
            Made("3", "传感器三", "") with { Field = "Agriculture", Region = "330106", Trl = 8 });
        var answer = await Index.Find(
            new SearchQuery
            {
                Text = "传感器",
                Audience = Audience.Public,
                Wanted = new Dictionary<Facet, IReadOnlyList<string>> { [Facet.Field] = ["NewEnergy"], [Facet.Region] = ["330100"] },
                Count = [Facet.Field, Facet.Region, Facet.Way],
            },
            Now);
        Assert.Equal(["1"], Ids(answer));
        Assert.Equal([("Agriculture", 1), ("NewEnergy", 1)], answer.Facets[Facet.Field].Select(f => (f.Value, f.Count)));
        Assert.Equal([("330100", 1), ("330200", 1)], answer.Facets[Facet.Region].Select(f => (f.Value, f.Count)));
        Assert.Equal([("Assignment", 1), ("UseFirst", 1)], answer.Facets[Facet.Way].Select(f => (f.Value, f.Count)));
        Assert.Equal(["2", "3"], Ids(await Index.Find(new SearchQuery { Audience = Audience.Public, TrlFrom = 5, TrlTo = 9 }, Now)).Order());
        Assert.Equal(["1", "2", "3"], Ids(await Index.Find(new SearchQuery { Audience = Audience.Public, Wanted = new Dictionary<Facet, IReadOnlyList<string>> { [Facet.Region] = ["330000"] } }, Now)).Order());
    }

    [Fact]
    public async Task A_sort_within_a_kind_and_several_fields_are_counted_and_chosen()
    {
        await Put(
            Made("1", "检测服务一", "") with { Type = "Testing", Field = "NewEnergy", AlsoFields = ["Agriculture"], PriceFen = 100, PriceToFen = 900 },
            Made("2", "检测服务二", "") with { Type = "Legal", Field = "Agriculture", PriceFen = 100, PriceToFen = 900, PriceAudience = Audience.Registered },
            Made("3", "检测服务三", ""));
        var all = await Index.Find(new SearchQuery { Audience = Audience.Public, Count = [Facet.Type, Facet.Field] }, Now);
        Assert.Equal([("Legal", 1), ("Testing", 1)], all.Facets[Facet.Type].Select(f => (f.Value, f.Count)));
        Assert.Equal([("Agriculture", 2), ("NewEnergy", 1)], all.Facets[Facet.Field].Select(f => (f.Value, f.Count)));
        Assert.Equal(["1"], Ids(await Chosen(Facet.Type, "Testing")));
        Assert.Equal(["1", "2"], Ids(await Chosen(Facet.Field, "Agriculture")).Order());
        Assert.Equal(["1"], Ids(await Chosen(Facet.Field, "NewEnergy")));
        // Of a price that is not for everybody neither end is told.
        Assert.Equal([("1", 100L, 900L), ("2", null, null), ("3", null, null)], all.Hits.Select(h => (h.Document.Key.Id, h.Document.PriceFen, h.Document.PriceToFen)).Order());

        Task<SearchAnswer> Chosen(Facet facet, string value) =>
            Index.Find(new SearchQuery { Audience = Audience.Public, Wanted = new Dictionary<Facet, IReadOnlyList<string>> { [facet] = [value] } }, Now);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_repetition()
    {
        await Put([.. Enumerable.Range(0, 57).Select(i => Made($"{i}", $"高温传感器 {i}", "同一段文字") with { At = Day.AddMinutes(i % 7) })]);
        foreach (var text in (string?[])["高温传感器", null])
        {
            var seen = new List<string>();
            for (var skip = 0; skip < 60; skip += 10) seen.AddRange(Ids(await Index.Find(new SearchQuery { Text = text, Audience = Audience.Public, Skip = skip, Take = 10 }, Now)));
            Assert.Equal((57, 57), (seen.Count, seen.Distinct().Count()));
        }
    }

    [Fact]
    public async Task What_was_looked_for_is_marked_where_it_stands()
    {
        await Put(Sensor());
        var hit = (await Find("壓力 simox")).Hits[0];
        Assert.Equal(["压力"], hit.Title.Marks.Select(m => hit.Title.Text.Substring(m.Start, m.Length)));
        Assert.Contains("SIMOX", hit.Summary.Marks.Select(m => hit.Summary.Text.Substring(m.Start, m.Length)));
    }

    [Fact]
    public async Task A_word_longer_than_an_excerpt_is_shown_and_marked_as_far_as_there_is_room()
    {
        var word = string.Concat(Enumerable.Repeat("acgt", 50));
        await Put(Made("long", "测序", $"{new string('序', 60)} {word} {new string('列', 60)}"));
        var summary = (await Find(word[..100])).Hits[0].Summary;
        Assert.All(summary.Marks, m => Assert.InRange(m.Start + m.Length, 1, summary.Text.Length));
        Assert.Contains("acgtacgt", summary.Text.Substring(summary.Marks[0].Start, summary.Marks[0].Length), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slip_in_a_keyword_is_noticed()
    {
        await Put(Sensor());
        Assert.Equal("压力传感器", (await Find("压力传敢器")).Meant);
        Assert.Null((await Find("压力传感器")).Meant);
    }

    [Fact]
    public async Task Beginnings_are_proposed_the_most_used_first()
    {
        await Put(Made("1", "甲", "") with { Keywords = ["压力传感器", "压电陶瓷"] }, Made("2", "乙", "") with { Keywords = ["压电陶瓷"] }, Made("3", "丙", "") with { Keywords = ["a.*b"] });
        Assert.Equal(["压电陶瓷", "压力传感器"], await Index.Suggest("压", Audience.Public, 5, Now));
        Assert.Equal(["压力传感器"], await Index.Suggest("壓力", Audience.Public, 5, Now));
        Assert.Equal(["a.*b"], await Index.Suggest("a.", Audience.Public, 5, Now));
        Assert.Empty(await Index.Suggest(".*", Audience.Public, 5, Now));
    }

    [Fact]
    public async Task What_only_something_gone_said_is_proposed_no_more()
    {
        // Written together, so that what stays keeps the words of what goes in its segment.
        await Put(Made("1", "暗渠精密仪器", "") with { Keywords = ["暗渠精密仪器"] }, Made("2", "乙", "") with { Keywords = ["压电陶瓷"] });
        Assert.Equal(["暗渠精密仪器"], await Index.Suggest("暗渠", Audience.Public, 5, Now));
        await Remove("1");
        Assert.Empty(await Index.Suggest("暗渠", Audience.Public, 5, Now));
        Assert.Equal(["压电陶瓷"], await Index.Suggest("压", Audience.Public, 5, Now));
    }

    [Fact]
    public async Task What_was_changed_is_found_as_it_is_and_what_is_gone_is_not_found()
    {
        await Put(Sensor(), Lamp());
        await Put(Sensor() with { Title = "低温湿度计", Summary = "", Keywords = [], Codes = [] });
        Assert.Equal(0, (await Find("simox")).Total);
        Assert.Equal("sensor", (await Find("湿度计")).Hits[0].Document.Key.Id);
        await Index.Write([], [Sensor().Key], new OutboxPosition(0, _position), new OutboxPosition(0, ++_position), Now);
        Assert.Equal(0, (await Find("湿度计")).Total);
        Assert.Equal(1, await Index.Count(Now));
        Assert.Equal(new OutboxPosition(0, _position), await Index.Position(Now));
    }

    [Fact]
    public async Task A_new_index_takes_the_place_of_the_old_when_it_is_whole_and_leaves_it_when_it_is_not()
    {
        await Put(Sensor());
        await using (var abandoned = await Index.Rebuild(Now)) await abandoned.Add([Lamp()], Now);
        Assert.Equal(["sensor"], Ids(await Find(null)));
        await using var made = await Index.Rebuild(Now);
        await made.Add([Lamp()], Now);
        Assert.Equal(["sensor"], Ids(await Find(null)));
        await made.Commit(new OutboxPosition(0, 1_000), Now);
        Assert.Equal(["lamp"], Ids(await Find(null)));
        Assert.Equal(new OutboxPosition(0, 1_000), await Index.Position(Now));
    }

    [Fact]
    public async Task What_continues_another_index_than_the_one_that_is_searched_is_not_taken_in()
    {
        await Put(Sensor());
        // Made from the records as they were before, it took the place while somebody read on from where the old one was.
        await using var made = await Index.Rebuild(Now);
        await made.Commit(new OutboxPosition(0, 0), Now);
        Assert.Null(await Index.Write([Lamp()], [], new OutboxPosition(0, 1), new OutboxPosition(0, 2), Now));
        Assert.Equal((new OutboxPosition(0, 0), 0L), (await Index.Position(Now), await Index.Count(Now)));
        Assert.Equal([], await Index.Write([Sensor(), Lamp()], [], new OutboxPosition(0, 0), new OutboxPosition(0, 2), Now));
        Assert.Equal((new OutboxPosition(0, 2), 2L), (await Index.Position(Now), await Index.Count(Now)));
    }

    [Theory]
    [InlineData("\"*?~^:()[]{}\\/&&||!+-")]
    [InlineData("(((((((((((((((((((a+)+)+)+)$")]
    [InlineData("*")]
    [InlineData("的")]
    [InlineData("𠮷 👩‍👩‍👧 ﷽ \u202e")]
    public async Task Anything_may_be_asked(string text)
    {
        await Put(Sensor());
        Assert.InRange((await Find(text)).Total, 0, 1);
        Assert.InRange((await Find(string.Concat(Enumerable.Repeat(text, 200)))).Total, 0, 1);
    }

    protected Task<SearchAnswer> Find(string? text, Audience audience = Audience.Public) => Index.Find(new SearchQuery { Text = text, Audience = audience }, Now);

    protected async Task Put(params SearchDocument[] documents) => Assert.Equal([], await Index.Write(documents, [], new OutboxPosition(0, _position), new OutboxPosition(0, ++_position), Now));

    protected Task Remove(string id) => Index.Write([], [Made(id, "", "").Key], new OutboxPosition(0, _position), new OutboxPosition(0, ++_position), Now);

    protected static SearchDocument Made(string id, string title, string summary) => new()
    {
        Key = new DocumentKey(Found.Achievement, id),
        Title = title,
        Summary = summary,
        At = Day,
        Url = $"/achievements/{id}",
    };

    protected static SearchDocument Sensor() => Made("sensor", "耐高温压力传感器", "用 SIMOX 材料制成的硅压力传感器芯片，可在 200 ℃ 以上长期工作。") with
    {
        Keywords = ["压力传感器", "高温"],
        Codes = ["201810472196", "ZL 2018 1 0472196.3", "91330100MA2AB0001X"],
        OwnerName = "钱江理工大学",
        Owner = new Guid("00000000-0000-0000-0000-000000000001"),
        Field = "ElectronicInformation",
        Trl = 7,
    };

    private static SearchDocument Lamp() => Made("lamp", "白光发光二极管封装方法", "提高光效。") with { Field = "NewMaterials", Trl = 4 };

    private static List<string> Ids(SearchAnswer answer) => [.. answer.Hits.Select(h => h.Document.Key.Id)];
}
