using CsCheck;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using static Marketplace.Domain.Tests.Payments.Bookkeeper;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>What holds for every book with sales in it, whatever is sent to it in whatever order; and that nothing in it waits for ever.</summary>
public sealed class SettlementPropertyTests
{
    private static readonly Gen<List<SaleOrder>> Orders = Gen.Select(Gen.Enum<SaleWord>(), Gen.Int[1, 9], Gen.Int[0, 11], Gen.Long[1, 60], Gen.Int[-5, 9],
        (word, id, other, amount, days) => new SaleOrder(word, id, other, amount, days)).List[1, 60];

    [Fact]
    public void The_books_balance_and_every_fen_of_an_obligation_is_somewhere_once() => Orders.Sample(orders =>
    {
        var keeper = new Bookkeeper(writes: false);
        foreach (var order in orders)
        {
            var send = SaleOrders.Of(keeper, order);
            var (lines, refusal) = (keeper.Lines.Count, send());
            Assert.True(refusal is null || keeper.Lines.Count == lines);
            InOrder(keeper);
            // The same once more, at once: the same answer, and nothing written.
            lines = keeper.Lines.Count;
            Assert.Equal(refusal, send());
            Assert.Equal(lines, keeper.Lines.Count);
        }

        Assert.Equal(keeper.Lines.Count, keeper.Lines.Select(l => l.Fact.CommandKey).Distinct().Count());
    }, iter: 500);

    [Fact]
    public void Sending_everything_again_changes_nothing_and_replay_gives_the_same_state() => Orders.Sample(orders =>
    {
        var keeper = new Bookkeeper();
        // The fall of a sale has no id: it ends whatever stands of the sale when it is said. A commission is brought to what is said last.
        List<Func<Refusal?>> done = [];
        foreach (var order in orders)
        {
            var send = SaleOrders.Of(keeper, order);
            if (send() is null && order.Word is not (SaleWord.Unwind or SaleWord.Commission or SaleWord.Wait)) done.Add(send);
        }

        var (lines, accounts) = (keeper.Lines.Count, keeper.State.Ledger.Accounts);
        foreach (var send in done) send();
        Assert.Equal(lines, keeper.Lines.Count);
        Assert.Same(accounts, keeper.State.Ledger.Accounts);

        var (replayed, prev) = (Book.Named("custodian"), FactLine.Genesis);
        foreach (var line in keeper.Lines)
        {
            var read = BookLines.Read(line.Bytes);
            Assert.Equal(line.Fact, read.Fact);
            Assert.Equal(line.Hash, FactLine.Write(read.Fact, read.Version, prev, read.At).Hash);
            (replayed, prev) = (replayed.Fold(read), read.Hash);
        }

        Assert.True(Trials.Same(keeper.State.Ledger.Accounts, replayed.Ledger.Accounts));
        Assert.Equal(keeper.State.Obligations.Values.OrderBy(o => o.Id), replayed.Obligations.Values.OrderBy(o => o.Id));
        Assert.Equal(keeper.State.Payouts.Values.OrderBy(p => p.Id), replayed.Payouts.Values.OrderBy(p => p.Id));
        Assert.Equal(keeper.State.Holds.Values.OrderBy(h => h.Id), replayed.Holds.Values.OrderBy(h => h.Id));
        Assert.Equal(keeper.State.Guarantees.Values.OrderBy(g => g.Id), replayed.Guarantees.Values.OrderBy(g => g.Id));
        Assert.Equal(keeper.State.Credits.Values.OrderBy(c => c.Id), replayed.Credits.Values.OrderBy(c => c.Id));
        Assert.Equal(keeper.State.Chargebacks.Values.OrderBy(c => c.Id, StringComparer.Ordinal), replayed.Chargebacks.Values.OrderBy(c => c.Id, StringComparer.Ordinal));
        Assert.Equal(keeper.State.ProviderFees.OrderBy(f => f.Key, StringComparer.Ordinal), replayed.ProviderFees.OrderBy(f => f.Key, StringComparer.Ordinal));
        Assert.Equal(keeper.State.PayoutReferences.Order(), replayed.PayoutReferences.Order());
        Assert.All(SaleOrders.Everybody, o => Assert.Equal(keeper.State.View(o).Moves, replayed.View(o).Moves));
    }, iter: 500);

