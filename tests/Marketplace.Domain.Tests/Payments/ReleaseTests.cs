using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using static Marketplace.Domain.Tests.Payments.Bookkeeper;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>放款: money that is kept goes on by agreement, by silence, or by what two operators decide.</summary>
public sealed class ReleaseTests
{
    private const string Sale = "ZJP-1";
    private static readonly TimeSpan Tick = TimeSpan.FromMicroseconds(1);
    private readonly Bookkeeper _book = new();

    public ReleaseTests()
    {
        _book.Credit(1, A, 1_000);
        _book.Raise(Sale, Price(11, 600), Price(12, 400));
        _book.Pay(21, 11, 600);
    }

    [Fact]
    public void Before_all_of_it_is_paid_there_is_nothing_to_claim()
    {
        _book.Pay(22, 12, 399);
        Assert.Equal(Refusal.NotPaidYet, _book.Claim(31, 12));
        _book.Pay(23, 12, 1);
        Assert.Null(_book.Claim(31, 12));
    }

    [Fact]
    public void Who_paid_agrees_and_it_is_released_at_once()
    {
        _book.Claim(31, 11);
        Assert.Null(_book.Agree(11));
        Assert.Null(_book.Agree(11));
        Assert.Equal((0, 600, 400), (_book.Kept, _book.Free(Seller), _book.Free(A)));
        Assert.True(_book[11].IsOver);
        Assert.Equal((ReleaseGround.Agreed, Clerk, Id(31)), (Released.Ground, Released.By, Released.Cause));
    }

    [Fact]
    public void Silence_releases_exactly_when_the_time_to_object_is_over()
    {
        _book.Claim(31, 11);
        _book.Wait(_book[11].Claim!.ObjectUntil - _book.Now - Tick);
        Assert.Equal(Refusal.MayStillObject, _book.Unopposed(11));
        _book.Wait(Tick);
        Assert.Null(_book.Unopposed(11));
        Assert.Equal((ReleaseGround.NoObjection, null), (Released.Ground, Released.By));
        Assert.Equal(600, _book.Free(Seller));
        var lines = _book.Lines.Count;
        Assert.Null(_book.Unopposed(11));
        Assert.Equal(Refusal.ReleasedAlready, _book.Object(11));
        Assert.Equal(lines, _book.Lines.Count);
    }

    [Fact]
    public void An_objection_is_in_time_until_the_last_moment_and_stops_the_clock()
    {
        _book.Claim(31, 11);
        _book.Wait(_book[11].Claim!.ObjectUntil - _book.Now - Tick);
        Assert.Null(_book.Object(11));
        _book.Wait(TimeToObject);
        Assert.Equal(Refusal.ObjectedAlready, _book.Unopposed(11));
        Assert.Equal(600, _book.Kept);
        Assert.True(_book[11].IsDisputed);
    }

    [Fact]
    public void An_objection_at_the_end_of_the_time_is_too_late()
    {
        _book.Claim(31, 11);
        _book.Wait(_book[11].Claim!.ObjectUntil - _book.Now);
        Assert.Equal(Refusal.ObjectionTooLate, _book.Object(11));
    }

    [Fact]
    public void One_objection_stands_and_is_taken_back_by_agreeing()
    {
        _book.Claim(31, 11);
        Assert.Null(_book.Object(11, "未达指标"));
        Assert.Null(_book.Object(11, " 未达指标 "));
        Assert.Equal(Refusal.ObjectedAlready, _book.Object(11, "另有原因"));
        Assert.Null(_book.Agree(11));
        Assert.Equal(600, _book.Free(Seller));
        Assert.False(_book[11].IsDisputed);
    }

