using System.Globalization;
using System.Text;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using MiniExcelLibs;

namespace Marketplace.Payments;

/// <summary>The desks' tables as files: the same rows, all of them, in the reader's language.</summary>
internal static class MoneyExport
{
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public static void Map(WebApplication app)
    {
        app.MapGet("/desk/payments/export.{format}", Own).ExcludeFromDescription();
        app.MapGet("/desk/account/export.{format}", Account).ExcludeFromDescription();
        app.MapGet("/desk/settlement/export.{format}", Operators).ExcludeFromDescription();
        app.MapGet("/desk/invoices/export.{format}", Invoices).ExcludeFromDescription();
        app.MapGet("/desk/account/letters/export.{format}", OwnLetters).ExcludeFromDescription();
        app.MapGet("/desk/guarantees/export.{format}", Letters).ExcludeFromDescription();
    }

    private static async Task<IResult> Own(string format, CurrentActor actor, MarketplaceDb db, Refusals refusals, IStringLocalizer<SettlementTexts> texts, CancellationToken cancellation)
    {
        var may = await actor.May(Act.ReadOwnAccount, cancellation: cancellation);
        if (!may.Done) return refusals.Problem(may.Refusal.Value);
        var me = may.Value.Organisation;
        var rows = await db.Set<ObligationRow>().AsNoTracking().Where(o => o.Debtor == me || o.Creditor == me).OrderBy(o => o.RaisedAt).ThenBy(o => o.Id).ToListAsync(cancellation);
        return Send(format, "payments", [.. rows.Select(r => Row(r, texts, (texts["Direction"], texts[r.Debtor == me ? "Direction.Out" : "Direction.In"])))], texts["Empty"]);
    }

    private static async Task<IResult> Operators(string format, CurrentActor actor, PrivilegedReads reads, MarketplaceDb db, Refusals refusals, IStringLocalizer<SettlementTexts> texts, CancellationToken cancellation)
    {
        var may = await actor.May(Act.OverseeSettlement, cancellation: cancellation);
        if (!may.Done) return refusals.Problem(may.Refusal.Value);
        await reads.Note((await actor.Get(cancellation)).Person!.Value, "settlement", "export", "settlement", cancellation);
        var books = DepositAccounts.BooksOf(may.Value.Demo);
        var rows = await db.Set<ObligationRow>().AsNoTracking().Where(o => books.Contains(o.Book)).OrderBy(o => o.Due).ThenBy(o => o.Id).ToListAsync(cancellation);
        return Send(format, "settlement", [.. rows.Select(r => Row(r, texts))], texts["Empty"]);
    }

    private static async Task<IResult> Invoices(string format, CurrentActor actor, MarketplaceDb db, Refusals refusals, IStringLocalizer<InvoiceTexts> texts, CancellationToken cancellation)
    {
        var desk = await InvoiceDesk.Of(actor, cancellation);
        if (!desk.Done) return refusals.Problem(desk.Refusal.Value);
        var (issuer, payer) = (desk.Value.Issuer, desk.Value.Organisation);
        var rows = await db.Set<InvoiceRow>().AsNoTracking().Where(i => i.Demo == desk.Value.Demo && (i.Issuer == issuer || i.Payer == payer)).OrderBy(i => i.IssuedAt).ThenBy(i => i.Id).ToListAsync(cancellation);
        return Send(
            format, "invoices",
            [
                .. rows.Select(r => new Dictionary<string, object?>
                {
                    [texts["Direction"]] = texts[r.Issuer == issuer ? "Direction.Issued" : "Direction.Received"].Value,
                    [texts["Number"]] = r.Number,
                    [texts["IssuedAt"]] = Show.Exact(r.IssuedAt),
                    [texts["About"]] = r.About,
                    [texts["What"]] = InvoicePaper.What(r, texts),
                    // Whom the market invoices stands on each paper, and reading that is noted.
                    [texts["Other"]] = desk.Value.IsMarket ? null : r.Issuer == issuer ? r.PayerName : r.IssuerName,
                    [texts["Treatment"]] = InvoicePaper.Treated(r.Treatment, r.RateBp, texts),
                    [texts["Net"]] = Yuan(r.NetFen),
                    [texts["Tax"]] = Yuan(r.TaxFen),
                    [texts["Gross"]] = Yuan(r.AmountFen),
                    [texts["TaxNumber"]] = r.TaxNumber,
                }),
            ],
            texts["None"]);
    }

    private static async Task<IResult> Account(string format, CurrentActor actor, MarketplaceDb db, Refusals refusals, IStringLocalizer<SettlementTexts> texts, IStringLocalizer<PaymentTexts> entries, CancellationToken cancellation)
    {
        var may = await actor.May(Act.ReadOwnAccount, cancellation: cancellation);
        if (!may.Done) return refusals.Problem(may.Refusal.Value);
        var me = may.Value.Organisation;
        var rows = await db.Set<StatementRow>().AsNoTracking().Where(s => s.Organisation == me).OrderBy(s => s.Book).ThenBy(s => s.Version).ToListAsync(cancellation);
        return Send(
            format, "account",
            [
                .. rows.Select(r => new Dictionary<string, object?>
                {
                    [entries["Account.In"]] = entries[DepositAccounts.IsOfCards(r.Book) ? "Account.OfCards" : "Account.OfCustodian"].Value,
                    [entries["Time"]] = Show.Exact(r.At),
                    [entries["Entry"]] = entries[$"Entry.{r.Type}"].Value,
                    [entries["About"]] = r.Auction ?? r.BankReference,
                    [entries["AmountYuan"]] = Yuan(r.AmountFen),
                    [entries["AvailableAfter"]] = Yuan(r.AvailableAfterFen),
                    [entries["FrozenAfter"]] = Yuan(r.FrozenAfterFen),
                }),
            ],
            texts["Empty"]);
    }

