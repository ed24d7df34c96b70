using System.Globalization;
using System.Text;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>An ended lot in the archive: what the figures count, and what a reader wants to know of it.</summary>
public sealed record ArchiveRecord(
    EndedLot Lot, string Title, string SellerName, string? SessionName, string? SessionNameEn, DateTimeOffset EndedAt, string Format, ReserveSays Reserve, PublicBuyer? Buyer)
{
    public long? PremiumBasisPoints => Lot.Sold ? Archive.Premium(Lot.StartPriceFen, Lot.PriceFen!.Value) : null;
}

/// <summary>The archive as everybody may take it away. Demonstration and real records are never in one file.</summary>
public static class ArchiveRecords
{
    public static void MapArchive(this WebApplication app)
    {
        app.MapGet("/auctions/archive.csv", Csv).WithTags("Auctions").WithSummary("Ended auctions, one line each; ?demo=true for those of the demonstration");
        app.MapGet("/auctions/archive.json", Json).WithTags("Auctions").WithSummary("Ended auctions with the figures that follow from them; ?demo=true for those of the demonstration");
    }

    /// <summary>Everything that ended, newest first.</summary>
    public static async Task<IReadOnlyList<ArchiveRecord>> Read(MarketplaceDb db, bool demo, CancellationToken cancellation)
    {
        var rows = await (
            from l in db.Set<Lot>().AsNoTracking()
            where l.State == LotState.Announced && l.Phase == "closed" && l.Outcome != null && l.Demo == demo
            from s in db.Set<Session>().AsNoTracking().Where(s => s.Id == l.Session).DefaultIfEmpty()
            orderby l.EndsAt descending, l.Id
            select new
            {
                l.Id,
                l.Title,
                l.Seller,
                l.SellerName,
                l.Field,
                l.Session,
                l.ActiveBidders,
                l.Bids,
                l.StartPriceFen,
                l.PriceFen,
                l.Outcome,
                l.EndsAt,
                l.Format,
                l.HasReserve,
                l.ReserveMissed,
                SessionName = s!.Name,
                SessionNameEn = s.NameEn,
            }).ToListAsync(cancellation);
        var buyers = await Buyers.Read(db, db.Set<Lot>().Where(l => l.State == LotState.Announced && l.Phase == "closed" && l.Demo == demo), cancellation);
        return [.. rows.Select(r =>
        {
            var ending = Archive.EndingOf(r.Outcome!);
            var lot = new EndedLot(r.Id, r.Session, r.Seller, r.Field, r.ActiveBidders, r.Bids, r.StartPriceFen, ending == Ending.Sold ? r.PriceFen : null, ending);
            return new ArchiveRecord(lot, r.Title, r.SellerName, r.SessionName, r.SessionNameEn, r.EndsAt!.Value, r.Format, Archive.Reserve(r.HasReserve, ending, r.ReserveMissed),
                ending == Ending.Sold ? buyers.GetValueOrDefault(r.Id) : null);
        })];
    }

    private static async Task<IResult> Csv(bool? demo, MarketplaceDb db, CancellationToken cancellation)
    {
        var text = new StringBuilder("lot,title,seller,session,field,format,ended_at,bidders,bids,start_price_fen,price_fen,premium_basis_points,reserve,ending,demo,record,winner_paddle,buyer,buyer_confidential,buyer_interest,buyer_interest_of\r\n");
        foreach (var r in await Read(db, demo == true, cancellation))
        {
            var buyer = ResultBuyer.Of(r.Buyer);
            text.AppendJoin(',',
                Sheet.Cell(r.Lot.Id), Sheet.Cell(r.Title), Sheet.Cell(r.SellerName), Sheet.Cell(r.SessionName), Sheet.Cell(r.Lot.Field), Sheet.Cell(r.Format), Instant.Write(r.EndedAt), Number(r.Lot.Bidders), Number(r.Lot.Bids),
                Number(r.Lot.StartPriceFen), Number(r.Lot.PriceFen), Number(r.PremiumBasisPoints), Word(r.Reserve), Word(r.Lot.Ending), demo == true ? "true" : "false",
                Sheet.Cell($"/auctions/{r.Lot.Id}/transcript-view"), Number(buyer?.Paddle), Sheet.Cell(buyer?.Name), buyer is null ? "" : buyer.Confidential ? "true" : "false", Sheet.Cell(buyer?.Interest),
                Sheet.Cell(buyer?.InterestOf)).Append("\r\n");
        }

        // With the mark that tells a spreadsheet which script it is.
        byte[] bytes = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())];
        return Results.File(bytes, "text/csv; charset=utf-8", demo == true ? "zjp-archive-demo.csv" : "zjp-archive.csv");
    }

    private static async Task<IResult> Json(bool? demo, MarketplaceDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var records = await Read(db, demo == true, cancellation);
        var lots = records.Select(r => r.Lot).ToList();
        return Results.Json(
            new
            {
                method = Archive.Method,
                leastDeals = Archive.LeastDeals,
                at = clock.GetUtcNow(),
                demo = demo == true,
                figures = Archive.Figures(lots),
                bySession = Groups(l => l.Session?.ToString()),
                bySeller = Groups(l => l.Seller.ToString()),
                byField = Groups(l => l.Field),
                lots = records.Select(r => new
                {
                    id = r.Lot.Id,
                    title = r.Title,
                    seller = r.Lot.Seller,
                    sellerName = r.SellerName,
                    session = r.Lot.Session,
                    sessionName = r.SessionName,
                    field = r.Lot.Field,
                    format = r.Format,
                    endedAt = r.EndedAt,
                    bidders = r.Lot.Bidders,
                    bids = r.Lot.Bids,
                    startPriceFen = r.Lot.StartPriceFen,
                    priceFen = r.Lot.PriceFen,
                    premiumBasisPoints = r.PremiumBasisPoints,
                    reserve = Word(r.Reserve),
                    ending = Word(r.Lot.Ending),
                    buyer = ResultBuyer.Of(r.Buyer),
                    record = $"/auctions/{r.Lot.Id}/transcript-view",
                }),
            },
            AuctionJson.Options);

        IEnumerable<object> Groups(Func<EndedLot, string?> group) => Archive.By(lots, group).Select(g => new { key = g.Key, figures = g.Figures });
    }

    private static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
