using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Auctions;

/// <summary>标的: what is offered in one auction, with the live state that the grain keeps in step.</summary>
public sealed class Lot
{
    public required string Id { get; init; }
    public required string Title { get; set; }
    public bool Demo { get; init; }
    public required string Phase { get; set; }
    public long? PriceFen { get; set; }
    public int? Leader { get; set; }
    public DateTimeOffset EndsAt { get; set; }
    public long Version { get; set; }
    public int Bids { get; set; }
    public int Bidders { get; set; }
    public string? Outcome { get; set; }
    public int? Winner { get; set; }
}

/// <summary>Who holds a paddle: private, outside the log, read by nobody but its holder before the close.</summary>
public sealed class PaddleRow
{
    public required string Auction { get; init; }
    public required int Paddle { get; init; }
    public required Guid Organisation { get; init; }
    public Guid Application { get; init; }
    public Guid Hold { get; init; }
}

internal sealed class LotTables : IEntityTypeConfiguration<Lot>, IEntityTypeConfiguration<PaddleRow>
{
    public void Configure(EntityTypeBuilder<Lot> builder) => builder.ToTable("lots");

    public void Configure(EntityTypeBuilder<PaddleRow> builder)
    {
        builder.ToTable("paddles").HasKey(p => new { p.Auction, p.Paddle });
        builder.HasIndex(p => new { p.Auction, p.Organisation }).IsUnique();
    }
}
