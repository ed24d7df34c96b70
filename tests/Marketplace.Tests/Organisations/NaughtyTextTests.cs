using System.Net;
using System.Net.Http.Json;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Organisations;

/// <summary>Every string of the big list of naughty strings through every public text of signing in, signing up and the desks.</summary>
public sealed class NaughtyTextTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task As_names_they_come_back_unchanged_or_are_refused_by_name_and_no_page_executes_them()
    {
        await using var host = new MarketHost();
        var @operator = await host.Operator();
        using var client = host.CreateClient();
        var sent = new Dictionary<string, string>();
        foreach (var (text, number) in NaughtyTexts.All.Select((s, i) => (s, i)))
        {
            var email = $"naughty{number}@firm.example";
            var answer = await client.PostAsJsonAsync(
                "/api/identity/register",
                new { kind = "enterprise", name = text, uscc = MarketHost.ValidUscc(500_000 + number), personName = text, email, password = "tr4ck-wheel-orbit" },
                Cancellation);
            if (answer.StatusCode == HttpStatusCode.Accepted) sent[email] = text;
            else Assert.True(answer.StatusCode == HttpStatusCode.UnprocessableEntity, $"{answer.StatusCode} for {text}");
        }

        Assert.InRange(sent.Count, 400, NaughtyTexts.All.Count);
        var kept = await host.InDatabase(db => (
            from p in db.Set<Person>()
            join m in db.Set<MembershipRow>() on p.Id equals m.Person
            join o in db.Set<Organisation>() on m.Organisation equals o.Id
            where m.Role == MemberRole.Owner
            select new { p.Email, p.DisplayName, o.Name }).ToListAsync(Cancellation));
        Assert.All(kept, k => Assert.Equal((sent[k.Email!], sent[k.Email!]), (k.DisplayName, k.Name)));
        Assert.Equal(sent.Count, kept.Count);

        var markup = sent.Values.Where(s => s.Contains('<', StringComparison.Ordinal) && s.Length > 5).ToList();
        for (var number = 1; number <= (sent.Count + 24) / 25; number++)
        {
            var page = await @operator.Pages.GetStringAsync($"/desk/organisations?pageNumber={number}", Cancellation);
            Assert.DoesNotContain(markup, m => page.Contains(m, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task In_every_query_and_field_they_never_break_a_page()
    {
        await using var host = new MarketHost();
        var (@operator, university) = (await host.Operator(), await host.University());
        var waiting = await host.RegisterOrganisation(OrganisationKind.Enterprise, state: VerificationState.Pending);
        using var visitor = host.Browser();
        var (signIn, signUp) = (await visitor.GetStringAsync("/sign-in", Cancellation), await visitor.GetStringAsync("/sign-up", Cancellation));
        var members = await university.Pages.GetStringAsync("/desk/members", Cancellation);
        var account = await university.Pages.GetStringAsync("/account", Cancellation);
        var desk = await @operator.Pages.GetStringAsync($"/desk/organisations?id={waiting}", Cancellation);
        foreach (var text in NaughtyTexts.All)
        {
            var query = Uri.EscapeDataString(text);
            await Good(text, await visitor.GetAsync($"/api/organisations/uscc?code={query}", Cancellation));
            await Good(text, await visitor.GetAsync($"/sign-in?returnUrl={query}&registered={query}&culture={query}", Cancellation));
            await Good(text, await visitor.GetAsync($"/join?code={query}", Cancellation));
            await Good(text, await @operator.Pages.GetAsync($"/desk/organisations?state={query}&pageNumber={query}&id={query}", Cancellation));
            await Good(text, await visitor.PostAsJsonAsync("/api/identity/login", new { email = text, password = text, twoFactorCode = text }, Cancellation));
            await Good(text, await visitor.PostAsJsonAsync("/api/identity/refresh", new { refreshToken = text }, Cancellation));
            await Good(text, await visitor.Submit(signIn, "/sign-in", new() { ["email"] = text, ["password"] = text, ["returnUrl"] = text }));
            await Good(text, await visitor.Submit(signUp, "/sign-up", new()
            {
                ["kind"] = text,
                ["name"] = text,
                ["uscc"] = text,
                ["region"] = text,
                ["personName"] = text,
                ["email"] = text,
                ["password"] = text,
            }));
            await Good(text, await university.Pages.Submit(members, "/desk/members?handler=Invite", new() { ["email"] = text, ["role"] = text }));
            await Good(text, await university.Pages.Submit(members, "/desk/members?handler=Give", new() { ["person"] = text, ["role"] = text }));
            await Good(text, await university.Pages.Submit(account, "/account?handler=Password", new() { ["current"] = text, ["password"] = text }));
            // A wrong version: the reason is read and shown again, and nothing is decided.
            await Good(text, await @operator.Pages.Submit(desk, $"/desk/organisations?id={waiting}", new() { ["version"] = "9", ["decision"] = "reject", ["reason"] = text }));
        }
    }

    private static async Task Good(string text, HttpResponseMessage answer)
    {
        Assert.True((int)answer.StatusCode < 500, $"{answer.RequestMessage!.RequestUri} answered {answer.StatusCode} to {text}");
        if (text.Length <= 5 || !text.Contains('<', StringComparison.Ordinal) || answer.Content.Headers.ContentType?.MediaType != "text/html") return;
        Assert.DoesNotContain(text, await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }
}
