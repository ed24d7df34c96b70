using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Common;

/// <summary>When the market's own probe says that it cannot serve bidders.</summary>
public sealed class ProbeTests
{
    private static readonly ProbeReading Good = new(5, true, 2_000), Slow = new(3_200, true, 0), Failed = new(null, true, 0), Unbounded = new(5, false, 0), Mute = new(5, true, 16_000);

    [Fact]
    public void A_single_bad_look_counts_for_nothing()
    {
        Assert.Null(ProbeRule.Verdict([], null));
        Assert.Null(ProbeRule.Verdict([Slow, Failed], null));
        Assert.Null(ProbeRule.Verdict([Slow, Good, Failed], null));
        Assert.Null(ProbeRule.Verdict([Slow, Slow, Slow, Good], 2_000));
    }

    [Fact]
    public void Three_in_a_row_do_with_the_worst_figure()
    {
        Assert.Equal(new ProbeFigures(AppendMs: 3_200), ProbeRule.Verdict([Good, Slow, Failed, Slow], null));
        Assert.Equal(new ProbeFigures(AppendMs: ProbeRule.SlowAppendMs), ProbeRule.Verdict([Failed, Failed, Failed], null));
        Assert.Equal(new ProbeFigures(ClockOffsetMs: ProbeRule.ClockBoundMs), ProbeRule.Verdict([Unbounded, Unbounded, Unbounded], null));
        Assert.Equal(new ProbeFigures(HubSilentMs: 16_000), ProbeRule.Verdict([Mute, Mute, Mute], null));
    }

    [Fact]
    public void A_write_that_does_not_come_back_counts_by_itself() =>
        Assert.Equal(new ProbeFigures(AppendMs: 9_100), ProbeRule.Verdict([Good, Good, Good], 9_100));
}
