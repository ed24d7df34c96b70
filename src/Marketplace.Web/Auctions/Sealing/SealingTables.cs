using Marketplace.Domain.Auctions.Sealing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Auctions.Sealing;

/// <summary>The public half of a key by which an organisation receives shares of opening keys. Replaced keys stay listed.</summary>
public sealed class HolderKeyRow
{
    public required Guid Id { get; init; }
    public required Guid Organisation { get; init; }
    public required Guid Person { get; init; }

    /// <summary>The uncompressed point in lower-case hex.</summary>
    public required string PublicKey { get; init; }
    public required string Fingerprint { get; init; }
    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>Null for the key that new shares are encrypted for; the concurrency token.</summary>
    public DateTimeOffset? ReplacedAt { get; set; }
}

/// <summary>The opening key that a lot was announced with, until and after its terms say it.</summary>
public sealed class LotKeyRow
{
    public required string Auction { get; init; }
    public required string PublicKey { get; init; }
    public required int Needed { get; init; }
}

/// <summary>A share of a lot's opening key, encrypted in the browser for its holder: of no use to anybody else.</summary>
public sealed class LotShareRow
{
    public required string Auction { get; init; }

    /// <summary>From 1.</summary>
    public required int Number { get; init; }
    public required ShareHolder Holder { get; init; }
    public required Guid Organisation { get; init; }
    public required string OrganisationName { get; init; }

    /// <summary>Fingerprint of the holder's key.</summary>
    public required string HolderKey { get; init; }
    public required string Commitment { get; init; }
    public required byte[] Box { get; init; }
}

/// <summary>A share that its holder brought after the end, until the offers are opened. Written in the append of its fact.</summary>
public sealed class GivenShareRow
{
    public required string Auction { get; init; }
    public required int Number { get; init; }
    public required byte[] Share { get; init; }
}

/// <summary>A sealed offer's envelope, written in the append of its fact. Nobody here can read it.</summary>
public sealed class EnvelopeRow
{
    public required string Auction { get; init; }

    /// <summary>The line of the offer.</summary>
    public required long Version { get; init; }
    public required byte[] Bytes { get; init; }
}

internal sealed class SealingTables :
    IEntityTypeConfiguration<HolderKeyRow>, IEntityTypeConfiguration<LotKeyRow>, IEntityTypeConfiguration<LotShareRow>, IEntityTypeConfiguration<GivenShareRow>,
    IEntityTypeConfiguration<EnvelopeRow>
{
    private const int IdLength = 60, HashLength = 64, PointLength = 2 * SealedBox.PublicKeyLength;

    public void Configure(EntityTypeBuilder<HolderKeyRow> builder)
    {
        builder.ToTable("holder_keys");
        builder.Property(k => k.PublicKey).HasMaxLength(PointLength);
        builder.Property(k => k.Fingerprint).HasMaxLength(HashLength);
        builder.Property(k => k.ReplacedAt).IsConcurrencyToken();
        builder.HasIndex(k => k.Fingerprint).IsUnique();
        // One key at a time: new shares must not go to two.
        builder.HasIndex(k => k.Organisation).IsUnique().HasFilter("replaced_at IS NULL");
    }

    public void Configure(EntityTypeBuilder<LotKeyRow> builder)
    {
        builder.ToTable("lot_keys").HasKey(k => k.Auction);
        builder.Property(k => k.Auction).HasMaxLength(IdLength);
        builder.Property(k => k.PublicKey).HasMaxLength(PointLength);
    }

    public void Configure(EntityTypeBuilder<LotShareRow> builder)
    {
        builder.ToTable("lot_shares").HasKey(s => new { s.Auction, s.Number });
        builder.Property(s => s.Auction).HasMaxLength(IdLength);
        builder.Property(s => s.Holder).HasConversion<string>().HasMaxLength(20);
        builder.Property(s => s.OrganisationName).HasMaxLength(200);
        builder.Property(s => s.HolderKey).HasMaxLength(HashLength);
        builder.Property(s => s.Commitment).HasMaxLength(HashLength);
        builder.HasIndex(s => s.Organisation);
    }

    public void Configure(EntityTypeBuilder<GivenShareRow> builder)
    {
        builder.ToTable("given_shares").HasKey(s => new { s.Auction, s.Number });
        builder.Property(s => s.Auction).HasMaxLength(IdLength);
    }

    public void Configure(EntityTypeBuilder<EnvelopeRow> builder)
    {
        builder.ToTable("sealed_envelopes").HasKey(e => new { e.Auction, e.Version });
        builder.Property(e => e.Auction).HasMaxLength(IdLength);
    }
}
