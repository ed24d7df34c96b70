using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using static Marketplace.Domain.Tests.Payments.Bookkeeper;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>Everything that can be said to a book.</summary>
internal enum SaleWord
{
    Credit, CreditFor, Unmatched, Assign, AssignFor, Reverse, Freeze, Bind, Free, Forfeit, UseFor,
    Raise, Pay, PayRest, Claim, Agree, Object, Unopposed, Propose, Confirm, Unwind, Lose, Commission, Wait, Instruct, Make, Fail,
    Charge, Fee, TopUp, Disputed, Won, Lost,
    Letter, FreezeOn, Return, Expire,
}

internal sealed record SaleOrder(SaleWord Word, int Id, int Other, long Amount, int Days);

/// <summary>Random words about a few sales with few ids, so that they meet; and the way out of whatever they left.</summary>
internal static class SaleOrders
{
    public static readonly Guid[] Everybody = [A, B, Seller, Broker];

    /// <summary>The order as one command, the same each time it is called: what it names is chosen now.</summary>
    public static Func<Refusal?> Of(Bookkeeper keeper, SaleOrder o)
    {
        var owner = Everybody[o.Other % Everybody.Length];
        var (sale, about) = (o.Id % 3, $"sale-{o.Id % 3}");
        var owed = Pick(keeper, o.Other);
        // The same time to object each time it is sent; sometimes none.
        var until = keeper.Now.AddDays(o.Days);
        var known = keeper.State.Obligations.GetValueOrDefault(Id(owed));
        var rest = Math.Max(1, known?.OutstandingFen ?? 1);
        var ruled = (known?.KeptFen ?? 0) * (o.Amount % 5) / 4 + (o.Amount % 7 == 0 ? -1 : 0);
        var proposed = known?.Claim?.Ruling?.Id;
        var (card, dispute) = (o.Other % 9 + 1, $"dp_{o.Id}");
        var taken = Math.Max(1, (keeper.State.Cards.GetValueOrDefault(Id(card))?.AmountFen ?? 1) * (o.Amount % 3 + 1) / 3);
        return o.Word switch
        {
            SaleWord.Credit => () => keeper.Credit(o.Id, owner, o.Amount * 20, Start.AddDays(Math.Min(0, o.Days))),
            SaleWord.CreditFor => () => keeper.CreditFor(o.Id, known?.Terms.Debtor ?? owner, o.Amount * 10, owed),
            SaleWord.Unmatched => () => keeper.Credit(o.Id, null, o.Amount * 20, Start.AddDays(Math.Min(0, o.Days))),
            SaleWord.Assign => () => keeper.Assign(o.Id, owner),
            SaleWord.AssignFor => () => keeper.AssignFor(o.Id, known?.Terms.Debtor ?? owner, owed),
            SaleWord.Reverse => () => keeper.Reverse(o.Id),
            SaleWord.Freeze => () => keeper.Freeze(o.Id, owner, about, o.Amount, o.Days > 0 ? null : Start.AddDays(o.Days), o.Amount % 2 == 0 ? ["sale-0", "sale-1", "sale-2"] : []),
            SaleWord.Letter => () => keeper.Letter(o.Id, owner, o.Amount * 4, Due.AddDays(o.Days), Start.AddDays(Math.Min(0, o.Days))),
            SaleWord.FreezeOn => () => keeper.FreezeOn(o.Other % 9 + 1, o.Id, owner, about, o.Amount, o.Days > 0 ? null : Start.AddDays(o.Days), Due.AddDays(o.Days - 2)),
            SaleWord.Return => () => keeper.Return(o.Id, owner),
            SaleWord.Expire => () => keeper.Expire(o.Id),
            SaleWord.Bind => () => keeper.Bind(o.Id),
            SaleWord.Free => () => keeper.Release(o.Id, byAuction: o.Days > 0),
            SaleWord.Forfeit => () => keeper.Forfeit(o.Id, o.Amount / 3, o.Amount / 2),
            SaleWord.UseFor => () => keeper.UseFor(o.Id, about),
            SaleWord.Raise => () => keeper.RaiseFor($"cause-{o.Other % 2}", about, SaleOf(sale, o.Other % 2, o.Amount)),
            SaleWord.Pay => () => keeper.Pay(o.Id, owed, o.Amount),
            SaleWord.PayRest => () => keeper.Pay(o.Id, owed, rest),
            SaleWord.Claim => () => keeper.Claim(o.Id, owed, until - keeper.Now),
            SaleWord.Agree => () => keeper.Agree(owed),
            SaleWord.Object => () => keeper.Object(owed, o.Days > 7 ? "另有原因" : "未达指标"),
            SaleWord.Unopposed => () => keeper.Unopposed(owed),
            // Claims and rulings share their ids, so that one meets the other.
            SaleWord.Propose => () => keeper.Propose(o.Id, owed, ruled, o.Days > 0 ? Clerk : OtherClerk),
            SaleWord.Confirm => () => keeper.Do((book, at) => Settlements.Confirm(book, Id(owed), proposed ?? Id(o.Id), o.Days > 0 ? OtherClerk : Clerk, at)),
            SaleWord.Unwind => () => keeper.Unwind(about, 0x200 + (o.Amount > 55 ? owed : sale), keepsDeposit: o.Days > 6),
            SaleWord.Lose => () => keeper.ForfeitKept(about, o.Amount / 3, o.Amount / 2),
            SaleWord.Commission => () => keeper.Commission(about, owner, o.Days > 0 ? Broker : A, o.Amount % 4 == 0 ? 0 : o.Amount, 0x300 + o.Other),
            SaleWord.Wait => () => Wait(keeper, o.Days),
            SaleWord.Instruct => () => keeper.Instruct(o.Id, o.Other % 5 == 4 ? null : owner, o.Amount),
            SaleWord.Make => () => keeper.Make(o.Id, $"D{o.Other}"),
            SaleWord.Fail => () => keeper.Fail(o.Id),
            SaleWord.Charge => () => keeper.Charge(o.Id, known?.Terms.Debtor ?? owner, known is { OutstandingFen: > 0 } ? rest : o.Amount * 20, known is null ? null : owed),
            SaleWord.Fee => () => keeper.Fee(card, $"txn_{o.Id}", o.Days < 0 ? -1 : o.Amount),
            SaleWord.TopUp => () => keeper.TopUp($"txn_{o.Id}", o.Amount),
            SaleWord.Disputed => () => keeper.Dispute(dispute, card, taken),
            SaleWord.Won => () => keeper.WinDispute(dispute),
            SaleWord.Lost => () => keeper.LoseDispute(dispute, 0x300 + o.Id),
            _ => throw new ArgumentOutOfRangeException(nameof(o)),
        };
    }

