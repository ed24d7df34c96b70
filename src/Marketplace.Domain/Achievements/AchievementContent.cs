using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Achievements;

/// <summary>What one version of an achievement says. Each version is kept whole, as this record's JSON.</summary>
public sealed record AchievementContent
{
    public string Title { get; init; } = "";

    /// <summary>In plain language: what it does, how much better than before, where it is used.</summary>
    public string Summary { get; init; } = "";

    /// <summary>What a signed-in member of a verified organisation reads beyond the summary. Registered tier.</summary>
    public string? Details { get; init; }

    public ImmutableArray<string> Keywords { get; init; } = [];
    public TechField? Field { get; init; }
    public ImmutableArray<Highland> Highlands { get; init; } = [];

    /// <summary>International Patent Classification symbols, for example <c>G01L 9/00</c>.</summary>
    public ImmutableArray<string> Ipc { get; init; } = [];

    /// <summary>技术成熟度 1–9, GB/T 22900.</summary>
    public int? Trl { get; init; }

    public ImmutableArray<TrlEvidence> Evidence { get; init; } = [];
    public ImmutableArray<IpItem> Ip { get; init; } = [];
    public ImmutableArray<RightHolder> Owners { get; init; } = [];
    public FundingSource? Funding { get; init; }

    /// <summary>The programme or project that paid.</summary>
    public string? FundingProject { get; init; }

    /// <summary>完成人, in the order of the patent.</summary>
    public ImmutableArray<Completer> Completers { get; init; } = [];

    public ImmutableArray<ExistingLicence> Licences { get; init; } = [];
    public ImmutableArray<WayOfTrade> Ways { get; init; } = [];

    /// <summary>The unit's idea of a price, in fen; not an offer. Registered tier.</summary>
    public long? PriceIdeaFen { get; init; }

    /// <summary>Six digits, GB/T 2260.</summary>
    public string? Region { get; init; }

    public ImmutableArray<AttachedFile> Files { get; init; } = [];

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The same content gives the same text: versions are compared and stored by it.</summary>
    public string Write() => JsonSerializer.Serialize(this, Json);

    public static AchievementContent Read(string json) =>
        JsonSerializer.Deserialize<AchievementContent>(json, Json) ?? throw new JsonException("A version without content");
}

/// <summary>What proves a technology readiness level, and who says so.</summary>
public sealed record TrlEvidence(int Level, string What, string? Source, DateOnly? IssuedOn);

/// <summary>One intellectual property right. <paramref name="Number"/> is kept as <see cref="PatentNumber.Normalise"/> writes it.</summary>
public sealed record IpItem(IpKind Kind, string? Number, string? Title, DateOnly? AppliedOn);

/// <summary>权利人 with its share in hundredths of a per cent (10,000 = all).</summary>
public sealed record RightHolder(string Name, int ShareBp, Consent Consent);

public sealed record Completer(string Name, string? Unit);

/// <summary>A licence that survives a transfer (技术合同解释 24). The licensee's name is registered tier.</summary>
public sealed record ExistingLicence(LicenceKind Kind, string? Licensee, DateOnly? Until, string? RegistrationNumber);

/// <summary>A file of the store that belongs to this version, and who may read it.</summary>
public sealed record AttachedFile(string Sha256, string FileName, string ContentType, long Length, Tier Tier);
