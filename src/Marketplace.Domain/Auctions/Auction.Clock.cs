namespace Marketplace.Domain.Auctions;

/// <summary>Announced moments that a pause moves: they are read from the state, never from the terms.</summary>
public sealed partial record Auction
{
    /// <summary>No bid moves the end beyond this moment; null when nothing limits the extensions.</summary>
    public DateTimeOffset? LatestEndsAt { get; private init; }

    /// <summary>Dynamic: the end of the free period; null in other formats.</summary>
    public DateTimeOffset? FreeUntil { get; private init; }

    /// <summary>Dynamic: 0 in the free period and before, then the number of the cycle; while paused that of the pause. Null in other formats.</summary>
    public int? CycleAt(DateTimeOffset now) => FreeUntil is not { } free ? null : (SilentSince ?? now) < free && Result is null ? 0 : Extensions + 1;

    /// <summary>An end that nobody may move beyond the limit, by bid or by a linked lot.</summary>
    internal DateTimeOffset Capped(DateTimeOffset end) => LatestEndsAt is { } latest && latest < end ? latest : end;

    private Auction WithClocks(Terms terms) => this with
    {
        OpensAt = terms.OpensAt,
        EndsAt = terms.FirstEnd,
        LatestEndsAt = terms.LatestEndsAt,
        FreeUntil = terms.CycleSeconds is null ? null : terms.EndsAt,
    };

    /// <summary>After a pause bidding ends later: the latest end moves as far, so that as much room is left as before.</summary>
    private Auction Restarted(DateTimeOffset opensAt, DateTimeOffset endsAt) => this with
    {
        OpensAt = opensAt,
        EndsAt = endsAt,
        LatestEndsAt = LatestEndsAt + (endsAt - EndsAt),
        IsPaused = false,
        SilentSince = null,
    };
}
