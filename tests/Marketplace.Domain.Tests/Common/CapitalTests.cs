using CsCheck;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Common;

/// <summary>Capital amounts as a bank reads them. The examples with fen are those of the rules for bills and receipts.</summary>
public sealed class CapitalTests
{
    [Theory]
    [InlineData(0, "人民币零元整")]
    [InlineData(3_120_000_00, "人民币叁佰壹拾贰万元整")]
    [InlineData(29_800_000_00, "人民币贰仟玖佰捌拾万元整")]
    [InlineData(1_409_50, "人民币壹仟肆佰零玖元伍角")]
    [InlineData(6_007_14, "人民币陆仟零柒元壹角肆分")]
    [InlineData(107_000_53, "人民币壹拾万零柒仟元伍角叁分")]
    [InlineData(16_409_02, "人民币壹万陆仟肆佰零玖元零贰分")]
    [InlineData(325_04, "人民币叁佰贰拾伍元零肆分")]
    [InlineData(1_680_32, "人民币壹仟陆佰捌拾元叁角贰分")]
    [InlineData(5, "人民币伍分")]
    [InlineData(50, "人民币伍角")]
    [InlineData(10_00, "人民币壹拾元整")]
    [InlineData(100_500_00, "人民币壹拾万零伍佰元整")]
    [InlineData(1_0000_0000_00, "人民币壹亿元整")]
    [InlineData(1_0000_0005_00, "人民币壹亿零伍元整")]
    [InlineData(1_0005_0000_00, "人民币壹亿零伍万元整")]
    [InlineData(Fen.Most, "人民币壹万亿元整")]
    public void An_amount_is_written_in_capitals(long fen, string capital) => Assert.Equal(capital, Fen.Capital(fen));

    [Fact]
    public void Capitals_read_back_to_the_same_amount() =>
        Gen.Long[0, Fen.Most].Sample(fen => Assert.Equal(fen, ReadBack(Fen.Capital(fen))));

    private static long ReadBack(string capital)
    {
        var (total, section, digit) = (0L, 0L, 0L);
        foreach (var c in capital["人民币".Length..])
        {
            var value = "零壹贰叁肆伍陆柒捌玖".IndexOf(c, StringComparison.Ordinal);
            if (value >= 0)
            {
                digit = value;
                continue;
            }

            switch (c)
            {
                case '拾' or '佰' or '仟':
                    (section, digit) = (section + digit * (c == '拾' ? 10 : c == '佰' ? 100 : 1000), 0);
                    break;
                case '万':
                    (total, section, digit) = (total + (section + digit) * 10_000, 0, 0);
                    break;
                case '亿':
                    (total, section, digit) = ((total + section + digit) * 100_000_000, 0, 0);
                    break;
                case '元':
                    (total, section, digit) = ((total + section + digit) * 100, 0, 0);
                    break;
                case '角' or '分':
                    (total, digit) = (total + digit * (c == '角' ? 10 : 1), 0);
                    break;
            }
        }

        return total;
    }
}
