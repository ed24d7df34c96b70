using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demands;

/// <summary>The edit form of one demand with its gates and its reveal settings. Nothing typed is lost when something is refused.</summary>
public sealed class EditModel(MarketplaceDb db, CurrentActor actor, IGrainFactory grains, TimeProvider clock) : EditPage
{
    [BindProperty]
    public DemandForm Form { get; set; } = new();

    public Demand Row { get; private set; } = null!;

    public DemandContent Working { get; private set; } = new();

    public ImmutableArray<DemandGate> Gates { get; private set; } = [];

    /// <summary>Why the operator or a broker gave it back last, while that is the last word.</summary>
    public DemandVersion? Returned { get; private set; }

    public ShownGrade? Graded { get; private set; }

    public bool IsDraft => Row.State == DemandState.Draft;

    /// <summary>Published and open: changes go to the review desk.</summary>
    public bool IsOpen => Row is { State: DemandState.Published, ChangeWaits: false };

    public bool CanWithdraw => DemandLifecycle.Next(Row.Kind, Row.Standing, DemandAct.Withdraw).Done;

    public bool CanReveal => DemandLifecycle.Next(Row.Kind, Row.Standing, DemandAct.SetReveal).Done;

    private Membership _member = null!;
    private Guid _person;
    private string[] _blocked = [];

    /// <summary>What the form was filled from: sent twice, it reads the same, though what it wrote stands already.</summary>
    private DemandContent _known = new();

    public async Task<IActionResult> OnGet(Guid id, CancellationToken cancellation)
    {
        if (await Open(id, cancellation) is { } refused) return refused;
        Form = DemandForm.Of(Working, Row.Reveal, _blocked);
        return await Show(cancellation);
    }

    /// <summary>More blank rows in each list, without losing what stands there.</summary>
    public async Task<IActionResult> OnPostMore(Guid id, CancellationToken cancellation)
    {
        if (await Open(id, cancellation) is { } refused) return refused;
        if (IsDraft || IsOpen) Working = Form.Read(_known, []);
        else Form.Compact();
        return await Show(cancellation);
    }

    public Task<IActionResult> OnPostSave(Guid id, CancellationToken cancellation) => Save(id, submit: false, cancellation);

    public Task<IActionResult> OnPostSubmit(Guid id, CancellationToken cancellation) => Save(id, submit: true, cancellation);

    public async Task<IActionResult> OnPostWithdraw(Guid id, CancellationToken cancellation)
    {
        if (await Open(id, cancellation) is { } refused) return refused;
        var done = await Grain(id).Withdraw(Order(), Reason);
        if (done.Done) return Redirect($"/desk/demands/{id}/edit?done=withdrawn");
        Form = DemandForm.Of(Working, Row.Reveal, _blocked);
        return await Refuse(done, cancellation);
    }

    private async Task<IActionResult> Save(Guid id, bool submit, CancellationToken cancellation)
    {
        if (await Open(id, cancellation) is { } refused) return refused;
        var before = Working;
        // Where the content is locked only who sees it is sent along.
        var locked = !IsDraft && !IsOpen;
        var content = locked ? Working : Form.Read(_known, Faults);
        var reveal = Form.ReadReveal(Faults);
        var blocked = await Blocked(cancellation);
        Working = content;
        if (locked)
        {
            // A form that still carries a text was given before the lock: what it changes is not said to be saved.
            if (Form.Title is not null && Form.Read(_known, []).Write() != before.Write()) return await Refuse(Result<int>.Refuse(Refusal.ChangedMeanwhile), cancellation);
            var typed = Form.Blocked;
            Form = DemandForm.Of(before, reveal, []);
            Form.Blocked = typed;
        }

        var now = clock.GetUtcNow();
        var found = submit && IsDraft ? DemandCheck.Ready(Row.Kind, content, now, Row.Demo) : DemandCheck.Shape(content);
        if (!IsClean(found, submit)) return await Show(cancellation);

        // Each step that is done is seen, whatever becomes of the next: the form that comes back goes on from there.
        var changed = content.Write() != before.Write();
        // First who may see it: what is written next may rely on a name that is open.
        if (CanReveal && (reveal != Row.Reveal || !blocked.Order().SequenceEqual(await BlockedIds(cancellation))))
        {
            var set = await Grain(id).SetReveal(Order() with { Command = Derived(1) }, reveal, [.. blocked]);
            if (!set.Done) return await Refuse(set, cancellation);
            Seen = set.Value;
        }

        if (changed)
        {
            var onlyLater = (content with { Deadline = before.Deadline }).Write() == before.Write() && content.Deadline > before.Deadline;
            var written = IsOpen ? onlyLater ? await Grain(id).Extend(Order(), content.Deadline!.Value) : await Grain(id).ProposeChange(Order(), content) : await Grain(id).Edit(Order(), content);
            if (!written.Done) return await Refuse(written, cancellation);
            Seen = written.Value;
        }

        if (submit && IsDraft)
        {
            var submitted = await Grain(id).SubmitForReview(Order() with { Command = Derived(2) });
            if (!submitted.Done) return await Refuse(submitted, cancellation);
        }

        return Redirect($"/desk/demands/{id}/edit?done={(submit && IsDraft ? "submitted" : IsOpen && changed ? "proposed" : "saved")}");
    }

