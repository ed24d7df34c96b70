using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations.Mandates;

/// <summary>Other terms for a mandate that is not signed by both: the signatures given so far fall.</summary>
public sealed class MandateReviseModel(CurrentActor actor, MandateBook book, MarketplaceDb db, IServiceProvider services, IEnumerable<MandateSubjects> sources, TimeProvider clock) : PageModel
{
    [BindProperty]
    public MandateForm Form { get; set; } = new();

    [BindProperty]
    public Guid Command { get; set; }

    [BindProperty]
    public int Seen { get; set; }

    public MandateRow Row { get; private set; } = null!;
    public MandateFormView View { get; private set; } = null!;
    public Refusal? Refused { get; private set; }
    public string? Field { get; private set; }
    private MandateParty Party { get; set; }

    public async Task<IActionResult> OnGet(Guid id, CancellationToken cancellation)
    {
        if (await Open(id, cancellation) is { } refused) return refused;
        if (!Row.Read().IsOpen(clock.GetUtcNow())) return LocalRedirect($"/desk/mandates/{id}");
        Form = MandateForm.Of(Row.Read().Terms);
        (Command, Seen) = (Guid.CreateVersion7(), Row.Version);
        await Show(cancellation);
        return Page();
    }

    public async Task<IActionResult> OnPost(Guid id, CancellationToken cancellation)
    {
        if (await Open(id, cancellation) is { } refused) return refused;
        var terms = Form.Read(Row.Side, ModelState);
        var order = new MandateOrder(Command, Party, (await actor.Get(cancellation)).Person!.Value, actor.PersonName ?? "", Seen);
        var done = terms.Done ? await book.Change(id, order, MandateAct.Revise, cancellation, terms.Value) : Result<int>.Refuse(terms.Refusal.Value, terms.Detail);
        if (done.Done) return LocalRedirect($"/desk/mandates/{id}");
        (Refused, Field) = (done.Refusal, done.Detail);
        Command = Guid.CreateVersion7();
        await Show(cancellation);
        return Page();
    }

    private async Task<IActionResult?> Open(Guid id, CancellationToken cancellation)
    {
        await actor.Get(cancellation);
        var may = await actor.May(Act.KeepMandates, actor.Acting?.Organisation, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var mine = may.Value.Organisation;
        var row = await db.Set<MandateRow>().AsNoTracking().FirstOrDefaultAsync(m => m.Id == id && (m.Agency == mine || m.Client == mine), cancellation);
        if (row is null) return NotFound();
        (Row, Party) = (row, row.Agency == mine ? MandateParty.Agency : MandateParty.Client);
        ViewData["Demo"] = row.Demo;
        return null;
    }

    private async Task Show(CancellationToken cancellation)
    {
        ModelState.Clear();
        var source = sources.FirstOrDefault(s => s.Side == Row.Side);
        var subjects = source is null ? [] : await MandateBook.Nameable(db, services, source, Party, Row.Agency, Row.Client, Row.Read().Terms.Subjects, Days.Of(clock.GetUtcNow()), cancellation);
        View = new MandateFormView(Form, Row.Side, subjects, source is not null, await MandateBook.AreRelated(db, Row.Agency, Row.Client, cancellation), Refused, Field);
    }
}
