using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Marketplace.Domain.Payments.Statements;

/// <summary>What a column of a bank's table says.</summary>
internal enum Column
{
    BookedTime, TradeTime, BookedDay, TradeDay, Credit, Debit, Amount, Mark, Balance,
    OtherName, OtherAccount, PayerName, PayerAccount, PayeeName, PayeeAccount, Remittance, Reference, Voucher, OwnAccount, Currency,
}

/// <summary>Where the columns of a table stand, found by the names that banks give them.</summary>
/// <remarks>
/// Of several columns of one meaning the name that stands first below counts; only the texts of a payment are all kept.
/// 起息日 (the value date) has no name here: interest runs from it, but no deadline is kept by it.
/// </remarks>
internal sealed partial class CsvColumns
{
    private static readonly (Column Column, string[] Names)[] Words =
    [
        (Column.BookedTime, ["入账时间", "记账时间", "到账时间", "BOOKINGTIME", "BOOKEDAT", "BOOKINGDATETIME", "POSTINGTIME"]),
        (Column.TradeTime, ["交易时间", "交易日期时间", "交易时间戳", "TRANSACTIONTIME", "TRANSACTIONDATETIME", "TIME"]),
        (Column.BookedDay, ["入账日期", "记账日期", "入账日", "记账日", "到账日期", "BOOKINGDATE", "POSTINGDATE", "BOOKDATE"]),
        (Column.TradeDay, ["交易日期", "交易日", "日期", "TRANSACTIONDATE", "DATE"]),
        (Column.Credit, ["贷方发生额", "贷方金额", "收入金额", "收入", "贷方", "转入金额", "存入金额", "贷方发生金额", "CREDIT", "CREDITAMOUNT", "PAIDIN", "MONEYIN"]),
        (Column.Debit, ["借方发生额", "借方金额", "支出金额", "支出", "借方", "转出金额", "支取金额", "借方发生金额", "DEBIT", "DEBITAMOUNT", "PAIDOUT", "MONEYOUT"]),
        (Column.Amount, ["交易金额", "发生额", "金额", "TRADEAMOUNT", "TRANSACTIONAMOUNT", "AMOUNT"]),
        (Column.Mark, ["借贷标志", "借贷标识", "借贷方向", "借贷", "借/贷", "收支标志", "收支方向", "收支", "收/支", "CREDITDEBITINDICATOR", "CREDIT/DEBIT", "DEBIT/CREDIT", "D/C", "C/D", "DC"]),
        (Column.Balance, ["余额", "账户余额", "交易后余额", "联机余额", "BALANCE", "RUNNINGBALANCE", "AFTER-TRANSACTIONBALANCE"]),
        (Column.OtherName, ["对方户名", "对方账户名称", "对方单位名称", "对方单位", "对方名称", "对手户名", "交易对手", "收方名称", "COUNTERPARTY", "COUNTERPARTYNAME"]),
        (Column.OtherAccount, ["对方账号", "对方账户", "对方帐号", "对手账号", "收方账号", "收方帐号", "COUNTERPARTYACCOUNT"]),
        (Column.PayerName, ["付款人名称", "付款方户名", "付款人户名", "付款人", "付款方名称", "PAYER", "PAYERNAME", "PAYER'SNAME"]),
        (Column.PayerAccount, ["付款人账号", "付款方账号", "PAYERACCOUNT"]),
        (Column.PayeeName, ["收款人名称", "收款方户名", "收款人户名", "收款人", "收款方名称", "PAYEE", "PAYEENAME", "PAYEE'SNAME"]),
        (Column.PayeeAccount, ["收款人账号", "收款方账号", "PAYEEACCOUNT"]),
        (Column.Remittance, ["附言", "摘要", "用途", "备注", "交易摘要", "交易附言", "交易用途", "交易用途/摘要", "业务摘要", "客户附言", "个性化信息", "REMITTANCE", "REMITTANCEINFORMATION", "REMARK", "REMARKS", "DESCRIPTION", "PURPOSE", "MEMO", "NARRATIVE"]),
        (Column.Reference, ["交易流水号", "流水号", "账户明细编号-交易流水号", "银行流水号", "核心流水号", "交易流水", "流水", "BANKREFERENCE", "TRANSACTIONREFERENCE", "TRANSACTIONREFERENCENUMBER", "REFERENCENUMBER", "REFERENCE"]),
        (Column.Voucher, ["凭证号", "凭证号码", "业务参考号", "VOUCHERNUMBER", "VOUCHER"]),
        (Column.OwnAccount, ["本方账号", "账号", "查询账号", "我方账号", "账户", "ACCOUNT", "ACCOUNTNUMBER"]),
        (Column.Currency, ["币种", "货币", "交易货币", "交易币种", "CURRENCY", "TRADECURRENCY"]),
    ];

