using System.Collections.Immutable;

namespace Marketplace.Domain.Auctions;

/// <summary>What the state knows of the ceremony that opens sealed offers.</summary>
public sealed partial record Auction
{
    /// <summary>Shares of the opening key that their holders brought, in the order of receipt.</summary>
    public ImmutableList<ShareReceived> GivenShares { get; private init; } = [];

    /// <summary>The private half of the opening key with all envelopes, once the offers are opened.</summary>
    public EnvelopesPublished? Published { get; private init; }

    private Auction AfterShare(ShareGiven share, DateTimeOffset at) => this with { GivenShares = GivenShares.Add(new ShareReceived(share.Index, at)) };
}

/// <summary>A share that was brought.</summary>
public sealed record ShareReceived(int Index, DateTimeOffset At);
