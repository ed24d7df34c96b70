using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments;

/// <summary>Work of another capability that becomes due in the same transaction as a fact; its kind is registered by who asked.</summary>
public sealed record FollowUp(string Kind, string Key);

/// <summary>Money that the bank received.</summary>
/// <param name="Organisation">Whose it is; null while nobody knows.</param>
/// <param name="ConfirmedAt">When the operator confirmed it; decides nothing.</param>
/// <param name="ConfirmedBy">The person who confirmed it, and who may not reverse it alone.</param>
/// <param name="AssignedBy">The person who found its owner in 暂收, and who may not reverse it alone either.</param>
/// <param name="ReversedAt">冲正: when it was taken back; null while it stands.</param>
/// <param name="ExaminedAt">When two persons found that it is nobody's deposit; it waits for its owner all the same.</param>
public sealed record Credit(
    Guid Id, Guid? Organisation, long AmountFen, DateTimeOffset CreditedAt, string BankReference, string? PayerReference, DateTimeOffset ConfirmedAt, Guid ConfirmedBy,
    Guid? AssignedBy = null, DateTimeOffset? ReversedAt = null, DateTimeOffset? ExaminedAt = null);

/// <summary>How a hold stands. Stored by name.</summary>
public enum HoldState
{
    /// <summary>Frozen; the organisation may still take it back.</summary>
    Placed,

    /// <summary>It admitted a bidder; only the auction ends it.</summary>
    Bound,

    Released,
    Used,
    Forfeited,
}

/// <summary>A part of a deposit account that is frozen for one auction.</summary>
public sealed record Hold(Guid Id, Guid Organisation, string Auction, long AmountFen, DateTimeOffset? CreditedBy, DateTimeOffset PlacedAt, HoldState State, DateTimeOffset? EndedAt)
{
    /// <summary>一份保证金参与多件标的: the hold whose frozen money covers this lot too; null for money of its own.</summary>
    public Guid? Money { get; init; }

    /// <summary>Its own lot let it go, and lots that its money covers have not: the money stays frozen.</summary>
    public bool Lends { get; init; }

    /// <summary>By when its money had to be at the bank: the earliest deadline of all lots that it covers.</summary>
    public DateTimeOffset? NeededBy { get; init; } = CreditedBy;

    /// <summary>保函: the letter that it rests on in place of money; null for money.</summary>
    public Guid? Letter { get; init; }

    /// <summary>The lot for which the money was used or lost; null while it was not.</summary>
    public string? EndedFor { get; init; }

    public bool IsActive => State is HoldState.Placed or HoldState.Bound;

    /// <summary>Something is reserved under its id: money, or a part of a letter.</summary>
    public bool IsFrozen => Money is null && (IsActive || Lends);

    /// <summary>What it is reserved on.</summary>
    internal Account Of => Letter is { } letter ? new Account(Purpose.Guarantee, letter) : new Account(Purpose.Deposit, Organisation);

    /// <summary>Never organisation and lot in one line, as <see cref="PlaceHold"/>.</summary>
    public override string ToString() => nameof(Hold);
}

/// <summary>What an organisation sees of its own account.</summary>
/// <param name="Moves">What came and went otherwise: payments, releases, refunds, payouts.</param>
public sealed record AccountView(Guid Organisation, long AvailableFen, long FrozenFen, ImmutableArray<Credit> Credits, ImmutableArray<Hold> Holds, ImmutableArray<AccountMove> Moves)
{
    public long BalanceFen => AvailableFen + FrozenFen;

    /// <summary>保函 in place of money; nothing else here counts them.</summary>
    public ImmutableArray<GuaranteeLine> Letters { get; init; } = [];

    public override string ToString() => nameof(AccountView);

    /// <summary>The most that can be frozen for an auction whose deposits had to be at the bank by a deadline; null for none.</summary>
    /// <remarks>
    /// Money has no name: no order of spending is assumed that would hurt the organisation. An amount fits when for every
    /// moment from the deadline on, what was credited until then covers all that needed money from before that moment. What
    /// was spent needed money from before it was spent; what came back is there from then on.
    /// </remarks>
    public long AvailableFor(DateTimeOffset? creditedBy)
    {
        var deadline = creditedBy ?? DateTimeOffset.MaxValue;
        return Math.Max(0, Needs.Select(n => n.By).Where(by => by > deadline).Append(deadline).Distinct().Min(LeftAt));
    }

