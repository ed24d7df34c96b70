using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Auctions;

/// <summary>
/// 悔拍: who defaulted on which lot. It bars the organisation from the later rounds, and marks the deposit, which stays
/// bound: how it is distributed is decided apart from here.
/// </summary>
public sealed class DefaultRow
{
    public required string Auction { get; init; }
    public required int Paddle { get; init; }
    public required Guid Organisation { get; init; }
    public required Guid Hold { get; init; }
    public required long DepositFen { get; init; }
    public required DateTimeOffset At { get; init; }
}

internal sealed class TroubleTables : IEntityTypeConfiguration<DefaultRow>
{
    public void Configure(EntityTypeBuilder<DefaultRow> builder)
    {
        builder.ToTable("winner_defaults").HasKey(d => new { d.Auction, d.Paddle });
        builder.Property(d => d.Auction).HasMaxLength(60);
        builder.HasIndex(d => d.Organisation);
    }
}
