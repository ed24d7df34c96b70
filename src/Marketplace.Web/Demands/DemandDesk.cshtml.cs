using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demands;

/// <summary>An own demand with how many answers it has.</summary>
public sealed record OwnDemand(Demand Row, int Responses);

/// <summary>The owner's desk: what is due first, then all its demands by state. A broker comes here for one client.</summary>
public sealed class DemandDeskModel(MarketplaceDb db, CurrentActor actor, IGrainFactory grains, TimeProvider clock) : PageModel
{
    public const int Size = 25;

    /// <summary>Whose demands these are: the own organisation's, or the client's that a broker names.</summary>
    [BindProperty(SupportsGet = true)]
    public Guid? Owner { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? State { get; set; }

    public Organisation Organisation { get; private set; } = null!;

    public IReadOnlyList<OwnDemand> Rows { get; private set; } = [];

    /// <summary>What waits for a decision here, or whose clock runs, soonest first.</summary>
    public IReadOnlyList<OwnDemand> Due { get; private set; } = [];

    public IReadOnlyDictionary<DemandState, int> Counts { get; private set; } = new Dictionary<DemandState, int>();

    public int PageNumber { get; private set; } = 1;

    public int Total { get; private set; }

    public Refusal? Refused { get; private set; }

    public string? NewTitle { get; private set; }

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public DemandState? Chosen => Enum.TryParse<DemandState>(State, out var state) && Enum.IsDefined(state) ? state : null;

    private Membership _member = null!;

    /// <param name="title">What somebody looked for and did not find: it stands in the form, and nothing is written.</param>
    public async Task<IActionResult> OnGet(string? title, CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        if (Text.Allow(title, DemandCheck.MostTitle, "title") is { Done: true } words) NewTitle = words.Value;
        return await Show(cancellation);
    }

    public async Task<IActionResult> OnPostBegin(Guid command, string? title, string? kind, CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        // The command's id is the demand's id: the form sent twice begins once.
        var id = command == Guid.Empty ? Guid.CreateVersion7() : command;
        var by = new ActedBy(id, (await actor.Get(cancellation)).Person!.Value, _member.Organisation);
        var done = Enum.TryParse<DemandKind>(kind, out var chosen) && Enum.IsDefined(chosen)
            ? await grains.GetGrain<IDemandGrain>(id).Begin(by, Organisation.Id, chosen, new DemandContent { Title = title ?? "", Region = Organisation.Region })
            : Refusal.UnknownWord;
        if (done.Done) return Redirect($"/desk/demands/{id}/edit");
        (Refused, NewTitle) = (done.Refusal, title);
        return await Show(cancellation);
    }

    public string With(string? state, int page = 1)
    {
        var parts = new List<string>();
        if (Owner is { } owner) parts.Add($"owner={owner}");
        if (state is not null) parts.Add("state=" + state);
        if (page > 1) parts.Add($"page={page}");
        return "/desk/demands" + (parts.Count == 0 ? "" : "?" + string.Join('&', parts));
    }

    private async Task<IActionResult?> Open(CancellationToken cancellation)
    {
        var may = await actor.May(Act.WriteDemand, Owner, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        _member = may.Value;
        Organisation = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == (Owner ?? _member.Organisation), cancellation);
        ViewData["Demo"] = Organisation.Demo;
        return null;
    }

    private async Task<IActionResult> Show(CancellationToken cancellation)
    {
        ModelState.Clear();
        var mine = db.Set<Demand>().AsNoTracking().Where(d => d.Organisation == Organisation.Id);
        Counts = await mine.GroupBy(d => d.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        Due = await Counted(mine.Where(d => d.State == DemandState.Selecting || d.State == DemandState.Published || d.State == DemandState.ResultNotice || d.State == DemandState.Chosen)
            .OrderBy(d => d.State != DemandState.Selecting).ThenBy(d => d.NoticeEndsAt ?? d.Deadline).Take(10)).ToListAsync(cancellation);
        if (Chosen is { } state) mine = mine.Where(d => d.State == state);
        Total = await mine.CountAsync(cancellation);
        if (int.TryParse(Request.Query["page"], out var page)) PageNumber = Math.Clamp(page, 1, Math.Max(1, (Total + Size - 1) / Size));
        Rows = await Counted(mine.OrderByDescending(d => d.UpdatedAt).ThenByDescending(d => d.Id).Skip((PageNumber - 1) * Size).Take(Size)).ToListAsync(cancellation);
        return Page();
    }

    private IQueryable<OwnDemand> Counted(IQueryable<Demand> rows) => rows.Select(d => new OwnDemand(d, db.Set<DemandResponse>().Count(r => r.Demand == d.Id && r.State != ResponseState.Withdrawn)));
}
