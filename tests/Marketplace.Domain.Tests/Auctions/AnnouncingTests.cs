using System.Collections.Immutable;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

public sealed class AnnouncingTests
{
    public static TheoryData<string, Terms> Faults => new()
    {
        { "format", Live.Terms.In("raffle") },
        { "startPriceFen", Live.Terms with { StartPriceFen = 0 } },
        { "startPriceFen", Live.Terms with { StartPriceFen = Fen.Most + 1 } },
        { "steps", Live.Terms with { Steps = [] } },
        { "steps", Live.Terms with { Steps = default } },
        { "steps", Live.Terms with { Steps = [new Step(1, 1)] } },
        { "steps", Live.Terms with { Steps = [new Step(0, 0)] } },
        { "steps", Live.Terms with { Steps = [new Step(0, 1), new Step(0, 2)] } },
        { "opensAt", Live.Terms with { OpensAt = DateTimeOffset.MinValue } },
        { "endsAt", Live.Terms with { EndsAt = Live.Terms.OpensAt } },
        { "endsAt", Live.Terms with { EndsAt = DateTimeOffset.MaxValue } },
        { "softCloseSeconds", Live.Terms with { SoftCloseSeconds = -1 } },
        { "softCloseSeconds", Live.Terms with { SoftCloseSeconds = 3601 } },
        { "minBidders", Live.Terms with { MinBidders = 0 } },
        { "depositFen", Live.Terms with { DepositFen = -1 } },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Terms_with_a_fault_are_refused_and_the_field_is_named(string field, Terms terms)
    {
        var decision = Announcing.FixTerms(Auction.Nothing, terms, null, Live.Noon.AddDays(-1));
        Assert.Equal((Refusal.TermsInvalid, field), (decision.Refusal, decision.Detail));
    }

    [Fact]
    public void A_reserve_below_the_start_or_without_its_commitment_is_refused()
    {
        var reserve = new Secret(new string('0', 64), 99_999_999);
        Assert.Equal("reserveFen", Announcing.FixTerms(Auction.Nothing, Live.Terms, reserve, Live.Noon.AddDays(-1)).Detail);
        reserve = reserve with { ValueFen = 100_000_000 };
        Assert.Equal("reserve", Announcing.FixTerms(Auction.Nothing, Live.Terms, reserve, Live.Noon.AddDays(-1)).Detail);
        Assert.Null(Announcing.FixTerms(Auction.Nothing, Live.Terms with { ReserveCommitment = reserve.Commitment() }, reserve, Live.Noon.AddDays(-1)).Refusal);
    }

    [Fact]
    public void Terms_are_fixed_once()
    {
        var live = new Live();
        live.Announce(Live.Terms);
        var same = Live.Terms with { Steps = [.. Live.Terms.Steps.ToList()] };
        Assert.Empty(live.Do(Live.Noon, (a, t) => Announcing.FixTerms(a, same, null, t)).Facts);
        Assert.Equal(Refusal.AlreadyAnnounced, live.Do(Live.Noon, (a, t) => Announcing.FixTerms(a, same with { DepositFen = 5 }, null, t)).Refusal);
        Assert.Equal(Refusal.TermsInvalid, Announcing.FixTerms(Auction.Nothing, Live.Terms, null, Live.Noon.AddTicks(10)).Refusal);
    }

    [Fact]
    public void Nobody_is_admitted_moved_or_suspended_after_the_end() => Scenario.Play("""
        0:01  | A | 100万        | ok
        60:00 | D | admit        | AlreadyEnded
        60:00 | A | ceiling 1    | AlreadyEnded
        60:00 | A | suspend      | AlreadyEnded
        60:01 | - | close        | sold
        60:02 | D | admit        | AlreadyEnded
        """);

    [Fact]
    public void The_opening_is_told_once_and_never_early()
    {
        var live = new Live();
        Assert.Equal(Refusal.UnknownAuction, live.Do(Live.Noon, Announcing.Open).Refusal);
        live.Announce(Live.Terms, bidders: 1);
        Assert.Equal(Refusal.NotOpenYet, live.Do(Live.Noon.AddTicks(-10), Announcing.Open).Refusal);
        Assert.Single(live.Do(Live.Noon, Announcing.Open).Facts);
        Assert.Empty(live.Do(Live.Noon, Announcing.Open).Facts);
    }

    [Fact]
    public void The_close_waits_for_what_was_received_before_the_end()
    {
        var live = Scenario.Play("0:01 | A | 100万 | ok").Live;
        Assert.Equal(Refusal.NotOpenYet, Closing.Close(live.Auction, 0, "", Live.Terms.EndsAt).Refusal);
        var closed = live.Close();
        Assert.Equal(closed, Closing.Close(live.Auction, 0, "", Live.Terms.EndsAt).Answer);
        Assert.Equal(Refusal.UnknownAuction, Closing.Close(Auction.Nothing, 0, "", Live.Noon).Refusal);
    }

    [Fact]
    public void Every_phase_follows_from_terms_and_time_alone()
    {
        var live = Scenario.Play("0:01 | A | 100万 | ok").Live;
        Assert.Equal(
            ImmutableArray.Create(Phase.Announced, Phase.Open, Phase.Closing),
            [live.Auction.PhaseAt(Live.Noon.AddTicks(-1)), live.Auction.PhaseAt(Live.Noon), live.Auction.PhaseAt(Live.Terms.EndsAt)]);
        live.Close();
        Assert.Equal(Phase.Closed, live.Auction.PhaseAt(Live.Noon));
    }
}
