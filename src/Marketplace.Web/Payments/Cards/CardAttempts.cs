using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments.Cards;

/// <summary>Keeps in <see cref="CardPaymentRow"/> how far a payment has come at Stripe.</summary>
internal sealed class CardAttempts(IMarketplaceDbFactory databases, TimeProvider clock) : ICardAttempts
{
    public async Task<CardAttempt?> Find(Guid payment, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        var row = await db.Set<CardPaymentRow>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == payment, cancellation);
        return row is null ? null : new CardAttempt(payment, row.Book, row.Intent, row.Method, row.ReturnUrl is { } url ? new Uri(url) : null, row.Withdrawn);
    }

    public Task Made(Guid payment, string intent, CancellationToken cancellation) =>
        Change(payment, (rows, token) => rows.ExecuteUpdateAsync(set => set.SetProperty(c => c.Intent, intent), token), cancellation);

    public Task Saw(Guid payment, CardState state, Uri? redirect, CancellationToken cancellation)
    {
        var address = redirect?.ToString();
        return Change(payment, (rows, token) => rows.ExecuteUpdateAsync(set => set.SetProperty(c => c.Seen, state).SetProperty(c => c.Redirect, address), token), cancellation);
    }

    public async Task Disputed(CardDispute dispute, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.Create();
        await db.WriteAsync(
            async token =>
            {
                var row = await db.Set<CardDisputeRow>().SingleOrDefaultAsync(d => d.Id == dispute.Id, token);
                if (row is null) db.Add(row = new CardDisputeRow { Id = dispute.Id, Book = dispute.Book, Payment = dispute.Payment, CreatedAt = dispute.CreatedAt, Reason = dispute.Reason });
                (row.State, row.AmountFen, row.EvidenceDue, row.SeenAt) = (dispute.State, dispute.AmountFen, dispute.EvidenceDue, now);
                await db.SaveChangesAsync(token);
            },
            cancellation);
    }

    public async Task<bool> HasPayout(string book, Guid payout, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        return await db.Set<PayoutRow>().AnyAsync(p => p.Id == payout && p.Book == book, cancellation);
    }

    public async Task<string?> ConnectedAccount(Guid account, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        var row = await db.Set<PayoutAccountRow>().AsNoTracking().SingleOrDefaultAsync(a => a.Id == account, cancellation);
        return row is { IsConnected: true, IsGenuine: true } ? row.Number : null;
    }

    private async Task Change(Guid payment, Func<IQueryable<CardPaymentRow>, CancellationToken, Task<int>> change, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        await db.WriteAsync(token => change(db.Set<CardPaymentRow>().Where(c => c.Id == payment), token), cancellation);
    }
}
