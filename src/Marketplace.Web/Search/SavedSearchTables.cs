using Marketplace.Domain.Search;
using Marketplace.Organisations;
using Marketplace.Platform.Outbox;
using Marketplace.Search.Index;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Search;

/// <summary>保存的检索: a search that a person wants to come back to. Its own; nobody else reads it.</summary>
public sealed class SavedSearchRow
{
    /// <summary>The id of the command that saved it.</summary>
    public required Guid Id { get; init; }
    public required Guid Person { get; init; }
    public required string Name { get; set; }

    /// <summary>What is looked for, as <see cref="SearchAddress.Asked"/> writes it: of a person no two are the same.</summary>
    public required string Address { get; init; }
    public Alert Alert { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the person opened it last.</summary>
    public DateTimeOffset? LookedAt { get; set; }

    /// <summary>When the person was told of it last.</summary>
    public DateTimeOffset? ToldAt { get; set; }

    /// <summary>Saved by an account of the demonstration: it is told of the demonstration's records alone, the others of real ones.</summary>
    public bool Demo { get; init; }
}

/// <summary>Something appeared that a saved search finds, since its person looked last.</summary>
public sealed class SavedSearchFindRow
{
    public required Guid Search { get; init; }
    public required Found Kind { get; init; }
    public required string Document { get; init; }

    /// <summary>Everybody finds it by this search.</summary>
    public required bool Open { get; init; }

    /// <summary>Members of verified organisations find it by this search.</summary>
    public required bool Registered { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>When the person was told, or when it was clear that there is nothing to tell any more.</summary>
    public DateTimeOffset? ToldAt { get; set; }
}

/// <summary>A document that has been in the market: whatever becomes of it, it does not appear a second time.</summary>
public sealed class AppearedRow
{
    public required Found Kind { get; init; }
    public required string Document { get; init; }
    public required DateTimeOffset At { get; init; }
    public required bool Demo { get; init; }
}

internal sealed class SavedSearchTables : IEntityTypeConfiguration<SavedSearchRow>, IEntityTypeConfiguration<SavedSearchFindRow>, IEntityTypeConfiguration<AppearedRow>
{
    /// <summary>Under this name a changed saved search stands in the outbox.</summary>
    public const string Name = "saved-search";

    public void Configure(EntityTypeBuilder<SavedSearchRow> builder)
    {
        builder.Tells(Name).ToTable("saved_searches");
        builder.Property(s => s.Name).HasMaxLength(SavedSearches.MostName);
        builder.Property(s => s.Address).HasMaxLength(SavedSearches.MostAddress);
        builder.Property(s => s.Alert).HasConversion<string>().HasMaxLength(20);
        builder.HasIndex(s => new { s.Person, s.Address }).IsUnique();
        builder.HasOne<Person>().WithMany().HasForeignKey(s => s.Person).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<SavedSearchFindRow> builder)
    {
        builder.ToTable("saved_search_finds").HasKey(f => new { f.Search, f.Kind, f.Document });
        builder.Property(f => f.Kind).HasConversion<string>().HasMaxLength(20);
        builder.Property(f => f.Document).HasMaxLength(100);
        builder.HasIndex(f => f.At);
        builder.HasIndex(f => f.Search).HasFilter("told_at IS NULL").HasDatabaseName("ix_saved_search_finds_untold");
        builder.HasOne<SavedSearchRow>().WithMany().HasForeignKey(f => f.Search).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<AppearedRow> builder)
    {
        builder.ToTable("appeared_documents").HasKey(a => new { a.Kind, a.Document });
        builder.Property(a => a.Kind).HasConversion<string>().HasMaxLength(20);
        builder.Property(a => a.Document).HasMaxLength(100);
    }
}
