using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Auctions;

/// <summary>答疑: a question about an announced lot and its answer, or an addendum. Never deleted; words that were published never change.</summary>
public sealed class QuestionRow
{
    public required Guid Id { get; init; }
    public required string Lot { get; init; }

    /// <summary>Null for an addendum.</summary>
    public string? Question { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public string? Answer { get; set; }

    /// <summary>Since when everybody reads it; the order of the feed.</summary>
    public DateTimeOffset? PublishedAt { get; set; }

    /// <summary>Which of the seller's people answered; for the market's own log.</summary>
    public Guid? AnsweredBy { get; set; }
    public DateTimeOffset? WithdrawnAt { get; set; }
    public string? WithdrawnBecause { get; set; }
    public Guid? WithdrawnBy { get; set; }

    /// <summary>Counts changes; the concurrency token on both databases.</summary>
    public int Version { get; set; }
}

/// <summary>
/// Who asked. Private, and apart from the lot: no page joins the two but the asker's own, because interest in a lot is
/// what sellers and operators must not know of an organisation.
/// </summary>
public sealed class AskerRow
{
    public required Guid Question { get; init; }
    public required Guid Organisation { get; init; }
    public required Guid Person { get; init; }
}

internal sealed class QuestionTables : IEntityTypeConfiguration<QuestionRow>, IEntityTypeConfiguration<AskerRow>
{
    public void Configure(EntityTypeBuilder<QuestionRow> builder)
    {
        builder.ToTable("lot_questions");
        builder.Property(q => q.Lot).HasMaxLength(60);
        builder.Property(q => q.Version).IsConcurrencyToken();
        builder.HasIndex(q => new { q.Lot, q.PublishedAt });
        builder.HasOne<Lot>().WithMany().HasForeignKey(q => q.Lot).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<AskerRow> builder)
    {
        builder.ToTable("question_askers").HasKey(a => a.Question);
        builder.HasIndex(a => a.Organisation);
        builder.HasOne<QuestionRow>().WithOne().HasForeignKey<AskerRow>(a => a.Question).OnDelete(DeleteBehavior.Cascade);
    }
}
