using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>What waits for its opening because of money in 暂收: how many lots, and the first opening of them. It names none.</summary>
public sealed record HeldOpenings(int Count, DateTimeOffset? First)
{
    public static readonly HeldOpenings None = new(0, null);
}

/// <summary>Where <c>/desk/bank</c> asks what waits; the capability that opens lots registers it.</summary>
public sealed record OpeningsAhead(Func<IServiceProvider, bool, CancellationToken, Task<HeldOpenings>> Of);

/// <summary>暂收: money without an owner that may be somebody's deposit, and how two operators find that it is not.</summary>
public sealed class Unmatched(MarketplaceDb db, Approvals approvals, DepositAccounts deposits)
{
    /// <summary>Due whenever such money comes, finds its owner, goes back or was examined. Key: the book. Whoever opens lots registers it.</summary>
    public const string Work = "payments.unmatched";

    /// <summary>Due work that carries out an examination that was confirmed.</summary>
    public const string ExamineWork = "payments.examine";

    /// <summary>The name under which an examination is proposed.</summary>
    public const string What = "payments.Examine";

    /// <summary>The money at the custodian that may hold an opening.</summary>
    public static async Task<List<UnmatchedCredit>> Of(MarketplaceDb db, bool demo, CancellationToken cancellation)
    {
        var book = DepositAccounts.BookOf(demo);
        var rows = await (
            from c in db.Set<BankCreditRow>().AsNoTracking()
            where c.Book == book && c.Organisation == null && c.ReversedAt == null && c.ExaminedAt == null
            // The payer as the bank names it, where a statement was taken in; what was written beside the payment otherwise.
            let payer = db.Set<BankLineRow>().Where(l => l.Book == book && l.BankReference == c.BankReference).Select(l => l.PayerName).FirstOrDefault()
            select new { c.Id, c.AmountFen, c.CreditedAt, c.ConfirmedAt, Payer = payer ?? c.PayerReference }).ToListAsync(cancellation);
        return rows.ConvertAll(r => new UnmatchedCredit(r.Id, r.AmountFen, r.CreditedAt, r.ConfirmedAt, r.Payer));
    }

    /// <summary>Examinations that wait for a second person.</summary>
    public Task<List<Approval>> Proposed(bool demo, DateTimeOffset now, CancellationToken cancellation) =>
        db.Set<Approval>().AsNoTracking().Where(a => a.What == What && a.Demo == demo && a.ConfirmedAt == null && a.WithdrawnAt == null && a.ExpiresAt > now).ToListAsync(cancellation);

    /// <summary>Order of refusals: UnknownCredit, CreditIsReversed, CreditAlreadyAssigned, CreditAlreadyExamined, the reason, ProposalOpen.</summary>
    public async Task<Result<Approval>> Propose(Guid id, Guid credit, string? reason, Guid person, bool demo, CancellationToken cancellation)
    {
        var book = DepositAccounts.BookOf(demo);
        var row = await db.Set<BankCreditRow>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == credit && c.Book == book, cancellation);
        if (row is null) return Refusal.UnknownCredit;
        if (row.ReversedAt is not null) return Refusal.CreditIsReversed;
        if (row.Organisation is not null) return Refusal.CreditAlreadyAssigned;
        if (row.ExaminedAt is not null) return Refusal.CreditAlreadyExamined;
        var said = Text.Require(reason?.Trim(), Domain.Payments.Deposits.LongestReason, "reason");
        if (!said.Done) return Result<Approval>.Refuse(said.Refusal.Value, said.Detail);
        return await approvals.Propose(id, What, $"{credit}", "", said.Value, null, person, demo, cancellation);
    }

    /// <summary>Confirms and carries out at once; a crash between the two is finished by the due work. Order of refusals: NotFound, those of an approval, those of the book.</summary>
    public async Task<Result<Approval>> Confirm(Guid id, Guid person, bool demo, CancellationToken cancellation)
    {
        if (await approvals.Find(id, cancellation) is not { What: What } approval || approval.Demo != demo) return Refusal.NotFound;
        var confirmed = await approvals.Confirm(approval, person, ExamineWork, cancellation);
        if (!confirmed.Done) return confirmed;
        return await Carry(id, cancellation) is { } refused ? refused : confirmed;
    }

    public async Task<Result<Approval>> Withdraw(Guid id, Guid person, bool demo, CancellationToken cancellation) =>
        await approvals.Find(id, cancellation) is { What: What } approval && approval.Demo == demo ? await approvals.Withdraw(approval, person, cancellation) : Refusal.NotFound;

    /// <summary>Why the book refused it, as when the money found its owner meanwhile; null when it is done.</summary>
    internal async Task<Refusal?> Carry(Guid id, CancellationToken cancellation)
    {
        if (await approvals.Find(id, cancellation) is not { ConfirmedBy: { } by, DoneAt: null } approval) return null;
        var done = await deposits.ExamineCredit(Guid.Parse(approval.Subject), approval.Reason, approval.ProposedBy, by, approval.Demo);
        try
        {
            await approvals.Done(approval, done.Refusal, cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            // The other of the two that carry it out was faster; the book did it once.
            await db.Entry(approval).ReloadAsync(cancellation);
        }

        return done.Refusal;
    }
}
