using Marketplace.Domain.Auctions;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>
/// The reviewer checks qualification papers under a code. The papers name the organisation, so nothing here may name or
/// hint at the lot: no id, no title, no price, no time of it. The list shows codes alone. Every opening is logged.
/// </summary>
public sealed class PapersDeskModel(MarketplaceDb db, Applications applications, BuyerAgencies agencies, CurrentActor actor, PrivilegedReads reads, Refusals refusals, TimeProvider clock) : PageModel
{
    public sealed record Waiting(string Code, DateTimeOffset SubmittedAt);

    /// <summary>What the reviewer sees of one application.</summary>
    public sealed record Papers(
        string Code, string Organisation, bool Abroad, string? Registered, bool Verified, bool Demo, BuyerConditions Conditions, string? Statement, string? PapersName, string? Agent, string? Agency,
        DateOnly? MandateUntil, string? MandateName, string? PledgeVersion, DateTimeOffset? PledgeAt, Interest Interest, PapersReview Review, string? Reason,
        DateTimeOffset? ReviewedAt);

    public IReadOnlyList<Waiting> Queue { get; private set; } = [];
    public Papers? Opened { get; private set; }
    public string? Reason { get; private set; }
    public FieldFaults Faults { get; } = new(refusals);
    public DateTimeOffset Now => clock.GetUtcNow();

    public async Task<IActionResult> OnGetAsync(string? code, CancellationToken cancellation)
    {
        var may = await actor.May(Act.CheckQualification, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Queue = await db.Set<Application>().AsNoTracking().Where(a => a.Review == PapersReview.Waiting).OrderBy(a => a.SubmittedAt).Take(200)
            .Select(a => new Waiting(a.Code, a.SubmittedAt!.Value)).ToListAsync(cancellation);
        if (code is null) return Page();
        var application = await Find(code, cancellation);
        if (application is null) return NotFound();
        var organisation = await db.Set<Organisation>().AsNoTracking().SingleAsync(o => o.Id == application.Organisation, cancellation);
        var conditions = await db.Set<Lot>().AsNoTracking().Where(l => l.Id == application.Auction).Select(l => l.Conditions).SingleAsync(cancellation);
        Opened = new Papers(
            code, organisation.Name, organisation.IsAbroad, organisation.ShownCode, organisation.State == VerificationState.Verified, organisation.Demo, conditions, application.Statement,
            application.PapersName, application.Agent, (await agencies.NamedBy(application.Id, cancellation))?.Name, application.MandateUntil, application.MandateName, application.PledgeVersion, application.PledgeAt,
            application.Interest, application.Review, application.ReviewReason, application.ReviewedAt);
        await reads.Note((await actor.Get(cancellation)).Person!.Value, "papers", code, "qualification", cancellation);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string code, bool passed, string? reason, CancellationToken cancellation)
    {
        var may = await actor.May(Act.CheckQualification, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var application = await Find(code, cancellation);
        if (application is null) return NotFound();
        var person = (await actor.Get(cancellation)).Person!.Value;
        var reviewed = await applications.Review(application, passed, reason, person, cancellation);
        if (reviewed.Done) return Redirect("/desk/qualifications");
        Faults.Add(reviewed, "reason");
        Reason = reason;
        return await OnGetAsync(code, cancellation);
    }

    private Task<Application?> Find(string code, CancellationToken cancellation) =>
        db.Set<Application>().SingleOrDefaultAsync(a => a.Code == code && a.Review != PapersReview.None, cancellation);
}
