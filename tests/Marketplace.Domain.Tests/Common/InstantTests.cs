using CsCheck;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Common;

public sealed class InstantTests
{
    [Theory]
    [InlineData("2026-11-20T12:00:00Z", "2026-11-20T12:00:00.000000Z")]
    [InlineData("2026-11-20T20:00:00+08:00", "2026-11-20T12:00:00.000000Z")]
    [InlineData("2026-11-20T12:00:00.1234567Z", "2026-11-20T12:00:00.123456Z")]
    [InlineData("2026-11-20T12:00:00.000001-01:30", "2026-11-20T13:30:00.000001Z")]
    public void A_moment_with_a_zone_is_read_and_cut_to_microseconds(string text, string written)
    {
        Assert.True(Instant.TryRead(text, out var moment));
        Assert.Equal(written, Instant.Write(moment));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-20")]
    [InlineData("2026-11-20T12:00:00")]
    [InlineData("2026-13-20T12:00:00Z")]
    [InlineData("tomorrow at noon Z")]
    public void Anything_else_is_not_read(string text) => Assert.False(Instant.TryRead(text, out _));

    [Fact]
    public void What_is_written_reads_back() => Gen.Long[0, DateTimeOffset.MaxValue.UtcTicks].Sample(ticks =>
    {
        var moment = Instant.Cut(new DateTimeOffset(ticks, TimeSpan.Zero));
        Assert.True(Instant.TryRead(Instant.Write(moment), out var read));
        Assert.Equal(moment, read);
    });

    [Fact]
    public void Later_is_the_later_of_two()
    {
        var (a, b) = (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddTicks(10));
        Assert.Equal(b, Instant.Later(a, b));
        Assert.Equal(b, Instant.Later(b, a));
    }
}