    /// <summary>One deal from its contract to wherever a handful of words take it.</summary>
    public static void Deal(Bookkeeper keeper, int deal, Random random)
    {
        var (about, first) = ($"deal-{deal}", 0x10_000 + deal * 16);
        var owed = SaleOf(deal, 0, random.Next(1, 200)).Select((o, i) => o with { Id = Id(first + i) }).ToArray();
        var buyer = owed[0].Debtor;
        keeper.Credit(first, buyer, random.Next(1, 2_000));
        if (random.Next(2) == 0 && keeper.Freeze(first, buyer, about, random.Next(1, 300)) is null) keeper.Bind(first);
        // A second lot of the same session that the same deposit covers, and that may be over before or after.
        if (random.Next(3) == 0) keeper.Freeze(first + 14, buyer, $"{about}-b", random.Next(1, 100), null, about);
        if (random.Next(4) == 0) keeper.Release(first + random.Next(2) * 14, byAuction: true);
        if (random.Next(10) == 0) keeper.Forfeit(first, random.Next(50), random.Next(200));
        // Another lot for which the same buyer shows a letter.
        if (random.Next(4) == 0 && keeper.Letter(first, buyer, random.Next(1, 400)) is null && keeper.FreezeOn(first, first + 13, buyer, $"{about}-l", random.Next(1, 300)) is null)
        {
            keeper.Bind(first + 13);
            if (random.Next(3) == 0) keeper.Release(first + 13, byAuction: true);
            if (random.Next(3) == 0) keeper.Forfeit(first + 13, random.Next(50), random.Next(200));
        }

        Assert.Null(keeper.Raise(about, owed));
        keeper.UseFor(first, about);
        for (var step = 0; step < 14; step++)
        {
            var (id, one) = (first + random.Next(16), owed[random.Next(owed.Length)]);
            var (at, now) = (first + Array.IndexOf(owed, one), keeper.State.Obligations[one.Id]);
            switch (random.Next(14))
            {
                case 0 or 1 when now.OutstandingFen > 0: keeper.CreditFor(id, one.Debtor, now.OutstandingFen, at); break;
                case 2 when now.OutstandingFen > 0: keeper.Pay(id, at, random.NextInt64(1, now.OutstandingFen + 1)); break;
                case 3 or 4: keeper.Claim(id, at, TimeSpan.FromDays(random.Next(0, 4))); break;
                case 5: keeper.Agree(at); break;
                case 6: keeper.Object(at); break;
                case 7: keeper.Unopposed(at); break;
                case 8: keeper.Propose(id, at, random.NextInt64(0, now.KeptFen + 1)); break;
                case 9 when now.Claim?.Ruling is { } ruling: keeper.Do((book, time) => Settlements.Confirm(book, one.Id, ruling.Id, OtherClerk, time)); break;
                case 10: keeper.Wait(TimeSpan.FromDays(random.Next(2))); break;
                case 1 when random.Next(3) == 0: keeper.Commission(about, random.Next(2) == 0 ? buyer : Seller, Broker, random.Next(4) == 0 ? 0 : random.Next(1, 40), first + 14); break;
                case 12 when now.OutstandingFen > 0:
                    if (keeper.Charge(id, one.Debtor, now.OutstandingFen, at) is null) keeper.Fee(id, $"txn_{id}", random.Next(1, 20));
                    break;
                case 13 when keeper.State.Cards.ContainsKey(Id(id)): Dispute(keeper, id, random); break;
                case 11 when random.Next(4) == 0: keeper.Unwind(about, first + 15, keepsDeposit: random.Next(2) == 0); break;
                default: keeper.Instruct(id, Everybody[random.Next(Everybody.Length)], random.Next(1, 100)); break;
            }
        }
    }

