namespace Marketplace.Domain.Achievements;

/// <summary>知识产权类型. Stored by name.</summary>
public enum IpKind { Invention, UtilityModel, Design, SoftwareCopyright, IcLayout, PlantVariety, KnowHow }

/// <summary>许可方式: 独占, 排他, 普通. Stored by name.</summary>
public enum LicenceKind { Exclusive, Sole, Ordinary }

/// <summary>Whether a right holder agreed to the listing: the unit's own share needs no paper. Stored by name.</summary>
public enum Consent { Own, Given, Waiting }

/// <summary>Who may read a file or a field. Stored by name.</summary>
public enum Tier { Public, Registered }
