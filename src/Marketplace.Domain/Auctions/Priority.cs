using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>Why somebody may have a lot at the best price (domain.md §8a.5). Stored by name.</summary>
public enum PriorityGround
{
    /// <summary>共同开发人 of a jointly owned right to apply for a patent (民法典 860).</summary>
    CoDeveloper,

    /// <summary>委托人 of an entrusted development, for the right to apply for a patent (民法典 859).</summary>
    Commissioner,

    /// <summary>完成人 of a 职务技术成果 (民法典 847).</summary>
    Completer,

    /// <summary>优先购买权 by agreement or by another law.</summary>
    Agreed,
}

/// <summary>How a holder was told before the announcement. Stored by name.</summary>
public enum NoticeService
{
    /// <summary>With the holder's receipt, at least 3 days before (网络司法拍卖规定 16).</summary>
    Delivered,

    /// <summary>By public notice of at least 5 days, because nobody could reach the holder.</summary>
    Published,

    /// <summary>No proof that the notice arrived: the holder may match after the price is known.</summary>
    Unproven,
}

/// <summary>What a holder said to the notice. Stored by name.</summary>
public enum HolderAnswer { None, TakesPart, Waives }

/// <summary>Who has priority by the achievement's own data, and on what ground.</summary>
public sealed record PriorityHolder(string Name, PriorityGround Ground);

/// <summary>For how long holders may match a price that the bidding itself could not show them: so many seconds, or working days.</summary>
public sealed record MatchWindow(int? Seconds, int? WorkingDays)
{
    /// <summary>3 working days to match after the price is known, before the confirmation (domain.md §8a.5).</summary>
    public static MatchWindow Statutory { get; } = new(null, 3);

    /// <summary>The best rank among the holders whom the window is for. A leader of this rank waits for nobody.</summary>
    public int BestRank { get; init; } = 1;

    internal bool IsSound => BestRank is >= 1 and <= 9 && IsLength;

    private bool IsLength => Seconds is null ? WorkingDays is >= 1 and <= 30 : Seconds is >= 1 and <= 86_400 && WorkingDays is null;

    /// <summary>The first moment that is too late, when the price is known at this one.</summary>
    public DateTimeOffset EndOf(DateTimeOffset known) =>
        Seconds is { } seconds ? known + TimeSpan.FromSeconds(seconds) : Days.EndOf(Days.AfterWorkingDays(Days.Of(known), WorkingDays!.Value));

    /// <summary>Whether a record may state this end. A calendar that was completed later may count days of rest that it did not know.</summary>
    internal bool Allows(DateTimeOffset known, DateTimeOffset until) =>
        Seconds is not null ? until == EndOf(known) : until == Days.EndOf(Days.Of(until).AddDays(-1)) && until >= Days.EndOf(Days.Of(known).AddDays(WorkingDays!.Value));
}

/// <summary>
/// 优先受让权 in the bidding (网络司法拍卖规定 16, 21): a holder may offer the price that stands and then leads; whoever
/// offers more leads again, and the holder may match again. Of two holders the better rank leads at the same price, of
/// the same rank the earlier bid.
/// </summary>
public static class Priority
{
    /// <summary>
    /// Who has priority by the data of the achievement. Only a transfer knows it; 859 and 860 only that of an application.
    /// Who has two grounds has the better one.
    /// </summary>
    /// <param name="pending">The right to apply, or an application under examination, is sold, not a granted right.</param>
    public static ImmutableArray<PriorityHolder> HoldersOf(
        RightOffered right, bool pending, IEnumerable<string> coOwners, IEnumerable<string> commissioners, IEnumerable<string> completers)
    {
        if (right != RightOffered.Assignment) return [];
        var all = completers.Select(name => new PriorityHolder(name, PriorityGround.Completer));
        if (Knows(PriorityGround.CoDeveloper, pending)) all = coOwners.Select(name => new PriorityHolder(name, PriorityGround.CoDeveloper)).Concat(commissioners.Select(name => new PriorityHolder(name, PriorityGround.Commissioner))).Concat(all);
        return [.. all.GroupBy(h => h.Name, StringComparer.Ordinal).Select(same => same.MinBy(h => RankOf(h.Ground))!).OrderBy(h => RankOf(h.Ground))];
    }

    /// <summary>Whether a ground can exist for what is sold: 859 and 860 speak of the right to apply for a patent, not of a granted one.</summary>
    public static bool Knows(PriorityGround ground, bool pending) => pending || ground is not (PriorityGround.CoDeveloper or PriorityGround.Commissioner);

    /// <summary>
    /// The rank of a ground when the announcement says nothing else: no law ranks them, so the ground of the whole right
    /// comes before that of the person, and the law before an agreement.
    /// </summary>
    public static int RankOf(PriorityGround ground) => ground switch
    {
        PriorityGround.CoDeveloper or PriorityGround.Commissioner => 1,
        PriorityGround.Completer => 2,
        PriorityGround.Agreed => 3,
    };

