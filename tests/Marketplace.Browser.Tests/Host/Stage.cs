using System.Globalization;
using Marketplace.Domain.Organisations;
using Marketplace.Tests.Host;
using Microsoft.Playwright;

namespace Marketplace.Browser.Tests.Host;

/// <summary>The people of the story, signed in, and what they do on their pages up to the first bid.</summary>
public sealed partial class Stage
{
    public const string UniversityName = "钱塘理工大学", WinnerName = "临安精密制造有限公司", LoserName = "甬江医疗器械有限公司";
    private static readonly TimeSpan Beijing = TimeSpan.FromHours(8);
    private static readonly (string Field, string Value)[] Answers = [("source", "国家专利登记簿"), ("expires", "2040-05-17"), ("amount", "90000"), ("note", "已核对原件")];

    private readonly MarketBrowser _market;

    private Stage(MarketBrowser market, Somebody operators, Somebody university, Somebody researcher, Somebody first, Somebody second)
    {
        (_market, Operator, University, Researcher, First, Second) = (market, operators, university, researcher, first, second);
    }

    public Somebody Operator { get; }
    public Somebody University { get; }
    public Somebody Researcher { get; }

    /// <summary>The enterprise that is going to lose.</summary>
    public Somebody First { get; }
    public Somebody Second { get; }

    public Task<Somebody> Visitor(string language = "zh-CN", int width = 1440, int height = 1000) => _market.Open(language, width, height);

    public static string Amount(long yuan) => yuan.ToString("#,##0", CultureInfo.InvariantCulture);

    /// <summary>The operator by the word of the command line; everybody else signs up and is verified at the desk.</summary>
    public static async Task<Stage> Open(MarketBrowser market)
    {
        await market.Word("operator", "create", "--email", "op@market.test", "--name", "沈操作", "--password", Somebody.Password);
        var stage = new Stage(market, await market.Open(), await market.Open(), await market.Open(), await market.Open(), await market.Open());
        await stage.University.SignUp("University", UniversityName, UsccOf("12330000", "47000123"), "周院长", "tto@qtut.test");
        await stage.First.SignUp("Enterprise", LoserName, UsccOf("91330200", "MA2AB001"), "陆总", "buyer@yongjiang.test");
        await stage.Second.SignUp("Enterprise", WinnerName, UsccOf("91330106", "MA2AB002"), "方总", "buyer@linan.test");
        await stage.Operator.SignIn("op@market.test");
        foreach (var name in (string[])[UniversityName, LoserName, WinnerName])
        {
            await stage.Operator.Go("/desk/organisations");
            await stage.Operator.Press($"table.pick a:text-is('{name}')");
            await stage.Operator.Fill("#reason", "已与证照原件核对");
            await stage.Operator.Press("button[name=decision][value=accept]");
        }

        await market.MakeEveryoneDemonstration();
        await stage.University.SignIn("tto@qtut.test");
        await stage.InviteResearcher();
        await stage.Prepare(stage.First, "buyer@yongjiang.test", "HZ20261123001");
        await stage.Prepare(stage.Second, "buyer@linan.test", "HZ20261123002");
        return stage;
    }

    public Task BeginAnew() => Task.WhenAll(((Somebody[])[Operator, University, Researcher, First, Second]).Select(p => p.BeginAnew()));

    /// <summary>A researcher tells of a result, the unit lists it, the operator publishes it.</summary>
    public async Task<string> PublishAchievement(string title)
    {
        await Researcher.Go("/desk/disclosures");
        await Researcher.Fill("#Title", title);
        await Researcher.Fill("#Summary", "一种用于精密装配的柔性夹爪：指端力可控，换型无需停线。已在两条产线试用六个月。");
        await Researcher.Fill("#Completers", "林研究员");
        await Researcher.Pick("#Field", "AdvancedManufacturing");
        await Researcher.Pick("#Trl", "6");
        await Researcher.Pick("#Funding", "Provincial");
        await Researcher.Press("form:has(#Title) button.primary");

        await University.Go("/desk/achievements");
        await University.Page.Locator("summary", new PageLocatorOptions { HasText = title }).ClickAsync();
        await University.Press($"li:has(summary:has-text('{title}')) button[value=List]");
        Assert.Contains("/edit", University.Page.Url, StringComparison.Ordinal);
        await University.Fill("#Keywords", "柔性夹爪；精密装配；力控");
        await University.Fill("[name='Form.Evidence[0].What']", "第三方检测报告");
        await University.Fill("[name='Form.Evidence[0].Source']", "浙江省计量院");
        await University.Fill("[name='Form.Evidence[0].IssuedOn']", "2026-03-02");
        await University.Tick("input[name='Form.Ways'][value=Assignment]");
        if (await University.Page.Locator("[name='Form.Region']").InputValueAsync() == "") await University.Pick("[name='Form.Region']", "330106");
        await University.Press("button[formaction*=Submit]");
        await Assertions.Expect(University.Page.Locator(".note[data-t=ok]")).ToBeVisibleAsync();

        await Operator.Go("/desk/review");
        await Operator.Press($"table.pick a:text-is('{title}')");
        await Operator.Press("button[name=verdict][value=publish]");
        await Researcher.Go("/desk/disclosures");
        var link = Researcher.Page.Locator($"table a:text-is('{title}')");
        await Assertions.Expect(link).ToBeVisibleAsync();
        return (await link.GetAttributeAsync("href"))!;
    }

