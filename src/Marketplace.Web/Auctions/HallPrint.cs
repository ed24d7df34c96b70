using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Platform.Documents;
using Marketplace.Shared;
using Microsoft.Extensions.Localization;

namespace Marketplace.Auctions;

/// <summary>拍卖笔录 and 成交确认书 of a lot in a hall on paper, from the hammer on: what the page beside it shows, and no name more.</summary>
internal static class HallPrint
{
    public static void MapHallPapers(this WebApplication app)
    {
        app.MapGet("/hall/lots/{id}/minutes.pdf", Minutes).ExcludeFromDescription();
        app.MapGet("/hall/lots/{id}/confirmation.pdf", Confirmation).ExcludeFromDescription();
    }

    private static async Task<IResult> Minutes(
        string id, HallRecords records, Papers papers, IStringLocalizer<HallTexts> texts, HttpContext http, CancellationToken cancellation) =>
        await records.Find(id, cancellation) is { } record ? await Papers.Send(MinutesOf(record, papers, texts, Papers.Site(http.Request)), cancellation) : Results.NotFound();

    private static async Task<IResult> Confirmation(
        string id, HallRecords records, Papers papers, IStringLocalizer<HallTexts> texts, HttpContext http, CancellationToken cancellation) =>
        await records.Find(id, cancellation) is { Sale: not null } record ? await Papers.Send(ConfirmationOf(record, papers, texts, Papers.Site(http.Request)), cancellation) : Results.NotFound();

    internal static Paper MinutesOf(HallRecord record, Papers papers, IStringLocalizer texts, string site)
    {
        var (lot, said, desk) = (record.Lot, record.Papers, record.Auction.InHall!);
        List<Block> blocks =
        [
            new FactList(
            [
                new(texts["Lot"], lot.Title, true),
                new(texts["Seller"], lot.SellerName), new(texts["House"], [said.House, said.HouseLicence]),
                new(texts["Auctioneer"], [said.Auctioneer, said.Qualification]), new(texts["Recorder"], said.Recorder),
                .. Published(said, texts),
                new(texts["Place"], said.Place), new(texts["Reserve"], texts[desk.Called.HasReserve ? "HasReserve" : "NoReserve"].Value),
                new(texts["Tie"], texts[$"Tie.{record.Auction.Terms!.Hall!.TieGoesTo}"].Value, true),
            ]),
            new Heading(texts["Minutes.Course"]),
            new Grid(
                [new(texts["Paper.Line"], 0.7, true, true), new(texts["Paper.Time"], 2.3, Soft: true), new(texts["Paper.Words"], 7)],
                [.. record.Lines.Select(l => (IReadOnlyList<string>)[$"{l.Version}", Show.Exact(l.At), texts[HallSays.Key(l.Fact), HallSays.Values(l.Fact)].Value])]),
        ];
        if (record.Sale is { } sale) blocks.Add(new Sum(texts["Confirmation.Price"], $"¥{Fen.Exact(sale.PriceFen)}", Words(texts, sale.PriceFen, $"{texts["Buyer"].Value} {texts["Paper.Paddle", Show.Paddle(sale.Winner)].Value}")));
        if (record.Sale is not null) blocks.Add(new FactList([new(texts["Buyer"], record.BuyerSays(texts), true), .. Interest(record, texts)]));
        blocks.Add(new Heading(texts["Minutes.Signed"]));
        blocks.Add(new FactList([.. Enum.GetValues<HallRole>().Select(role => new PaperFact(texts[role.ToString()], desk.Minutes.Find(m => m.Role == role) is { } signed ? SignedBy(signed.By, said) : texts["Minutes.NotYet"].Value))]));
        blocks.Add(new Prose(texts["Minutes.HashText"], Soft: true));
        // 拍卖法 53: auctioneer and recorder sign, after a sale the buyer too.
        var fields = new List<SignatureField> { Field(texts, "Auctioneer"), Field(texts, "Recorder") };
        if (record.Sale is not null) fields.Add(Field(texts, "Buyer"));
        blocks.Add(new Signatures(fields));
        blocks.Add(Proof(record, texts, site));
        return papers.Of(texts["Minutes"], lot.Id, record.Auction.EndsAt, lot.Demo, blocks, lot.RehearsalOf is not null) with { Under = texts["Paper.MinutesLaw"], Hash = record.Sha256 };
    }

