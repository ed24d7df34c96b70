using Marketplace.Shared;

namespace Marketplace.Tests.Shared;

/// <summary>Numbers in sentences.</summary>
public sealed class CountingTests
{
    [Theory]
    [InlineData("{0} [lot/lots]", 1L, 0, "1 lot")]
    [InlineData("{0} [lot/lots]", 0L, 0, "0 lots")]
    [InlineData("[bid/bids]", 1L, 0, "bid")]
    [InlineData("{0} [bid/bids], {1} [bidder/bidders]", 1L, 2, "1 bid, 2 bidders")]
    [InlineData("{0} [bid/bids], {1} [bidder/bidders]", 21L, 1, "21 bids, 1 bidder")]
    [InlineData("共 {0} 口 · {1} 家", 1L, 1, "共 1 口 · 1 家")]
    public void A_word_fits_the_number_before_it(string text, long first, int second, string said) => Assert.Equal(said, Counting.Of(text, first, second));
}
