using System.Globalization;
using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Organisations;

/// <summary>关联方: an organisation declares that another belongs to it, or it to the other. Ended, never deleted.</summary>
public sealed class RelatedPartyRow
{
    public required Guid Id { get; init; }
    public required Guid Organisation { get; init; }
    public required Guid Other { get; init; }
    public required Guid DeclaredBy { get; init; }
    public required DateTimeOffset At { get; init; }
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>What the market's own people opened that others may not see. Chained by hash; a line is written before anything is shown.</summary>
public sealed class PrivilegedReadRow
{
    public required long Seq { get; init; }
    public required DateTimeOffset At { get; init; }
    public required Guid Person { get; init; }

    /// <summary>What was opened, a word that the page translates: <c>papers</c>, <c>organisation</c>, <c>bank</c>, <c>deal</c>, <c>draft</c>.</summary>
    public required string What { get; init; }

    /// <summary>Of whom or of what. Never an application's lot: the reader of this log is blind as well.</summary>
    public required string About { get; init; }

    /// <summary>What for, a word that the page translates.</summary>
    public required string Purpose { get; init; }
    public required string Prev { get; init; }
    public string Hash { get; set; } = "";

    /// <summary>SHA-256 over the line before and everything this one says.</summary>
    public string HashNow() => FactLine.HashOf(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"market-read.1\n{Seq}\n{Prev}\n{Instant.Write(At)}\n{Person}\n{What}\n{About}\n{Purpose}\n")));
}

/// <summary>Writes the log of privileged reads, before anything is shown.</summary>
public sealed class PrivilegedReads(IMarketplaceDbFactory databases, TimeProvider clock)
{
    private const int MostTries = 20;

    /// <summary>Notes a read in its own transaction. Two at the same moment take their turns.</summary>
    /// <param name="purpose">A word that the page translates, or the reason as the reader gave it.</param>
    public async Task Note(Guid person, string what, string about, string purpose, CancellationToken cancellation = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var db = databases.Create();
            try
            {
                await db.WriteAsync(token => Append(db, person, what, about, purpose, token), cancellation);
                return;
            }
            catch (DbUpdateException) when (attempt < MostTries)
            {
                // Another node wrote the same number first.
            }
        }
    }

    private async Task Append(MarketplaceDb db, Guid person, string what, string about, string purpose, CancellationToken cancellation)
    {
        var last = await db.Set<PrivilegedReadRow>().AsNoTracking().OrderByDescending(r => r.Seq).FirstOrDefaultAsync(cancellation);
        var row = new PrivilegedReadRow
        {
            Seq = (last?.Seq ?? 0) + 1,
            At = Instant.Cut(clock.GetUtcNow()),
            Person = person,
            What = what,
            About = about,
            Purpose = purpose,
            Prev = last?.Hash ?? FactLine.Genesis,
        };
        row.Hash = row.HashNow();
        db.Add(row);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>The first number at which the chain does not hold; null when it holds from the first line to the last.</summary>
    public static async Task<long?> FirstBreak(MarketplaceDb db, CancellationToken cancellation)
    {
        var (prev, seq) = (FactLine.Genesis, 0L);
        await foreach (var row in db.Set<PrivilegedReadRow>().AsNoTracking().OrderBy(r => r.Seq).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            if (row.Seq != ++seq || row.Prev != prev || row.Hash != row.HashNow()) return row.Seq;
            prev = row.Hash;
        }

        return null;
    }
}

internal sealed class FairnessTables : IEntityTypeConfiguration<RelatedPartyRow>, IEntityTypeConfiguration<PrivilegedReadRow>
{
    public void Configure(EntityTypeBuilder<RelatedPartyRow> builder)
    {
        builder.ToTable("related_parties");
        builder.HasOne<Organisation>().WithMany().HasForeignKey(r => r.Organisation);
        builder.HasOne<Organisation>().WithMany().HasForeignKey(r => r.Other);
    }

    public void Configure(EntityTypeBuilder<PrivilegedReadRow> builder)
    {
        builder.ToTable("privileged_reads").HasKey(r => r.Seq);
        builder.Property(r => r.Seq).ValueGeneratedNever();
        builder.Property(r => r.What).HasMaxLength(20);
        builder.Property(r => r.About).HasMaxLength(200);
        builder.Property(r => r.Purpose).HasMaxLength(1000);
        builder.Property(r => r.Prev).HasMaxLength(64);
        builder.Property(r => r.Hash).HasMaxLength(64);
    }
}
