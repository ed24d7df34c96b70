using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Statements;
using static Marketplace.Domain.Tests.Payments.StatementFiles;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>Files as banks deliver them, and each way in which one cannot be taken.</summary>
public sealed class StatementReadingTests
{
    private const string Head = "流水号,入账时间,收入,支出,余额,对方户名,附言\n";

    private static DateTimeOffset Beijing(int day, int hour = 0, int minute = 0, double second = 0) =>
        new DateTimeOffset(2026, 11, day, hour, minute, 0, Instant.Beijing).AddSeconds(second).ToUniversalTime();

    [Fact]
    public void A_gb18030_table_with_preamble_total_full_width_amounts_and_a_broken_remittance()
    {
        var statement = One(StatementFile.Read(Bytes("ccb-gb18030.csv")));
        Assert.Equal(("csv", "33050161660000000123", new DateOnly(2026, 11, 1), new DateOnly(2026, 11, 30)), (statement.Format, statement.Account, statement.From, statement.To));
        Assert.Equal((100_000_000L, 159_999_950L), (statement.OpeningFen, statement.ClosingFen));
        Assert.Equal([50_000_000L, 12_000_000, -2_000_050], statement.Lines.Select(l => l.SignedFen));
        Assert.Equal(("4021-0001", Beijing(2, 9, 15, 7), TimeGiven.Second), (statement.Lines[0].BankReference, statement.Lines[0].BookedAt, statement.Lines[0].Given));
        Assert.Equal(("宁波（海曙）精密机械厂", "3901120000000888"), (statement.Lines[1].PayerName, statement.Lines[1].PayerAccount));
        Assert.Equal("转账\nzjp-yc5y-q223\r\n请查收", statement.Lines[1].Remittance);
        // Paid late on the 2nd, booked on the 3rd: known by the booking day alone.
        Assert.Equal((Beijing(3), true, Beijing(4)), (statement.Lines[1].BookedAt, statement.Lines[1].DayOnly, statement.Lines[1].CreditedNoLaterThan));
        Assert.Equal([5, 6, 8], statement.Lines.Select(l => l.Number));
    }

    [Fact]
    public void A_table_with_tabs_newest_first_and_a_mark_for_the_side()
    {
        var statement = One(StatementFile.Read(Bytes("icbc-newest-first.tsv")));
        Assert.Equal(("1202020119900123456", 10_000_000L, 18_800_000L), (statement.Account, statement.OpeningFen, statement.ClosingFen));
        Assert.Equal([8_800_000L, -1_000_000, 1_000_000], statement.Lines.Select(l => l.SignedFen));
        Assert.Equal(("26110500000000000003", "6222021202000000001"), (statement.Lines[0].BankReference, statement.Lines[0].PayerAccount));
        Assert.Null(statement.Lines[2].PayerName);
        Assert.Equal(TimeGiven.Day, statement.Lines[2].Given);
    }

    [Fact]
    public void A_table_with_semicolons_signs_and_day_and_time_apart()
    {
        var statement = One(StatementFile.Read(Bytes("boc-signed.csv")));
        Assert.Equal([100_005L, -100_000], statement.Lines.Select(l => l.SignedFen));
        Assert.Equal(["湖州智造股份有限公司", "杭州银行"], statement.Lines.Select(l => l.PayerName));
        Assert.Equal([Beijing(10, 8, 30), Beijing(10, 14, 6)], statement.Lines.Select(l => l.CreditedNoLaterThan));
        Assert.Equal("452012345678", statement.Account);
    }

    [Fact]
    public void A_camt_of_version_2_with_a_batch_a_pending_entry_and_a_reversal()
    {
        var statement = One(StatementFile.Read(Bytes("camt053-v02.xml")));
        Assert.Equal(("camt.053.001.02", "CN-330501", 100_000L, 50_100_000L, 1), (statement.Format, statement.Account, statement.OpeningFen, statement.ClosingFen, statement.NotBooked));
        Assert.Equal(["BK-1", "BK-2/1", "BK-2/2", "BK-3"], statement.Lines.Select(l => l.BankReference));
        Assert.Equal(["杭州启明新材料有限公司", "甲公司", "乙公司", null], statement.Lines.Select(l => l.PayerName));
        Assert.Equal([50_000_000L, 10_000, 20_000, -30_000], statement.Lines.Select(l => l.SignedFen));
        Assert.Equal("保证金ZJP-32\n22-222Y", statement.Lines[0].Remittance);
        Assert.Equal([false, false, false, true], statement.Lines.Select(l => l.IsReversal));
        Assert.Equal(new DateOnly(2026, 11, 2), statement.To);
    }

    [Fact]
    public void A_camt_of_version_8_keeps_the_zone_and_the_structured_reference()
    {
        var line = Assert.Single(One(StatementFile.Read(Bytes("camt053-v08.xml"))).Lines);
        Assert.Equal(("TX-9", Beijing(2, 9, 15, 7.25), "绍兴纺织研究院", "ZJP-B34D-8VWB\nE2E-7"), (line.BankReference, line.BookedAt, line.PayerName, line.Remittance));
    }

