using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Deals;

/// <summary>What a 成交确认书 of a 竞价 says, and to whom: the two parties.</summary>
/// <param name="SharedDeposit">One deposit for several lots: the first contract uses it.</param>
public sealed record ConfirmationRecord(OpenDeal Terms, Organisation Seller, Organisation Buyer, bool SharedDeposit)
{
    /// <summary>What the buyer declared of a 完成人; null when it declared nothing.</summary>
    public static string? InterestSays(OpenDeal terms, IStringLocalizer texts) =>
        terms.InterestOf is not { } names ? null : names.Length == 0 ? texts["Interest.Inventor"].Value : texts["Interest.Inventors", names].Value;

    /// <summary>How much lies as a deposit, and what becomes of it.</summary>
    public string[] DepositSays(IStringLocalizer texts) => [$"¥{Fen.Exact(Terms.DepositFen)}", texts[SharedDeposit ? "Deposit.Shared" : "Deposit.Offset"].Value];

    /// <summary>The text of the third paragraph: what the deposit is for.</summary>
    public string DepositClause => Terms.DepositFen == 0 ? "Confirmation.P3.None" : SharedDeposit ? "Confirmation.P3.Shared" : "Confirmation.P3";

    public static async Task<Result<ConfirmationRecord>> Read(string auction, CurrentActor actor, Deals deals, DepositAccounts deposits, MarketplaceDb db, CancellationToken cancellation)
    {
        if (!(await actor.Get(cancellation)).SignedIn) return Refusal.NotSignedIn;
        if (await deals.Find(auction, cancellation) is not { } deal) return Refusal.UnknownDeal;
        // An operator reads the deal's page, where the reason is kept; the paper is the parties'.
        if (await DealAccess.Of(actor, deal, Act.ReadDeal, cancellation) is not { Done: true, Value.Side: not null }) return Refusal.UnknownDeal;
        var terms = deal.Opened!;
        return new ConfirmationRecord(
            terms, await db.Set<Organisation>().AsNoTracking().SingleAsync(o => o.Id == terms.Seller, cancellation), await db.Set<Organisation>().AsNoTracking().SingleAsync(o => o.Id == terms.Buyer, cancellation),
            terms.Hold is { } hold && await deposits.IsShared(hold, cancellation));
    }
}

/// <summary>成交确认书: for the two parties, made to be printed and signed.</summary>
public sealed class ConfirmationModel(CurrentActor actor, Deals deals, DepositAccounts deposits, MarketplaceDb db) : PageModel
{
    public ConfirmationRecord Record { get; private set; } = null!;

    public async Task<IActionResult> OnGet(string auction, CancellationToken cancellation)
    {
        var read = await ConfirmationRecord.Read(auction, actor, deals, deposits, db, cancellation);
        if (!read.Done) return this.Refused(read.Refusal.Value);
        Record = read.Value;
        return Page();
    }
}
