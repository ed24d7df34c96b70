using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>Who led and leads no more, read from the lines of an auction piece by piece.</summary>
/// <param name="Leader">Who leads after the lines.</param>
/// <param name="Beaten">Paddles that lost the lead within them, with the line that took it; without whoever has it again.</param>
public sealed record Outbids(int? Leader, ImmutableDictionary<int, long> Beaten)
{
    /// <param name="leader">Who led before the first of the lines.</param>
    public static Outbids Read(int? leader, IEnumerable<FactLine> lines)
    {
        var beaten = ImmutableDictionary<int, long>.Empty;
        foreach (var line in lines)
        {
            var next = LeaderAfter(leader, line.Fact);
            if (next == leader) continue;
            // A floor bid that was entered by mistake was never the best: whoever is said to have made it was not outbid.
            if (leader is { } before && line.Fact is not BidCorrected) beaten = beaten.SetItem(before, line.Version);
            if (next is { } leads) beaten = beaten.Remove(leads);
            leader = next;
        }

        return new Outbids(leader, beaten);
    }

    private static int? LeaderAfter(int? leader, Fact fact) => fact switch
    {
        BidAccepted f => f.After.Leader,
        ProxyAccepted f => f.After.Leader,
        OffersOpened f => f.After?.Leader ?? leader,
        ListingDecided f => f.Leader ?? leader,
        HallBid f => f.Paddle,
        BidCorrected f => f.Leader,
        _ => leader,
    };
}
