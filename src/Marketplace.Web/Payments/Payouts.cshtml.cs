using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Payments.Cards;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>出款: the organisation has money of its account paid out to a bank account in its own name.</summary>
public sealed class PayoutsModel(CurrentActor actor, Obligations obligations, DepositAccounts deposits, MarketplaceDb db, TimeProvider clock) : PageModel
{
    private const int Shown = 100;
    private const int LeastDigits = 8, MostDigits = 32;

    [BindProperty] public Guid Payout { get; set; }
    [BindProperty] public string? Amount { get; set; }
    [BindProperty] public Guid Account { get; set; }
    [BindProperty] public string? Bank { get; set; }
    [BindProperty] public string? Number { get; set; }

    /// <summary>The field and what is wrong with it; the empty name stands for the whole form.</summary>
    public (string Field, Refusal Refusal)? Fault { get; private set; }

    public IReadOnlyList<PayoutAccountRow> Accounts { get; private set; } = [];

    public IReadOnlyList<PayoutRow> Payouts { get; private set; } = [];

    /// <summary>Every bank account that a payout names, the ones taken off the list too.</summary>
    public IReadOnlyDictionary<Guid, PayoutAccountRow> Known { get; private set; } = new Dictionary<Guid, PayoutAccountRow>();

    public long AvailableFen { get; private set; }

    /// <summary>What can be paid out of the money that came by card.</summary>
    public long CardsFen { get; private set; }

    /// <summary>What of it may leave for an account at Stripe now, and from when more may.</summary>
    public IReadOnlyList<Leaving> Leaves { get; private set; } = [];

    /// <summary>Cards that money can go back to.</summary>
    public IReadOnlyList<CardPaymentRow> Cards { get; private set; } = [];

    public string Holder { get; private set; } = "";

    public bool Demo { get; private set; }

    public bool MayAsk { get; private set; }

