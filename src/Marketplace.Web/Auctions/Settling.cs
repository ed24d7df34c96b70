using Marketplace.Achievements;
using Marketplace.Deals;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Payments;
using Marketplace.Payments;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>
/// What an end began, and every turn after it: deposits go back at once (the rules say within 24 hours) except those that
/// stay bound, deals are opened or ended, the achievement is sold or free again, the next round is made. Each step is safe
/// to repeat, and the whole is repeated until it is done.
/// </summary>
public sealed class Settling(MarketplaceDb db, DepositAccounts deposits, Obligations obligations, Forfeits forfeits, Deals.Deals deals, NextRounds rounds, SessionSlots slots, LotNews news, IGrainFactory grains, TimeProvider clock)
{
    public async Task<DateTimeOffset?> Settle(string auction, CancellationToken cancellation)
    {
        // Nor is a rehearsal found here: it binds no deposit, opens no deal, hands over nothing and is followed by no round.
        var lot = await db.Set<Lot>().AsNoTracking().SingleOrDefaultAsync(l => l.Id == auction, cancellation);
        if (lot is null) return null;
        if (lot.Outcome is null) return clock.GetUtcNow() + TimeSpan.FromSeconds(1);
        var grain = grains.GetGrain<IAuctionGrain>(auction);
        var course = await grain.Course();
        // An activation that was replaced may still answer, and not know the end: on its word the winner's deposit would be released.
        if (course.Version < lot.Version) return clock.GetUtcNow() + TimeSpan.FromSeconds(1);
        if (course is { Offer.Until: { } until, Answer: null } && clock.GetUtcNow() >= until)
        {
            await grain.ExpireOffer();
            course = await grain.Course();
        }

        // Money first: nobody's deposit waits for paperwork between others.
        await ReleaseAllBut(lot, Bound(course), cancellation);
        await ReleaseUnadmitted(lot, cancellation);
        await KeepDefaults(lot, course, cancellation);
        await KeepObligation(lot, course, cancellation);
        await news.Ended(lot, course, cancellation);
        await HandOver(lot, course, grain, cancellation);
        await NoteResale(lot, course, cancellation);
        await Free(lot, course);
        if (course.Outcome == "cancelled")
        {
            // Nothing ends in its slot any more: another lot may.
            await slots.GiveBack(auction, cancellation);
            await db.SaveChangesAsync(cancellation);
        }

        // The days of the plan run from the end; after a default from when nobody else takes it.
        if (course.Outcome is "unsold" || (course.Outcome == "defaulted" && !IsAsking(course)))
            await rounds.Make(lot, course.Outcome == "unsold" ? course.EndsAt : clock.GetUtcNow(), lower: course.Outcome == "unsold", cancellation);
        return IsAsking(course) ? course.Offer!.Until : course.SecondBound is null ? null : course.SecondWaitsUntil;
    }

    private static bool IsAsking(Course course) => course is { Offer: not null, Answer: null, Outcome: "defaulted" };

    /// <summary>Whose deposits stay: the winner's for the price, the second-best's while it waits, a defaulter's for what it owes.</summary>
    private static HashSet<int> Bound(Course course)
    {
        var bound = new HashSet<int>();
        if (course.Outcome is "void" or "cancelled" or "unsold") return bound;
        if (course.Standing is { } sale) bound.Add(sale.Winner);
        if (course.SecondBound is { } second) bound.Add(second);
        bound.UnionWith(course.Defaulters);
        return bound;
    }

    private async Task ReleaseAllBut(Lot lot, HashSet<int> bound, CancellationToken cancellation)
    {
        var free = await db.Set<PaddleRow>().Where(p => p.Auction == lot.Id && p.SettledAt == null && !bound.Contains(p.Paddle)).ToListAsync(cancellation);
        foreach (var paddle in free)
        {
            await Free(paddle.Hold);
            paddle.SettledAt = clock.GetUtcNow();
            await db.SaveChangesAsync(cancellation);
        }
    }

