using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Notifications;
using Marketplace.Payments.Cards;
using Marketplace.Platform;
using Marketplace.Platform.Streams;
using Orleans.Concurrency;

namespace Marketplace.Payments;

/// <summary>Identity, order and durability of a book; its rules are <see cref="Deposits"/>, <see cref="Settlements"/> and <see cref="PayingOut"/>.</summary>
/// <remarks>
/// Money itself would be safe without a take-over fact: an append in flight from an older activation and ours want the
/// same version, and only one gets it. But refusals and looks append nothing. If the older append became durable just
/// after we had replayed, we would go on saying "not enough money" or "no such hold" on a state that the log has left,
/// and due work that releases a deposit would believe it. So each activation first takes a version for itself: what was
/// in flight before is then either replayed or lost, and its caller was told to repeat.
/// </remarks>
[Reentrant]
public sealed class BookGrain(StreamServices services, INotifier notifier, CardSettings cards) : StreamGrain<Book>(services), IBookGrain
{
    protected override string Stream => $"ledger/{this.GetPrimaryKeyString()}";

    protected override Book Empty => Book.Named(this.GetPrimaryKeyString());

    public Task<Result<Credit>> Confirm(ConfirmCredit command) => Do((book, at) => Deposits.Confirm(book, command, at));

    public Task<Result<Credit>> Assign(AssignCredit command) => Do((book, at) => Deposits.Assign(book, command, at));

    public Task<Result<Credit>> Reverse(ReverseCredit command) => Do((book, at) => Deposits.Reverse(book, command, at));

    public Task<Result<Credit>> Examine(ExamineCredit command) => Do((book, at) => Deposits.Examine(book, command, at));

    public Task<Result<Hold>> Place(PlaceHold command) => Do((book, at) => Deposits.Place(book, command, at));

    public Task<Result<Hold>> Bind(Guid hold) => Do((book, at) => Deposits.Bind(book, hold, at));

    public Task<Result<Hold>> Release(Guid hold, bool byAuction) => Do((book, at) => Deposits.Release(book, hold, byAuction, at));

    public Task<Result<Hold>> UseForPrice(Guid hold, string about) => Do((book, at) => Settlements.UseForPrice(book, hold, about, at));

    public Task<Result<Guarantee>> ConfirmGuarantee(ConfirmGuarantee command) => Do((book, at) => Guarantees.Confirm(book, command, at));

    public Task<Result<Guarantee>> ReturnGuarantee(Guid letter, Guid organisation) => Do((book, at) => Guarantees.Return(book, letter, organisation, at));

    public Task<Result<Guarantee>> ExpireGuarantee(Guid letter) => Do((book, at) => Guarantees.Expire(book, letter, at));

    public Task<Result<Hold>> Forfeit(ForfeitHold command, Guid seller) => Do((book, at) => Settlements.Forfeit(book, command, seller, at));

    public Task<Result<Nothing>> ForfeitKept(string about, long costsFen, long shortfallFen) => Do((book, at) => Settlements.ForfeitKept(book, about, costsFen, shortfallFen, at));

    public Task<Result<ImmutableArray<Obligation>>> Raise(RaiseObligations command) => Do((book, at) => Settlements.Raise(book, command, at));

    public Task<Result<Obligation>> Pay(PayObligation command) => Do((book, at) => Settlements.Pay(book, command, at));

    public Task<Result<Obligation>> Claim(ClaimRelease command) => Do((book, at) => Settlements.Claim(book, command, at));

    public Task<Result<Obligation>> Agree(Guid obligation, Guid by) => Do((book, at) => Settlements.Agree(book, obligation, by, at));

    public Task<Result<Obligation>> Object(Guid obligation, string? reason, Guid by) => Do((book, at) => Settlements.Object(book, obligation, reason, by, at));

    public Task<Result<Obligation>> ReleaseUnopposed(Guid obligation) => Do((book, at) => Settlements.ReleaseUnopposed(book, obligation, at));

    public Task<Result<Obligation>> Propose(ProposeRuling command) => Do((book, at) => Settlements.Propose(book, command, at));

    public Task<Result<Obligation>> ConfirmRuling(Guid obligation, Guid ruling, Guid by) => Do((book, at) => Settlements.Confirm(book, obligation, ruling, by, at));

    public Task<Result<Nothing>> Unwind(string about, string because, Guid restitution, DateOnly due, bool keepsDeposit) =>
        Do((book, at) => Settlements.Unwind(book, about, because, restitution, due, at, keepsDeposit));

    public Task<Result<Nothing>> Commission(SetCommission command) => Do((book, at) => Settlements.Commission(book, command, at));

    public Task<Result<Payout>> Instruct(InstructPayout command) => Do((book, at) => PayingOut.Instruct(book, command, at, Disputable));

    public Task<ImmutableArray<Leaving>> LeavesFrom(Guid organisation) => See(book => book.LeavesFrom(organisation, Now, Disputable ?? TimeSpan.Zero));