    private static readonly FrozenDictionary<string, (Column Column, int Rank)> ByName =
        Words.SelectMany(w => w.Names.Select((name, rank) => (name, w.Column, rank))).ToFrozenDictionary(w => w.name, w => (w.Column, w.rank), StringComparer.Ordinal);

    private readonly Dictionary<Column, int> _places = [];

    private CsvColumns(IReadOnlyList<string> header)
    {
        Names = [.. header.Select(h => h.Trim())];
        var ranks = new Dictionary<Column, int>();
        var texts = new List<int>();
        for (var i = 0; i < header.Count; i++)
        {
            if (!ByName.TryGetValue(Key(header[i]), out var word)) continue;
            if (word.Column == Column.Remittance) texts.Add(i);
            if (ranks.TryGetValue(word.Column, out var rank) && rank <= word.Rank) continue;
            (_places[word.Column], ranks[word.Column]) = (i, word.Rank);
        }

        Texts = texts;
        Count = header.Count;
        while (Count > 0 && string.IsNullOrWhiteSpace(header[Count - 1])) Count--;
    }

    public IReadOnlyList<string> Names { get; }

    /// <summary>How many cells a row must have; a delimiter at the end of the header adds none.</summary>
    public int Count { get; }

    /// <summary>The columns whose texts together are what the payer wrote.</summary>
    public IReadOnlyList<int> Texts { get; }

    public int Known => _places.Count;

    /// <summary>A row above the table may name an account and a currency; only a header names times, amounts and a third thing.</summary>
    public bool IsHeader => Known >= 3 && HasTime && (Has(Column.Credit) || Has(Column.Debit) || Has(Column.Amount) || Has(Column.Balance));

    private bool HasTime => Has(Column.BookedTime) || Has(Column.TradeTime) || Has(Column.BookedDay) || Has(Column.TradeDay);

    public static CsvColumns Of(IReadOnlyList<string> header) => new(header);

    public bool Has(Column column) => _places.ContainsKey(column);

    public int? PlaceOf(Column column) => _places.TryGetValue(column, out var place) ? place : null;

    /// <summary>The name that the file gives a column, for who has to find it there.</summary>
    public string NameOf(Column column) => _places.TryGetValue(column, out var place) ? Names[place] : Chinese(column);

    public string? Cell(Row row, Column column) => _places.TryGetValue(column, out var place) ? BankText.Cell(row.Cells[place]) : null;

    /// <summary>What a line cannot do without and the header does not name.</summary>
    public IEnumerable<string> Missing()
    {
        if (!Has(Column.Reference) && !Has(Column.Voucher)) yield return Chinese(Column.Reference);
        if (!Has(Column.Credit) && !Has(Column.Amount)) yield return Chinese(Column.Credit);
    }

    private static string Chinese(Column column) => Words.Single(w => w.Column == column).Names[0];

    private static string Key(string name) =>
        name.Length > 100 ? "" : Decoration().Replace(BankText.Fold(name).ToUpperInvariant(), "");

    /// <summary>Units and translations in brackets, and spaces: 余额/元, 贷方发生额/元(收入), 交易日期[ Transaction Date ].</summary>
    [GeneratedRegex(@"\([^)]*\)|\[[^\]]*\]|【[^】]*】|/元|\s|\*|_|\uFEFF", RegexOptions.CultureInvariant)]
    private static partial Regex Decoration();
}
