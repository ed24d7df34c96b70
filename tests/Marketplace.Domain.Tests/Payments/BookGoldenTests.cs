using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>Every kind of line that a book ever shipped, byte for byte. A line here is never edited; a new shape adds one.</summary>
public sealed class BookGoldenTests
{
    private const string Zero = FactLine.Genesis;

    private static readonly string[] Golden =
    [
        """{"v":1,"type":"book-resumed","prev":"P","at":"2026-11-02T01:00:00.000000Z","book":"custodian","epoch":1}""",
        """{"v":2,"type":"credited","prev":"P","at":"2026-11-02T01:00:01.000000Z","book":"custodian","credit":"00000001-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","amountFen":50000000,"creditedAt":"2026-11-01T01:00:00.000000Z","bankReference":"B1","payerReference":"ZJP","by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":3,"type":"credited","prev":"P","at":"2026-11-02T01:00:02.000000Z","book":"custodian","credit":"00000002-0000-0000-0000-000000000000","organisation":null,"amountFen":700,"creditedAt":"2026-11-01T01:00:00.000000Z","bankReference":"B2","payerReference":null,"by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":4,"type":"credit-assigned","prev":"P","at":"2026-11-02T01:00:03.000000Z","book":"custodian","credit":"00000002-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","amountFen":700,"by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":5,"type":"hold-placed","prev":"P","at":"2026-11-02T01:00:04.000000Z","book":"custodian","hold":"00000003-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","auction":"ZJP-1","amountFen":200,"creditedBy":"2026-11-01T16:00:00.000000Z"}""",
        """{"v":6,"type":"hold-placed","prev":"P","at":"2026-11-02T01:00:05.000000Z","book":"custodian","hold":"00000004-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","auction":"ZJP-1","amountFen":200,"creditedBy":null}""",
        """{"v":7,"type":"hold-placed","prev":"P","at":"2026-11-02T01:00:06.000000Z","book":"custodian","hold":"00000005-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","auction":"ZJP-2","amountFen":300,"creditedBy":null}""",
        """{"v":8,"type":"hold-bound","prev":"P","at":"2026-11-02T01:00:07.000000Z","book":"custodian","hold":"00000003-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","auction":"ZJP-1","amountFen":200}""",
        """{"v":9,"type":"hold-bound","prev":"P","at":"2026-11-02T01:00:08.000000Z","book":"custodian","hold":"00000005-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","auction":"ZJP-2","amountFen":300}""",
        """{"v":10,"type":"hold-released","prev":"P","at":"2026-11-02T01:00:09.000000Z","book":"custodian","hold":"00000004-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","auction":"ZJP-1","amountFen":200,"byAuction":true}""",
        """{"v":11,"type":"hold-used","prev":"P","at":"2026-11-02T01:00:10.000000Z","book":"custodian","hold":"00000003-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","auction":"ZJP-1","amountFen":200}""",
        """{"v":12,"type":"hold-forfeited","prev":"P","at":"2026-11-02T01:00:11.000000Z","book":"custodian","hold":"00000005-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","auction":"ZJP-2","amountFen":300,"costsFen":50,"shortfallFen":100,"sellerFen":150}""",
        """{"v":13,"type":"credited","prev":"P","at":"2026-11-02T01:00:12.000000Z","book":"custodian","credit":"00000006-0000-0000-0000-000000000000","organisation":null,"amountFen":900,"creditedAt":"2026-11-01T01:00:00.000000Z","bankReference":"B6","payerReference":null,"by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":14,"type":"credit-reversed","prev":"P","at":"2026-11-02T01:00:13.000000Z","book":"custodian","credit":"00000006-0000-0000-0000-000000000000","organisation":null,"amountFen":900,"reason":"金额录入有误","by":"0000000e-0000-0000-0000-000000000000"}""",
        """{"v":15,"type":"credit-reversed","prev":"P","at":"2026-11-02T01:00:14.000000Z","book":"custodian","credit":"00000002-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","amountFen":700,"reason":"银行冲正","by":"0000000e-0000-0000-0000-000000000000"}""",
    ];

    [Fact]
    public void Every_line_ever_written_is_read_folded_and_written_back_byte_for_byte()
    {
        var (book, prev) = (Book.Named("custodian"), Zero);
        foreach (var text in Golden)
        {
            var bytes = Encoding.UTF8.GetBytes(text.Replace("\"prev\":\"P\"", $"\"prev\":\"{prev}\"", StringComparison.Ordinal));
            var line = BookLines.Read(bytes);
            Assert.Equal(bytes, FactLine.Write(line.Fact, line.Version, prev, line.At).Bytes);
            (book, prev) = (book.Fold(line), line.Hash);
        }

        Assert.Equal(49_999_500, book.View(Bookkeeper.A).AvailableFen);
        Assert.Equal((0, 0), (book.View(Bookkeeper.B).AvailableFen, book.View(Bookkeeper.B).Credits.Length));
        Assert.Equal(300, book.Ledger[new Account(Purpose.Price)].PostedFen);
        Assert.Equal(50, book.Ledger[new Account(Purpose.Fee)].PostedFen);
        Assert.Equal(150, book.Ledger[new Account(Purpose.Forfeited)].PostedFen);
        Assert.Equal(0, book.Ledger.Accounts.Values.Sum(b => b.PostedFen));
        Assert.Empty(book.Ledger.Open);
    }

    [Fact]
    public void Every_fact_of_a_book_stands_in_the_golden_log()
    {
        var shapes = typeof(BookFact).Assembly.GetTypes().Count(t => t.IsSubclassOf(typeof(BookFact)) && !t.IsAbstract);
        Assert.Equal(shapes, Golden.Select(g => BookLines.Read(Encoding.UTF8.GetBytes(g)).Fact.Type).Distinct().Count());
    }

    [Fact]
    public void A_line_that_nobody_wrote_is_a_fault() =>
        Assert.Throws<FormatException>(() => BookLines.Read(Encoding.UTF8.GetBytes(Golden[4].Replace("hold-placed", "hold-lost", StringComparison.Ordinal))));
}
