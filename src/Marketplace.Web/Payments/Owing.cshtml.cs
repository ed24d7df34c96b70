using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>我的收付款: what the organisation owes and is owed, with everything it may do about it.</summary>
public sealed class OwingModel(CurrentActor actor, Obligations obligations, OwedViews views, MarketplaceDb db) : PageModel
{
    public const int Shown = 200;

    public OwedView ToPay { get; private set; } = null!;

    public OwedView ToReceive { get; private set; } = null!;

    public bool Demo { get; private set; }

    /// <summary>There are more than are shown; the export has them all.</summary>
    public bool More { get; private set; }

    public long OwesFen { get; private set; }

    public long KeptFen { get; private set; }

    /// <summary>What reached the account: released, less the organisation's own fees out of it.</summary>
    public long ReceivedFen { get; private set; }

    /// <summary>What was refused, where its row is not among those shown.</summary>
    public Refusal? Elsewhere { get; private set; }

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        var may = await actor.May(Act.ReadOwnAccount, cancellation: cancellation);
        return may.Done ? await Show(may.Value, null, cancellation) : this.Refused(may.Refusal.Value);
    }

    /// <summary>Pays out of the organisation's account.</summary>
    public Task<IActionResult> OnPostPay(Guid payment, Guid obligation, long fen, string? back, CancellationToken cancellation) =>
        Do(obligation, back, Act.PayOwed, person => obligations.Pay(new PayObligation(payment, obligation, fen, person)), cancellation);

    /// <summary>Whoever paid agrees that it is released.</summary>
    public Task<IActionResult> OnPostAgree(Guid obligation, string? back, CancellationToken cancellation) =>
        Do(obligation, back, Act.AgreeRelease, person => obligations.Agree(obligation, person), cancellation);

    public Task<IActionResult> OnPostObject(Guid obligation, string? reason, string? back, CancellationToken cancellation) =>
        Do(obligation, back, Act.PayOwed, person => obligations.Object(obligation, reason, person), cancellation);

    private async Task<IActionResult> Do(Guid obligation, string? back, Act needed, Func<Guid, Task<Result<Obligation>>> act, CancellationToken cancellation)
    {
        // Who may not know of it learns the same as for one that does not exist.
        if (await obligations.Find(obligation, cancellation) is not { } row) return this.Refused(Refusal.UnknownObligation);
        var reads = await actor.May(Act.ReadOwnAccount, row.Debtor, cancellation);
        if (!reads.Done) return this.Refused(reads.Refusal.Value is Refusal.NotAllowed ? Refusal.UnknownObligation : reads.Refusal.Value);
        var may = await actor.May(needed, row.Debtor, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var answer = await act((await actor.Get(cancellation)).Person!.Value);
        if (answer.Done) return LocalRedirect(Url.IsLocalUrl(back) ? back : "/desk/payments");
        return await Show(may.Value, (obligation, answer.Refusal.Value), cancellation);
    }

    private async Task<IActionResult> Show(Membership member, (Guid Obligation, Refusal Refusal)? fault, CancellationToken cancellation)
    {
        Demo = member.Demo;
        var owed = db.Set<ObligationRow>().AsNoTracking();
        var (mine, theirs) = (owed.Where(o => o.Debtor == member.Organisation), owed.Where(o => o.Creditor == member.Organisation));
        // What still asks for something first, then the newest.
        var debts = await mine.OrderBy(o => o.Cancelled != null || o.PaidFen == o.AmountFen).ThenByDescending(o => o.RaisedAt).Take(Shown + 1).ToListAsync(cancellation);
        var claims = await theirs.OrderBy(o => o.ReleasedFen + o.RefundedFen == o.AmountFen).ThenByDescending(o => o.RaisedAt).Take(Shown + 1).ToListAsync(cancellation);
        OwesFen = await mine.Where(o => o.Cancelled == null && o.Release != ReleaseRule.OutOfPrice).SumAsync(o => o.AmountFen - o.PaidFen, cancellation);
        KeptFen = await theirs.SumAsync(o => o.PaidFen - o.ReleasedFen - o.RefundedFen, cancellation);
        ReceivedFen = await theirs.SumAsync(o => o.ReleasedFen, cancellation) - await mine.Where(o => o.Release == ReleaseRule.OutOfPrice).SumAsync(o => o.PaidFen - o.RefundedFen, cancellation);
        Elsewhere = fault is { } wrong && !debts.Exists(d => d.Id == wrong.Obligation) ? wrong.Refusal : null;
        More = debts.Count > Shown || claims.Count > Shown;
        ToPay = await views.Of([.. debts.Take(Shown)], member.Organisation, fault, cancellation: cancellation);
        ToReceive = await views.Of([.. claims.Take(Shown)], member.Organisation, fault, cancellation: cancellation);
        return Page();
    }
}
