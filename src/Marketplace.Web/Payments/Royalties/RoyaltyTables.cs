using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Platform;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Payments.Royalties;

/// <summary>That a deal has royalties, whose they are, and what is next in them; written with the facts. All else is read from the stream.</summary>
public sealed class RoyaltyRow
{
    public required string Deal { get; init; }
    public required Guid Seller { get; init; }
    public required Guid Buyer { get; init; }
    public required string Title { get; init; }
    public required string Book { get; init; }
    public required bool Demo { get; init; }
    public required DateTimeOffset BegunAt { get; init; }

    /// <summary>The last day of the oldest period that is not declared; null when nothing is declared any more.</summary>
    public DateOnly? PeriodEnds { get; init; }

    /// <summary>The last day for its declaration.</summary>
    public DateOnly? DeclarationDue { get; init; }
    public required InspectionTurn Turn { get; init; }

    /// <summary>When the report of the last inspection came.</summary>
    public DateTimeOffset? ReportedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The buyer has a period to declare, or a report to answer; the seller a step of an inspection.</summary>
    public bool Waits(Guid organisation, DateOnly today) => organisation == Seller ? Turn == InspectionTurn.Seller : Turn == InspectionTurn.Buyer || PeriodEnds < today;

    public bool IsLate(DateOnly today) => DeclarationDue < today;
}

/// <summary>A file that a declaration, a report or a judgment named.</summary>
public sealed class RoyaltyFileRow
{
    public required string Deal { get; init; }
    public required string Sha256 { get; init; }
    public required string FileName { get; init; }
}

internal sealed class RoyaltyTables : IEntityTypeConfiguration<RoyaltyRow>, IEntityTypeConfiguration<RoyaltyFileRow>
{
    public void Configure(EntityTypeBuilder<RoyaltyRow> builder)
    {
        builder.ToTable("royalties").HasKey(r => r.Deal);
        builder.Property(r => r.Deal).HasMaxLength(Domain.Payments.Deposits.LongestAuction);
        builder.Property(r => r.Title).HasMaxLength(BeginRoyalties.LongestTitle);
        builder.Property(r => r.Turn).HasConversion<string>().HasMaxLength(10);
        builder.HasIndex(r => r.Seller);
        builder.HasIndex(r => r.Buyer);
        builder.HasIndex(r => r.Turn);
    }

    public void Configure(EntityTypeBuilder<RoyaltyFileRow> builder)
    {
        builder.ToTable("royalty_files").HasKey(f => new { f.Deal, f.Sha256 });
        builder.Property(f => f.Sha256).HasMaxLength(64);
        builder.HasIndex(f => f.Sha256);
    }
}

/// <summary>Keeps the tables above in step with the royalties of a deal.</summary>
internal static class RoyaltyRows
{
    /// <param name="after">The royalties after the line.</param>
    public static void Keep(List<SideWrite> writes, RoyaltyAgreement before, RoyaltyAgreement after, FactLine line)
    {
        var terms = after.Begun!;
        if (line.Fact is RoyaltiesBegun)
        {
            writes.Add(new SideWrite(
                "INSERT INTO royalties (deal, seller, buyer, title, book, demo, begun_at, turn) VALUES (@deal, @seller, @buyer, @title, @book, @demo, @at, @turn)",
                ("deal", terms.Deal), ("seller", terms.Seller), ("buyer", terms.Buyer), ("title", terms.Title), ("book", terms.Book), ("demo", terms.Demo), ("at", line.At), ("turn", nameof(InspectionTurn.Nobody))));
        }

        var next = after.Undeclared;
        writes.Add(new SideWrite(
            "UPDATE royalties SET period_ends = @ends, declaration_due = @due, turn = @turn, reported_at = @reported, ended_at = @ended WHERE deal = @deal",
            ("ends", next?.Until), ("due", next is null ? null : after.Account!.DeclarationDue(next)), ("turn", after.Turn.ToString()), ("reported", after.Case?.ReportedAt), ("ended", after.EndedAt), ("deal", terms.Deal)));
        if (FileOf(line.Fact) is { Sha256: { } sha, Name: { } name })
        {
            writes.Add(new SideWrite(
                "INSERT INTO royalty_files (deal, sha256, file_name) VALUES (@deal, @sha, @name) ON CONFLICT (deal, sha256) DO NOTHING", ("deal", terms.Deal), ("sha", sha), ("name", name)));
        }

        if (after.Account!.Charges.Length > (before.Account?.Charges.Length ?? 0)) writes.Add(DueWork.At(RoyaltyWork.Charges, RoyaltyWork.KeyOf(terms.Deal), line.At));
        writes.Add(DueWork.At(RoyaltyWork.Declarations, RoyaltyWork.KeyOf(terms.Deal), line.At));
    }

    /// <summary>What a fact names.</summary>
    public static (string? Sha256, string? Name) FileOf(Fact fact) => fact switch
    {
        PeriodDeclared f => (f.FileSha256, f.FileName),
        InspectionFound f => (f.FileSha256, f.FileName),
        JudgmentProposed f => (f.FileSha256, f.FileName),
        _ => default,
    };
}
