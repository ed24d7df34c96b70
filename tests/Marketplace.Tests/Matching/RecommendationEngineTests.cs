using System.Text;
using System.Text.Json;
using Marketplace.Achievements;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Matching.Recommendations;
using Marketplace.Platform;
using Marketplace.Tests.Host;
using Marketplace.Tests.Search;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Matching;

/// <summary>The engine on real works, and its nightly run.</summary>
public class RecommendationEngineTests : IAsyncDisposable
{
    private readonly MarketHost _market = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_demand_written_from_a_works_keywords_finds_that_work_first()
    {
        const int Asked = 100, Every = 10;
        const double Floor = 0.95;
        var unit = await _market.UnitInTheBooks();
        await Import(unit, Enumerable.Range(0, CslWork.All.Count));
        var owner = await _market.UnitInTheBooks("提需求的企业", kind: OrganisationKind.Enterprise);
        var ids = await _market.InDatabase(db => db.Set<Achievement>().AsNoTracking().ToDictionaryAsync(a => a.ExternalId!, a => a.Id, Token));
        var sum = 0.0;
        var missed = new List<string>();
        await _market.Indexed();
        var recommender = _market.Services.GetRequiredService<Recommender>();
        for (var i = 0; i < Asked; i++)
        {
            var work = CslWork.All[i * Every];
            var demand = await _market.PublishedDemand(owner, with: c => c with { Title = string.Join("，", work.Keywords), Keywords = ["方案"], Problem = "寻求成熟方案。" });
            await recommender.OfDemand(demand, Token);
            var found = await _market.InDatabase(db => db.Set<RecommendationRow>().AsNoTracking().Where(r => r.Demand == demand && r.ForOwner).OrderByDescending(r => r.Score).Select(r => r.Achievement).Take(10).ToListAsync(Token));
            var place = found.IndexOf(ids[$"CSL-{i * Every:0000}"]);
            if (place >= 0) sum += 1.0 / (place + 1);
            if (place != 0) missed.Add($"{place}: {string.Join(' ', work.Keywords)}");
        }

        TestContext.Current.SendDiagnosticMessage("MRR@10 of {0} demands written from keywords: {1:0.0000}", Asked, sum / Asked);
        Assert.True(sum / Asked >= Floor, $"MRR@10 {sum / Asked:0.0000}\n{string.Join('\n', missed)}");
    }

    [Fact]
    public async Task The_explanation_names_the_words_that_both_wrote_and_one_thing_by_two_names()
    {
        var unit = await _market.UnitInTheBooks();
        var owner = await _market.UnitInTheBooks("提需求的企业", kind: OrganisationKind.Enterprise);
        var work = await _market.PublishedAchievement(unit, Works.Complete("发光二极管封装散热方法") with { Summary = "大功率发光二极管的散热封装，热阻降低。", Keywords = ["封装", "热阻"], Trl = 4, PriceIdeaFen = 200_000_000 });
        // What fills a market: without it every word is as rare as every other.
        await Import(unit, Enumerable.Range(0, 200));
        var demand = await _market.PublishedDemand(owner, with: c => c with
        {
            Title = "LED 散热封装",
            Problem = "大功率 LED 灯具散热不够，热阻太高。",
            Keywords = ["LED", "散热"],
            Trl = 7,
            Lines = [c.Lines[0] with { Metric = "热阻" }, c.Lines[1] with { Key = 2, Metric = "光衰", Necessity = Necessity.Must, Test = "1,000 h 点亮" }],
        });
        await _market.Indexed();
        await _market.Services.GetRequiredService<Recommender>().OfDemand(demand, Token);
        var row = await _market.InDatabase(db => db.Set<RecommendationRow>().AsNoTracking().Where(r => r.Demand == demand).OrderByDescending(r => r.Score).FirstAsync(Token));
        Assert.Equal(work, row.Achievement);
        var why = row.Read(owner: true);
        Assert.Contains(new SharedWord("LED", "发光二极管"), why.Words);
        Assert.Contains(why.Words, w => w.Demand == "散热封装" || w.Demand == "散热");
        Assert.Contains(why.Words, w => w.Demand == "热阻");
        Assert.DoesNotContain(why.Words, w => w.Demand.Contains('的', StringComparison.Ordinal));
        PartScore Part(ScorePart part) => why.Parts.Single(p => p.Part == part);
        Assert.Equal(("2", "1"), (Part(ScorePart.Targets).Demand, Part(ScorePart.Targets).Achievement));
        Assert.Equal(["光衰"], Part(ScorePart.Targets).Missing);
        Assert.Equal((Fit.Miss, "7", "4"), (Part(ScorePart.Trl).Fit, Part(ScorePart.Trl).Demand, Part(ScorePart.Trl).Achievement));
        Assert.Equal(Fit.Miss, Part(ScorePart.Budget).Fit);
        Assert.Equal(Scoring.Total(why.Parts), row.Score);
        Assert.Equal(Scoring.Edition, row.Edition);
    }