    /// <summary>Who froze a deposit but never got a paddle: the papers were not decided in time.</summary>
    private async Task ReleaseUnadmitted(Lot lot, CancellationToken cancellation)
    {
        // By the ledger, not by the application: a click whose answer was lost may have frozen without a note.
        var admitted = await db.Set<PaddleRow>().AsNoTracking().Where(p => p.Auction == lot.Id).Select(p => p.Hold).ToListAsync(cancellation);
        var holds = (await deposits.ActiveHolds(lot.Id, cancellation)).Except(admitted);
        foreach (var hold in holds) await Free(hold);
    }

    private async Task KeepDefaults(Lot lot, Course course, CancellationToken cancellation)
    {
        foreach (var paddle in course.Defaulters)
        {
            var row = await Holder(lot.Id, paddle, cancellation);
            await OpenForfeit(lot, row, cancellation);
            if (await db.Set<DefaultRow>().AnyAsync(d => d.Auction == lot.Id && d.Paddle == paddle, cancellation)) continue;
            db.Add(new DefaultRow { Auction = lot.Id, Paddle = paddle, Organisation = row.Organisation, Hold = row.Hold, DepositFen = lot.DepositFen, At = clock.GetUtcNow() });
            await db.SaveChangesAsync(cancellation);
        }
    }

    /// <summary>Two operators divide what the defaulter lost; what it should have paid stands in its deal.</summary>
    private async Task OpenForfeit(Lot lot, PaddleRow holder, CancellationToken cancellation)
    {
        var (first, second) = (lot.Id, lot.Id + Deal.SecondMark);
        var deal = await db.Set<DealRow>().AsNoTracking().SingleOrDefaultAsync(d => (d.Auction == first || d.Auction == second) && d.Buyer == holder.Organisation, cancellation);
        // Without a deposit there is nothing to lose.
        if (deal is null || lot.DepositFen == 0 || await deposits.BookOfHold(holder.Hold, cancellation) is not { } book) return;
        await forfeits.Open(
            new ForfeitRow
            {
                Hold = holder.Hold,
                Book = book,
                Auction = lot.Id,
                Deal = deal.Auction,
                Organisation = holder.Organisation,
                Seller = lot.Seller,
                DepositFen = await deposits.MoneyOf(holder.Hold, cancellation) ?? lot.DepositFen,
                PriceFen = deal.PriceFen,
                OpenedAt = clock.GetUtcNow(),
            },
            cancellation);
    }

    /// <summary>A sale stands: what those brought less who defaulted on the object before, in this round or an earlier one, is known.</summary>
    private async Task NoteResale(Lot lot, Course course, CancellationToken cancellation)
    {
        if (course.Standing is not { } sale) return;
        var rounds = new List<string> { lot.Id };
        for (var earlier = lot.Follows; earlier is not null && rounds.Count < 20;)
        {
            rounds.Add(earlier);
            var id = earlier;
            earlier = await db.Set<Lot>().AsNoTracking().Where(l => l.Id == id).Select(l => l.Follows).SingleOrDefaultAsync(cancellation);
        }

        var buyer = await Holder(lot.Id, sale.Winner, cancellation);
        await forfeits.Resold(rounds, buyer.Organisation, sale.PriceFen, sale.Promoted ? lot.Id + Deal.SecondMark : lot.Id, cancellation);
    }

    /// <summary>The seller refused: it owes the buyer the sum of the deposit (domain.md §8a.2), within five working days.</summary>
    private async Task KeepObligation(Lot lot, Course course, CancellationToken cancellation)
    {
        const string Cause = "seller-refusal";
        if (course.LetDown is not { } buyer || lot.DepositFen == 0 || (await obligations.About(lot.Id, cancellation)).Any(o => o.Kind == ObligationKind.SellerRefusal)) return;
        var creditor = (await Holder(lot.Id, buyer, cancellation)).Organisation;
        var owed = new Owed(
            Obligations.IdOf($"{lot.Id}\n{Cause}"), ObligationKind.SellerRefusal, lot.Seller, creditor, lot.DepositFen, Days.AfterWorkingDays(Days.Of(clock.GetUtcNow()), 5), ReleaseRule.AtOnce);
        // Of whoever owes: the seller pays into its own book.
        var book = await deposits.BookOf(lot.Seller, cancellation) ?? DepositAccounts.BookOf(lot.Demo);
        Expect(await obligations.Raise(book, new RaiseObligations(lot.Id, Cause, [owed])));
    }

