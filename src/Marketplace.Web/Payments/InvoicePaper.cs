using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Platform.Documents;
using Marketplace.Shared;
using Microsoft.Extensions.Localization;

namespace Marketplace.Payments;

/// <summary>As whom somebody looks at invoices: an organisation at its own, an operator at the market's.</summary>
/// <param name="Issuer">As papers name it.</param>
/// <param name="Organisation">Whose payments are invoiced; null for the market, which pays nobody.</param>
public sealed record InvoiceDesk(bool Demo, Guid Issuer, Guid? Organisation)
{
    public bool IsMarket => Organisation is null;

    /// <summary>As obligations name whom they are owed.</summary>
    public Guid? Creditor => Organisation;

    public static async Task<Result<InvoiceDesk>> Of(CurrentActor actor, CancellationToken cancellation)
    {
        var own = await actor.May(Act.ReadOwnAccount, cancellation: cancellation);
        if (own.Done) return new InvoiceDesk(own.Value.Demo, own.Value.Organisation, own.Value.Organisation);
        return (await actor.May(Act.OverseeSettlement, cancellation: cancellation)) is { Done: true, Value: var member }
            ? new InvoiceDesk(member.Demo, InvoiceRow.Market, null)
            : own.Refusal.Value;
    }

    /// <summary>Who may make out papers of an issuer: the market for null.</summary>
    public static async Task<bool> Issues(CurrentActor actor, string book, Guid? issuer, CancellationToken cancellation) => issuer is { } organisation
        ? (await actor.May(Act.IssueInvoice, organisation, cancellation)).Done
        : await actor.May(Act.OverseeSettlement, cancellation: cancellation) is { Done: true, Value: var member } && member.Demo == DepositAccounts.IsOfDemo(book);

    /// <summary>Who may read a paper: its two sides.</summary>
    public static async Task<bool> Reads(CurrentActor actor, InvoiceRow row, CancellationToken cancellation) =>
        (await actor.May(Act.ReadOwnAccount, row.Payer, cancellation)).Done
        || (row.Issuer == InvoiceRow.Market ? await Issues(actor, row.Book, null, cancellation) : (await actor.May(Act.ReadOwnAccount, row.Issuer, cancellation)).Done);
}

/// <summary>开票单 on paper: what the 数电票 is made from, and what it rests on.</summary>
internal static class InvoicePaper
{
    public static void Map(WebApplication app) => app.MapGet("/desk/invoices/{id:guid}.pdf", Send).ExcludeFromDescription();

    /// <summary>技术转让费, 交易服务费, … and what the deal is about.</summary>
    public static string What(InvoiceRow row, IStringLocalizer texts) =>
        $"{texts[row.Contract is { } contract && row.Kind == ObligationKind.Price ? $"What.price.{contract}" : $"What.{ObligationNames.Of(row.Kind)}"].Value} · {row.Title}";

    public static string Treated(TaxTreatment treatment, int rateBp, IStringLocalizer texts) =>
        treatment == TaxTreatment.Exempt ? texts["Treatment.Exempt"].Value : $"{Rate(rateBp)} · {texts[$"Treatment.{treatment}"].Value}";

    public static string Rate(int rateBp) => string.Create(CultureInfo.InvariantCulture, $"{rateBp / 100m:0.##}%");

    private static async Task<IResult> Send(
        Guid id, Invoices invoices, CurrentActor actor, PrivilegedReads reads, Refusals refusals, Papers papers, IStringLocalizer<InvoiceTexts> texts, CancellationToken cancellation)
    {
        var who = await actor.Get(cancellation);
        if (!who.SignedIn) return refusals.Problem(Refusal.NotSignedIn);
        // Who may not know of it learns the same as for one that does not exist.
        if (await invoices.Find(id, cancellation) is not { } row || !await InvoiceDesk.Reads(actor, row, cancellation)) return refusals.Problem(Refusal.UnknownInvoice);
        // It names who paid, which the operator's lists do not.
        if (row.Issuer == InvoiceRow.Market && !(await actor.May(Act.ReadOwnAccount, row.Payer, cancellation)).Done) await reads.Note(who.Person!.Value, "invoice", row.About, "settlement", cancellation);
        var corrected = row.Corrects is { } blue ? await invoices.Find(blue, cancellation) : null;
        return await Papers.Send(Of(row, corrected, await invoices.Grounds(row, cancellation), papers, texts), cancellation);
    }

