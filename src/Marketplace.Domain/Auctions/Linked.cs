using System.Text.Json;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>A bid on a linked lot moved that lot's end, and with it this one's.</summary>
/// <param name="Lot">The other auction.</param>
/// <param name="Version">The line of its record after which its end was this.</param>
public sealed record EndLinked(string Lot, long Version, DateTimeOffset EndsAt) : AuctionFact
{
    public override string Type => "end-linked";
    public override string CommandKey => $"linked/{Lot}/{Version}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("lot", Lot);
        json.WriteNumber("version", Version);
        json.WriteString("endsAt", Instant.Write(EndsAt));
    }
}

/// <summary>
/// 联动延时: the lots of a group end together, so that who wants one or the other never has to decide on one while the
/// other still runs. An end that moves takes the others with it; none closes before it has asked the others.
/// </summary>
/// <remarks>A lot that is paused or closed holds nobody. Between an end and the news of its move, at most the second before the close, bids are refused.</remarks>
public static class Linked
{
    public const int LongestName = 8;

    /// <summary>Capital letters and digits; the name says nothing outside its session.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));

    /// <summary>Takes the later end of a linked lot over, up to this lot's own limit. Order of refusals: UnknownAuction, NotLinked, AlreadyEnded, AuctionPaused.</summary>
    public static Decision<DateTimeOffset> Extend(Auction auction, string lot, long version, DateTimeOffset endsAt)
    {
        if (auction.Terms is not { } terms) return Decision<DateTimeOffset>.Refused(Refusal.UnknownAuction);
        if (terms.Linked is null || lot == terms.Auction) return Decision<DateTimeOffset>.Refused(Refusal.NotLinked);
        if (auction.Result is not null || auction.Stage is not Stage.Rising) return Decision<DateTimeOffset>.Refused(Refusal.AlreadyEnded);
        if (auction.IsPaused) return Decision<DateTimeOffset>.Refused(Refusal.AuctionPaused);
        var end = auction.Capped(endsAt);
        return end <= auction.EndsAt ? Decision<DateTimeOffset>.Repeated(auction.EndsAt) : Decision<DateTimeOffset>.Accepted(end, new EndLinked(lot, version, end));
    }
}
