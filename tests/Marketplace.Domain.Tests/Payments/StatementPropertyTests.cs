using System.Text;
using CsCheck;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Statements;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>What holds for every statement and for every file that is damaged.</summary>
public sealed class StatementPropertyTests
{
    [Fact]
    public void A_table_comes_back_as_it_was_written_in_either_encoding_with_any_delimiter_and_order() =>
        Gen.Select(StatementFiles.Lines, Gen.Long[-1_000_000, 1_000_000], Gen.Int[0, 2], Gen.Char[",;\t"], Gen.Bool).Sample((lines, opening, encoding, delimiter, newestFirst) =>
        {
            // Day after day, so that even lines whose balances hold both ways have one order.
            lines = [.. lines.Select((l, i) => l with { BookedAt = l.BookedAt.AddDays(i) })];
            var bytes = StatementFiles.Table(lines, opening, encoding == 0 ? StatementFiles.Gb18030 : Encoding.UTF8, encoding == 2, delimiter, newestFirst);
            var reading = StatementFile.Read(bytes);
            Assert.Empty(reading.Faults);
            var statement = Assert.Single(reading.Statements);
            Assert.Equal(newestFirst ? lines.Reverse() : lines, statement.Lines.Select(l => l with { Number = 0 }));
            Assert.Equal((opening, opening + lines.Sum(l => l.SignedFen)), (statement.OpeningFen, statement.ClosingFen));
        });

    [Fact]
    public void A_camt_comes_back_as_it_was_written() =>
        Gen.Select(StatementFiles.Lines, Gen.Long[-1_000_000, 1_000_000], Gen.Int[2, 12]).Sample((lines, opening, version) =>
        {
            var reading = StatementFile.Read(StatementFiles.Camt(lines, opening, version));
            Assert.Empty(reading.Faults);
            var statement = Assert.Single(reading.Statements);
            Assert.Equal(lines, statement.Lines.Select(l => l with { Number = 0 }));
            Assert.Equal(Enumerable.Range(1, lines.Length), statement.Lines.Select(l => l.Number));
            Assert.Equal((opening, opening + lines.Sum(l => l.SignedFen)), (statement.OpeningFen, statement.ClosingFen));
        });

    [Fact]
    public void A_damaged_file_gives_a_statement_or_faults_and_never_both_or_an_exception() =>
        Gen.Select(StatementFiles.Any(StatementFiles.Names), Gen.Int[0, 1 << 20], Gen.Byte, Gen.Bool).Sample((name, place, other, cut) =>
        {
            var bytes = StatementFiles.Bytes(name);
            place %= bytes.Length;
            if (cut) bytes = bytes[..place]; else bytes[place] = other;
            foreach (var reading in new[] { StatementFile.Read(bytes), CsvStatement.Read(bytes), Camt053.Read(bytes) })
            {
                Assert.NotEqual(reading.Faults.IsEmpty, reading.Statements.IsEmpty);
            }
        }, iter: 4000);

    [Fact]
    public void A_table_cut_anywhere_never_shows_a_line_that_the_whole_one_does_not_have() =>
        Gen.Select(StatementFiles.Lines, Gen.Int[0, 1 << 20]).Sample((lines, place) =>
        {
            var bytes = StatementFiles.Table(lines, 0, Encoding.UTF8, bom: false, ',', newestFirst: false);
            var reading = StatementFile.Read(bytes[..(place % bytes.Length)]);
            var read = reading.Statements.SelectMany(s => s.Lines).Select(l => (l.BankReference, l.SignedFen, l.BookedAt)).ToList();
            Assert.Equal(lines.Take(read.Count).Select(l => (l.BankReference, l.SignedFen, l.BookedAt)), read);
        });

    [Fact]
    public void Any_bytes_at_all_are_answered() =>
        Gen.Byte.Array[1, 400].Sample(bytes =>
        {
            foreach (var reading in new[] { StatementFile.Read(bytes), CsvStatement.Read(bytes), Camt053.Read(bytes) })
            {
                Assert.NotEqual(reading.Faults.IsEmpty, reading.Statements.IsEmpty);
            }
        });

    [Theory]
    [InlineData("\uFFFE")]
    [InlineData("\uFDD0")]
    [InlineData("\U0001FFFF")]
    [InlineData("\u0301\u0316")]
    public void Characters_that_normalisation_refuses_stay_text(string odd)
    {
        var text = $"流水号,入账时间,收入,附言,对方户名\na,2026-11-02,1,{odd}x,{odd}y\n";
        var line = Assert.Single(Assert.Single(CsvStatement.Read(Encoding.UTF8.GetBytes(text)).Statements).Lines);
        Assert.Equal(odd + "x", line.Remittance);
        Assert.Equal(new Proposal.Unknown(UnknownReason.NothingFits), new Reconciliation([]).Propose(line));
    }

    [Fact]
    public void A_day_counts_from_its_end_and_nothing_counts_before_it_was_booked() => StatementFiles.Lines.Sample(lines =>
    {
        foreach (var line in lines)
        {
            Assert.True(line.CreditedNoLaterThan >= line.BookedAt);
            Assert.Equal(line.DayOnly ? Days.EndOf(Days.Of(line.BookedAt)) : line.BookedAt.AddMinutes(line.Given == TimeGiven.Minute ? 1 : 0), line.CreditedNoLaterThan);
        }
    });
}
