using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demands;

/// <summary>A response as it was typed.</summary>
public sealed class ResponseForm
{
    public string? Title { get; set; }
    public string? Plan { get; set; }
    public string? Price { get; set; }
    public string? Months { get; set; }

    /// <summary>By the key of the line.</summary>
    public Dictionary<int, ClaimRow> Claims { get; set; } = [];

    public sealed class ClaimRow
    {
        public string? Met { get; set; }
        public string? Value { get; set; }
        public string? Evidence { get; set; }
    }

    public static ResponseForm Of(ResponseContent c) => new()
    {
        Title = c.Title,
        Plan = c.Plan,
        Price = Fen.Yuan(c.PriceFen),
        Months = c.Months.ToString(CultureInfo.InvariantCulture),
        Claims = c.Claims.ToDictionary(x => x.Line, x => new ClaimRow { Met = x.Met ? "yes" : "no", Value = x.Value, Evidence = x.Evidence }),
    };

    public ResponseContent Read(DemandContent demand, ICollection<Fault> faults) => new()
    {
        Title = Title ?? "",
        Plan = DemandForm.Lf(Plan) ?? "",
        PriceFen = DemandForm.Money(Price, "price", faults) ?? 0,
        Months = DemandForm.Whole(Months, "months", faults) ?? 0,
        // A line nobody said anything of has no claim, and the check names it.
        Claims =
        [
            .. from line in demand.Lines
            let row = Claims.GetValueOrDefault(line.Key)
            where row?.Met is "yes" or "no"
            select new Claim(line.Key, row.Met == "yes", DemandForm.Null(row.Value), DemandForm.Null(row.Evidence)),
        ],
    };
}

/// <summary>The responder's page of one demand: answer, revise, confirm anew, withdraw, or step back from a choice.</summary>
public sealed class RespondModel(MarketplaceDb db, CurrentActor actor, PrivilegedReads reads, IGrainFactory grains, TimeProvider clock) : PageModel
{
    [BindProperty]
    public ResponseForm Form { get; set; } = new();

    [BindProperty]
    public Guid Command { get; set; }

