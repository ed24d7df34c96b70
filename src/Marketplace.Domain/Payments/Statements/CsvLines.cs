using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Statements;

/// <summary>Rows of a table to lines of a statement; what cannot be read is added to the faults.</summary>
internal sealed class CsvLines
{
    public static readonly Column[] Times = [Column.BookedTime, Column.TradeTime, Column.BookedDay, Column.TradeDay];

    private readonly CsvColumns _columns;
    private readonly List<StatementFault> _faults;
    private readonly bool _signsAreWritten;

    public CsvLines(CsvColumns columns, List<StatementFault> faults, IReadOnlyList<Row> rows)
    {
        (_columns, _faults) = (columns, faults);
        // One column of amounts without a mark tells the sides apart by sign. Where no sign is ever written it may as well
        // hold debits without one, unless running balances prove each of them.
        _signsAreWritten = columns.Has(Column.Balance)
            || rows.Any(r => r.Cells.Count >= columns.Count && columns.Cell(r, Column.Amount) is { } cell && BankText.TryAmount(cell, out _, out var signed) && signed);
    }

    /// <summary>Null after a fault.</summary>
    public (StatementLine Line, long? BalanceFen)? Read(Row row)
    {
        var before = _faults.Count;
        var cells = row.Cells.Count;
        if (!row.Whole) return Fault<(StatementLine, long?)>(row, "", Refusal.LineBroken, "\"");
        if (cells < _columns.Count) return Fault<(StatementLine, long?)>(row, "", Refusal.LineBroken, $"{cells} < {_columns.Count}");
        if (row.Cells.Skip(_columns.Count).Any(c => !string.IsNullOrWhiteSpace(c))) return Fault<(StatementLine, long?)>(row, "", Refusal.LineBroken, $"{cells} > {_columns.Count}");
        for (var i = 0; i < _columns.Count; i++)
        {
            if (row.Cells[i].Length > BankText.Longest) Fault<int>(row, _columns.Names[i], Refusal.TooLong);
            if (!Text.IsStorable(row.Cells[i])) Fault<int>(row, _columns.Names[i], Refusal.TextNotAllowed);
        }

        if (_faults.Count > before) return null;
        if (_columns.Cell(row, Column.Currency) is { } currency && !BankText.IsYuan(currency)) Fault<int>(row, _columns.NameOf(Column.Currency), Refusal.CurrencyNotYuan, currency);
        var (reference, time, amount, balance) = (Reference(row), Time(row), Amount(row), Balance(row));
        if (_faults.Count > before || reference is null || time is null || amount is null) return null;

        var credit = amount.Value.Direction == Direction.Credit;
        var name = _columns.Cell(row, Column.OtherName) ?? _columns.Cell(row, credit ? Column.PayerName : Column.PayeeName);
        var account = _columns.Cell(row, Column.OtherAccount) ?? _columns.Cell(row, credit ? Column.PayerAccount : Column.PayeeAccount);
        var texts = _columns.Texts.Select(i => BankText.Cell(row.Cells[i])).OfType<string>().Distinct(StringComparer.Ordinal);
        var remittance = string.Join('\n', texts);
        var line = new StatementLine(
            row.Line, reference, amount.Value.Fen, amount.Value.Direction, time.Value.At, time.Value.Given,
            name, account, remittance.Length == 0 ? null : remittance, amount.Value.IsReversal);
        return (line, balance);
    }

    private string? Reference(Row row)
    {
        var column = _columns.Has(Column.Reference) ? Column.Reference : Column.Voucher;
        var reference = StatementChecks.Reference(_columns.Cell(row, column));
        if (reference.Done) return reference.Value;
        Fault<int>(row, _columns.NameOf(column), reference.Refusal.Value, reference.Detail);
        return null;
    }

