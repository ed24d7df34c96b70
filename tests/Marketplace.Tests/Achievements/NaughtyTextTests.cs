using System.Net;
using System.Text.Json;
using Marketplace.Achievements;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Achievements;

/// <summary>Every string of the big list of naughty strings through every public text of achievements.</summary>
public sealed class NaughtyTextTests : IAsyncLifetime
{
    private readonly MarketHost _host = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Every_query_is_answered_without_a_fault()
    {
        await _host.PublishedAchievement(await _host.UnitInTheBooks());
        using var client = _host.CreateClient();
        foreach (var text in NaughtyTexts.All)
        {
            var part = Uri.EscapeDataString(text);
            foreach (var address in new[] { $"/api/achievements?q={part}", $"/achievements?q={part}&field={part}&trl={part}&way={part}", $"/api/achievements?page={part}&size={part}" })
            {
                var answer = await client.GetAsync(address, Now);
                Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest, $"{(int)answer.StatusCode} {address}");
            }
        }
    }

    [Fact]
    public async Task Every_text_comes_back_unchanged_and_never_as_markup()
    {
        var unit = await _host.University();
        var id = await _host.PublishedAchievement(unit.Organisation);
        var grain = _host.Achievement(id);
        using var client = _host.CreateClient();
        foreach (var text in NaughtyTexts.All.Where(t => !string.IsNullOrWhiteSpace(t) && t.Length <= ContentCheck.MostTitle))
        {
            var by = new By(Guid.CreateVersion7(), unit.Person);
            var content = Works.Complete(text) with { Summary = text, Details = text, FundingProject = text, Completers = [new Completer(text, text)], Owners = [new RightHolder(text, 10_000, Consent.Own)] };
            var edited = await grain.Edit(by, content);
            Assert.True(edited.Done || edited.Refusal is Refusal.TextNotAllowed, $"{edited.Refusal} {text}");
            if (!edited.Done) continue;
            Assert.True((await grain.SubmitForReview(by with { Command = Guid.CreateVersion7() })).Done);
            Assert.True((await grain.Review(by with { Command = Guid.CreateVersion7() }, publish: true, null)).Done);
            var json = JsonDocument.Parse(await client.GetStringAsync($"/api/achievements/{id}", Now)).RootElement;
            Assert.Equal(text, json.GetProperty("title").GetString());
            Assert.Equal(text, json.GetProperty("summary").GetString());
            if (!text.Contains("<script", StringComparison.OrdinalIgnoreCase) && !text.Contains("onerror", StringComparison.OrdinalIgnoreCase)) continue;
            await _host.Indexed();
            foreach (var page in new[] { $"/achievements/{id}", "/search", $"/achievements/{id}/history" })
            {
                Assert.DoesNotContain(text, await client.GetStringAsync(page, Now), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Every_text_through_the_forms_is_kept_or_refused_by_name()
    {
        var unit = await _host.University();
        var id = await _host.PublishedAchievement(unit.Organisation);
        // A sample of every tenth string: each goes through the whole form with its cookies and its token.
        foreach (var text in NaughtyTexts.All.Where((_, i) => i % 10 == 0))
        {
            var fields = AchievementPagesTests.Fields(await _host.Row(id), text, text, text);
            foreach (var name in new[] { "Form.Keywords", "Form.Ipc", "Form.Price", "Form.Region", "Form.Field", "Form.Ip[0].Number", "Form.Ip[0].AppliedOn", "Form.Owners[0].Share", "Form.Licences[0].Until" }) fields[name] = text;
            var answer = await AchievementPagesTests.Send(unit, $"/desk/achievements/{id}/edit", "Save", fields);
            Assert.True((int)answer.StatusCode < 500, $"{(int)answer.StatusCode} {text}");
            var kept = AchievementPagesTests.Fields(await _host.Row(id), text, "7", text);
            answer = await AchievementPagesTests.Send(unit, $"/desk/achievements/{id}/edit", "Save", kept);
            Assert.True((int)answer.StatusCode < 500, $"{(int)answer.StatusCode} {text}");
            if (answer.StatusCode == HttpStatusCode.Redirect) Assert.Equal(text, AchievementContent.Read((await _host.Row(id)).Content).Title);
        }
    }

    [Fact]
    public async Task Every_text_in_an_import_is_kept_or_named()
    {
        var unit = await _host.UnitInTheBooks();
        var lines = NaughtyTexts.All.Select((text, i) => JsonSerializer.Serialize(new { externalId = $"N{i}", title = text, summary = text, keywords = new[] { text }, ipc = text, trl = text, priceYuan = text }));
        var order = new ImportOrder(unit, Guid.Empty, false, false);
        var import = _host.Services.GetRequiredService<AchievementImport>();
        var done = await import.Import(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines)), "n.jsonl", order, null, Now);
        Assert.Equal(NaughtyTexts.All.Count, done.Value.Rows);
        var plain = NaughtyTexts.All.Select((text, i) => JsonSerializer.Serialize(new { externalId = $"P{i}", title = text, summary = text }));
        done = await import.Import(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', plain)), "p.jsonl", order, null, Now);
        Assert.True(done.Value.Added > 400, $"{done.Value.Added}");
        await using var db = _host.Database();
        foreach (var row in await db.Set<Achievement>().Where(a => a.ExternalId!.StartsWith("P")).ToListAsync(Now)) Assert.Equal(NaughtyTexts.All[int.Parse(row.ExternalId![1..], System.Globalization.CultureInfo.InvariantCulture)], row.Title);
    }
}
