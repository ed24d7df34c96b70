using System.Text;
using System.Text.Json;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;
using Marketplace.Domain.Tests.Auctions;
using Marketplace.Domain.Tests.Auctions.Sealing;

namespace Marketplace.Domain.Tests.Verifier;

/// <summary>What stands now, and what is held beside a transcript: refused bids, receipts, copies of sealed offers.</summary>
public sealed class BesideTests
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private static readonly RefusedLine[] Refused =
    [
        new(1, 1, 5, Live.Noon.AddSeconds(1), 99_000_000, nameof(Refusal.BelowStartPrice)),
        new(2, 2, 6, Live.Noon.AddSeconds(2), null, nameof(Refusal.AboveCeiling)),
        new(3, 2, 6, Live.Noon.AddSeconds(2), 100_500_000, nameof(Refusal.NotOnStep)),
    ];

    public static TheoryData<string, string[]> Stands => new()
    {
        { "closed", ["RESULT: sold to paddle 3 for CNY 1,220,000 (122000000 fen)"] },
        { "winner-defaulted", ["DEFAULTED: paddle 3", "SECOND-BEST: paddle 2 for CNY 1,210,000, asked until", "RESULT: the buyer defaulted, no sale stands", "结果：买受人悔拍"] },
        { "second-answered", ["AT THE CLOSE: paddle 3 won", "RESULT: sold to paddle 2 for CNY 1,210,000 (121000000 fen), the second-best", "结果：第二顺位成交，号牌 2"] },
        { "seller-refused", ["RESULT: the seller refused, no sale stands"] },
        { "result-voided", ["AT THE CLOSE: paddle 3 won", "RESULT: void, no sale stands", "结果：成交已撤销"] },
    };

    [Theory]
    [MemberData(nameof(Stands))]
    public void The_program_says_what_stands_after_what_came_later(string last, string[] says)
    {
        var lines = Golden("golden-trouble.ndjson");
        var count = lines.FindLastIndex(line => line.Fact.Type == last) + 1;
        // What a close opens and what a default sets off stand in the same append.
        if (last is "closed" or "winner-defaulted") count++;
        using var program = new ProgramRun();
        Assert.Equal(0, program.Run("verify", program.File("t.ndjson", Live.TranscriptOf(lines[..count], "auction/golden-trouble"))));
        Assert.All(says, text => Assert.Contains(text, program.Output, StringComparison.Ordinal));
        if (last is not ("closed" or "second-answered")) Assert.DoesNotContain("RESULT: sold", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lot_that_was_taken_back_is_told_so()
    {
        using var program = new ProgramRun();
        Assert.Equal(0, program.Run("verify", program.File("t.ndjson", Live.TranscriptOf(Golden("golden-cancelled.ndjson"), "auction/golden-cancelled"))));
        Assert.Contains("RESULT: cancelled before the end", program.Output, StringComparison.Ordinal);
        Assert.Contains("结果：已撤回", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Refused_bids_are_written_in_one_way_and_read_in_no_other()
    {
        Assert.Equal(
            """{"ordinal":2,"paddle":2,"version":6,"at":"2026-11-20T12:00:02.000000Z","amountFen":null,"reason":"AboveCeiling"}""",
            Encoding.UTF8.GetString(Refused[1].Write()));
        foreach (var line in Refused) Assert.Equal(line, RefusedLine.Read(line.Write()));
        var good = Refused[0].Write();
        for (var i = 0; i < good.Length; i++)
        {
            var bad = good.ToArray();
            bad[i] ^= 1;
            Assert.NotEqual(Refused[0], RefusedLine.Read(bad));
        }
    }

    [Fact]
    public void The_refused_bids_are_exactly_those_that_the_end_names()
    {
        using var program = new ProgramRun();
        var sale = Sale(KeptRefusals.Of(Refused));
        var transcript = program.File("t.ndjson", sale.Transcript());
        int Check(params RefusedLine[] lines) => program.Run("verify", transcript, "--refused", program.File("r.ndjson", File(lines)));
        Assert.Equal(0, Check(Refused));
        Assert.Contains("REFUSED BIDS: 3, exactly those", program.Output, StringComparison.Ordinal);
        Assert.Equal(1, Check(Refused[..2]));
        Assert.Contains(nameof(Unsound.RefusedMissing), program.Output, StringComparison.Ordinal);
        Assert.Equal(1, Check([.. Refused, Refused[0] with { Ordinal = 4 }]));
        Assert.Equal(1, Check(Refused[1], Refused[0], Refused[2]));
        Assert.Contains(nameof(Unsound.NotARefusedBid), program.Output, StringComparison.Ordinal);
        Assert.Equal(1, Check(Refused[0], Refused[1], Refused[2] with { Version = 99 }));
        Assert.Equal(1, Check(Refused[0], Refused[1], Refused[2] with { Reason = nameof(Refusal.AlreadyEnded) }));
        Assert.Contains(nameof(Unsound.RefusedChanged), program.Output, StringComparison.Ordinal);
        Assert.Equal(1, program.Run("verify", transcript, "--refused", program.File("r", "nothing of it")));

        Assert.Equal(0, program.Run("verify", program.File("n.ndjson", Sale(KeptRefusals.Of([])).Transcript()), "--refused", program.File("none", "")));
        var running = Live.TranscriptOf(sale.Lines[..6], "auction/a1");
        Assert.Equal(3, program.Run("verify", program.File("o.ndjson", running), "--refused", program.File("none", "")));
    }

    [Fact]
    public void A_receipt_holds_the_market_to_the_line_it_answered_with()
    {
        using var program = new ProgramRun();
        var sale = Sale(KeptRefusals.Of([]));
        var transcript = program.File("t.ndjson", sale.Transcript());
        var receipt = ReceiptOf(sale.Lines, 6, 7);
        int Check(object what, string? file = null, params string[] more) =>
            program.Run(["verify", file ?? transcript, "--receipt", program.File("r.json", what as string ?? JsonSerializer.Serialize(what, Web)), .. more]);
        Assert.Equal(0, Check(receipt));
        Assert.Contains("RECEIPT: line 6 (bid-accepted)", program.Output, StringComparison.Ordinal);
        Assert.Equal(0, Check(ReceiptOf(sale.Lines, 7, 7)));
        Refused(receipt with { Stream = "auction/a2" }, ReceiptFinding.OtherAuction);
        Refused(receipt with { HeadVersion = 8 }, ReceiptFinding.NotAReceipt);
        Refused(receipt with { Alg = "none" }, ReceiptFinding.NotAReceipt);
        Refused(receipt with { Hashes = [] }, ReceiptFinding.NotAReceipt);
        Refused("{", ReceiptFinding.NotAReceipt);
        Refused("[]", ReceiptFinding.NotAReceipt);
        Refused(JsonSerializer.Serialize(receipt, Web).Replace("{", "{\"more\":1,", StringComparison.Ordinal), ReceiptFinding.NotAReceipt);
        Refused(receipt with { Signature = ReceiptOf(sale.Lines, 6, 6).Signature }, ReceiptFinding.NotSigned);
        Refused(receipt with { Signature = "x" }, ReceiptFinding.NotSigned);

        // The market gave this receipt and then wrote another history, or left the line out.
        var other = Sale(KeptRefusals.Of([]), priceYuan: 1_010_000);
        Refused(ReceiptOf(other.Lines, 6, 6), ReceiptFinding.OtherHistory);
        Refused(ReceiptOf([.. sale.Lines, FactLine.Write(new Opened(), sale.Lines.Count + 1, sale.Lines[^1].Hash, sale.Auction.At)], sale.Lines.Count + 1, sale.Lines.Count + 1), ReceiptFinding.OtherHistory);

        var early = program.File("e.ndjson", Live.TranscriptOf(sale.Lines[..6], "auction/a1"));
        Assert.Equal(0, Check(receipt, early));
        Assert.Equal(3, Check(ReceiptOf(sale.Lines, 7, 7), early));
        Assert.Equal(3, Check(receipt with { Key = new string('0', 64) }));
        Assert.Equal(0, Check(receipt, transcript, "--key", program.File("m.pem", Live.Pem)));

        void Refused(object what, ReceiptFinding why)
        {
            Assert.Equal(1, Check(what));
            Assert.Contains(why.ToString(), program.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_copy_of_a_sealed_offer_holds_the_market_to_what_it_opens()
    {
        using var program = new ProgramRun();
        var lot = new SealedLot();
        lot.Seal(1, 1, 1_100_000);
        lot.Seal(2, 2, 1_200_000);
        var of = lot.Live.Lines.First(line => line.Fact is OfferSealed);
        var made = (OfferSealed)of.Fact;
        var secret = Envelope.Open(lot.Kept[of.Version], Ceremony.Combine(lot.Key, lot.Shares[..2])!, "a1", 1, made.BidId)!;
        var copy = new OfferCopy(
            OfferCopy.Name, "a1", 1, secret.ValueFen, lot.Key.PublicKey, made.BidId, made.Commitment, Convert.ToBase64String(lot.Kept[of.Version]), secret.Nonce,
            ReceiptOf(lot.Live.Lines, of.Version, of.Version));
        string Said(OfferCopy what, byte[] transcript)
        {
            program.Run("verify", program.File("t.ndjson", transcript), "--receipt", program.File("c.json", JsonSerializer.Serialize(what, Web)));
            return program.Output;
        }

        Assert.Contains("RECEIPT: line", Said(copy, lot.Live.Transcript()), StringComparison.Ordinal);
        lot.Give(SealedLot.End.AddSeconds(2), 1);
        lot.Give(SealedLot.End.AddSeconds(3), 2);
        lot.Open(SealedLot.End.AddSeconds(3), 1, 2);
        Assert.Contains("RECEIPT: line", Said(copy, lot.Live.Transcript()), StringComparison.Ordinal);
        foreach (var wrong in new[]
        {
            copy with { AmountFen = copy.AmountFen + 1 }, copy with { Paddle = 2 }, copy with { BidId = "o2" }, copy with { Nonce = "" }, copy with { Nonce = new string('0', 64) },
            copy with { OpeningKey = "04" }, copy with { Envelope = "AAAA" }, copy with { Envelope = "?" }, copy with { Auction = "a2" },
        })
            Assert.Contains(nameof(ReceiptFinding.NotThisOffer), Said(wrong, lot.Live.Transcript()), StringComparison.Ordinal);
        Assert.Contains(nameof(ReceiptFinding.NotAReceipt), Said(copy with { Format = "zjp-offer-copy.2" }, lot.Live.Transcript()), StringComparison.Ordinal);
        // Before the close no replay finds that another amount was opened; who sealed it does.
        var lied = lot.Live.Forge(line => line.Fact is OffersOpened f ? (f with { Items = [f.Items[0] with { AmountFen = 100_000_000 }, .. f.Items[1..]] }, line.At) : (line.Fact, line.At));
        Assert.Contains(nameof(ReceiptFinding.OpenedOtherwise), Said(copy, lied), StringComparison.Ordinal);
    }

    private static Receipt ReceiptOf(IReadOnlyList<FactLine> lines, long version, long head)
    {
        var hashes = lines.Where(line => line.Version >= version && line.Version <= head).Select(line => line.Hash).ToList();
        return new Receipt("auction/a1", version, hashes, head, StreamHead.Algorithm, Live.KeyId, Convert.ToBase64String(Live.SignHead("auction/a1", head, hashes[^1])));
    }

    /// <summary>Terms, three paddles, the opening, two bids, the close.</summary>
    private static Live Sale(KeptRefusals refused, long priceYuan = 1_000_000)
    {
        var live = new Live();
        live.Announce(Live.Terms, bidders: 3);
        live.Bid(Live.Noon, 1, "a", priceYuan * 100);
        live.Bid(Live.Noon.AddMinutes(1), 2, "b", 102_000_000);
        live.Do(live.Auction.EndsAt, (auction, _) => Closing.Close(auction, refused.Count, refused.Digest, Closing.DueAt(auction)));
        return live;
    }

    private static byte[] File(RefusedLine[] lines) => [.. lines.SelectMany(line => (byte[])[.. line.Write(), (byte)'\n'])];

    private static List<FactLine> Golden(string name) => [.. Transcript.Verify(System.IO.File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", name))).Lines];
}
