using System.Globalization;
using System.Text;
using CsCheck;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Statements;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>Statements as banks write them: the files beside the tests, and any that a property asks for.</summary>
internal static class StatementFiles
{
    public static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding(54936)!;

    public static readonly string[] Names = ["ccb-gb18030.csv", "icbc-newest-first.tsv", "boc-signed.csv", "camt053-v02.xml", "camt053-v08.xml"];

    private static readonly Gen<string?> Words = Any<string?>(
        null, "保证金 ZJP-7K2M-Q9TX", "杭州启明新材料（集团）有限公司", "a,b;c\td", "say \"ZJP\"", "two\nlines", "½ & <b>", "𠮷野家", "'quoted'", "ＺＪＰ");

    public static readonly Gen<StatementLine[]> Lines = Gen.Select(
        Gen.Long[1, Fen.Most / 1000], Gen.Bool, Gen.Enum<TimeGiven>(), Gen.Int[1, 80_000_000], Words, Words, Words,
        (fen, credit, given, time, name, account, text) => new StatementLine(0, "", fen, credit ? Direction.Credit : Direction.Debit, Moment(given, time), given, name, account, text))
        .Array[1, 12].Select(lines => lines.Select((l, i) => l with { BankReference = $"BK{i:D4}" }).ToArray());

    public static Gen<T> Any<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "statements", name));

    public static byte[] Table(IReadOnlyList<StatementLine> lines, long openingFen, Encoding encoding, bool bom, char delimiter, bool newestFirst)
    {
        var rows = new List<string>();
        var balance = openingFen;
        foreach (var line in lines)
        {
            balance += line.SignedFen;
            var amount = Fen.Exact(line.AmountFen);
            string[] cells =
            [
                line.BankReference, Time(line), line.Direction == Direction.Credit ? amount : "", line.Direction == Direction.Debit ? amount : "0.00",
                Fen.Exact(balance), line.PayerName ?? "", line.PayerAccount ?? "", line.Remittance ?? "",
            ];
            rows.Add(string.Join(delimiter, cells.Select(Cell)));
        }

        if (newestFirst) rows.Reverse();
        var header = string.Join(delimiter, "流水号", "入账时间", "收入", "支出", "余额", "对方户名", "对方账号", "附言");
        var text = (bom ? "\uFEFF" : "") + string.Join("\r\n", ["某银行明细", header, .. rows]) + "\r\n";
        return encoding.GetBytes(text);
    }

    public static byte[] Camt(IReadOnlyList<StatementLine> lines, long openingFen, int version)
    {
        var entries = string.Concat(lines.Select(l => Entry(
            $"<Amt Ccy=\"CNY\">{Plain(l.AmountFen)}</Amt><CdtDbtInd>{(l.Direction == Direction.Credit ? "CRDT" : "DBIT")}</CdtDbtInd>"
            + (version < 7 ? "<Sts>BOOK</Sts>" : "<Sts><Cd>BOOK</Cd></Sts>")
            + $"<BookgDt>{(l.DayOnly ? $"<Dt>{Time(l)}</Dt>" : $"<DtTm>{Time(l)}</DtTm>")}</BookgDt><AcctSvcrRef>{l.BankReference}</AcctSvcrRef>",
            Details(l, version))));
        return Camt(entries, Plain(openingFen), Plain(openingFen + lines.Sum(l => l.SignedFen)), version);
    }

    /// <summary>A camt.053 of one statement around these entries.</summary>
    public static byte[] Camt(string entries, string opening, string closing, int version = 8, string currency = "CNY") => Encoding.UTF8.GetBytes(
        $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:D2}\"><BkToCstmrStmt><Stmt><Id>S</Id>"
        + $"<Acct><Id><Othr><Id>1</Id></Othr></Id><Ccy>{currency}</Ccy></Acct>{Balance("OPBD", opening)}{Balance("CLBD", closing)}{entries}</Stmt></BkToCstmrStmt></Document>");

    public static string Entry(string head, string details = "") => $"<Ntry>{head}<NtryDtls>{details}</NtryDtls></Ntry>";

    public static string Booked(string reference, string amount, string more = "", string details = "") => Entry(
        $"<Amt Ccy=\"CNY\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-02</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef>{more}", details);

    private static DateTimeOffset Moment(TimeGiven given, int milliseconds)
    {
        var day = new DateTimeOffset(2026, 11, 2, 0, 0, 0, Instant.Beijing);
        return given switch
        {
            TimeGiven.Day => day.ToUniversalTime(),
            TimeGiven.Minute => day.AddMinutes(1 + milliseconds / 60_000).ToUniversalTime(),
            _ => day.AddMilliseconds(milliseconds).ToUniversalTime(),
        };
    }

    private static string Time(StatementLine line) => line.BookedAt.ToOffset(Instant.Beijing).ToString(
        line.Given switch { TimeGiven.Day => "yyyy-MM-dd", TimeGiven.Minute => "yyyy-MM-dd'T'HH:mm", _ => "yyyy-MM-dd'T'HH:mm:ss.fff" }, CultureInfo.InvariantCulture);

    private static string Cell(string text) => text.AsSpan().ContainsAny(",;\t\"\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private static string Plain(long fen) => (fen / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Balance(string code, string amount) =>
        $"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">{amount.TrimStart('-')}</Amt><CdtDbtInd>{(amount.StartsWith('-') ? "DBIT" : "CRDT")}</CdtDbtInd></Bal>";

    private static string Details(StatementLine line, int version)
    {
        var party = line.Direction == Direction.Credit ? "Dbtr" : "Cdtr";
        var name = line.PayerName is null ? "" : $"<Nm>{Xml(line.PayerName)}</Nm>";
        return $"<TxDtls><RltdPties><{party}>{(version < 8 ? name : $"<Pty>{name}</Pty>")}</{party}>"
            + (line.PayerAccount is null ? "" : $"<{party}Acct><Id><Othr><Id>{Xml(line.PayerAccount)}</Id></Othr></Id></{party}Acct>")
            + $"</RltdPties>{(line.Remittance is null ? "" : $"<RmtInf><Ustrd>{Xml(line.Remittance)}</Ustrd></RmtInf>")}</TxDtls>";
    }

    private static string Xml(string text) => System.Security.SecurityElement.Escape(text);
}
