using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;

namespace Marketplace.Deals;

/// <summary>Who looks at a deal: one of its two parties, or an operator, who has to say why.</summary>
/// <param name="Side">Null for an operator.</param>
public sealed record DealAccess(Party? Side, Membership Member)
{
    /// <summary>The side whose member asks and may do the act; else whether an operator may look; else why not.</summary>
    public static async Task<Result<DealAccess>> Of(CurrentActor actor, Deal deal, Act act, CancellationToken cancellation)
    {
        foreach (var (side, organisation) in new[] { (Party.Seller, deal.Opened!.Seller), (Party.Buyer, deal.Opened.Buyer) })
        {
            if (await actor.May(act, organisation, cancellation) is { Done: true, Value: var member }) return new DealAccess(side, member);
        }

        return act == Act.ReadDeal
            ? (await actor.May(Act.InspectDeal, cancellation: cancellation)).Then(member => Result<DealAccess>.Of(new DealAccess(null, member)))
            : (await actor.Get(cancellation)).SignedIn ? Refusal.NotAllowed : Refusal.NotSignedIn;
    }
}
