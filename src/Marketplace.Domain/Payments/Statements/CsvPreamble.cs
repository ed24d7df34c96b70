using System.Text.RegularExpressions;

namespace Marketplace.Domain.Payments.Statements;

/// <summary>What banks write above the table: account, period, currency and balances, in whichever cells.</summary>
internal sealed partial record CsvPreamble(string? Account, string? Currency, DateOnly? From, DateOnly? To, long? OpeningFen, long? ClosingFen)
{
    public static CsvPreamble Of(IEnumerable<Row> rows)
    {
        var text = string.Join('\n', rows.Select(r => string.Join(' ', r.Cells)).Where(t => t.Length <= BankText.Longest).Select(BankText.Fold));
        var (from, to) = (Day(BeginLabel().Match(text)), Day(EndLabel().Match(text)));
        if (from is null || to is null) (from, to) = BankTime.Span(PeriodLabel().Match(text).Value) is { } span ? (span.From, span.To) : (from, to);
        return new CsvPreamble(
            AccountLabel().Match(text) is { Success: true } account ? account.Groups[1].Value.Replace(" ", "", StringComparison.Ordinal) : null,
            CurrencyLabel().Match(text) is { Success: true } currency ? currency.Groups[1].Value : null,
            from, to, Amount(OpeningLabel().Match(text)), Amount(ClosingLabel().Match(text)));
    }

    private static DateOnly? Day(Match match) => match.Success && BankTime.TryRead(match.Groups[1].Value, out var read) ? read.Day : null;

    private static long? Amount(Match match) => match.Success && BankText.TryAmount(match.Groups[1].Value, out var fen, out _) ? fen : null;

    private const string Not = @"(?<![\p{L}\p{N}])";
    private const string Date = "([0-9]{4}[-/.年]?[0-9]{1,2}[-/.月]?[0-9]{1,2})";

    [GeneratedRegex(Not + "(?:查询|本方|客户)?(?:账[ \t]*号|帐[ \t]*号|账户号码|(?i:account(?: ?(?:number|no\\.?))?))[ \t]*:?[ \t]*([0-9][0-9 *-]{4,40}[0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex AccountLabel();

    [GeneratedRegex(Not + "(?:币种|币别|货币|(?i:currency))[ \t]*:?[ \t]*([^ \t\n,;]{1,20})", RegexOptions.CultureInvariant)]
    private static partial Regex CurrencyLabel();

    [GeneratedRegex(Not + "(?:期初余额|上期余额|承前余额|(?i:opening balance))[ \t]*:?[ \t]*([-+]?[0-9][0-9,]*(?:\\.[0-9]+)?)", RegexOptions.CultureInvariant)]
    private static partial Regex OpeningLabel();

    [GeneratedRegex(Not + "(?:期末余额|本期余额|(?i:closing balance))[ \t]*:?[ \t]*([-+]?[0-9][0-9,]*(?:\\.[0-9]+)?)", RegexOptions.CultureInvariant)]
    private static partial Regex ClosingLabel();

    [GeneratedRegex(Not + "(?:起始日期|开始日期|起始时间|开始时间|(?i:from))[ \t]*:?[ \t]*" + Date, RegexOptions.CultureInvariant)]
    private static partial Regex BeginLabel();

    [GeneratedRegex(Not + "(?:终止日期|截止日期|结束日期|终止时间|截止时间|结束时间|(?i:to))[ \t]*:?[ \t]*" + Date, RegexOptions.CultureInvariant)]
    private static partial Regex EndLabel();

    [GeneratedRegex(Not + "(?:查询期间|时间范围|起止日期|日期范围|查询日期|查询区间|对账期间|(?i:period))[^\n]{0,60}", RegexOptions.CultureInvariant)]
    private static partial Regex PeriodLabel();
}
