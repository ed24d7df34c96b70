using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>复制为彩排: what the operator chooses, which lots take part and which cannot.</summary>
public sealed class RehearsalFormModel(MarketplaceDb db, Rehearsals rehearsals, CurrentActor actor, Refusals refusals) : PageModel
{
    private const int UsualMinutesAhead = 5;

    public sealed class Writing
    {
        public int? StartsIn { get; set; } = UsualMinutesAhead;
        public int? Most { get; set; }
        public int? Reserve { get; set; }

        /// <summary>Given when the form is shown, so that sending it twice makes one rehearsal.</summary>
        public Guid NewId { get; set; }
    }

    [BindProperty]
    public Writing Input { get; set; } = new();

    public Session Session { get; private set; } = null!;
    public bool InHall { get; private set; }
    public Rehearsals.Cast Cast { get; private set; } = null!;
    public IReadOnlyList<Session> Before { get; private set; } = [];
    public FieldFaults Faults { get; } = new(refusals);

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        Input.NewId = Guid.CreateVersion7();
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        foreach (var (field, entry) in ModelState)
        {
            if (entry.Errors.Count > 0) Faults.Add(Refusal.NumberInvalid, field switch { "Input.StartsIn" => "startsIn", "Input.Most" => "most", _ => "reserve" });
        }

        if (Input.StartsIn is null) Faults.Add(Refusal.Required, "startsIn");
        if (Faults.Any) return Page();
        var writing = new RehearsalWriting(TimeSpan.FromMinutes(Input.StartsIn!.Value), Input.Most is { } most ? (int)Math.Clamp(most * 60L, int.MinValue, int.MaxValue) : null, Input.Reserve);
        var person = (await actor.Get(cancellation)).Person!.Value;
        var copied = await rehearsals.Copy(id, Input.NewId == Guid.Empty ? Guid.CreateVersion7() : Input.NewId, writing, person, cancellation);
        if (copied.Done) return Redirect($"/desk/rehearsals/{copied.Value.Id}");
        Faults.Add(copied, "startsIn", "most", "reserve");
        return Page();
    }

    private async Task<IActionResult?> Load(Guid id, CancellationToken cancellation)
    {
        var may = await actor.May(Act.BuildSession, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        if (await db.Set<Session>().AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellation) is not { } session) return NotFound();
        Session = session;
        InHall = await db.Set<HallSession>().AnyAsync(h => h.Session == id, cancellation);
        Cast = await rehearsals.CastOf(id, cancellation);
        Before = await rehearsals.Of(id, cancellation);
        return null;
    }
}
