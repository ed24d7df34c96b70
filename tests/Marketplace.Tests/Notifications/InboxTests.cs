using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;
using Marketplace.Notifications;
using Marketplace.Tests.Host;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Notifications;

/// <summary>The pages of notices: whose they are, what they say in both languages, and the settings.</summary>
public class InboxTests : IAsyncLifetime
{
    private readonly Market _host = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task What_an_organisation_is_told_its_members_read_in_both_languages_and_nobody_else()
    {
        var (buyer, other, operators) = (await _host.Enterprise("甬江精密仪器"), await _host.Enterprise("瓯江科技"), await _host.Operator());
        var researcher = await _host.Member(buyer.Organisation, MemberRole.Researcher);
        await Tell(NoticeKind.Outbid, buyer.Organisation, "e-1");
        var page = await Read(buyer.Pages, "/inbox");
        Assert.Contains("出价被超过", page, StringComparison.Ordinal);
        Assert.Contains("“溅射薄膜压力芯片”的现价已到 123,456.78 元", page, StringComparison.Ordinal);
        var english = await Read(buyer.Pages, "/inbox?culture=en");
        Assert.Contains("The price of “溅射薄膜压力芯片” has reached 123,456.78 yuan", english, StringComparison.Ordinal);
        Assert.Equal(1, await Unread(buyer.Pages));
        var id = Regex.Match(page, "/inbox/([0-9a-f-]{36})").Groups[1].Value;
        foreach (var (stranger, which) in new[] { (researcher.Pages, "researcher"), (other.Pages, "other"), (operators.Pages, "operator") })
        {
            Assert.DoesNotContain("溅射薄膜压力芯片", await Read(stranger, "/inbox"), StringComparison.Ordinal);
            Assert.Equal((which, HttpStatusCode.NotFound), (which, (await stranger.GetAsync($"/inbox/{id}", Stop)).StatusCode));
            Assert.Equal((which, HttpStatusCode.NotFound), (which, (await stranger.Submit(await stranger.GetStringAsync("/account/notices", Stop), "/inbox?handler=Read", new() { ["notice"] = id })).StatusCode));
            Assert.Equal(0, await Unread(stranger));
        }

        var visitor = _host.Browser();
        foreach (var path in new[] { "/inbox", $"/inbox/{id}", "/account/notices" }) Assert.StartsWith("http://localhost/sign-in", (await visitor.GetAsync(path, Stop)).Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.GetAsync("/api/inbox/unread", Stop)).StatusCode);
    }

    [Fact]
    public async Task What_was_read_is_read_by_that_person_alone_and_a_link_leads_to_what_it_is_about()
    {
        var buyer = await _host.Enterprise("甬江精密仪器");
        var colleague = await _host.Member(buyer.Organisation, MemberRole.Staff);
        foreach (var n in Enumerable.Range(1, 3)) await Tell(NoticeKind.LotNotWon, buyer.Organisation, $"e-{n}");
        Assert.Contains("<b class=\"tag ink\" data-count=\"/api/inbox/unread\">3</b>", await buyer.Pages.GetStringAsync("/desk", Stop), StringComparison.Ordinal);
        var page = await buyer.Pages.GetStringAsync("/inbox", Stop);
        var ids = Regex.Matches(page, "href=\"/inbox/([0-9a-f-]{36})").Select(m => m.Groups[1].Value).ToList();
        var opened = await buyer.Pages.GetAsync($"/inbox/{ids[0]}", Stop);
        Assert.Equal((HttpStatusCode.Redirect, "/auctions/ZJP-2026-7719"), (opened.StatusCode, opened.Headers.Location!.ToString()));
        Assert.Equal(2, await Unread(buyer.Pages));
        var marked = await buyer.Pages.Submit("/inbox?show=unread", new() { ["notice"] = ids[1], ["show"] = "unread" }, "Read");
        Assert.Equal("/inbox?show=unread", marked.Headers.Location!.ToString());
        Assert.Equal(1, Regex.Count(await buyer.Pages.GetStringAsync("/inbox?show=unread", Stop), "class=\"row notice\""));
        Assert.Equal(3, await Unread(colleague.Pages));
        Assert.Equal(HttpStatusCode.Redirect, (await buyer.Pages.Submit("/inbox", [], "All")).StatusCode);
        Assert.Equal(0, await Unread(buyer.Pages));
        Assert.Contains("没有未读消息", await Read(buyer.Pages, "/inbox?show=unread"), StringComparison.Ordinal);
        Assert.Equal(3, await Unread(colleague.Pages));
        await Tell(NoticeKind.LotNotWon, buyer.Organisation, "e-9");
        Assert.Equal(1, await Unread(buyer.Pages));
    }

    [Fact]
    public async Task Groups_and_pages_show_what_they_say_and_any_address_is_answered()
    {
        var buyer = await _host.Enterprise();
        foreach (var n in Enumerable.Range(1, 27)) await Tell(n % 2 == 0 ? NoticeKind.DepositFrozen : NoticeKind.LotNotWon, buyer.Organisation, $"e-{n}");
        Assert.Equal(25, await Rows("/inbox"));
        Assert.Equal(2, await Rows("/inbox?at=2"));
        Assert.Equal(13, await Rows("/inbox?show=Deposit"));
        Assert.Equal(0, await Rows("/inbox?show=Signing"));
        foreach (var odd in new[] { "/inbox?at=-1", "/inbox?at=99999999", "/inbox?show=%3Cscript%3E", "/inbox?show=3", "/inbox?show=deposit" }) Assert.Equal(HttpStatusCode.OK, (await buyer.Pages.GetAsync(odd, Stop)).StatusCode);

        async Task<int> Rows(string path) => Regex.Count(await buyer.Pages.GetStringAsync(path, Stop), "class=\"row notice\"");
    }

    [Fact]
    public async Task Who_joins_later_reads_what_is_told_from_then_on_and_who_leaves_nothing()
    {
        var buyer = await _host.Enterprise();
        await Tell(NoticeKind.LotNotWon, buyer.Organisation, "e-1");
        var late = await _host.Member(buyer.Organisation, MemberRole.Staff);
        Assert.Equal(0, await Unread(late.Pages));
        await Tell(NoticeKind.LotNotWon, buyer.Organisation, "e-2");
        Assert.Equal(1, await Unread(late.Pages));
        await _host.InDatabase(db => db.Set<Marketplace.Organisations.MembershipRow>().Where(m => m.Person == late.Person).ExecuteDeleteAsync(Stop));
        Assert.Equal(0, await Unread(late.Pages));
    }

    [Fact]
    public async Task A_role_that_came_later_reads_what_was_told_since_the_day_of_joining()
    {
        var buyer = await _host.Enterprise();
        var member = await _host.Member(buyer.Organisation, MemberRole.Researcher);
        await Tell(NoticeKind.LotNotWon, buyer.Organisation, "e-1");
        Assert.Equal(0, await Unread(member.Pages));
        await _host.GiveRole(buyer.Organisation, member.Person, MemberRole.Staff);
        var listed = Assert.Single(Regex.Matches(await member.Pages.GetStringAsync("/inbox", Stop), "href=\"/inbox/([0-9a-f-]{36})")).Groups[1].Value;
        Assert.Equal("/auctions/ZJP-2026-7719", (await member.Pages.GetAsync($"/inbox/{listed}", Stop)).Headers.Location?.ToString());
        Assert.Equal(0, await Unread(member.Pages));
    }

    [Fact]
    public async Task The_feeds_are_valid_say_what_a_mail_says_and_end_with_their_secret()
    {
        var buyer = await _host.Enterprise();
        await Tell(NoticeKind.Outbid, buyer.Organisation, "e-1");
        await Tell(NoticeKind.OrganisationAccepted, buyer.Organisation, "e-2", "控制\u0001字符 <b>&amp; \uFFFE 🧪");
        Assert.Equal(HttpStatusCode.Redirect, (await buyer.Pages.Submit("/account/notices", [], "Feed")).StatusCode);
        var feed = await FeedOf(buyer);
        using var reader = _host.CreateClient();
        var answer = await reader.GetAsync(feed + ".xml", Stop);
        Assert.Equal(("application/atom+xml", "private, max-age=60"), (answer.Content.Headers.ContentType!.MediaType, answer.Headers.CacheControl is { Private: true, MaxAge: { TotalSeconds: 60 } } ? "private, max-age=60" : $"{answer.Headers.CacheControl}"));
        XNamespace atom = "http://www.w3.org/2005/Atom";
        var xml = XDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).Root!;
        // RFC 4287 4.1.1, 4.1.2: what a feed and an entry must have, once.
        Assert.Equal(atom + "feed", xml.Name);
        foreach (var parent in xml.Elements(atom + "entry").Append(xml))
        {
            foreach (var name in new[] { "id", "title", "updated" }) Assert.NotEqual("", Assert.Single(parent.Elements(atom + name)).Value);
            Assert.True(Instant.TryRead(parent.Element(atom + "updated")!.Value, out _));
            Assert.True(Uri.TryCreate(parent.Element(atom + "id")!.Value, UriKind.Absolute, out _));
        }

        Assert.NotNull(xml.Element(atom + "author")?.Element(atom + "name"));
        Assert.Equal("http://localhost" + feed + ".xml", xml.Elements(atom + "link").Single(l => (string?)l.Attribute("rel") == "self").Attribute("href")!.Value);
        Assert.Equal(["主体核验通过", "出价被超过"], xml.Elements(atom + "entry").Select(e => e.Element(atom + "title")!.Value));
        Assert.Contains("控制\uFFFD字符 <b>&amp; \uFFFD 🧪", xml.Value, StringComparison.Ordinal);

        var json = await reader.GetAsync(feed + ".json", Stop);
        Assert.Equal("application/feed+json", json.Content.Headers.ContentType!.MediaType);
        var root = JsonElement.Parse(await json.Content.ReadAsStringAsync(Stop));
        Assert.Equal("https://jsonfeed.org/version/1.1", root.GetProperty("version").GetString());
        Assert.NotEqual("", root.GetProperty("title").GetString());
        Assert.Equal(2, root.GetProperty("items").EnumerateArray().Count(i => i.GetProperty("id").GetString()!.StartsWith("urn:uuid:", StringComparison.Ordinal) && i.GetProperty("content_text").GetString()!.Length > 0));
        foreach (var text in new[] { xml.ToString(), root.ToString() }) Assert.DoesNotContain("溅射薄膜压力芯片", text, StringComparison.Ordinal);

        await buyer.Pages.Submit("/account/notices", [], "Feed");
        var renewed = await FeedOf(buyer);
        Assert.NotEqual(feed, renewed);
        Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync(feed + ".xml", Stop)).StatusCode);
        await buyer.Pages.Submit("/account/notices", [], "Revoke");
        foreach (var end in new[] { ".xml", ".json" }) Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync(renewed + end, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync($"/feeds/{new string('0', 64)}.json", Stop)).StatusCode);
    }

    [Fact]
    public async Task Switches_language_and_what_cannot_be_switched_off_are_kept()
    {
        var buyer = await _host.Enterprise();
        var page = await buyer.Pages.GetStringAsync("/account/notices", Stop);
        Assert.Matches("name=\"Bidding.InApp\"[^>]*checked[^>]*disabled", page);
        Assert.Contains("运营方尚未配置发信服务器", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        // Nothing ticked: all that can be off is off.
        Assert.Equal(HttpStatusCode.Redirect, (await buyer.Pages.Submit("/account/notices", [], "Switches")).StatusCode);
        Assert.All(await SwitchesOf(buyer), s => Assert.False(s.IsOn || Switches.IsLocked(s.Group, s.Channel)));
        await Tell(NoticeKind.Outbid, buyer.Organisation, "e-1");
        await TellPerson(buyer.Person, "e-2");
        Assert.Equal(1, await Unread(buyer.Pages));
        Assert.Equal(HttpStatusCode.Redirect, (await buyer.Pages.Submit("/account/notices", new() { ["SavedSearch.InApp"] = "on" }, "Switches")).StatusCode);
        Assert.Equal(2, await Unread(buyer.Pages));
        Assert.Equal(HttpStatusCode.Redirect, (await buyer.Pages.Submit("/account/notices", new() { ["language"] = "en" }, "Language")).StatusCode);
        Assert.Equal("en", await _host.InDatabase(db => db.Set<NoticeReaderRow>().Where(r => r.Person == buyer.Person).Select(r => r.Language).SingleAsync(Stop)));
        Assert.Equal(HttpStatusCode.OK, (await buyer.Pages.Submit("/account/notices", new() { ["language"] = "../x" }, "Language")).StatusCode);
        await using var scope = _host.Services.CreateAsyncScope();
        var refused = await scope.ServiceProvider.GetRequiredService<Readers>().Switch(buyer.Person, [(NoticeGroup.Bidding, NoticeChannel.Mail, false)], Stop);
        Assert.Equal(Refusal.NoticeCannotBeSwitchedOff, refused.Refusal);
    }

    [Fact]
    public async Task A_robot_gets_a_code_and_counts_when_that_was_typed_in()
    {
        await using var hooks = await HookServer.Start();
        var buyer = await _host.Enterprise();
        const string Page = "/account/notices";
        var given = new Dictionary<string, string> { ["channel"] = "DingTalk", ["address"] = hooks.Address + "/robot/send?access_token=t", ["secret"] = "SEC1" };
        var sent = await buyer.Pages.Submit(Page, given, "Address");
        Assert.Equal("/account/notices?done=code", sent.Headers.Location!.ToString());
        var got = Assert.Single(hooks.Got);
        Assert.Contains("&sign=", got.Query, StringComparison.Ordinal);
        var code = Regex.Match(got.Body, "验证码 ([0-9]{6})").Groups[1].Value;
        var kept = await _host.InDatabase(db => db.Set<NoticeAddressRow>().AsNoTracking().SingleAsync(Stop));
        Assert.DoesNotContain("access_token", kept.Sealed, StringComparison.Ordinal);
        Assert.DoesNotContain("access_token", await buyer.Pages.GetStringAsync(Page, Stop), StringComparison.Ordinal);

        // Again at once: too soon, and nothing is sent.
        Assert.Contains("太频繁", await Answer(await buyer.Pages.Submit(Page, given, "Address")), StringComparison.Ordinal);
        Assert.Single(hooks.Got);
        Assert.Contains("验证码不正确", await Answer(await buyer.Pages.Submit(Page, new() { ["channel"] = "DingTalk", ["code"] = code == "000000" ? "1" : "000000" }, "Confirm")), StringComparison.Ordinal);
        Assert.Equal("/account/notices?done=confirmed", (await buyer.Pages.Submit(Page, new() { ["channel"] = "DingTalk", ["code"] = $" {code} " }, "Confirm")).Headers.Location!.ToString());
        Assert.Contains("验证码已失效", await Answer(await buyer.Pages.Submit(Page, new() { ["channel"] = "DingTalk", ["code"] = code }, "Confirm")), StringComparison.Ordinal);

        await Tell(NoticeKind.LotWon, buyer.Organisation, "e-1");
        await Eventually.Become("the robot to be told", TimeSpan.FromSeconds(20), () => Task.FromResult(hooks.Got.Count == 2));
        Assert.DoesNotContain("溅射薄膜压力芯片", hooks.Got.Last().Body, StringComparison.Ordinal);
        await Eventually.Become("that to be seen", TimeSpan.FromSeconds(20), async () => (await Read(buyer.Pages, Page)).Contains("已送出", StringComparison.Ordinal));
        Assert.Equal("/account/notices?done=removed", (await buyer.Pages.Submit(Page, new() { ["channel"] = "DingTalk" }, "Remove")).Headers.Location!.ToString());
        await Tell(NoticeKind.LotWon, buyer.Organisation, "e-2");
        await Eventually.Become("that to be spread", TimeSpan.FromSeconds(20), () => _host.InDatabase(db => db.Set<NoticeRow>().AllAsync(n => n.SpreadAt != null, Stop)));
        Assert.Equal(1, await _host.InDatabase(db => db.Set<NoticeDeliveryRow>().CountAsync(Stop)));
    }

    [Theory]
    [InlineData("WeCom", "https://qyapi.weixin.qq.com:8443/x", "https 开头")]
    [InlineData("WeCom", "https://10.1.1.1/x", "公共互联网")]
    [InlineData("WeCom", "https://[fd00::1]/x", "公共互联网")]
    [InlineData("WeCom", "gopher://x", "https 开头")]
    [InlineData("WeCom", "", "必填")]
    [InlineData("Sms", "13800000000", "没有配置")]
    [InlineData("Mail", "a@b.example", "没有配置")]
    [InlineData("InApp", "x", "没有配置")]
    public async Task An_address_that_leads_inside_or_nowhere_is_refused_by_name(string channel, string address, string says)
    {
        var buyer = await _host.Enterprise();
        var answer = await buyer.Pages.Submit("/account/notices", new() { ["channel"] = channel, ["address"] = address }, "Address");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        if (channel is not "InApp") Assert.Contains(says, await Answer(answer), StringComparison.Ordinal);
        Assert.Equal(0, await _host.InDatabase(db => db.Set<NoticeAddressRow>().CountAsync(Stop)));
    }

    [Fact]
    public async Task A_demonstration_s_account_sends_nothing_out()
    {
        await using var hooks = await HookServer.Start();
        var demo = await _host.Organisation(OrganisationKind.Enterprise, demo: true);
        var answer = await demo.Pages.Submit("/account/notices", new() { ["channel"] = "WeCom", ["address"] = hooks.Address }, "Address");
        Assert.Contains("演示账号的消息只在站内", await Answer(answer), StringComparison.Ordinal);
        Assert.Empty(hooks.Got);
    }

    [Fact]
    public async Task An_operator_sees_numbers_of_deliveries_and_nothing_of_what_was_said()
    {
        var (buyer, operators) = (await _host.Enterprise("甬江精密仪器"), await _host.Operator());
        await using var hooks = await HookServer.Start();
        hooks.Answers.Enqueue((404, "", null));
        await buyer.Pages.Submit("/account/notices", new() { ["channel"] = "WeCom", ["address"] = hooks.Address }, "Address");
        await _host.InDatabase(db => db.Set<NoticeAddressRow>().ExecuteUpdateAsync(s => s.SetProperty(a => a.VerifiedAt, a => a.SentAt), Stop));
        hooks.Answers.Enqueue((404, "", null));
        await Tell(NoticeKind.Outbid, buyer.Organisation, "e-1");
        await Eventually.Become("the failure to be seen", TimeSpan.FromSeconds(20), async () => (await operators.Pages.GetStringAsync("/desk/notices", Stop)).Contains("http-404", StringComparison.Ordinal));
        var page = await Read(operators.Pages, "/desk/notices");
        foreach (var secret in new[] { "溅射薄膜压力芯片", "ZJP-2026-7719", "甬江", buyer.Email, $"{buyer.Organisation}", $"{buyer.Person}", "Outbid", "出价被超过", hooks.Address }) Assert.DoesNotContain(secret, page, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.Forbidden, (await buyer.Pages.GetAsync("/desk/notices", Stop)).StatusCode);
    }

    [Fact]
    public async Task Naughty_strings_are_shown_and_never_executed()
    {
        var buyer = await _host.Enterprise();
        var strings = NaughtyTexts.All.Where(s => Text.IsStorable(s)).ToList();
        var at = Instant.Cut(_host.Services.GetRequiredService<TimeProvider>().GetUtcNow());
        await _host.InDatabase(async db =>
        {
            _host.Services.GetRequiredService<INotifier>().Tell(db, strings.Select((s, n) => Notice(NoticeKind.OrganisationRejected, Recipient.Organisation(buyer.Organisation), $"e-{n}", s) with { At = at }));
            return await db.SaveChangesAsync(Stop);
        });
        await buyer.Pages.Submit("/account/notices", [], "Feed");
        var feed = await FeedOf(buyer);
        _ = XDocument.Parse(await buyer.Pages.GetStringAsync(feed + ".xml", Stop));
        _ = JsonElement.Parse(await buyer.Pages.GetStringAsync(feed + ".json", Stop));
        var markup = strings.Where(s => s.Contains('<', StringComparison.Ordinal) && s.Length > 5).ToList();
        for (var number = 1; number <= (strings.Count + 24) / 25; number++)
        {
            var page = await buyer.Pages.GetStringAsync($"/inbox?at={number}", Stop);
            Assert.Equal(Math.Min(25, strings.Count - (number - 1) * 25), Regex.Count(page, "class=\"row notice\""));
            Assert.DoesNotContain(markup, m => page.Contains(m, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_kind_has_its_texts_and_no_title_has_a_place_to_fill()
    {
        var texts = _host.Services.GetRequiredService<Microsoft.Extensions.Localization.IStringLocalizer<NoticeTexts>>();
        foreach (var kind in NoticeKinds.All)
        {
            Assert.False(texts[$"Title.{kind}"].ResourceNotFound || texts[$"Text.{kind}"].ResourceNotFound, $"{kind}");
            // A title leaves the market.
            Assert.DoesNotContain("{", texts[$"Title.{kind}"].Value, StringComparison.Ordinal);
        }

        string[] words = [.. Enum.GetValues<NoticeGroup>().Select(g => $"Group.{g}"), .. Enum.GetValues<NoticeChannel>().Select(c => $"Channel.{c}"), .. Domain.Deals.Steps.All.Skip(1).Select(s => $"Step.{Domain.Deals.Steps.NameOf(s.Step)}")];
        Assert.All(words, word => Assert.False(texts[word].ResourceNotFound, word));
    }

    private static Notice Notice(NoticeKind kind, Recipient to, string id, string title) => new(
        id, kind, to, "ZJP-2026-7719", "/auctions/ZJP-2026-7719", DateTimeOffset.UnixEpoch, [NoticeValue.Text(title), NoticeValue.Money(123_456_78), NoticeValue.Text("x")]);

    private Task Tell(NoticeKind kind, Guid organisation, string id, string title = "溅射薄膜压力芯片") => Tell(Notice(kind, Recipient.Organisation(organisation), id, title));

    private Task TellPerson(Guid person, string id) => Tell(Notice(NoticeKind.SavedSearchFound, Recipient.Person(person), id, "锂电"));

    private Task Tell(Notice notice) => _host.InDatabase(async db =>
    {
        var at = Instant.Cut(_host.Services.GetRequiredService<TimeProvider>().GetUtcNow());
        _host.Services.GetRequiredService<INotifier>().Tell(db, [notice with { At = at }]);
        return await db.SaveChangesAsync(Stop);
    });

    private Task<List<NoticeSwitchRow>> SwitchesOf(Somebody who) => _host.InDatabase(db => db.Set<NoticeSwitchRow>().AsNoTracking().Where(s => s.Person == who.Person).ToListAsync(Stop));

    private static async Task<string> Read(HttpClient browser, string path) => WebUtility.HtmlDecode(await browser.GetStringAsync(path, Stop));

    private static async Task<string> Answer(HttpResponseMessage answer) => WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop));

    private static async Task<int> Unread(HttpClient browser) => JsonElement.Parse(await browser.GetStringAsync("/api/inbox/unread", Stop)).GetProperty("unread").GetInt32();

    private static async Task<string> FeedOf(Somebody who) => Regex.Match(await who.Pages.GetStringAsync("/account/notices", Stop), "(/feeds/[0-9a-f]{64})\\.xml").Groups[1].Value;

    /// <summary>A market under test: its robots may stand on this machine.</summary>
    private sealed class Market : MarketHost
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.UseSetting("Notices:AllowLoopback", "true");
        }
    }
}
