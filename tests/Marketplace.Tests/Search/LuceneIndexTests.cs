using Marketplace.Platform;
using Marketplace.Platform.Outbox;
using Marketplace.Search.Index;

namespace Marketplace.Tests.Search;

/// <summary>The embedded engine.</summary>
public sealed class LuceneIndexTests : SearchIndexContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("market-search-").FullName;
    private LuceneIndex? _index;

    protected override Task<ISearchIndex> Open() => Task.FromResult<ISearchIndex>(_index = new LuceneIndex(new MarketOptions { DataFolder = _folder }));

    public override ValueTask DisposeAsync()
    {
        _index?.Dispose();
        Directory.Delete(_folder, recursive: true);
        return base.DisposeAsync();
    }

    [Fact]
    public async Task What_only_something_gone_said_is_no_longer_what_was_meant()
    {
        await Put(Made("1", "暗渠精密仪器", "") with { Keywords = ["暗渠精密仪器"] }, Made("2", "乙", "") with { Keywords = ["压电陶瓷"] });
        Assert.Equal("暗渠精密仪器", (await Find("暗渠精蜜仪器")).Meant);
        await Remove("1");
        Assert.Null((await Find("暗渠精蜜仪器")).Meant);
    }

    [Fact]
    public async Task What_was_written_is_there_after_the_process_died()
    {
        await Put(Sensor());
        var position = await Index.Position(TestContext.Current.CancellationToken);
        // A killed process leaves its lock and everything that it did not commit.
        var copy = Directory.CreateTempSubdirectory("market-search-").FullName;
        foreach (var file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(_folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        using (var again = new LuceneIndex(new MarketOptions { DataFolder = copy }))
        {
            Assert.Equal(position, await again.Position(TestContext.Current.CancellationToken));
            Assert.Equal(1, (await again.Find(new SearchQuery { Text = "simox", Audience = Audience.Public }, TestContext.Current.CancellationToken)).Total);
        }

        Directory.Delete(copy, recursive: true);
    }

    [Fact]
    public async Task Records_that_were_written_again_and_again_leave_the_order_whole()
    {
        // Each portion leaves copies in its segment that were replaced since: more of them than there are records.
        for (var last = 10; last > 4; last--) await Put([.. Enumerable.Range(0, last).Select(i => Made($"{i}", "高温传感器", $"第 {i} 号") with { Keywords = ["高温传感器"] })]);
        var hits = (await Find("高温传感器")).Hits;
        Assert.Equal(10, hits.Count);
        Assert.All(hits, h => Assert.True(double.IsFinite(h.Score) && h.Score >= 0, $"{h.Score}"));
    }

    [Fact]
    public async Task An_old_index_that_cannot_be_taken_away_takes_the_new_one_with_it_in_no_case()
    {
        await Put(Sensor());
        Directory.Delete(Assert.Single(Directory.GetDirectories(Path.Combine(_folder, "search"))), recursive: true);
        await using (var made = await Index.Rebuild(TestContext.Current.CancellationToken))
        {
            await made.Add([Made("new", "压力传感器", "")], TestContext.Current.CancellationToken);
            await made.Commit(new OutboxPosition(0, 100), TestContext.Current.CancellationToken);
        }

        Assert.Equal("new", Assert.Single((await Find("压力传感器")).Hits).Document.Key.Id);
        Assert.Equal([], await Index.Write([Sensor()], [], new OutboxPosition(0, 100), new OutboxPosition(0, 101), TestContext.Current.CancellationToken));
        Assert.Equal(2, await Index.Count(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Searches_go_on_while_an_index_is_made_and_takes_its_place()
    {
        await Put(Sensor());
        using var done = new CancellationTokenSource();
        var searching = Task.Run(async () =>
        {
            var found = 0;
            do found += (await Find("压力传感器")).Total == 1 ? 1 : throw new InvalidOperationException("A search found nothing.");
            while (!done.IsCancellationRequested);
            return found;
        });
        for (var i = 0; i < 10; i++)
        {
            await using var made = await Index.Rebuild(TestContext.Current.CancellationToken);
            await made.Add([Sensor()], TestContext.Current.CancellationToken);
            await made.Commit(new OutboxPosition(0, 100 + i), TestContext.Current.CancellationToken);
        }

        await done.CancelAsync();
        Assert.True(await searching > 0);
    }
}

/// <summary>The quality that people were promised: real works are found by their keywords, and by a title that is not in them.</summary>
public sealed class SearchQualityTests
{
    [Theory]
    [InlineData(true, 0.993)]
    [InlineData(false, 0.985)]
    public async Task Real_works_are_found(bool withTitle, double floor)
    {
        var folder = Directory.CreateTempSubdirectory("market-search-").FullName;
        using (var index = new LuceneIndex(new MarketOptions { DataFolder = folder }))
        {
            await using (var made = await index.Rebuild(TestContext.Current.CancellationToken))
            {
                await made.Add([.. CslWork.All.Select((work, i) => work.Document(i, withTitle))], TestContext.Current.CancellationToken);
                await made.Commit(new OutboxPosition(0, 1), TestContext.Current.CancellationToken);
            }

            var rank = await CslWork.MeanReciprocalRank(
                async text => [.. (await index.Find(new SearchQuery { Text = text, Audience = Audience.Public, Take = 10 })).Hits.Select(h => h.Document.Key.Id)],
                work => withTitle ? string.Join(' ', work.Keywords) : work.Title);
            Assert.True(rank >= floor, $"{rank:F4} is below {floor}");
        }

        Directory.Delete(folder, recursive: true);
    }
}
