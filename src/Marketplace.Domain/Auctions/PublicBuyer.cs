namespace Marketplace.Domain.Auctions;

/// <summary>
/// 买受人: what everybody may know of who bought. The name is public unless the announcement agreed confidentiality (拍卖法 21,
/// 网络司法拍卖规定 22); whoever did not buy is in no such record.
/// </summary>
/// <param name="Name">Null where it is confidential: then the paddle is all.</param>
/// <param name="Interest">What the buyer declared of a 完成人 (<see cref="Auctions.Interest.Inventor"/>); null when it declared nothing.</param>
public sealed record PublicBuyer(int Paddle, string? Name, PublicInterest? Interest)
{
    public bool Confidential => Name is null;

    /// <summary>Null while there is no result, after one without a sale that stands, and for a rehearsal, whose result is none.</summary>
    /// <param name="outcome">As <see cref="Auction.OutcomeName"/> says it: while holders may still match the known price there is none.</param>
    /// <param name="winner">The paddle of the sale that stands: after a promotion the second-best's.</param>
    public static PublicBuyer? Of(string? outcome, int? winner, bool rehearsal, bool confidential, string name, Interest interest, string? interestOf) =>
        outcome != "sold" || winner is not { } paddle || rehearsal ? null
        : new PublicBuyer(paddle, confidential ? null : name, interest != Auctions.Interest.Inventor ? null : new PublicInterest(confidential ? null : interestOf));
}

/// <summary>A 完成人 holds a share or a post in the buyer. No more of the declaration is public.</summary>
/// <param name="Of">Who, by the names that the achievement publishes; null where the buyer is confidential or the achievement names nobody.</param>
public sealed record PublicInterest(string? Of);
