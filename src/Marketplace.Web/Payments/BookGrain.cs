using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Notifications;
using Marketplace.Platform;
using Marketplace.Platform.Streams;
using Orleans.Concurrency;

namespace Marketplace.Payments;

/// <summary>Identity, order and durability of a book; its rules are <see cref="Deposits"/>.</summary>
/// <remarks>
/// Money itself would be safe without a take-over fact: an append in flight from an older activation and ours want the
/// same version, and only one gets it. But refusals and looks append nothing. If the older append became durable just
/// after we had replayed, we would go on saying "not enough money" or "no such hold" on a state that the log has left,
/// and due work that releases a deposit would believe it. So each activation first takes a version for itself: what was
/// in flight before is then either replayed or lost, and its caller was told to repeat.
/// </remarks>
[Reentrant]
public sealed class BookGrain(StreamServices services, INotifier notifier) : StreamGrain<Book>(services), IBookGrain
{
    protected override string Stream => $"ledger/{this.GetPrimaryKeyString()}";

    protected override Book Empty => Book.Named(this.GetPrimaryKeyString());

    public Task<Result<Credit>> Confirm(ConfirmCredit command) => Do((book, at) => Deposits.Confirm(book, command, at));

    public Task<Result<Credit>> Assign(AssignCredit command) => Do((book, at) => Deposits.Assign(book, command, at));

    public Task<Result<Credit>> Reverse(ReverseCredit command) => Do((book, at) => Deposits.Reverse(book, command, at));

    public Task<Result<Hold>> Place(PlaceHold command) => Do((book, at) => Deposits.Place(book, command, at));

    public Task<Result<Hold>> Bind(Guid hold) => Do((book, at) => Deposits.Bind(book, hold, at));

    public Task<Result<Hold>> Release(Guid hold, bool byAuction) => Do((book, at) => Deposits.Release(book, hold, byAuction, at));

    public Task<Result<Hold>> UseForPrice(Guid hold) => Do((book, at) => Deposits.UseForPrice(book, hold, at));

    public Task<Result<Hold>> Forfeit(ForfeitHold command) => Do((book, at) => Deposits.Forfeit(book, command, at));

    public async Task<AccountView> Look(Guid organisation)
    {
        await Ready();
        return Committed.View(organisation);
    }

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
            if (BookNotices.Of(book, line) is { } notice) writes.Add(notifier.Write(notice));
            if (line.Fact is HoldPlaced { Then: { } then }) writes.Add(DueWork.At(then.Kind, then.Key, line.At));
        }

        LedgerRows.Keep(writes, after, lines);
        return writes;
    }

    private async Task<Result<T>> Do<T>(Func<Book, DateTimeOffset, Decision<T>> decide) => (await Execute(Now, decide)).Result;
}
