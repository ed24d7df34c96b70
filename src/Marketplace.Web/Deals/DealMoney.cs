using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Payments;
using Marketplace.Payments.Royalties;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Microsoft.EntityFrameworkCore;

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

    /// <summary>Working days to pay a commission in, as for a price: a default of the market.</summary>
    private const int CommissionDays = 5;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    /// <summary>Raises what the contract makes owed and offsets the deposit; of a sale that ended, takes everything back.</summary>
    public static async Task<DateTimeOffset?> Settle(IServiceProvider services, string id, CancellationToken cancellation)
    {
        var (obligations, deposits) = (services.GetRequiredService<Obligations>(), services.GetRequiredService<DepositAccounts>());
        if (await services.GetRequiredService<Deals>().Find(id, cancellation) is not { Opened: { } terms } deal) return null;
        if (deal.Ended is { } because)
        {
            Expect(await obligations.Unwind(id, because, keepsDeposit: because == "defaulted", cancellation));
            await Commissions(services, id, cancellation);
            Expect(await services.GetRequiredService<RoyaltyAgreements>().End(id, because, cancellation));
            return null;
        }

        if (deal.SignedOn() is not { } signed) return null;
        // A sale settles in the book that has the winner's deposit, or will have the buyer's money.
        var book = terms.Hold is { } held ? await deposits.BookOfHold(held, cancellation) : null;
        book ??= await deposits.BookOf(terms.Buyer, cancellation) ?? DepositAccounts.BookOf(terms.Demo);
        Expect(await obligations.Raise(book, new RaiseObligations(id, "signed", OwedOf(deal, signed), new FollowUp(FollowWork, id))));
        await Commissions(services, id, cancellation);
        if (deal.RoyaltyFrom(signed) is { } royalty)
        {
            Expect(await services.GetRequiredService<RoyaltyAgreements>().Begin(new BeginRoyalties(id, terms.Seller, terms.Buyer, terms.Title, book, royalty, terms.Demo)));
        }

        // One deposit for several lots stays while one of the others runs: bids there rest on it.
        if (terms.Hold is { } shared && await deposits.AlsoCovers(shared, cancellation) is { Count: > 0 } others
            && await services.GetRequiredService<RunningLots>().Any(services.GetRequiredService<MarketplaceDb>(), others, cancellation)) return services.GetRequiredService<TimeProvider>().GetUtcNow() + LookAgain;
        if (terms.Hold is { } hold && await deposits.UseForPrice(hold, id) is { Done: false } offset && offset.Refusal is not (Refusal.HoldEnded or Refusal.UnknownHold)) Expect(offset);
        // A sale that ended while this was on its way found nothing to take back: look again.
        var after = await services.GetRequiredService<Deals>().Find(id, cancellation);
        return after?.Ended is null ? null : services.GetRequiredService<TimeProvider>().GetUtcNow();
    }

    /// <summary>Tells the deal that the first payment is there, and the ledger what the steps of delivery show of each part that is paid.</summary>
    public static async Task<DateTimeOffset?> Follow(IServiceProvider services, string id, CancellationToken cancellation)
    {
        var (deals, obligations, deposits) = (services.GetRequiredService<Deals>(), services.GetRequiredService<Obligations>(), services.GetRequiredService<DepositAccounts>());
        if (await deals.Find(id, cancellation) is not { Opened: { } terms, Ended: null } deal || deal.SignedOn() is not { } signed) return null;
        var price = (await obligations.About(id, cancellation)).Where(o => o.Kind == ObligationKind.Price).ToDictionary(o => o.Id);
        // Delivery and transfer do not wait for the parts that are due later.
        if (deal.PaymentFrom(signed).FirstPayment().All(p => price.GetValueOrDefault(Obligations.PartIdOf(terms.Auction, p.Number))?.IsPaid == true)
            && await deals.ReceivePrice(id, price.Values.Sum(o => o.PaidFen)) is { Done: false } received && received.Refusal != Refusal.DealIsOver) Expect(received);
        // A deposit on a letter was no part of the price: once all of it is paid, it is free.
        if (price.Count > 0 && price.Values.All(o => o.IsPaid) && terms.Hold is { } hold && await deposits.LetterOf(hold, cancellation) is not null
            && await deposits.Release(hold) is { Done: false } free && free.Refusal != Refusal.HoldEnded) Expect(free);
        foreach (var part in price.Values.Where(o => o is { IsPaid: true, KeptFen: > 0, Claim: null } && GroundOf(o.Release) is not null))
        {
            var ground = GroundOf(part.Release);
            if (deal.Done.FirstOrDefault(d => d.Step == ground && d.Party == Party.Seller) is not { FileSha256: { } evidence } shown) continue;
            Expect(await obligations.Claim(new ClaimRelease(Obligations.IdOf($"claim\n{part.Id}"), part.Id, evidence, ObjectUntil(services.GetRequiredService<TimeProvider>().GetUtcNow()), shown.FileName)));
        }

        return null;
    }

    /// <summary>佣金 of a sale that was signed, in the book of its price: what those who know of agencies say is due now.</summary>
    private static async Task Commissions(IServiceProvider services, string id, CancellationToken cancellation)
    {
        var obligations = services.GetRequiredService<Obligations>();
        if ((await obligations.About(id, cancellation)).FirstOrDefault(o => o.Kind == ObligationKind.Price) is not { } price) return;
        var due = Days.AfterWorkingDays(Days.Of(services.GetRequiredService<TimeProvider>().GetUtcNow()), CommissionDays);
        await using var db = services.GetRequiredService<IMarketplaceDbFactory>().Create();
        var deal = await db.Set<DealRow>().AsNoTracking().SingleAsync(d => d.Auction == id, cancellation);
        foreach (var source in services.GetServices<DealCommissions>())
        {
            foreach (var owed in await source.Of(services, deal, cancellation))
            {
                Guid IdOf(string what) => Obligations.IdOf($"{what}\n{id}\n{owed.Client}\n{owed.Agency}\n{owed.State}");
                Expect(await obligations.Commission(price.Book, new SetCommission(id, owed.State, owed.Client, owed.Agency, owed.AmountFen, due, deal.EndedBecause is null, IdOf("commission"), IdOf("commission-back"))));
            }
        }
    }

    /// <summary>The seller says that the milestone of a part is reached. Refusals: DealIsOver, UnknownObligation, then those of <see cref="Settlements.Claim"/>; a part that is not paid yet is NotPaidYet.</summary>
    public static async Task<Result<Obligation>> ClaimMilestone(IServiceProvider services, Deal deal, Guid part, KeptFile evidence, Guid person, CancellationToken cancellation)
    {
        var obligations = services.GetRequiredService<Obligations>();
        if (deal.Ended is not null) return Refusal.DealIsOver;
        if (await obligations.Find(part, cancellation) is not { Kind: ObligationKind.Price, Release: ReleaseRule.Milestone } row || row.About != deal.Id) return Refusal.UnknownObligation;
        // The same file again is the same claim; another one is told that there is a claim already.
        var claim = Obligations.IdOf($"claim\n{part}\n{evidence.Sha256}");
        return await obligations.Claim(new ClaimRelease(claim, part, evidence.Sha256, ObjectUntil(services.GetRequiredService<TimeProvider>().GetUtcNow()), evidence.FileName, person));
    }

    /// <summary>The parts after the first payment of which something is still owed, with what is.</summary>
    public static async Task<IReadOnlyList<PlannedPart>> LaterParts(IServiceProvider services, Deal deal, CancellationToken cancellation)
    {
        if (deal is not { Opened.Plan.Parts.Length: > 1, Ended: null } || deal.SignedOn() is not { } signed) return [];
        var plan = deal.PaymentFrom(signed);
        var owed = (await services.GetRequiredService<Obligations>().About(deal.Id, cancellation)).ToDictionary(o => o.Id);
        return
        [
            .. from part in plan.Parts.Except(plan.FirstPayment())
               let row = owed.GetValueOrDefault(Obligations.PartIdOf(deal.Id, part.Number))
               where row is not { OutstandingFen: 0 }
               select row is null ? part : part with { Due = row.Due, AmountFen = row.OutstandingFen },
        ];
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

    /// <summary>Each part of the price by the plan, and the fees that the announcement fixed with the first payment.</summary>
    private static ImmutableArray<Owed> OwedOf(Deal deal, DateOnly signed)
    {
        var terms = deal.Opened!;
        var plan = deal.PaymentFrom(signed);
        var due = plan.Parts[0].Due;
        var owed = plan.Parts.Select(p => new Owed(Obligations.PartIdOf(terms.Auction, p.Number), ObligationKind.Price, terms.Buyer, terms.Seller, p.AmountFen, p.Due, ReleaseOf(p.Release), p.Milestone)).ToList();
        if (FeeOf(terms.BuyerFeeBp) is > 0 and var byBuyer) owed.Add(new Owed(IdOf(terms.Auction, "buyer-fee"), ObligationKind.PlatformFee, terms.Buyer, null, byBuyer, due, ReleaseRule.AtOnce));
        if (FeeOf(terms.SellerFeeBp) is > 0 and var bySeller) owed.Add(new Owed(IdOf(terms.Auction, "seller-fee"), ObligationKind.PlatformFee, terms.Seller, null, bySeller, due, ReleaseRule.OutOfPrice));
        return [.. owed];

        long FeeOf(int basisPoints) => (long)((Int128)terms.PriceFen * basisPoints / 10_000);
    }

    private static ReleaseRule ReleaseOf(PartRelease release) => release switch
    {
        PartRelease.Registration => ReleaseRule.Registration,
        PartRelease.Acceptance => ReleaseRule.Acceptance,
        PartRelease.Milestone => ReleaseRule.Milestone,
    };

    private static Guid IdOf(string deal, string what) => Obligations.IdOf($"{deal}\n{what}");

    private static DateTimeOffset ObjectUntil(DateTimeOffset now) => Days.EndOf(Days.AfterWorkingDays(Days.Of(now), Settlements.ObjectionDays));

    /// <summary>A refusal here is a bug or a race that the next turn of the due work sees settled.</summary>
    private static void Expect<T>(Result<T> result)
    {
        if (!result.Done) throw new InvalidOperationException($"The money of a deal was refused: {result.Refusal} {result.Detail}");
    }
}
