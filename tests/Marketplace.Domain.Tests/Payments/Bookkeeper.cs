using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>Keeps a book in memory the way the grain does: decide, write the line, fold it. Its clock moves by a second a line, and as told.</summary>
/// <param name="writes">Lines are written as bytes; without them a fold takes a fraction of the time.</param>
internal sealed partial class Bookkeeper(bool writes = true)
{
    public static readonly DateTimeOffset Start = new(2026, 11, 2, 1, 0, 0, TimeSpan.Zero);
    public static readonly Guid A = Id(0xA);
    public static readonly Guid B = Id(0xB);
    public static readonly Guid Clerk = Id(0xC);
    public static readonly Guid OtherClerk = Id(0xE);
    private string _prev = FactLine.Genesis;
    private TimeSpan _passed;

    public Book State { get; private set; } = Book.Named("custodian");

    public List<FactLine> Lines { get; } = [];

    /// <summary>The sum of all accounts; zero, or the books are wrong.</summary>
    public long Sum => State.Ledger.Accounts.Values.Sum(b => b.PostedFen);

    public DateTimeOffset Now => Start.AddSeconds(Lines.Count) + _passed;

    public static Guid Id(int n) => new(n, 0, 0, new byte[8]);

    public Refusal? Credit(int id, Guid? organisation, long amount, DateTimeOffset? creditedAt = null, string? bank = null) =>
        Do((book, at) => Deposits.Confirm(book, new ConfirmCredit(Id(id), organisation, amount, creditedAt ?? Start.AddDays(-1), bank ?? $"B{id}", "ZJP", Clerk), at));

    public Refusal? Assign(int id, Guid organisation) => Do((book, at) => Deposits.Assign(book, new AssignCredit(Id(id), organisation, Clerk), at));

    public Refusal? Reverse(int id, Guid? by = null, string reason = "重复入账") => Do((book, at) => Deposits.Reverse(book, new ReverseCredit(Id(id), reason, by ?? OtherClerk), at));

    public Refusal? Examine(int id, Guid? by = null, string reason = "退回的货款") =>
        Do((book, at) => Deposits.Examine(book, new ExamineCredit(Id(id), reason, Clerk, by ?? OtherClerk), at));

    public Refusal? Freeze(int id, Guid organisation, string auction, long amount, DateTimeOffset? creditedBy = null, params string[] beside) =>
        Do((book, at) => Deposits.Place(book, new PlaceHold(Id(id), organisation, auction, amount, creditedBy) { Beside = [.. beside] }, at));

    public Refusal? Bind(int id) => Do((book, at) => Deposits.Bind(book, Id(id), at));

    public Refusal? Release(int id, bool byAuction) => Do((book, at) => Deposits.Release(book, Id(id), byAuction, at));

    /// <summary>The seller that every lot of these tests has.</summary>
    public static readonly Guid Seller = Id(0x5E);

    /// <summary>抵作价款 against a price of 100,000 that is raised with it.</summary>
    public Refusal? Use(int id)
    {
        if (State.Holds.GetValueOrDefault(Id(id)) is not { } held) return Do((book, at) => Settlements.UseForPrice(book, Id(id), "", at));
        var about = $"{held.Auction}/{id}";
        Raise(about, new Owed(Id(0x1000 + id), ObligationKind.Price, held.Organisation, Seller, 100_000, new DateOnly(2026, 11, 9), ReleaseRule.Acceptance));
        return Do((book, at) => Settlements.UseForPrice(book, Id(id), about, at));
    }

    public Refusal? Forfeit(int id, long costs, long shortfall) => Do((book, at) => Settlements.Forfeit(book, new ForfeitHold(Id(id), costs, shortfall) { Demand = DemandOf(id) }, Seller, at));

    /// <summary>Time passes and nothing happens.</summary>
    public void Wait(TimeSpan time) => _passed += time;

    public void Append(Fact fact) => Append(fact, Now);

    private void Append(Fact fact, DateTimeOffset at)
    {
        var line = writes ? FactLine.Write(fact, Lines.Count + 1, _prev, at) : new FactLine(Lines.Count + 1, at, fact, [], "", "");
        _prev = line.Hash;
        Lines.Add(line);
        State = State.Fold(line);
    }

    public Refusal? Do<T>(Func<Book, DateTimeOffset, Decision<T>> decide)
    {
        var at = Now;
        var decision = decide(State, at);
        foreach (var fact in decision.Facts) Append(fact, at);
        return decision.Refusal;
    }
}
