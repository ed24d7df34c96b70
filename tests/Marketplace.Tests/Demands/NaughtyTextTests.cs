using System.Net;
using System.Text.Json;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Tests.Host;

namespace Marketplace.Tests.Demands;

/// <summary>Every string of the big list of naughty strings through every text of demands.</summary>
public sealed class NaughtyTextTests : IAsyncLifetime
{
    private readonly MarketHost _host = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Every_query_is_answered_without_a_fault()
    {
        await _host.PublishedDemand(await _host.UnitInTheBooks(kind: OrganisationKind.Enterprise));
        using var client = _host.CreateClient();
        foreach (var text in NaughtyTexts.All)
        {
            var part = Uri.EscapeDataString(text);
            foreach (var address in new[] { $"/api/demands?q={part}", $"/demands?q={part}&field={part}&kind={part}&way={part}&open={part}", $"/api/demands?page={part}&size={part}", $"/api/demands/{part}" })
            {
                var answer = await client.GetAsync(address, Now);
                Assert.True((int)answer.StatusCode < 500, $"{(int)answer.StatusCode} {address}");
            }
        }
    }

    [Fact]
    public async Task Every_text_comes_back_unchanged_and_never_as_markup()
    {
        var owner = await _host.UnitInTheBooks(kind: OrganisationKind.Enterprise);
        var id = await _host.PublishedDemand(owner);
        var grain = _host.Demand(id);
        using var client = _host.CreateClient();
        foreach (var text in NaughtyTexts.All.Where(t => !string.IsNullOrWhiteSpace(t) && t.Length <= DemandCheck.MostShort))
        {
            var content = DemandContent.Read((await _host.DemandRow(id)).Content);
            content = content with
            {
                Title = text,
                Problem = text,
                IpNote = text,
                Confidentiality = text,
                Keywords = [text],
                Lines = [content.Lines[0] with { Metric = text, Unit = text, Now = text, Test = text }],
            };
            var changed = await grain.ProposeChange(MarketHost.Order(owner), content);
            Assert.True(changed.Done || changed.Refusal is Refusal.TextNotAllowed, $"{changed.Refusal} {text}");
            if (!changed.Done) continue;
            Assert.True((await grain.Review(MarketHost.Order(owner), publish: true, null)).Done);
            var json = JsonDocument.Parse(await client.GetStringAsync($"/api/demands/{id}", Now)).RootElement;
            Assert.Equal(text, json.GetProperty("title").GetString());
            Assert.Equal(text, json.GetProperty("lines")[0].GetProperty("test").GetString());
            if (!text.Contains("<script", StringComparison.OrdinalIgnoreCase) && !text.Contains("onerror", StringComparison.OrdinalIgnoreCase)) continue;
            foreach (var page in new[] { $"/demands/{id}", "/demands", $"/demands/{id}/history" })
            {
                Assert.DoesNotContain(text, await client.GetStringAsync(page, Now), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Every_text_through_the_forms_is_kept_or_refused_by_name()
    {
        var owner = await _host.Enterprise();
        var unit = await _host.University();
        var draft = Guid.CreateVersion7();
        await _host.Demand(draft).Begin(MarketHost.Order(owner.Organisation), owner.Organisation, DemandKind.ParallelLanes, Needs.Complete(DemandKind.ParallelLanes, _host.MarketTime));
        var open = await _host.PublishedDemand(owner.Organisation);
        // A sample of every tenth string: each goes through the whole forms with their cookies and tokens.
        foreach (var text in NaughtyTexts.All.Where((_, i) => i % 10 == 0))
        {
            var form = new Dictionary<string, string> { ["Command"] = Guid.CreateVersion7().ToString(), ["Seen"] = $"{(await _host.DemandRow(draft)).Version}" };
            foreach (var name in new[]
            {
                "Form.Title", "Form.Problem", "Form.Keywords", "Form.Lines[0].Key", "Form.Lines[0].Metric", "Form.Lines[0].Target", "Form.Lines[0].Comparison", "Form.Lines[0].Test", "Form.Field", "Form.Trl",
                "Form.BudgetFrom", "Form.Reward", "Form.DeadlineDay", "Form.DeadlineTime", "Form.Region", "Form.Stages[0].Name", "Form.Stages[0].Share", "Form.Lanes", "Form.FinalShare", "Form.NameOpens", "Form.Blocked", "Reason",
            }) form[name] = text;
            foreach (var handler in new[] { "Save", "Submit", "More", "Withdraw" })
            {
                if (handler == "Withdraw") form["Reason"] = "";
                var answer = await owner.Pages.Submit($"/desk/demands/{draft}/edit", form, handler);
                Assert.True((int)answer.StatusCode < 500, $"{(int)answer.StatusCode} {handler} {text}");
            }

            var plain = new Dictionary<string, string> { ["Command"] = Guid.CreateVersion7().ToString(), ["Seen"] = $"{(await _host.DemandRow(draft)).Version}", ["Form.Title"] = text };
            var kept = await owner.Pages.Submit($"/desk/demands/{draft}/edit", plain, "Save");
            if (kept.StatusCode == HttpStatusCode.Redirect) Assert.Equal(text, DemandContent.Read((await _host.DemandRow(draft)).Content).Title);
            var response = new Dictionary<string, string> { ["Command"] = Guid.CreateVersion7().ToString(), ["Form.Title"] = text, ["Form.Plan"] = text, ["Form.Price"] = text, ["Form.Months"] = text, ["Form.Claims[1].Met"] = text, ["Form.Claims[1].Value"] = text };
            var sent = await unit.Pages.Submit($"/demands/{open}/respond", response, "Send");
            Assert.True((int)sent.StatusCode < 500, $"{(int)sent.StatusCode} {text}");
        }
    }
}
