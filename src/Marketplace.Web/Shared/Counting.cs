using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;

namespace Marketplace.Shared;

/// <summary>Texts with a number in them: in <c>{0} [lot/lots]</c> the first word stands after one, the second after any other number.</summary>
public static partial class Counting
{
    /// <summary>The text with its values in place; a pair of words follows the value before it, or the first one.</summary>
    public static string Count(this IStringLocalizer texts, string name, params object[] values) => Of(texts[name].Value, values);

    public static string Of(string text, params object[] values)
    {
        var last = 0;
        return Parts().Replace(text, part =>
        {
            if (!part.Groups["value"].Success) return part.Groups[Convert.ToString(values[last], CultureInfo.InvariantCulture) == "1" ? "one" : "many"].Value;
            last = int.Parse(part.Groups["value"].ValueSpan, CultureInfo.InvariantCulture);
            return Convert.ToString(values[last], CultureInfo.InvariantCulture) ?? "";
        });
    }

    [GeneratedRegex(@"\{(?<value>\d)\}|\[(?<one>[^\[\]/]*)/(?<many>[^\[\]/]*)\]", RegexOptions.ExplicitCapture)]
    private static partial Regex Parts();
}
