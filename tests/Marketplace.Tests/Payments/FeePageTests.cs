using System.Net;
using System.Text.RegularExpressions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Tests.Host;

namespace Marketplace.Tests.Payments;

/// <summary>费用试算 as visitors, bidders and sellers open it.</summary>
public sealed partial class FeePageTests : IAsyncDisposable
{
    private readonly MarketHost _market = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _market.DisposeAsync();

    [Fact]
    public async Task A_lot_s_notice_leads_to_what_each_side_pays_and_a_mandate_shows_to_its_client_alone()
    {
        var lot = await _market.ScheduleAuction(startFen: 2_000_000_00, feeBp: 200, feeBy: Bearer.EachItsOwn, write: w => w with { StampDuty = Bearer.Buyer });
        using var visitor = _market.Browser();
        foreach (var from in new[] { $"/auctions/{lot.Id}/notice", $"/auctions/{lot.Id}" })
        {
            Assert.Contains($"href=\"/fees?lot={lot.Id}&amp;price=2000000\"", await visitor.GetStringAsync(from, Token), StringComparison.Ordinal);
        }

        // 2 % from each, the deposit of a tenth becomes price, both stamp duties are the buyer's by the notice.
        var page = await Read(visitor, $"/fees?lot={lot.Id}&price=298万");
        Assert.Equal(["受让方应付 3,039,600", "出让方实收 2,920,400", "签约后尚须支付 2,839,600"], Figures(page));
        Assert.Equal(["成交价 2,980,000.00", "平台服务费 2% 59,600.00", "经纪佣金 —", "受让方应付 3,039,600.00"], Lines(page, "buyer"));
        Assert.Equal(["成交价 2,980,000.00", "平台服务费 2% −59,600.00", "经纪佣金 —", "出让方实收 2,920,400.00"], Lines(page, "seller"));
        Assert.Equal(["印花税 · 受让方应纳 894.00", "印花税 · 出让方应纳 894.00", "登记与变更费用 按实际"], Lines(page, "duties"));
        Assert.Contains("3,041,388.00", page, StringComparison.Ordinal);
        Assert.Contains("−200,000.00", page, StringComparison.Ordinal);
        Assert.Contains("公告：双方各自承担", page, StringComparison.Ordinal);

        // The start price stands where no price was sent, in the other language too.
        var english = await Read(visitor, $"/fees?lot={lot.Id}&culture=en");
        Assert.Equal(["The buyer pays 2,040,000", "The seller receives 1,960,000", "Left to pay after signing 1,840,000"], Figures(english));
        Assert.Contains("Start price in the notice", english, StringComparison.Ordinal);

        var agency = await _market.Signer(OrganisationKind.Agency, "之澜技术转移");
        var (buyer, cautious) = (await _market.Signer(OrganisationKind.Enterprise), await _market.Signer(OrganisationKind.Enterprise));
        var mandate = await _market.SignedMandate(agency, buyer, _market.YearOf(MandateSide.Demand));
        await _market.SignedMandate(agency, cautious, _market.YearOf(MandateSide.Demand, fee: MandateFee.Unagreed));
        await _market.SignedMandate(agency, lot.Seller, _market.YearOf(MandateSide.Supply, fee: new MandateFee(FeeKind.Share, FeePayer.Halves, 100)));
        Assert.Equal(["受让方应付 3,129,000", "出让方实收 2,920,400", "签约后尚须支付 2,929,000"], Figures(await Read(buyer.Pages, $"/fees?lot={lot.Id}&price=2980000")));
        Assert.Equal(["受让方应付 3,039,600", "出让方实收 2,920,400", "签约后尚须支付 2,839,600"], Figures(await Read(buyer.Pages, $"/fees?lot={lot.Id}&price=2980000&mandate=none")));
        Assert.Contains("经纪佣金 · 之澜技术转移 89,400.00", Lines(await Read(buyer.Pages, $"/fees?lot={lot.Id}&price=2980000&mandate={mandate}"), "buyer"));
        // Where nothing is agreed no number is invented, and the sum says that it is not the whole.
        var open = await Read(cautious.Pages, $"/fees?lot={lot.Id}&price=2980000&mandate={mandate}");
        Assert.DoesNotContain("89,400", open, StringComparison.Ordinal);
        Assert.Equal("受让方应付 3,039,600", Figures(open)[0]);
        open = await Read(cautious.Pages, $"/fees?lot={lot.Id}&price=2980000");
        Assert.Equal("受让方至少应付 3,039,600", Figures(open)[0]);
        Assert.Contains("经纪佣金 · 之澜技术转移 待商定", Lines(open, "buyer"));
        // The seller's half is certain; the buyer never agreed to the other one.
        var half = await Read(lot.Seller.Pages, $"/fees?lot={lot.Id}&price=2980000");
        Assert.Equal(["受让方至少应付 3,039,600", "出让方至多实收 2,905,500"], Figures(half)[..2]);
        Assert.Equal(["经纪佣金 · 之澜技术转移 −14,900.00", "经纪佣金 · 之澜技术转移 (14,900.00)"], Lines(half, "seller")[2..4]);
        Assert.DoesNotContain("之澜", await Read(visitor, $"/fees?lot={lot.Id}&price=2980000"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_price_in_parts_is_worked_out_part_by_part_and_the_deposit_pays_what_is_due_first()
    {
        var plan = new AnnouncedPlan(PlanKind.Instalments)
        {
            Parts = [new AnnouncedPart(3000, new Period(5, PeriodUnit.WorkingDays), PartRelease.Registration), new AnnouncedPart(7000, new Period(6, PeriodUnit.Months), PartRelease.Acceptance)],
        };
        var lot = await _market.ScheduleAuction(startFen: 2_000_000_00, write: w => w with { Payment = plan });
        using var visitor = _market.Browser();
        var page = await Read(visitor, $"/fees?lot={lot.Id}&price=300000.01");
        // A tenth of the start price, two hundred thousand, is more than the first part.
        Assert.Equal(["第 1 期 · 30% 0.00", "第 2 期 · 70% 100,000.01", "价款合计 100,000.01"], Lefts(page));
        var today = Days.Of(_market.MarketTime);
        foreach (var part in plan.Of(300_000_01, today).Parts) Assert.Contains($"{part.Due:yyyy-MM-dd}", page, StringComparison.Ordinal);
        Assert.Contains("−109,999.99", page, StringComparison.Ordinal);
        Assert.Contains("within 6 months of signing", await Read(visitor, $"/fees?lot={lot.Id}&culture=en"), StringComparison.Ordinal);
        var plain = await _market.ScheduleAuction(startFen: 100_000_00);
        Assert.Equal(["一次总付 90,000.00", "价款合计 90,000.00"], Lefts(await Read(visitor, $"/fees?lot={plain.Id}&culture=zh-CN")));
    }

    [Fact]
    public async Task Everybody_tries_out_a_price_and_a_wrong_one_is_named_and_kept()
    {
        using var visitor = _market.Browser();
        var empty = await Read(visitor, "/fees");
        Assert.Contains("填写成交价后显示逐项费用", empty, StringComparison.Ordinal);
        Assert.Empty(Figures(empty));
        Assert.DoesNotContain("aria-invalid", empty, StringComparison.Ordinal);

        Assert.Equal(["受让方应付 338.32", "出让方实收 333.33"], Figures(await Read(visitor, "/fees?price=333.33&fee=1.5%25&by=Buyer")));
        Assert.Equal(["受让方应付 1,050,000", "出让方实收 950,000"], Figures(await Read(visitor, "/fees?price=100万&fee=5&by=EachItsOwn")));
        var free = await Read(visitor, "/fees?price=100万&fee=");
        Assert.Equal(["受让方应付 1,000,000", "出让方实收 1,000,000"], Figures(free));
        Assert.Equal(["印花税 · 受让方应纳 300.00", "印花税 · 出让方应纳 300.00"], Lines(free, "duties"));

        foreach (var (price, fee, says) in new[]
        {
            ("29,80", "2", "金额须大于零、精确到分，且不超过一万亿元"),
            ("", "2", "金额须大于零、精确到分，且不超过一万亿元"),
            ("0", "2", "金额须大于零、精确到分，且不超过一万亿元"),
            ("298万", "5.01", "服务费比例须在 0 到 5% 之间"),
            ("298万", "<b>", "服务费比例须在 0 到 5% 之间"),
        })
        {
            var page = await Read(visitor, $"/fees?price={Uri.EscapeDataString(price)}&fee={Uri.EscapeDataString(fee)}&by=EachItsOwn");
            Assert.Contains(says, page, StringComparison.Ordinal);
            Assert.Equal((price, fee), (Typed(page, "price"), Typed(page, "fee")));
            Assert.Contains("value=\"EachItsOwn\" selected", page, StringComparison.Ordinal);
            Assert.Empty(Figures(page));
        }

        Assert.Contains("The amount must be above zero", await Read(visitor, "/fees?price=x&culture=en"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync("/fees?lot=nobody-knows-this", Token)).StatusCode);
    }

    private static async Task<string> Read(HttpClient browser, string address) => WebUtility.HtmlDecode(await browser.GetStringAsync(address, Token));

    private static List<string> Figures(string page) => [.. Figure().Matches(page).Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value}")];

    /// <summary>The lines of one table: what it is and the amount, without the small print.</summary>
    private static List<string> Lines(string page, string section)
    {
        var from = page.IndexOf($"id=\"{section}\"", StringComparison.Ordinal);
        return [.. Line().Matches(page[from..page.IndexOf("</table>", from, StringComparison.Ordinal)]).Select(m => $"{m.Groups[1].Value.Trim()} {Tag().Replace(m.Groups[2].Value, "").Trim()}")];
    }

    /// <summary>Each part and what the deposit leaves of it.</summary>
    private static List<string> Lefts(string page)
    {
        var from = page.IndexOf("id=\"parts\"", StringComparison.Ordinal);
        return [.. Part().Matches(page[from..page.IndexOf("</table>", from, StringComparison.Ordinal)]).Select(m => $"{m.Groups[1].Value.Trim()} {Tag().Replace(m.Groups[2].Value, "").Trim()}")];
    }

    private static string Typed(string page, string name) => Regex.Match(page, $"id=\"{name}\"[^>]*? value=\"([^\"]*)\"").Groups[1].Value;

    [GeneratedRegex("<span>([^<]+)</span><b>([^<]+) <small>")]
    private static partial Regex Figure();

    [GeneratedRegex("<tr><td>([^<]+).*?<td class=\"num[^\"]*\">(.*?)</td></tr>", RegexOptions.Singleline)]
    private static partial Regex Line();

    [GeneratedRegex("<tr><td>([^<]+)(?:(?!</tr>).)*data-l=\"还须支付\">(.*?)</td></tr>", RegexOptions.Singleline)]
    private static partial Regex Part();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();
}