    private static async Task<IResult> OwnLetters(string format, CurrentActor actor, MarketplaceDb db, Refusals refusals, IStringLocalizer<GuaranteeTexts> texts, CancellationToken cancellation)
    {
        var may = await actor.May(Act.ReadOwnAccount, cancellation: cancellation);
        if (!may.Done) return refusals.Problem(may.Refusal.Value);
        var me = may.Value.Organisation;
        var rows = await db.Set<GuaranteeRow>().AsNoTracking().Where(g => g.Organisation == me).OrderBy(g => g.SubmittedAt).ThenBy(g => g.Id).ToListAsync(cancellation);
        return Send(format, "letters", [.. rows.Select(r => Row(r, texts))], texts["Export.None"]);
    }

    private static async Task<IResult> Letters(string format, CurrentActor actor, PrivilegedReads reads, MarketplaceDb db, Refusals refusals, IStringLocalizer<GuaranteeTexts> texts, CancellationToken cancellation)
    {
        var may = await actor.May(Act.ConfirmBankCredit, cancellation: cancellation);
        if (!may.Done) return refusals.Problem(may.Refusal.Value);
        await reads.Note((await actor.Get(cancellation)).Person!.Value, "bank", "export", "verification", cancellation);
        var book = DepositAccounts.BookOf(may.Value.Demo);
        var rows = await db.Set<GuaranteeRow>().AsNoTracking().Where(g => g.Book == book).OrderBy(g => g.SubmittedAt).ThenBy(g => g.Id).ToListAsync(cancellation);
        var owners = rows.Select(r => r.Organisation).Distinct().ToList();
        var names = await db.Set<Organisation>().AsNoTracking().Where(o => owners.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellation);
        return Send(format, "letters", [.. rows.Select(r => Row(r, texts, (texts["Organisation"], names[r.Organisation])))], texts["Export.None"]);
    }

    /// <summary>Nothing of what rests on it: that would tell of bids.</summary>
    private static Dictionary<string, object?> Row(GuaranteeRow row, IStringLocalizer texts, params ReadOnlySpan<(string Name, string Value)> first)
    {
        var cells = new Dictionary<string, object?>();
        foreach (var (name, value) in first) cells[name] = value;
        cells[texts["Issuer"]] = row.Issuer;
        cells[texts["Number"]] = row.Number;
        cells[texts["AmountYuan"]] = Yuan(row.AmountFen);
        cells[texts["ValidUntil"]] = row.ValidUntil.ToString("O");
        cells[texts["ReceivedAt"]] = Show.Exact(row.SubmittedAt);
        cells[texts["State"]] = texts[$"State.{row.State}"].Value;
        cells[texts["Reason"]] = row.RefusedBecause;
        cells[texts["Called"]] = Yuan(row.CalledFen);
        return cells;
    }

    private static Dictionary<string, object?> Row(ObligationRow row, IStringLocalizer texts, params ReadOnlySpan<(string Name, string Value)> first)
    {
        var cells = new Dictionary<string, object?>();
        foreach (var (name, value) in first) cells[name] = value;
        cells[texts["About"]] = row.About;
        cells[texts["Kind"]] = texts[$"Kind.{ObligationNames.Of(row.Kind)}"].Value;
        cells[texts["Due"]] = row.Release == ReleaseRule.OutOfPrice ? null : row.Due.ToString("O");
        cells[texts["Amount"]] = Yuan(row.AmountFen);
        cells[texts["Paid"]] = Yuan(row.PaidFen);
        cells[texts["Outstanding"]] = Yuan(row.OutstandingFen);
        cells[texts["Kept"]] = Yuan(row.KeptFen);
        cells[texts["Released"]] = Yuan(row.ReleasedFen);
        cells[texts["Refunded"]] = Yuan(row.RefundedFen);
        cells[texts["PaidAt"]] = row.PaidAt is { } at ? Show.Exact(at) : null;
        return cells;
    }

    private static decimal Yuan(long fen) => fen / 100m;

    /// <summary>A file of a desk, or 404 for a format that there is none of.</summary>
    internal static IResult Send(string format, string name, IReadOnlyList<Dictionary<string, object?>> rows, string empty)
    {
        if (format is not ("csv" or "xlsx")) return Results.NotFound();
        IReadOnlyList<Dictionary<string, object?>> said = rows.Count > 0 ? rows : [new Dictionary<string, object?> { [empty] = null }];
        var stream = new MemoryStream();
        if (format == "xlsx")
        {
            stream.SaveAs(said);
            return Results.File(stream.ToArray(), Xlsx, $"zjp-{name}.xlsx");
        }

        var text = new StringBuilder().AppendJoin(',', said[0].Keys.Select(Sheet.Cell)).Append("\r\n");
        foreach (var row in said) text.AppendJoin(',', row.Values.Select(v => v is decimal yuan ? yuan.ToString("0.00", CultureInfo.InvariantCulture) : Sheet.Cell(v?.ToString()))).Append("\r\n");
        // With the mark that tells a spreadsheet which script it is.
        return Results.File([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())], "text/csv; charset=utf-8", $"zjp-{name}.csv");
    }
}
