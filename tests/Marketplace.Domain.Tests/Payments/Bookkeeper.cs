using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>Keeps a book in memory the way the grain does: decide, write the line, fold it.</summary>
internal sealed class Bookkeeper
{
    public static readonly DateTimeOffset Start = new(2026, 11, 2, 1, 0, 0, TimeSpan.Zero);
    public static readonly Guid A = Id(0xA);
    public static readonly Guid B = Id(0xB);
    public static readonly Guid Clerk = Id(0xC);
    public static readonly Guid OtherClerk = Id(0xE);
    private string _prev = FactLine.Genesis;

    public Book State { get; private set; } = Book.Named("custodian");

    public List<FactLine> Lines { get; } = [];

    /// <summary>The sum of all accounts; zero, or the books are wrong.</summary>
    public long Sum => State.Ledger.Accounts.Values.Sum(b => b.PostedFen);

    public static Guid Id(int n) => new(n, 0, 0, new byte[8]);

    public Refusal? Credit(int id, Guid? organisation, long amount, DateTimeOffset? creditedAt = null, string? bank = null) =>
        Do((book, at) => Deposits.Confirm(book, new ConfirmCredit(Id(id), organisation, amount, creditedAt ?? Start.AddDays(-1), bank ?? $"B{id}", "ZJP", Clerk), at));

    public Refusal? Assign(int id, Guid organisation) => Do((book, at) => Deposits.Assign(book, new AssignCredit(Id(id), organisation, Clerk), at));

    public Refusal? Reverse(int id, Guid? by = null, string reason = "重复入账") => Do((book, at) => Deposits.Reverse(book, new ReverseCredit(Id(id), reason, by ?? OtherClerk), at));

    public Refusal? Freeze(int id, Guid organisation, string auction, long amount, DateTimeOffset? creditedBy = null) =>
        Do((book, at) => Deposits.Place(book, new PlaceHold(Id(id), organisation, auction, amount, creditedBy), at));

    public Refusal? Bind(int id) => Do((book, at) => Deposits.Bind(book, Id(id), at));

    public Refusal? Release(int id, bool byAuction) => Do((book, at) => Deposits.Release(book, Id(id), byAuction, at));

    public Refusal? Use(int id) => Do((book, at) => Deposits.UseForPrice(book, Id(id), at));

    public Refusal? Forfeit(int id, long costs, long shortfall) => Do((book, at) => Deposits.Forfeit(book, new ForfeitHold(Id(id), costs, shortfall), at));

    public void Append(Fact fact)
    {
        var line = FactLine.Write(fact, Lines.Count + 1, _prev, Start.AddSeconds(Lines.Count));
        _prev = line.Hash;
        Lines.Add(line);
        State = State.Fold(line);
    }

    private Refusal? Do<T>(Func<Book, DateTimeOffset, Decision<T>> decide)
    {
        var decision = decide(State, Start.AddSeconds(Lines.Count));
        foreach (var fact in decision.Facts) Append(fact);
        return decision.Refusal;
    }
}
