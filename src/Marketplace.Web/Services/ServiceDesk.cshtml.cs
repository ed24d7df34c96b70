using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Services;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Services;

/// <summary>The provider's desk: its services by state, and a new one.</summary>
public sealed class ServiceDeskModel(MarketplaceDb db, CurrentActor actor, IGrainFactory grains) : PageModel
{
    public const int Size = 25;

    public Membership Membership { get; private set; } = null!;

    public IReadOnlyList<(Service Row, ServiceContent Content)> Rows { get; private set; } = [];

    public IReadOnlyDictionary<ServiceState, int> Counts { get; private set; } = new Dictionary<ServiceState, int>();

    /// <summary>Those that the review returned last.</summary>
    public IReadOnlySet<Guid> Back { get; private set; } = new HashSet<Guid>();

    [BindProperty(SupportsGet = true)]
    public string? State { get; set; }

    public int PageNumber { get; private set; } = 1;

    public int Total { get; private set; }

    public Refusal? Refused { get; private set; }

    public string? NewTitle { get; private set; }

    public ServiceState? Chosen => Enum.TryParse<ServiceState>(State, out var state) && Enum.IsDefined(state) ? state : null;

    /// <summary>What the review returned and nobody changed since.</summary>
    public static IQueryable<Service> Returned(MarketplaceDb db, Guid organisation) =>
        db.Set<Service>().AsNoTracking().Where(s => s.Organisation == organisation && db.Set<ServiceVersion>().Any(v => v.Service == s.Id && v.Number == s.Version && v.Act == ServiceAct.Return));

    public async Task<IActionResult> OnGet(CancellationToken cancellation) => await Open(cancellation) ?? await List(cancellation);

    public async Task<IActionResult> OnPost(Guid command, string? title, CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        var region = await db.Set<Organisation>().Where(o => o.Id == Membership.Organisation).Select(o => o.Region).SingleAsync(cancellation);
        // The command's id is the service's id: the form sent twice begins once.
        var id = command == Guid.Empty ? Guid.CreateVersion7() : command;
        var done = await grains.GetGrain<IServiceGrain>(id).Begin(
            new ServiceOrder(id, (await actor.Get(cancellation)).Person!.Value), Membership.Organisation, new ServiceContent { Title = title ?? "", Region = region });
        if (done.Done) return Redirect($"/desk/services/{id}/edit");
        (Refused, NewTitle) = (done.Refusal, title);
        return await List(cancellation);
    }

    public string With(ServiceState? state, int page = 1) => $"/desk/services?{(state is { } chosen ? $"state={chosen}&" : "")}page={page}";

    private async Task<IActionResult?> Open(CancellationToken cancellation)
    {
        var may = await actor.May(Act.WriteService, null, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Membership = may.Value;
        ViewData["Demo"] = Membership.Demo;
        return null;
    }

    private async Task<IActionResult> List(CancellationToken cancellation)
    {
        ModelState.Clear();
        var mine = db.Set<Service>().AsNoTracking().Where(s => s.Organisation == Membership.Organisation);
        Counts = await mine.GroupBy(s => s.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        if (Chosen is { } state) mine = mine.Where(s => s.State == state);
        Total = await mine.CountAsync(cancellation);
        if (int.TryParse(Request.Query["page"], out var page)) PageNumber = Math.Clamp(page, 1, Math.Max(1, (Total + Size - 1) / Size));
        var rows = await mine.OrderByDescending(s => s.UpdatedAt).ThenByDescending(s => s.Id).Skip((PageNumber - 1) * Size).Take(Size).ToListAsync(cancellation);
        Rows = [.. rows.Select(r => (r, ServiceContent.Read(r.Content)))];
        Back = (await Returned(db, Membership.Organisation).Select(s => s.Id).ToListAsync(cancellation)).ToHashSet();
        return Page();
    }
}
