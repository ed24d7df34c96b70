using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demands;

/// <summary>The owner compares the responses, chooses with reasons, and follows the work. A mandated broker reads along and decides nothing.</summary>
public sealed class ResponsesModel(MarketplaceDb db, CurrentActor actor, IGrainFactory grains, TimeProvider clock) : PageModel
{
    public DemandReading Reading { get; private set; } = null!;

    public IReadOnlyList<ShownResponse> Responses { get; private set; } = [];

    public ShownResponse? Opened { get; private set; }

    /// <summary>Organisations that were let in to everything by name.</summary>
    public IReadOnlySet<Guid> Guests { get; private set; } = new HashSet<Guid>();

    public IReadOnlyList<DemandLaneDecision> Gates { get; private set; } = [];

    public Refusal? Refused { get; private set; }

    public string? Reason { get; private set; }

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    private Guid _person;
    private Guid _actor;

    public async Task<IActionResult> OnGet(Guid id, Guid? open, CancellationToken cancellation) => await Open(id, Act.WriteDemand, cancellation) ?? await Show(open, cancellation);

    /// <summary>The words of the page and what they do.</summary>
    public async Task<IActionResult> OnPost(
        Guid id, Guid command, int seen, string? act, Guid[] responses, Guid? response, Guid? best, string? reason, CancellationToken cancellation)
    {
        if (await Open(id, Act.DecideDemand, cancellation) is { } refused) return refused;
        var by = new ActedBy(command, _person, _actor, seen);
        var grain = grains.GetGrain<IDemandGrain>(id);
        var done = act switch
        {
            "choose" => await grain.Choose(by, responses, reason),
            "unmet" => await grain.DeclareUnmet(by, reason),
            "start" => await grain.StartWork(by),
            "milestone" => await grain.PassMilestone(by, reason),
            "goOn" or "stop" => await grain.DecideLane(by, response ?? Guid.Empty, act == "goOn", reason),
            "closeStage" => await grain.CloseStage(by),
            "accept" => await grain.Accept(by, best, reason),
            "fail" => await grain.Fail(by, reason),
            "letIn" => await LetIn(grain, by, response ?? Guid.Empty, cancellation),
            _ => Refusal.UnknownWord,
        };
        if (done.Done) return Redirect($"/desk/demands/{id}/responses?done={act}{(act == "letIn" ? $"&open={response}" : "")}");
        (Refused, Reason) = (done.Refusal, reason);
        return await Show(response, cancellation);
    }

    private async Task<Result<int>> LetIn(IDemandGrain grain, ActedBy by, Guid response, CancellationToken cancellation)
    {
        var row = await db.Set<DemandResponse>().AsNoTracking().FirstOrDefaultAsync(r => r.Id == response && r.Demand == Reading.Row.Id, cancellation);
        if (row is null) return Refusal.NotFound;
        var done = await grain.LetIn(by, row.Organisation);
        return done.Done ? Reading.Row.Version : Result<int>.Refuse(done.Refusal.Value);
    }

    private async Task<IActionResult?> Open(Guid id, Act needed, CancellationToken cancellation)
    {
        var row = await db.Set<Demand>().AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, cancellation);
        var may = await actor.MayOn(needed, row?.Organisation ?? Guid.Empty, id, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        if (await DemandReading.Open(db, actor, id, cancellation) is not { } reading) return NotFound();
        (Reading, _person, _actor) = (reading, reading.Person!.Value, may.Value.Organisation);
        ViewData["Demo"] = reading.Row.Demo;
        return null;
    }

    private async Task<IActionResult> Show(Guid? open, CancellationToken cancellation)
    {
        ModelState.Clear();
        var id = Reading.Row.Id;
        Responses = await DetailModel.ResponsesOf(db, id, cancellation);
        Opened = Responses.FirstOrDefault(r => r.Row.Id == open);
        Guests = (await db.Set<DemandGuest>().AsNoTracking().Where(g => g.Demand == id).Select(g => g.Organisation).ToListAsync(cancellation)).ToHashSet();
        Gates = await db.Set<DemandLaneDecision>().AsNoTracking().Where(d => d.Demand == id).OrderBy(d => d.Stage).ThenBy(d => d.At).ToListAsync(cancellation);
        return Page();
    }
}