    [Fact]
    public void Whatever_happened_everything_can_be_brought_to_an_end() => Gen.Select(Orders, Gen.Int[0, 1 << 20]).Sample((orders, choices) =>
    {
        var keeper = new Bookkeeper(writes: false);
        foreach (var order in orders) SaleOrders.Of(keeper, order)();
        SaleOrders.Drain(keeper, new Random(choices));
        InOrder(keeper);
        Ended(keeper);
    }, iter: 1000);

    /// <summary>Ten thousand deals, fifty a book, each with its own mix of words; a fixed seed.</summary>
    [Fact]
    public void Ten_thousand_deals_end_with_every_fen_where_it_belongs()
    {
        var random = new Random(20261102);
        var deals = 0;
        var met = new HashSet<Type>();
        while (deals < 10_000)
        {
            var keeper = new Bookkeeper(writes: false);
            for (var deal = 0; deal < 50; deal++, deals++) SaleOrders.Deal(keeper, deal, random);
            InOrder(keeper);
            SaleOrders.Drain(keeper, random);
            InOrder(keeper);
            Ended(keeper);
            met.UnionWith(keeper.Lines.Select(l => l.Fact.GetType()));
        }

        // No word of a sale is missing, or the run says less than its name.
        Assert.Empty(typeof(BookFact).Assembly.GetTypes().Where(t => !t.IsAbstract && (t.IsSubclassOf(typeof(ObligationFact)) || t.IsSubclassOf(typeof(PayoutFact)) || (t.IsSubclassOf(typeof(CardFact)) && t != typeof(CardEnded)))).Except(met));
        Assert.Superset(new HashSet<Type> { typeof(ObligationsRaised), typeof(HoldCovers), typeof(HoldLetGo), typeof(HoldUsedForPrice), typeof(HoldForfeitedTo), typeof(GuaranteeConfirmed), typeof(GuaranteeCalled), typeof(GuaranteeEnded) }, met);
    }

    private static void InOrder(Bookkeeper keeper)
    {
        Assert.Equal(0, keeper.Sum);
        Assert.Empty(Trials.Of(keeper.State).Failed);
        foreach (var (account, balance) in keeper.State.Ledger.Accounts)
        {
            if (!account.MayGoNegative) Assert.True(balance.AvailableFen >= 0, $"{account} {balance}");
        }

        foreach (var o in keeper.State.Obligations.Values)
        {
            Assert.InRange(o.PaidFen, 0, o.Terms.AmountFen);
            Assert.InRange(o.ReleasedFen + o.RefundedFen, 0, o.PaidFen);
            Assert.True(o is { KeptFen: >= 0, ReleasedFen: >= 0, RefundedFen: >= 0, OutstandingFen: >= 0 });
            Assert.Equal(o.IsPaid, o.PaidAt is not null);
        }

        foreach (var owner in SaleOrders.Everybody)
        {
            var view = keeper.State.View(owner);
            Assert.Equal(view.AvailableFen, view.AvailableFor(null));
            Assert.InRange(view.AvailableFor(Start.AddDays(-3)), 0, view.AvailableFen);
        }
    }

    /// <summary>Nothing is owed, kept or reserved any more, and all money that came has left for somebody's bank account.</summary>
    private static void Ended(Bookkeeper keeper)
    {
        Assert.All(keeper.State.Obligations.Values, o => Assert.True(o.IsOver, $"{o.Terms.Kind} {o.Terms.Release} owed {o.OutstandingFen} kept {o.KeptFen}"));
        Assert.Empty(keeper.State.Ledger.Open);
        // What the market paid in beyond its costs stays at the provider.
        Assert.All(keeper.State.Ledger.Accounts.Where(a => a.Key.Purpose is not (Purpose.CustodianBank or Purpose.ProviderCosts)), a => Assert.Equal((0, 0), (a.Value.PostedFen, a.Value.PendingDebitsFen)));
        Assert.Equal((0, 0), (keeper.State.ShortFen, keeper.Sum));
        var came = keeper.State.Credits.Values.Where(c => c.ReversedAt is null).Sum(c => c.AmountFen) - keeper.State.Chargebacks.Values.Where(c => c.State == ChargebackState.Lost).Sum(c => c.AmountFen);
        Assert.Equal(came, keeper.State.Payouts.Values.Where(p => p.State == PayoutState.Made).Sum(p => p.AmountFen));
    }
}
