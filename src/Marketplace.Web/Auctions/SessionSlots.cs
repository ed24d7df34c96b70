using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Auctions;

/// <summary>A lot's seat in the slot in which its bidding ends. The key is what keeps two announcements from the last seat.</summary>
public sealed class SessionSlot
{
    public required Guid Session { get; init; }
    public required DateTimeOffset Slot { get; init; }

    /// <summary>From 1 to the capacity of the session.</summary>
    public required int Seat { get; init; }
    public required string Lot { get; init; }
}

internal sealed class SessionSlotTable : IEntityTypeConfiguration<SessionSlot>
{
    public void Configure(EntityTypeBuilder<SessionSlot> builder)
    {
        builder.ToTable("session_slots").HasKey(s => new { s.Session, s.Slot, s.Seat });
        builder.Property(s => s.Seat).ValueGeneratedNever();
        builder.Property(s => s.Lot).HasMaxLength(60);
        builder.HasIndex(s => s.Lot).IsUnique();
    }
}

/// <summary>The slots of sessions round the clock.</summary>
public sealed class SessionSlots(MarketplaceDb db)
{
    /// <summary>A seat for the end of a lot; the caller saves it with the announcement. Refused: SlotFull.</summary>
    public async Task<Result<Nothing>> Take(Lot lot, CancellationToken cancellation = default)
    {
        if (lot.Session is not { } id || lot.EndsAt is not { } end) return default(Nothing);
        var session = await db.Set<Session>().AsNoTracking().SingleAsync(s => s.Id == id, cancellation);
        if (session.Profile != SessionProfile.RoundTheClock) return default(Nothing);
        var slot = Slots.Of(end);
        var seats = await db.Set<SessionSlot>().Where(s => s.Session == id && s.Slot == slot && s.Lot != lot.Id).Select(s => s.Seat).ToListAsync(cancellation);
        var free = Enumerable.Range(1, session.SlotCapacity).Except(seats).FirstOrDefault();
        if (free == 0) return Result<Nothing>.Refuse(Refusal.SlotFull, "opensAt");
        db.Add(new SessionSlot { Session = id, Slot = slot, Seat = free, Lot = lot.Id });
        return default(Nothing);
    }

    /// <summary>The announcement did not come about: the seat is free again. The caller saves.</summary>
    public async Task GiveBack(string lot, CancellationToken cancellation = default)
    {
        if (await db.Set<SessionSlot>().SingleOrDefaultAsync(s => s.Lot == lot, cancellation) is { } row) db.Remove(row);
    }

    /// <summary>The next slots with room from the one that holds this end on.</summary>
    public async Task<IReadOnlyList<DateTimeOffset>> Next(Session session, DateTimeOffset end, int most, CancellationToken cancellation = default)
    {
        var from = Slots.Of(end);
        var taken = await db.Set<SessionSlot>().AsNoTracking().Where(s => s.Session == session.Id && s.Slot >= from).Select(s => s.Slot).ToListAsync(cancellation);
        return Slots.Free(from, taken.GroupBy(s => s).ToDictionary(g => g.Key, g => g.Count()), session.SlotCapacity, most);
    }
}
