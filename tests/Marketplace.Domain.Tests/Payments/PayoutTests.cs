using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using static Marketplace.Domain.Tests.Payments.Bookkeeper;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>出款: reserved with the instruction, gone with the bank's entry, back when the bank did not pay.</summary>
public sealed class PayoutTests
{
    private readonly Bookkeeper _book = new();

    public PayoutTests() => _book.Credit(1, A, 1_000);

    [Fact]
    public void What_is_instructed_is_reserved_and_what_is_made_is_gone()
    {
        Assert.Null(_book.Instruct(61, A, 700));
        Assert.Equal((300, 700, 1_000), (_book.Free(A), _book.State.View(A).FrozenFen, AtBank));
        Assert.Equal(300, _book.State.View(A).AvailableFor(null));
        Assert.Equal(Refusal.InsufficientFunds, _book.Instruct(62, A, 301));
        Assert.Equal(Refusal.InsufficientFunds, _book.Freeze(2, A, "lot", 301));
        Assert.Null(_book.Make(61, "D1"));
        Assert.Equal((300, 0, 300), (_book.Free(A), _book.State.View(A).FrozenFen, AtBank));
        Assert.Equal((PayoutState.Made, "D1", null), (Payout(61).State, Payout(61).BankReference, Payout(61).Failure));
        Assert.Empty(Trials.Of(_book.State).Failed);
    }

    [Fact]
    public void What_the_bank_did_not_pay_is_there_again_and_may_be_paid_anew()
    {
        _book.Instruct(61, A, 1_000);
        Assert.Null(_book.Fail(61));
        Assert.Null(_book.Fail(61));
        Assert.Equal((1_000, 1_000, 1_000), (_book.Free(A), _book.State.View(A).AvailableFor(null), AtBank));
        Assert.Equal((PayoutState.Failed, "账号不符"), (Payout(61).State, Payout(61).Failure));
        Assert.Null(_book.Instruct(62, A, 1_000, account: 0xACD));
        Assert.Null(_book.Make(62, "D1"));
        Assert.Equal(Refusal.PayoutEnded, _book.Make(61, "D2"));
        Assert.Equal((0, 0), (_book.Free(A), AtBank));
    }

    [Fact]
    public void One_entry_of_the_bank_ends_one_payout()
    {
        _book.Instruct(61, A, 100);
        _book.Instruct(62, A, 100);
        Assert.Null(_book.Make(61, "D1"));
        Assert.Null(_book.Make(61, "D1"));
        Assert.Equal(Refusal.BankReferenceUsed, _book.Make(62, "D1"));
        Assert.Equal(Refusal.PayoutEnded, _book.Make(61, "D2"));
        Assert.Equal(Refusal.PayoutEnded, _book.Fail(61));
        Assert.Null(_book.Make(62, "D2"));
        Assert.Equal(800, AtBank);
    }

    [Fact]
    public void The_market_s_fees_are_paid_out_like_anybody_s_money()
    {
        _book.Raise("ZJP-1", BuyerFee(11, 40));
        _book.Pay(21, 11, 40);
        Assert.Equal(Refusal.InsufficientFunds, _book.Instruct(61, null, 41));
        Assert.Null(_book.Instruct(61, null, 40));
        Assert.Null(_book.Make(61, "D1"));
        Assert.Equal((0, 960), (_book.Fees, AtBank));
        Assert.Empty(Trials.Of(_book.State).Failed);
    }

    [Fact]
    public void The_same_instruction_twice_pays_once_and_other_content_is_refused()
    {
        Assert.Null(_book.Instruct(61, A, 100));
        Assert.Null(_book.Instruct(61, A, 100));
        Assert.Equal(100, _book.State.View(A).FrozenFen);
        Assert.Equal(Refusal.PayoutIdReused, _book.Instruct(61, A, 101));
        Assert.Equal(Refusal.PayoutIdReused, _book.Instruct(61, null, 100));
        Assert.Equal(Refusal.PayoutIdReused, _book.Instruct(61, A, 100, account: 0xACD));
    }

    [Fact]
    public void Refusals_come_in_their_order()
    {
        Assert.Equal(Refusal.MalformedRequest, _book.Instruct(0, A, 0));
        Assert.Equal(Refusal.MalformedRequest, _book.Instruct(61, Guid.Empty, 0));
        Assert.Equal(Refusal.MalformedRequest, _book.Instruct(61, A, 0, account: 0));
        Assert.Equal(Refusal.AmountOutOfRange, _book.Instruct(61, B, 0));
        Assert.Equal(Refusal.InsufficientFunds, _book.Instruct(61, B, 1));
        Assert.Equal(Refusal.Required, _book.Make(61, " "));
        Assert.Equal(Refusal.TooLong, _book.Make(61, new string('D', Deposits.LongestReference + 1)));
        Assert.Equal(Refusal.UnknownPayout, _book.Make(61, "D1"));
        Assert.Equal(Refusal.Required, _book.Fail(61, " "));
        Assert.Equal(Refusal.TooLong, _book.Fail(61, new string('因', Deposits.LongestReason + 1)));
        Assert.Equal(Refusal.UnknownPayout, _book.Fail(61));
    }

    private long AtBank => -_book.State.Ledger[new Account(Purpose.CustodianBank)].PostedFen;

    private Payout Payout(int id) => _book.State.Payouts[Id(id)];
}