    /// <summary>The university offers the published achievement, with contract and every gate answered by a file.</summary>
    /// <param name="choose">Changes the format and its settings before the terms are saved.</param>
    public async Task<string> OfferLot(string title, int lastsSeconds, int softCloseSeconds, Func<Somebody, Task>? choose = null, string format = "english")
    {
        await University.Go("/desk/lots");
        await University.Page.Locator("#achievement").SelectOptionAsync(new SelectOptionValue { Label = title });
        await University.Press("form:has(#achievement) button.primary");
        var id = University.Page.Url.Split('/')[^1];
        if (format != "english") await University.Page.Locator($"input[name='Input.Format'][value={format}]").CheckAsync();
        await University.Fill("#start", "100000");
        if (format == "english") await University.Fill("#steps", "0 1000");
        await University.Fill("#deposit", "10000");
        await University.Fill("#duration", lastsSeconds.ToString(CultureInfo.InvariantCulture));
        if (format == "english") await University.Fill("#soft", softCloseSeconds.ToString(CultureInfo.InvariantCulture));
        await University.Fill("#deliverables", "专利权、图纸、三日现场培训");
        if (choose is not null) await choose(University);
        await University.Press("#terms button.primary");
        await University.Give("#contractFile", "技术转让合同.pdf");
        await University.Press("#contract button");
        var open = University.Page.Locator("details.gate:has(summary .chip[data-t=bad])");
        for (var left = await open.CountAsync(); left > 0; left--)
        {
            await AnswerGate(open.First);
            await Assertions.Expect(open).ToHaveCountAsync(left - 1);
        }

        await University.Press("form[action*='handler=Offer'] button");
        return id;
    }

    /// <summary>The operator makes a session, takes the lot into it and announces it.</summary>
    public async Task<DateTimeOffset> Announce(string lot, string title, TimeSpan opensIn)
    {
        await MakeSession(title, opensIn);
        return await AnnounceLot(lot, opensIn);
    }

    /// <summary>A session of the demonstration with the lot in it; its id.</summary>
    private async Task<string> MakeSession(string title, TimeSpan opensIn)
    {
        await Operator.Go("/desk/sessions/new");
        await Operator.Fill("#name", "高新区拍 · 秋季专场");
        await Operator.Fill("#nameEn", "High-tech Zone Auction · Autumn");
        await Operator.Fill("#host", "钱塘高新区管理委员会");
        await Operator.Pick("#profile", "Demo");
        await Operator.Fill("#until", Local(DateTimeOffset.UtcNow + opensIn));
        await Operator.Fill("#opens", Local(DateTimeOffset.UtcNow + opensIn));
        await Operator.Tick("input[name='Input.Demo']");
        await Operator.Press("form:has(#opens) button.primary");
        await Operator.Press($"tr:has-text('{title}') form[action*=Take] button");
        return new Uri(Operator.Page.Url).Segments[^1].TrimEnd('/');
    }

    private async Task<DateTimeOffset> AnnounceLot(string lot, TimeSpan opensIn)
    {
        await Operator.Go($"/desk/lots/{lot}/announce");
        var opens = DateTimeOffset.UtcNow + opensIn;
        await Operator.Fill("#until", Local(opens));
        await Operator.Fill("#opens", Local(opens));
        await Operator.Press("form.bid button.primary");
        await Operator.Press("form.bid button.primary");
        Assert.EndsWith("/notice", Operator.Page.Url, StringComparison.Ordinal);
        return opens;
    }

