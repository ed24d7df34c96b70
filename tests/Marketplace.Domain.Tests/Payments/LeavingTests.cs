using CsCheck;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using static Marketplace.Domain.Tests.Payments.Bookkeeper;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>Money of a card leaves for an account only when its bank can no longer take it back, whoever has it by then; back to the card it goes at any time.</summary>
public sealed class LeavingTests
{
    private static readonly TimeSpan Days = TimeSpan.FromDays(120);
    private readonly Bookkeeper _keeper = new();

    [Fact]
    public void Own_money_goes_back_to_its_card_at_any_time_and_to_an_account_after_the_days()
    {
        Assert.Null(_keeper.Charge(1, A, 500));
        Assert.Equal(Refusal.CardMoneyStays, Out(30, A, 1));
        Assert.Null(Out(31, A, 200, to: 1));
        _keeper.Wait(Start + Days - _keeper.Now);
        Assert.Equal(Refusal.InsufficientFunds, Out(32, A, 301));
        Assert.Null(Out(33, A, 300));
    }

    [Fact]
    public void A_sellers_money_stays_from_the_latest_payment_of_the_sale_on()
    {
        Assert.Null(_keeper.Raise("lot", Price(9, 800), SellerFee(10, 80)));
        Assert.Null(_keeper.Charge(1, A, 300, 9));
        _keeper.Wait(TimeSpan.FromDays(10));
        var latest = _keeper.Now;
        Assert.Null(_keeper.Do((book, at) => CardOrders.Open(book, new OpenCard(Id(2), A, 500, Id(9), Clerk), at)));
        Assert.Null(_keeper.Do((book, at) => CardOrders.Charged(book, Id(2), "ch_2", latest, at)));
        _keeper.Wait(TimeSpan.FromDays(40));
        Assert.Null(_keeper.Claim(30, 9));
        Assert.Null(_keeper.Agree(9));
        Assert.Equal(720, _keeper.Free(Seller));
        Assert.Equal(Refusal.CardMoneyStays, Out(31, Seller, 1));
        Assert.Equal([new Leaving(_keeper.Now, 0), new Leaving(latest + Days, 720)], _keeper.State.LeavesFrom(Seller, _keeper.Now, Days));
        _keeper.Wait(latest + Days - _keeper.Now - TimeSpan.FromMicroseconds(1));
        Assert.Equal(Refusal.CardMoneyStays, Out(32, Seller, 1));
        _keeper.Wait(TimeSpan.FromMicroseconds(1));
        Assert.Null(Out(33, Seller, 720));
    }

    [Fact]
    public void A_forfeited_deposit_stays_as_long_as_a_price_would()
    {
        Assert.Null(_keeper.Charge(1, A, 300));
        Assert.Null(_keeper.Freeze(3, A, "lot", 300));
        Assert.Null(_keeper.Bind(3));
        Assert.Null(_keeper.Forfeit(3, 100, 0));
        Assert.Equal((200, Refusal.CardMoneyStays), (_keeper.Free(Seller), Out(30, Seller, 200)));
        _keeper.Wait(Days);
        Assert.Null(Out(31, Seller, 200));
    }

    [Fact]
    public void What_came_back_from_a_sale_is_no_older_than_its_card()
    {
        Assert.Null(_keeper.Charge(1, A, 400));
        Assert.Null(_keeper.Raise("lot", Price(9, 400)));
        Assert.Null(_keeper.Pay(20, 9, 400));
        Assert.Null(_keeper.Unwind("lot"));
        Assert.Equal((400, Refusal.CardMoneyStays), (_keeper.Free(A), Out(30, A, 1)));
        _keeper.Wait(Days);
        Assert.Null(_keeper.Do((book, at) => CardOrders.Open(book, new OpenCard(Id(2), A, 400, null, Clerk), at)));
        Assert.Null(_keeper.Do((book, at) => CardOrders.Charged(book, Id(2), "ch_2", at, at)));
        // Spent and come back it is not twice there.
        Assert.Equal(400, _keeper.State.MayLeave(A, _keeper.Now, Days));
    }

