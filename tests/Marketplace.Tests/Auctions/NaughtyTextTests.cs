using System.Net;
using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Auctions;

/// <summary>Every naughty string through the text fields before the bidding: kept unchanged or refused, never a fault, never markup.</summary>
public sealed class NaughtyTextTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Naughty_strings_come_back_unchanged_or_never_entered()
    {
        await using var market = new MarketHost();
        var scheduled = await market.ScheduleAuction();
        var (enterprise, application, _) = await market.Apply(scheduled);
        var session = $"/desk/sessions/{scheduled.Session}";
        var apply = $"/auctions/{scheduled.Id}/apply";
        foreach (var text in NaughtyTexts.All)
        {
            var made = await scheduled.Operator.Pages.Submit(session, new()
            {
                ["Input.Name"] = text,
                ["Input.NameEn"] = text,
                ["Input.Host"] = text,
                ["Input.Brand"] = "University",
                ["Input.Profile"] = "Demo",
                ["Input.OpensAt"] = "2026-12-24T10:00",
                ["Input.ApplyUntil"] = "2026-12-23T10:00",
            });
            Assert.True(made.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.OK, $"{made.StatusCode} for {text}");
            if (made.StatusCode == HttpStatusCode.Redirect)
            {
                var kept = await market.InDatabase(db => db.Set<Session>().AsNoTracking().SingleAsync(s => s.Id == scheduled.Session, Token));
                Assert.Equal((text, text, text), (kept.Name, kept.NameEn, kept.Host));
            }

            var said = await enterprise.Pages.Submit(apply + "?step=1", new() { ["Statement"] = text }, "Qualify");
            Assert.True(said.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.OK, $"{said.StatusCode} for {text}");
            if (said.StatusCode != HttpStatusCode.Redirect) continue;
            Assert.Equal(text, await market.InDatabase(db => db.Set<Application>().Where(a => a.Id == application).Select(a => a.Statement).SingleAsync(Token)));
            var page = await enterprise.Pages.GetStringAsync(apply + "?step=1", Token);
            if (text.Contains("<script", StringComparison.OrdinalIgnoreCase)) Assert.DoesNotContain(text, page, StringComparison.Ordinal);
        }
    }
}
