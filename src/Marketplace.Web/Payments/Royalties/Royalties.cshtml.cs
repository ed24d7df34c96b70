using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments.Royalties;

/// <summary>提成: what is agreed, declared, found and owed, and what the reader's side has to do; for the two parties of the deal.</summary>
public sealed class RoyaltiesModel(
    CurrentActor actor, RoyaltyAgreements agreements, FileStore files, MarketplaceDb db, Obligations obligations, OwedViews owedViews, TimeProvider clock) : PageModel
{
    public FoundRoyalties Found { get; private set; } = null!;

    public BeginRoyalties Terms => Found.Terms;

    public RoyaltyAccount Account => Found.Account;

    public RoyaltyAgreement Royalties => Found.Royalties;

    public RoyaltySide Side { get; private set; }

    public DateTimeOffset Now { get; private set; }

    public IReadOnlyList<PeriodView> Periods { get; private set; } = [];

    /// <summary>Names of persons and organisations that the page shows.</summary>
    public IReadOnlyDictionary<Guid, string> Names { get; private set; } = new Dictionary<Guid, string>();

    /// <summary>What the charges made owed; null before anything was.</summary>
    public OwedView? Owed { get; private set; }

    public long PaidFen { get; private set; }

    /// <summary>The reader may declare, ask and report for its side.</summary>
    public bool MayDo { get; private set; }

    /// <summary>The reader may bind the buyer to a report; shown the button too before it has shown its second factor.</summary>
    public bool MayAccept { get; private set; }

    /// <summary>The form that was refused, why, and in which field.</summary>
    public (string Form, Refusal Refusal, string? Field)? Fault { get; private set; }

    public bool IsBuyer => Side == RoyaltySide.Buyer;

    /// <summary>The periods that may be declared or corrected, what is not declared first.</summary>
    public IEnumerable<PeriodView> Declarable => Royalties.Ended is null
        ? Periods.Where(p => p.State is PeriodState.Due or PeriodState.Late or PeriodState.Declared).OrderBy(p => p.State is PeriodState.Declared).ThenBy(p => p.Period.Number)
        : [];

    /// <summary>The periods whose books may be asked for: over, and not seen before.</summary>
    public IEnumerable<PeriodView> Inspectable => Periods.Where(p => p.State is PeriodState.Late or PeriodState.Declared);

    /// <summary>The first day that the inspection may be on.</summary>
    public DateOnly EarliestDay => Days.After(Days.Of(Account.Inspection!.AskedAt), Terms.Terms.NoticeDays);

    /// <summary>A new id for each form, so that sending it twice does it once; the same after a refusal, unless the id was used for something else.</summary>
    public string FormId(string form) => Fault?.Refusal is not Refusal.CommandIdReused && Typed(form, "id") is { } same ? same : Guid.CreateVersion7(Now).ToString();

    /// <summary>What was typed into a form that was refused.</summary>
    public string? Typed(string form, string field, int at = 0) => Fault?.Form == form && Request.HasFormContentType && Request.Form[field] is { Count: var count } said && at < count ? said[at] : null;

    public Refusal? Of(string form, string field) => Fault is { } fault && fault.Form == form && fault.Field == field ? fault.Refusal : null;

    /// <summary>What is wrong with a form and belongs to no field of it.</summary>
    public Refusal? Whole(string form, params string[] fields) => Fault is { } fault && fault.Form == form && (fault.Field is null || !fields.Contains(fault.Field)) ? fault.Refusal : null;

    public string NameOf(Guid id) => Names.GetValueOrDefault(id, "—");

    public async Task<IActionResult> OnGet(string auction, CancellationToken cancellation) => await Enter(auction, cancellation) ?? await Show(cancellation);

    /// <summary>The buyer declares a period, or corrects it.</summary>
    public Task<IActionResult> OnPostDeclare(string auction, Guid id, int period, string? @base, string? note, IFormFile? file, CancellationToken cancellation) => Do(
        auction, "Declare", RoyaltySide.Buyer, Act.DoDealStep,
        async by =>
        {
            var amount = RoyaltyWords.ReadBase(Terms.Terms, @base);
            if (!amount.Done) return Refused(amount);
            var kept = await Keep(file, cancellation);
            if (kept is { Done: false }) return Result<Nothing>.Refuse(kept.Value.Refusal.Value, "file");
            return await agreements.Declare(auction, new PeriodDeclared(id, period, amount.Value, string.IsNullOrWhiteSpace(note) ? null : note.Trim(), kept?.Value.Sha256, kept?.Value.FileName, by));
        },
        cancellation);

    /// <summary>The seller wants to see the books.</summary>
    public Task<IActionResult> OnPostAsk(string auction, Guid id, int first, int last, CancellationToken cancellation) =>
        Do(auction, "Ask", RoyaltySide.Seller, Act.DoDealStep, by => agreements.Request(auction, new InspectionRequested(id, first, last, by)), cancellation);

    public Task<IActionResult> OnPostDay(string auction, Guid id, Guid inspection, DateOnly? day, CancellationToken cancellation) => Do(
        auction, "Day", RoyaltySide.Seller, Act.DoDealStep,
        async by => day is { } set ? await agreements.SetDay(auction, new InspectionDaySet(id, inspection, set, by)) : Result<Nothing>.Refuse(Refusal.Required, "day"),
        cancellation);

    public Task<IActionResult> OnPostReport(string auction, Guid id, Guid inspection, string?[] found, IFormFile? file, CancellationToken cancellation) => Do(
        auction, "Report", RoyaltySide.Seller, Act.DoDealStep,
        async by =>
        {
            var read = ReadFound(Terms.Terms, found);
            if (!read.Done) return Refused(read);
            var kept = await Keep(file, cancellation);
            if (kept is not { Done: true, Value: var report }) return Result<Nothing>.Refuse(kept?.Refusal ?? Refusal.Required, "file");
            return await agreements.Report(auction, new InspectionFound(id, inspection, read.Value, report.Sha256, report.FileName, by));
        },
        cancellation);

    public Task<IActionResult> OnPostGiveUp(string auction, Guid inspection, CancellationToken cancellation) =>
        Do(auction, "GiveUp", RoyaltySide.Seller, Act.DoDealStep, by => agreements.GiveUp(auction, new InspectionGivenUp(inspection, by)), cancellation);

    /// <summary>The buyer owes what that report says: its owner or signatory alone, with the second factor.</summary>
    public Task<IActionResult> OnPostAccept(string auction, Guid inspection, Guid report, CancellationToken cancellation) =>
        Do(auction, "Answer", RoyaltySide.Buyer, Act.AgreeRelease, by => agreements.Accept(auction, new ReportAccepted(inspection, report, by)), cancellation);

    public Task<IActionResult> OnPostDispute(string auction, Guid inspection, Guid report, string? reason, CancellationToken cancellation) =>
        Do(auction, "Answer", RoyaltySide.Buyer, Act.DoDealStep, by => agreements.Dispute(auction, new ReportDisputed(inspection, report, reason?.Trim() ?? "", by)), cancellation);

    /// <summary>One base after the other.</summary>
    internal static Result<ImmutableArray<long>> ReadFound(RoyaltyTerms terms, IReadOnlyCollection<string?> typed)
    {
        var read = typed.Select(of => RoyaltyWords.ReadBase(terms, of)).ToList();
        return read.FindIndex(of => !of.Done) is >= 0 and var wrong
            ? Result<ImmutableArray<long>>.Refuse(read[wrong].Refusal!.Value, $"found{wrong}")
            : Result<ImmutableArray<long>>.Of([.. read.Select(of => of.Value)]);
    }

    private static Result<Nothing> Refused<T>(Result<T> answer) => Result<Nothing>.Refuse(answer.Refusal!.Value, answer.Detail);

    private async Task<Result<KeptFile>?> Keep(IFormFile? file, CancellationToken cancellation)
    {
        if (file is null || file.Length == 0) return null;
        await using var content = file.OpenReadStream();
        return await files.Keep(content, file.FileName, cancellation);
    }

    private async Task<IActionResult> Do(string auction, string form, RoyaltySide side, Act act, Func<Guid, Task<Result<Nothing>>> what, CancellationToken cancellation)
    {
        if (await Enter(auction, cancellation) is { } refused) return refused;
        if (Side != side) return this.Refused(Refusal.NotAllowed);
        var may = await actor.May(act, RoyaltyAccess.OrganisationOf(Terms, side), cancellation);
        if (!may.Done && may.Refusal != Refusal.SecondFactorRequired) return this.Refused(may.Refusal.Value);
        var done = may.Done ? await what((await actor.Get(cancellation)).Person!.Value) : Result<Nothing>.Refuse(may.Refusal.Value);
        if (done.Done) return LocalRedirect($"/deals/{auction}/royalties#{(form == "Declare" ? "periods" : "inspection")}");
        Fault = (form, done.Refusal.Value, done.Detail);
        // What is shown beside the refusal is what stands now.
        return await Enter(auction, cancellation) ?? await Show(cancellation);
    }

    private async Task<IActionResult?> Enter(string auction, CancellationToken cancellation)
    {
        Now = clock.GetUtcNow();
        // Who may not know of it learns the same as for a deal that does not exist.
        var access = await RoyaltyAccess.Of(actor, agreements, auction, cancellation);
        if (!access.Done) return this.Refused(access.Refusal.Value);
        (Found, Side) = (access.Value.Found, access.Value.Side);
        return null;
    }

    private async Task<IActionResult> Show(CancellationToken cancellation)
    {
        var owner = RoyaltyAccess.OrganisationOf(Terms, Side);
        MayDo = (await actor.May(Act.DoDealStep, owner, cancellation)).Done;
        MayAccept = IsBuyer && await actor.May(Act.AgreeRelease, owner, cancellation) is { Done: true } or { Refusal: Refusal.SecondFactorRequired };
        Periods = [.. RoyaltyWords.Periods(Found, Now)];
        var owed = (await obligations.About(Terms.Deal, cancellation)).Where(o => o.Kind == ObligationKind.Royalty).ToList();
        PaidFen = owed.Sum(o => o.PaidFen);
        if (owed.Count > 0) Owed = await owedViews.Of(owed, owner, back: $"/deals/{Terms.Deal}/royalties#owed", cancellation: cancellation);
        Names = await NamesOf(cancellation);
        return Page();
    }

    private async Task<IReadOnlyDictionary<Guid, string>> NamesOf(CancellationToken cancellation)
    {
        // Operators who entered a judgment act for the market and are not named to the parties.
        var people = Royalties.History.Select(s => RoyaltyHistory.ByOf(s.Fact)).OfType<Guid>().Distinct().ToList();
        var names = await db.Set<Person>().AsNoTracking().Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.DisplayName, cancellation);
        foreach (var party in await db.Set<Organisation>().AsNoTracking().Where(o => o.Id == Terms.Seller || o.Id == Terms.Buyer).Select(o => new { o.Id, o.Name }).ToListAsync(cancellation)) names[party.Id] = party.Name;
        return names;
    }
}
