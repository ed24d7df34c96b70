using System.Text;
using System.Text.Json;
using CsCheck;
using Marketplace.Domain.Notifications;

namespace Marketplace.Domain.Tests.Notifications;

public sealed class DeliveryTests
{
    private static readonly DateTimeOffset Told = new(2026, 11, 28, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_fails_is_tried_six_times_and_ever_later()
    {
        var (at, waits) = (Told, new List<double>());
        for (var attempt = 1; Retries.Next(NoticeKind.LotWon, Told, attempt, SendAnswer.Again("smtp-451"), at) is { } next; attempt++)
        {
            waits.Add((next - at).TotalSeconds);
            at = next;
        }

        Assert.Equal([10, 60, 300, 1200, 3600], waits);
    }

    [Fact]
    public void What_will_not_be_better_later_is_not_tried_again() =>
        Assert.Null(Retries.Next(NoticeKind.LotWon, Told, 1, SendAnswer.Never("smtp-550"), Told));

    [Fact]
    public void Who_asks_to_be_left_alone_is_left_alone_for_an_hour_at_most()
    {
        Assert.Equal(Told.AddMinutes(3), Retries.Next(NoticeKind.LotWon, Told, 1, SendAnswer.Again("http-429", TimeSpan.FromMinutes(3)), Told));
        Assert.Equal(Told.AddSeconds(10), Retries.Next(NoticeKind.LotWon, Told, 1, SendAnswer.Again("http-429", TimeSpan.FromSeconds(1)), Told));
        Assert.Equal(Told.AddHours(1), Retries.Next(NoticeKind.LotWon, Told, 1, SendAnswer.Again("http-429", TimeSpan.FromDays(9)), Told));
    }

    [Fact]
    public void That_one_was_outbid_is_no_news_after_a_quarter_of_an_hour()
    {
        Assert.NotNull(Retries.Next(NoticeKind.Outbid, Told, 3, SendAnswer.Again("timeout"), Told.AddMinutes(9)));
        Assert.Null(Retries.Next(NoticeKind.Outbid, Told, 3, SendAnswer.Again("timeout"), Told.AddMinutes(11)));
        Assert.NotNull(Retries.Next(NoticeKind.LotWon, Told, 3, SendAnswer.Again("timeout"), Told.AddMinutes(11)));
    }

    [Fact]
    public void A_lease_outlasts_the_longest_attempt() => Assert.True(Retries.Lease > 2 * Retries.LongestAttempt);

    [Fact]
    public void A_value_comes_back_as_it_was_written() =>
        Gen.Select(Gen.Enum<ValueForm>(), Gen.String).Sample((form, raw) => NoticeValue.Read(new NoticeValue(form, raw).Write()) == new NoticeValue(form, raw));

    [Fact]
    public void A_long_title_is_cut_between_characters()
    {
        Assert.Equal(new string('a', 300), NoticeValue.Text(new string('a', 300)).Raw);
        Assert.Equal(new string('a', 299) + "…", NoticeValue.Text(new string('a', 301)).Raw);
        Assert.Equal(new string('a', 298) + "…", NoticeValue.Text(new string('a', 298) + "🧪🧪🧪").Raw);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x1")]
    public void What_nobody_wrote_is_no_value(string written) => Assert.Throws<FormatException>(() => NoticeValue.Read(written));

    [Fact]
    public void A_robot_gets_the_documented_body()
    {
        Assert.Equal("""{"msgtype":"text","text":{"content":"出价被超过\n\u0022x\u0022"}}""", Encoding.UTF8.GetString(Robots.Body("出价被超过\n\"x\"")));
        var long_ = Content(Robots.Body(new string('标', 5000)));
        Assert.InRange(Encoding.UTF8.GetByteCount(long_), 2000, 2048);
        Assert.EndsWith("…", long_, StringComparison.Ordinal);

        static string Content(byte[] body) => JsonElement.Parse(body).GetProperty("text").GetProperty("content").GetString()!;
    }

    [Fact]
    public void The_signature_is_the_documented_one()
    {
        var signed = Robots.Signed(new Uri("https://oapi.dingtalk.com/robot/send?access_token=abc"), "SECthis is secret", DateTimeOffset.FromUnixTimeMilliseconds(1577262236757));
        // Computed with Python's hmac and urllib as the robot's page shows it.
        Assert.Equal("?access_token=abc&timestamp=1577262236757&sign=J2qBKLynGZv5uMXAkGgdbSkX8S8Dbkqw1VOS3Ie%2BDF0%3D", signed.Query);
        Assert.Equal(new Uri("https://x.example/a"), Robots.Signed(new Uri("https://x.example/a"), null, Told));
    }

    [Theory]
    [InlineData("""{"errcode":0,"errmsg":"ok"}""", SendOutcome.Sent, null)]
    [InlineData("""{"errcode":93000,"errmsg":"invalid webhook url"}""", SendOutcome.Never, "errcode-93000")]
    [InlineData("""{"errcode":310000,"errmsg":"sign not match"}""", SendOutcome.Never, "errcode-310000")]
    [InlineData("""{"errcode":45009,"errmsg":"api freq out of limit"}""", SendOutcome.Again, "errcode-45009")]
    [InlineData("""{"errcode":130101,"errmsg":"send too fast"}""", SendOutcome.Again, "errcode-130101")]
    [InlineData("""{"errcode":-1}""", SendOutcome.Again, "errcode--1")]
    [InlineData("""{"errcode":"0"}""", SendOutcome.Again, "no-errcode")]
    [InlineData("""{"ok":true}""", SendOutcome.Again, "no-errcode")]
    [InlineData("[0]", SendOutcome.Again, "no-errcode")]
    [InlineData("<html>", SendOutcome.Again, "no-json")]
    [InlineData("", SendOutcome.Again, "no-json")]
    public void Only_errcode_0_means_that_the_message_is_there(string answer, SendOutcome outcome, string? code)
    {
        var read = Robots.Read(Encoding.UTF8.GetBytes(answer));
        Assert.Equal((outcome, code), (read.Outcome, read.Code));
    }

    [Theory]
    [InlineData(200, null)]
    [InlineData(204, null)]
    [InlineData(302, SendOutcome.Never)]
    [InlineData(400, SendOutcome.Never)]
    [InlineData(404, SendOutcome.Never)]
    [InlineData(408, SendOutcome.Again)]
    [InlineData(429, SendOutcome.Again)]
    [InlineData(500, SendOutcome.Again)]
    [InlineData(503, SendOutcome.Again)]
    public void A_status_says_whether_to_come_again(int status, SendOutcome? outcome) => Assert.Equal(outcome, Robots.OfStatus(status, null)?.Outcome);

    [Theory]
    [InlineData("""{"to":"{phone}","text":"{text}"}""", true)]
    [InlineData("""{"to":["{phone}"],"vars":{"a":"【市场】{text}"}}""", true)]
    [InlineData("""{"to":"{phone}"}""", false)]
    [InlineData("""{"to":"{phone}","text":{text}}""", false)]
    [InlineData("to={phone}&text={text}", false)]
    public void A_gateway_s_template_is_JSON_with_both_places(string template, bool good) => Assert.Equal(good, Robots.IsTemplate(template));

    [Fact]
    public void Whatever_the_text_is_the_gateway_gets_it_as_one_value() =>
        Gen.String.Where(text => Marketplace.Domain.Common.Text.IsStorable(text)).Sample(text =>
            JsonElement.Parse(Robots.Sms("""{"to":"{phone}","text":"{text}"}""", "13800000000", text)) is var sent &&
            sent.GetProperty("text").GetString() == text && sent.GetProperty("to").GetString() == "13800000000");
}