    private static void Dispute(Bookkeeper keeper, int card, Random random)
    {
        var dispute = $"dp_{card}";
        keeper.Dispute(dispute, card, random.NextInt64(1, keeper.State.Cards[Id(card)].AmountFen + 1));
        if (random.Next(3) == 0) keeper.WinDispute(dispute);
        if (random.Next(3) == 0) keeper.LoseDispute(dispute, card + 0x2_000_000);
    }

    /// <summary>The work that is always left to somebody: nothing in it may be refused, and it comes to an end.</summary>
    public static void Drain(Bookkeeper keeper, Random random)
    {
        var id = 0x1_000_000;
        foreach (var open in keeper.State.Chargebacks.Values.Where(c => c.State == ChargebackState.Open).OrderBy(c => c.Id, StringComparer.Ordinal).ToList())
        {
            Assert.Null(random.Next(2) == 0 ? keeper.WinDispute(open.Id) : keeper.LoseDispute(open.Id, ++id));
        }

        foreach (var hold in keeper.State.Holds.Values.Where(h => h.IsActive).ToList()) Assert.Null(keeper.Do((book, at) => Deposits.Release(book, hold.Id, byAuction: true, at)));
        foreach (var letter in keeper.State.Guarantees.Values.Where(g => g.Ended is null).ToList()) Assert.Null(keeper.Do((book, at) => Guarantees.Return(book, letter.Id, letter.Organisation, at)));
        foreach (var credit in keeper.State.Credits.Values.Where(c => c is { Organisation: null, ReversedAt: null }).ToList())
        {
            Assert.Null(keeper.Do((book, at) => Deposits.Assign(book, new AssignCredit(credit.Id, A, Clerk), at)));
        }

        foreach (var about in keeper.State.Obligations.Values.Select(o => o.About).Distinct().Order().Where(_ => random.Next(3) == 0).ToList()) Assert.Null(keeper.Unwind(about, ++id));
        foreach (var owed in keeper.State.Obligations.Values.OrderBy(o => o.Id).Where(o => o.OutstandingFen > 0 && o.Terms.Release != ReleaseRule.OutOfPrice).ToList())
        {
            Assert.Null(keeper.Do((book, at) => Deposits.Confirm(
                book, new ConfirmCredit(Id(++id), owed.Terms.Debtor, owed.OutstandingFen, Start, $"B{id}", "ZJP", Clerk, owed.Id), at)));
            Assert.Equal(0, keeper.State.Obligations[owed.Id].OutstandingFen);
        }

        // What a defaulter lost goes down the waterfall.
        var fell = keeper.State.Obligations.Values.Where(o => o is { Terms.Kind: ObligationKind.Price, Cancelled: not null }).Select(o => o.About).ToHashSet();
        foreach (var about in keeper.State.Obligations.Values.Where(o => o is { DepositFen: > 0, KeptFen: > 0 } && fell.Contains(o.About)).Select(o => o.About).Distinct().Order().ToList())
        {
            Assert.Null(keeper.ForfeitKept(about, random.Next(100), random.Next(100)));
        }

        foreach (var owed in keeper.State.Obligations.Values.OrderBy(o => o.Id).Where(o => o.KeptFen > 0).ToList()) End(keeper, owed.Id, ref id, random);
        foreach (var payout in keeper.State.Payouts.Values.Where(p => p.State == PayoutState.Instructed).OrderBy(p => p.Id).ToList())
        {
            var bank = $"E{++id}";
            Assert.Null(keeper.Do((book, at) => random.Next(2) == 0 ? PayingOut.Make(book, payout.Id, bank, Clerk, at) : PayingOut.Fail(book, payout.Id, "账号不符", Clerk, at)));
            if (keeper.State.Payouts[payout.Id].State == PayoutState.Made && random.Next(3) == 0) Assert.Null(keeper.Do((book, at) => PayingOut.Return(book, payout.Id, "账户已销户", Clerk, at)));
        }

        if (keeper.State.ShortFen > 0) Assert.Null(keeper.TopUp("txn_end", keeper.State.ShortFen));
        foreach (var (account, balance) in keeper.State.Ledger.Accounts.Where(a => a.Key.Purpose is Purpose.Deposit or Purpose.Fee && a.Value.PostedFen > 0).ToList())
        {
            Assert.Null(keeper.Instruct(++id, account.Purpose == Purpose.Fee ? null : account.Organisation, balance.PostedFen));
            Assert.Null(keeper.Make(id, $"E{id}"));
        }
    }

