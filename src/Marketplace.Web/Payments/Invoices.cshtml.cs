using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>Papers of one side, as a list shows them.</summary>
/// <param name="Refunded">Of which papers how much went back and is in no red one.</param>
/// <param name="Left">What red papers have not taken back of each.</param>
public sealed record InvoiceList(
    IReadOnlyList<InvoiceRow> Rows, bool Mine, bool ShowsOther, IReadOnlyDictionary<Guid, long> Refunded, IReadOnlyDictionary<Guid, long> Left, IReadOnlyDictionary<Guid, InvoiceRow> Corrected,
    DateTimeOffset Now, (Guid About, Refusal Refusal, string? Typed)? Fault)
{
    public Guid NewId() => Guid.CreateVersion7(Now);
}

/// <summary>发票: what this side has to make out, has made out and has received.</summary>
public sealed class InvoicesModel(CurrentActor actor, Invoices invoices, MarketplaceDb db, TimeProvider clock) : PageModel
{
    public const int Shown = 200;

    private const char Between = '-';

    public InvoiceDesk Desk { get; private set; } = null!;

    public bool MayIssue { get; private set; }

    public IReadOnlyList<Invoiceable> Open { get; private set; } = [];

    public InvoiceList Issued { get; private set; } = null!;

    public InvoiceList Received { get; private set; } = null!;

    public bool More { get; private set; }

    public DateTimeOffset Now { get; private set; }

    /// <summary>What was refused last, of which obligation or paper, and what had been typed.</summary>
    public (Guid About, Refusal Refusal, string? Typed)? Fault { get; private set; }

    /// <summary>The choice that was sent with it.</summary>
    public string? Chosen { get; private set; }

    /// <summary>What was refused, where its row is not among those shown.</summary>
    public Refusal? Elsewhere { get; private set; }

    public Guid NewId() => Guid.CreateVersion7(Now);

    /// <summary>How a sum of this side can be invoiced, as the form sends it.</summary>
    public IEnumerable<(string Value, TaxTreatment Treatment, int RateBp)> Choices(Invoiceable open)
    {
        if (Invoicing.IsTechnology(open.Row.Kind)) yield return (nameof(TaxTreatment.Exempt), TaxTreatment.Exempt, 0);
        if (Invoicing.IsTechnology(open.Row.Kind) && open.Sale is { TaxIncluded: false }) yield break;
        foreach (var rate in Invoicing.RatesOf(Desk.IsMarket, Days.Of(Now)))
        {
            foreach (var treatment in open.PayerAbroad ? [TaxTreatment.Ordinary] : new[] { TaxTreatment.Ordinary, TaxTreatment.Special }) yield return ($"{treatment}{Between}{rate}", treatment, rate);
        }
    }

    /// <summary>What the form begins with: as announced, exempt where it can be, otherwise with the tax.</summary>
    public string ChoiceOf(Invoiceable open) =>
        Fault is { } fault && fault.About == open.Row.Id && Chosen is { } chosen ? chosen
        : (open.Special || Desk.IsMarket) && !open.PayerAbroad ? $"{TaxTreatment.Special}{Between}{Invoicing.GeneralBp}"
        : open.Sale?.RegistrationSha256 is not null && Invoicing.IsTechnology(open.Row.Kind) ? nameof(TaxTreatment.Exempt)
        : $"{TaxTreatment.Ordinary}{Between}{Invoicing.GeneralBp}";

    public async Task<IActionResult> OnGet(CancellationToken cancellation) => await Enter(cancellation) ?? await Show(cancellation);

    public async Task<IActionResult> OnPostIssue(Guid invoice, Guid obligation, long fen, string? choice, string? registration, CancellationToken cancellation)
    {
        if (await Enter(cancellation) is { } refused) return refused;
        // Who may not know of it learns the same as for one that does not exist.
        if (await invoices.Obligation(obligation, cancellation) is not { } row || !await InvoiceDesk.Issues(actor, row.Book, row.Creditor, cancellation)) return this.Refused(Refusal.UnknownObligation);
        var (treatment, rate) = Read(choice);
        var order = new InvoiceOrder(invoice, obligation, treatment, rate, treatment == TaxTreatment.Exempt || !string.IsNullOrWhiteSpace(registration) ? registration : null, fen);
        Chosen = choice;
        return await Answer(obligation, registration, await invoices.Issue(order, (await actor.Get(cancellation)).Person!.Value, cancellation), cancellation);
    }

