using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Search;
using Marketplace.Search.Words;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Achievements;

/// <summary>A disclosure that waits for the unit, with who told it.</summary>
public sealed record WaitingDisclosure(Disclosure Row, string By);

/// <summary>The unit's desk: disclosures to decide first, then its achievements by state.</summary>
public sealed class UnitDeskModel(MarketplaceDb db, CurrentActor actor, IGrainFactory grains) : PageModel
{
    public const int Size = 25;

    public Membership Membership { get; private set; } = null!;

    public IReadOnlyList<WaitingDisclosure> Waiting { get; private set; } = [];

    public IReadOnlyList<Achievement> Rows { get; private set; } = [];

    public IReadOnlyDictionary<AchievementState, int> Counts { get; private set; } = new Dictionary<AchievementState, int>();

    [BindProperty(SupportsGet = true)]
    public string? State { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Q { get; set; }

    public int PageNumber { get; private set; } = 1;

    public int Total { get; private set; }

    public Refusal? Refused { get; private set; }

    /// <summary>Which disclosure was refused, and the reason that was typed for it.</summary>
    public (Guid Id, string? Reason) Typed { get; private set; }

    public string? NewTitle { get; private set; }

    public AchievementState? Chosen => Enum.TryParse<AchievementState>(State, out var state) && Enum.IsDefined(state) ? state : null;

    public async Task<IActionResult> OnGet(CancellationToken cancellation) => await Open(cancellation) ?? await Show(cancellation);

    public async Task<IActionResult> OnPostDecide(Guid id, Guid command, int seen, string? decision, string? reason, CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        var row = await db.Set<Disclosure>().AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, cancellation);
        var may = await actor.May(Act.DecideDisclosure, row?.Organisation ?? Guid.Empty, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Result<Nothing> done = Enum.TryParse<DisclosureDecision>(decision, out var chosen) && Enum.IsDefined(chosen)
            ? await grains.GetGrain<IAchievementGrain>(id).Decide(new By(command, (await actor.Get(cancellation)).Person!.Value, seen), chosen, reason)
            : Refusal.UnknownWord;
        if (done.Done) return Redirect(chosen == DisclosureDecision.List ? $"/desk/achievements/{id}/edit" : "/desk/achievements?done=decided");
        Refused = done.Refusal;
        Typed = (id, reason);
        return await Show(cancellation);
    }

    public async Task<IActionResult> OnPostBegin(Guid command, string? title, CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        var unit = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == Membership.Organisation, cancellation);
        var content = new DisclosedResult { Title = title ?? "" }.ToContent(unit.Name, unit.Region);
        // The command's id is the achievement's id: the form sent twice begins once.
        var id = command == Guid.Empty ? Guid.CreateVersion7() : command;
        var done = await grains.GetGrain<IAchievementGrain>(id).Begin(new By(id, (await actor.Get(cancellation)).Person!.Value), unit.Id, content);
        if (done.Done) return Redirect($"/desk/achievements/{id}/edit");
        (Refused, NewTitle) = (done.Refusal, title);
        return await Show(cancellation);
    }

    public string With(string? state, int page = 1)
    {
        var parts = new List<string>();
        if (state is not null) parts.Add("state=" + state);
        if (!string.IsNullOrWhiteSpace(Q)) parts.Add("q=" + Uri.EscapeDataString(Q));
        if (page > 1) parts.Add($"page={page}");
        return "/desk/achievements" + (parts.Count == 0 ? "" : "?" + string.Join('&', parts));
    }

    private async Task<IActionResult?> Open(CancellationToken cancellation)
    {
        var may = await actor.May(Act.WriteAchievement, null, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Membership = may.Value;
        ViewData["Demo"] = Membership.Demo;
        return null;
    }

    private async Task<IActionResult> Show(CancellationToken cancellation)
    {
        ModelState.Clear();
        Waiting = await (
            from d in db.Set<Disclosure>().AsNoTracking()
            where d.Organisation == Membership.Organisation && (d.State == DisclosureState.Told || d.State == DisclosureState.Held)
            join p in db.Set<Person>().AsNoTracking() on d.Person equals p.Id
            orderby d.State == DisclosureState.Held, d.ToldAt
            select new WaitingDisclosure(d, p.DisplayName)).Take(100).ToListAsync(cancellation);
        var mine = db.Set<Achievement>().AsNoTracking().Where(a => a.Organisation == Membership.Organisation);
        Counts = await mine.GroupBy(a => a.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        if (Chosen is { } state) mine = mine.Where(a => a.State == state);
        if (!string.IsNullOrWhiteSpace(Q) && Q.Length <= SearchRequest.MostText && Text.IsStorable(Q))
        {
            var part = Folding.Fold(Q.Trim());
            mine = mine.Where(a => a.SearchText.Contains(part));
        }

        Total = await mine.CountAsync(cancellation);
        if (int.TryParse(Request.Query["page"], out var page)) PageNumber = Math.Clamp(page, 1, Math.Max(1, (Total + Size - 1) / Size));
        Rows = await mine.OrderByDescending(a => a.UpdatedAt).ThenByDescending(a => a.Id).Skip((PageNumber - 1) * Size).Take(Size).ToListAsync(cancellation);
        return Page();
    }
}
