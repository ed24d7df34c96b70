using Marketplace.Domain.Organisations;

namespace Marketplace.Demo;

/// <summary>An invented organisation. Its USCC is computed, so that it passes every check and belongs to nobody.</summary>
/// <param name="Region">Six digits, GB/T 2260; none abroad.</param>
/// <param name="Abroad">Its entry in a register outside mainland China, a number that the register has not come to.</param>
public sealed record DemoOrganisation(OrganisationKind Kind, string Name, string? Region, RegistryEntry? Abroad = null);

/// <summary>A person one can sign in as.</summary>
public sealed record DemoAccount(string Email, string Name, int Organisation, params MemberRole[] Roles);

/// <summary>Who plays in the demonstration: none of these organisations exists.</summary>
public static class DemoCast
{
    /// <summary>The password of every account, as the README tells it.</summary>
    public const string Password = "demo-market-2026";

    /// <summary>Every account's e-mail ends so; example is a name that nobody can own (RFC 2606).</summary>
    public const string EmailEnd = "@demo.example";

    /// <summary>The enterprises that people play, the last one from abroad: admitted to every auction, never moved by the market itself.</summary>
    public static readonly string[] Guests = ["杭州澜石传感科技有限公司", "宁波甬衡精密机械有限公司", "Rheinlauf Messtechnik GmbH"];

    /// <summary>Holds the session in a hall that a newcomer runs as auctioneer.</summary>
    public const string House = "衡正拍卖有限公司";

    public static readonly DemoOrganisation[] Organisations =
    [
        new(OrganisationKind.Operator, "浙江拍演示运营中心", "330106"),
        new(OrganisationKind.University, "钱江理工大学", "330114"),
        new(OrganisationKind.University, "甬江工业大学", "330203"),
        new(OrganisationKind.University, "瓯江科技大学", "330302"),
        new(OrganisationKind.University, "婺江大学", "330702"),
        new(OrganisationKind.University, "苕溪农林大学", "330502"),
        new(OrganisationKind.University, "曹娥江医科大学", "330604"),
        new(OrganisationKind.University, "秀洲先进材料研究院", "330411"),
        new(OrganisationKind.University, "定海海洋技术研究院", "330902"),
        new(OrganisationKind.Enterprise, Guests[0], "330108"),
        new(OrganisationKind.Enterprise, Guests[1], "330206"),
        new(OrganisationKind.Enterprise, "温州瓯澜电气有限公司", "330304"),
        new(OrganisationKind.Enterprise, "嘉兴禾芯半导体有限公司", "330402"),
        new(OrganisationKind.Enterprise, "湖州苕云新能源有限公司", "330502"),
        new(OrganisationKind.Enterprise, "绍兴越织智能装备有限公司", "330603"),
        new(OrganisationKind.Enterprise, "金华婺光光电有限公司", "330703"),
        new(OrganisationKind.Enterprise, "衢州信澄化工材料有限公司", "330803"),
        new(OrganisationKind.Enterprise, "舟山普澜海洋工程有限公司", "330903"),
        new(OrganisationKind.Enterprise, "台州椒澄医疗器械有限公司", "331002"),
        new(OrganisationKind.Enterprise, "丽水瓯源生物科技有限公司", "331102"),
        new(OrganisationKind.Enterprise, "杭州湘澜软件有限公司", "330109"),
        new(OrganisationKind.Enterprise, "宁波北澄新材料有限公司", "330205"),
        new(OrganisationKind.Enterprise, "义乌商澜智能物流有限公司", "330782"),
        new(OrganisationKind.Agency, "之澜技术转移服务有限公司", "330106"),
        new(OrganisationKind.AuctionHouse, House, "330106"),
        new(OrganisationKind.ServiceProvider, "临澜检测技术服务有限公司", "330113"),
        new(OrganisationKind.Enterprise, Guests[2], null, new RegistryEntry("DE", "KOELN HRB 999001")),
    ];

    /// <summary>The accounts of the README, by the place of their organisation in <see cref="Organisations"/>.</summary>
    public static readonly DemoAccount[] Accounts =
    [
        new($"operator{EmailEnd}", "方运营", 0, MemberRole.Owner, MemberRole.Staff),
        new($"operator2{EmailEnd}", "何复核", 0, MemberRole.Staff),
        new($"university{EmailEnd}", "顾成果", 1, MemberRole.Owner, MemberRole.Staff, MemberRole.Signatory),
        new($"researcher{EmailEnd}", "沈研究", 1, MemberRole.Researcher),
        new($"enterprise{EmailEnd}", "林竞买", 9, MemberRole.Owner, MemberRole.Signatory),
        new($"enterprise2{EmailEnd}", "赵竞买", 10, MemberRole.Owner, MemberRole.Signatory),
        new($"abroad{EmailEnd}", "Anna Lindner", 26, MemberRole.Owner, MemberRole.Signatory),
        new($"broker{EmailEnd}", "周经纪", 23, MemberRole.Owner, MemberRole.Staff, MemberRole.Signatory),
        new($"service{EmailEnd}", "许检测", 25, MemberRole.Owner, MemberRole.Staff),
        new($"auctioneer{EmailEnd}", "周正", 24, MemberRole.Owner, MemberRole.Auctioneer),
        new($"recorder{EmailEnd}", "冯录", 24, MemberRole.Recorder),
        new($"checkin{EmailEnd}", "陈签", 24, MemberRole.CheckInClerk),
    ];

    /// <summary>The code of the organisation at this place; none abroad.</summary>
    public static string? UsccOf(int place)
    {
        var organisation = Organisations[place];
        if (organisation.Abroad is not null) return null;
        // 12: 事业单位; 91: 企业.
        var code = $"{(organisation.Kind is OrganisationKind.University ? "12" : "91")}{organisation.Region}MADM{place:D4}";
        code += Uscc.OrganisationCheck(code.AsSpan(8, 8));
        return code + Uscc.CheckCharacter(code);
    }
}
