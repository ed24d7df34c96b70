using Marketplace.Achievements;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Payments.Plans;
using Marketplace.Platform.Database;
using Marketplace.Platform.Documents;
using Marketplace.Shared;
using Microsoft.Extensions.Localization;

namespace Marketplace.Auctions;

/// <summary>图录 as a file: what the page prints, a lot a page.</summary>
internal static class CataloguePaper
{
    public sealed record Texts(IStringLocalizer<CatalogueTexts> Own, IStringLocalizer<LotTexts> Lots, IStringLocalizer<FormatTexts> Formats, IStringLocalizer<AchievementTexts> Achievements, IStringLocalizer<PlanTexts> Plans);

    public static void MapCataloguePaper(this WebApplication app) => app.MapGet("/sessions/{id:guid}/catalogue.pdf", Send).ExcludeFromDescription();

    private static async Task<IResult> Send(
        Guid id, MarketplaceDb db, Papers papers, IStringLocalizer<CatalogueTexts> own, IStringLocalizer<LotTexts> lots, IStringLocalizer<FormatTexts> formats,
        IStringLocalizer<AchievementTexts> achievements, IStringLocalizer<PlanTexts> plans, HttpContext http, CancellationToken cancellation) =>
        await CatalogueModel.Read(db, id, Papers.Site(http.Request), cancellation) is var (session, entries)
            ? await Papers.Send(Of(session, entries, papers, new Texts(own, lots, formats, achievements, plans)), cancellation)
            : Results.NotFound();

    private static Paper Of(Session session, IReadOnlyList<CatalogueModel.Entry> entries, Papers papers, Texts texts)
    {
        var (c, t) = (texts.Own, texts.Lots);
        var name = Show.Name(session.Name, session.NameEn);
        // Nobody applies to a rehearsal, pays a deposit for it or is bound by it: as on the page, what speaks of that is left out.
        var rehearsal = session.RehearsalOf is not null;
        List<PaperFact> facts = [new(c["Host"], session.Host), new(c["Procedure"], c[CatalogueModel.ProcedureOf(entries)].Value)];
        if (!rehearsal) facts.Add(new(t["Session.ApplyUntil"], BeijingTime.Minute(entries.Count == 0 ? session.ApplyUntil : entries.Min(e => e.Lot.ApplyUntil!.Value))));
        facts.Add(new(t["Session.Opens"], BeijingTime.Minute(entries.Count == 0 ? session.OpensAt : entries.Min(e => e.Lot.OpensAt!.Value))));
        facts.Add(new(t["Session.Lots"], $"{entries.Count} {t.Count("Public.LotsUnit", entries.Count)}"));
        List<Block> blocks = [new FactList(facts)];
        if (entries.Count == 0) blocks.Add(new Prose($"{c["None"].Value}\n{c["NoneHint"].Value}"));
        else
        {
            blocks.Add(new Heading(c["Contents"]));
            blocks.Add(new Grid(
                [new(t["Lot.Place"], 1, Soft: true), new(t["Lot.Title"], 6), new(t["Lot.Seller"], 3.4, Soft: true), new(t["Lot.StartPriceYuan"], 2.4, true)],
                [.. entries.Select(e => (IReadOnlyList<string>)[$"{e.Lot.Place}", e.Word("title"), e.Word("seller"), Fen.Yuan(e.Terms.StartPriceFen)])]));
        }

        if (entries.Any(e => e.SharedDeposit)) blocks.Add(new Prose($"{t["Lot.SharedDeposit"].Value}\n{t["Lot.SharedDepositSays"].Value}"));
        if (!rehearsal) blocks.Add(new Prose(c["Binding"], Soft: true));
        foreach (var entry in entries) blocks.AddRange(LotOf(entry, texts));
        var at = entries.Count == 0 ? session.OpensAt : entries.Max(e => e.PublishedAt);
        return papers.Of(name, c["Title"], at, session.Demo, blocks, rehearsal) with { Under = $"{c["Title"].Value} · {t[$"Brand.{session.Brand}"].Value}" };
    }