    private IEnumerable<(DateTimeOffset By, long AmountFen)> Needs => Holds.Where(h => h is { Money: null, Letter: null } && (h.State != HoldState.Released || h.Lends)).Select(h => (h.NeededBy ?? DateTimeOffset.MaxValue, h.AmountFen))
        .Concat(Moves.Where(m => m.AmountFen < 0).Select(m => (m.At, -m.AmountFen)));

    private IEnumerable<(DateTimeOffset At, long AmountFen)> Came => Credits.Select(c => (c.CreditedAt, c.AmountFen)).Concat(Moves.Where(m => m.AmountFen > 0).Select(m => (m.At, m.AmountFen)));

    /// <summary>What had come until then, less what needed money from before. Below zero when money that was spent then turned out never to have come.</summary>
    internal long LeftAt(DateTimeOffset by) => Came.Where(c => c.At <= by).Sum(c => c.AmountFen) - Needs.Where(n => n.By <= by).Sum(n => n.AmountFen);
}

/// <summary>The state of a book: accounts with every transfer, and what the transfers mean.</summary>
public sealed partial record Book
{
    private Book(string name) => Name = name;

    /// <summary><c>custodian</c> or <c>cards</c>; with <c>demo:</c> before it for demonstration money, which never meets the real one.</summary>
    public string Name { get; }

    public int Epoch { get; private init; }

    public Ledger Ledger { get; private init; } = Ledger.Empty;

    public ImmutableDictionary<Guid, Credit> Credits { get; private init; } = ImmutableDictionary<Guid, Credit>.Empty;

    public ImmutableHashSet<string> BankReferences { get; private init; } = [];

    public ImmutableDictionary<Guid, Hold> Holds { get; private init; } = ImmutableDictionary<Guid, Hold>.Empty;

    private ImmutableDictionary<Guid, ImmutableList<Guid>> CreditsOf { get; init; } = ImmutableDictionary<Guid, ImmutableList<Guid>>.Empty;

    private ImmutableDictionary<Guid, ImmutableList<Guid>> HoldsOf { get; init; } = ImmutableDictionary<Guid, ImmutableList<Guid>>.Empty;

    public static Book Named(string name) => new(name);

    public Balance Of(Guid organisation) => Ledger[new Account(Purpose.Deposit, organisation)];

    public IEnumerable<Credit> CreditsFor(Guid organisation) => CreditsOf.GetValueOrDefault(organisation, []).Select(id => Credits[id]);

    public IEnumerable<Hold> HoldsFor(Guid organisation) => HoldsOf.GetValueOrDefault(organisation, []).Select(id => Holds[id]);

    public AccountView View(Guid organisation)
    {
        var balance = Of(organisation);
        return new AccountView(organisation, balance.AvailableFen, balance.PendingDebitsFen, [.. CreditsFor(organisation)], [.. HoldsFor(organisation)], MovesOf.GetValueOrDefault(organisation, [])) { Letters = LettersOf(organisation) };
    }

    /// <summary>The state after this line. Total: it never refuses.</summary>
    public Book Fold(FactLine line) => After((BookFact)line.Fact, line.At);

    /// <summary>The state after a fact that happens at that moment.</summary>
    internal Book After(BookFact fact, DateTimeOffset at)
    {
        var book = this with { Ledger = fact.Transfers.Aggregate(Ledger, (ledger, transfer) => ledger.Apply(transfer)) };
        return fact switch
        {
            BookResumed f => book with { Epoch = f.Epoch },
            Credited f => book.WithCredit(f, at),
            CreditExamined f => book with { Credits = Credits.SetItem(f.Credit, Credits[f.Credit] with { ExaminedAt = at }) },
            CreditReversed f => book.WithoutCredit(Credits[f.Credit] with { ReversedAt = at }),
            CreditAssigned f => book.WithOwner(Credits[f.Credit] with { Organisation = f.Organisation, AssignedBy = f.By }, f.Organisation),
            HoldPlaced f => book with
            {
                Holds = Holds.SetItem(f.Hold, new Hold(f.Hold, f.Organisation, f.Auction, f.AmountFen, f.CreditedBy, at, HoldState.Placed, null) { Letter = f.Letter }),
                HoldsOf = Append(HoldsOf, f.Organisation, f.Hold),
            },
            HoldCovers f => book.WithCover(f, at),
            HoldBound f => book.WithHold(f.Hold, HoldState.Bound, null),
            HoldLetGo f => book with { Holds = Holds.SetItem(f.Hold, Holds[f.Hold] with { State = HoldState.Released, EndedAt = at, Lends = Holds[f.Hold].Money is null }) },
            HoldReleased f => book.WithEnd(f, HoldState.Released, at),
            HoldUsed f => book.WithEnd(f, HoldState.Used, at),
            HoldUsedForPrice f => book.WithEnd(f, HoldState.Used, at).WithDeposit(f, at),
            HoldForfeited f => book.WithEnd(f, HoldState.Forfeited, at),
            HoldForfeitedTo f => book.WithEnd(f, HoldState.Forfeited, at).Moved(f.Seller, f.Shares.ShortfallFen + f.Shares.SellerFen, at, Holds[f.Hold].PlacedAt),
            GuaranteeCalled f => book.WithEnd(f, HoldState.Forfeited, at).WithCalled(f),
            GuaranteeFact f => book.WithGuarantee(f, at),
            ObligationsRaised f => book.WithObligations(f, at),
            ObligationFact f => book.WithObligation(f, at),
            PayoutFact f => book.WithPayout(f, at),
            CardFact f => book.WithCard(f, at),
            ProviderToppedUp f => book with { TopUps = TopUps.SetItem(f.Transaction, f.AmountFen) },
            var unknown => throw new InvalidOperationException($"A fact that nobody folds: {unknown.Type}"),
        };
    }

