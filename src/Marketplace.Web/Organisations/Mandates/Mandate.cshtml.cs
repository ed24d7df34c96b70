using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations.Mandates;

/// <summary>One mandate for the two who sign it: the text, the signatures, what was done under it, how it ends.</summary>
public sealed class MandateModel(CurrentActor actor, MandateBook book, MarketplaceDb db, IServiceProvider services, IEnumerable<MandateSubjects> sources, IEnumerable<MandateWork> works, TimeProvider clock) : PageModel
{
    public sealed record Version(MandateVersionRow Row, string Person, IReadOnlyList<string> Changed);

    [BindProperty]
    public Guid Command { get; set; }

    [BindProperty]
    public int Seen { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public DateOnly? Day { get; set; }

    public MandateRow Row { get; private set; } = null!;
    public Mandate Mandate { get; private set; } = null!;
    public MandateParty Side { get; private set; }
    public string AgencyName { get; private set; } = "";
    public string ClientName { get; private set; } = "";
    public IReadOnlyList<MandateSubject> Subjects { get; private set; } = [];
    public IReadOnlyList<MandateDoing> Done { get; private set; } = [];
    public IReadOnlyDictionary<Guid, string> People { get; private set; } = new Dictionary<Guid, string>();
    public IReadOnlyList<Version> History { get; private set; } = [];
    public string? WorkRoute { get; private set; }

    /// <summary>Where the agency does what is about nothing the mandate names.</summary>
    public IReadOnlyList<MandateWork> Works { get; private set; } = [];
    public DateTimeOffset Now { get; private set; }

    /// <summary>Null when this person may sign; else what is missing.</summary>
    public Refusal? MaySign { get; private set; }

    public Refusal? Refused { get; private set; }

    /// <summary>The field the refusal is about.</summary>
    public string? RefusedField { get; private set; }

    public bool Waits => Mandate.IsOpen(Now) && Mandate.SignatureOf(Side) is null;
    public DateOnly Today => Days.Of(Now);

    public async Task<IActionResult> OnGet(Guid id, CancellationToken cancellation) => await Load(id, cancellation) ?? Page();

    public Task<IActionResult> OnPostSign(Guid id, CancellationToken cancellation) => Do(id, MandateAct.Sign, Act.SignMandate, cancellation);

    public Task<IActionResult> OnPostDecline(Guid id, CancellationToken cancellation) => Do(id, MandateAct.Decline, Act.KeepMandates, cancellation);

    public Task<IActionResult> OnPostWithdraw(Guid id, CancellationToken cancellation) => Do(id, MandateAct.Withdraw, Act.KeepMandates, cancellation);

    public Task<IActionResult> OnPostNotice(Guid id, CancellationToken cancellation) => Do(id, MandateAct.GiveNotice, Act.SignMandate, cancellation);

    public Task<IActionResult> OnPostAskEnd(Guid id, CancellationToken cancellation) => Do(id, MandateAct.ProposeEnd, Act.SignMandate, cancellation);

    public Task<IActionResult> OnPostAgreeEnd(Guid id, CancellationToken cancellation) => Do(id, MandateAct.AgreeEnd, Act.SignMandate, cancellation);

    private async Task<IActionResult> Do(Guid id, MandateAct what, Act asks, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        var may = await actor.May(asks, Side == MandateParty.Agency ? Row.Agency : Row.Client, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var order = new MandateOrder(Command, Side, (await actor.Get(cancellation)).Person!.Value, actor.PersonName ?? "", Seen);
        var done = await book.Change(id, order, what, cancellation, day: Day, reason: Reason);
        if (done.Done) return LocalRedirect($"/desk/mandates/{id}");
        (Refused, RefusedField) = (done.Refusal, done.Detail);
        Response.StatusCode = Shared.Refusals.StatusOf(done.Refusal.Value);
        return await Load(id, cancellation) ?? Page();
    }

    /// <summary>A mandate of others is one that does not exist.</summary>
    private async Task<IActionResult?> Load(Guid id, CancellationToken cancellation)
    {
        await actor.Get(cancellation);
        var row = await db.Set<MandateRow>().AsNoTracking().FirstOrDefaultAsync(m => m.Id == id, cancellation);
        var may = await actor.May(Act.KeepMandates, actor.Acting?.Organisation, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        if (row is null || (row.Agency != may.Value.Organisation && row.Client != may.Value.Organisation)) return NotFound();
        (Row, Mandate, Now) = (row, row.Read(), clock.GetUtcNow());
        Side = row.Agency == may.Value.Organisation ? MandateParty.Agency : MandateParty.Client;
        MaySign = (await actor.May(Act.SignMandate, may.Value.Organisation, cancellation)).Refusal;
        var names = await db.Set<Organisation>().AsNoTracking().Where(o => o.Id == row.Agency || o.Id == row.Client).ToDictionaryAsync(o => o.Id, o => o.Name, cancellation);
        (AgencyName, ClientName) = (names[row.Agency], names[row.Client]);
        if (sources.FirstOrDefault(s => s.Side == row.Side) is { } source)
        {
            if (!Mandate.Terms.Subjects.IsEmpty) Subjects = [.. (await source.Of(services, row.Client, true, cancellation)).Where(s => Mandate.Terms.Subjects.Contains(s.Id))];
            Done = await source.Done(services, row.Agency, row.Client, cancellation);
            if (Side == MandateParty.Agency && Mandate.IsActive(Today) && Mandate.Terms.Powers.Contains(source.Power)) WorkRoute = source.WorkRoute + row.Client;
        }

        foreach (var work in works.Where(w => w.Side == row.Side)) Done = [.. Done.Concat(await work.Done(services, row.Agency, row.Client, cancellation)).OrderByDescending(d => d.At)];
        if (Side == MandateParty.Agency && Mandate.IsActive(Today)) Works = [.. works.Where(w => w.Side == row.Side && Mandate.Terms.Powers.Contains(w.Power))];

        var versions = await db.Set<MandateVersionRow>().AsNoTracking().Where(v => v.Mandate == id).OrderBy(v => v.Number).ToListAsync(cancellation);
        var people = versions.Select(v => v.Person).Concat(Done.Select(d => d.Person)).Distinct().ToList();
        People = await db.Set<Person>().AsNoTracking().Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.DisplayName, cancellation);
        History = [.. versions.Select((v, i) => new Version(v, People.GetValueOrDefault(v.Person, "—"), i == 0 ? [] : Changed(Mandate.Read(versions[i - 1].Body).Terms, Mandate.Read(v.Body).Terms))).Reverse()];
        ViewData["Demo"] = row.Demo;
        if (Command == Guid.Empty || Refused is not null)
        {
            ModelState.Clear();
            (Command, Seen) = (Guid.CreateVersion7(), row.Version);
        }

        return null;
    }

    /// <summary>The names of the terms that differ.</summary>
    private static List<string> Changed(MandateTerms before, MandateTerms after)
    {
        var changed = new List<string>();
        if ((before.From, before.Until) != (after.From, after.Until)) changed.Add("Period");
        if (before.Exclusive != after.Exclusive) changed.Add("Kind");
        if (!before.Subjects.SequenceEqual(after.Subjects)) changed.Add("Scope");
        if (!before.Powers.SequenceEqual(after.Powers)) changed.Add("Powers");
        if (before.Fee != after.Fee) changed.Add("Fee");
        if (before.NoticeDays != after.NoticeDays) changed.Add("Notice");
        if (before.AllowsBothSides != after.AllowsBothSides) changed.Add("Both");
        if (before.Related != after.Related) changed.Add("Related");
        if (before.Note != after.Note) changed.Add("Note");
        return changed;
    }
}
