using System.Linq.Expressions;
using Marketplace.Achievements;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>The university's lots, and the published achievements that it may offer.</summary>
public sealed class LotDeskModel(MarketplaceDb db, Lots lots, CurrentActor actor, Refusals refusals, TimeProvider clock) : PageModel
{
    public sealed record Row(Lot Lot, string? Session, int OpenGates);

    public sealed record Offerable(Guid Id, string Title);

    public IReadOnlyList<Row> Rows { get; private set; } = [];
    public IReadOnlyList<Offerable> Achievements { get; private set; } = [];
    public Membership University { get; private set; } = null!;
    /// <summary>What this university owes buyers whom it refused.</summary>
    public IReadOnlyList<ObligationRow> Owes { get; private set; } = [];
    public DateTimeOffset Now => clock.GetUtcNow();
    public string NewId { get; private set; } = "";
    public FieldFaults Faults { get; } = new(refusals);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        var may = await actor.May(Act.OfferLot, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        University = may.Value;
        NewId = Lots.NewId(University.Demo, clock.GetUtcNow());
        var mine = await db.Set<Lot>().AsNoTracking().Where(l => l.Seller == University.Organisation).OrderBy(l => l.State).ThenByDescending(l => l.Id).Take(200).ToListAsync(cancellation);
        var names = await db.Set<Session>().AsNoTracking().Where(s => mine.Select(l => l.Session).Contains(s.Id)).ToDictionaryAsync(s => s.Id, s => Show.Chinese ? s.Name : s.NameEn, cancellation);
        var rows = new List<Row>();
        foreach (var lot in mine)
        {
            var open = lot.State is LotState.Draft or LotState.Offered ? (await lots.OpenGates(lot, cancellation)).Count : 0;
            rows.Add(new Row(lot, lot.Session is { } s ? names.GetValueOrDefault(s) : null, open));
        }

        Rows = rows;
        Owes = await db.Set<ObligationRow>().AsNoTracking().Where(o => o.Debtor == University.Organisation && o.Kind == ObligationKind.SellerRefusal && o.Cancelled == null && o.PaidFen < o.AmountFen).OrderByDescending(o => o.RaisedAt).ToListAsync(cancellation);
        Achievements = await db.Set<Achievement>().AsNoTracking()
            .Where(a => a.Organisation == University.Organisation && a.State == AchievementState.Published &&
                !db.Set<Lot>().Any(l => l.Achievement == a.Id && (l.State == LotState.Draft || l.State == LotState.Offered)))
            .OrderBy(a => a.Title).Take(500).Select(a => new Offerable(a.Id, a.Title)).ToListAsync(cancellation);
        return Page();
    }

    /// <summary>What waits for the seller: a lot that was given back, and a next round that was promised by a day and is not announced yet.</summary>
    public static Expression<Func<Lot, bool>> Waits(Guid seller) => l => l.Seller == seller
        && ((l.State == LotState.Draft && l.ReturnedBecause != null) || (l.OpensBy != null && (l.State == LotState.Draft || l.State == LotState.Offered)));

    /// <summary>Begins a draft lot; the id came with the form, so that sending it twice makes one lot.</summary>
    public async Task<IActionResult> OnPostAsync(Guid achievement, string newId, CancellationToken cancellation)
    {
        var may = await actor.May(Act.OfferLot, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var id = IsNewId(newId, may.Value.Demo) ? newId : Lots.NewId(may.Value.Demo, clock.GetUtcNow());
        var begun = await lots.Begin(may.Value, achievement, id, cancellation);
        if (begun.Done) return Redirect($"/desk/lots/{begun.Value.Id}");
        Faults.Add(begun.Refusal == Refusal.NotFound ? Refusal.Required : begun.Refusal.Value, "achievement");
        return await OnGetAsync(cancellation);
    }

    private static bool IsNewId(string? id, bool demo) =>
        id is { Length: < 40 } && id.StartsWith(demo ? "demo:ZJP-" : "ZJP-", StringComparison.Ordinal) && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or ':');
}
