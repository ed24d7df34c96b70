using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>竞买代理: what the records say about an agency that is to bid for one applicant in one lot (民法典 168, 拍卖法 22).</summary>
/// <param name="Mandated">A signed mandate of the demand's side, over everything of the client's, gives the power, today and on the day bidding opens.</param>
/// <param name="ServesSeller">It holds a mandate of the seller's that covers the achievement.</param>
/// <param name="ServesAnother">It was named by another applicant of this lot, even if that is over, or one of its people belongs to one.</param>
/// <param name="Conflict">回避, asked as for a bidder.</param>
public sealed record AgencyStanding(bool Mandated, bool ServesSeller, bool ServesAnother, Refusal? Conflict)
{
    /// <summary>
    /// Why it cannot; null when it can. Everything but the mandate is one refusal: whoever asks learns neither that there is another bidder nor whose
    /// mandates the agency holds.
    /// </summary>
    public Refusal? Fault => !Mandated ? Refusal.AgencyNotMandated : ServesSeller || ServesAnother || Conflict is not null ? Refusal.AgencyNotFree : null;
}
