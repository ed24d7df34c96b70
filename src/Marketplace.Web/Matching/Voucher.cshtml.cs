using Marketplace.Achievements;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching;

/// <summary>引荐凭证: the record of one introduction for its agency, both owners and the operator; each owner confirms here.</summary>
public sealed class VoucherModel(CurrentActor actor, MarketplaceDb db, IGrainFactory grains, PrivilegedReads reads, TimeProvider clock) : PageModel
{
    [BindProperty]
    public Guid Command { get; set; }

    [BindProperty]
    public int Seen { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public IntroductionRow Row { get; private set; } = null!;
    public Introduction Introduction { get; private set; } = null!;

    /// <summary>The owner's side the reader confirms for; null for the agency and the operator.</summary>
    public IntroductionSide? Side { get; private set; }
    public bool IsAgency { get; private set; }
    public bool Competes { get; private set; }
    public IReadOnlyDictionary<Guid, string> Names { get; private set; } = new Dictionary<Guid, string>();
    public IReadOnlyList<IntroductionVersionRow> History { get; private set; } = [];
    public IReadOnlyList<MandateRow> Mandates { get; private set; } = [];
    public Refusal? Refused { get; private set; }
    public bool AboutReason { get; private set; }
    public DateTimeOffset Now { get; private set; }

    /// <summary>Who is behind a demand is its owner's to tell: to its own broker at once, to the other side with the confirmation.</summary>
    public bool KnowsDemandOwner => Introduction.DemandConfirmed is not null || Side == IntroductionSide.Demand || (IsAgency ? Introduction.DemandMandate is not null : Side is null);

    /// <summary>Members of the achievement's owner, and of the demand's not as well.</summary>
    private HashSet<Guid> OfSupply { get; set; } = [];

    /// <summary>A person's name says whose demand it is: whoever declined is named only where the reader may know that side.</summary>
    public bool MayName(IntroductionVersionRow version) => version.Person != Guid.Empty && (KnowsDemandOwner || version.Act is not IntroductionAct.Decline || OfSupply.Contains(version.Person));

    /// <summary>What the operator found about the fee of the deal it led to.</summary>
    public IReadOnlyList<FeeFindingRow> Findings { get; private set; } = [];

    /// <summary>Sales it led to whose fee the reader's mandate left open: the sale, and where the two agree on it.</summary>
    public IReadOnlyList<(string Title, string Route)> OpenFees { get; private set; } = [];

    public string NameOf(Guid id) => Names.GetValueOrDefault(id, "—");

    public async Task<IActionResult> OnGet(Guid id, CancellationToken cancellation) => await Load(id, cancellation) ?? Page();

    public Task<IActionResult> OnPostConfirm(Guid id, CancellationToken cancellation) =>
        Do(id, (pair, by) => Side is { } side ? pair.Confirm(by, id, side) : Task.FromResult<Result<int>>(Refusal.NotAllowed), cancellation);

    public Task<IActionResult> OnPostDecline(Guid id, CancellationToken cancellation) =>
        Do(id, (pair, by) => Side is null ? Task.FromResult<Result<int>>(Refusal.NotAllowed) : pair.Decline(by, id, Reason), cancellation);

    public Task<IActionResult> OnPostWithdraw(Guid id, CancellationToken cancellation) =>
        Do(id, (pair, by) => IsAgency ? pair.Withdraw(by, id) : Task.FromResult<Result<int>>(Refusal.NotAllowed), cancellation);

    private async Task<IActionResult> Do(Guid id, Func<IPairGrain, By, Task<Result<int>>> what, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        var by = new By(Command, (await actor.Get(cancellation)).Person!.Value, Seen);
        var done = await what(grains.GetGrain<IPairGrain>(PairGrain.KeyOf(Row.Demand, Row.Achievement)), by);
        if (done.Done) return LocalRedirect($"/introductions/{id}");
        if (done.Refusal is Refusal.NotAllowed) return this.Refused(Refusal.NotAllowed);
        (Refused, AboutReason) = (done.Refusal, done.Detail == "reason");
        Response.StatusCode = Shared.Refusals.StatusOf(done.Refusal.Value);
        return await Load(id, cancellation) ?? Page();
    }

    /// <summary>Whoever runs the market does not learn who may be after a live lot.</summary>
    private async Task<bool> OperatorMayRead(IntroductionRow row, CancellationToken cancellation) =>
        (await actor.May(Act.DecideClaims, cancellation: cancellation)).Done && !await db.Set<Achievement>().AnyAsync(a => a.Id == row.Achievement && a.State == AchievementState.InTrade, cancellation);

    /// <summary>Whoever may not know of an introduction learns the same as for one that does not exist.</summary>
    private async Task<IActionResult?> Load(Guid id, CancellationToken cancellation)
    {
        if (!(await actor.Get(cancellation)).SignedIn) return this.Refused(Refusal.NotSignedIn);
        if (await db.Set<IntroductionRow>().AsNoTracking().FirstOrDefaultAsync(i => i.Id == id, cancellation) is not { } row) return NotFound();
        IsAgency = (await actor.May(Act.Introduce, row.Agency, cancellation)).Done;
        Side = (await actor.May(Act.AnswerIntroduction, row.DemandOwner, cancellation)).Done ? IntroductionSide.Demand
            : (await actor.May(Act.AnswerIntroduction, row.AchievementOwner, cancellation)).Done ? IntroductionSide.Supply : null;
        if (!IsAgency && (row.IsSealed || Side is null && !await OperatorMayRead(row, cancellation))) return NotFound();
        if (row.IsSealed) Side = null;
        (Row, Introduction, Now) = (row, row.Read(), clock.GetUtcNow());
        Competes = (await Claims.Competing(db, Now, forOperator: false, cancellation)).Any(c => c.Any(i => i.Id == id));
        // Who introduced whom is between three; that the operator read it is kept before it is shown.
        if (!IsAgency && Side is null) await reads.Note((await actor.Get(cancellation)).Person!.Value, "claims", row.Number, Competes ? "decide" : "history", cancellation);
        History = await db.Set<IntroductionVersionRow>().AsNoTracking().Where(v => v.Introduction == id).OrderByDescending(v => v.Number).ToListAsync(cancellation);
        Findings = await db.Set<FeeFindingRow>().AsNoTracking().Where(f => f.Introduction == id).OrderByDescending(f => f.Number).ToListAsync(cancellation);
        Mandates = await db.Set<MandateRow>().AsNoTracking().Where(m => m.Id == Introduction.DemandMandate || m.Id == Introduction.SupplyMandate).OrderBy(m => m.Side).ToListAsync(cancellation);
        // What one side pays its agency is nothing to the other.
        var client = Side switch { IntroductionSide.Demand => row.DemandOwner, IntroductionSide.Supply => row.AchievementOwner, null => (Guid?)null };
        if (row.State is IntroductionState.Confirmed && (IsAgency || client is not null))
        {
            OpenFees =
            [
                .. from deal in await Attribution.Of(db, row.Agency, cancellation)
                   where deal.Row.Id == id
                   from fee in deal.Fees
                   where fee.AgreeAt(deal.Deal.Auction) is not null && (IsAgency || fee.Mandate!.Client == client)
                   select (deal.Deal.Title, fee.AgreeAt(deal.Deal.Auction)!),
            ];
        }

        var people = History.Select(v => v.Person).Append(row.Broker).Distinct().ToList();
        var names = await db.Set<Person>().AsNoTracking().Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.DisplayName, cancellation);
        foreach (var organisation in await db.Set<Organisation>().AsNoTracking().Where(o => o.Id == row.Agency || o.Id == row.DemandOwner || o.Id == row.AchievementOwner).ToListAsync(cancellation)) names[organisation.Id] = organisation.Name;
        Names = names;
        var members = await db.Set<MembershipRow>().AsNoTracking().Where(m => people.Contains(m.Person) && (m.Organisation == row.AchievementOwner || m.Organisation == row.DemandOwner)).ToListAsync(cancellation);
        OfSupply = [.. members.Where(m => m.Organisation == row.AchievementOwner).Select(m => m.Person).Except(members.Where(m => m.Organisation == row.DemandOwner).Select(m => m.Person))];
        ViewData["Demo"] = row.Demo;
        if (Command == Guid.Empty || Refused is not null)
        {
            ModelState.Clear();
            (Command, Seen) = (Guid.CreateVersion7(), row.Version);
        }

        return null;
    }
}
