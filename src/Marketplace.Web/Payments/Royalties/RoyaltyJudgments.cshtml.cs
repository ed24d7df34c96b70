using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments.Royalties;

/// <summary>Reports of inspections that the buyer disputes or leaves unanswered: one operator enters what somebody judged, another confirms it.</summary>
public sealed class RoyaltyJudgmentsModel(CurrentActor actor, PrivilegedReads reads, RoyaltyAgreements agreements, FileStore files, MarketplaceDb db, TimeProvider clock) : PageModel
{
    public IReadOnlyList<FoundRoyalties> Rows { get; private set; } = [];

    public bool Demo { get; private set; }

    public DateTimeOffset Now { get; private set; }

    public Guid Me { get; private set; }

    /// <summary>What was refused last, of which deal, and in which field.</summary>
    public (string Deal, Refusal Refusal, string? Field)? Fault { get; private set; }

    /// <summary>A new id for each form; the same after a refusal, unless the id was used for something else.</summary>
    public string FormId(string deal) => Fault?.Refusal is not Refusal.CommandIdReused && Typed(deal, "id") is { } same ? same : Guid.CreateVersion7(Now).ToString();

    public string? Typed(string deal, string field, int at = 0) => Fault?.Deal == deal && Request.HasFormContentType && Request.Form[field] is { Count: var count } said && at < count ? said[at] : null;

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        var may = await actor.May(Act.OverseeSettlement, cancellation: cancellation);
        return may.Done ? await Show(may.Value, cancellation) : this.Refused(may.Refusal.Value);
    }

    public Task<IActionResult> OnPostPropose(string? deal, Guid id, Guid inspection, string?[] found, string? number, IFormFile? file, CancellationToken cancellation) => Do(
        deal,
        async (royalties, by) =>
        {
            var read = RoyaltiesModel.ReadFound(royalties.Terms.Terms, found);
            if (!read.Done) return Result<Nothing>.Refuse(read.Refusal.Value, read.Detail);
            if (file is null || file.Length == 0) return Result<Nothing>.Refuse(Refusal.Required, "file");
            await using var content = file.OpenReadStream();
            var kept = await files.Keep(content, file.FileName, cancellation);
            return kept.Done
                ? await agreements.ProposeJudgment(royalties.Terms.Deal, new JudgmentProposed(id, inspection, read.Value, number?.Trim() ?? "", kept.Value.Sha256, kept.Value.FileName, by))
                : Result<Nothing>.Refuse(kept.Refusal.Value, "file");
        },
        cancellation);

    public Task<IActionResult> OnPostConfirm(string? deal, Guid inspection, Guid judgment, CancellationToken cancellation) =>
        Do(deal, (royalties, by) => agreements.ConfirmJudgment(royalties.Terms.Deal, inspection, judgment, by), cancellation);

    /// <summary>Those that may be judged now.</summary>
    internal static async Task<IReadOnlyList<FoundRoyalties>> Open(RoyaltyAgreements agreements, MarketplaceDb db, bool demo, DateTimeOffset now, CancellationToken cancellation)
    {
        var before = now.AddDays(-RoyaltyRules.SilentDays);
        var deals = await db.Set<RoyaltyRow>().AsNoTracking()
            .Where(r => r.Demo == demo && r.EndedAt == null && (r.Turn == InspectionTurn.Dispute || (r.Turn == InspectionTurn.Buyer && r.ReportedAt < before)))
            .OrderBy(r => r.ReportedAt).Select(r => r.Deal).ToListAsync(cancellation);
        var open = new List<FoundRoyalties>();
        foreach (var deal in deals)
        {
            if (await agreements.Find(deal, cancellation) is { } found && RoyaltyRules.MayBeJudged(found.Royalties, now)) open.Add(found);
        }

        return open;
    }

    private async Task<IActionResult> Do(string? deal, Func<FoundRoyalties, Guid, Task<Result<Nothing>>> act, CancellationToken cancellation)
    {
        var may = await actor.May(Act.OverseeSettlement, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        // An operator knows of no royalties but those that somebody has to judge.
        if (await agreements.Find(deal ?? "", cancellation) is not { } royalties || royalties.Terms.Demo != may.Value.Demo || !(RoyaltyRules.MayBeJudged(royalties.Royalties, clock.GetUtcNow()) || royalties.Royalties.Case?.Judgment is not null)) return this.Refused(Refusal.UnknownDeal);
        var done = await act(royalties, (await actor.Get(cancellation)).Person!.Value);
        if (done.Done) return LocalRedirect("/desk/royalties/judgments");
        Fault = (royalties.Terms.Deal, done.Refusal.Value, done.Detail);
        return await Show(may.Value, cancellation);
    }

    private async Task<IActionResult> Show(Membership member, CancellationToken cancellation)
    {
        (Demo, Now, Me) = (member.Demo, clock.GetUtcNow(), (await actor.Get(cancellation)).Person!.Value);
        await reads.Note(Me, "royalties", Now.ToOffset(Instant.Beijing).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "settlement", cancellation);
        Rows = await Open(agreements, db, Demo, Now, cancellation);
        return Page();
    }
}
