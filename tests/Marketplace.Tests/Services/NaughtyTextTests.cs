using System.Net;
using Marketplace.Domain.Common;
using Marketplace.Domain.Services;
using Marketplace.Tests.Host;

namespace Marketplace.Tests.Services;

/// <summary>Every string of the big list of naughty strings through every text of services.</summary>
public sealed class NaughtyTextTests : IAsyncLifetime
{
    private readonly MarketHost _host = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Every_text_comes_back_unchanged_and_never_as_markup()
    {
        var provider = await _host.Provider();
        var id = await _host.ListedService(provider.Organisation);
        using var client = _host.CreateClient();
        var kept = 0;
        foreach (var text in NaughtyTexts.All.Where(t => !string.IsNullOrWhiteSpace(t) && t.Length <= ServiceCheck.MostShort))
        {
            var content = Offers.Complete(text) with { Description = text, Deliverables = text, PriceNote = text, Keywords = [text], Qualifications = [new(text, text, text, null)] };
            var edited = await _host.Service(id).Edit(MarketHost.Ordered(), content);
            Assert.True(edited.Done || edited.Refusal is Refusal.TextNotAllowed, $"{edited.Refusal} {text}");
            if (!edited.Done) continue;
            Assert.Null((await _host.Service(id).SubmitForReview(MarketHost.Ordered())).Refusal);
            Assert.Null((await _host.Service(id).Review(MarketHost.Ordered(), list: true, null)).Refusal);
            Assert.Equal(content.Write(), ServiceContent.Read((await _host.ServiceRow(id)).PublicContent!).Write());
            kept++;
            if (!text.Contains("<script", StringComparison.OrdinalIgnoreCase) && !text.Contains("onerror", StringComparison.OrdinalIgnoreCase)) continue;
            await _host.Indexed();
            foreach (var page in new[] { $"/services/{id}", "/search?kind=Service", $"/services/{id}/history" }) Assert.DoesNotContain(text, await client.GetStringAsync(page, Now), StringComparison.Ordinal);
            Assert.DoesNotContain(text, await provider.Pages.GetStringAsync($"/desk/services/{id}/edit", Now), StringComparison.Ordinal);
        }

        Assert.True(kept > 300, $"{kept}");
    }

    [Fact]
    public async Task Every_text_through_the_form_and_the_address_is_kept_or_refused_by_name()
    {
        var provider = await _host.Provider();
        var id = await _host.ListedService(provider.Organisation);
        // A sample of every tenth string: each goes through the whole form with its cookies and its token.
        foreach (var text in NaughtyTexts.All.Where((_, i) => i % 10 == 0))
        {
            var fields = ServicePagesTests.Fields(text);
            foreach (var name in new[] { "Form.Kind", "Form.Fields[0]", "Form.TrlFrom", "Form.PriceFrom", "Form.Days", "Form.Region", "Form.Pricing", "Form.Qualifications[0].Until" }) fields[name] = text;
            Assert.True((int)(await ServicePagesTests.Send(provider, $"/desk/services/{id}/edit", "Save", fields)).StatusCode < 500, text);
            var answer = await ServicePagesTests.Send(provider, $"/desk/services/{id}/edit", "Save", ServicePagesTests.Fields(text));
            Assert.True((int)answer.StatusCode < 500, text);
            if (answer.StatusCode == HttpStatusCode.Redirect) Assert.Equal(text, ServiceContent.Read((await _host.ServiceRow(id)).Content).Title);
            var part = Uri.EscapeDataString(text);
            using var visitor = _host.Browser();
            foreach (var address in new[] { $"/services?q={part}&type={part}", $"/search?kind=Service&type={part}", $"/services/{part}", $"/organisations/{part}", $"/desk/services?state={part}&page={part}" })
                Assert.True((int)(await visitor.GetAsync(address, Now)).StatusCode < 500, address);
        }
    }
}