    /// <summary>
    /// The booking time before the time of the transaction: it is the one that counts. A transaction late in the evening
    /// that is booked on another day is known by that day alone.
    /// </summary>
    private (DateTimeOffset At, TimeGiven Given)? Time(Row row)
    {
        var read = new Dictionary<Column, BankTime>();
        foreach (var column in Times)
        {
            if (_columns.Cell(row, column) is not { } cell) continue;
            if (!BankTime.TryRead(cell, out var time)) return Fault<(DateTimeOffset, TimeGiven)>(row, _columns.NameOf(column), Refusal.StatementTimeInvalid, cell);
            read[column] = time;
        }

        var booked = Day(Column.BookedTime) ?? Day(Column.BookedDay);
        var traded = Day(Column.TradeTime) ?? Day(Column.TradeDay);
        if ((booked ?? traded) is not { } day) return Fault<(DateTimeOffset, TimeGiven)>(row, _columns.NameOf(Times.FirstOrDefault(_columns.Has)), Refusal.StatementTimeInvalid);
        if (Day(Column.BookedTime) is { } one && Day(Column.BookedDay) is { } other && one != other) return Fault<(DateTimeOffset, TimeGiven)>(row, _columns.NameOf(Column.BookedTime), Refusal.StatementTimeInvalid, $"{one:yyyy-MM-dd} ≠ {other:yyyy-MM-dd}");
        var atBank = Clock(Column.BookedTime, Column.BookedDay);
        if (atBank.Time is not null) return atBank.On(day);
        return traded is null || traded == day ? Clock(Column.TradeTime, Column.TradeDay).On(day) : atBank.On(day);

        BankTime Clock(Column first, Column second) => read.GetValueOrDefault(first).Time is not null ? read[first] : read.GetValueOrDefault(second);

        DateOnly? Day(Column column) => read.GetValueOrDefault(column).Day;
    }

    private (long Fen, Direction Direction, bool IsReversal)? Amount(Row row)
    {
        var written = new List<(Column Column, long Fen)>();
        var zero = false;
        foreach (var column in (Column[])[Column.Credit, Column.Debit, Column.Amount])
        {
            // A bank that has a column for each side may repeat the amount in a third one.
            if (_columns.Cell(row, column) is not { } cell || (column == Column.Amount && _columns.Has(Column.Credit))) continue;
            if (!BankText.TryAmount(cell, out var fen, out _)) return Fault<(long, Direction, bool)>(row, _columns.NameOf(column), Refusal.NumberInvalid, cell);
            if (fen == 0) zero = true; else written.Add((column, fen));
        }

        var field = _columns.NameOf(_columns.Has(Column.Credit) ? Column.Credit : Column.Amount);
        if (written.Count == 0) return Fault<(long, Direction, bool)>(row, field, zero ? Refusal.AmountOutOfRange : Refusal.Required);
        if (written.Count > 1) return Fault<(long, Direction, bool)>(row, field, Refusal.CreditOrDebitUnclear);
        var (where, amount) = written[0];
        var side = where switch
        {
            Column.Credit => Direction.Credit,
            Column.Debit => Direction.Debit,
            _ => Mark(row, amount),
        };
        if (side is not { } direction) return null;
        // 红字: a negative amount on one side takes back an earlier line and moves money the other way.
        var red = where is Column.Credit or Column.Debit && amount < 0;
        if (red) direction = direction == Direction.Credit ? Direction.Debit : Direction.Credit;
        return (Math.Abs(amount), direction, red);
    }

    private Direction? Mark(Row row, long amount)
    {
        if (!_columns.Has(Column.Mark))
        {
            return amount < 0 ? Direction.Debit : _signsAreWritten ? Direction.Credit : Fault<Direction>(row, _columns.NameOf(Column.Amount), Refusal.CreditOrDebitUnclear);
        }

        var cell = _columns.Cell(row, Column.Mark) ?? "";
        Direction? side = BankText.Fold(cell).Trim().ToUpperInvariant() switch
        {
            "贷" or "贷方" or "收" or "收入" or "收方" or "入账" or "转入" or "来账" or "C" or "CR" or "CRDT" or "CREDIT" or "+" => Direction.Credit,
            "借" or "借方" or "付" or "支" or "支出" or "付方" or "出账" or "转出" or "往账" or "D" or "DR" or "DBIT" or "DEBIT" => Direction.Debit,
            _ => null,
        };
        if (side is null) return Fault<Direction>(row, _columns.NameOf(Column.Mark), cell.Length == 0 ? Refusal.CreditOrDebitUnclear : Refusal.UnknownWord, cell);
        // A sign beside the mark either repeats it or takes the line back; nobody can tell which.
        return amount < 0 ? Fault<Direction>(row, _columns.NameOf(Column.Amount), Refusal.CreditOrDebitUnclear) : side;
    }

    private long? Balance(Row row)
    {
        if (_columns.Cell(row, Column.Balance) is not { } cell) return null;
        return BankText.TryAmount(cell, out var fen, out _) ? fen : Fault<long>(row, _columns.NameOf(Column.Balance), Refusal.NumberInvalid, cell);
    }

    private T? Fault<T>(Row row, string field, Refusal why, string? detail = null) where T : struct
    {
        _faults.Add(new StatementFault(row.Line, field, why, detail));
        return null;
    }
}
