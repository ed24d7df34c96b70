using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations;

/// <summary>A line of an organisation's history with the name of who did it.</summary>
public sealed record HistoryLine(OrganisationEvent Event, DateTimeOffset At, string? Person, string? Detail);

/// <summary>主体核验: the operator's queue, oldest first, with what is known of the one that is open.</summary>
public sealed class DeskOrganisationsModel(CurrentActor actor, Verification verification, PrivilegedReads reads, MarketplaceDb db, TimeProvider clock) : PageModel
{
    public const int Size = 25;

    [BindProperty(SupportsGet = true)]
    public VerificationState State { get; set; }

    [BindProperty(SupportsGet = true)]
    public int PageNumber { get; set; } = 1;

    /// <summary>The organisation that is open beside the queue; the first one when none is named.</summary>
    [BindProperty(SupportsGet = true)]
    public Guid? Id { get; set; }

    [BindProperty]
    public int Version { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public string? Decision { get; set; }

    public Dictionary<VerificationState, int> Counts { get; private set; } = [];

    public IReadOnlyList<Organisation> Rows { get; private set; } = [];

    public Organisation? Open { get; private set; }

    public IReadOnlyList<VerificationCheck> Checks { get; private set; } = [];

    public IReadOnlyList<HistoryLine> History { get; private set; } = [];

    public Refusal? Refusal { get; private set; }

    /// <summary>The refusal is about the reason and stands beside it.</summary>
    public bool AboutReason { get; private set; }

    public DateTimeOffset Now => clock.GetUtcNow();

    public int Total => Counts.GetValueOrDefault(State);

    public int Pages => Math.Max(1, (Total + Size - 1) / Size);

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        var allowed = await actor.May(Act.VerifyOrganisation, null, cancellation);
        if (allowed.Refusal is { } refusal) return this.Refused(refusal);
        await Load(cancellation);
        return Page();
    }

    public async Task<IActionResult> OnPost(CancellationToken cancellation)
    {
        var known = await actor.Get(cancellation);
        if (Id is not { } id || Decision is not ("accept" or "reject")) return this.Refused(Domain.Common.Refusal.MalformedRequest);
        var decided = await verification.Decide(id, Version, Decision == "accept", Reason, known, cancellation);
        if (decided.Done) return RedirectToPage(new { State, PageNumber });
        if (decided.Refusal is Domain.Common.Refusal.NotSignedIn or Domain.Common.Refusal.NotAllowed or Domain.Common.Refusal.NotFound or Domain.Common.Refusal.OrganisationNotVerified)
            return this.Refused(decided.Refusal.Value);
        (Refusal, AboutReason) = (decided.Refusal, decided.Detail == "reason");
        Response.StatusCode = Shared.Refusals.StatusOf(decided.Refusal!.Value);
        db.ChangeTracker.Clear();
        await Load(cancellation);
        return Page();
    }

    private async Task Load(CancellationToken cancellation)
    {
        // Who came to a hall's floor is known to that hall's check-in desk alone.
        var all = db.Set<Organisation>().AsNoTracking().Where(o => o.Kind != OrganisationKind.Operator && o.State != VerificationState.FloorOnly);
        Counts = await all.GroupBy(o => o.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        PageNumber = Math.Clamp(PageNumber, 1, Pages);
        var inState = all.Where(o => o.State == State);
        var ordered = State is VerificationState.Pending ? inState.OrderBy(o => o.SubmittedAt).ThenBy(o => o.Id) : inState.OrderByDescending(o => o.Id);
        Rows = await ordered.Skip((PageNumber - 1) * Size).Take(Size).ToListAsync(cancellation);
        Open = Id is { } id ? await all.SingleOrDefaultAsync(o => o.Id == id, cancellation) : Rows.FirstOrDefault();
        if (Open is null) return;
        await reads.Note((await actor.Get(cancellation)).Person!.Value, "organisation", Open.Name, "verification", cancellation);
        Checks = await verification.Check(Open, cancellation);
        History = await (
            from h in db.Set<OrganisationHistoryRow>().AsNoTracking()
            where h.Organisation == Open.Id
            join p in db.Set<Person>().AsNoTracking() on h.Person equals p.Id into who
            from p in who.DefaultIfEmpty()
            orderby h.At descending, h.Id descending
            select new HistoryLine(h.Event, h.At, p == null ? null : p.DisplayName, h.Detail)).Take(50).ToListAsync(cancellation);
    }
}
