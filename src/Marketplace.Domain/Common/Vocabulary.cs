namespace Marketplace.Domain.Common;

/// <summary>技术领域: exactly the eleven of 技术合同认定登记. Stored by name.</summary>
public enum TechField
{
    ElectronicInformation,
    Aerospace,
    AdvancedManufacturing,
    BiomedicineAndDevices,
    NewMaterials,
    NewEnergy,
    EnvironmentAndResources,
    NuclearApplication,
    Agriculture,
    ModernTransport,
    UrbanAndSocial,
}

/// <summary>三大科创高地: a tag beside the field, never instead of it. Stored by name.</summary>
public enum Highland { InternetPlus, LifeHealth, NewMaterials }

/// <summary>How the right holder wishes to trade. Stored by name.</summary>
public enum WayOfTrade { Assignment, ExclusiveLicence, SoleLicence, OrdinaryLicence, OpenLicence, EquityContribution, UseFirst, CoDevelopment }

/// <summary>计划来源. Stored by name.</summary>
public enum FundingSource { National, Ministerial, Provincial, Local, OutsidePlan }

/// <summary>Who carries a tax or a fee; with <see cref="EachItsOwn"/> each side what falls on itself, never a half of the other's. Stored by name.</summary>
public enum Bearer { Buyer, Seller, EachItsOwn }

/// <summary>What the market reads where a person or another system wrote a word for a field, a tag or a way.</summary>
public static class Vocabulary
{
    /// <summary>The statutory Chinese names (技术合同认定登记 form), in order.</summary>
    public static readonly IReadOnlyList<(TechField Field, string Chinese)> Fields =
    [
        (TechField.ElectronicInformation, "电子信息"), (TechField.Aerospace, "航空航天"), (TechField.AdvancedManufacturing, "先进制造"),
        (TechField.BiomedicineAndDevices, "生物医药和医疗器械"), (TechField.NewMaterials, "新材料及其应用"), (TechField.NewEnergy, "新能源与高效节能"),
        (TechField.EnvironmentAndResources, "环境保护与资源综合利用"), (TechField.NuclearApplication, "核应用"), (TechField.Agriculture, "农业"),
        (TechField.ModernTransport, "现代交通"), (TechField.UrbanAndSocial, "城市建设与社会发展"),
    ];

    private static readonly Dictionary<string, TechField> FieldWords = Words(
        Fields.Select(f => (f.Chinese, f.Field)),
        [
            ("航空航天技术", TechField.Aerospace), ("先进制造技术", TechField.AdvancedManufacturing), ("生物医药", TechField.BiomedicineAndDevices),
            ("生物、医药和医疗器械", TechField.BiomedicineAndDevices), ("新材料", TechField.NewMaterials), ("新能源", TechField.NewEnergy),
            ("环境保护", TechField.EnvironmentAndResources), ("电子信息技术", TechField.ElectronicInformation), ("农业技术", TechField.Agriculture),
            ("electronic information", TechField.ElectronicInformation), ("advanced manufacturing", TechField.AdvancedManufacturing),
            ("biomedicine", TechField.BiomedicineAndDevices), ("biomedicine and medical devices", TechField.BiomedicineAndDevices),
            ("new materials", TechField.NewMaterials), ("new energy", TechField.NewEnergy), ("new energy and energy efficiency", TechField.NewEnergy),
            ("environment", TechField.EnvironmentAndResources), ("environment and resources", TechField.EnvironmentAndResources),
            ("nuclear", TechField.NuclearApplication), ("nuclear applications", TechField.NuclearApplication),
            ("transport", TechField.ModernTransport), ("modern transport", TechField.ModernTransport), ("urban and social development", TechField.UrbanAndSocial),
        ]);

    private static readonly Dictionary<string, Highland> HighlandWords = Words(
        [("互联网+", Highland.InternetPlus), ("互联网＋", Highland.InternetPlus), ("生命健康", Highland.LifeHealth), ("新材料", Highland.NewMaterials)], []);

    private static readonly Dictionary<string, WayOfTrade> WayWords = Words(
        [
            ("转让", WayOfTrade.Assignment), ("独占许可", WayOfTrade.ExclusiveLicence), ("排他许可", WayOfTrade.SoleLicence), ("普通许可", WayOfTrade.OrdinaryLicence),
            ("许可", WayOfTrade.OrdinaryLicence), ("开放许可", WayOfTrade.OpenLicence), ("作价投资", WayOfTrade.EquityContribution), ("作价入股", WayOfTrade.EquityContribution),
            ("先用后转", WayOfTrade.UseFirst), ("合作开发", WayOfTrade.CoDevelopment),
        ],
        []);

    private static readonly Dictionary<string, FundingSource> FundingWords = Words(
        [
            ("国家", FundingSource.National), ("部门", FundingSource.Ministerial), ("省市", FundingSource.Provincial), ("地市县", FundingSource.Local),
            ("计划外", FundingSource.OutsidePlan),
        ],
        []);

    /// <summary>Reads the statutory Chinese name, an English name or the stored name; null when it is none of the eleven.</summary>
    public static TechField? Field(string text) => Find(FieldWords, text);

    public static Highland? ReadHighland(string text) => Find(HighlandWords, text);

    public static WayOfTrade? Way(string text) => Find(WayWords, text);

    public static FundingSource? Funding(string text) => Find(FundingWords, text);

    private static T? Find<T>(Dictionary<string, T> words, string text)
        where T : struct => words.TryGetValue(text.Trim(), out var found) ? found : null;

    private static Dictionary<string, T> Words<T>(IEnumerable<(string Word, T Value)> first, IEnumerable<(string Word, T Value)> more)
        where T : struct, Enum
    {
        var words = new Dictionary<string, T>(StringComparer.OrdinalIgnoreCase);
        foreach (var value in Enum.GetValues<T>()) words[value.ToString()] = value;
        foreach (var (word, value) in first.Concat(more)) words[word] = value;
        return words;
    }
}
