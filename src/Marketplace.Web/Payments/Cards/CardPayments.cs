using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments.Cards;

/// <summary>刷卡支付: what a payer's page says. Every call may be repeated with the same id; who may call is the caller's to check.</summary>
public sealed class CardPayments(IGrainFactory grains, DepositAccounts deposits, CardSettings settings, IMarketplaceDbFactory databases, IHostEnvironment hosting, TimeProvider clock)
{
    /// <summary>Pages may offer it: the card is typed into Stripe's own form, for which the payer's browser needs a key; without one a local Stripe has test cards to choose from.</summary>
    public bool IsOffered => settings.IsOn && (settings.IsLocal || settings.PublishableKey is not null);

    /// <summary>The key of Stripe's form; null where test cards are chosen instead.</summary>
    public string? FormKey => settings.PublishableKey;

    /// <summary>Opens a payment; no card yet. Into the book of the obligation, or the organisation's own.</summary>
    /// <returns>The payment, under an id that follows from the form's.</returns>
    public async Task<Result<CardOrder>> Open(OpenCard command, CancellationToken cancellation = default)
    {
        if (!settings.IsOn) return Refusal.CardsOff;
        await using var db = databases.Create();
        var book = command.Obligation is { } owed
            ? await db.Set<ObligationRow>().AsNoTracking().Where(o => o.Id == owed).Select(o => o.Book).SingleOrDefaultAsync(cancellation)
            : await deposits.BookOf(command.Organisation, cancellation);
        if (book is null) return command.Obligation is null ? Refusal.NotFound : Refusal.UnknownObligation;
        if (!DepositAccounts.IsOfCards(book)) return Refusal.PaysByTransfer;
        // Cards that are no real ones pay nothing real.
        if (hosting.IsProduction() && !settings.IsLive && !DepositAccounts.IsOfDemo(book)) return Refusal.CardsOff;
        // An id is one of all books and of everything in them, so the form's is not taken as it is.
        return await grains.GetGrain<IBookGrain>(book).OpenCard(command with { Payment = Obligations.IdOf($"card\n{book}\n{command.Payment:D}") });
    }

    /// <summary>The card that pays, as the payer's browser got it from Stripe; the first one stands.</summary>
    /// <param name="method">Stripe's id (pm_…); the card itself never comes here.</param>
    public async Task<Result<Nothing>> Choose(Guid payment, string? method, Uri back, CancellationToken cancellation = default)
    {
        if (method is not { Length: > 3 and <= CardPaymentRow.LongestMethod } || !method.StartsWith("pm_", StringComparison.Ordinal) || !method.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')) return Refusal.MalformedRequest;
        var address = back.ToString();
        var chosen = await Change(payment, (rows, token) => rows.Where(c => c.Method == null && !c.Withdrawn).ExecuteUpdateAsync(set => set.SetProperty(c => c.Method, method).SetProperty(c => c.ReturnUrl, address), token), cancellation);
        return chosen || (await Find(payment, cancellation))?.Method == method ? default(Nothing) : Refusal.CardPaymentNotInThisState;
    }

    /// <summary>The payer wants it no more: it is cancelled unless the card was charged already.</summary>
    public async Task<Result<Nothing>> Withdraw(Guid payment, CancellationToken cancellation = default) =>
        await Change(payment, (rows, token) => rows.ExecuteUpdateAsync(set => set.SetProperty(c => c.Withdrawn, true), token), cancellation) ? default(Nothing) : Refusal.CardPaymentNotInThisState;

    /// <summary>The payment that is open for something owed.</summary>
    public async Task<Guid?> OpenOf(Guid obligation, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        return await db.Set<CardPaymentRow>().AsNoTracking().Where(c => c.Obligation == obligation && c.State == CardOrderState.Open).Select(c => (Guid?)c.Id).FirstOrDefaultAsync(cancellation);
    }

    public async Task<CardPaymentRow?> Find(Guid payment, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        return await db.Set<CardPaymentRow>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == payment, cancellation);
    }

    /// <summary>Puts what should have ended long ago on the list of work once more.</summary>
    /// <returns>Something of the last weeks can still change.</returns>
    internal async Task<bool> WakeForgotten(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var (late, from) = (now - 2 * CardMoney.Patience, now - CardMoney.Compared);
        await using var db = databases.Create();
        foreach (var open in await db.Set<CardPaymentRow>().AsNoTracking().Where(c => c.State == CardOrderState.Open && c.OpenedAt < late).Select(c => c.Id).ToListAsync(cancellation))
        {
            await db.SaveWithWork(CardEvents.Work, $"{open}", now, cancellation);
        }

        var payouts = db.Set<PayoutRow>().AsNoTracking().Where(p => p.Book == DepositAccounts.CardBook || p.Book == DepositAccounts.DemoCardBook);
        foreach (var payout in await payouts.Where(p => p.State == PayoutState.Instructed && p.InstructedAt < late).ToListAsync(cancellation))
        {
            var toCard = await db.Set<CardPaymentRow>().AnyAsync(c => c.Id == payout.Account, cancellation);
            await db.SaveWithWork(toCard ? CardEvents.Work : CardRows.SendWork, toCard ? $"{payout.Account}" : $"{payout.Book}/{payout.Id}", now, cancellation);
        }

        // An event that never came would leave a dispute open for ever.
        var undecided = db.Set<CardDisputeRow>().AsNoTracking().Where(d => d.State == CardDisputeState.Open || d.State == CardDisputeState.Inquiry);
        var seen = now - TimeSpan.FromDays(1);
        foreach (var dispute in await undecided.Where(d => d.SeenAt < seen).Select(d => d.Id).ToListAsync(cancellation)) await db.SaveWithWork(CardEvents.Work, dispute, now, cancellation);
        var disputable = now - settings.Disputable;
        return await db.Set<CardPaymentRow>().AnyAsync(c => c.OpenedAt >= from || (c.State == CardOrderState.Paid && c.OpenedAt >= disputable), cancellation) || await undecided.AnyAsync(cancellation) || await payouts.AnyAsync(p => p.State == PayoutState.Instructed || p.EndedAt >= from, cancellation);
    }

    /// <summary>Changes an open payment and has it looked at at once, in one transaction.</summary>
    private async Task<bool> Change(Guid payment, Func<IQueryable<CardPaymentRow>, CancellationToken, Task<int>> change, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        var changed = false;
        await db.WriteAsync(
            async token =>
            {
                changed = await change(db.Set<CardPaymentRow>().Where(c => c.Id == payment && c.State == CardOrderState.Open), token) == 1;
                if (changed) await db.SaveWithWork(CardEvents.Work, $"{payment}", clock.GetUtcNow(), token);
            },
            cancellation);
        return changed;
    }
}
