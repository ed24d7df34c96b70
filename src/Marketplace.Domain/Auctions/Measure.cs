using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>What two persons may decide about a lot. Stored by name.</summary>
public enum MeasureKind { Cancel, Void, Default, SellerRefuses }

/// <summary>A decision of two persons, to be carried out once.</summary>
/// <param name="Id">The id of the approval; the same id carries it out once.</param>
/// <param name="Ground">By name, of the kind's own list; unused for the seller's refusal.</param>
public sealed record Measure(string Id, MeasureKind Kind, string Ground, string Text, string? EvidenceSha256)
{
    /// <summary>What a kind is done for; empty when the text alone says it.</summary>
    public static string[] GroundsOf(MeasureKind kind) => kind switch
    {
        MeasureKind.Cancel => Enum.GetNames<CancelGround>(),
        MeasureKind.Void => Enum.GetNames<VoidGround>(),
        MeasureKind.Default => Enum.GetNames<DefaultGround>(),
        MeasureKind.SellerRefuses => [],
    };

    public static Remedies RemedyOf(MeasureKind kind) => kind switch
    {
        MeasureKind.Cancel => Remedies.Cancel,
        MeasureKind.Void => Remedies.Void,
        MeasureKind.Default => Remedies.Default,
        MeasureKind.SellerRefuses => Remedies.SellerRefuses,
    };

    /// <summary>Why a kind cannot be decided about a lot that does not allow it now.</summary>
    public static Refusal RefusalOf(MeasureKind kind, Course course) =>
        kind == MeasureKind.Cancel ? Refusal.AlreadyEnded
        : course.Outcome is null ? Refusal.NoResultYet
        : course.Outcome is "unsold" or "cancelled" ? Refusal.NothingSold
        : course.Outcome == "void" ? Refusal.ResultIsVoid
        : Refusal.NoStandingSale;

    public Decision<string> Decide(Auction auction, long refusedCount, string refusedDigest, DateTimeOffset at) => Kind switch
    {
        MeasureKind.Cancel => Said(Breaking.Cancel(auction, Id, Enum.Parse<CancelGround>(Ground), Text, refusedCount, refusedDigest, at)),
        MeasureKind.Void => Said(Breaking.Void(auction, Id, Enum.Parse<VoidGround>(Ground), Text)),
        MeasureKind.Default => Said(Breaking.Default(auction, Id, Enum.Parse<DefaultGround>(Ground), Text, EvidenceSha256, at)),
        MeasureKind.SellerRefuses => Said(Breaking.SellerRefuses(auction, Id, Text, EvidenceSha256)),
    };

    private static Decision<string> Said<T>(Decision<T> decision)
        where T : AuctionFact =>
        decision.Refusal is { } refusal ? Decision<string>.Refused(refusal, decision.Detail) : Decision<string>.Accepted(decision.Answer!.Type, decision.Facts);
}
