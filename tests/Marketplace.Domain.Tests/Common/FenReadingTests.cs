using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Common;

public sealed class FenReadingTests
{
    [Theory]
    [InlineData("2,980,000", 298_000_000)]
    [InlineData("298万", 298_000_000)]
    [InlineData("298.5 万元", 298_500_000)]
    [InlineData("￥2980000.50", 298_000_050)]
    [InlineData("２９８万", 298_000_000)]
    [InlineData("2，980，000元", 298_000_000)]
    [InlineData("0.29", 29)]
    [InlineData("0", 0)]
    [InlineData(" ￥１２０００ ", 12_000_00)]
    [InlineData("1,200,000.50", 1_200_000_50)]
    [InlineData("¥0.05", 5)]
    [InlineData("1.2亿", 12_000_000_000)]
    [InlineData("2.98 million", 298_000_000)]
    [InlineData("1000000000000", 100_000_000_000_000)]
    public void An_amount_is_read_exactly_as_typed(string text, long fen)
    {
        Assert.True(Fen.TryRead(text, out var read));
        Assert.Equal(fen, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("-5")]
    [InlineData("1,2345")]
    [InlineData("1.2.3")]
    [InlineData("1e6")]
    [InlineData("1.005")]
    [InlineData("万")]
    [InlineData("1.")]
    [InlineData("1000000000000.01")]
    [InlineData("99999999999999999999")]
    [InlineData("5\0")]
    public void What_is_no_amount_is_not_guessed(string? text) => Assert.False(Fen.TryRead(text, out _));
}