    [Theory]
    // released → the seller has, goes back to the buyer beside the 400 it had
    [InlineData(600, 600, 400)]
    [InlineData(250, 250, 750)]
    [InlineData(0, 0, 1_000)]
    public void Two_operators_divide_what_is_in_dispute(long released, long seller, long buyer)
    {
        Dispute();
        Assert.Null(_book.Propose(41, 11, released));
        Assert.Equal(600, _book.Kept);
        Assert.Equal(Refusal.ProposerMayNotConfirm, _book.Confirm(11, 41, Clerk));
        Assert.Null(_book.Confirm(11, 41));
        var lines = _book.Lines.Count;
        Assert.Null(_book.Confirm(11, 41));
        Assert.Null(_book.Propose(41, 11, released));
        Assert.Equal(lines, _book.Lines.Count);
        Assert.Equal((0, seller, buyer), (_book.Kept, _book.Free(Seller), _book.Free(A)));
        Assert.Equal((seller, buyer), (_book.State.View(Seller).AvailableFor(null), _book.State.View(A).AvailableFor(null)));
        Assert.True(_book[11].IsOver);
        Assert.False(_book[11].IsDisputed);
    }

    [Fact]
    public void A_later_proposal_takes_the_place_of_an_earlier_one()
    {
        Dispute();
        _book.Propose(41, 11, 600);
        Assert.Null(_book.Propose(42, 11, 100, OtherClerk));
        Assert.Equal(Refusal.UnknownRuling, _book.Confirm(11, 41, OtherClerk));
        Assert.Equal(Refusal.ProposerMayNotConfirm, _book.Confirm(11, 42));
        // The id of the first is used up: the log knows each once.
        Assert.Equal(Refusal.ObligationIdReused, _book.Propose(41, 11, 600));
        Assert.Null(_book.Confirm(11, 42, Clerk));
        Assert.Equal((100, 900), (_book.Free(Seller), _book.Free(A)));
    }

    [Fact]
    public void A_proposal_sent_twice_is_one_and_its_content_does_not_change()
    {
        Dispute();
        Assert.Null(_book.Propose(41, 11, 100));
        Assert.Null(_book.Propose(41, 11, 100));
        Assert.Equal(Refusal.ObligationIdReused, _book.Propose(41, 11, 101));
        Assert.Equal(Refusal.ObligationIdReused, _book.Propose(41, 11, 100, OtherClerk));
        Assert.Equal(Refusal.ObligationIdReused, _book.Propose(41, 11, 100, reason: "另一意见"));
    }

    [Fact]
    public void What_came_otherwise_meanwhile_is_said_and_not_taken_for_done()
    {
        Dispute();
        _book.Propose(41, 11, 100);
        Assert.Null(_book.Agree(11));
        Assert.Equal(Refusal.ReleasedAlready, _book.Confirm(11, 41));
        _book.Pay(22, 12, 400);
        _book.Claim(32, 12);
        _book.Object(12);
        _book.Propose(42, 12, 100);
        Assert.Null(_book.Confirm(12, 42));
        Assert.Equal(Refusal.ReleasedAlready, _book.Agree(12));
        Assert.Null(_book.Unopposed(12));
        Assert.Equal((700, 300), (_book.Free(Seller), _book.Free(A)));
    }

    [Fact]
    public void The_id_of_a_claim_or_ruling_releases_once_in_the_whole_book()
    {
        _book.Pay(22, 12, 400);
        Assert.Null(_book.Claim(31, 11));
        Assert.Null(_book.Claim(31, 11));
        Assert.Equal(Refusal.ReleaseClaimedAlready, _book.Claim(32, 11));
        Assert.Equal(Refusal.ObligationIdReused, _book.Claim(31, 12));
        Assert.Null(_book.Claim(32, 12));
        _book.Object(12);
        Assert.Equal(Refusal.ObligationIdReused, _book.Propose(31, 12, 1));
        Assert.Equal(Refusal.ObligationIdReused, _book.Propose(32, 12, 1));
        Assert.Null(_book.Propose(41, 12, 1));
        Assert.Null(_book.Agree(11));
        Assert.Null(_book.Confirm(12, 41));
    }

