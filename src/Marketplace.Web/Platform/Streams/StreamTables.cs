using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Platform.Streams;

/// <summary>One line of one stream. The bytes are the truth; nothing else here is ever re-serialised from them.</summary>
public sealed class FactRow
{
    public required string Stream { get; init; }
    public required long Version { get; init; }
    public required string CommandKey { get; init; }
    public required byte[] Bytes { get; init; }
    public required string Hash { get; init; }
}

/// <summary>The signed head of one append: what receipts and transcripts refer to.</summary>
public sealed class HeadRow
{
    /// <summary>
    /// Counts all heads of the market, and no number ever comes twice. Readers of many streams go by it on SQLite; on
    /// PostgreSQL, where an append may commit after a later one, by (transaction, this) below the oldest that still runs.
    /// </summary>
    public long Seq { get; init; }
    public required string Stream { get; init; }
    public required long Version { get; init; }
    public required string Hash { get; init; }
    public required string KeyId { get; init; }
    public required byte[] Signature { get; init; }
}

/// <summary>The hidden value that a line commits to. Private: no page, export or program reads this table.</summary>
public sealed class SecretRow
{
    public required string Stream { get; init; }
    public required long Version { get; init; }
    public required string Nonce { get; init; }
    public required long ValueFen { get; init; }
}

/// <summary>Until when a stream was certainly served; kept beside the log for the outage rule.</summary>
public sealed class ServedRow
{
    public required string Stream { get; init; }
    public required DateTimeOffset ServedUntil { get; init; }
}

internal sealed class StreamTables :
    IEntityTypeConfiguration<FactRow>, IEntityTypeConfiguration<HeadRow>, IEntityTypeConfiguration<SecretRow>, IEntityTypeConfiguration<ServedRow>
{
    public void Configure(EntityTypeBuilder<FactRow> builder)
    {
        builder.ToTable("facts").HasKey(f => new { f.Stream, f.Version });
        builder.HasIndex(f => new { f.Stream, f.CommandKey }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<HeadRow> builder)
    {
        builder.ToTable("heads").HasKey(h => h.Seq);
        builder.Property(h => h.Seq).ValueGeneratedOnAdd();
        builder.HasIndex(h => new { h.Stream, h.Version }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<SecretRow> builder) => builder.ToTable("secrets").HasKey(s => new { s.Stream, s.Version });

    public void Configure(EntityTypeBuilder<ServedRow> builder) => builder.ToTable("served").HasKey(s => s.Stream);
}