    /// <summary>Whether the notice came early enough before the announcement of this day.</summary>
    public static bool IsTimely(NoticeService service, DateOnly notified, DateOnly announced) => service switch
    {
        NoticeService.Delivered => notified.AddDays(3) <= announced,
        NoticeService.Published => notified.AddDays(5) <= announced,
        NoticeService.Unproven => true,
    };

    /// <summary>
    /// The best rank among the holders who must be waited for after the price is known: who was not told with proof, and in a
    /// format that shows no price to match while it runs everybody. Who waived is not waited for. Null when nobody is.
    /// </summary>
    public static int? BestToAsk(string format, IEnumerable<HolderNotice> holders) => holders
        .Where(h => h.Answer != HolderAnswer.Waives && (!(Formats.Rises(format) || format == Formats.Hall) || h.Service is NoticeService.Unproven))
        .Min(h => (int?)(h.Rank ?? RankOf(h.Ground)));

    /// <summary>Whether one paddle leads another at the same price.</summary>
    public static bool Outranks(Auction auction, int paddle, int other) =>
        auction.RankOf(paddle) is { } rank && (auction.RankOf(other) is not { } theirs || rank < theirs);

    /// <summary>Gives a paddle its rank. The same twice changes nothing; another rank is refused.</summary>
    public static Decision<int> Grant(Auction auction, int paddle, int rank, DateTimeOffset at)
    {
        if (auction.Terms is null) return Decision<int>.Refused(Refusal.UnknownAuction);
        if (!auction.Bidders.ContainsKey(paddle)) return Decision<int>.Refused(Refusal.NotAdmitted);
        if (rank is < 1 or > 9) return Decision<int>.Refused(Refusal.RankOutOfRange);
        if (auction.RankOf(paddle) is { } before) return before == rank ? Decision<int>.Repeated(rank) : Decision<int>.Refused(Refusal.RankGiven);
        // Once a bid is in, a rank would change what it was worth.
        if (auction.Bidders[paddle].HasBid) return Decision<int>.Refused(Refusal.RankAfterBid);
        if (auction.PhaseAt(at) is Phase.Opening or Phase.Closing or Phase.Closed) return Decision<int>.Refused(Refusal.AlreadyEnded);
        return Decision<int>.Accepted(rank, new PriorityGranted(paddle, rank));
    }

    /// <summary>
    /// A price is known that somebody may still match: the terms give a window, the lot would be sold, and the best rank that
    /// the window is for comes before the leader.
    /// </summary>
    public static bool IsWindowDue(Auction auction) =>
        auction is { Terms.Match: { } window, Matching: null, Result: null } && Closing.Result(auction, 0, "").Outcome == Outcome.Sold
        && !(auction.RankOf(auction.Leader!.Value) <= window.BestRank);

    /// <summary>Opens the window at the end of the bidding; the fact's moment is that end, whenever it is written.</summary>
    /// <param name="now">When the call is made; before <see cref="Closing.DueAt"/> it is refused.</param>
    public static Decision<MatchingOpened> OpenWindow(Auction auction, DateTimeOffset now)
    {
        if (auction.Terms is null) return Decision<MatchingOpened>.Refused(Refusal.UnknownAuction);
        if (auction.Matching is { } done) return Decision<MatchingOpened>.Repeated(done);
        if (auction.IsPaused) return Decision<MatchingOpened>.Refused(Refusal.AuctionPaused);
        if (auction.PhaseAt(auction.EndsAt) is Phase.Opening) return Decision<MatchingOpened>.Refused(Refusal.OffersNotOpened);
        if (now < Closing.DueAt(auction)) return Decision<MatchingOpened>.Refused(Refusal.NotOpenYet);
        if (!IsWindowDue(auction)) return Decision<MatchingOpened>.Refused(Refusal.NothingToMatch);
        var opened = new MatchingOpened(auction.PriceFen!.Value, auction.Leader!.Value, auction.Terms.Match!.EndOf(Instant.Later(auction.At, auction.EndsAt)));
        return Decision<MatchingOpened>.Accepted(opened, opened);
    }

    /// <summary>In the window only a holder who comes before the leader answers, and with the price itself.</summary>
    internal static Refusal? Match(Auction auction, int paddle, long offerFen) =>
        auction.Leader == paddle ? Refusal.AlreadyLeading
        : !Outranks(auction, paddle, auction.Leader!.Value) ? Refusal.OnlyPriorityHolders
        : offerFen != auction.PriceFen ? Refusal.OnlyThePriceItself
        : null;

    /// <summary>The step by which a winner goes beyond a loser: none when the winner may match.</summary>
    internal static long StepOver(Auction auction, int winner, int loser, long amountFen) => Outranks(auction, winner, loser) ? 0 : auction.Terms!.StepAt(amountFen);
}
