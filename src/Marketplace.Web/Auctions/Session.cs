using Marketplace.Domain.Auctions;

namespace Marketplace.Auctions;

/// <summary>专场: a named event of several lots.</summary>
public sealed class Session
{
    public required Guid Id { get; init; }
    public required string Name { get; set; }
    public required string NameEn { get; set; }
    public required SessionBrand Brand { get; set; }
    public required SessionProfile Profile { get; set; }

    /// <summary>Who holds it, as printed: a zone, a university, the market itself.</summary>
    public required string Host { get; set; }

    /// <summary>When the first lot opens for bidding; lots may open later.</summary>
    public required DateTimeOffset OpensAt { get; set; }

    /// <summary>How the times of its lots lie to each other.</summary>
    public SessionTiming Timing { get; set; }

    /// <summary>Between one end and the next, or between an end and the next opening, in seconds.</summary>
    public int GapSeconds { get; set; }

    /// <summary>Round the clock: how many lots may end in one quarter of an hour.</summary>
    public int SlotCapacity { get; set; } = Slots.UsualCapacity;

    /// <summary>Applications and deposits until then, unless a lot says otherwise.</summary>
    public required DateTimeOffset ApplyUntil { get; set; }

    public bool Demo { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Counts changes; the concurrency token on both databases.</summary>
    public int Version { get; set; }
}