    [BindProperty]
    public int Seen { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    /// <summary>The client that an agency answers for under its mandate; null for the reader's own organisation.</summary>
    [BindProperty(SupportsGet = true)]
    public Guid? For { get; set; }

    public DemandReading Reading { get; private set; } = null!;

    public DemandResponse? Own { get; private set; }

    public List<Fault> Faults { get; } = [];

    public Refusal? Refused { get; private set; }

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    /// <summary>What the owner said when it chose or found nobody: told to every responder.</summary>
    public string? Told { get; private set; }

    /// <summary>Who may be chosen, while an agency has not said for whom it answers.</summary>
    public IReadOnlyList<Organisation>? Clients { get; private set; }

    /// <summary>The client that is answered for; null for the reader's own organisation.</summary>
    public Organisation? Client { get; private set; }

    /// <summary>The agency that acted last on the response.</summary>
    public string? ByAgency { get; private set; }

    /// <summary>The client has taken its response into its own hands: its agency neither reads nor changes it.</summary>
    public bool ClientActs { get; private set; }

    public bool IsOpen => Reading.Row.State == DemandState.Published && Now < Reading.Row.Deadline;

    public bool NeedsConfirming => Own is { State: ResponseState.Standing } && Own.ConfirmedEdition < Reading.Row.TargetsEdition;

    private Guid _person;
    private Guid _organisation;
    private Guid? _agency;

    public async Task<IActionResult> OnGet(Guid id, CancellationToken cancellation)
    {
        if (await Open(id, cancellation) is { } refused) return refused;
        if (Own is not null) Form = ResponseForm.Of(ResponseContent.Read(Own.Content));
        return await Show(cancellation);
    }

    public async Task<IActionResult> OnPostSend(Guid id, CancellationToken cancellation)
    {
        if (await Open(id, cancellation) is { } refused) return refused;
        if (ClientActs)
        {
            Refused = Refusal.ClientActsItself;
            return await Show(cancellation);
        }

        var content = Form.Read(Reading.Content, Faults);
        Faults.AddRange(ResponseCheck.Of(content, Reading.Content).Where(f => Faults.TrueForAll(g => g.Field != f.Field)));
        if (Faults.Count > 0) return await Show(cancellation);
        var grain = grains.GetGrain<IDemandGrain>(id);
        return await Answer(Own is null or { State: ResponseState.Withdrawn } ? await grain.Respond(Order(), content) : await grain.ReviseResponse(Order(), content), "sent", cancellation);
    }

    public async Task<IActionResult> OnPostConfirm(Guid id, CancellationToken cancellation) =>
        await Open(id, cancellation) ?? await Answer(await grains.GetGrain<IDemandGrain>(id).ConfirmResponse(Order()), "confirmed", cancellation);

    public async Task<IActionResult> OnPostWithdraw(Guid id, CancellationToken cancellation) =>
        await Open(id, cancellation) ?? await OwnStep(cancellation) ?? await Answer(await grains.GetGrain<IDemandGrain>(id).WithdrawResponse(Order(), Reason), "withdrawn", cancellation);

    public async Task<IActionResult> OnPostDecline(Guid id, CancellationToken cancellation) =>
        await Open(id, cancellation) ?? await OwnStep(cancellation) ?? await Answer(await grains.GetGrain<IDemandGrain>(id).Decline(Order(), Reason), "declined", cancellation);

    public string? FaultOf(string field) => Faults.Find(f => f.Field == field)?.Why.ToString();

    private async Task<IActionResult> Answer(Result<int> done, string word, CancellationToken cancellation)
    {
        if (done.Done) return Redirect($"/demands/{Reading.Row.Id}/respond?done={word}{(For is { } client ? $"&for={client}" : "")}");
        Refused = done.Refusal;
        if (done.Detail is { } field) Faults.Add(new Fault(field, done.Refusal.Value));
        if (Form.Title is null && Own is not null) Form = ResponseForm.Of(ResponseContent.Read(Own.Content));
        return await Show(cancellation);
    }

    private async Task<IActionResult?> Open(Guid id, CancellationToken cancellation)
    {
        var known = await actor.Get(cancellation);
        var may = For is { } named ? await actor.MayOn(Act.RespondToDemand, named, id, cancellation) : await actor.May(Act.RespondToDemand, null, cancellation);
        // Whose agency answers demands says on the page for whom.
        var chooses = For is null && !may.Done && known.Mandates.Any(m => m.Powers.Contains(MandatePower.AnswerDemands));
        if (!may.Done && !chooses) return this.Refused(may.Refusal.Value);
        if (await DemandReading.Open(db, actor, id, cancellation) is not { } reading) return NotFound();
        (Reading, _person) = (reading, reading.Person!.Value);
        ViewData["Demo"] = reading.Row.Demo;
        if (chooses) return reading.Clients.Count == 0 || !reading.Row.Standing.IsPublic ? this.Refused(may.Refusal!.Value) : await Choose(cancellation);
        var member = may.Value;
        _organisation = For ?? member.Organisation;
        if (member.Organisation != _organisation)
        {
            _agency = member.Organisation;
            Client = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == _organisation, cancellation);
        }
        else if (reading.Answers is null) return NotFound();

        Own = await db.Set<DemandResponse>().AsNoTracking().FirstOrDefaultAsync(r => r.Demand == id && r.Organisation == _organisation, cancellation);
        if (!reading.Row.Standing.IsPublic && Own is null) return NotFound();
        if (Own?.Agency is { } agency) ByAgency = await db.Set<Organisation>().AsNoTracking().Where(o => o.Id == agency).Select(o => o.Name).FirstAsync(cancellation);
        if (_agency is not null && Own is not null && Own.Agency != _agency) (ClientActs, Own, ByAgency) = (true, null, null);
        await reading.Log(db, reads, "respond", Now, cancellation);
        if (Command == Guid.Empty) (Command, Seen) = (Guid.CreateVersion7(), Own?.Version ?? 0);
        // Who sent it has seen what it wrote, though the reply was lost.
        else if (Own is not null) Seen = Math.Max(Seen, await db.Set<DemandResponseVersion>().Where(v => v.Response == Own.Id && v.Command == Command).Select(v => v.Number).FirstOrDefaultAsync(cancellation));
        return null;
    }

    private async Task<IActionResult> Choose(CancellationToken cancellation)
    {
        Clients = await db.Set<Organisation>().AsNoTracking().Where(o => Reading.Clients.Contains(o.Id)).OrderBy(o => o.Name).ToListAsync(cancellation);
        return Page();
    }

    /// <summary>What gives a response up is the responder's own: no mandate opens it to an agency.</summary>
    private async Task<IActionResult?> OwnStep(CancellationToken cancellation) =>
        (await actor.May(Act.TakeBackResponse, _organisation, cancellation)).Refusal is { } why ? this.Refused(why) : null;

    private async Task<IActionResult> Show(CancellationToken cancellation)
    {
        ModelState.Clear();
        if (Faults.Count > 0 || Refused is not null) Command = Guid.CreateVersion7();
        if (Own is { State: ResponseState.Chosen or ResponseState.NotChosen or ResponseState.Stopped or ResponseState.Best })
        {
            Told = await db.Set<DemandVersion>().AsNoTracking().Where(v => v.Demand == Reading.Row.Id && (v.Act == DemandAct.Choose || v.Act == DemandAct.DeclareUnmet))
                .OrderByDescending(v => v.Number).Select(v => v.Reason).FirstOrDefaultAsync(cancellation);
            var gate = await db.Set<DemandLaneDecision>().AsNoTracking().Where(d => d.Demand == Reading.Row.Id && d.Response == Own.Id).OrderByDescending(d => d.Stage).FirstOrDefaultAsync(cancellation);
            if (gate is not null) Told = $"{Told}\n{gate.Reason}";
        }

        return Page();
    }

    private ActedBy Order() => new(Command, _person, _organisation, Own is null ? null : Seen, _agency);
}
