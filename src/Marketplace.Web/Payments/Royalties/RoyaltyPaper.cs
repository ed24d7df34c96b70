using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Documents;
using Marketplace.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Payments.Royalties;

/// <summary>提成结算单 on paper, of one period or of all: for the two parties, resting on the last line of their record.</summary>
internal static class RoyaltyPaper
{
    public static async Task<IResult> Send(
        string auction, int? period, RoyaltyAgreements agreements, CurrentActor actor, MarketplaceDb db, Refusals refusals, Papers papers, IStringLocalizer<RoyaltyTexts> texts, CancellationToken cancellation)
    {
        var access = await RoyaltyAccess.Of(actor, agreements, auction, cancellation);
        if (!access.Done) return refusals.Problem(access.Refusal.Value);
        var found = access.Value.Found;
        if (period is { } number && found.Account.Period(number) is null) return refusals.Problem(Refusal.NotFound);
        var parties = new[] { found.Terms.Seller, found.Terms.Buyer };
        var names = await db.Set<Organisation>().AsNoTracking().Where(o => parties.Contains(o.Id)).ToDictionaryAsync(o => o.Id, cancellation);
        return await Papers.Send(Of(found, period, names[found.Terms.Seller], names[found.Terms.Buyer], papers, texts), cancellation);
    }

    private static Paper Of(FoundRoyalties found, int? period, Organisation seller, Organisation buyer, Papers papers, IStringLocalizer texts)
    {
        var (terms, account) = (found.Terms, found.Account);
        // The moment of the record and not of printing: what stands in it is the same whenever it is printed.
        var at = found.Royalties.History[^1].At;
        string Code(Organisation organisation) => $"{texts[organisation.IsAbroad ? "RegistryNumber" : "Uscc"].Value} {organisation.ShownCode}";
        List<PaperFact> facts =
        [
            new(texts["Lot"], terms.Title, true),
            new(texts["Side.Seller"], [seller.Name, Code(seller)], true),
            new(texts["Side.Buyer"], [buyer.Name, Code(buyer)], true),
            new(texts["Paper.At"], Show.Exact(at), true),
            .. RoyaltyWords.Terms(terms.Terms, texts).Select(term => new PaperFact(term.Label, term.Value, true)),
        ];
        var shown = RoyaltyWords.Periods(found, at).Where(p => period is null ? p.Base is not null || p.State is PeriodState.Due or PeriodState.Late : p.Period.Number == period).ToList();
        var charges = account.Charges.Select((charge, i) => (Number: i + 1, Charge: charge)).Where(c => period is null || c.Charge.Period == period).ToList();
        var sum = shown.Sum(p => p.ComesToFen);
        List<Block> blocks =
        [
            new FactList(facts),
            new Heading(texts["Periods"]),
            new Grid(
                [
                    new GridColumn(texts["Period"], 1), new GridColumn(texts["Period.Days"], 4), new GridColumn(texts[$"Base.Head.{terms.Terms.Base}"], 3, Right: true), new GridColumn(texts["ComesTo"], 2.6, Right: true),
                    new GridColumn(texts["State"], 2),
                ],
                [
                    .. shown.Select(p => (IReadOnlyList<string>)[
                        p.Period.Number.ToString(CultureInfo.InvariantCulture), RoyaltyWords.Span(p.Period), p.Base is { } of ? RoyaltyWords.Base(terms.Terms, of) : "—", Fen.Exact(p.ComesToFen), texts[$"State.{p.State}"].Value]),
                ]),
            new Sum(texts["ComesTo"], $"¥{Fen.Exact(sum)}", Fen.Capital(sum)),
        ];
        if (charges.Count > 0)
        {
            blocks.Add(new Heading(texts["Charges"]));
            blocks.Add(new Grid(
                [new GridColumn(texts["At"], 3), new GridColumn(texts["Charge.For"], 3), new GridColumn(texts["PayBy"], 2), new GridColumn(texts["Amount"], 2.4, Right: true)],
                [.. charges.Select(c => (IReadOnlyList<string>)[Show.Exact(c.Charge.At), For(c.Charge, texts), RoyaltyWords.Day(c.Charge.Due), Fen.Exact(c.Charge.AmountFen)])]));
        }

        if (period is null && account.CreditFen > 0) blocks.Add(new Prose(texts["Credit.Says", Fen.Exact(account.CreditFen)]));
        blocks.Add(new Prose(texts["Paper.NoInvoice"], Soft: true));
        var name = period is { } number ? $"{terms.Deal} {number}" : terms.Deal;
        return papers.Of(texts["Paper"], name, at, terms.Demo, blocks) with { Under = texts["Paper.Law"], Hash = found.Head };
    }

    /// <summary>What a charge is for.</summary>
    public static string For(RoyaltyCharge charge, IStringLocalizer texts) => charge.Period is { } period ? texts["Charge.Period", period].Value : texts["Charge.Inspection"].Value;
}
