using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Common;

public sealed class CapitalsTests
{
    [Theory]
    [InlineData(0, "零元整")]
    [InlineData(5, "伍分")]
    [InlineData(50, "伍角")]
    [InlineData(105, "壹元零伍分")]
    [InlineData(100, "壹元整")]
    [InlineData(1_000, "壹拾元整")]
    [InlineData(101_000, "壹仟零壹拾元整")]
    [InlineData(1_000_100, "壹万零壹元整")]
    [InlineData(32_504, "叁佰贰拾伍元零肆分")]
    [InlineData(1_640_902, "壹万陆仟肆佰零玖元零贰分")]
    [InlineData(10_700_053, "壹拾万零柒仟元伍角叁分")]
    [InlineData(298_000_000, "贰佰玖拾捌万元整")]
    [InlineData(312_000_000, "叁佰壹拾贰万元整")]
    [InlineData(2_000_030_000, "贰仟万零叁佰元整")]
    [InlineData(10_000_000_100, "壹亿零壹元整")]
    [InlineData(120_000_000_000, "壹拾贰亿元整")]
    [InlineData(100_000_000_000_000, "壹万亿元整")]
    public void An_amount_in_capitals_follows_the_rule_book(long fen, string expected) => Assert.Equal(expected, Capitals.Of(fen));
}