    [Theory]
    [InlineData("a1,2026-11-02 10:00:00,5.00,,x,甲,", Refusal.NumberInvalid, 2, "余额")]
    [InlineData("a1,2026-11-02 10:00:00,5.001,,,甲,", Refusal.NumberInvalid, 2, "收入")]
    [InlineData("a1,2026-11-02 10:00:00,\"1,00.00\",,,甲,", Refusal.NumberInvalid, 2, "收入")]
    [InlineData("a1,2026-11-02 10:00:00,5e3,,,甲,", Refusal.NumberInvalid, 2, "收入")]
    [InlineData("a1,2026-11-02 10:00:00,0.00,,,甲,", Refusal.AmountOutOfRange, 2, "收入")]
    [InlineData("a1,2026-11-02 10:00:00,,,,甲,", Refusal.Required, 2, "收入")]
    [InlineData("a1,2026-11-02 10:00:00,1,1,,甲,", Refusal.CreditOrDebitUnclear, 2, "收入")]
    [InlineData("a1,02/11/2026,1,,,甲,", Refusal.StatementTimeInvalid, 2, "入账时间")]
    [InlineData("a1,2026-02-30,1,,,甲,", Refusal.StatementTimeInvalid, 2, "入账时间")]
    [InlineData("a1,,1,,,甲,", Refusal.StatementTimeInvalid, 2, "入账时间")]
    [InlineData(",2026-11-02,1,,,甲,", Refusal.BankReferenceMissing, 2, "流水号")]
    [InlineData("0000,2026-11-02,1,,,甲,", Refusal.BankReferenceMissing, 2, "流水号")]
    [InlineData("2.6110500E+19,2026-11-02,1,,,甲,", Refusal.BankReferenceRounded, 2, "流水号")]
    [InlineData("a1,2026-11-02,1,,,甲", Refusal.LineBroken, 2, "")]
    [InlineData("a1,2026-11-02,1,,,甲,x,y", Refusal.LineBroken, 2, "")]
    [InlineData("a1,2026-11-02,1,,,甲,\"open", Refusal.LineBroken, 2, "")]
    [InlineData("a1,2026-11-02,1,,,甲,a\0b", Refusal.TextNotAllowed, 2, "附言")]
    [InlineData("a1,2026-11-02,1,,,甲,\na1,2026-11-02,1,,,甲,", Refusal.BankReferenceTwice, 3, "流水号")]
    [InlineData("a1,2026-11-02,1,,,甲,\n\na1,2026-11-03,2,,,乙,", Refusal.BankReferenceTwice, 4, "流水号")]
    [InlineData("a1,2026-11-02,1,,10,甲,\na2,2026-11-02,1,,11,甲,\na3,2026-11-02,1,,13,甲,", Refusal.RunningBalanceWrong, 4, "余额")]
    [InlineData("a1,2026-11-04,1,,13,甲,\na2,2026-11-03,1,,11,甲,\na3,2026-11-02,1,,10,甲,", Refusal.RunningBalanceWrong, 2, "余额")]
    public void A_table_with_a_bad_line_is_refused_by_name(string lines, Refusal why, int at, string field)
    {
        var fault = Assert.Single(Refused(Head + lines));
        Assert.Equal((why, at, field), (fault.Why, fault.At, fault.Field));
    }

    [Theory]
    [InlineData("流水号,入账时间,余额,币种\na,2026-11-02,1,CNY", Refusal.ColumnsMissing)]
    [InlineData("入账时间,收入,余额\n2026-11-02,1,1", Refusal.ColumnsMissing)]
    [InlineData("姓名,电话\n甲,1", Refusal.StatementNotRecognised)]
    [InlineData("PK\u0003\u0004", Refusal.StatementNotRecognised)]
    [InlineData("币种：美元\n流水号,入账时间,收入,余额\na,2026-11-02,1,1", Refusal.CurrencyNotYuan)]
    [InlineData("流水号,入账时间,收入,币种\na,2026-11-02,1,USD", Refusal.CurrencyNotYuan)]
    [InlineData("流水号,入账时间,收入,本方账号\na,2026-11-02,1,622201\nb,2026-11-02,1,622202", Refusal.AccountsMixed)]
    [InlineData("流水号,入账时间,交易金额\na,2026-11-02,1", Refusal.CreditOrDebitUnclear)]
    [InlineData("流水号,入账时间,交易金额,借贷标志\na,2026-11-02,1,?", Refusal.UnknownWord)]
    [InlineData("流水号,入账时间,交易金额,借贷标志\na,2026-11-02,-1,借", Refusal.CreditOrDebitUnclear)]
    [InlineData("期初余额：10.00,期末余额：12.00\n流水号,入账时间,收入\na,2026-11-02,1", Refusal.StatementDoesNotBalance)]
    [InlineData("流水号,入账日期,入账时间,收入\na,2026-11-02,2026-11-03 10:00:00,1", Refusal.StatementTimeInvalid)]
    // A line that lost its time must not pass for a total because of its first word.
    [InlineData("借贷标志,流水号,入账时间,交易金额\n收入,a,,1", Refusal.StatementTimeInvalid)]
    public void A_table_that_is_no_statement_is_refused_by_name(string text, Refusal why) => Assert.Equal(why, Assert.Single(Refused(text)).Why);

