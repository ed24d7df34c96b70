using System.Text.Json;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>How the notice of a listed lot goes on while nobody wants it; fixed by the announcement.</summary>
/// <param name="Cycles">How often it is extended at most; then the lot is unsold.</param>
/// <param name="Seconds">The length of a cycle in demonstrations; elsewhere it is so many <paramref name="WorkingDays"/>.</param>
/// <param name="CheckSeconds">So long before the end of the notice, and of each cycle, applications close, so that papers and deposits can be checked.</param>
public sealed record ListingTerms(int Cycles, int? Seconds, int? WorkingDays, int CheckSeconds = 0)
{
    public const int MostCycles = 12;

    /// <summary>A listing is published for at least so many working days, and extended by as many at a time (domain.md §2.3).</summary>
    public const int NoticeWorkingDays = 10, CycleWorkingDays = 5;

    private const int LongestCheck = 2 * 86_400;

    private MatchWindow Cycle => new(Seconds, WorkingDays);

    public bool IsSound => Cycles is >= 0 and <= MostCycles && CheckSeconds is >= 0 and <= LongestCheck && Cycle.IsSound && (Seconds is not { } cycle || CheckSeconds < cycle);

    /// <summary>24:00 of the last day of a notice that is published at this moment.</summary>
    public static DateTimeOffset NoticeEnd(DateTimeOffset publishedAt) => Days.EndOf(Days.AfterWorkingDays(Days.Of(publishedAt), NoticeWorkingDays));

    /// <summary>When applications close for a notice that ends then.</summary>
    public DateTimeOffset AppliesUntil(DateTimeOffset ends) => ends - TimeSpan.FromSeconds(CheckSeconds);

    /// <summary>The end of the cycle that follows an end.</summary>
    public DateTimeOffset EndOf(DateTimeOffset from) => Cycle.EndOf(DayBefore(from));

    /// <summary>Whether a record may state this end. A calendar that was completed later may count days of rest that it did not know.</summary>
    internal bool Allows(DateTimeOffset from, DateTimeOffset until) => Cycle.Allows(DayBefore(from), until);

    // A notice that ends at 24:00 ends on that day, not on the next.
    private DateTimeOffset DayBefore(DateTimeOffset ends) => WorkingDays is null ? ends : ends.AddTicks(-1);
}

/// <summary>What the end of a listing's notice came to. Stored by name.</summary>
public enum ListingCourse
{
    /// <summary>Nobody wants it yet: one cycle more.</summary>
    Extended,

    /// <summary>协议成交: one intent, which has the lot at the posted price.</summary>
    Agreed,

    /// <summary>网络竞价 between the intents, from the posted price.</summary>
    Bidding,

    /// <summary>Nobody wants it and no cycle is left.</summary>
    Ended,
}

/// <summary>The end of a listing's notice, decided by the market's own clock.</summary>
/// <param name="Number">1 for the notice itself, then one more for each cycle.</param>
/// <param name="PriceFen">The posted price, when somebody accepted it.</param>
/// <param name="Leader">Whose intent the posted price is for while nobody offers more.</param>
/// <param name="OpensAt">Extended: the end of the cycle. Otherwise the moment of this line.</param>
/// <param name="EndsAt">When bidding ends, or would end; agreed or ended the moment of this line.</param>
public sealed record ListingDecided(int Number, ListingCourse Course, long? PriceFen, int? Leader, DateTimeOffset OpensAt, DateTimeOffset EndsAt) : AuctionFact
{
    public override string Type => "listing-decided";
    public override string CommandKey => $"listing/{Number}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteNumber("number", Number);
        json.WriteString("course", Course.ToString());
        if (PriceFen is { } price) json.WriteNumber("priceFen", price); else json.WriteNull("priceFen");
        if (Leader is { } leader) json.WriteNumber("leader", leader); else json.WriteNull("leader");
        json.WriteString("opensAt", Instant.Write(OpensAt));
        json.WriteString("endsAt", Instant.Write(EndsAt));
    }
}