    public Refusal? Of(string field) => Fault is { } fault && fault.Field == field ? fault.Refusal : null;

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        var may = await actor.May(Act.ReadOwnAccount, cancellation: cancellation);
        return may.Done ? await Show(may.Value, cancellation) : this.Refused(may.Refusal.Value);
    }

    public async Task<IActionResult> OnPost(CancellationToken cancellation)
    {
        var may = await actor.May(Act.AskPayout, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        if (await BookFor(may.Value, cancellation) is not { } book) Fault = (nameof(Account), Refusal.PayoutAccountUnknown);
        else if (!Fen.TryRead(Amount, out var fen) || !Fen.IsAmount(fen)) Fault = (nameof(Amount), Refusal.AmountOutOfRange);
        else
        {
            var asked = await obligations.Instruct(
                book, new InstructPayout(IdIn(book), may.Value.Organisation, fen, Account, (await actor.Get(cancellation)).Person!.Value));
            if (asked.Done) return LocalRedirect("/desk/payouts");
            Fault = (asked.Refusal is Refusal.InsufficientFunds or Refusal.CardRefundTooMuch or Refusal.ChargebackOwed or Refusal.CardMoneyStays ? nameof(Amount) : "", asked.Refusal.Value);
        }

        return await Show(may.Value, cancellation);
    }

    public async Task<IActionResult> OnPostAdd(CancellationToken cancellation)
    {
        var may = await actor.May(Act.AskPayout, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var bank = Text.Require(Bank?.Trim(), ObligationTables.LongestBank, nameof(Bank));
        var number = string.Concat(Text.Narrow(Number ?? "").Where(c => !char.IsWhiteSpace(c) && c != '-'));
        if (!bank.Done) Fault = (nameof(Bank), bank.Refusal.Value);
        else if (number.Length is < LeastDigits or > MostDigits || !(IsConnected(bank.Value, number) ? number["acct_".Length..] : number).All(char.IsAsciiLetterOrDigit)) Fault = (nameof(Number), Refusal.BankAccountInvalid);
        else
        {
            var organisation = await db.Set<Organisation>().AsNoTracking().SingleAsync(o => o.Id == may.Value.Organisation, cancellation);
            var now = clock.GetUtcNow();
            var id = PayoutAccountRow.IdOf(organisation.Id, organisation.Name, bank.Value, number);
            // The same account entered again is the one that is there, or was.
            if (await db.Set<PayoutAccountRow>().FirstOrDefaultAsync(a => a.Id == id, cancellation) is { } known) known.EndedAt = null;
            else db.Add(new PayoutAccountRow
            {
                Id = id,
                Organisation = organisation.Id,
                Holder = organisation.Name,
                Bank = bank.Value,
                Number = number,
                AddedAt = now,
                AddedBy = (await actor.Get(cancellation)).Person!.Value,
            });
            await db.SaveChangesAsync(cancellation);
            return LocalRedirect("/desk/payouts");
        }

        return await Show(may.Value, cancellation);
    }

    /// <summary>One form, sent for two books, is two payouts: an id is one of all books.</summary>
    private Guid IdIn(string book) => Obligations.IdOf($"payout\n{book}\n{Payout:D}");

    private static bool IsConnected(string bank, string number) => bank == PayoutAccountRow.ConnectedBank && number.StartsWith("acct_", StringComparison.Ordinal);

    /// <summary>Where the money for this account is: what came by card goes back to it or to an account at Stripe, all else to a bank.</summary>
    private async Task<string?> BookFor(Membership member, CancellationToken cancellation)
    {
        var own = await db.Set<PayoutAccountRow>().AsNoTracking().SingleOrDefaultAsync(a => a.Id == Account && a.Organisation == member.Organisation && a.EndedAt == null, cancellation);
        if (own is not null) return own.IsConnected ? DepositAccounts.CardBookOf(member.Demo) : DepositAccounts.BookOf(member.Demo);
        return await db.Set<CardPaymentRow>().AsNoTracking().Where(c => c.Id == Account && c.Organisation == member.Organisation && c.State == CardOrderState.Paid).Select(c => c.Book).SingleOrDefaultAsync(cancellation);
    }

    public async Task<IActionResult> OnPostDrop(Guid drop, CancellationToken cancellation)
    {
        var may = await actor.May(Act.AskPayout, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        if (await db.Set<PayoutAccountRow>().FirstOrDefaultAsync(a => a.Id == drop && a.Organisation == may.Value.Organisation, cancellation) is not { } account) return this.Refused(Refusal.PayoutAccountUnknown);
        account.EndedAt ??= clock.GetUtcNow();
        await db.SaveChangesAsync(cancellation);
        return LocalRedirect("/desk/payouts");
    }

    private async Task<IActionResult> Show(Membership member, CancellationToken cancellation)
    {
        if (Payout == Guid.Empty) Payout = Guid.CreateVersion7(clock.GetUtcNow());
        (Demo, AvailableFen) = (member.Demo, (await deposits.Account(member.Organisation, DepositAccounts.BookOf(member.Demo))).AvailableFen);
        CardsFen = (await deposits.Account(member.Organisation, DepositAccounts.CardBookOf(member.Demo))).AvailableFen;
        if (CardsFen > 0) Leaves = await obligations.LeavesFrom(DepositAccounts.CardBookOf(member.Demo), member.Organisation);
        Cards = await db.Set<CardPaymentRow>().AsNoTracking().Where(c => c.Organisation == member.Organisation && c.State == CardOrderState.Paid).OrderByDescending(c => c.OpenedAt).Take(Shown).ToListAsync(cancellation);
        MayAsk = (await actor.May(Act.AskPayout, member.Organisation, cancellation)) is { Done: true } or { Refusal: Refusal.SecondFactorRequired };
        Holder = await db.Set<Organisation>().AsNoTracking().Where(o => o.Id == member.Organisation).Select(o => o.Name).SingleAsync(cancellation);
        var all = await db.Set<PayoutAccountRow>().AsNoTracking().Where(a => a.Organisation == member.Organisation).OrderBy(a => a.AddedAt).ToListAsync(cancellation);
        (Known, Accounts) = (all.ToDictionary(a => a.Id), [.. all.Where(a => a.EndedAt is null)]);
        Payouts = await db.Set<PayoutRow>().AsNoTracking().Where(p => p.Organisation == member.Organisation).OrderByDescending(p => p.InstructedAt).Take(Shown).ToListAsync(cancellation);
        return Page();
    }
}
