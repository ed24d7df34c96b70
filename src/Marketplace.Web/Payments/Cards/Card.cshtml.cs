using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Platform.Edge;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Payments.Cards;

/// <summary>刷卡支付: one payment by card, from the choice of the card to what became of it. It asks again by itself until that is known.</summary>
public sealed class CardModel(CurrentActor actor, CardPayments cards, CardSettings settings, TimeProvider clock) : PageModel
{
    private const string AskAgain = "2";

    /// <summary>Cards of Stripe's test mode, which a local Stripe takes.</summary>
    public static readonly IReadOnlyList<(string Method, string Text)> TestCards =
        [("pm_card_visa", "Card.Test.Good"), ("pm_card_authenticationRequired", "Card.Test.Asked"), ("pm_card_chargeDeclinedInsufficientFunds", "Card.Test.Declined")];

    private static readonly HashSet<string> Declines = ["insufficient_funds", "card_declined", "generic_decline", "do_not_honor", "expired_card", "incorrect_cvc", "lost_card", "stolen_card", "card_velocity_exceeded", "currency_not_supported", "authentication_required", "payment_intent_authentication_failure", "processing_error"];

    /// <summary>The text for what a bank or Stripe said against a card; null for a word that has none.</summary>
    public static string? SaysDecline(string? because) => because is not null && Declines.Contains(because) ? $"Card.Decline.{because}" : null;

    /// <summary>Null for one that could not be opened.</summary>
    public CardPaymentRow? Row { get; private set; }

    public bool Demo { get; private set; }

    public bool MayPay { get; private set; }

    public Refusal? Fault { get; private set; }

    /// <summary>The key of Stripe's own card form, while it is shown.</summary>
    public string? FormKey { get; private set; }

    public Uri FormScript => settings.Script;

    /// <summary>A new id for another try.</summary>
    public Guid NewPayment { get; private set; }

    /// <param name="already">It was open before.</param>
    public Task<IActionResult> OnGet(Guid payment, bool already, CancellationToken cancellation) => Show(payment, already ? Refusal.CardPaymentOpen : null, cancellation);

    /// <summary>Opens a payment: of something owed, or onto the organisation's account.</summary>
    public async Task<IActionResult> OnPostOpen(Guid payment, Guid? obligation, string? amount, CancellationToken cancellation)
    {
        var may = await actor.May(Act.PayOwed, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Demo = may.Value.Demo;
        if (!cards.IsOffered) return NotOpened(Refusal.CardsOff);
        if (!Fen.TryRead(amount, out var fen)) return NotOpened(Refusal.AmountOutOfRange);
        var opened = await cards.Open(new OpenCard(payment, may.Value.Organisation, fen, obligation, (await actor.Get(cancellation)).Person!.Value), cancellation);
        if (opened.Done) return LocalRedirect($"/desk/cards/{opened.Value.Id}");
        // Whoever began it elsewhere finds it here.
        return opened.Refusal is Refusal.CardPaymentOpen && obligation is { } owed && await cards.OpenOf(owed, cancellation) is { } open
            ? LocalRedirect($"/desk/cards/{open}?already=true")
            : NotOpened(opened.Refusal.Value);
    }

    private PageResult NotOpened(Refusal refusal)
    {
        (Fault, Response.StatusCode) = (refusal, Refusals.StatusOf(refusal));
        return Page();
    }

    public Task<IActionResult> OnPostChoose(Guid payment, string? method, CancellationToken cancellation) =>
        Do(payment, () => cards.Choose(payment, method, new Uri($"{Request.Scheme}://{Request.Host}/desk/cards/{payment}"), cancellation), cancellation);

    public Task<IActionResult> OnPostWithdraw(Guid payment, CancellationToken cancellation) => Do(payment, () => cards.Withdraw(payment, cancellation), cancellation);

    private async Task<IActionResult> Do(Guid payment, Func<Task<Result<Nothing>>> act, CancellationToken cancellation)
    {
        // Who may not know of it learns the same as for one that does not exist.
        if (await Read(payment, cancellation) is { } unknown) return this.Refused(unknown);
        var may = await actor.May(Act.PayOwed, Row!.Organisation, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        if (!cards.IsOffered) return this.Refused(Refusal.CardsOff);
        var done = await act();
        return done.Done ? LocalRedirect($"/desk/cards/{payment}") : await Show(payment, done.Refusal, cancellation);
    }

    private async Task<IActionResult> Show(Guid payment, Refusal? fault, CancellationToken cancellation)
    {
        if (await Read(payment, cancellation) is { } unknown) return this.Refused(unknown);
        (Fault, NewPayment) = (fault, Guid.CreateVersion7(clock.GetUtcNow()));
        Demo = DepositAccounts.IsOfDemo(Row!.Book);
        MayPay = cards.IsOffered && (await actor.May(Act.PayOwed, Row.Organisation, cancellation)).Done;
        if (MayPay && Row is { State: CardOrderState.Open, Method: null, Withdrawn: false } && cards.FormKey is { } key)
        {
            FormKey = key;
            var (scripts, frames, connections) = settings.Origins;
            Response.Headers.ContentSecurityPolicy = SecurityHeaders.PolicyFor(Request, scripts, frames, connections);
        }

        // What is on its way is known in a moment, and what waits for a choice changes only by it.
        if (Row.State == CardOrderState.Open && (Row.Method is not null || Row.Withdrawn)) Response.Headers["Refresh"] = AskAgain;
        return Page();
    }

    private async Task<Refusal?> Read(Guid payment, CancellationToken cancellation)
    {
        if (await cards.Find(payment, cancellation) is not { } row) return Refusal.UnknownCardPayment;
        var reads = await actor.May(Act.ReadOwnAccount, row.Organisation, cancellation);
        if (!reads.Done) return reads.Refusal.Value is Refusal.NotAllowed ? Refusal.UnknownCardPayment : reads.Refusal.Value;
        Row = row;
        return null;
    }
}
