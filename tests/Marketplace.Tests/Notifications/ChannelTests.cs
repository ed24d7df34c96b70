using System.Text.Json;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;
using Marketplace.Notifications;
using Marketplace.Tests.Host;
using MimeKit;

namespace Marketplace.Tests.Notifications;

/// <summary>What leaves the market, byte by byte, and what each answer of the other side leads to.</summary>
public sealed class ChannelTests : IAsyncLifetime
{
    private Post _post = null!;


    public async ValueTask InitializeAsync() => _post = await Post.Open(await TestDatabase.Create(null));

    public ValueTask DisposeAsync() => _post.DisposeAsync();

    [Fact]
    public async Task A_mail_is_in_the_reader_s_language_and_says_how_to_change_that()
    {
        var (organisation, person) = await _post.Member(OrganisationKind.University);
        await _post.Tell(_post.Notice(NoticeKind.AchievementPublished, Recipient.Organisation(organisation), "one"));
        await _post.Run();
        await _post.Change(db =>
        {
            db.Add(new NoticeReaderRow { Person = person, Language = "en" });
            return Task.CompletedTask;
        });
        await _post.Tell(_post.Notice(NoticeKind.AchievementPublished, Recipient.Organisation(organisation), "two"));
        await _post.Run();
        Assert.Equal(["【网上技术市场】成果已发布", "[Technology Market] Achievement published"], _post.Mail.Taken.Select(m => m.Subject));
        var (chinese, english) = (_post.Mail.Taken.First(), _post.Mail.Taken.Last());
        Assert.StartsWith("“溅射薄膜压力芯片”已通过审核并发布。", chinese.TextBody, StringComparison.Ordinal);
        Assert.StartsWith("“溅射薄膜压力芯片” passed its review", english.TextBody, StringComparison.Ordinal);
        Assert.Matches("https://market.example/inbox/[0-9a-f-]{36}", chinese.TextBody);
        Assert.Contains("https://market.example/account/notices", chinese.TextBody, StringComparison.Ordinal);
        Assert.Equal("auto-generated", chinese.Headers["Auto-Submitted"]);
        Assert.EndsWith("@market.example", chinese.MessageId, StringComparison.Ordinal);
        Assert.Equal($"{person:N}@firm.example", Assert.Single(chinese.To.Mailboxes).Address);
    }

