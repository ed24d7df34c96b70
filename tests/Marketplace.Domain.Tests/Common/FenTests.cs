using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Common;

public sealed class FenTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(1, true)]
    [InlineData(Fen.Most, true)]
    [InlineData(Fen.Most + 1, false)]
    [InlineData(long.MaxValue, false)]
    [InlineData(long.MinValue, false)]
    public void An_amount_is_positive_and_bounded(long fen, bool isAmount) => Assert.Equal(isAmount, Fen.IsAmount(fen));

    [Theory]
    [InlineData(5, "0.05", "0")]
    [InlineData(100, "1", "0.0001")]
    [InlineData(150, "1.50", "0.0002")]
    [InlineData(1_500_000, "15,000", "1.5")]
    [InlineData(296_000_000, "2,960,000", "296")]
    [InlineData(Fen.Most, "1,000,000,000,000", "100,000,000")]
    [InlineData(-123, "-1.23", "-0.0001")]
    public void Yuan_are_written_exactly_and_ten_thousands_for_reading(long fen, string yuan, string tenThousands)
    {
        Assert.Equal(yuan, Fen.Yuan(fen));
        Assert.Equal(tenThousands, Fen.TenThousandYuan(fen));
    }

    [Fact]
    public void The_largest_amount_is_exact_in_a_JavaScript_number() => Assert.True(Fen.Most < 1L << 53);
}