    public Task<Result<Payout>> MakePayout(Guid payout, string bankReference, Guid? by) => Do((book, at) => PayingOut.Make(book, payout, bankReference, by, at));

    public Task<Result<Payout>> FailPayout(Guid payout, string? reason, Guid? by) => Do((book, at) => PayingOut.Fail(book, payout, reason, by, at));

    public Task<Result<Payout>> ReturnPayout(Guid payout, string? reason, Guid? by) => Do((book, at) => PayingOut.Return(book, payout, reason, by, at));

    public Task<Result<Payout>> CameBack(Guid payout, string reason, Guid by, string bankReference) => Do((book, at) => PayingOut.Return(book, payout, reason, by, at, bankReference));

    public Task<Result<CardOrder>> OpenCard(OpenCard command) => Do((book, at) => CardOrders.Open(book, command, at));

    public Task<Result<CardOrder>> Charged(Guid payment, string charge, DateTimeOffset chargedAt, ProviderFee? fee) => Do((book, at) => CardOrders.Charged(book, payment, charge, chargedAt, at, fee));

    public Task<Result<CardOrder>> EndCard(Guid payment, string because) => Do((book, at) => CardOrders.End(book, payment, because, at));

    public Task<Result<CardOrder>> EnterFee(Guid payment, ProviderFee fee) => Do((book, _) => CardOrders.Fee(book, payment, fee));

    public Task<Result<Nothing>> TopUp(string transaction, long amountFen) => Do((book, _) => CardOrders.TopUp(book, transaction, amountFen));

    public Task<Result<Chargeback>> OpenChargeback(Guid payment, string dispute, long amountFen, string reason) => Do((book, at) => Chargebacks.Open(book, payment, dispute, amountFen, reason, at));

    public Task<Result<Chargeback>> WinChargeback(string dispute) => Do((book, at) => Chargebacks.Win(book, dispute, at));

    public Task<Result<Chargeback>> LoseChargeback(string dispute, Guid debt, DateOnly due) => Do((book, at) => Chargebacks.Lose(book, dispute, debt, due, at));

    public Task<Chargeback?> FindChargeback(string dispute) => See(book => book.Chargebacks.GetValueOrDefault(dispute));

    public Task<CardOrder?> FindCard(Guid payment) => See(book => book.Cards.GetValueOrDefault(payment));

    public Task<Payout?> FindPayout(Guid payout) => See(book => book.Payouts.GetValueOrDefault(payout));

    public Task<ImmutableArray<Payout>> PayoutsFor(Guid account) => See(book => book.PayoutsFor(account).ToImmutableArray());

    public Task<bool> IsStillOwed(Guid payment) => See(book => CardOrders.IsStillOwed(book, payment));

    private TimeSpan? Disputable => DepositAccounts.IsOfCards(this.GetPrimaryKeyString()) ? cards.Disputable : null;

    public async Task<AccountView> Look(Guid organisation) => (await Current()).View(organisation);

    protected override Book Fold(Book state, FactLine line) => state.Fold(line);

    protected override FactLine ReadLine(StoredLine line) => BookLines.Read(line.Bytes, line.Hash);

    protected override Fact TakeOver(Book state, DateTimeOffset? servedUntil, DateTimeOffset at) => new BookResumed(state.Name, state.Epoch + 1);

    protected override IReadOnlyList<SideWrite> SideWrites(Book before, Book after, IReadOnlyList<NewLine> lines)
    {
        var writes = new List<SideWrite>();
        var book = before;
        foreach (var (line, _) in lines)
        {
            book = book.Fold(line);
            BookRows.Keep(writes, book, line);
            GuaranteeRows.Keep(writes, book, line);
            ObligationRows.Keep(writes, book, line);
            CardRows.Keep(writes, book, line);
            writes.AddRange(BookNotices.Of(book, line).Select(notifier.Write));
            // Lots that would open may have to wait for it, or not any more.
            if (line.Fact is Credited { Organisation: null } or CreditAssigned or CreditReversed { Organisation: null } or CreditExamined) writes.Add(DueWork.At(Unmatched.Work, book.Name, line.At));
            if (line.Fact is HoldPlaced { Then: { } then }) writes.Add(DueWork.At(then.Kind, then.Key, line.At));
            if (line.Fact is HoldCovers { Then: { } next }) writes.Add(DueWork.At(next.Kind, next.Key, line.At));
            if (line.Fact is ObligationsRaised { Then: { } work }) writes.Add(DueWork.At(work.Kind, work.Key, line.At));
        }

        LedgerRows.Keep(writes, after, lines);
        return writes;
    }

    /// <summary>
    /// What work that was begun by a line must see: the line may be durable before this grain has heard of it, and work that
    /// finds nothing to do is not begun again.
    /// </summary>
    private async Task<T> See<T>(Func<Book, T> look) => (await Execute(Now, (book, _) => Decision<T>.Repeated(look(book)), atAnyTime: true)).Result.Value;

    private async Task<Result<T>> Do<T>(Func<Book, DateTimeOffset, Decision<T>> decide) => (await Execute(Now, decide)).Result;
}
