using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Payments;

/// <summary>账本证明: whether the books held each night, what they hold where, and looking now.</summary>
public sealed class LedgerModel(CurrentActor actor, LedgerProving proving, TimeProvider clock) : PageModel
{
    private const int Shown = 31;

    public IReadOnlyList<PublishedProof> Proofs { get; private set; } = [];
    public PublishedProof? Last => Proofs.Count > 0 ? Proofs[0] : null;
    public bool IsOld => Last is { } last && proving.IsOld(last);
    public bool Demo { get; private set; }

    /// <summary>Which book: the custodian's, or <see cref="OfCards"/>.</summary>
    [BindProperty(SupportsGet = true)] public string? Of { get; set; }

    public const string OfCards = "cards";

    public bool IsOfCards => Of == OfCards;

    private string Book => IsOfCards ? DepositAccounts.CardBookOf(Demo) : DepositAccounts.BookOf(Demo);

    /// <summary>Made with the form, so that a double click looks once.</summary>
    public Guid Command { get; private set; }

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        if (await May(cancellation) is { } refused) return refused;
        Proofs = await proving.Newest(Book, Shown, cancellation);
        Command = Guid.CreateVersion7(clock.GetUtcNow());
        return Page();
    }

    public async Task<IActionResult> OnPost(Guid command, CancellationToken cancellation)
    {
        if (await May(cancellation) is { } refused) return refused;
        if (command == Guid.Empty) return this.Refused(Refusal.MalformedRequest);
        await proving.Prove(Book, command.ToString(), cancellation);
        return LocalRedirect(IsOfCards ? $"/desk/ledger?of={OfCards}" : "/desk/ledger");
    }

    private async Task<IActionResult?> May(CancellationToken cancellation)
    {
        var may = await actor.May(Act.SeeOperations, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Demo = may.Value.Demo;
        return null;
    }
}
