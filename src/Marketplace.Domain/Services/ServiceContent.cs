using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Services;

/// <summary>服务类型: 评估, 概念验证, 中试, 检测, 知识产权, 法务, 金融, 培训. Stored by name.</summary>
public enum ServiceKind { Appraisal, ProofOfConcept, PilotScale, Testing, IntellectualProperty, Legal, Finance, Training }

/// <summary>How the price is said: 面议, an amount or a range, or in words. Stored by name.</summary>
public enum Pricing { ByQuotation, Amount, InWords }

/// <summary>What one version of a service says. Each version is kept whole, as this record's JSON; all of it is public once listed.</summary>
public sealed record ServiceContent
{
    public ServiceKind? Kind { get; init; }
    public string Title { get; init; } = "";

    /// <summary>In plain language: what is done, with what, for whom.</summary>
    public string Description { get; init; } = "";

    /// <summary>What the client has in hand at the end: a report, samples, a certificate.</summary>
    public string Deliverables { get; init; } = "";

    public ImmutableArray<string> Keywords { get; init; } = [];

    /// <summary>For works of which fields; none means any.</summary>
    public ImmutableArray<TechField> Fields { get; init; } = [];

    /// <summary>技术成熟度 that it serves, from and to; both null for any.</summary>
    public int? TrlFrom { get; init; }

    public int? TrlTo { get; init; }
    public Pricing? Pricing { get; init; }
    public long? PriceFromFen { get; init; }

    /// <summary>Null where one amount is the price.</summary>
    public long? PriceToFen { get; init; }

    /// <summary>How the price comes about, or what is in it.</summary>
    public string? PriceNote { get; init; }

    /// <summary>From the order to the delivery, in calendar days.</summary>
    public int? Days { get; init; }

    /// <summary>Where it is done: six digits, GB/T 2260.</summary>
    public string? Region { get; init; }

    public ImmutableArray<Qualification> Qualifications { get; init; } = [];

    /// <summary>The level lies in what it serves.</summary>
    public bool Serves(int trl) => trl >= (TrlFrom ?? 1) && trl <= (TrlTo ?? 9);

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The same content gives the same text: versions are compared and stored by it.</summary>
    public string Write() => JsonSerializer.Serialize(this, Json);

    public static ServiceContent Read(string json) => JsonSerializer.Deserialize<ServiceContent>(json, Json) ?? throw new JsonException("A version without content");
}

/// <summary>资质: what allows the provider to do it, for example a CMA certificate.</summary>
/// <param name="Until">Its last day; null when it has none.</param>
public sealed record Qualification(string Name, string Number, string? Issuer, DateOnly? Until)
{
    /// <summary>Over on that day: the last day itself still counts.</summary>
    public bool ExpiredOn(DateOnly today) => Until < today;
}
