using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>The ladder of a lot that was not sold.</summary>
public sealed class FailedLotTests
{
    [Theory]
    [InlineData(FailedPlan.None, null, null, null)]
    [InlineData(FailedPlan.Again, LotRound.Again, null, null)]
    [InlineData(FailedPlan.AgainThenDutch, LotRound.Again, LotRound.Dutch, null)]
    [InlineData(FailedPlan.AgainThenDutchThenListed, LotRound.Again, LotRound.Dutch, LotRound.Listed)]
    public void Each_plan_has_its_rounds(FailedPlan plan, LotRound? second, LotRound? third, LotRound? fourth)
    {
        var ladder = new FailedLot(plan, 30, 2000);
        Assert.Equal((second, third, fourth), (ladder.After(LotRound.First), ladder.After(LotRound.Again), ladder.After(LotRound.Dutch)));
        Assert.Null(ladder.After(LotRound.Listed));
    }

    [Theory]
    [InlineData(30, 2000, null)]
    [InlineData(17, 0, null)]
    [InlineData(16, 2000, "planDays")]
    [InlineData(31, 2000, "planDays")]
    [InlineData(30, 2001, "planLower")]
    [InlineData(30, -1, "planLower")]
    public void Between_the_notice_and_thirty_days_and_at_most_a_fifth(int days, int lower, string? field)
    {
        Assert.Equal(field, new FailedLot(FailedPlan.Again, days, lower).Check().Detail);
        Assert.True(new FailedLot(FailedPlan.None, days, lower).Check().Done);
    }

    [Theory]
    [InlineData(100_000_00, 2000, 80_000_00)]
    [InlineData(100_000_01, 2000, 80_001_00)]
    [InlineData(99_999_00, 1500, 85_000_00)]
    [InlineData(100, 2000, 100)]
    public void The_lower_price_is_a_whole_yuan_and_never_lower_than_planned(long start, int lower, long expected) =>
        Assert.Equal(expected, new FailedLot(FailedPlan.Again, 30, lower).LowerFen(start));

    [Fact]
    public void The_next_round_opens_within_the_days_of_the_plan() =>
        Assert.Equal(new DateTimeOffset(2026, 12, 20, 16, 0, 0, TimeSpan.Zero), new FailedLot(FailedPlan.Again, 30, 2000).OpensBy(Live.Noon));

    [Fact]
    public void A_planned_lower_price_passes_the_gate_of_the_first_price()
    {
        var facts = new LotFacts([], [], false);
        var paper = new GateAnswer(Gate.BasePrice, "", FactLine.Genesis, "a.pdf", "x", new DateOnly(2026, 11, 1), null, null, null, 100_000_00, 120_000_00);
        bool Open(LotOffer offer) => LotGates.Check(facts, offer, [paper], new DateOnly(2026, 11, 20)).Any(f => f.Gate == Gate.BasePrice);
        Assert.True(Open(new LotOffer(RightOffered.Assignment, null, 80_000_00)));
        Assert.False(Open(new LotOffer(RightOffered.Assignment, null, 80_000_00, 100_000_00)));
    }

    [Fact]
    public void A_later_round_has_fifteen_days_of_notice()
    {
        Assert.Equal(StatutoryDays.EndOf(Live.Noon, 15), Announcement.NoticeEnd(SessionProfile.Standard, Live.Noon, LotRound.Again));
        Assert.Equal(StatutoryDays.EndOf(Live.Noon, 7), Announcement.NoticeEnd(SessionProfile.Standard, Live.Noon));
    }
}