    private static ImmutableDictionary<Guid, ImmutableList<Guid>> Append(ImmutableDictionary<Guid, ImmutableList<Guid>> lists, Guid key, Guid item) =>
        lists.SetItem(key, lists.GetValueOrDefault(key, []).Add(item));

    private Book WithCredit(Credited f, DateTimeOffset at)
    {
        var credit = new Credit(f.Credit, f.Organisation, f.AmountFen, f.CreditedAt, f.BankReference, f.PayerReference, at, f.By);
        var book = this with { Credits = Credits.SetItem(f.Credit, credit), BankReferences = BankReferences.Add(f.BankReference) };
        book = book.WithCharge(f.Credit, at);
        return f.Organisation is { } owner ? book.WithOwner(credit, owner) : book;
    }

    /// <summary>The entry's number is free again: it may be confirmed anew, as it really was.</summary>
    private Book WithoutCredit(Credit credit) => this with
    {
        Credits = Credits.SetItem(credit.Id, credit),
        BankReferences = BankReferences.Remove(credit.BankReference),
        CreditsOf = credit.Organisation is { } owner ? CreditsOf.SetItem(owner, CreditsOf[owner].Remove(credit.Id)) : CreditsOf,
    };

    private Book WithOwner(Credit credit, Guid owner) =>
        this with { Credits = Credits.SetItem(credit.Id, credit), CreditsOf = Append(CreditsOf, owner, credit.Id) };

    /// <summary>The hold whose money this is, and all others that rest on it, the oldest first.</summary>
    public IEnumerable<Hold> HoldsOn(Guid money) => HoldsFor(Holds[money].Organisation).Where(h => h.Id == money || h.Money == money);

    private Book WithCover(HoldCovers f, DateTimeOffset at)
    {
        var money = Holds[f.Money];
        return this with
        {
            Holds = Holds.SetItem(f.Hold, new Hold(f.Hold, f.Organisation, f.Auction, f.AmountFen, f.CreditedBy, at, HoldState.Placed, null) { Money = f.Money })
                .SetItem(f.Money, f.CreditedBy < (money.NeededBy ?? DateTimeOffset.MaxValue) ? money with { NeededBy = f.CreditedBy } : money),
            HoldsOf = Append(HoldsOf, f.Organisation, f.Hold),
        };
    }

    /// <summary>The money is not frozen any more, and nothing rests on it.</summary>
    private Book WithEnd(HoldFact f, HoldState state, DateTimeOffset at)
    {
        var takes = state is not HoldState.Released;
        var ended = HoldsOn(f.Hold).Where(h => h.IsActive || h.Lends).Select(h => h with
        {
            State = takes || h.IsActive ? state : h.State,
            EndedAt = takes || h.IsActive ? at : h.EndedAt,
            EndedFor = takes ? f.Auction : null,
            Lends = false,
        });
        return this with { Holds = Holds.SetItems(ended.ToList().Select(h => KeyValuePair.Create(h.Id, h))) };
    }

    private Book WithHold(Guid hold, HoldState state, DateTimeOffset? endedAt) =>
        this with { Holds = Holds.SetItem(hold, Holds[hold] with { State = state, EndedAt = endedAt }) };
}
