using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Services;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Services;

/// <summary>The edit form of one service with its gates. Nothing typed is lost when something is refused.</summary>
public sealed class EditModel(MarketplaceDb db, CurrentActor actor, IGrainFactory grains, TimeProvider clock) : EditPage
{
    [BindProperty]
    public ServiceForm Form { get; set; } = new();

    public Service Row { get; private set; } = null!;

    public ServiceContent Working { get; private set; } = new();

    public ImmutableArray<ServiceGate> Gates { get; private set; } = [];

    /// <summary>Why the operator returned it last, while that is the last word.</summary>
    public string? Returned { get; private set; }

    public DateOnly Today => Days.Of(clock.GetUtcNow());

    public bool CanEdit => ServiceLifecycle.Next(Row.Standing, ServiceAct.Edit).Done;

    public bool CanWithdraw => ServiceLifecycle.Next(Row.Standing, ServiceAct.Withdraw).Done;

    public async Task<IActionResult> OnGet(Guid id, CancellationToken cancellation)
    {
        if (await Open(id, cancellation) is { } refused) return refused;
        Form = ServiceForm.Of(Working);
        return await Show(cancellation);
    }

    /// <summary>One more blank row, without losing what stands there.</summary>
    public async Task<IActionResult> OnPostMore(Guid id, CancellationToken cancellation)
    {
        if (await Open(id, cancellation) is { } refused) return refused;
        Working = Form.Read([]);
        return await Show(cancellation);
    }

    public async Task<IActionResult> OnPostSave(Guid id, CancellationToken cancellation) => await Save(id, submit: false, cancellation);

    public async Task<IActionResult> OnPostSubmit(Guid id, CancellationToken cancellation) => await Save(id, submit: true, cancellation);

    public async Task<IActionResult> OnPostWithdraw(Guid id, CancellationToken cancellation)
    {
        if (await Open(id, cancellation) is { } refused) return refused;
        var done = await Grain(id).Withdraw(await Order(cancellation), Reason);
        if (done.Done) return Redirect($"/desk/services/{id}/edit?done=withdrawn");
        if (done.Detail == "reason") Faults.Add(new Fault("reason", done.Refusal.Value));
        else Refused = done.Refusal;
        Working = Form.Read([]);
        return await Show(cancellation);
    }

    private async Task<IActionResult> Save(Guid id, bool submit, CancellationToken cancellation)
    {
        if (await Open(id, cancellation) is { } refused) return refused;
        var before = Working.Write();
        Working = Form.Read(Faults);
        var shape = submit ? ServiceCheck.Ready(Working, Today) : ServiceCheck.Shape(Working);
        if (!IsClean(shape, submit)) return await Show(cancellation);

        // Each step that is done is seen, whatever becomes of the next: the form that comes back goes on from there.
        if (Working.Write() != before)
        {
            var edited = await Grain(id).Edit(await Order(cancellation), Working);
            if (!edited.Done) return await Refuse(edited, cancellation);
            Seen = edited.Value;
        }

        if (submit)
        {
            var submitted = await Grain(id).SubmitForReview(await Order(cancellation) with { Command = Derived(1) });
            if (!submitted.Done) return await Refuse(submitted, cancellation);
        }

        return Redirect($"/desk/services/{id}/edit?done={(submit ? "submitted" : "saved")}");
    }

    private async Task<IActionResult?> Open(Guid id, CancellationToken cancellation)
    {
        var row = await db.Set<Service>().AsNoTracking().FirstOrDefaultAsync(s => s.Id == id, cancellation);
        var may = await actor.May(Act.WriteService, row?.Organisation, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        if (row is null) return NotFound();
        Row = row;
        Working = ServiceContent.Read(row.Content);
        await Begin(row.Version, steps => db.Set<ServiceVersion>().Where(v => v.Service == id && steps.Contains(v.Command)).Select(v => v.Number), cancellation);
        ViewData["Demo"] = row.Demo;
        return null;
    }

    protected override async Task<IActionResult> Show(CancellationToken cancellation)
    {
        Renew();
        Gates = ServiceGates.Of(Working, Today);
        var last = await db.Set<ServiceVersion>().AsNoTracking().Where(v => v.Service == Row.Id && (v.Act == ServiceAct.Return || v.Act == ServiceAct.SubmitForReview || v.Act == ServiceAct.List))
            .OrderByDescending(v => v.Number).FirstOrDefaultAsync(cancellation);
        Returned = last?.Act == ServiceAct.Return ? last.Reason : null;
        return Page();
    }

    private IServiceGrain Grain(Guid id) => grains.GetGrain<IServiceGrain>(id);

    private async Task<ServiceOrder> Order(CancellationToken cancellation) => new(Command, (await actor.Get(cancellation)).Person!.Value, Seen);
}