    /// <summary>The organisations that were typed, by their exact name or their code.</summary>
    private async Task<List<Guid>> Blocked(CancellationToken cancellation)
    {
        var found = new List<Guid>();
        var named = (Form.Blocked ?? "").Split(['\n', '\r', ';', '；'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().ToList();
        if (named.Count > DemandCheck.MostItems)
        {
            Faults.Add(new Fault("blocked", Refusal.TooManyItems, $"{DemandCheck.MostItems}"));
            return found;
        }

        foreach (var typed in named)
        {
            var code = typed.ToUpperInvariant();
            var ids = Text.IsStorable(typed) && typed.Length <= 200
                ? await db.Set<Organisation>().AsNoTracking().Where(o => (o.Name == typed || o.Uscc == code || o.RegistryNumber == code) && o.Demo == Row.Demo && o.State == VerificationState.Verified).Select(o => o.Id).ToListAsync(cancellation)
                : [];
            if (ids.Count == 0) Faults.Add(new Fault("blocked", Refusal.OrganisationUnknown, typed.Length <= 40 ? typed : null));
            found.AddRange(ids.Where(i => !found.Contains(i)));
        }

        return found;
    }

    private Task<List<Guid>> BlockedIds(CancellationToken cancellation) =>
        db.Set<DemandBlock>().AsNoTracking().Where(b => b.Demand == Row.Id).OrderBy(b => b.Organisation).Select(b => b.Organisation).ToListAsync(cancellation);

    private async Task<IActionResult?> Open(Guid id, CancellationToken cancellation)
    {
        var row = await db.Set<Demand>().AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, cancellation);
        var may = await actor.MayOn(Act.WriteDemand, row?.Organisation ?? Guid.Empty, id, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        if (row is null) return NotFound();
        (Row, _member, _person) = (row, may.Value, (await actor.Get(cancellation)).Person!.Value);
        Working = DemandContent.Read(row.Content);
        _blocked = await (
            from b in db.Set<DemandBlock>().AsNoTracking()
            where b.Demand == id
            join o in db.Set<Organisation>().AsNoTracking() on b.Organisation equals o.Id
            orderby o.Name
            select o.Name).ToArrayAsync(cancellation);
        var from = Command == Guid.Empty ? row.Version : Seen;
        _known = from != row.Version && await db.Set<DemandVersion>().Where(v => v.Demand == id && v.Number == from).Select(v => v.Content).FirstOrDefaultAsync(cancellation) is { } known
            ? DemandContent.Read(known)
            : Working;
        await Begin(row.Version, steps => db.Set<DemandVersion>().Where(v => v.Demand == id && steps.Contains(v.Command)).Select(v => v.Number), cancellation);
        ViewData["Demo"] = row.Demo;
        return null;
    }

    protected override async Task<IActionResult> Show(CancellationToken cancellation)
    {
        Renew();
        Gates = DemandGates.Of(Row.Kind, Working);
        Graded = await DetailModel.GradeOf(db, Row, cancellation);
        var last = await db.Set<DemandVersion>().AsNoTracking()
            .Where(v => v.Demand == Row.Id && (v.Act == DemandAct.Return || v.Act == DemandAct.Rediagnose || v.Act == DemandAct.SubmitForReview || v.Act == DemandAct.ProposeChange || v.Act == DemandAct.Publish))
            .OrderByDescending(v => v.Number).FirstOrDefaultAsync(cancellation);
        Returned = last?.Act is DemandAct.Return or DemandAct.Rediagnose ? last : null;
        return Page();
    }

    private IDemandGrain Grain(Guid id) => grains.GetGrain<IDemandGrain>(id);

    private ActedBy Order() => new(Command, _person, _member.Organisation, Seen);
}
