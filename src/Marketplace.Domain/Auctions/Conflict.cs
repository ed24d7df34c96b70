using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;

namespace Marketplace.Domain.Auctions;

/// <summary>A person's role in the organisation that applies, sells or runs the market.</summary>
public readonly record struct Officer(Guid Person, MemberRole Role);

/// <summary>One organisation declared that it and another are 关联方.</summary>
/// <param name="By">Who declared it.</param>
public readonly record struct DeclaredTie(Guid By, Guid Other, DateTimeOffset At);

/// <summary>Everything that can make an organisation unfit to bid for a lot.</summary>
/// <param name="AnnouncedAt">What others declare about the applicant counts only from before the announcement: a seller cannot keep a known bidder away.</param>
public sealed record Parties(
    Guid Applicant, IReadOnlyCollection<Officer> OfApplicant, Guid Seller, IReadOnlyCollection<Officer> OfSeller,
    IReadOnlyCollection<Guid> Operators, IReadOnlyCollection<Officer> OfOperators, IReadOnlyCollection<DeclaredTie> Ties, DateTimeOffset? AnnouncedAt, Interest Interest);

/// <summary>
/// 回避: neither the seller nor the market nor whoever belongs to one of them bids. A researcher of the seller is no
/// officer of it: a 完成人 may bid with a firm of his own, declares it, and it is published with the result.
/// </summary>
/// <remarks>Order of refusals: SellerMayNotBid, SharesPersonWithSeller, SharesPersonWithMarket, RelatedToSeller, RelatedToMarket, InventorNotDeclared.</remarks>
public static class Conflict
{
    public static Refusal? Of(Parties parties, bool declared)
    {
        var own = parties.OfApplicant.Select(o => o.Person).ToHashSet();
        return parties.Applicant == parties.Seller ? Refusal.SellerMayNotBid
            : parties.OfSeller.Any(o => Runs(o) && own.Contains(o.Person)) ? Refusal.SharesPersonWithSeller
            : parties.OfOperators.Any(o => own.Contains(o.Person)) ? Refusal.SharesPersonWithMarket
            : Related(parties, [parties.Seller]) ? Refusal.RelatedToSeller
            : Related(parties, parties.Operators) ? Refusal.RelatedToMarket
            : declared && parties.Interest == Interest.None && parties.OfSeller.Any(o => own.Contains(o.Person)) ? Refusal.InventorNotDeclared
            : null;
    }

    private static bool Runs(Officer officer) => officer.Role is not MemberRole.Researcher;

    private static bool Related(Parties parties, IReadOnlyCollection<Guid> others) => parties.Ties.Any(tie =>
        (tie.By == parties.Applicant && others.Contains(tie.Other))
        || (tie.Other == parties.Applicant && others.Contains(tie.By) && (parties.AnnouncedAt is not { } announced || tie.At < announced)));
}
