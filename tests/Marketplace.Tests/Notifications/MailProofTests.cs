using System.Net;
using System.Text.RegularExpressions;
using Marketplace.Domain.Notifications;
using Marketplace.Notifications;
using Marketplace.Tests.Host;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Notifications;

/// <summary>A market that sends mail, and what its pages say to a person who has not proven the account's address.</summary>
public sealed class MailProofTests
{
    private const string Settings = "/account/notices?culture=zh-CN";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_mail_of_an_account_is_proven_by_the_code_that_arrives_there()
    {
        await using var mail = new SmtpServer();
        await using var host = new Market(mail.Port);
        var buyer = await host.Enterprise();
        Assert.Contains("账号邮箱尚未验证", await Read("/inbox?culture=zh-CN"), StringComparison.Ordinal);
        Assert.Contains("填写发往该邮箱的验证码后才开始发送", await Read(Settings), StringComparison.Ordinal);
        Assert.Equal("/account/notices?done=code", (await buyer.Pages.Submit(Settings, new() { ["channel"] = "Mail" }, "Address")).Headers.Location!.ToString());
        var code = Regex.Match(Assert.Single(mail.Taken).TextBody!, "[0-9]{6}").Value;
        Assert.Equal("/account/notices?done=confirmed", (await buyer.Pages.Submit(Settings, new() { ["channel"] = "Mail", ["code"] = code }, "Confirm")).Headers.Location!.ToString());
        Assert.DoesNotContain("验证码", await Read(Settings), StringComparison.Ordinal);
        Assert.DoesNotContain("尚未验证", await Read("/inbox"), StringComparison.Ordinal);
        Assert.Equal(NoticeChannel.Mail, await host.InDatabase(db => db.Set<NoticeAddressRow>().Where(a => a.Person == buyer.Person && a.VerifiedAt != null).Select(a => a.Channel).SingleAsync(Stop)));

        async Task<string> Read(string path) => WebUtility.HtmlDecode(await buyer.Pages.GetStringAsync(path, Stop));
    }

    private sealed class Market(int port) : MarketHost
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.UseSetting("Mail:Host", "127.0.0.1").UseSetting("Mail:Port", $"{port}").UseSetting("Mail:Tls", "none").UseSetting("Mail:From", "notices@market.example");
        }
    }
}
