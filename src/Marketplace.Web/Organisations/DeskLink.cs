using Marketplace.Domain.Organisations;

namespace Marketplace.Organisations;

/// <summary>How many things wait at a place of the desk for the organisation one acts for.</summary>
public delegate Task<int> Waiting(IServiceProvider services, Membership member, CancellationToken cancellation);

/// <summary>A line of the desk: shown to whoever may do the act. Every capability registers its own.</summary>
/// <param name="Key">The line's name in the capability's texts; <c>Key.Text</c> is the sentence under it.</param>
/// <param name="Texts">The marker class of the capability's texts.</param>
/// <param name="Waits">Counts what waits there; null for a place where nothing ever waits.</param>
public sealed record DeskLink(Act Act, string Route, string Key, Type Texts, Waiting? Waits = null);

/// <summary>A further page of a person's own account. Every capability registers its own.</summary>
/// <param name="Key">The name in the capability's texts.</param>
public sealed record AccountLink(string Route, string Key, Type Texts);
