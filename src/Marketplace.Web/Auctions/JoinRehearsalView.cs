namespace Marketplace.Auctions;

/// <summary>The one press by which a reader takes part in a rehearsal, or what stands in its way.</summary>
/// <param name="Lot">Where the reader is led afterwards; null for the page of the session.</param>
/// <param name="May">The reader acts for a verified organisation of the same market.</param>
public sealed record JoinRehearsalView(Guid Session, string? Lot, bool SignedIn, bool May, bool Joined, bool Over);