    [Fact]
    public void Refusals_of_a_claim_come_in_their_order()
    {
        var (shorter, noHex) = (new string('e', 63), new string('z', 64));
        Assert.Equal(Refusal.MalformedRequest, _book.Claim(0, 99));
        Assert.Equal(Refusal.MalformedRequest, _book.Claim(31, 99, evidence: shorter));
        Assert.Equal(Refusal.MalformedRequest, _book.Claim(31, 99, evidence: noHex));
        Assert.Equal(Refusal.UnknownObligation, _book.Claim(31, 99));
        Assert.Equal(Refusal.NotPaidYet, _book.Claim(31, 12, TimeSpan.Zero));
        // Without any time to object it would be the creditor's word alone.
        Assert.Equal(Refusal.MalformedRequest, _book.Claim(31, 11, TimeSpan.Zero));
        Assert.Null(_book.Claim(31, 11, Tick));
        Assert.Equal(Refusal.ObligationIdReused, PaidClaim(31));
        _book.RaiseFor("royalty", Sale, new Owed(Id(13), ObligationKind.Royalty, A, Seller, 100, Due, ReleaseRule.AtOnce));
        _book.CreditFor(3, A, 100, 13);
        Assert.Equal(Refusal.ReleasedAlready, _book.Claim(31, 13));

        Refusal? PaidClaim(int claim)
        {
            _book.Pay(22, 12, 400);
            return _book.Claim(claim, 12, TimeSpan.Zero);
        }
    }

    [Fact]
    public void Refusals_of_the_others_come_in_their_order()
    {
        var tooLong = new string('因', Settlements.LongestReason + 1);
        Assert.Equal(Refusal.Required, _book.Object(99, " "));
        Assert.Equal(Refusal.TooLong, _book.Object(99, tooLong));
        Assert.Equal(Refusal.UnknownObligation, _book.Object(99));
        Assert.Equal(Refusal.NothingClaimed, _book.Object(11));
        Assert.Equal(Refusal.UnknownObligation, _book.Agree(99));
        Assert.Equal(Refusal.NothingClaimed, _book.Agree(11));
        Assert.Equal(Refusal.UnknownObligation, _book.Unopposed(99));
        Assert.Equal(Refusal.NothingClaimed, _book.Unopposed(11));
        Assert.Equal(Refusal.MalformedRequest, _book.Propose(0, 99, -1, reason: " "));
        Assert.Equal(Refusal.Required, _book.Propose(41, 99, -1, reason: " "));
        Assert.Equal(Refusal.UnknownObligation, _book.Propose(41, 99, -1));
        Assert.Equal(Refusal.UnknownObligation, _book.Confirm(99, 41));
        _book.Claim(31, 11);
        Assert.Equal(Refusal.NotDisputed, _book.Propose(31, 11, -1));
        Assert.Equal(Refusal.UnknownRuling, _book.Confirm(11, 41));
        _book.Object(11);
        Assert.Equal(Refusal.ObjectedAlready, _book.Unopposed(11));
        Assert.Equal(Refusal.ObligationIdReused, _book.Propose(31, 11, -1));
        Assert.Equal(Refusal.AmountOutOfRange, _book.Propose(41, 11, -1));
        Assert.Equal(Refusal.AmountOutOfRange, _book.Propose(41, 11, 601));
        _book.Wait(TimeToObject);
        Assert.Equal(Refusal.ObjectedAlready, _book.Object(11, "过时"));
        Assert.Null(_book.Propose(41, 11, 600));
        Assert.Equal(Refusal.UnknownRuling, _book.Confirm(11, 42, Clerk));
        Assert.Null(_book.Confirm(11, 41));
        Assert.Equal(Refusal.NotDisputed, _book.Propose(42, 11, 0));
    }

    private void Dispute()
    {
        Assert.Null(_book.Claim(31, 11));
        Assert.Null(_book.Object(11));
    }

    private ObligationReleased Released => (ObligationReleased)_book.Lines.Last(l => l.Fact is ObligationReleased).Fact;
}
