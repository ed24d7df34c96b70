using System.Text.Json;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Auctions.Sealing;
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
public sealed class RehearsalFormModel(MarketplaceDb db, Rehearsals rehearsals, RehearsalCasting casting, CurrentActor actor, Refusals refusals) : PageModel
{
    private const int UsualMinutesAhead = 5;

    public sealed class Writing
    {
        public int? StartsIn { get; set; } = UsualMinutesAhead;
        public int? Most { get; set; }
        public int? Reserve { get; set; }

        /// <summary>How many of three shares open sealed offers.</summary>
        public int Needed { get; set; } = 2;
        public Guid Notary { get; set; }

        /// <summary>A JSON object, by the id of the copy: what this person's browser made.</summary>
        public string? Keys { get; set; }

        /// <summary>Given when the form is shown, so that sending it twice makes one rehearsal.</summary>
        public Guid NewId { get; set; }
    }

    [BindProperty]
    public Writing Input { get; set; } = new();

    public Session Session { get; private set; } = null!;
    public bool InHall { get; private set; }
    public RehearsalCast Cast { get; private set; } = null!;
    public IReadOnlyList<Session> Before { get; private set; } = [];
    public FieldFaults Faults { get; } = new(refusals);

    /// <summary>What the browser makes keys of: the copies with sealed offers and who keeps a share of each.</summary>
    public object KeyData => new
    {
        lots = Cast.Keepers.Select(k => new { auction = Rehearsal.IdOf(k.Key, Input.NewId), holders = k.Value.Select(h => new { holder = KeyShare.Word(h.Holder), publicKey = h.Key.PublicKey }) }),
        notaries = Cast.Notaries.Select(n => new { organisation = n.Organisation, publicKey = n.PublicKey }),
        notary = KeyShare.Word(ShareHolder.Notary),
    };

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
        if (Input.NewId == Guid.Empty) Input.NewId = Guid.CreateVersion7();
        var keys = Cast.Keepers.Count == 0 ? null : new PracticeKeys(Input.Needed, Input.Notary, Read(Input.Keys));
        var writing = new RehearsalWriting(TimeSpan.FromMinutes(Input.StartsIn!.Value), Input.Most is { } most ? (int)Math.Clamp(most * 60L, int.MinValue, int.MaxValue) : null, Input.Reserve, keys);
        var person = (await actor.Get(cancellation)).Person!.Value;
        var copied = await rehearsals.Copy(id, Input.NewId, writing, person, cancellation);
        if (copied.Done) return Redirect($"/desk/rehearsals/{copied.Value.Id}");
        Faults.Add(copied, "startsIn", "most", "reserve", "operator", "seller", "notary");
        return Page();
    }

    /// <summary>Nothing of what is no object: a lot whose key is missing is refused by name.</summary>
    private static Dictionary<string, string> Read(string? keys)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(keys ?? "{}")?.ToDictionary(k => k.Key, k => k.Value.GetRawText()) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private async Task<IActionResult?> Load(Guid id, CancellationToken cancellation)
    {
        var may = await actor.May(Act.BuildSession, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        if (await db.Set<Session>().AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellation) is not { } session) return NotFound();
        Session = session;
        InHall = await db.Set<HallSession>().AnyAsync(h => h.Session == id, cancellation);
        Cast = await casting.Of(id, cancellation);
        Before = await rehearsals.Of(id, cancellation);
        return null;
    }
}
