using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Statements;
using static Marketplace.Domain.Tests.Payments.StatementFiles;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>What a camt.053 may not be, and what becomes of batches.</summary>
public sealed class StatementCamtTests
{
    private static readonly string Good = Booked("B1", "5.00");

    public static TheoryData<string, Refusal, string> Bad => new()
    {
        { Booked("", "5.00"), Refusal.BankReferenceMissing, "Ntry/AcctSvcrRef" },
        { Booked(new string('x', 65), "5.00"), Refusal.TooLong, "Ntry/AcctSvcrRef" },
        { Booked("B1", "5,00"), Refusal.NumberInvalid, "Ntry/Amt" },
        { Booked("B1", "5<x/>00"), Refusal.NumberInvalid, "Ntry/Amt" },
        { Booked("B1", "0.00"), Refusal.AmountOutOfRange, "Ntry/Amt" },
        { Booked("B1", "5.00", details: $"<TxDtls><RmtInf><Ustrd>{new string('x', 3000)}</Ustrd></RmtInf></TxDtls>"), Refusal.TooLong, "Ntry" },
        { Booked("B1", "5.00", "<RvslInd>maybe</RvslInd>"), Refusal.UnknownWord, "Ntry/RvslInd" },
        { Good.Replace("\"CNY\"", "\"USD\"", StringComparison.Ordinal), Refusal.CurrencyNotYuan, "Ntry/Amt" },
        { Good.Replace("BOOK", "DONE", StringComparison.Ordinal), Refusal.UnknownWord, "Ntry/Sts" },
        { Good.Replace("<Sts>BOOK</Sts>", "", StringComparison.Ordinal), Refusal.Required, "Ntry/Sts" },
        { Good.Replace("CRDT", "DEBT", StringComparison.Ordinal), Refusal.CreditOrDebitUnclear, "Ntry/CdtDbtInd" },
        { Good.Replace("2026-11-02", "02.11.2026", StringComparison.Ordinal), Refusal.StatementTimeInvalid, "Ntry/BookgDt" },
        { Good.Replace("<BookgDt><Dt>2026-11-02</Dt></BookgDt>", "", StringComparison.Ordinal), Refusal.Required, "Ntry/BookgDt" },
        { Booked("B1", "3.00") + Booked("B1", "2.00"), Refusal.BankReferenceTwice, "AcctSvcrRef" },
        { Booked("B1", "5.01"), Refusal.StatementDoesNotBalance, "Stmt S CLBD" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_entry_is_refused_by_name(string entries, Refusal why, string field)
    {
        var reading = StatementFile.Read(Camt(entries, "1.00", "6.00"));
        Assert.Empty(reading.Statements);
        var fault = Assert.Single(reading.Faults);
        Assert.Equal((why, field), (fault.Why, fault.Field));
    }

    [Fact]
    public void The_difference_is_told_and_a_missing_balance_is_a_fault()
    {
        Assert.Equal("0.01", Assert.Single(StatementFile.Read(Camt(Booked("B1", "5.01"), "1.00", "6.00")).Faults).Detail);
        var text = Encoding.UTF8.GetString(Camt(Good, "1.00", "6.00"));
        var missing = Assert.Single(StatementFile.Read(Encoding.UTF8.GetBytes(text.Replace("CLBD", "CLAV", StringComparison.Ordinal))).Faults);
        Assert.Equal((Refusal.Required, "Stmt S CLBD"), (missing.Why, missing.Field));
        Assert.True(StatementFile.Read(Encoding.UTF8.GetBytes(text.Replace("OPBD", "PRCD", StringComparison.Ordinal))).Done);
        Assert.Equal(Refusal.CurrencyNotYuan, Assert.Single(StatementFile.Read(Camt(Good, "1.00", "6.00", currency: "EUR")).Faults).Why);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(12, true)]
    [InlineData(1, false)]
    [InlineData(13, false)]
    public void Versions_2_to_12_are_read(int version, bool read) => Assert.Equal(read, StatementFile.Read(Camt(Good, "1.00", "6.00", version)).Done);

    [Theory]
    [InlineData("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.052.001.08'><BkToCstmrAcctRpt/></Document>", "urn:iso:std:iso:20022:tech:xsd:camt.052.001.08")]
    [InlineData("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'><Other/></Document>", "Other")]
    [InlineData("<html><body/></html>", "html")]
    public void Another_document_is_refused_by_name(string xml, string named)
    {
        var fault = Assert.Single(StatementFile.Read(Encoding.UTF8.GetBytes(xml)).Faults);
        Assert.Equal((Refusal.StatementNotRecognised, named), (fault.Why, fault.Detail));
    }

    public static TheoryData<string> Attacks => new()
    {
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;'>]><a>&c;</a>",
        "<!DOCTYPE a SYSTEM 'http://127.0.0.1/a.dtd'><a/>",
        string.Concat(Enumerable.Repeat("<a>", 100_000)),
        string.Concat(Enumerable.Repeat("<a>", 65)) + string.Concat(Enumerable.Repeat("</a>", 65)),
        "<a>" + string.Concat(Enumerable.Repeat("<b/>", 1_000_001)) + "</a>",
        "<a><b></a>",
        "<a>\u0001</a>",
    };

    [Theory]
    [MemberData(nameof(Attacks), DisableDiscoveryEnumeration = true)]
    public void Entities_depth_and_size_beyond_a_statement_are_refused(string xml) =>
        Assert.Equal(Refusal.StatementXmlInvalid, Assert.Single(StatementFile.Read(Encoding.UTF8.GetBytes(xml)).Faults).Why);

    [Fact]
    public void Two_statements_of_a_file_are_read_and_one_bad_one_spoils_both()
    {
        var text = Encoding.UTF8.GetString(Camt(Good, "1.00", "6.00"));
        var from = text.IndexOf("<Stmt>", StringComparison.Ordinal);
        var one = text[from..(text.IndexOf("</Stmt>", StringComparison.Ordinal) + 7)];
        StatementReading With(string second) => StatementFile.Read(Encoding.UTF8.GetBytes(text.Insert(from, second)));
        Assert.Equal(2, With(one.Replace("B1", "B0", StringComparison.Ordinal)).Statements.Length);
        Assert.Equal(Refusal.BankReferenceTwice, Assert.Single(With(one).Faults).Why);
        Assert.Empty(With(one.Replace("B1", "", StringComparison.Ordinal)).Statements);
    }

    [Theory]
    // two amounts of an entry of 5.00; the parts' own references; what becomes of it
    [InlineData("2.00", "3.00", "T1", "T2", "T1 T2")]
    [InlineData("2.00", "3.00", "B1", "B1", "B1/1 B1/2")]
    [InlineData("2.00", "3.00", "T1", "", "B1/1 B1/2")]
    [InlineData("2.00", "2.99", "T1", "T2", "B1")]
    [InlineData("5.00", "0.00", "T1", "T2", "B1")]
    public void A_batch_is_split_only_when_its_parts_sum_exactly(string first, string second, string own1, string own2, string references)
    {
        var details = Part(first, own1, "甲") + Part(second, own2, "乙");
        var lines = Assert.Single(StatementFile.Read(Camt(Booked("B1", "5.00", details: details), "1.00", "6.00")).Statements).Lines;
        Assert.Equal(references, string.Join(' ', lines.Select(l => l.BankReference)));
        Assert.Equal(500, lines.Sum(l => l.AmountFen));
        Assert.Equal(lines.Length > 1 ? ["甲", "乙"] : [null], lines.Select(l => l.PayerName));
        Assert.All(lines, l => Assert.Equal(1, l.Number));

        static string Part(string amount, string own, string payer) =>
            $"<TxDtls><Refs><AcctSvcrRef>{own}</AcctSvcrRef></Refs><Amt Ccy=\"CNY\">{amount}</Amt><RltdPties><Dbtr><Nm>{payer}</Nm></Dbtr></RltdPties></TxDtls>";
    }
}