    /// <summary>An enterprise goes through the six steps up to the frozen deposit.</summary>
    public static async Task Apply(Somebody enterprise, string lot, long ceilingYuan)
    {
        await enterprise.Go($"/auctions/{lot}/apply");
        await enterprise.Fill("#statement", "境内法人，同领域产业化三年。");
        await enterprise.Give("#papers", "资格证明.pdf");
        await enterprise.Press("form[action*=Qualify] button.primary");
        await enterprise.Fill("#agent", "方经办");
        await enterprise.Fill("#mandateUntil", "2030-12-31");
        await enterprise.Give("#mandate", "授权委托书.pdf");
        await enterprise.Press("form[action*=Mandate] button.primary");
        await enterprise.Tick("input[name=accepted]");
        await enterprise.Press("form[action*=Pledge] button.primary");
        await enterprise.Tick("input[name=Interest][value=None]");
        await enterprise.Press("form[action*=Interests] button.primary");
        await enterprise.Fill("#ceiling", ceilingYuan.ToString(CultureInfo.InvariantCulture));
        await enterprise.Press("form[action*=Ceiling] button.primary");
        await enterprise.Press("form[action*=Freeze] button.primary");
    }

    /// <summary>The reviewer passes every application that waits, each under its code.</summary>
    public async Task PassEveryApplication()
    {
        await Operator.Go("/desk/qualifications");
        while (await Operator.Page.Locator("table.pick tbody a").CountAsync() > 0)
        {
            await Operator.Press("table.pick tbody a");
            await Operator.Press("button[name=passed][value=true]");
        }
    }

    /// <summary>The number under which the enterprise bids, once it was admitted.</summary>
    public static async Task<string> Paddle(Somebody enterprise, string lot) =>
        await Eventually.Get("a paddle", TimeSpan.FromSeconds(30), async () =>
        {
            await enterprise.Go($"/auctions/{lot}/apply");
            var paddle = enterprise.Page.Locator(".note[data-t=ok] .paddle");
            return await paddle.CountAsync() > 0 ? await paddle.InnerTextAsync() : null;
        });

    private async Task InviteResearcher()
    {
        await University.Go("/desk/members");
        await University.Fill("#email", "lin@qtut.test");
        await University.Tick("input[name=role][value=Researcher]");
        await University.Press("form:has(#email) button.primary");
        await Researcher.Go(new Uri(await University.Page.Locator(".note input.code").InputValueAsync()).PathAndQuery);
        await Researcher.Fill("#personName", "林研究员");
        await Researcher.Fill("#password", Somebody.Password);
        await Researcher.Press("form:has(#personName) button.primary");
    }

    /// <summary>The owner is signatory too, has a second factor, and the bank has credited money to the organisation's account.</summary>
    private async Task Prepare(Somebody enterprise, string email, string bankReference)
    {
        await enterprise.SignIn(email);
        await BecomeSignatory(enterprise);
        await enterprise.SetUpSecondFactor();
        await enterprise.Go("/desk/account");
        await Credit(await enterprise.Read(".paycode b"), bankReference);
    }

    /// <summary>The operator confirms what the bank received under a reference.</summary>
    private async Task Credit(string reference, string bankReference)
    {
        await Operator.Go("/desk/bank");
        await Operator.Fill("#Amount", "50,000.00");
        await Operator.Fill("#CreditedAt", Local(DateTimeOffset.UtcNow.AddHours(-1)));
        await Operator.Fill("#BankReference", bankReference);
        await Operator.Fill("#Reference", reference);
        await Operator.Press("form:has(#Amount) button.primary");
        await Operator.Press("form:has(#Amount) button.primary");
        await Assertions.Expect(Operator.Page.Locator(".note[data-t=ok]")).ToContainTextAsync("50,000.00");
    }

    private async Task AnswerGate(ILocator gate)
    {
        var gateId = (await gate.GetAttributeAsync("id"))!;
        var form = $"#{gateId}";
        await gate.Locator("summary").ClickAsync();
        await University.Give($"{form}-file", $"{gateId}.pdf");
        await University.Fill($"{form}-date", "2026-06-01");
        foreach (var (field, value) in Answers)
        {
            if (await University.Page.Locator($"{form}-{field}").CountAsync() > 0) await University.Fill($"{form}-{field}", value);
        }

        if (await University.Page.Locator($"{form}-status").CountAsync() > 0) await University.Pick($"{form}-status", "InForce");
        if (await University.Page.Locator($"{form}-service").CountAsync() > 0) await University.Pick($"{form}-service", "Delivered");
        await University.Press($"{form} button.primary");
    }

    /// <summary>As a datetime field takes it, in Beijing; a browser leaves seconds out that are zero.</summary>
    private static string Local(DateTimeOffset moment)
    {
        var there = moment.ToOffset(Beijing);
        return there.ToString(there.Second == 0 ? "yyyy-MM-dd'T'HH:mm" : "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private static string UsccOf(string first8, string body)
    {
        var first17 = first8 + body + Uscc.OrganisationCheck(body);
        return first17 + Uscc.CheckCharacter(first17);
    }
}
