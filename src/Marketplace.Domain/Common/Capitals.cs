using System.Globalization;
using System.Text;

namespace Marketplace.Domain.Common;

/// <summary>大写: an amount in words that nobody can alter with a stroke, for confirmations and results (支付结算办法).</summary>
public static class Capitals
{
    private const string Digits = "零壹贰叁肆伍陆柒捌玖";
    private static readonly string[] Places = ["仟", "佰", "拾", ""];
    private static readonly string[] Sections = ["", "万", "亿", "万亿"];

    /// <summary>Without 人民币 in front: <c>叁佰壹拾贰万元整</c>. For amounts from 0 to <see cref="Fen.Most"/>.</summary>
    public static string Of(long fen)
    {
        var text = new StringBuilder();
        Whole(text, fen / 100);
        var (jiao, cent) = ((int)(fen / 10 % 10), (int)(fen % 10));
        if (text.Length > 0) text.Append('元');
        if (jiao == 0 && cent == 0) return (text.Length == 0 ? "零元" : text.ToString()) + "整";
        if (jiao != 0) text.Append(Digits[jiao]).Append('角');
        else if (text.Length > 0) text.Append('零');
        if (cent != 0) text.Append(Digits[cent]).Append('分');
        return text.ToString();
    }

    private static void Whole(StringBuilder text, long yuan)
    {
        var digits = yuan.ToString(CultureInfo.InvariantCulture);
        digits = digits.PadLeft((digits.Length + 3) / 4 * 4, '0');
        var zero = false;
        for (var at = 0; at < digits.Length; at += 4)
        {
            var said = false;
            for (var i = 0; i < 4; i++)
            {
                var digit = digits[at + i] - '0';
                if (digit == 0)
                {
                    zero = true;
                    continue;
                }

                if (zero && text.Length > 0) text.Append('零');
                (zero, said) = (false, true);
                text.Append(Digits[digit]).Append(Places[i]);
            }

            var rank = digits.Length / 4 - 1 - at / 4;
            // 亿 is said once for both sections above it: 壹万贰仟亿.
            if (said) text.Append(rank == 3 && digits.AsSpan(at + 4, 4).ContainsAnyExcept('0') ? "万" : Sections[rank]);
        }
    }
}