    [Fact]
    public void Every_bad_line_is_told_and_none_is_read()
    {
        var reading = CsvStatement.Read(Encoding.UTF8.GetBytes(Head + "a1,2026-11-02,1,,,甲,\n,2026-11-02,1,,,甲,\na3,never,x,,,甲,\n"));
        Assert.Empty(reading.Statements);
        Assert.Equal([(3, Refusal.BankReferenceMissing), (4, Refusal.StatementTimeInvalid), (4, Refusal.NumberInvalid)], reading.Faults.Select(f => (f.At, f.Why)));
    }

    [Fact]
    public void A_red_amount_takes_back_and_midnight_is_a_day()
    {
        var statement = One(CsvStatement.Read(Encoding.UTF8.GetBytes(Head + "a1,2026/11/2 00:00:00,5.00,,5.00,甲,\na2,2026年11月2日 9:05,-5.00,,0.00,甲,\n合计,,0.00,,,,\n以上明细仅供参考\n")));
        Assert.Equal([(500L, false, TimeGiven.Day), (-500L, true, TimeGiven.Minute)], statement.Lines.Select(l => (l.SignedFen, l.IsReversal, l.Given)));
        Assert.Equal([Beijing(3), Beijing(2, 9, 6)], statement.Lines.Select(l => l.CreditedNoLaterThan));
    }

    [Fact]
    public void Bytes_that_are_no_text_and_files_beyond_the_limit_are_refused()
    {
        Assert.Equal(Refusal.FileEmpty, Assert.Single(StatementFile.Read([]).Faults).Why);
        Assert.Equal(Refusal.StatementTooLarge, Assert.Single(StatementFile.Read(new byte[StatementFile.MostBytes + 1]).Faults).Why);
        Assert.Equal(Refusal.StatementEncodingUnknown, Assert.Single(StatementFile.Read([0xFF, 0x80, 0xFF, 0x20]).Faults).Why);
        Assert.Equal(Refusal.StatementEncodingUnknown, Assert.Single(StatementFile.Read([0xEF, 0xBB, 0xBF, .. Gb18030.GetBytes(Head)]).Faults).Why);
        Assert.Equal(Refusal.StatementEncodingUnknown, Assert.Single(StatementFile.Read("<?xml version='1.0' encoding='Big5'?><a/>"u8.ToArray()).Faults).Why);
        Assert.Equal(Refusal.StatementEncodingUnknown, Assert.Single(StatementFile.Read([.. "<?xml version='1.0' encoding='utf-8'?><a>"u8, 0xB1, 0xA3]).Faults).Why);
    }

    [Theory]
    [InlineData("入账时间,交易时间", "2026-11-02 17:00:01,2026-11-02 16:59:59", 2, 17, 0, 1)]
    [InlineData("入账日期,交易时间", "2026-11-02 17:00:01,2026-11-02 16:59:59", 2, 17, 0, 1)]
    [InlineData("入账日期,交易时间", "2026-11-02,165959", 2, 16, 59, 59)]
    [InlineData("入账日期,交易时间", "2026-11-03,2026-11-02 16:59:59", 4, 0, 0, 0)]
    [InlineData("交易日期,入账日期,交易时间", "20261102,20261103,16:59:59", 4, 0, 0, 0)]
    [InlineData("交易日期,交易时间", "20261102,", 3, 0, 0, 0)]
    [InlineData("交易日期,入账时间", "20261101,2026-11-02T09:00:00Z", 2, 17, 0, 0)]
    [InlineData("交易日期,起息日", "20261102,20261101", 3, 0, 0, 0)]
    public void The_booking_time_counts_before_that_of_the_transaction(string columns, string cells, int day, int hour, int minute, int second)
    {
        var statement = One(CsvStatement.Read(Encoding.UTF8.GetBytes($"流水号,收入,{columns}\na,1,{cells}\n")));
        Assert.Equal(Beijing(day, hour, minute, second), Assert.Single(statement.Lines).CreditedNoLaterThan);
    }

    [Fact]
    public void Files_full_of_rows_or_cells_are_refused_without_being_kept()
    {
        const string row = "a,2026-11-02,1,,,甲,\n";
        Assert.Equal(Refusal.TooManyItems, Assert.Single(Refused(Head + string.Concat(Enumerable.Repeat(row, 100_001)))).Why);
        Assert.Equal(Refusal.LineBroken, Assert.Single(Refused(Head + new string(',', 3_000_000))).Why);
        Assert.Empty(One(CsvStatement.Read(Encoding.UTF8.GetBytes(Head + new string('\n', 3_000_000)))).Lines);
    }

    private static BankStatement One(StatementReading reading)
    {
        Assert.Empty(reading.Faults);
        return Assert.Single(reading.Statements);
    }

    private static IEnumerable<StatementFault> Refused(string text)
    {
        var reading = StatementFile.Read(Encoding.UTF8.GetBytes(text));
        Assert.Empty(reading.Statements);
        return reading.Faults;
    }
}