    internal static Paper ConfirmationOf(HallRecord record, Papers papers, IStringLocalizer texts, string site)
    {
        var (lot, said, (price, winner)) = (record.Lot, record.Papers, record.Sale!.Value);
        IReadOnlyList<Block> blocks =
        [
            new Prose(texts["Confirmation.Text", Show.Exact(record.Auction.EndsAt), said.Place, said.House, lot.Title].Value),
            new Sum(texts["Confirmation.Price"], $"¥{Fen.Exact(price)}", Words(texts, price)),
            new FactList(
            [
                new(texts["Buyer"], [record.BuyerSays(texts), texts["Paper.Paddle", Show.Paddle(winner)].Value], true), .. Interest(record, texts),
                new(texts["Seller"], lot.SellerName), new(texts["House"], [said.House, said.HouseLicence]),
                new(texts["Auctioneer"], [said.Auctioneer, said.Qualification]), new(texts["Recorder"], said.Recorder),
            ]),
            .. lot.RehearsalOf is null ? (Block[])[new Prose(texts["Confirmation.Bound"]), new Prose(texts["Paper.Formed"])] : [],
            new Signatures([new(texts["Buyer.Sign"], [texts["Paper.Person"], texts["Paper.Date"]]), new(texts["House.Sign"], [texts["Paper.Person"], texts["Paper.Date"]])]),
            Proof(record, texts, site),
        ];
        return papers.Of(texts["Confirmation"], lot.Id, record.Auction.EndsAt, lot.Demo, blocks, lot.RehearsalOf is not null) with { Under = texts["Paper.ConfirmationLaw"], Hash = record.Sha256 };
    }

    /// <summary>公告 and 展示; a rehearsal has neither.</summary>
    private static PaperFact[] Published(HallPapers said, IStringLocalizer texts) => said.NoticeMedium.Length == 0 ? [] :
    [
        new(texts["Notice.Medium"], [said.NoticeMedium, BeijingTime.Day(said.NoticeDate)]),
        new(texts["Display.Place"], [said.DisplayPlace, $"{BeijingTime.Day(said.DisplayFrom)} – {BeijingTime.Day(said.DisplayTo)}"]),
    ];

    private static PaperFact[] Interest(HallRecord record, IStringLocalizer texts) => record.InterestSays(texts) is { } said ? [new(texts["Buyer.Interest"], said, true)] : [];

    private static string Words(IStringLocalizer texts, long fen, string? more = null) => string.Join(" · ", new[] { texts["Js.Short", Show.Short(fen)].Value, Fen.Capital(fen), more }.OfType<string>());

    /// <summary>An auctioneer signs the record with the number of the licence; on paper the name stands before it.</summary>
    internal static string SignedBy(string by, HallPapers said) => by == said.Qualification ? $"{said.Auctioneer} · {by}" : by;

    private static SignatureField Field(IStringLocalizer texts, string role) => new(texts[role], [texts["Paper.Signature"], texts["Paper.Date"]]);

    private static Check Proof(HallRecord record, IStringLocalizer texts, string site) => new(
        $"{site}/auctions/{Uri.EscapeDataString(record.Lot.Id)}/transcript-view", texts["Paper.Verify"],
        [
            new(texts["Minutes.Hash"], Papers.Grouped(record.Sha256), true),
            new(texts["Paper.Head"], [texts["Paper.HeadLine", record.Head.Version].Value, Papers.Grouped(record.Head.Hash)], true),
            new(texts["Paper.Key"], Papers.Grouped(record.Head.KeyId), true),
        ]);
}
