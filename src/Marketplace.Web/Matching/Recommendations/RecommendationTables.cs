using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Marketplace.Achievements;
using Marketplace.Demands;
using Marketplace.Domain.Matching;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Matching.Recommendations;

/// <summary>A word that both texts have, as each of them wrote it: LED and 发光二极管 are one.</summary>
public sealed record SharedWord(string Demand, string Achievement);

/// <summary>Why a pair is recommended: its parts, the words in common, the rarest first, and those that feedback made count more.</summary>
public sealed record Explanation(ImmutableArray<PartScore> Parts, ImmutableArray<SharedWord> Words, ImmutableArray<string> Learned)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter() },
    };

    public string Write() => JsonSerializer.Serialize(this, Json);

    public static Explanation Read(string json) => JsonSerializer.Deserialize<Explanation>(json, Json) ?? throw new JsonException("An explanation without content");
}

/// <summary>推荐: a pair that the engine found, scored twice. What follows from the demand's budget or its owner's feedback stands apart from what anybody may conclude from.</summary>
public sealed class RecommendationRow
{
    public required Guid Demand { get; init; }
    public required Guid Achievement { get; init; }

    /// <summary>With the budget and the feedback: for the demand's owner and its brokers alone.</summary>
    public int Score { get; set; }

    /// <summary>The <see cref="Explanation"/> of <see cref="Score"/> as JSON.</summary>
    public string Body { get; set; } = "";

    /// <summary>From public facts alone.</summary>
    public int OpenScore { get; set; }

    /// <summary>The explanation of <see cref="OpenScore"/>; null when it is the same.</summary>
    public string? OpenBody { get; set; }

    /// <summary>Among the best for the demand by <see cref="Score"/>. That a row has this alone says something of the budget.</summary>
    public bool ForOwner { get; set; }

    /// <summary>Among the best for the demand by <see cref="OpenScore"/>.</summary>
    public bool ForDemand { get; set; }

    /// <summary>Among the best for the achievement by <see cref="OpenScore"/>.</summary>
    public bool ForAchievement { get; set; }

    public bool Demo { get; set; }

    /// <summary><see cref="Scoring.Edition"/> of the method.</summary>
    public int Edition { get; set; }

    public DateTimeOffset ComputedAt { get; set; }

    public Explanation Read(bool owner) => Explanation.Read(owner ? Body : OpenBody ?? Body);
}

/// <summary>What the demand's side said of a pair; never changed, the newest holds.</summary>
public sealed class RecommendationJudgementRow
{
    /// <summary>The command that said it.</summary>
    public required Guid Command { get; init; }
    public required Guid Demand { get; init; }
    public required Guid Achievement { get; init; }

    /// <summary>Counts within the pair, from one.</summary>
    public required int Number { get; init; }
    public required Verdict Verdict { get; init; }
    public BadReason? Reason { get; init; }
    public string? Note { get; init; }
    public required Guid Person { get; init; }

    /// <summary>For which organisation that person acted: the owner, or its broker's agency.</summary>
    public required Guid Organisation { get; init; }
    public required DateTimeOffset At { get; init; }

    public Judgement Read() => new(Verdict, Reason, Note);
}

/// <summary>One run over everything, and how far it is.</summary>
public sealed class RecommendationRunRow
{
    public required Guid Id { get; init; }
    public required int Edition { get; init; }
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>All demands are done; achievements are being gone through.</summary>
    public bool DemandsDone { get; set; }

    /// <summary>The last one that is done of what is being gone through.</summary>
    public Guid? Last { get; set; }
    public int Done { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
}

internal sealed class RecommendationTables :
    IEntityTypeConfiguration<RecommendationRow>, IEntityTypeConfiguration<RecommendationJudgementRow>, IEntityTypeConfiguration<RecommendationRunRow>
{
    public void Configure(EntityTypeBuilder<RecommendationRow> builder)
    {
        builder.ToTable("recommendations").HasKey(r => new { r.Demand, r.Achievement });
        builder.HasIndex(r => r.Achievement);
        builder.HasIndex(r => r.ComputedAt);
        builder.HasOne<Demand>().WithMany().HasForeignKey(r => r.Demand);
        builder.HasOne<Achievement>().WithMany().HasForeignKey(r => r.Achievement);
    }

    public void Configure(EntityTypeBuilder<RecommendationJudgementRow> builder)
    {
        builder.ToTable("recommendation_judgements").HasKey(j => j.Command);
        builder.Property(j => j.Verdict).HasConversion<string>().HasMaxLength(20);
        builder.Property(j => j.Reason).HasConversion<string>().HasMaxLength(20);
        builder.Property(j => j.Note).HasMaxLength(Judgement.MostNote);
        builder.HasIndex(j => new { j.Demand, j.Achievement, j.Number }).IsUnique();
        builder.HasOne<Demand>().WithMany().HasForeignKey(j => j.Demand);
        builder.HasOne<Achievement>().WithMany().HasForeignKey(j => j.Achievement);
    }

    public void Configure(EntityTypeBuilder<RecommendationRunRow> builder)
    {
        builder.ToTable("recommendation_runs");
        builder.HasIndex(r => r.StartedAt);
    }
}
