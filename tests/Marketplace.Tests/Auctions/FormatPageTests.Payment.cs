using System.Net;
using System.Text;
using Marketplace.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Plans;

namespace Marketplace.Tests.Auctions;

/// <summary>付款方式 in the seller's form, in the announcement and wherever the lot is shown.</summary>
public sealed partial class FormatPageTests
{
    private static readonly AnnouncedPlan InParts = new(PlanKind.Instalments)
    {
        Parts = [new AnnouncedPart(3000, new Period(5, PeriodUnit.WorkingDays), PartRelease.Registration), new AnnouncedPart(7000, new Period(6, PeriodUnit.Months), PartRelease.Milestone, "中试完成")],
    };

    [Fact]
    public async Task Parts_are_added_without_script_kept_when_wrong_and_saved_when_right()
    {
        var (id, seller, _) = await market.OfferLot(Start);
        var address = $"/desk/lots/{id}";
        var page = await seller.Pages.GetStringAsync(address, Token);
        Assert.Contains("name=\"Input.Parts[0].Share\" value=\"100\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Input.Parts[1]", page, StringComparison.Ordinal);
        // As it stands it is the default, which is no plan of its own.
        Assert.Equal(HttpStatusCode.Redirect, (await Post(seller, address, page)).Status);
        Assert.Null((await Row(id)).PaymentPlan);

        page = await seller.Pages.GetStringAsync(address, Token);
        var more = await Post(seller, address, page, ("Input.Payment", "Instalments"), ("Input.Parts[0].Share", "30"), ("addPart", "true"));
        Assert.Equal(HttpStatusCode.OK, more.Status);
        Assert.Contains("name=\"Input.Parts[0].Share\" value=\"30\"", more.Page, StringComparison.Ordinal);
        Assert.Contains("Input.Parts[1].Share", more.Page, StringComparison.Ordinal);
        Assert.Null((await Row(id)).PaymentPlan);

        (string, string)[] second = [("Input.Parts[1].After", "6"), ("Input.Parts[1].Unit", "Months"), ("Input.Parts[1].Release", "Milestone"), ("Input.Parts[1].Milestone", "中试完成")];
        var wrong = await Post(seller, address, more.Page, [.. second, ("Input.Parts[1].Share", "60")]);
        Assert.Contains("合计为 100%", wrong.Page, StringComparison.Ordinal);
        Assert.Contains("value=\"中试完成\"", wrong.Page, StringComparison.Ordinal);
        var late = await Post(seller, address, wrong.Page, ("Input.Parts[1].Share", "70"), ("Input.Parts[1].After", "13"));
        Assert.Matches("name=\"Input.Parts\\[1\\].After\"[^>]*aria-invalid=\"true\"", late.Page);
        Assert.Contains("不能只约定提成", (await Post(seller, address, late.Page, ("Input.Payment", "RoyaltyOnly"), ("Input.Parts[1].After", "6"))).Page, StringComparison.Ordinal);
        Assert.Null((await Row(id)).PaymentPlan);
        Assert.Equal(HttpStatusCode.Redirect, (await Post(seller, address, late.Page, ("Input.Parts[1].After", "6"))).Status);
        Assert.Equal(InParts, (await Row(id)).Payment());

        // Royalties on top, and back again; what was saved stands in the form.
        page = await seller.Pages.GetStringAsync(address, Token);
        Assert.Contains("name=\"Input.Parts[1].Share\" value=\"70\"", page, StringComparison.Ordinal);
        var royal = await Post(seller, address, page, ("Input.Payment", "EntryFee"), ("Input.Royalty.Bands", "1000000 3\n2"), ("Input.Royalty.Minimum", "5000"), ("Input.Royalty.Months", "24"));
        Assert.Equal(HttpStatusCode.Redirect, royal.Status);
        Assert.Equal(
            new AnnouncedRoyalty(RoyaltyBase.NetSales, 24) { Bands = [new RoyaltyBand(100_000_000, 300), new RoyaltyBand(null, 200)], MinimumFen = 5_000_00 }, (await Row(id)).Payment()!.Royalty);
        page = await seller.Pages.GetStringAsync(address, Token);
        Assert.Contains("1000000 3\n2</textarea>", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        var unsound = await Post(seller, address, page, ("Input.Royalty.Bands", "9"), ("Input.Royalty.Cap", "1"), ("Input.Royalty.DeclareDays", "91"));
        Assert.Contains("封顶金额不得低于", unsound.Page, StringComparison.Ordinal);
        Assert.Contains("不超过 90", unsound.Page, StringComparison.Ordinal);
        // What is wrong with the parts is said in the same answer as what is wrong with the royalties.
        var both = await Post(seller, address, page, ("Input.Royalty.Bands", "viel"), ("Input.Parts[1].After", "13"));
        Assert.Matches("name=\"Input.Parts\\[1\\].After\"[^>]*aria-invalid=\"true\"", both.Page);
        Assert.Matches("name=\"Input.Royalty.Bands\"[^>]*aria-invalid=\"true\"", both.Page);
        Assert.Contains("没有保存", both.Page, StringComparison.Ordinal);
        // An empty row does not count.
        var one = await Post(seller, address, page, ("Input.Payment", "AtOnce"), ("Input.Parts[0].Share", "100"), ("Input.Parts[0].Release", "Default"), ("Input.Parts[1].Share", ""), ("Input.Parts[1].After", ""), ("Input.Parts[1].Milestone", ""));
        Assert.Equal(HttpStatusCode.Redirect, one.Status);
        Assert.Null((await Row(id)).PaymentPlan);
    }

    [Fact]
    public async Task What_was_announced_stands_in_the_bytes_and_everywhere_the_lot_is_shown()
    {
        var lot = await market.ScheduleAuction(TimeSpan.FromHours(1), Start, write: w => w with { Payment = InParts });
        var plain = await market.ScheduleAuction(TimeSpan.FromHours(1), Start);
        using var visitor = market.Browser();
        foreach (var page in (string[])[$"/auctions/{lot.Id}/notice", $"/auctions/{lot.Id}", $"/sessions/{lot.Session}/catalogue"])
        {
            Assert.Contains("第 2 期 70%：签约后 6 个月内付，“中试完成”完成后放款", WebUtility.HtmlDecode(await visitor.GetStringAsync(page + "?culture=zh-CN", Token)), StringComparison.Ordinal);
            Assert.Contains("Part 2, 70 %: within 6 months of signing, released once “中试完成” is reached", WebUtility.HtmlDecode(await visitor.GetStringAsync(page + "?culture=en", Token)), StringComparison.Ordinal);
        }

        Assert.Contains("\"payment\":" + AnnouncedPlanJson.Text(InParts), Encoding.UTF8.GetString(await visitor.GetByteArrayAsync($"/auctions/{lot.Id}/announcement", Token)), StringComparison.Ordinal);
        Assert.DoesNotContain("\"payment\"", Encoding.UTF8.GetString(await visitor.GetByteArrayAsync($"/auctions/{plain.Id}/announcement", Token)), StringComparison.Ordinal);
        Assert.Contains("签约后 5 个工作日内付清，专利权变更登记后放款", WebUtility.HtmlDecode(await visitor.GetStringAsync($"/auctions/{plain.Id}/notice?culture=zh-CN", Token)), StringComparison.Ordinal);
        // A later round keeps it.
        Assert.Equal(InParts, (await Row(lot.Id)).Again("ZJP-NEXT").Payment());
    }
}