    /// <summary>The stream is the outbox: a deal that exists is recorded in it, the second-best's under an id of its own.</summary>
    private async Task HandOver(Lot lot, Course course, IAuctionGrain grain, CancellationToken cancellation)
    {
        var second = lot.Id + Deal.SecondMark;
        if (course.Standing is { Promoted: false } sale)
        {
            Expect(await Open(lot, lot.Id, sale, cancellation));
            Expect(await grain.RecordDeal(lot.Id));
        }
        else if (course.Deal is not null)
        {
            Expect(await deals.End(lot.Id, course.Defaulters.IsEmpty ? course.Outcome! : "defaulted", cancellation));
        }

        if (course.Standing is { Promoted: true } promoted)
        {
            Expect(await Open(lot, second, promoted, cancellation));
            Expect(await grain.RecordSecondDeal(second));
        }
        else if (course.SecondDeal is not null)
        {
            Expect(await deals.End(second, course.Outcome!, cancellation));
        }
    }

    private async Task<Result<Deal>> Open(Lot lot, string deal, Sale sale, CancellationToken cancellation)
    {
        var buyer = await Holder(lot.Id, sale.Winner, cancellation);
        var declared = await db.Set<Application>().AsNoTracking().Where(a => a.Auction == lot.Id && a.Organisation == buyer.Organisation && a.Interest == Interest.Inventor)
            .Select(a => a.InterestOf ?? "").SingleOrDefaultAsync(cancellation);
        // A letter pays nothing of the price.
        var offset = await deposits.LetterOf(buyer.Hold, cancellation) is null ? await deposits.MoneyOf(buyer.Hold, cancellation) ?? lot.DepositFen : 0;
        return await deals.Open(new OpenDeal(
            deal, lot.Seller, buyer.Organisation, lot.Title, sale.PriceFen, sale.ConcludedAt, lot.ContractSha256!, lot.Demo,
            buyer.Hold, offset, TransfersPatent: lot.TransfersPatent(), InterestOf: declared, Listed: lot.Format == Formats.Listed,
            BuyerFeeBp: lot.PlatformFeeBy is Bearer.Buyer or Bearer.EachItsOwn ? lot.PlatformFeeBasisPoints : 0,
            SellerFeeBp: lot.PlatformFeeBy is Bearer.Seller or Bearer.EachItsOwn ? lot.PlatformFeeBasisPoints : 0,
            Plan: lot.Payment()));
    }

    /// <summary>An ordinary licence can be given again; a transfer or an exclusive one cannot, while the sale stands or may stand again.</summary>
    private async Task Free(Lot lot, Course course)
    {
        var achievement = grains.GetGrain<IAchievementGrain>(lot.Achievement);
        var freed = lot.Right != RightOffered.OrdinaryLicence && (course.Standing is not null || IsAsking(course))
            ? await achievement.MarkTraded(lot.Id)
            : await achievement.LeaveTrade(lot.Id);
        // It was free before, and another auction has it now.
        if (freed.Refusal != Refusal.InAnotherAuction) Expect(freed);
    }

    private Task<PaddleRow> Holder(string auction, int paddle, CancellationToken cancellation) =>
        db.Set<PaddleRow>().AsNoTracking().SingleAsync(p => p.Auction == auction && p.Paddle == paddle, cancellation);

    private async Task Free(Guid hold)
    {
        var released = await deposits.Release(hold);
        if (released.Refusal is not (Refusal.UnknownHold or Refusal.HoldEnded)) Expect(released);
    }

    /// <summary>A refusal here is a bug or a race that the next turn of the due work sees settled.</summary>
    private static void Expect<T>(Result<T> result)
    {
        if (!result.Done) throw new InvalidOperationException($"Settling was refused: {result.Refusal} {result.Detail}");
    }
}