    private static IEnumerable<Block> LotOf(CatalogueModel.Entry entry, Texts texts)
    {
        var (c, t, f, terms) = (texts.Own, texts.Lots, texts.Formats, entry.Terms);
        var until = entry.Word("licenceUntil");
        var rehearsal = entry.Lot.RehearsalOf is not null;
        yield return new PageEnd();
        yield return new Heading($"{t["Lot.Number", entry.Lot.Place].Value}  {entry.Word("title")}");
        yield return new Prose($"{entry.Word("seller")} · {entry.Lot.Id}", Soft: true);
        yield return new Prose(entry.Lot.Summary);
        List<PaperFact> facts =
        [
            new(t["Lot.Right"], $"{t[$"Right.{entry.Word("right")}"].Value}{(until.Length > 0 ? $" · {t["Notice.Licence"].Value} {until}" : "")}"),
            new(t["Public.Trl"], entry.Lot.Trl is { } trl ? $"TRL {trl}" : "—"),
            new(c["Ip"], entry.Ip.Count == 0 ? ["—"] : [.. entry.Ip.Select(ip => IpOf(ip, texts))], true),
            .. rehearsal ? (PaperFact[])[] : [PriorityOf(entry, texts)],
            new(f["Row.Format"], [f[$"Format.{terms.Format}"].Value, f[$"Format.{terms.Format}.Says"].Value], true),
            new(t[terms.Listing is null ? "Lot.StartPrice" : "Lot.PostedPrice"], [$"¥{Fen.Yuan(terms.StartPriceFen)}", LotSays.InCapitals(t, terms.StartPriceFen)]),
        ];
        if (!rehearsal)
        {
            string[] deposit = [$"¥{Fen.Yuan(terms.DepositFen)}", LotSays.InCapitals(t, terms.DepositFen)];
            facts.Add(new(t["Lot.Deposit"], entry.SharedDeposit ? [.. deposit, t["Lot.SharedDeposit"].Value] : deposit));
            facts.AddRange(PlanSays.Rows(texts.Plans, entry.Payment).Select(row => new PaperFact(row.Label, row.Values, row.Values.Length > 2)));
        }

        facts.AddRange(FormatSays.Rows(f, FormatSays.SettingsOf(terms), terms.StartPriceFen).Select(row => new PaperFact(row.Label, row.Values)));
        if (!Formats.IsOpenPriced(terms.Format)) facts.Add(new(t["Lot.Reserve"], t[terms.ReserveCommitment is null ? "Reserve.None" : "Reserve.Sealed"].Value));
        facts.Add(new(t["Lot.BuyerName"], LotSays.BuyerName(t, entry.BuyerNameConfidential)));
        if (!rehearsal) facts.Add(new(t["Session.ApplyUntil"], BeijingTime.Minute(TermsJson.ReadMoment(entry.Said, "applyUntil"))));
        facts.Add(new(t[terms.Listing is null ? "Lot.Opens" : "Lot.ListedUntil"], BeijingTime.Minute(terms.OpensAt)));
        if (terms.Format is not (Formats.Hall or Formats.Listed)) facts.Add(new(t["Notice.Ends"], BeijingTime.Minute(terms.FirstEnd)));
        facts.Add(new(c["Rules"], terms.Rules));
        if (!rehearsal) facts.Add(new(c["Contact"], c["ContactText", entry.Word("seller")].Value, true));
        yield return new FactList(facts);
        yield return new Check(entry.Address, c["Qr"], [new(c["Source"], ["SHA-256", Papers.Grouped(entry.Sha256)], true)]);
    }

    private static PaperFact PriorityOf(CatalogueModel.Entry entry, Texts texts) => new(
        texts.Own["Priority"],
        entry.Holders.Count == 0
            ? [texts.Own["PriorityNone"].Value]
            : [.. entry.Holders.Select(h => $"{h.Name} · {texts.Lots[$"Ground.{h.Ground}"].Value} · {texts.Lots[$"HolderAnswer.{h.Answer}"].Value}")],
        true);

    private static string IpOf(PublicIp ip, Texts texts) => string.Join(' ', new[]
    {
        texts.Achievements[$"IpKind.{ip.Kind}"].Value, ip.Number, ip.Title, ip.EndsOn is { } ends ? $"· {texts.Own["LifeEnds", BeijingTime.Day(ends)].Value}" : null,
    }.OfType<string>());
}