    [Fact]
    public async Task The_night_goes_on_where_it_was_stopped_and_done_twice_changes_nothing()
    {
        var (unit, owner) = (await _market.UnitInTheBooks(), await _market.UnitInTheBooks("提需求的企业", kind: OrganisationKind.Enterprise));
        await Import(unit, Enumerable.Range(0, 60));
        var demands = new List<Guid>();
        for (var i = 0; i < 6; i++) demands.Add(await _market.PublishedDemand(owner, with: c => c with { Title = string.Join("，", CslWork.All[i * 7].Keywords), Problem = CslWork.All[i * 7].Abstract, Keywords = ["方案"] }));
        await _market.Followed();
        var night = _market.Services.GetRequiredService<NightBatch>();
        await Whole(night);
        var before = await Rows();
        Assert.All(demands, d => Assert.Contains(before, r => r.Demand == d));

        // As a node that died in the middle of a run left it: half of the demands done, and rows that no longer mean anything.
        await _market.InDatabase(async db =>
        {
            var now = _market.MarketTime;
            await db.Set<RecommendationRow>().ExecuteDeleteAsync(Token);
            var stray = await db.Set<Achievement>().OrderByDescending(a => a.Id).Select(a => a.Id).FirstAsync(Token);
            db.Add(new RecommendationRow { Demand = demands[0], Achievement = stray, ForAchievement = true, Body = "{}", ComputedAt = now.AddDays(-1) });
            db.Add(new RecommendationRunRow { Id = Guid.CreateVersion7(now), Edition = Scoring.Edition, StartedAt = now, Last = demands.Order().ElementAt(2), Done = 3 });
            return await db.SaveChangesAsync(Token);
        });
        var run = await _market.InDatabase(db => db.Set<RecommendationRunRow>().AsNoTracking().SingleAsync(r => r.EndedAt == null, Token));
        await Whole(night);
        var ended = await _market.InDatabase(db => db.Set<RecommendationRunRow>().AsNoTracking().SingleAsync(r => r.Id == run.Id, Token));
        Assert.NotNull(ended.EndedAt);
        Assert.Equal(6 + 60, ended.Done);
        // The first three demands were done before the stop and have what the achievements brought; the rest is whole.
        var rest = demands.Order().Skip(3).ToHashSet();
        Assert.Equal(before.Where(r => rest.Contains(r.Demand)), (await Rows()).Where(r => rest.Contains(r.Demand)));
        await Whole(night);
        Assert.Equal(before, await Rows());
    }

    [Fact]
    public async Task The_night_begins_at_two_in_Beijing_and_waits_on_the_list()
    {
        Assert.Equal(new DateTimeOffset(2026, 11, 29, 18, 0, 0, TimeSpan.Zero), NightBatch.NextNight(new DateTimeOffset(2026, 11, 28, 18, 0, 0, TimeSpan.Zero)));
        Assert.Equal(new DateTimeOffset(2026, 11, 28, 18, 0, 0, TimeSpan.Zero), NightBatch.NextNight(new DateTimeOffset(2026, 11, 28, 17, 59, 59, TimeSpan.Zero)));
        await _market.Followed();
        var due = await _market.InDatabase(db => db.Set<DueWorkRow>().AsNoTracking().SingleAsync(w => w.Kind == NightBatch.Work, Token));
        Assert.Equal(NightBatch.NextNight(_market.MarketTime), due.DueAt);
    }

    private async Task Whole(NightBatch night)
    {
        while (await night.Go(Token) is { } next && next < _market.MarketTime.AddMinutes(1))
        {
            // The next portion.
        }
    }

    private Task<List<(Guid Demand, Guid Achievement, int Score, int Open, bool ForOwner, bool ForDemand, bool ForAchievement, string Body)>> Rows() => _market.InDatabase(async db =>
        (await db.Set<RecommendationRow>().AsNoTracking().OrderBy(r => r.Demand).ThenBy(r => r.Achievement).ToListAsync(Token))
            .ConvertAll(r => (r.Demand, r.Achievement, r.Score, r.OpenScore, r.ForOwner, r.ForDemand, r.ForAchievement, r.Body)));

    private async Task Import(Guid unit, IEnumerable<int> works)
    {
        var lines = works.Select(i => JsonSerializer.Serialize(new { externalId = $"CSL-{i:0000}", title = $"CSL-{i:0000}", summary = CslWork.All[i].Abstract, field = "电子信息", trl = 5 }));
        var done = await _market.Services.GetRequiredService<AchievementImport>().Import(Encoding.UTF8.GetBytes(string.Join('\n', lines)), "works.jsonl", new ImportOrder(unit, Guid.Empty, Publish: true, Strict: false), null, Token);
        Assert.True(done.Done, $"{done.Refusal} {done.Detail}");
    }
}
