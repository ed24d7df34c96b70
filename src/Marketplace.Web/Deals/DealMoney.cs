using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Payments;
using Marketplace.Payments;
using Marketplace.Platform.Database;

namespace Marketplace.Deals;

/// <summary>
/// Where a deal and the ledger meet: the signed contract raises what is owed, the ledger says when the price is there, the steps
/// of delivery say when it may be released, the end of a sale takes it back. Due work only, safe to repeat.
/// </summary>
internal static class DealMoney
{
    /// <summary>Due when both have signed the contract, and when the sale ends.</summary>
    public const string SettleWork = "deals.settle";

    /// <summary>Due whenever something owed changes, and when a step of delivery is done.</summary>
    public const string FollowWork = "deals.follow";

    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    /// <summary>Raises what the contract makes owed and offsets the deposit; of a sale that ended, takes everything back.</summary>
    public static async Task<DateTimeOffset?> Settle(IServiceProvider services, string id, CancellationToken cancellation)
    {
        var (obligations, deposits) = (services.GetRequiredService<Obligations>(), services.GetRequiredService<DepositAccounts>());
        if (await services.GetRequiredService<Deals>().Find(id, cancellation) is not { Opened: { } terms } deal) return null;
        if (deal.Ended is { } because)
        {
            Expect(await obligations.Unwind(id, because, keepsDeposit: because == "defaulted", cancellation));
            return null;
        }

        if (deal.Schedule().Single(s => s.Rule.Step == Step.SignContract).DoneAt is null) return null;
        // A sale settles in the book that has the winner's deposit, or will have the buyer's money.
        var book = terms.Hold is { } held ? await deposits.BookOfHold(held, cancellation) : null;
        book ??= await deposits.BookOf(terms.Buyer, cancellation) ?? DepositAccounts.BookOf(terms.Demo);
        Expect(await obligations.Raise(book, new RaiseObligations(id, "signed", OwedOf(deal), new FollowUp(FollowWork, id))));
        // One deposit for several lots stays while one of the others runs: bids there rest on it.
        if (terms.Hold is { } shared && await deposits.AlsoCovers(shared, cancellation) is { Count: > 0 } others
            && await services.GetRequiredService<RunningLots>().Any(services.GetRequiredService<MarketplaceDb>(), others, cancellation)) return services.GetRequiredService<TimeProvider>().GetUtcNow() + LookAgain;
        if (terms.Hold is { } hold && await deposits.UseForPrice(hold, id) is { Done: false } offset && offset.Refusal is not (Refusal.HoldEnded or Refusal.UnknownHold)) Expect(offset);
        // A sale that ended while this was on its way found nothing to take back: look again.
        var after = await services.GetRequiredService<Deals>().Find(id, cancellation);
        return after?.Ended is null ? null : services.GetRequiredService<TimeProvider>().GetUtcNow();
    }

    /// <summary>Tells the deal that the price is there, and the ledger what the steps of delivery show.</summary>
    public static async Task<DateTimeOffset?> Follow(IServiceProvider services, string id, CancellationToken cancellation)
    {
        var (deals, obligations, deposits) = (services.GetRequiredService<Deals>(), services.GetRequiredService<Obligations>(), services.GetRequiredService<DepositAccounts>());
        if (await deals.Find(id, cancellation) is not { Opened: { } terms, Ended: null } deal) return null;
        var price = (await obligations.About(id, cancellation)).Where(o => o.Kind == ObligationKind.Price).ToList();
        if (price.Count == 0 || price.Any(o => !o.IsPaid)) return null;
        if (await deals.ReceivePrice(id) is { Done: false } received && received.Refusal != Refusal.DealIsOver) Expect(received);
        // A deposit on a letter was no part of the price: paid in full, it is free.
        if (terms.Hold is { } hold && await deposits.LetterOf(hold, cancellation) is not null && await deposits.Release(hold) is { Done: false } free && free.Refusal != Refusal.HoldEnded) Expect(free);
        foreach (var part in price.Where(o => o.KeptFen > 0 && GroundOf(o.Release) is not null))
        {
            var ground = GroundOf(part.Release);
            if (deal.Done.FirstOrDefault(d => d.Step == ground && d.Party == Party.Seller) is not { FileSha256: { } evidence }) continue;
            var until = Days.EndOf(Days.AfterWorkingDays(Days.Of(services.GetRequiredService<TimeProvider>().GetUtcNow()), Settlements.ObjectionDays));
            Expect(await obligations.Claim(new ClaimRelease(Obligations.IdOf($"claim\n{part.Id}"), part.Id, evidence, until)));
        }

        return null;
    }

    /// <summary>What an invoice for the price needs of the deal.</summary>
    public static async Task<(InvoicedSale Sale, string Lot)?> SaleOf(IServiceProvider services, string id, CancellationToken cancellation)
    {
        if (await services.GetRequiredService<Deals>().Find(id, cancellation) is not { Opened: { } terms } deal) return null;
        var registered = deal.Done.FirstOrDefault(d => d.Step == Step.Register)?.FileSha256;
        return (new InvoicedSale(terms.Title, terms.TransfersPatent ? TechContract.Assignment : TechContract.Licence, deal.Ended is null, registered), deal.Lot);
    }

    /// <summary>The step of the deal whose paper shows that the ground of the release has come.</summary>
    private static Step? GroundOf(ReleaseRule release) => release switch
    {
        ReleaseRule.Registration => Step.RecordTransfer,
        ReleaseRule.Acceptance => Step.Deliver,
        ReleaseRule.Milestone or ReleaseRule.AtOnce or ReleaseRule.OutOfPrice => null,
    };

    /// <summary>The price within the days of the step, and the fees that the announcement fixed.</summary>
    private static ImmutableArray<Owed> OwedOf(Deal deal)
    {
        var terms = deal.Opened!;
        var due = deal.Schedule().Single(s => s.Rule.Step == Step.Pay).Due;
        var owed = ImmutableArray.CreateBuilder<Owed>();
        owed.Add(new Owed(
            IdOf("price"), ObligationKind.Price, terms.Buyer, terms.Seller, terms.PriceFen, due, terms.TransfersPatent ? ReleaseRule.Registration : ReleaseRule.Acceptance));
        if (FeeOf(terms.BuyerFeeBp) is > 0 and var byBuyer) owed.Add(new Owed(IdOf("buyer-fee"), ObligationKind.PlatformFee, terms.Buyer, null, byBuyer, due, ReleaseRule.AtOnce));
        if (FeeOf(terms.SellerFeeBp) is > 0 and var bySeller) owed.Add(new Owed(IdOf("seller-fee"), ObligationKind.PlatformFee, terms.Seller, null, bySeller, due, ReleaseRule.OutOfPrice));
        return owed.ToImmutable();

        Guid IdOf(string what) => Obligations.IdOf($"{terms.Auction}\n{what}");
        long FeeOf(int basisPoints) => (long)((Int128)terms.PriceFen * basisPoints / 10_000);
    }

    /// <summary>A refusal here is a bug or a race that the next turn of the due work sees settled.</summary>
    private static void Expect<T>(Result<T> result)
    {
        if (!result.Done) throw new InvalidOperationException($"The money of a deal was refused: {result.Refusal} {result.Detail}");
    }
}
