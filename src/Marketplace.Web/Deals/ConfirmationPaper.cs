using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Payments.Plans;
using Marketplace.Platform.Database;
using Marketplace.Platform.Documents;
using Marketplace.Shared;
using Microsoft.Extensions.Localization;

namespace Marketplace.Deals;

/// <summary>成交确认书 of a 竞价 on paper: the same words and the same two readers as its page.</summary>
internal static class ConfirmationPaper
{
    public static async Task<IResult> Send(
        string auction, Deals deals, DepositAccounts deposits, CurrentActor actor, MarketplaceDb db, Refusals refusals, Papers papers, IStringLocalizer<DealTexts> texts, IStringLocalizer<PlanTexts> plans, HttpContext http, CancellationToken cancellation)
    {
        var read = await ConfirmationRecord.Read(auction, actor, deals, deposits, db, cancellation);
        return read.Done ? await Papers.Send(Of(read.Value, papers, texts, plans, Papers.Site(http.Request)), cancellation) : refusals.Problem(read.Refusal.Value);
    }

    private static Paper Of(ConfirmationRecord record, Papers papers, IStringLocalizer texts, IStringLocalizer plans, string site)
    {
        var (terms, seller, buyer, _) = record;
        // The second-best's deal has a mark of its own; the record is the auction's.
        var lot = Deal.LotOf(terms.Auction);
        string Code(Organisation organisation) => $"{texts[organisation.IsAbroad ? "RegistryNumber" : "Uscc"].Value} {organisation.ShownCode}";
        List<PaperFact> facts =
        [
            new(texts["Lot"], terms.Title, true),
            new(texts["Party.Seller"], [seller.Name, Code(seller)], true),
            new(texts["Party.Buyer"], [buyer.Name, Code(buyer)], true),
            new(texts["ConcludedAt"], $"{terms.ConcludedAt.ToOffset(Instant.Beijing).ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)} {texts["Beijing"].Value}", true),
            new(texts["Procedure"], texts[terms.Listed ? "Procedure.Listing" : "Procedure.Bidding"].Value),
        ];
        if (ConfirmationRecord.InterestSays(terms, texts) is { } interest) facts.Add(new(texts["Interest"], interest, true));
        if (terms.DepositFen > 0) facts.Add(new(texts["Deposit"], record.DepositSays(texts)));
        if (terms.Plan is { } plan) facts.AddRange(PlanSays.Rows(plans, plan).Select(row => new PaperFact(row.Label, [.. row.Values])));
        facts.Add(new(texts["Contract.Text"], [Papers.Grouped(terms.ContractSha256), "SHA-256"], true));
        string[] lines = [texts["Sign.Stamp"], texts["Sign.Person"], texts["Sign.Date"]];
        var paper = papers.Of(texts["Confirmation"], terms.Auction, terms.ConcludedAt, terms.Demo,
        [
            new FactList(facts),
            new Sum(texts["Price"], $"¥{Fen.Exact(terms.PriceFen)}", $"{texts["TenThousand", Show.Short(terms.PriceFen)].Value} · {Fen.Capital(terms.PriceFen)}"),
            new Prose(texts[terms.Listed ? "Confirmation.P1.Listing" : "Confirmation.P1"]), new Prose(texts["Confirmation.P2"]), new Prose(texts[record.DepositClause]),
            new Signatures([new(texts["Party.Seller"], lines), new(texts["Party.Buyer"], lines)]),
            new Check($"{site}/auctions/{Uri.EscapeDataString(lot)}/transcript-view", texts["Confirmation.Verify"], [new(texts["Confirmation.Record"], $"{site}/auctions/{lot}", true)]),
        ]);
        return paper with { Under = texts["Confirmation.Law"] };
    }
}
