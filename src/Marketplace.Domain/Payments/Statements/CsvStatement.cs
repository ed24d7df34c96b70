using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Statements;

/// <summary>The tables that Chinese banks' online banking (网银) exports: UTF-8 or GB18030; comma, semicolon or tab.</summary>
/// <remarks>
/// Rows above the header tell of account and period; below it every row is a line, a total or a fault. A row with fewer
/// cells than the header is a fault as well: a file that was cut off would look like that.
/// </remarks>
public static class CsvStatement
{
    // Banks write a dozen rows above a table, never a hundred.
    private const int MostPreamble = 100;
    private const int MostRows = 100_000;

    private static readonly string[] Totals = ["合计", "总计", "小计", "本页", "汇总", "总笔数", "TOTAL"];

    // Words that may begin a line as well: they count only where a line would have its time and there is none.
    private static readonly string[] Remarks =
    [
        "笔数", "借方", "贷方", "收入", "支出", "期初", "期末", "余额", "打印", "下载", "导出", "制表", "操作员", "说明", "备注", "注", "温馨提示", "提示", "声明",
        "以上", "共", "PAGE", "PRINTED", "NOTE", "END",
    ];

    public static StatementReading Read(byte[] bytes)
    {
        if (StatementFile.CheckSize(bytes) is { } refused) return refused;
        if (StatementEncoding.OfTable(bytes) is not { } text) return StatementReading.Refuse(Refusal.StatementEncodingUnknown);
        if (Header(text) is not { } found) return StatementReading.Refuse(Refusal.StatementNotRecognised);
        var (delimiter, columns, row) = found;
        var missing = columns.Missing().ToList();
        if (missing.Count > 0) return StatementReading.Refuse(Refusal.ColumnsMissing, string.Join(", ", missing), row.Line);

        var rows = DelimitedText.Rows(text, delimiter).Where(r => !r.IsBlank).Take(MostRows + 1).ToList();
        if (rows.Count > MostRows) return StatementReading.Refuse(Refusal.TooManyItems, $"> {MostRows}", rows[^1].Line);
        var preamble = CsvPreamble.Of(rows.Where(r => r.Line < row.Line));
        var faults = new List<StatementFault>();
        if (preamble.Currency is { } currency && !BankText.IsYuan(currency)) faults.Add(new StatementFault(0, "币种", Refusal.CurrencyNotYuan, currency));
        var body = rows.Where(r => r.Line > row.Line && !IsTotal(columns, r)).ToList();
        var reader = new CsvLines(columns, faults, body);
        var lines = body.Select(reader.Read).OfType<(StatementLine Line, long? BalanceFen)>().ToList();
        if (faults.Count > 0) return StatementReading.Of([], faults);

        StatementChecks.References(lines.Select(l => l.Line), columns.NameOf(columns.Has(Column.Reference) ? Column.Reference : Column.Voucher), faults);
        var account = Account(columns, body, preamble.Account, faults);
        var (opening, closing) = StatementChecks.RunningBalances(lines, columns.NameOf(Column.Balance), faults);
        if (faults.Count == 0)
        {
            (opening, closing) = (preamble.OpeningFen ?? opening, preamble.ClosingFen ?? closing);
            StatementChecks.Balances(opening, lines.Select(l => l.Line), closing, columns.NameOf(Column.Balance), faults);
        }

        return StatementReading.Of(
            [new BankStatement("csv", account, BankStatement.Yuan, preamble.From, preamble.To, opening, closing, [.. lines.Select(l => l.Line)])], faults);
    }

    /// <summary>The delimiter and the row that together name the most columns.</summary>
    private static (char Delimiter, CsvColumns Columns, Row Row)? Header(string text)
    {
        (char Delimiter, CsvColumns Columns, Row Row)? best = null;
        foreach (var delimiter in ",;\t")
        {
            foreach (var row in DelimitedText.Rows(text, delimiter).Take(MostPreamble).Where(r => r.Whole && r.Cells.Count <= 200))
            {
                var columns = CsvColumns.Of(row.Cells);
                if (columns.IsHeader && columns.Known > (best?.Columns.Known ?? 0)) best = (delimiter, columns, row);
            }
        }

        return best;
    }

    /// <summary>A total or a remark below the lines. Whatever could be a line that is broken is none of them: it must become a fault.</summary>
    private static bool IsTotal(CsvColumns columns, Row row)
    {
        var label = row.Cells.Select((c, i) => (Cell: c, Place: i)).FirstOrDefault(c => !string.IsNullOrWhiteSpace(c.Cell));
        if (!row.Whole || label.Cell is null || label.Cell.Length > BankText.Longest || columns.PlaceOf(Column.Mark) == label.Place) return false;
        var word = BankText.Fold(label.Cell).Trim().ToUpperInvariant();
        var total = Begins(Totals);
        if (!total && !Begins(Remarks)) return false;
        if (row.Cells.Count >= columns.Count && (Beside(Column.Reference) ?? Beside(Column.Voucher)) is not null) return false;
        return CsvLines.Times.Select(Beside).OfType<string>().All(cell => total && !BankTime.TryRead(cell, out _));

        bool Begins(string[] words) => words.Any(w => word.StartsWith(w, StringComparison.Ordinal));

        string? Beside(Column column) => columns.PlaceOf(column) is { } place && place != label.Place && place < row.Cells.Count ? BankText.Cell(row.Cells[place]) : null;
    }

    private static string? Account(CsvColumns columns, List<Row> body, string? stated, List<StatementFault> faults)
    {
        if (!columns.Has(Column.OwnAccount)) return stated;
        var account = stated;
        foreach (var row in body)
        {
            if (columns.Cell(row, Column.OwnAccount)?.Replace(" ", "", StringComparison.Ordinal) is not { } own) continue;
            account ??= own;
            if (own != account && !IsMasked(own) && !IsMasked(account)) faults.Add(new StatementFault(row.Line, columns.NameOf(Column.OwnAccount), Refusal.AccountsMixed));
        }

        return account;

        static bool IsMasked(string number) => number.Contains('*', StringComparison.Ordinal);
    }
}
