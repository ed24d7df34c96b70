using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Marketplace.Search.Index;

/// <summary>What can be found. Stored by name.</summary>
public enum Found { Achievement, Demand, Service, Organisation, Notice }

/// <summary>Who asks: what is only for members of verified organisations is neither found nor counted for anybody else.</summary>
public enum Audience { Public, Registered }

/// <summary>Which record of the market a document is about.</summary>
public readonly record struct DocumentKey(Found Kind, string Id)
{
    public override string ToString() => $"{Kind}/{Id}";
}

/// <summary>
/// One thing that can be found, as it stands in the index: made from its record alone, so that an index can always be
/// made anew. What nobody but the owner may see (a named demand's name, a budget, a reserve) never stands in one.
/// </summary>
public sealed record SearchDocument
{
    public required DocumentKey Key { get; init; }

    /// <summary>Who may find it at all.</summary>
    public Audience Audience { get; init; }

    public required string Title { get; init; }

    /// <summary>Shown under the title, with what was looked for marked.</summary>
    public string Summary { get; init; } = "";

    public IReadOnlyList<string> Keywords { get; init; } = [];

    /// <summary>More public text that is searched and not shown in the list.</summary>
    public string More { get; init; } = "";

    /// <summary>Text of the registered tier: searched for those alone who may read it, kept by no index as a whole.</summary>
    public string Registered { get; init; } = "";

    /// <summary>Patent numbers, USCC, the unit's own numbers: found as a whole, however they are spaced.</summary>
    public IReadOnlyList<string> Codes { get; init; } = [];

    /// <summary>Of which sort within its kind: a university, a notice of a lot.</summary>
    public string? Type { get; init; }

    public string? Field { get; init; }

    /// <summary>A service may be for several.</summary>
    public IReadOnlyList<string> AlsoFields { get; init; } = [];

    public IReadOnlyList<string> Highlands { get; init; } = [];
    public int? Trl { get; init; }
    public IReadOnlyList<string> Ways { get; init; } = [];

    /// <summary>Six digits, GB/T 2260.</summary>
    public string? Region { get; init; }

    public Guid? Owner { get; init; }

    /// <summary>The owner's name, where it may be shown.</summary>
    public string? OwnerName { get; init; }

    public string? State { get; init; }

    /// <summary>In fen; seen, filtered and sorted by only for the <see cref="PriceAudience"/>.</summary>
    public long? PriceFen { get; init; }

    /// <summary>The upper end where the price is a range: only shown, and only to whom the price is.</summary>
    public long? PriceToFen { get; init; }

    public Audience PriceAudience { get; init; }

    /// <summary>When it was published; newest first where nothing else decides.</summary>
    public required DateTimeOffset At { get; init; }

    public bool Demo { get; init; }

    /// <summary>Where a person reads it.</summary>
    public required string Url { get; init; }

    [JsonIgnore]
    public IReadOnlyList<string> Fields => Field is { } first ? [first, .. AlsoFields] : [];

    /// <summary>Everything public that is looked through, the title and keywords among it.</summary>
    [JsonIgnore]
    public string PublicText => string.Join('\n', (string[])[Title, Summary, .. Keywords, More, OwnerName ?? ""]);

    /// <summary>What is proposed while somebody writes.</summary>
    [JsonIgnore]
    public IEnumerable<string> Phrases => Keywords.Append(Title).Append(OwnerName ?? "").Select(Words.Phrases.Of).Where(p => p.Length > 0).Distinct();

    /// <summary>What it has in a facet.</summary>
    public IReadOnlyList<string> Of(Facet facet) => facet switch
    {
        Facet.Kind => [Key.Kind.ToString()],
        Facet.Field => Fields,
        Facet.Highland => Highlands,
        Facet.Trl => One(Trl?.ToString(CultureInfo.InvariantCulture)),
        Facet.Way => Ways,
        Facet.Region => One(Region),
        Facet.Owner => OwnerName is null || Owner is null ? [] : [$"{Owner}|{OwnerName}"],
        Facet.State => One(State),
        Facet.Type => One(Type),
        _ => throw new ArgumentOutOfRangeException(nameof(facet), facet, null),
    };

    /// <summary>The price as far as this tier may know it.</summary>
    public long? PriceFor(Audience audience) => PriceAudience <= audience ? PriceFen : null;

    private static string[] One(string? value) => string.IsNullOrEmpty(value) ? [] : [value];

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>What an index keeps of it for showing.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this with { More = "", Registered = "", Codes = [] }, Json);

    public static SearchDocument Read(ReadOnlySpan<byte> kept) => JsonSerializer.Deserialize<SearchDocument>(kept, Json) ?? throw new JsonException("A document without content");
}