    private static Paper Of(InvoiceRow row, InvoiceRow? corrected, IReadOnlyList<(ObligationEventRow Event, string? Line)> grounds, Papers papers, IStringLocalizer texts)
    {
        string Code(string code) => $"{texts[code.Length == Uscc.Length && !code.Contains(' ', StringComparison.Ordinal) ? "Uscc" : "RegistryNumber"].Value} {code}";
        List<PaperFact> facts =
        [
            new(texts["Issuer"], [row.IssuerName, Code(row.IssuerCode)], true),
            new(texts["Payer"], [row.PayerName, Code(row.PayerCode)], true),
            new(texts["Number"], row.Number),
            new(texts["IssuedOn"], Days.Of(row.IssuedAt).ToString("O", CultureInfo.InvariantCulture)),
            new(texts["About"], row.About, true),
            new(texts["Treatment"], Treated(row.Treatment, row.RateBp, texts), true),
        ];
        if (row.Registration is { } registration) facts.Add(new(texts["Registration"], registration, true));
        if (row.RegistrationSha256 is { } file) facts.Add(new(texts["Registration.File"], [Papers.Grouped(file), "SHA-256"], true));
        if (corrected is not null) facts.Add(new(texts["Corrects"], $"{corrected.Number} · {texts[$"Reason.{row.Reason}"].Value}", true));
        if (corrected?.TaxNumber is { } taken) facts.Add(new(texts["Corrects.TaxNumber"], taken, true));
        facts.Add(new(texts["TaxNumber"], row.TaxNumber ?? texts["TaxNumber.Waiting"].Value, true));
        string figure = Signed(row.AmountFen);
        return papers.Of(texts[row.IsRed ? "Paper.Red" : "Paper"], row.Number, row.IssuedAt, row.Demo,
        [
            new FactList(facts),
            new Grid(
                [new GridColumn(texts["What"], 5), new GridColumn(texts["Net"], 2, Right: true), new GridColumn(texts["RateHead"], 1.4, Right: true), new GridColumn(texts["Tax"], 2, Right: true)],
                [[What(row, texts), Fen.Exact(row.NetFen), row.Treatment == TaxTreatment.Exempt ? texts["Exempt"].Value : Rate(row.RateBp), row.Treatment == TaxTreatment.Exempt ? "***" : Fen.Exact(row.TaxFen)]]),
            new Sum(texts["Gross"], figure, row.IsRed ? $"（负数）{Fen.Capital(-row.AmountFen)}" : Fen.Capital(row.AmountFen)),
            new Prose(texts[$"Law.{row.Treatment}"]),
            new Heading(texts["Grounds"]),
            new Grid(
                [new GridColumn(texts["At"], 2.2), new GridColumn(texts["Event"], 2), new GridColumn(texts["Amount"], 2, Right: true), new GridColumn(texts["Line"], 5, Soft: true)],
                [.. grounds.Select(g => (IReadOnlyList<string>)[
                    g.Event.At.ToOffset(Instant.Beijing).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                    texts[g.Event.Obligation == row.Obligation ? $"Event.{g.Event.Type}" : "Event.restitution"].Value,
                    Fen.Exact(g.Event.AmountFen), Papers.Grouped(g.Line ?? "")])]),
            new Prose(texts["Paper.NoInvoice"], Soft: true),
        ]);
    }

    private static string Signed(long fen) => fen < 0 ? $"−¥{Fen.Exact(-fen)}" : $"¥{Fen.Exact(fen)}";
}
