using CsCheck;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using static Marketplace.Domain.Tests.Payments.Bookkeeper;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>What holds for every book, whatever is sent to it in whatever order.</summary>
public sealed class BookPropertyTests
{
    private enum Word { Credit, Unmatched, Assign, Examine, Reverse, Freeze, Bind, TakeBack, Release, Use, Forfeit, Letter, FreezeOn, Return, Expire }

    private sealed record Order(Word Word, int Id, int Owner, long Amount, int Days);

    private static readonly Gen<List<Order>> Orders =
        Gen.Select(Gen.Enum<Word>(), Gen.Int[1, 12], Gen.Int[0, 2], Gen.Long[1, 60], Gen.Int[-5, 3],
            (word, id, owner, amount, days) => new Order(word, id, owner, amount, days)).List[1, 60];

    [Fact]
    public void The_books_balance_nothing_goes_negative_and_holds_end_once() => Orders.Sample(orders =>
    {
        var keeper = new Bookkeeper();
        foreach (var order in orders)
        {
            Send(keeper, order);
            Assert.Equal(0, keeper.Sum);
            Assert.Empty(Trials.Of(keeper.State).Failed);
            foreach (var (account, balance) in keeper.State.Ledger.Accounts)
            {
                if (!account.MayGoNegative) Assert.True(balance.AvailableFen >= 0, $"{account} {balance}");
                if (account.Purpose == Purpose.Settlement) Assert.Equal(0, balance.PostedFen);
            }

            foreach (var owner in new[] { A, B, Id(0xD) })
            {
                var view = keeper.State.View(owner);
                // Three ways to the same number: the ledger, the timeline of credits and needs, the holds.
                Assert.Equal(view.AvailableFen, view.AvailableFor(null));
                Assert.Equal(view.FrozenFen, view.Holds.Where(h => h.IsFrozen && h.Letter is null).Sum(h => h.AmountFen));
                // What rests on a letter, what is left of it and what was demanded are all of it.
                Assert.All(view.Letters, l => Assert.Equal(
                    (view.Holds.Where(h => h.IsFrozen && h.Letter == l.Letter.Id).Sum(h => h.AmountFen), l.Letter.Ended is null ? l.Letter.AmountFen : l.Letter.CalledFen),
                    (l.RestingFen, l.LeftFen + l.RestingFen + l.Letter.CalledFen)));
                // No lot is without the money that covers it, and none is covered by too little.
                Assert.All(view.Holds.Where(h => h.IsActive), h => Assert.True(keeper.State.Holds[h.Money ?? h.Id] is { IsFrozen: true } money && money.AmountFen >= h.AmountFen));
                Assert.InRange(view.AvailableFor(Start.AddDays(-3)), 0, view.AvailableFen);
            }
        }

        Assert.All(keeper.Lines.Where(l => l.Fact is HoldReleased or HoldUsedForPrice or HoldForfeitedTo or GuaranteeCalled).GroupBy(l => ((HoldFact)l.Fact).Hold), g => Assert.Single(g));
        Assert.Equal(keeper.State.Ledger.Open.Count, keeper.State.Holds.Values.Count(h => h.IsFrozen));
        Assert.Equal(keeper.Lines.Count, keeper.Lines.Select(l => l.Fact.CommandKey).Distinct().Count());
    });

    [Fact]
    public void Sending_everything_again_changes_nothing_and_replay_gives_the_same_state() => Orders.Sample(orders =>
    {
        var keeper = new Bookkeeper();
        var done = orders.Where(o => Send(keeper, o) is null).ToList();
        var (lines, accounts) = (keeper.Lines.Count, keeper.State.Ledger.Accounts);
        // What ended meanwhile is answered by its end; nothing is written twice.
        foreach (var order in done) Send(keeper, order with { });
        Assert.Equal(lines, keeper.Lines.Count);
        Assert.Equal(accounts, keeper.State.Ledger.Accounts);

        var replayed = Book.Named("custodian");
        var prev = FactLine.Genesis;
        foreach (var line in keeper.Lines)
        {
            var read = BookLines.Read(line.Bytes);
            Assert.Equal(line.Hash, FactLine.Write(read.Fact, read.Version, prev, read.At).Hash);
            (replayed, prev) = (replayed.Fold(read), read.Hash);
        }

        Assert.Equal(keeper.State.Ledger.Accounts.OrderBy(a => a.Key.ToString()), replayed.Ledger.Accounts.OrderBy(a => a.Key.ToString()));
        Assert.Equal(keeper.State.Holds.Values.OrderBy(h => h.Id), replayed.Holds.Values.OrderBy(h => h.Id));
        Assert.Equal(keeper.State.Credits.Values.OrderBy(c => c.Id), replayed.Credits.Values.OrderBy(c => c.Id));
        Assert.Equal(keeper.State.Guarantees.Values.OrderBy(g => g.Id), replayed.Guarantees.Values.OrderBy(g => g.Id));
    });

