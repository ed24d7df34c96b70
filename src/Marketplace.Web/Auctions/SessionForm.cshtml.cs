using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>One session at the operator's desk: its facts, its lots and their order.</summary>
public sealed class SessionFormModel(MarketplaceDb db, Sessions sessions, CurrentActor actor, Refusals refusals, TimeProvider clock) : PageModel
{
    public sealed class Writing
    {
        public string? Name { get; set; }
        public string? NameEn { get; set; }
        public string? Host { get; set; }
        public SessionBrand Brand { get; set; } = SessionBrand.HighTechZone;
        public SessionProfile Profile { get; set; }
        public string? OpensAt { get; set; }
        public string? ApplyUntil { get; set; }
        public bool Demo { get; set; }
        public SessionTiming Timing { get; set; }

        /// <summary>In minutes, because nobody plans a session by seconds; a demonstration may say half a minute.</summary>
        public decimal Gap { get; set; }
        public int Capacity { get; set; } = Slots.UsualCapacity;
        public bool SharedDeposit { get; set; }

        /// <summary>Given when the empty form is shown, so that sending it twice makes one session.</summary>
        public Guid NewId { get; set; }
    }

    [BindProperty]
    public Writing Input { get; set; } = new();

    public Session? Session { get; private set; }
    public IReadOnlyList<Lot> Lots { get; private set; } = [];
    public IReadOnlyList<Lot> Offered { get; private set; } = [];
    public FieldFaults Faults { get; } = new(refusals);

    public async Task<IActionResult> OnGetAsync(string key, CancellationToken cancellation)
    {
        if (await Load(key, cancellation) is { } refused) return refused;
        var day = StatutoryDays.EndOf(clock.GetUtcNow(), 7);
        Input = Session is { } s
            ? new Writing
            {
                Name = s.Name,
                NameEn = s.NameEn,
                Host = s.Host,
                Brand = s.Brand,
                Profile = s.Profile,
                OpensAt = BeijingTime.Input(s.OpensAt),
                ApplyUntil = BeijingTime.Input(s.ApplyUntil),
                Demo = s.Demo,
                Timing = s.Timing,
                Gap = s.GapSeconds / 60m,
                Capacity = s.SlotCapacity,
                SharedDeposit = s.SharedDeposit,
            }
            : new Writing { NewId = Guid.CreateVersion7(), OpensAt = BeijingTime.Input(day.AddHours(34)), ApplyUntil = BeijingTime.Input(day.AddHours(17)) };
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string key, CancellationToken cancellation)
    {
        if (await Load(key, cancellation) is { } refused) return refused;
        if (!BeijingTime.TryRead(Input.OpensAt, out var opens)) Faults.Add(Refusal.Required, "opensAt");
        if (!BeijingTime.TryRead(Input.ApplyUntil, out var until)) Faults.Add(Refusal.Required, "applyUntil");
        if (Faults.Any) return Page();
        var writing = new SessionWriting(Input.Name, Input.NameEn, Input.Host, Input.Brand, Input.Profile, opens, until, Session?.Demo ?? Input.Demo, Input.Timing, (int)Math.Clamp(Input.Gap * 60, -1, 1_000_000), Input.Capacity, Input.SharedDeposit);
        var written = Session is null
            ? await sessions.Create(Input.NewId == Guid.Empty ? Guid.CreateVersion7() : Input.NewId, writing, cancellation)
            : await sessions.Edit(Session, writing, cancellation);
        if (written.Done) return Redirect($"/desk/sessions/{written.Value.Id}");
        Faults.Add(written, "name", "nameEn", "host", "profile", "applyUntil", "gap", "capacity", "shared");
        return Page();
    }

    public Task<IActionResult> OnPostTakeAsync(string key, string lot, CancellationToken cancellation) =>
        WithLot(key, lot, l => sessions.Take(Session!, l, cancellation), cancellation);

    public Task<IActionResult> OnPostDropAsync(string key, string lot, CancellationToken cancellation) =>
        WithLot(key, lot, l => sessions.Drop(l, cancellation), cancellation);

    public async Task<IActionResult> OnPostOrderAsync(string key, Dictionary<string, int>? places, Dictionary<string, string?>? groups, CancellationToken cancellation)
    {
        if (await Load(key, cancellation) is { } refused) return refused;
        if (Session is null) return NotFound();
        if (await sessions.Order(Session, places ?? [], cancellation) is { Done: false } fixedOrder)
        {
            Faults.Add(fixedOrder);
            return await OnGetAsync(key, cancellation);
        }

        foreach (var lot in await sessions.LotsOf(Session.Id, cancellation))
        {
            if (groups?.TryGetValue(lot.Id, out var group) == true && await sessions.Link(lot, group, cancellation) is { Done: false } refusal)
            {
                Faults.Add(refusal);
                return await OnGetAsync(key, cancellation);
            }
        }

        return Redirect($"/desk/sessions/{key}");
    }

    private async Task<IActionResult> WithLot(string key, string lot, Func<Lot, Task<Result<Nothing>>> act, CancellationToken cancellation)
    {
        if (await Load(key, cancellation) is { } refused) return refused;
        var row = await db.Set<Lot>().SingleOrDefaultAsync(l => l.Id == lot, cancellation);
        if (Session is null || row is null) return NotFound();
        var done = await act(row);
        if (done.Done) return Redirect($"/desk/sessions/{key}");
        Faults.Add(done);
        return await OnGetAsync(key, cancellation);
    }

    private async Task<IActionResult?> Load(string key, CancellationToken cancellation)
    {
        var may = await actor.May(Act.BuildSession, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        if (key == "new") return null;
        if (!Guid.TryParse(key, out var known)) return NotFound();
        Session = await sessions.Find(known, cancellation);
        if (Session is null) return NotFound();
        Lots = await sessions.LotsOf(known, cancellation);
        Offered = await db.Set<Lot>().AsNoTracking().Where(l => l.State == LotState.Offered && l.Session == null && l.Demo == Session.Demo)
            .OrderBy(l => l.Id).Take(200).ToListAsync(cancellation);
        return null;
    }
}