    [Fact]
    public void What_a_bank_took_back_or_a_payer_owes_does_not_leave()
    {
        Assert.Null(_keeper.Charge(1, A, 400));
        Assert.Null(_keeper.Charge(2, A, 400));
        Assert.Null(_keeper.Dispute("dp_1", 1, 400));
        Assert.Null(_keeper.LoseDispute("dp_1", 40));
        _keeper.Wait(Days);
        Assert.Equal(400, _keeper.State.MayLeave(A, _keeper.Now, Days));
        Assert.Null(Out(30, A, 400));
        Assert.Equal(0, _keeper.State.MayLeave(A, _keeper.Now, Days));
    }

    [Fact]
    public void The_rule_is_of_books_of_cards_alone()
    {
        Assert.Null(_keeper.Credit(1, A, 500, _keeper.Now));
        Assert.Null(_keeper.Instruct(30, A, 500));
    }

    /// <summary>Whatever is sold, released, refunded, disputed and paid out: what has left is never more than what was charged long enough ago.</summary>
    [Fact]
    public void What_has_left_was_never_disputable() => Gen.Select(Gen.Int[0, 7], Gen.Int[1, 8], Gen.Int[0, 3], Gen.Long[1, 60], Gen.Int[0, 40]).List[1, 60].Sample(words =>
    {
        var keeper = new Bookkeeper(writes: false);
        var id = 0x1000;
        foreach (var (word, one, other, amount, days) in words)
        {
            var who = SaleOrders.Everybody[other];
            id++;
            switch (word)
            {
                case 0 or 1:
                    keeper.Do((book, at) => CardOrders.Open(book, new OpenCard(Id(id), who, amount, null, Clerk), at));
                    keeper.Do((book, at) => CardOrders.Charged(book, Id(id), $"ch_{id}", at, at));
                    break;
                case 2:
                    keeper.Raise($"sale-{id}", Price(id, amount, buyer: who == Seller ? A : who));
                    keeper.Pay(id, id, amount);
                    keeper.Claim(id, id);
                    break;
                case 3:
                    foreach (var kept in keeper.State.Obligations.Values.Where(o => o.KeptFen > 0).OrderBy(o => o.Id).Take(1).ToList()) keeper.Do((book, at) => Settlements.Agree(book, kept.Id, Clerk, at));
                    break;
                case 4:
                    if (keeper.State.Cards.Values.Where(c => c.Organisation == who).MinBy(c => c.Id) is { } card) keeper.Do((book, at) => PayingOut.Instruct(book, new InstructPayout(Id(id), who, amount, card.Id, null), at, Days));
                    break;
                case 5:
                    keeper.Wait(TimeSpan.FromDays(days));
                    break;
                case 6:
                    if (keeper.State.Cards.Values.Where(c => c.Organisation == who).MaxBy(c => c.Id) is { } taken) keeper.Do((book, at) => Chargebacks.Open(book, taken.Id, $"dp_{id}", amount, "fraudulent", at));
                    if (one % 2 == 0) keeper.LoseDispute($"dp_{id}", id + 0x10_000);
                    break;
                default:
                    var most = keeper.State.MayLeave(who, keeper.Now, Days);
                    Assert.Equal(most >= amount, keeper.Do((book, at) => PayingOut.Instruct(book, new InstructPayout(Id(id), who, amount, Id(0xACC), null), at, Days)) is null);
                    break;
            }

            Assert.Empty(Trials.Of(keeper.State).Failed);
            // All that ever was charged and is old enough, whoever had it, and not what went back.
            var settled = keeper.State.Cards.Values.Where(c => c.State == CardOrderState.Paid && keeper.State.Credits[c.Id].CreditedAt + Days <= keeper.Now).Sum(c => c.AmountFen);
            var gone = keeper.State.Payouts.Values.Where(p => p.Account == Id(0xACC)).Sum(p => p.AmountFen);
            Assert.True(gone <= settled, $"{gone} has left of {settled}");
            foreach (var organisation in SaleOrders.Everybody)
            {
                var steps = keeper.State.LeavesFrom(organisation, keeper.Now, Days);
                Assert.Equal(keeper.State.MayLeave(organisation, keeper.Now, Days), steps[0].AmountFen);
                Assert.Equal(steps.OrderBy(s => s.From), steps);
                Assert.True(steps[^1].AmountFen <= keeper.Free(organisation));
            }
        }
    }, iter: 400);

    private Refusal? Out(int id, Guid who, long fen, int to = 0xACC) => _keeper.Do((book, at) => PayingOut.Instruct(book, new InstructPayout(Id(id), who, fen, Id(to), Clerk), at, Days));
}