    [Fact]
    public void The_waterfall_sums_exactly_to_the_deposit() =>
        Gen.Select(Gen.Long[1, Fen.Most], Gen.Long[0, Fen.Most], Gen.Long[0, Fen.Most]).Sample((deposit, costs, shortfall) =>
        {
            var shares = Forfeiture.Of(deposit, costs, shortfall);
            Assert.Equal(deposit, shares.CostsFen + shares.ShortfallFen + shares.SellerFen);
            Assert.True(shares is { CostsFen: >= 0, ShortfallFen: >= 0, SellerFen: >= 0 });
            // Nobody further down gets anything before those above have all of theirs.
            Assert.True(shares.ShortfallFen == 0 || shares.CostsFen == costs);
            Assert.True(shares.SellerFen == 0 || (shares.CostsFen == costs && shares.ShortfallFen == shortfall));
            Assert.Equal(costs + shortfall, shares.CostsFen + shares.ShortfallFen + Forfeiture.StillOwedFen(deposit, costs, shortfall));
        });

    [Fact]
    public void A_payment_reference_survives_handwriting_and_finds_every_single_mistake() =>
        Gen.Select(Gen.ULong, Gen.Int[4, 12], Gen.Char["23456789ABCDEFGHJKMNPQRSTUVWXYZ"]).Sample((random, place, other) =>
        {
            var reference = PaymentReference.From(random);
            Assert.Matches("^ZJP-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$", reference);
            Assert.Equal(reference, PaymentReference.Read(reference));
            Assert.Equal(reference, PaymentReference.Read($" {reference.ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal)} "));
            Assert.Equal(reference, PaymentReference.Read(reference[4..].Replace("-", "", StringComparison.Ordinal)));
            if (reference[place] == '-') return;
            var wrong = reference.ToCharArray();
            wrong[place] = other;
            if (reference[place] != other) Assert.Null(PaymentReference.Read(new string(wrong)));
            var next = reference[place + 1 < reference.Length ? place + 1 : place] == '-' ? place + 2 : Math.Min(place + 1, reference.Length - 1);
            var swapped = reference.ToCharArray();
            (swapped[place], swapped[next]) = (swapped[next], swapped[place]);
            if (reference[place] != reference[next]) Assert.Null(PaymentReference.Read(new string(swapped)));
        });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ZJP")]
    [InlineData("ZJP-0000-0000")]
    [InlineData("货款")]
    public void What_is_no_payment_reference_is_not_read_as_one(string? typed) => Assert.Null(PaymentReference.Read(typed));

    private static Refusal? Send(Bookkeeper keeper, Order o)
    {
        var owner = o.Owner == 0 ? A : o.Owner == 1 ? B : Id(0xD);
        var day = Start.AddDays(o.Days);
        return o.Word switch
        {
            Word.Credit => keeper.Credit(o.Id, owner, o.Amount, day),
            Word.Unmatched => keeper.Credit(o.Id, null, o.Amount, day),
            Word.Assign => keeper.Assign(o.Id, owner),
            Word.Examine => keeper.Examine(o.Id),
            Word.Reverse => keeper.Reverse(o.Id),
            Word.Freeze => keeper.Freeze(o.Id, owner, $"lot-{o.Amount % 4}", o.Amount, o.Days > 0 ? null : day, o.Days % 2 == 0 ? ["lot-0", "lot-1", "lot-2", "lot-3"] : []),
            Word.Bind => keeper.Bind(o.Id),
            Word.TakeBack => keeper.Release(o.Id, byAuction: false),
            Word.Release => keeper.Release(o.Id, byAuction: true),
            Word.Use => keeper.Use(o.Id),
            Word.Letter => keeper.Letter(o.Id, owner, o.Amount * 2, Days.Of(day), day > Start ? Start : day),
            Word.FreezeOn => keeper.FreezeOn(o.Id % 4 + 1, o.Id, owner, $"lot-{o.Amount % 4}", o.Amount, o.Days > 0 ? null : day, Days.Of(day)),
            Word.Return => keeper.Return(o.Id, owner),
            Word.Expire => keeper.Expire(o.Id),
            Word.Forfeit => keeper.Forfeit(o.Id, o.Amount / 3, o.Amount / 2),
            _ => throw new ArgumentOutOfRangeException(nameof(o)),
        };
    }
}