    public Task<IActionResult> OnPostRed(Guid invoice, Guid corrects, RedReason reason, long fen, CancellationToken cancellation) =>
        On(corrects, null, by => invoices.Redden(invoice, corrects, reason, fen, by, cancellation), cancellation);

    public Task<IActionResult> OnPostNumber(Guid invoice, string? number, CancellationToken cancellation) =>
        On(invoice, number, by => invoices.Number(invoice, number, by, cancellation), cancellation);

    private async Task<IActionResult> On(Guid paper, string? typed, Func<Guid, Task<Result<InvoiceRow>>> act, CancellationToken cancellation)
    {
        if (await Enter(cancellation) is { } refused) return refused;
        if (await invoices.Find(paper, cancellation) is not { } row || !await InvoiceDesk.Issues(actor, row.Book, row.Issuer == InvoiceRow.Market ? null : row.Issuer, cancellation)) return this.Refused(Refusal.UnknownInvoice);
        return await Answer(paper, typed, await act((await actor.Get(cancellation)).Person!.Value), cancellation);
    }

    private async Task<IActionResult> Answer(Guid about, string? typed, Result<InvoiceRow> answer, CancellationToken cancellation)
    {
        if (answer.Done) return LocalRedirect($"/desk/invoices#p-{answer.Value.Id}");
        Fault = (about, answer.Refusal.Value, typed);
        return await Show(cancellation);
    }

    private static (TaxTreatment Treatment, int RateBp) Read(string? choice)
    {
        var parts = (choice ?? "").Split(Between);
        var rate = 0;
        return Enum.TryParse<TaxTreatment>(parts[0], out var treatment) && (parts.Length == 1 || int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out rate)) ? (treatment, rate) : ((TaxTreatment)(-1), 0);
    }

    private async Task<IActionResult?> Enter(CancellationToken cancellation)
    {
        var desk = await InvoiceDesk.Of(actor, cancellation);
        if (!desk.Done) return this.Refused(desk.Refusal.Value);
        (Desk, Now) = (desk.Value, clock.GetUtcNow());
        MayIssue = await InvoiceDesk.Issues(actor, DepositAccounts.BookOf(Desk.Demo), Desk.Creditor, cancellation);
        return null;
    }

    private async Task<IActionResult> Show(CancellationToken cancellation)
    {
        Open = await invoices.Open(Desk.Demo, Desk.Creditor, cancellation);
        var papers = db.Set<InvoiceRow>().AsNoTracking().Where(i => i.Demo == Desk.Demo);
        Issued = await List(papers.Where(i => i.Issuer == Desk.Issuer), mine: true, cancellation);
        Received = await List(papers.Where(i => Desk.Organisation != null && i.Payer == Desk.Organisation), mine: false, cancellation);
        if (Fault is { } fault && Open.All(o => o.Row.Id != fault.About) && Issued.Rows.All(i => i.Id != fault.About)) Elsewhere = fault.Refusal;
        return Page();
    }

    private async Task<InvoiceList> List(IQueryable<InvoiceRow> of, bool mine, CancellationToken cancellation)
    {
        var rows = await of.OrderByDescending(i => i.Year).ThenByDescending(i => i.IssuedAt).ThenByDescending(i => i.Ordinal).Take(Shown + 1).ToListAsync(cancellation);
        More |= rows.Count > Shown;
        List<InvoiceRow> shown = [.. rows.Take(Shown)];
        var ids = shown.ConvertAll(r => r.Id);
        var taken = await db.Set<InvoiceRow>().Where(i => i.Corrects != null && ids.Contains(i.Corrects.Value)).GroupBy(i => i.Corrects!.Value).Select(g => new { g.Key, Fen = g.Sum(i => i.AmountFen) }).ToDictionaryAsync(g => g.Key, g => g.Fen, cancellation);
        var blues = shown.Select(r => r.Corrects).OfType<Guid>().ToList();
        var corrected = await db.Set<InvoiceRow>().AsNoTracking().Where(i => blues.Contains(i.Id)).ToDictionaryAsync(i => i.Id, cancellation);
        var refunded = mine ? await invoices.ToRedden(Desk.Demo, Desk.Creditor, cancellation) : new Dictionary<Guid, long>();
        return new InvoiceList(
            shown, mine && MayIssue, !Desk.IsMarket, refunded, shown.Where(r => !r.IsRed).ToDictionary(r => r.Id, r => r.AmountFen + taken.GetValueOrDefault(r.Id)), corrected, Now, Fault);
    }
}
