using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Demands;

/// <summary>What one version of a demand says: the measurable sheet. Each version is kept whole, as this record's JSON.</summary>
public sealed record DemandContent
{
    public string Title { get; init; } = "";

    /// <summary>In plain language: what goes wrong today, where, and what would help.</summary>
    public string Problem { get; init; } = "";

    public ImmutableArray<string> Keywords { get; init; } = [];
    public ImmutableArray<TargetLine> Lines { get; init; } = [];

    /// <summary>The highest key that a line ever had, where that line is gone; see <see cref="HighestKey"/>.</summary>
    public int? LastKey { get; init; }

    public TechField? Field { get; init; }
    public ImmutableArray<Highland> Highlands { get; init; } = [];

    /// <summary>The maturity looked for, 1–9, GB/T 22900.</summary>
    public int? Trl { get; init; }

    public ImmutableArray<WayOfCooperation> Ways { get; init; } = [];

    /// <summary>In fen; opens as the owner said (<see cref="RevealSettings"/>).</summary>
    public long? BudgetFromFen { get; init; }

    /// <inheritdoc cref="BudgetFromFen"/>
    public long? BudgetToFen { get; init; }

    /// <summary>What the budget covers. Opens with the budget.</summary>
    public string? BudgetNote { get; init; }

    /// <summary>The first moment that is too late for a response.</summary>
    public DateTimeOffset? Deadline { get; init; }

    public IpWish? Ip { get; init; }
    public string? IpNote { get; init; }

    /// <summary>What is confidential and how one gets to see it; itself public.</summary>
    public string? Confidentiality { get; init; }

    /// <summary>The confidential lines themselves.</summary>
    public string? Confidential { get; init; }

    /// <summary>Six digits, GB/T 2260: where the result is to be used.</summary>
    public string? Region { get; init; }

    /// <summary>揭榜挂帅: the reward; 赛马制: the whole purse. A promise is public with the challenge itself.</summary>
    public long? RewardFen { get; init; }

    /// <summary>Milestones of the work, in order; in a race its stages.</summary>
    public ImmutableArray<Stage> Stages { get; init; } = [];

    /// <summary>揭榜挂帅: how many days the result is on notice.</summary>
    public int? NoticeDays { get; init; }

    /// <summary>赛马制: at most so many lanes run beside each other.</summary>
    public int? Lanes { get; init; }

    /// <summary>赛马制: who stops at a gate; fixed when it is published.</summary>
    public string? Elimination { get; init; }

    /// <summary>赛马制: the share of the purse that goes to the best of the last stage, in hundredths of a per cent.</summary>
    public int? FinalShareBp { get; init; }

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The same content gives the same text: versions are compared and stored by it.</summary>
    public string Write() => JsonSerializer.Serialize(this, Json);

    public static DemandContent Read(string json) => JsonSerializer.Deserialize<DemandContent>(json, Json) ?? throw new JsonException("A version without content");

    /// <summary>Below it every key is taken: what was said of a line that is gone must count for no other.</summary>
    public int HighestKey() => Lines.Select(l => l.Key).Append(LastKey ?? 0).Max();

    /// <summary>What a response must reach: whoever answered before it changed answers again.</summary>
    public bool SameTargetsAs(DemandContent other) => Musts.SequenceEqual(other.Musts) && RewardFen == other.RewardFen && Stages.SequenceEqual(other.Stages);

    private IEnumerable<TargetLine> Musts => Lines.Where(l => l.Necessity == Necessity.Must);
}

/// <summary>One line of the sheet.</summary>
/// <param name="Key">Stays with the line while its demand lives, so that a response's claim finds it again.</param>
/// <param name="Now">What is reached today; a number or a range as people write it.</param>
/// <param name="To">The upper end of a range; null otherwise.</param>
/// <param name="Test">Test method and condition: without it nobody can say whether the target is met.</param>
public sealed record TargetLine(int Key, string Metric, string? Unit, string? Now, Comparison Comparison, string Target, string? To, Necessity Necessity, string? Test);

/// <summary>One milestone of the work, or one stage of a race.</summary>
/// <param name="Months">From the start of the work, or of this stage in a race, to its end.</param>
/// <param name="ShareBp">Its share of the money in hundredths of a per cent.</param>
public sealed record Stage(string Name, string Goal, int Months, int ShareBp);

/// <summary>How wide name, budget and confidential lines open. By default nothing does.</summary>
public sealed record RevealSettings(Opens Name = Opens.Narrow, Opens Budget = Opens.Narrow, Opens Confidential = Opens.Narrow);

/// <summary>Who gives a command, for whom that person acts, under which id (the same id twice is the same command), and which version was before the eyes.</summary>
/// <param name="Seen">Null when the command does not depend on what was seen.</param>
/// <param name="Agency">The agency whose person answers for the organisation under its mandate; null when the organisation acts itself.</param>
public sealed record ActedBy(Guid Command, Guid Person, Guid Organisation, int? Seen = null, Guid? Agency = null)
{
    /// <summary>The market itself, at a moment that was fixed before.</summary>
    public static ActedBy Market(Guid command) => new(command, Guid.Empty, Guid.Empty);
}
