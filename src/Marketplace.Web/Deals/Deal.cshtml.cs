using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Deals;

/// <summary>成交之后: every following step with its due day, who does it, the file and who did it.</summary>
public sealed class DealModel(
    CurrentActor actor, Deals deals, FileStore files, MarketplaceDb db, IServiceProvider services, IEnumerable<DealNotes> sources,
    Obligations obligations, OwedViews owedViews, TimeProvider clock) : PageModel
{
    public Deal Deal { get; private set; } = null!;

    public OpenDeal Terms => Deal.Opened!;

    public AnnouncedPlan Plan => Terms.Plan ?? AnnouncedPlan.Default(Terms.TransfersPatent);

    /// <summary>The side of the reader; null for an operator.</summary>
    public Party? Side { get; private set; }

    public ImmutableArray<StepView> Steps { get; private set; } = [];

    /// <summary>Names of persons and organisations that the page shows.</summary>
    public IReadOnlyDictionary<Guid, string> Names { get; private set; } = new Dictionary<Guid, string>();

    /// <summary>Where the deal came from; for its two parties.</summary>
    public IReadOnlyList<DealNote> Notes { get; private set; } = [];

    /// <summary>What the deal makes owed, as the reader's side sees it; null before the contract is signed, and for an operator.</summary>
    public OwedView? Owed { get; private set; }

    /// <summary>One deposit for several lots: the contract that is signed first uses it.</summary>
    public bool DepositIsShared { get; private set; }

    /// <summary>It was used, or lost, for another lot: nothing of it comes off this price.</summary>
    public bool DepositIsGone { get; private set; }

    public DateTimeOffset Now { get; private set; }

    public bool MayDo { get; private set; }

    /// <summary>An operator has not said yet why: nothing of the deal is shown.</summary>
    public bool AsksReason { get; private set; }

    public string? Reason { get; private set; }

    public Refusal? ReasonRefused { get; private set; }

    /// <summary>The step whose upload was refused, and why.</summary>
    public (Step Step, Refusal Refusal)? Fault { get; private set; }

    /// <summary>The paid parts whose milestone the reader's side may say is reached.</summary>
    public IReadOnlyList<ObligationRow> Milestones => Side == Party.Seller && MayDo && Deal.Ended is null && Owed is { } owed
        ? [.. owed.Rows.Where(o => o is { Kind: ObligationKind.Price, Release: ReleaseRule.Milestone, Claim: null, IsPaid: true, KeptFen: > 0 })] : [];

    /// <summary>The part whose milestone was claimed and refused, and why.</summary>
    public (Guid Part, Refusal Refusal)? MilestoneFault { get; private set; }

    /// <summary>What the reader has to do next: the first step that is ready and waits for this side.</summary>
    public StepView? Mine => Deal.Ended is null && Side is { } side && MayDo ? Steps.FirstOrDefault(s => s is { IsDone: false, IsReady: true } && s.Waiting.Contains(side)) : null;

    public StepView? Next => Deal.Ended is not null ? null : Steps.FirstOrDefault(s => s is { IsDone: false, IsReady: true });

    public string NameOf(Guid id) => Names.GetValueOrDefault(id, "—");

    public async Task<IActionResult> OnGet(string auction, CancellationToken cancellation)
    {
        if (await Enter(auction, cancellation) is { } refused) return refused;
        if (Side is null) AsksReason = true;
        return Page();
    }

    /// <summary>An operator says why; it is kept before anything is shown, and asked again for the next look.</summary>
    public async Task<IActionResult> OnPostRead(string auction, string? reason, CancellationToken cancellation)
    {
        if (await Enter(auction, cancellation) is { } refused) return refused;
        if (Side is not null) return LocalRedirect($"/deals/{auction}");
        var noted = await deals.NoteReading(auction, (await actor.Get(cancellation)).Person!.Value, reason, Now, cancellation);
        (AsksReason, Reason, ReasonRefused) = (!noted.Done, reason, noted.Refusal);
        return Page();
    }

    /// <summary>A party uploads the file that shows its part of a step.</summary>
    public async Task<IActionResult> OnPostDo(string auction, string? step, IFormFile? file, CancellationToken cancellation)
    {
        if (await Enter(auction, cancellation) is { } refused) return refused;
        if (Side is not { } side || !MayDo) return this.Refused(Refusal.NotAllowed);
        if (Domain.Deals.Steps.Read(step) is not { } named) return this.Refused(Refusal.NotFound);
        var done = await Upload(auction, named, side, file, cancellation);
        if (done.Done) return LocalRedirect($"/deals/{auction}#step-{step}");
        Fault = (named, done.Refusal.Value);
        return Page();
    }

    /// <summary>The seller says that the milestone of a part of the price is reached, and shows it.</summary>
    public async Task<IActionResult> OnPostMilestone(string auction, Guid part, IFormFile? file, CancellationToken cancellation)
    {
        if (await Enter(auction, cancellation) is { } refused) return refused;
        if (Side != Party.Seller || !MayDo) return this.Refused(Refusal.NotAllowed);
        var kept = await Keep(file, cancellation);
        var claimed = kept.Done ? await DealMoney.ClaimMilestone(services, Deal, part, kept.Value, (await actor.Get(cancellation)).Person!.Value, cancellation) : kept.Refusal.Value;
        if (claimed.Done) return LocalRedirect($"/deals/{auction}#money");
        MilestoneFault = (part, claimed.Refusal.Value);
        return Page();
    }

    private async Task<Result<KeptFile>> Keep(IFormFile? file, CancellationToken cancellation)
    {
        if (file is null || file.Length == 0) return Result<KeptFile>.Refuse(Refusal.Required, "file");
        await using var content = file.OpenReadStream();
        return await files.Keep(content, file.FileName, cancellation);
    }

    private async Task<Result<Deal>> Upload(string auction, Step step, Party side, IFormFile? file, CancellationToken cancellation)
    {
        var kept = await Keep(file, cancellation);
        if (!kept.Done) return Result<Deal>.Refuse(kept.Refusal.Value, kept.Detail);
        var person = (await actor.Get(cancellation)).Person!.Value;
        return await deals.Do(auction, new DoStep(step, side, person, kept.Value.Sha256, kept.Value.FileName));
    }

    private async Task<IActionResult?> Enter(string auction, CancellationToken cancellation)
    {
        Now = clock.GetUtcNow();
        // Who may not know of a deal learns the same as for one that does not exist.
        if (!(await actor.Get(cancellation)).SignedIn) return this.Refused(Refusal.NotSignedIn);
        if (await deals.Find(auction, cancellation) is not { } deal) return this.Refused(Refusal.UnknownDeal);
        var access = await DealAccess.Of(actor, deal, Act.ReadDeal, cancellation);
        if (!access.Done) return this.Refused(Refusal.UnknownDeal);
        (Deal, Side) = (deal, access.Value.Side);
        MayDo = Side is not null && (await DealAccess.Of(actor, deal, Act.DoDealStep, cancellation)).Done;
        Steps = [.. deal.Schedule().Where(s => !s.Rule.SellerOnly || Side == Party.Seller)];
        Names = await NamesOf(deal, cancellation);
        if (Side is not { } side) return null;
        Notes = await NotesOf(auction, cancellation);
        if (Terms.Hold is { } hold)
        {
            var deposits = services.GetRequiredService<DepositAccounts>();
            (DepositIsShared, DepositIsGone) = (await deposits.IsShared(hold, cancellation), await deposits.WentElsewhere(hold, cancellation));
        }

        var owner = side == Party.Seller ? deal.Opened!.Seller : deal.Opened!.Buyer;
        // The seller's own fee is no matter of the buyer's, nor the other way round.
        var owed = (await obligations.About(deal.Id, cancellation)).Where(o => o.Debtor == owner || o.Creditor == owner).ToList();
        if (owed.Count > 0) Owed = await owedViews.Of(owed, owner, back: $"/deals/{deal.Id}#money", cancellation: cancellation);
        return null;
    }

    private async Task<IReadOnlyList<DealNote>> NotesOf(string auction, CancellationToken cancellation)
    {
        var row = await db.Set<DealRow>().AsNoTracking().SingleAsync(d => d.Auction == auction, cancellation);
        var notes = new List<DealNote>();
        foreach (var source in sources) notes.AddRange(await source.Of(services, row, cancellation));
        return notes;
    }

    private async Task<IReadOnlyDictionary<Guid, string>> NamesOf(Deal deal, CancellationToken cancellation)
    {
        var people = deal.Done.Select(d => d.Person).OfType<Guid>().Distinct().ToList();
        var names = await db.Set<Person>().AsNoTracking().Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.DisplayName, cancellation);
        var parties = await db.Set<Organisation>().AsNoTracking()
            .Where(o => o.Id == deal.Opened!.Seller || o.Id == deal.Opened.Buyer).Select(o => new { o.Id, o.Name }).ToListAsync(cancellation);
        foreach (var party in parties) names[party.Id] = party.Name;
        return names;
    }
}
