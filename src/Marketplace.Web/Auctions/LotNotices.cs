using System.Runtime.CompilerServices;
using Marketplace.Domain.Auctions;
using Marketplace.Platform.Database;
using Marketplace.Platform.Outbox;
using Marketplace.Platform.Streams;
using Marketplace.Search;
using Marketplace.Search.Index;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>What the house announces to everybody.</summary>
public enum AuctionNotice { Lot, Session, Result }

/// <summary>Where what was announced stands. The last are the ends of a lot.</summary>
public enum NoticeState { Announced, Open, Ended, Sold, Unsold, Cancelled, Void, Defaulted, Refused }

/// <summary>公告: how the notice of a lot and the notice of its result are found, from the columns that everybody reads. A rehearsal is no lot here.</summary>
/// <param name="result">The notice of the result; false for the notice of the lot.</param>
internal sealed class LotNotices(bool result) : IDocumentSource
{
    /// <summary>Under this name a changed lot stands in the outbox. Not every bid is told: only what a notice says.</summary>
    public const string Name = "lot";

    private const string OfResult = "/result";

    private const int Portion = 500;

    public Found Kind => Found.Notice;

    public string Told => Name;

    public string IdOf(string key) => result ? key + OfResult : key;

    public string? KeyOf(string id) => id.EndsWith(OfResult, StringComparison.Ordinal) != result ? null : result ? id[..^OfResult.Length] : id;

    /// <summary>Tells that the notices of a lot, and of its session, say something else now; written with the lines of its record.</summary>
    public static IEnumerable<SideWrite> Tell(string lot) =>
    [
        Outbox.Telling(Name, lot),
        new SideWrite("INSERT INTO outbox (kind, key) SELECT @kind, lower(CAST(session AS TEXT)) FROM lots WHERE id = @id AND session IS NOT NULL", ("kind", SessionNotices.Name), ("id", lot)),
    ];

    /// <summary>What notices say of a lot beside its announcement.</summary>
    public static (bool Announced, bool Open, string? Outcome) Says(Auction auction) => (auction.Terms is not null, auction.IsOpened || auction.InHall is not null, auction.OutcomeName);

    public static NoticeState StateOf(Lot lot) => lot.Outcome switch
    {
        null => lot.Opened ? NoticeState.Open : NoticeState.Announced,
        "sold" => NoticeState.Sold,
        "unsold" => NoticeState.Unsold,
        "cancelled" => NoticeState.Cancelled,
        "void" => NoticeState.Void,
        "defaulted" => NoticeState.Defaulted,
        "refused" => NoticeState.Refused,
        var other => throw new ArgumentOutOfRangeException(nameof(lot), other, null),
    };

    public static string Chip(NoticeState state) => state switch
    {
        NoticeState.Announced => "plan",
        NoticeState.Open => "live",
        NoticeState.Sold => "ok",
        NoticeState.Void or NoticeState.Defaulted or NoticeState.Refused => "bad",
        NoticeState.Ended or NoticeState.Unsold or NoticeState.Cancelled => "off",
    };

    public async Task<IReadOnlyList<SearchDocument>> Read(MarketplaceDb db, IReadOnlyList<string> keys, CancellationToken cancellation) => await Documents(db, keys, cancellation);

    public async IAsyncEnumerable<IReadOnlyList<SearchDocument>> ReadAll(MarketplaceDb db, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var ids = await Announced(db).OrderBy(l => l.Id).Select(l => l.Id).ToListAsync(cancellation);
        foreach (var portion in ids.Chunk(Portion)) yield return await Documents(db, portion, cancellation);
    }

    private IQueryable<Lot> Announced(MarketplaceDb db) => db.Set<Lot>().AsNoTracking().Where(l => l.State == LotState.Announced && (!result || l.Outcome != null));

    private async Task<IReadOnlyList<SearchDocument>> Documents(MarketplaceDb db, IReadOnlyList<string> ids, CancellationToken cancellation) =>
        [.. (await Announced(db).Where(l => ids.Contains(l.Id)).ToListAsync(cancellation)).Select(Document)];

    private SearchDocument Document(Lot lot) => new()
    {
        Key = new DocumentKey(Found.Notice, IdOf(lot.Id)),
        Title = lot.Title,
        Summary = lot.Summary,
        Codes = [lot.Id],
        Type = $"{(result ? AuctionNotice.Result : AuctionNotice.Lot)}",
        Field = lot.Field,
        Trl = lot.Trl,
        Owner = lot.Seller,
        OwnerName = lot.SellerName,
        State = $"{StateOf(lot)}",
        // Who bought stands on the page alone: the name may have to go with its sale.
        PriceFen = !result ? lot.StartPriceFen : lot.Outcome == "sold" ? lot.PriceFen : null,
        At = (result ? lot.EndsAt : lot.AnnouncedAt) ?? lot.AnnouncedAt!.Value,
        Demo = lot.Demo,
        Url = $"/auctions/{lot.Id}/notice{(result && lot.Outcome == "sold" ? "#result" : "")}",
    };
}

/// <summary>专场公告: a session from its first announced lot on.</summary>
internal sealed class SessionNotices : IDocumentSource
{
    /// <summary>Under this name a changed session stands in the outbox.</summary>
    public const string Name = "session";

    public Found Kind => Found.Notice;

    public string Told => Name;

    public async Task<IReadOnlyList<SearchDocument>> Read(MarketplaceDb db, IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        var ids = keys.Select(Guid.Parse).ToList();
        return await Documents(db, db.Set<Session>().Where(s => ids.Contains(s.Id)), cancellation);
    }

    public async IAsyncEnumerable<IReadOnlyList<SearchDocument>> ReadAll(MarketplaceDb db, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return await Documents(db, db.Set<Session>(), cancellation);
    }

    private static async Task<IReadOnlyList<SearchDocument>> Documents(MarketplaceDb db, IQueryable<Session> sessions, CancellationToken cancellation)
    {
        var rows = await sessions.AsNoTracking().OrderBy(s => s.Id).ToListAsync(cancellation);
        var ids = rows.ConvertAll(s => (Guid?)s.Id);
        var lots = (await db.Set<Lot>().AsNoTracking().Where(l => ids.Contains(l.Session) && l.State == LotState.Announced).ToListAsync(cancellation)).ToLookup(l => l.Session);
        return [.. rows.Where(s => lots[s.Id].Any()).Select(s => Document(s, [.. lots[s.Id].OrderBy(l => l.Place)]))];
    }

    private static SearchDocument Document(Session session, IReadOnlyList<Lot> lots) => new()
    {
        Key = new DocumentKey(Found.Notice, session.Id.ToString()),
        Title = session.Name,
        Summary = session.Host,
        More = string.Join('\n', lots.SelectMany(l => new[] { l.Title, l.SellerName }).Prepend(session.NameEn).Distinct()),
        Type = $"{AuctionNotice.Session}",
        State = $"{(lots.All(l => l.Outcome is not null) ? NoticeState.Ended : lots.Any(l => l.Opened || l.Outcome is not null) ? NoticeState.Open : NoticeState.Announced)}",
        At = lots.Min(l => l.AnnouncedAt)!.Value,
        Demo = session.Demo,
        Url = $"/sessions/{session.Id}",
    };
}
