using System.Net;
using System.Text.RegularExpressions;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Organisations;

public partial class MemberTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_invited_colleague_makes_an_account_and_joins_and_the_link_works_once()
    {
        await using var host = new MarketHost();
        var university = await host.University("越州大学");
        var link = await Invite(university, "shen@uni.example", MemberRole.Researcher);
        using var browser = host.Browser();
        Assert.Contains("越州大学", await browser.GetStringAsync(link, Cancellation), StringComparison.Ordinal);
        var fields = new Dictionary<string, string> { ["code"] = link.Split("code=")[1], ["personName"] = "沈某某", ["password"] = "tr4ck-wheel-orbit" };
        var joined = await browser.Submit(link, fields);
        Assert.Equal("/desk", joined.Headers.Location!.ToString());
        Assert.Contains("越州大学", await browser.GetStringAsync("/desk", Cancellation), StringComparison.Ordinal);
        using var second = host.Browser();
        var spent = await second.GetAsync(link, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, spent.StatusCode);
        Assert.Contains("已经用过", await spent.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_database_holds_no_link_and_a_link_dies_after_seven_days_or_when_withdrawn()
    {
        await using var host = new MarketHost();
        var university = await host.University();
        var (old, withdrawn) = (await Invite(university, "old@uni.example"), await Invite(university, "no@uni.example"));
        var rows = await host.InDatabase(async db =>
        {
            var invitations = await db.Set<InvitationRow>().OrderBy(i => i.At).ToListAsync(Cancellation);
            var past = invitations[0].At - TimeSpan.FromDays(8);
            await db.WriteAsync(token => db.Set<InvitationRow>().Where(i => i.Id == invitations[0].Id).ExecuteUpdateAsync(s => s.SetProperty(i => i.ExpiresAt, past), token), Cancellation);
            return invitations;
        });
        Assert.Equal(TimeSpan.FromDays(7), rows[1].ExpiresAt - rows[1].At);
        Assert.DoesNotContain(rows, r => r.TokenHash.Contains(withdrawn.Split("code=")[1], StringComparison.OrdinalIgnoreCase));
        await university.Pages.Submit("/desk/members", new() { ["invitation"] = rows[1].Id.ToString() }, "Withdraw");
        using var browser = host.Browser();
        foreach (var link in new[] { old, withdrawn, "/join?code=made-up", "/join" }) Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(link, Cancellation)).StatusCode);
    }

    [Fact]
    public async Task An_invitation_is_for_its_email_alone()
    {
        await using var host = new MarketHost();
        var (university, enterprise) = (await host.University(), await host.Enterprise());
        var link = await Invite(university, "somebody.else@uni.example");
        var answer = await enterprise.Pages.Submit(link, new() { ["code"] = link.Split("code=")[1] });
        Assert.Contains("发给另一个邮箱", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        var mine = await Invite(university, enterprise.Email.ToUpperInvariant());
        Assert.Equal("/desk", (await enterprise.Pages.Submit(mine, new() { ["code"] = mine.Split("code=")[1] })).Headers.Location!.ToString());
        using var browser = host.Browser();
        var taken = await Invite(university, enterprise.Email);
        var second = await browser.Submit(taken, new() { ["code"] = taken.Split("code=")[1], ["personName"] = "某人", ["password"] = "tr4ck-wheel-orbit" });
        Assert.Contains("请先登录", await second.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_owner_stays_and_a_removed_member_is_out_at_once()
    {
        await using var host = new MarketHost();
        var owner = await host.University();
        var staff = await host.Member(owner.Organisation, MemberRole.Staff);
        Assert.Equal(HttpStatusCode.Conflict, (await Change("Remove", owner.Person)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await Change("Take", owner.Person, "Owner")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Change("Give", staff.Person, "Signatory")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await Change("Give", staff.Person, "Signatory")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Change("Take", staff.Person, "Staff")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Change("Remove", staff.Person)).StatusCode);
        Assert.Contains("您还不属于任何单位", await staff.Pages.GetStringAsync("/desk", Cancellation), StringComparison.Ordinal);
        var events = await host.InDatabase(db => db.Set<OrganisationHistoryRow>().OrderBy(h => h.At).Select(h => h.Event).ToListAsync(Cancellation));
        Assert.Equal([OrganisationEvent.RoleGiven, OrganisationEvent.RoleTaken, OrganisationEvent.MemberRemoved], events);

        Task<HttpResponseMessage> Change(string handler, Guid person, string role = "Staff") =>
            owner.Pages.Submit("/desk/members", new() { ["person"] = person.ToString(), ["role"] = role }, handler);
    }

    [Fact]
    public async Task Only_an_owner_manages_members_and_only_of_the_own_organisation()
    {
        await using var host = new MarketHost();
        var (first, second) = (await host.University(), await host.University());
        var staff = await host.Member(first.Organisation, MemberRole.Staff);
        Assert.Equal(HttpStatusCode.Forbidden, (await staff.Pages.GetAsync("/desk/members", Cancellation)).StatusCode);
        var foreign = await second.Pages.Submit("/desk/members", new() { ["person"] = staff.Person.ToString(), ["role"] = "Owner" }, "Give");
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await second.Pages.Submit("/desk/members", new() { ["person"] = staff.Person.ToString() }, "Remove")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await staff.Pages.GetAsync("/desk", Cancellation)).StatusCode);
    }

    private static async Task<string> Invite(Somebody owner, string email, MemberRole role = MemberRole.Staff)
    {
        var page = await (await owner.Pages.Submit("/desk/members", new() { ["email"] = email, ["role"] = role.ToString() }, "Invite")).Content.ReadAsStringAsync(Cancellation);
        return Link().Match(page).Groups[1].Value;
    }

    [GeneratedRegex("value=\"http://localhost(/join\\?code=[A-Za-z0-9_-]+)\"")]
    private static partial Regex Link();
}
