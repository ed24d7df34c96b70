using Marketplace.Domain.Auctions;
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

    /// <summary>What anybody may read of it after the end, and what the digest in the end is made of.</summary>
    public RefusedLine Line => new(Ordinal, Paddle, Version, At, AmountFen, Reason);
}

internal sealed class RefusedBidTable : IEntityTypeConfiguration<RefusedBidRow>
{
    public void Configure(EntityTypeBuilder<RefusedBidRow> builder)
    {
        builder.ToTable("refused_bids").HasKey(r => new { r.Auction, r.Ordinal });
        builder.Property(r => r.Ordinal).ValueGeneratedNever();
        builder.Ignore(r => r.Line);
    }
}

/// <summary>The refused bids of one auction: bounded per paddle, written with the next append or every second.</summary>
internal sealed class RefusedBids(string auction)
{
    /// <summary>Kept per paddle; what comes after is answered and not kept, so that one program cannot fill the record.</summary>
    public const int MostPerPaddle = 1000;

    private const int MostLatest = 8;

    private readonly Dictionary<int, int> _perPaddle = [];
    private readonly List<RefusedBidRow> _unwritten = [];
    private readonly Queue<RefusedBidRow> _latest = [];
    private long _ordinal;

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
    }

    public void Add(BidCommand bid, Refusal reason, long version)
    {
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

    /// <summary>What is written, counted and hashed in one reading. Rows are only added behind, so it stays true of the first so many.</summary>
    public static async Task<KeptRefusals> Kept(IMarketplaceDbFactory databases, string auction)
    {
        await using var db = databases.Create();
        return KeptRefusals.Of((await Public(db, auction, long.MaxValue).ToListAsync()).Select(row => row.Line));
    }

    /// <summary>The refused bids that an end names, in their order. What was refused while the end was being decided, or after it, lies behind them.</summary>
    public static IQueryable<RefusedBidRow> Public(MarketplaceDb db, string auction, long count) =>
        db.Set<RefusedBidRow>().AsNoTracking().Where(r => r.Auction == auction && r.Ordinal <= count).OrderBy(r => r.Ordinal);
}