/// <summary>
/// 挂牌交易: a posted price for a notice period. An admitted paddle is an intent and has accepted the posted price, so that one
/// intent is a sale and several open the announced bidding, where the first of them stands at the posted price.
/// </summary>
public static class Listing
{
    /// <summary>Decides the end of the notice. Order of refusals: UnknownAuction, NotInThisStage, AlreadyEnded, AuctionPaused, NotOpenYet.</summary>
    public static Decision<ListingDecided> Decide(Auction auction, DateTimeOffset at)
    {
        if (auction.Terms is not { } terms) return Decision<ListingDecided>.Refused(Refusal.UnknownAuction);
        if (terms.Listing is not { } listing) return Decision<ListingDecided>.Refused(Refusal.NotInThisStage);
        if (auction.Result is not null) return Decision<ListingDecided>.Refused(Refusal.AlreadyEnded);
        if (auction.Stage is not Stage.Listing) return Decision<ListingDecided>.Repeated(auction.Listed!);
        if (auction.IsPaused) return Decision<ListingDecided>.Refused(Refusal.AuctionPaused);
        if (at < auction.OpensAt) return Decision<ListingDecided>.Refused(Refusal.NotOpenYet);
        var number = (auction.Listed?.Number ?? 0) + 1;
        var (first, several) = Intents(auction);
        var lasts = auction.EndsAt - auction.OpensAt;
        ListingDecided decided;
        if (first is { } leader)
        {
            decided = several
                ? new ListingDecided(number, ListingCourse.Bidding, terms.StartPriceFen, leader, at, at + lasts)
                : new ListingDecided(number, ListingCourse.Agreed, terms.StartPriceFen, leader, at, at);
        }
        else if (number <= listing.Cycles)
        {
            var opens = listing.EndOf(CycleFrom(auction, at));
            decided = new ListingDecided(number, ListingCourse.Extended, null, null, opens, opens + lasts);
        }
        else
        {
            decided = new ListingDecided(number, ListingCourse.Ended, null, null, at, at);
        }

        return Decision<ListingDecided>.Accepted(decided, decided);
    }

    /// <summary>Why no intent may be added any more; null when one may. Holders of 优先受让权 who match a known price add none.</summary>
    internal static Refusal? MayAdd(Auction auction) => auction is { Terms.Listing: not null, Stage: Stage.Rising } ? Refusal.ListingOver : null;

    /// <summary>Who applies accepts the posted price, so no ceiling lies below it.</summary>
    internal static bool IsBelowPosted(Auction auction, Secret? ceiling) => auction.Terms is { Listing: not null } terms && ceiling?.ValueFen < terms.StartPriceFen;

    internal static TranscriptFault? Check(Auction auction, ListingDecided claimed, DateTimeOffset at)
    {
        var decision = Decide(auction, at);
        if (decision.Refusal is { } refusal) return new TranscriptFault(0, Unsound.AgainstTheRules, refusal.ToString());
        var expected = decision.Answer!;
        var dated = expected.Course is ListingCourse.Extended && auction.Terms!.Listing!.Allows(CycleFrom(auction, at), claimed.OpensAt)
            ? expected with { OpensAt = claimed.OpensAt, EndsAt = claimed.OpensAt + (expected.EndsAt - expected.OpensAt) }
            : expected;
        return dated == claimed ? null : new TranscriptFault(0, Unsound.WrongStanding, $"{expected.Number} {expected.Course} {expected.Leader}");
    }

    /// <summary>The intent that comes first at the posted price: a holder of 优先受让权, the better rank first, otherwise the earlier admitted.</summary>
    private static (int? First, bool Several) Intents(Auction auction)
    {
        var intents = auction.Bidders.Values.Where(b => !b.Suspended).ToList();
        var first = intents.OrderBy(b => auction.RankOf(b.Paddle) ?? int.MaxValue).ThenBy(b => b.AdmittedAs).FirstOrDefault();
        return (first?.Paddle, intents.Count > 1);
    }

    /// <summary>A cycle follows the end it extends; one that an outage decided late is as long as any other.</summary>
    private static DateTimeOffset CycleFrom(Auction auction, DateTimeOffset at) => at - auction.OpensAt > Resuming.ShortSilence ? at : auction.OpensAt;
}
