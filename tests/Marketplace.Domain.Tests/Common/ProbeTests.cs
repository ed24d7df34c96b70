using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Common;

/// <summary>When the market's own probe says that it cannot serve bidders.</summary>
public sealed class ProbeTests
{
    private static readonly ProbeReading Good = new(5, null, 2_000), Slow = new(3_200, null, 0), Failed = new(null, null, 0), Mute = new(5, null, 16_000);

    private static ProbeReading Off(long ms) => new(5, new LostClock(ms, null), 0);

    private static ProbeReading Alone(long ms) => new(5, new LostClock(null, ms), 0);

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
        Assert.Equal(new ProbeFigures(AppendMs: 3_200, AppendsFailed: 1), ProbeRule.Verdict([Good, Slow, Failed, Slow], null));
        Assert.Equal(new ProbeFigures(AppendMs: 3_200), ProbeRule.Verdict([Slow, Slow, Slow], null));
        Assert.Equal(new ProbeFigures(AppendsFailed: 3), ProbeRule.Verdict([Failed, Failed, Failed], null));
        Assert.Equal(new ProbeFigures(ClockOffsetMs: 317), ProbeRule.Verdict([Off(240), Off(317), Off(260)], null));
        Assert.Equal(new ProbeFigures(ClockSilentMs: 32_000), ProbeRule.Verdict([Alone(30_000), Alone(31_000), Alone(32_000)], null));
        Assert.Null(ProbeRule.Verdict([Off(240), Good, Off(260)], null));
        Assert.Equal(new ProbeFigures(HubSilentMs: 16_000), ProbeRule.Verdict([Mute, Mute, Mute], null));
    }

    [Fact]
    public void A_write_that_does_not_come_back_counts_by_itself() =>
        Assert.Equal(new ProbeFigures(AppendMs: 9_100), ProbeRule.Verdict([Good, Good, Good], 9_100));

    [Fact]
    public void What_was_measured_is_read_back_as_it_was_written()
    {
        var figures = new ProbeFigures(9_100, 317, 16_000, 2, 32_000);
        using var written = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(written))
        {
            json.WriteStartObject();
            figures.Write(json);
            json.WriteEndObject();
        }

        using var read = System.Text.Json.JsonDocument.Parse(written.ToArray());
        Assert.Equal(figures, ProbeFigures.Read(read.RootElement));
    }
}