    private static void End(Bookkeeper keeper, Guid owed, ref int id, Random random)
    {
        var (claim, ruling) = (++id, ++id);
        if (keeper.State.Obligations[owed].Claim is null) Assert.Null(keeper.Do((book, at) => Settlements.Claim(book, new ClaimRelease(Id(claim), owed, new string('e', 64), at.AddDays(1)), at)));
        if (keeper.State.Obligations[owed].IsDisputed)
        {
            var share = random.NextInt64(0, keeper.State.Obligations[owed].KeptFen + 1);
            Assert.Null(keeper.Do((book, at) => Settlements.Propose(book, new ProposeRuling(Id(ruling), owed, share, "鉴定意见", Clerk), at)));
            Assert.Null(keeper.Do((book, at) => Settlements.Confirm(book, owed, Id(ruling), OtherClerk, at)));
        }
        else
        {
            var left = keeper.State.Obligations[owed].Claim!.ObjectUntil - keeper.Now;
            if (left > TimeSpan.Zero) keeper.Wait(left);
            Assert.Null(keeper.Do((book, at) => Settlements.ReleaseUnopposed(book, owed, at)));
        }
    }

    /// <summary>A price in one to three parts, and fees of both sides as far as the price has them.</summary>
    private static Owed[] SaleOf(int sale, int cause, long amount)
    {
        var (first, buyer) = (0x100 + sale * 32 + cause * 16, sale % 2 == 0 ? A : B);
        Owed[] parts =
        [
            .. Enumerable.Range(0, (int)(amount % 3) + 1).Select(i => Price(
                first + i, amount * (i + 3) % 50 + 1, i == 0 ? ReleaseRule.Registration : i == 1 ? ReleaseRule.Milestone : ReleaseRule.Acceptance, Due.AddDays(9 - i), buyer)),
        ];
        var price = parts.Sum(p => p.AmountFen);
        return
        [
            .. parts,
            .. new[] { SellerFee(first + 8, price * (amount % 4) / 6), BrokerFee(first + 9, price * (amount % 3) / 4), BuyerFee(first + 10, amount % 5, buyer), Royalty(first + 11, amount % 6, buyer) }.Where(o => o.AmountFen > 0),
        ];
    }

    private static Owed Royalty(int id, long amount, Guid buyer) => new(Id(id), ObligationKind.Royalty, buyer, Seller, amount, Due, ReleaseRule.AtOnce);

    /// <summary>An obligation of those that there are, or one that there is not.</summary>
    private static int Pick(Bookkeeper keeper, int n)
    {
        var ids = keeper.State.Obligations.Keys.Order().ToList();
        var place = n * 5 % (ids.Count + 1);
        return place == ids.Count ? 0xDEAD : BitConverter.ToInt32(ids[place].ToByteArray());
    }

    private static Refusal? Wait(Bookkeeper keeper, int days)
    {
        keeper.Wait(TimeSpan.FromDays(Math.Max(0, days)));
        return null;
    }
}
