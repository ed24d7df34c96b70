using System.Net;
using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;

namespace Marketplace.Domain.Tests.Notifications;

/// <summary>Where notices may be sent to, address by address.</summary>
public sealed class OutsideAddressTests
{
    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("101.226.4.6", true)]
    [InlineData("100.63.255.255", true)]
    [InlineData("100.128.0.0", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.32.0.0", true)]
    [InlineData("192.0.1.1", true)]
    [InlineData("198.17.255.255", true)]
    [InlineData("223.255.255.255", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("0.1.2.3", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("100.127.255.255", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.255.255.254", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.0.0.8", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("192.88.99.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("198.19.255.255", false)]
    [InlineData("198.51.100.7", false)]
    [InlineData("203.0.113.9", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("240.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("2400:3200::1", true)]
    [InlineData("2606:4700:4700::1111", true)]
    [InlineData("2001:4860:4860::8888", true)]
    [InlineData("64:ff9b::808:808", true)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("64:ff9b::a9fe:a9fe", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:10.1.2.3", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("64:ff9b:1::1", false)]
    [InlineData("100::1", false)]
    [InlineData("2001::1", false)]
    [InlineData("2001:1ff::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:7f00:1::1", false)]
    [InlineData("3fff:0fff::1", false)]
    [InlineData("5f00::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd12:3456::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", false)]
    public void Only_what_is_public_is_connected_to(string address, bool isPublic) => Assert.Equal(isPublic, OutsideAddress.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1", null)]
    [InlineData(" https://oapi.dingtalk.com/robot/send?access_token=1 ", null)]
    [InlineData("https://oapi.dingtalk.com:443/x", null)]
    [InlineData("https://101.226.4.6/x", null)]
    [InlineData("", Refusal.Required)]
    [InlineData("http://qyapi.weixin.qq.com/", Refusal.NoticeAddressInvalid)]
    [InlineData("ftp://qyapi.weixin.qq.com/", Refusal.NoticeAddressInvalid)]
    [InlineData("file:///etc/passwd", Refusal.NoticeAddressInvalid)]
    [InlineData("javascript:alert(1)", Refusal.NoticeAddressInvalid)]
    [InlineData("//qyapi.weixin.qq.com/", Refusal.NoticeAddressInvalid)]
    [InlineData("qyapi.weixin.qq.com", Refusal.NoticeAddressInvalid)]
    [InlineData("https://user:secret@qyapi.weixin.qq.com/", Refusal.NoticeAddressInvalid)]
    [InlineData("https://qyapi.weixin.qq.com:8443/", Refusal.NoticeAddressInvalid)]
    [InlineData("https://qyapi.weixin.qq.com:22/", Refusal.NoticeAddressInvalid)]
    [InlineData("https://\u0378.com/", Refusal.NoticeAddressInvalid)]
    [InlineData("https://一二三四五六七八九十百千万亿东西南北春夏秋冬甲乙丙丁戊.com/", Refusal.NoticeAddressInvalid)]
    [InlineData("https://通知.例子/", null)]
    [InlineData("https://127.0.0.1/", Refusal.NoticeAddressForbidden)]
    [InlineData("https://0x7f000001/", Refusal.NoticeAddressForbidden)]
    [InlineData("https://2130706433/", Refusal.NoticeAddressForbidden)]
    [InlineData("https://0177.0.0.1/", Refusal.NoticeAddressForbidden)]
    [InlineData("https://127.1/", Refusal.NoticeAddressForbidden)]
    [InlineData("https://[::1]/", Refusal.NoticeAddressForbidden)]
    [InlineData("https://[::ffff:10.0.0.1]/", Refusal.NoticeAddressForbidden)]
    [InlineData("https://169.254.169.254/latest/meta-data", Refusal.NoticeAddressForbidden)]
    [InlineData("https://localhost/", Refusal.NoticeAddressForbidden)]
    [InlineData("https://database/", Refusal.NoticeAddressForbidden)]
    [InlineData("https://a.localhost/", Refusal.NoticeAddressForbidden)]
    [InlineData("https://printer.local/", Refusal.NoticeAddressForbidden)]
    [InlineData("https://vault.internal./", Refusal.NoticeAddressForbidden)]
    public void A_robot_s_address_is_https_in_the_open(string typed, Refusal? refusal) => Assert.Equal(refusal, OutsideAddress.ReadUrl(typed).Refusal);

    [Fact]
    public void Only_a_market_under_test_talks_to_itself()
    {
        Assert.Equal(Refusal.NoticeAddressInvalid, OutsideAddress.ReadUrl("http://127.0.0.1:5000/x").Refusal);
        Assert.Null(OutsideAddress.ReadUrl("http://127.0.0.1:5000/x", allowsLoopback: true).Refusal);
        Assert.Equal(Refusal.NoticeAddressForbidden, OutsideAddress.ReadUrl("https://10.0.0.1/x", allowsLoopback: true).Refusal);
        Assert.Equal(Refusal.TooLong, OutsideAddress.ReadUrl("https://x.example/" + new string('a', 500)).Refusal);
    }

    [Theory]
    [InlineData("13812345678", "13812345678")]
    [InlineData("138-1234 5678", "13812345678")]
    [InlineData("＋８６　１３８１２３４５６７８", "13812345678")]
    [InlineData("+86 13812345678", "13812345678")]
    [InlineData("+44 20 7946 0958", "+442079460958")]
    [InlineData("12812345678", null)]
    [InlineData("1381234567", null)]
    [InlineData("138123456789", null)]
    [InlineData("+0123456789", null)]
    [InlineData("+123", null)]
    [InlineData("1381234567x", null)]
    [InlineData("13812345678+", null)]
    [InlineData("१३८१२३४५६७८", null)]
    public void A_number_is_a_mobile_of_the_mainland_or_international(string typed, string? number)
    {
        var read = OutsideAddress.ReadPhone(typed);
        Assert.Equal(number, read.Done ? read.Value : null);
        if (number is null) Assert.Equal(Refusal.PhoneInvalid, read.Refusal);
    }
}
