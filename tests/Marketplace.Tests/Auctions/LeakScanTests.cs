using Marketplace.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Payments;

namespace Marketplace.Tests.Auctions;

/// <summary>The scanner of the crawl finds what is planted, and nothing where nothing is.</summary>
public sealed class LeakScanTests
{
    private static readonly Guid Holding = Guid.Parse("0193b1f2-7c1a-7d11-9d59-0a1b2c3d4e5f");
    private static readonly Guid Application = Guid.Parse("0193b1f2-7c1a-7d22-9d59-aaaaaaaaaaaa");
    private static readonly Guid Seller = Guid.Parse("0193b1f2-7c1a-7d33-9d59-bbbbbbbbbbbb");

    private readonly LeakScan _scan = new(
        [new KnownLot("demo:ZJP-2026-ABCDEF", ["硅压力芯片"])],
        [new Holder(Holding, "demo:ZJP-2026-ABCDEF", 36, ["甬江精密", "lin@firm.example", "91330106MA0000017T", $"{Holding}"], [])],
        [new Hidden("the reserve", 876_543_219, Guid.Empty), new Hidden("a maximum", 765_432_108, Holding)],
        [new Mark($"{Application}", Holding)]);

    [Theory]
    [InlineData("""<tr><td>甬江精密仪器有限公司</td><td>硅压力芯片</td></tr>""")]
    [InlineData("""<tr><td>&#x7532;&#x752C;&#x6C5F;&#x7CBE;&#x5BC6;</td><td><a href="/auctions/demo%3AZJP-2026-ABCDEF">…</a></td></tr>""")]
    [InlineData("""{"organisation":"\u752c\u6c5f\u7cbe\u5bc6","paddle":36}""")]
    [InlineData("""{"leaderPaddle": 36, "mail": "LIN@firm.example"}""")]
    [InlineData("""<li>91330106MA0000017T <span class="paddle me">036</span></li>""")]
    [InlineData("""甬江精密：036号""")]
    [InlineData("Freeze 0193b1f27c1a7d119d590a1b2c3d4e5f for demo:ZJP-2026-ABCDEF")]
    [InlineData("Location: /desk/account?organisation=0193b1f2-7c1a-7d11-9d59-0a1b2c3d4e5f&lot=demo%3AZJP-2026-ABCDEF")]
    [InlineData("BidCommand { Paddle = 36, By = lin@firm.example }")]
    [InlineData("reserve 876543219")]
    [InlineData("¥8,765,432.19")]
    [InlineData("8765432.19 元")]
    [InlineData("约 8,765,432 元")]
    [InlineData("876.54万")]
    [InlineData("876.543219 万元")]
    [InlineData("捌佰柒拾陆万伍仟肆佰叁拾贰元壹角玖分")]
    [InlineData("""{"proxyMaxFen":765432108}""")]
    [InlineData("hold 0193b1f27c1a7d229d59aaaaaaaaaaaa released")]
    public void A_planted_leak_is_found(string text)
    {
        Assert.NotEmpty(_scan.Leaks(null, text));
        Assert.NotEmpty(_scan.Leaks(Seller, text));
    }

    [Theory]
    [InlineData("甬江精密仪器有限公司 · 2026-11-24 00:36:36 · 3,600.00")]
    [InlineData("""{"id":"demo:ZJP-2026-ABCDEF","leaderPaddle":36,"priceFen":101000000}""")]
    [InlineData("18765432191 1876543219.5 876,543,2190")]
    [InlineData("demo:ZJP-2026-ABCDEF 硅压力芯片 036号")]
    public void What_is_public_is_no_leak(string text) => Assert.Empty(_scan.Leaks(null, text));

    /// <summary>A call that does not return in time is written into the log with its arguments.</summary>
    [Fact]
    public void What_crosses_a_call_between_grains_says_nothing_of_itself()
    {
        var at = DateTimeOffset.UnixEpoch;
        var hold = new Hold(Application, Holding, "demo:ZJP-2026-ABCDEF", 765_432_108, null, at, HoldState.Bound, null);
        object[] arguments =
        [
            new Secret(new string('a', 64), 876_543_219), new BidCommand(36, "b-1", null, 765_432_108, at), new PaddleView(36, 876_543_219, false, true, 765_432_108, false, null),
            new PlaceHold(Application, Holding, "demo:ZJP-2026-ABCDEF", 765_432_108), hold, new AccountView(Holding, 1, 1, [], [hold], []),
            new OpenDeal("demo:ZJP-2026-ABCDEF", Seller, Holding, "硅压力芯片", 1, at, "", true),
        ];
        Assert.All(arguments, a => Assert.Empty(_scan.Leaks(null, $"Response did not arrive on time for message: Request {a}")));
    }

    [Fact]
    public void The_holder_reads_its_own_and_nobody_reads_the_reserve()
    {
        Assert.Empty(_scan.Leaks(Holding, "甬江精密 036号 硅压力芯片 7,654,321.08"));
        Assert.NotEmpty(_scan.Leaks(Holding, "8,765,432.19"));
        Assert.Equal("7,654,321.08", Fen.Yuan(765_432_108));
    }
}