    /// <summary>A relay, a robot's provider and a feed reader read along: none of them may see recipient and lot in one message.</summary>
    [Fact]
    public async Task What_is_sealed_names_no_lot_no_amount_and_no_address_of_a_lot()
    {
        string[] secrets = ["溅射薄膜压力芯片", "ZJP-2026-7719", "123,456", "12345678", "/auctions/", "/deals/"];
        foreach (var language in new[] { "zh-CN", "en" })
        {
            foreach (var kind in NoticeKinds.All.Where(NoticeKinds.IsSealed))
            {
                var (organisation, person) = await _post.Member(Enum.GetValues<OrganisationKind>().First(o => NoticeKinds.IsFor(kind, o, MemberRole.Owner)));
                await _post.Give(person, NoticeChannel.Sms, "13800000000");
                await _post.Give(person, NoticeChannel.WeCom, _post.Hooks.Address + "/wecom");
                await _post.Give(person, NoticeChannel.DingTalk, _post.Hooks.Address + "/dingtalk");
                await _post.Change(db =>
                {
                    db.Add(new NoticeReaderRow { Person = person, Language = language });
                    db.AddRange(Switches.Sent.Select(c => new NoticeSwitchRow { Person = person, Group = NoticeKinds.GroupOf(kind), Channel = c, IsOn = true }));
                    return Task.CompletedTask;
                });
                var (mails, posts) = (_post.Mail.Taken.Count, _post.Hooks.Got.Count);
                await _post.Tell(_post.Notice(kind, Recipient.Organisation(organisation), $"lot/ZJP-2026-7719/{kind}"));
                await _post.Run();
                Assert.Equal((mails + 1, posts + 3), (_post.Mail.Taken.Count, _post.Hooks.Got.Count));
            }
        }

        foreach (var sent in _post.Mail.Taken.Select(m => $"{m} {m.Subject} {m.TextBody}").Concat(_post.Hooks.Got.Select(g => g.ToString())))
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, sent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Robots_and_the_gateway_get_their_documented_bodies()
    {
        var (_, person) = await _post.Member();
        await _post.Give(person, NoticeChannel.Sms, "13800000000");
        await _post.Give(person, NoticeChannel.WeCom, _post.Hooks.Address + "/cgi-bin/webhook/send?key=k1");
        await _post.Give(person, NoticeChannel.DingTalk, _post.Hooks.Address + "/robot/send?access_token=t1", "SEC42");
        await _post.Change(db =>
        {
            db.Add(new NoticeSwitchRow { Person = person, Group = NoticeGroup.SavedSearch, Channel = NoticeChannel.Sms, IsOn = true });
            return Task.CompletedTask;
        });
        await _post.Tell(_post.Notice(NoticeKind.SavedSearchFound, Recipient.Person(person)));
        await _post.Run();
        var wecom = _post.Hooks.Got.Single(g => g.Path == "/cgi-bin/webhook/send");
        Assert.Equal(("?key=k1", "application/json; charset=utf-8"), (wecom.Query, wecom.ContentType));
        var text = JsonElement.Parse(wecom.Body);
        Assert.Equal("text", text.GetProperty("msgtype").GetString());
        Assert.StartsWith("保存的检索有新结果\n“溅射薄膜压力芯片”", text.GetProperty("text").GetProperty("content").GetString(), StringComparison.Ordinal);
        var dingtalk = _post.Hooks.Got.Single(g => g.Path == "/robot/send");
        Assert.Equal(wecom.Body, dingtalk.Body);
        Assert.Equal(Robots.Signed(new Uri("https://x/?access_token=t1"), "SEC42", _post.Clock.GetUtcNow()).Query, dingtalk.Query);
        var sms = _post.Hooks.Got.Single(g => g.Path == "/sms");
        Assert.Equal(("gateway secret", "13800000000"), (sms.Secret, JsonElement.Parse(sms.Body).GetProperty("to").GetString()));
    }

    public static TheoryData<int, string, string?, DeliveryState, string, double> Answers => new()
    {
        { 500, "", null, DeliveryState.Waiting, "http-500", 10 },
        { 503, "", null, DeliveryState.Waiting, "http-503", 10 },
        { 429, "", "120", DeliveryState.Waiting, "http-429", 120 },
        { 404, "", null, DeliveryState.Failed, "http-404", 0 },
        { 302, "", null, DeliveryState.Failed, "http-302", 0 },
        { 200, """{"errcode":45009}""", null, DeliveryState.Waiting, "errcode-45009", 10 },
        { 200, """{"errcode":93000}""", null, DeliveryState.Failed, "errcode-93000", 0 },
        { 200, "<html>", null, DeliveryState.Waiting, "no-json", 10 },
        { 200, new string('x', 100_000), null, DeliveryState.Waiting, "http-ConfigurationLimitExceeded", 10 },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Each_answer_leads_where_it_says(int status, string body, string? retryAfter, DeliveryState state, string code, double seconds)
    {
        var row = await Robot(() => _post.Hooks.Answers.Enqueue((status, body, retryAfter)));
        Assert.Equal((state, code), (row.State, row.Code));
        if (state is not DeliveryState.Waiting) return;
        Assert.Equal(seconds, (row.DueAt - _post.Clock.GetUtcNow()).TotalSeconds);
        _post.Clock.Advance(TimeSpan.FromSeconds(seconds));
        await _post.Run();
        Assert.Equal((DeliveryState.Sent, null, 2), await Now());
    }

    [Fact]
    public async Task One_who_does_not_answer_is_left_after_a_while_and_asked_again()
    {
        var row = await Robot(() => _post.Hooks.Answers.Enqueue(null));
        Assert.Equal((DeliveryState.Waiting, "timeout"), (row.State, row.Code));
        _post.Clock.Advance(TimeSpan.FromSeconds(10));
        await _post.Run();
        Assert.Equal((DeliveryState.Sent, null, 2), await Now());
    }

    [Theory]
    [InlineData("https://127.0.0.1:1/", "http-ConnectionError")]
    [InlineData("https://10.0.0.1/", "address-forbidden")]
    [InlineData("https://169.254.169.254/latest/meta-data", "address-forbidden")]
    [InlineData("https://[::ffff:192.168.0.1]/", "address-forbidden")]
    [InlineData("https://no-such-name.invalid/", "http-")]
    public async Task A_name_that_stands_for_an_address_inside_is_not_connected_to(string address, string code)
    {
        // Under test this machine's own address is allowed, so that the others alone are refused.
        var (_, person) = await _post.Member();
        await _post.Give(person, NoticeChannel.WeCom, address);
        await _post.Tell(_post.Notice(NoticeKind.SavedSearchFound, Recipient.Person(person)));
        await _post.Run();
        var row = (await _post.Deliveries()).Single(d => d.Channel is NoticeChannel.WeCom);
        Assert.StartsWith(code, row.Code, StringComparison.Ordinal);
        Assert.Equal(code is "address-forbidden" ? DeliveryState.Failed : DeliveryState.Waiting, row.State);
    }

    [Theory]
    [InlineData("550 no such user", DeliveryState.Failed, "smtp-550")]
    [InlineData("452 full", DeliveryState.Waiting, "smtp-452")]
    public async Task A_recipient_that_is_not_there_is_not_tried_again(string answer, DeliveryState state, string code)
    {
        var (organisation, _) = await _post.Member();
        _post.Mail.ToRecipients.Enqueue(answer);
        await _post.Tell(_post.Notice(NoticeKind.LotWon, Recipient.Organisation(organisation)));
        await _post.Run();
        Assert.Equal((state, code), (Assert.Single(await _post.Deliveries()).State, (await _post.Deliveries())[0].Code));
    }

    [Fact]
    public async Task A_mail_server_that_says_nothing_keeps_only_mail_waiting()
    {
        var (organisation, person) = await _post.Member();
        await _post.Give(person, NoticeChannel.WeCom, _post.Hooks.Address + "/wecom");
        _post.Mail.Hangs = true;
        await _post.Tell(_post.Notice(NoticeKind.LotWon, Recipient.Organisation(organisation)));
        await _post.Run();
        Assert.Equal(["Mail Waiting timeout", "WeCom Sent "], (await _post.Deliveries()).Select(d => $"{d.Channel} {d.State} {d.Code}"));
    }

    [Fact]
    public async Task What_is_no_news_any_more_is_not_sent()
    {
        var (organisation, _) = await _post.Member();
        await _post.Tell(_post.Notice(NoticeKind.Outbid, Recipient.Organisation(organisation)));
        _post.Clock.Advance(TimeSpan.FromMinutes(16));
        await _post.Run();
        Assert.Equal((DeliveryState.Failed, "too-late"), (Assert.Single(await _post.Deliveries()).State, (await _post.Deliveries())[0].Code));
        Assert.Empty(_post.Mail.Taken);
    }

    [Fact]
    public async Task Whatever_a_title_is_made_of_no_mail_gets_another_header_or_recipient()
    {
        var strings = NaughtyTexts.All
            .Append("x\r\nBcc: thief@example.org\r\n\r\nbody").Append(".\r\nMAIL FROM:<a@b>").ToList();
        var (organisation, _) = await _post.Member(OrganisationKind.University);
        await _post.Tell([.. strings.Select((text, n) => _post.Notice(NoticeKind.AchievementPublished, Recipient.Organisation(organisation), $"e-{n}") with { Values = [NoticeValue.Text(text)] })]);
        for (var turn = 0; turn < 70; turn++) await _post.Run();
        Assert.Equal(strings.Count, _post.Mail.Taken.Count);
        Assert.All(_post.Mail.Taken, mail =>
        {
            Assert.Equal("【网上技术市场】成果已发布", mail.Subject);
            Assert.Empty(mail.Bcc);
            Assert.Single(mail.To);
            Assert.Equal(8, mail.Headers.Count(h => h.Id is not (HeaderId.ContentType or HeaderId.ContentTransferEncoding)));
        });
    }

    private async Task<NoticeDeliveryRow> Robot(Action script)
    {
        var (_, person) = await _post.Member();
        await _post.Give(person, NoticeChannel.WeCom, _post.Hooks.Address + "/wecom");
        await _post.Tell(_post.Notice(NoticeKind.SavedSearchFound, Recipient.Person(person)));
        script();
        await _post.Run();
        return (await _post.Deliveries()).Single(d => d.Channel is NoticeChannel.WeCom);
    }

    private async Task<(DeliveryState, string?, int)> Now()
    {
        var row = (await _post.Deliveries()).Single(d => d.Channel is NoticeChannel.WeCom);
        return (row.State, row.Code, row.Attempts);
    }
}
