namespace Marketplace.Domain.Auctions;

/// <summary>
/// 永不落幕: in a session round the clock the ends of bidding lie in quarters of an hour that take only so many lots, so
/// that those who follow several can.
/// </summary>
public static class Slots
{
    /// <summary>Lots whose bidding may end in one slot, unless the session says otherwise.</summary>
    public const int UsualCapacity = 6;

    public const int MostCapacity = 100;

    /// <summary>How far ahead a free slot is looked for.</summary>
    public const int MostAhead = 4 * 24 * 14;

    public static readonly TimeSpan Length = TimeSpan.FromMinutes(15);

    /// <summary>The beginning of the slot that holds this end; an end on a boundary belongs to the slot that it ends.</summary>
    public static DateTimeOffset Of(DateTimeOffset end) => new(((end.UtcTicks - 1) / Length.Ticks) * Length.Ticks, TimeSpan.Zero);

    /// <summary>The first slots with room at or after one, at most so many.</summary>
    /// <param name="taken">How many lots end in a slot, by its beginning.</param>
    public static IReadOnlyList<DateTimeOffset> Free(DateTimeOffset from, IReadOnlyDictionary<DateTimeOffset, int> taken, int capacity, int most) =>
        [.. Enumerable.Range(0, MostAhead).Select(i => from + (Length * i)).Where(slot => taken.GetValueOrDefault(slot) < capacity).Take(most)];
}
