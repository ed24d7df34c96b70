using Microsoft.Playwright;

namespace Marketplace.Browser.Tests.Host;

/// <summary>The people of an auction house and the session they hold.</summary>
public sealed record HallPeople(Somebody House, Somebody Auctioneer, Somebody Recorder, Somebody Clerk)
{
    public IEnumerable<Somebody> All => [House, Auctioneer, Recorder, Clerk];
}

/// <summary>拍卖 in a hall: the house, its papers, its desk.</summary>
public sealed partial class Stage
{
    public const string HouseName = "衡正拍卖有限公司";

    /// <summary>A house signs up with its auctioneer, recorder and clerk, and shows its licence.</summary>
    public async Task<HallPeople> AuctionHouse()
    {
        var people = new HallPeople(await _market.Open(), await _market.Open(), await _market.Open(), await _market.Open());
        var (house, auctioneer, recorder, clerk) = people;
        await house.SignUp("AuctionHouse", HouseName, UsccOf("91330106", "MA2AB081"), "衡总", "owner@hengzheng.test");
        await _market.MakeEveryoneDemonstration();
        await Operator.Go("/desk/organisations");
        await Operator.Press($"table.pick a:text-is('{HouseName}')");
        await Operator.Fill("#reason", "已与证照原件核对");
        await Operator.Press("button[name=decision][value=accept]");
        await house.SignIn("owner@hengzheng.test");
        await Employ(house, auctioneer, "Auctioneer", "周正", "zhou@hengzheng.test");
        await Employ(house, recorder, "Recorder", "冯录", "feng@hengzheng.test");
        await Employ(house, clerk, "CheckInClerk", "陈签", "chen@hengzheng.test");
        await house.Go("/desk/hall");
        await house.Fill("#licence", "浙拍证 2021-0815");
        await house.Fill("#until", "2030-12-31");
        await house.Give("#file", "拍卖经营批准证书.pdf");
        await house.Press("form[action*=Licence] button");
        foreach (var (name, number) in ((string, string?)[])[("周正", "1233081507"), ("冯录", null), ("陈签", null)])
        {
            var form = $"form.officer:has(input[name=name][value='{name}'])";
            if (number is not null) await house.Fill($"{form} input[name=qualification]", number);
            await house.Press($"{form} button");
        }

        return people;
    }

    /// <summary>The operator arranges a hall for a session with this lot, the house proves what the law asks for, the lot is announced.</summary>
    public async Task<(string Session, DateTimeOffset Opens)> AnnounceInHall(HallPeople people, string lot, string title, TimeSpan opensIn)
    {
        var session = await MakeSession(title, opensIn);
        var arrange = $"/desk/sessions/{session}/hall";
        await Operator.Go(arrange);
        await Operator.Page.Locator("#house").SelectOptionAsync(new SelectOptionValue { Label = HouseName });
        await Operator.Fill("#place", "杭州国际博览中心 3 层");
        await Operator.Fill("#stream", "https://live.market.test/hall");
        await Operator.Fill("#from", "101");
        await Operator.Fill("#to", "120");
        await Operator.Fill("#warn", "2");
        await Operator.Tick("input[name='Input.TieGoesTo'][value=Floor]");
        await Operator.Press("form[action*=Hall] button.primary");
        var house = people.House;
        var today = DateTimeOffset.UtcNow.ToOffset(Beijing);
        string Day(int ago) => today.AddDays(-ago).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        await house.Go(arrange);
        await house.Page.Locator("#recorder").SelectOptionAsync(new SelectOptionValue { Label = "冯录" });
        await house.Fill("#noticeMedium", "浙江日报");
        await house.Fill("#noticeDate", Day(20));
        await house.Give("#notice", "公告版面.pdf");
        await house.Fill("#displayFrom", Day(3));
        await house.Fill("#displayTo", Day(1));
        await house.Fill("#displayPlace", "钱塘理工大学技术转移中心");
        await house.Give("#rules", "拍卖规则.pdf");
        await house.Press("form[action*=Proofs] button.primary");
        await house.Give("#f-1", "委托拍卖合同.pdf");
        await house.Fill("#d-1", Day(10));
        await house.Fill("#r-1", today.AddHours(-1).ToString("yyyy-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture));
        await house.Press("form[action*=Mandate] button");
        return (session, await AnnounceLot(lot, opensIn));
    }

    /// <summary>The clerk writes a newcomer down, it pays by the reference on its slip, the operator confirms the bank's credit, the clerk hands out a paddle.</summary>
    public async Task<string> CheckInNewcomer(Somebody clerk, string session, string name, string body, string? priorityCode = null, string? picture = null)
    {
        var desk = $"/hall/{session}/checkin";
        await clerk.Go($"{desk}?newcomer=true");
        await clerk.Fill("#uscc", UsccOf("91330206", body));
        await clerk.Fill("#name", name);
        await clerk.Fill("#legal", "郑法人");
        await clerk.Fill("#representative", "蔡来人");
        await clerk.Fill("#documentEnd", "123X");
        await clerk.Give("#licence", "营业执照.pdf");
        await clerk.Give("#mandate", "授权委托书.pdf");
        await clerk.Tick("input[name=identity]");
        if (picture is not null) await Pictures.Of(clerk, $"{picture}-newcomer");
        await clerk.Press("form[action*=Register] button.primary");
        var waits = new Uri(clerk.Page.Url).PathAndQuery;
        await Assertions.Expect(clerk.Page.Locator("button.primary.l")).ToBeDisabledAsync();
        if (picture is not null) await Pictures.Of(clerk, $"{picture}-waits");
        await clerk.Press(".gates a");
        if (picture is not null) await Pictures.Of(clerk, $"{picture}-slip");
        await Credit(await clerk.Read(".paycode b"), $"HZ{body}");
        await clerk.Go(waits);
        if (priorityCode is not null) await clerk.Fill("#code", priorityCode);
        foreach (var seen in (string[])["identity", "pledge", "interest"]) await clerk.Tick($"input[name={seen}]");
        if (picture is not null) await Pictures.Of(clerk, $"{picture}-funded");
        await clerk.Press("button.primary.l");
        await Assertions.Expect(clerk.Page.Locator(".note[data-t=ok]")).ToBeVisibleAsync();
        return new Uri(clerk.Page.Url).Query.Split('=')[1];
    }

    /// <summary>The code that the seller writes into the notice to the holder of priority.</summary>
    public async Task<string> PriorityCode(string lot)
    {
        await University.Go($"/desk/lots/{lot}");
        var code = University.Page.Locator("details.gate b.tab");
        return (await code.First.TextContentAsync())!.Trim();
    }

    private static async Task Employ(Somebody house, Somebody employee, string role, string name, string email)
    {
        await house.Go("/desk/members");
        await house.Fill("#email", email);
        await house.Tick($"input[name=role][value={role}]");
        await house.Press("form:has(#email) button.primary");
        await employee.Go(new Uri(await house.Page.Locator(".note input.code").InputValueAsync()).PathAndQuery);
        await employee.Fill("#personName", name);
        await employee.Fill("#password", Somebody.Password);
        await employee.Press("form:has(#personName) button.primary");
    }
}
