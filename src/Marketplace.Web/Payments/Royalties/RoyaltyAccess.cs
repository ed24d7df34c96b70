using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Organisations;

namespace Marketplace.Payments.Royalties;

/// <summary>The two parties of royalties: whom they are owed, and who owes them.</summary>
public enum RoyaltySide { Seller, Buyer }

/// <summary>Who looks at the royalties of a deal: one of its two parties. Everybody else learns the same as for a deal that does not exist.</summary>
public sealed record RoyaltyAccess(FoundRoyalties Found, RoyaltySide Side, Membership Member)
{
    public static Guid OrganisationOf(BeginRoyalties terms, RoyaltySide side) => side == RoyaltySide.Seller ? terms.Seller : terms.Buyer;

    public static async Task<Result<RoyaltyAccess>> Of(CurrentActor actor, RoyaltyAgreements agreements, string deal, CancellationToken cancellation)
    {
        if (!(await actor.Get(cancellation)).SignedIn) return Refusal.NotSignedIn;
        if (await agreements.Find(deal, cancellation) is not { } found) return Refusal.UnknownDeal;
        foreach (var side in Enum.GetValues<RoyaltySide>())
        {
            if (await actor.May(Act.ReadDeal, OrganisationOf(found.Terms, side), cancellation) is { Done: true, Value: var member }) return new RoyaltyAccess(found, side, member);
        }

        return Refusal.UnknownDeal;
    }
}
