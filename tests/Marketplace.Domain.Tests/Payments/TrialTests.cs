using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using static Marketplace.Domain.Tests.Payments.Bookkeeper;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>试算平衡: a book in order passes, and each way of being out of order is found by its name.</summary>
public sealed class TrialTests
{
    private readonly Bookkeeper _book = new();

    public TrialTests()
    {
        _book.Credit(1, A, 1_000);
        _book.Credit(2, null, 70);
        _book.Freeze(3, A, "lot", 300);
        _book.Freeze(4, A, "other", 200);
        _book.Bind(4);
    }

    [Fact]
    public void A_book_in_order_says_what_is_posted_where_and_nothing_of_what_is_frozen()
    {
        var trial = Trials.Of(_book.State);
        Assert.Empty(trial.Failed);
        Assert.Equal((1_070, 1_070), (trial.DebitsFen, trial.CreditsFen));
        Assert.Equal(
            [new(Purpose.Deposit, 1_000), new(Purpose.CustodianBank, -1_070), new(Purpose.Suspense, 70)],
            trial.Totals);
        _book.Release(3, byAuction: true);
        Assert.Equal(trial.Totals, Trials.Of(_book.State).Totals);
        _book.Use(4);
        Assert.Contains(new PurposeTotal(Purpose.Escrow, 200), Trials.Of(_book.State).Totals);
    }

    [Fact]
    public void A_hold_that_ended_twice_is_found_by_adding_up() =>
        Finds(BookCheck.BalancesFollow, new HoldReleased("custodian", Id(3), A, "lot", 300, true), new HoldReleased("custodian", Id(3), A, "lot", 300, true));

    [Fact]
    public void A_hold_of_another_organisation_s_money_is_not_paired() =>
        Finds(BookCheck.ReservationsPaired, new HoldReleased("custodian", Id(3), B, "lot", 300, true));

    [Fact]
    public void Money_that_was_not_there_leaves_an_account_below_zero() =>
        Finds(BookCheck.NothingNegative, new HoldPlaced("custodian", Id(5), B, "lot", 1, null));

    [Fact]
    public void A_movement_that_happened_twice_is_found_by_adding_up() =>
        Finds(BookCheck.BalancesFollow, new Credited("custodian", Id(1), A, 1_000, Start.AddDays(-1), "B1", null, Clerk));

    [Fact]
    public void Money_that_left_the_bank_without_leaving_its_credit_is_found() =>
        Finds(BookCheck.BankAgrees, new CreditReversed("custodian", Id(2), null, 7, "部分", OtherClerk));

    [Fact]
    public void A_payment_for_what_no_card_s_bank_took_back_is_found() => Finds(
        BookCheck.CostsFollow,
        new ObligationsRaised("custodian", "lot", "signed", [BuyerFee(9, 50)]), new ObligationPaid("custodian", Id(10), Id(9), A, null, 50, Kept: false, Clerk, Covers: true));

    private void Finds(BookCheck check, params BookFact[] facts)
    {
        foreach (var fact in facts) _book.Append(fact);
        Assert.Contains(check, Trials.Of(_book.State).Failed);
    }
}
