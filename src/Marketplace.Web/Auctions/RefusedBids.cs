using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Domain.Common;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Auctions;

/// <summary>
/// A bid that was refused: no fact, but kept beside the log and shown in its place on the transcript page after the close.
/// </summary>
public sealed class RefusedBidRow
{
    public required string Auction { get; init; }

    /// <summary>Counts from 1 in one auction.</summary>
    public required long Ordinal { get; init; }

    public required int Paddle { get; init; }

    /// <summary>The version of the auction the refusal was decided on.</summary>
    public required long Version { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The open amount; null for a maximum, and when saying it would tell the bidder's ceiling.</summary>
    public long? AmountFen { get; init; }

    public required string Reason { get; init; }

    /// <summary>The line that the digest in the close is made of.</summary>
    public string Line() => JsonSerializer.Serialize(new { ordinal = Ordinal, paddle = Paddle, version = Version, at = Instant.Write(At), amountFen = AmountFen, reason = Reason }) + "\n";
}

internal sealed class RefusedBidTable : IEntityTypeConfiguration<RefusedBidRow>
{
    public void Configure(EntityTypeBuilder<RefusedBidRow> builder)
    {
        builder.ToTable("refused_bids").HasKey(r => new { r.Auction, r.Ordinal });
        builder.Property(r => r.Ordinal).ValueGeneratedNever();
    }
}

/// <summary>The refused bids of one auction: bounded per paddle, written with the next append or every second.</summary>
internal sealed class RefusedBids(string auction)
{
    /// <summary>Kept per paddle; of the rest only the count.</summary>
    public const int MostPerPaddle = 1000;

    private const int MostLatest = 8;

    private readonly Dictionary<int, int> _perPaddle = [];
    private readonly List<RefusedBidRow> _unwritten = [];
    private readonly Queue<RefusedBidRow> _latest = [];
    private long _ordinal;

    /// <summary>All that were refused, the ones beyond the bound included.</summary>
    public long Count { get; private set; }

    /// <summary>The newest ones, oldest first, for the desk of a hall.</summary>
    public IReadOnlyList<RefusedBidRow> Latest => [.. _latest];

    public bool HasUnwritten => _unwritten.Count > 0;

    public async Task Load(IMarketplaceDbFactory databases)
    {
        await using var db = databases.Create();
        var rows = db.Set<RefusedBidRow>().Where(r => r.Auction == auction);
        foreach (var group in await rows.GroupBy(r => r.Paddle).Select(g => new { g.Key, Count = g.Count() }).ToListAsync()) _perPaddle[group.Key] = group.Count;
        foreach (var row in (await rows.AsNoTracking().OrderByDescending(r => r.Ordinal).Take(MostLatest).ToListAsync()).OrderBy(r => r.Ordinal)) _latest.Enqueue(row);
        _ordinal = await rows.MaxAsync(r => (long?)r.Ordinal) ?? 0;
        Count = _ordinal;
    }

    public void Add(BidCommand bid, Refusal reason, long version)
    {
        Count++;
        var kept = _perPaddle.GetValueOrDefault(bid.Paddle);
        if (kept >= MostPerPaddle) return;
        _perPaddle[bid.Paddle] = kept + 1;
        var row = new RefusedBidRow
        {
            Auction = auction,
            Ordinal = ++_ordinal,
            Paddle = bid.Paddle,
            Version = version,
            At = bid.ReceivedAt,
            AmountFen = reason is Refusal.AboveCeiling ? null : bid.AmountFen,
            Reason = reason.ToString(),
        };
        _unwritten.Add(row);
        _latest.Enqueue(row);
        if (_latest.Count > MostLatest) _latest.Dequeue();
    }

    /// <summary>
    /// The statements for what is not written yet, and the last ordinal they carry. They may be sent twice; what they carry
    /// is kept here until <see cref="Written"/>, because an append may fail.
    /// </summary>
    public List<SideWrite> Unwritten(out long upTo)
    {
        upTo = _ordinal;
        return _unwritten.ConvertAll(row => new SideWrite(
            "INSERT INTO refused_bids (auction, ordinal, paddle, version, at, amount_fen, reason) VALUES (@auction, @ordinal, @paddle, @version, @at, @amount, @reason) ON CONFLICT DO NOTHING",
            ("auction", row.Auction), ("ordinal", row.Ordinal), ("paddle", row.Paddle), ("version", row.Version), ("at", row.At), ("amount", row.AmountFen), ("reason", row.Reason)));
    }

    public void Written(long upTo) => _unwritten.RemoveAll(row => row.Ordinal <= upTo);

    /// <summary>SHA-256 over the written lines in their order.</summary>
    public static async Task<string> Digest(IMarketplaceDbFactory databases, string auction)
    {
        await using var db = databases.Create();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var row in db.Set<RefusedBidRow>().AsNoTracking().Where(r => r.Auction == auction).OrderBy(r => r.Ordinal).AsAsyncEnumerable())
            hash.AppendData(Encoding.UTF8.GetBytes(row.Line()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
