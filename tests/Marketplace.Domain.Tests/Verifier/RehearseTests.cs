using System.Text.Json;

namespace Marketplace.Domain.Tests.Verifier;

public sealed class RehearseTests
{
    private const string Terms = """
        {"format":"english","startPriceFen":5000,"reserveFen":null,"steps":[{"fromFen":0,"stepFen":500}],"onStep":"multiple",
         "opensAt":"2026-11-20T12:00:00Z","endsAt":"2026-11-20T13:00:00Z","softCloseSeconds":300}
        """;

    /// <summary>Rule 13 of the domain, as a person would write it down.</summary>
    private const string Rule13 = """
        {"at":"2026-11-20T12:01:00Z","bidder":"A","bidId":"1","proxyMaxFen":10000}
        {"at":"2026-11-20T12:02:00Z","bidder":"B","bidId":"1","proxyMaxFen":8000}
        {"at":"2026-11-20T12:03:00Z","bidder":"B","bidId":"2","proxyMaxFen":10000}
        {"at":"2026-11-20T12:04:00Z","bidder":"A","bidId":"2","amountFen":10500}
        """;

    [Fact]
    public void Each_command_gets_its_verdict_and_facts_and_the_last_line_is_the_outcome()
    {
        using var program = new ProgramRun();
        var lines = Rehearse(program, Terms, Rule13, 0);
        Assert.Equal(["accepted", "accepted", "accepted", "refused"], lines[..^1].Select(l => l.GetProperty("verdict").GetString()!));
        Assert.Equal([5000, 8500, 10000, 10000], lines[..^1].Select(l => l.GetProperty("priceFen").GetInt64()));
        Assert.All(lines[..^1], l => Assert.Equal("A", l.GetProperty("leader").GetString()));
        Assert.Equal("AlreadyLeading", lines[3].GetProperty("code").GetString());
        Assert.Equal(["opened", "proxy-accepted"], lines[0].GetProperty("facts").EnumerateArray().Select(f => f.GetProperty("type").GetString()!));
        var outcome = lines[^1];
        Assert.Equal(("sold", 10000, "A"), (outcome.GetProperty("outcome").GetString(), outcome.GetProperty("priceFen").GetInt64(), outcome.GetProperty("winner").GetString()));
        Assert.Equal(outcome.GetProperty("facts").EnumerateArray().Last().GetProperty("v").GetInt64(), outcome.GetProperty("version").GetInt64());
        Assert.All(lines, l => Assert.Equal("推演，非记录", l.GetProperty("note").GetString()));
        Assert.Contains("推演，非记录", program.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hall_can_be_rehearsed_with_its_auctioneer()
    {
        using var program = new ProgramRun();
        var lines = Rehearse(
            program,
            """
            {"format":"hall","startPriceFen":5000,"steps":[{"fromFen":0,"stepFen":500}],"opensAt":"2026-11-20T12:00:00Z",
             "hall":{"warningSeconds":10,"tieGoesTo":"Floor","floorFrom":101,"floorTo":120}}
            """,
            """
            {"at":"2026-11-20T12:00:01Z","act":"call"}
            {"at":"2026-11-20T12:00:02Z","bidder":"N","bidId":"1","amountFen":5000}
            {"at":"2026-11-20T12:00:03Z","bidder":"F","bidId":"1","amountFen":5000,"from":"floor"}
            {"at":"2026-11-20T12:00:04Z","act":"warn"}
            {"at":"2026-11-20T12:00:05Z","act":"warn"}
            {"at":"2026-11-20T12:00:14Z","act":"warn"}
            {"at":"2026-11-20T12:00:24Z","act":"warn"}
            {"at":"2026-11-20T12:00:34Z","act":"hammer"}
            {"at":"2026-11-20T12:00:35Z","act":"dance"}
            """,
            0);
        Assert.Equal(["accepted", "accepted", "accepted", "accepted", "refused", "accepted", "accepted", "accepted", "refused"], lines[..^1].Select(l => l.GetProperty("verdict").GetString()!));
        var outcome = lines[^1];
        Assert.Equal(("sold", 5000, "F"), (outcome.GetProperty("outcome").GetString(), outcome.GetProperty("priceFen").GetInt64(), outcome.GetProperty("winner").GetString()));
    }

    [Fact]
    public void Ranks_ceilings_pauses_and_the_window_for_holders_can_be_rehearsed()
    {
        using var program = new ProgramRun();
        var lines = Rehearse(
            program,
            Terms.Replace("\"softCloseSeconds\"", "\"matchSeconds\":60,\"matchRank\":2,\"latestEndsAt\":\"2026-11-20T13:05:00Z\",\"linked\":\"A1\",\"softCloseSeconds\"", StringComparison.Ordinal),
            """
            {"at":"2026-11-20T11:00:00Z","act":"rank","bidder":"H","number":2}
            {"at":"2026-11-20T11:00:00Z","act":"rank","bidder":"H","number":3}
            {"at":"2026-11-20T11:00:01Z","act":"ceiling","bidder":"B","amountFen":6000}
            {"at":"2026-11-20T11:00:02Z","act":"ceiling","bidder":"B","amountFen":0}
            {"at":"2026-11-20T12:00:01Z","bidder":"B","bidId":"1","amountFen":5000}
            {"at":"2026-11-20T12:00:02Z","bidder":"B","bidId":"2","proxyMaxFen":6500}
            {"at":"2026-11-20T12:10:00Z","act":"pause"}
            {"at":"2026-11-20T12:10:00Z","act":"pause","reason":"线路故障"}
            {"at":"2026-11-20T12:11:00Z","bidder":"C","bidId":"1","amountFen":5500}
            {"at":"2026-11-20T12:29:00Z","act":"restart","restartsAt":"2026-11-20T12:30:00Z"}
            {"at":"2026-11-20T13:16:00Z","act":"pause","reason":"线路故障"}
            {"at":"2026-11-20T13:29:00Z","act":"restart","restartsAt":"2026-11-20T13:30:00Z"}
            {"at":"2026-11-20T13:30:01Z","bidder":"C","bidId":"2","amountFen":5500}
            {"at":"2026-11-20T13:30:02Z","act":"linked","lot":"b1","endsAt":"2026-11-20T13:36:00Z"}
            {"at":"2026-11-20T13:36:02Z","bidder":"H","bidId":"1","amountFen":5000}
            {"at":"2026-11-20T13:36:03Z","act":"dance"}
            """,
            0);
        Assert.Equal(
            "accepted RankGiven accepted AmountOutOfRange accepted AboveCeiling Required accepted AuctionPaused accepted accepted accepted NotAdmitted accepted matching accepted MalformedRequest",
            string.Join(' ', lines[..^1].Select(Said)));
        Assert.Equal(["continued", "breakpoint-set"], new[] { lines[9], lines[11] }.Select(l => l.GetProperty("facts")[0].GetProperty("type").GetString()!));
        Assert.Equal("2026-11-20T13:36:00.000000Z", lines[13].GetProperty("endsAt").GetString());
        Assert.Equal(("sold", 5000, "H"), (lines[^1].GetProperty("outcome").GetString(), lines[^1].GetProperty("priceFen").GetInt64(), lines[^1].GetProperty("winner").GetString()));
        Assert.All(lines, l => Assert.Equal("推演，非记录", l.GetProperty("note").GetString()));
    }

    [Theory]
    [InlineData("english", "AuctionPaused")]
    [InlineData("hall", "NotEndedYet")]
    public void What_has_not_ended_says_so(string format, string code)
    {
        using var program = new ProgramRun();
        var terms = format == "hall" ? """{"format":"hall","startPriceFen":5000,"steps":[{"fromFen":0,"stepFen":500}],"opensAt":"2026-11-20T12:00:00Z","hall":{}}""" : Terms;
        var last = Rehearse(program, terms, """{"at":"2026-11-20T12:10:00Z","act":"pause","reason":"线路故障"}""", 0)[^1];
        Assert.Equal((JsonValueKind.Null, code, "推演，非记录"), (last.GetProperty("outcome").ValueKind, Said(last), last.GetProperty("note").GetString()));
    }

    [Fact]
    public void A_rehearsal_repeats_byte_for_byte()
    {
        using var program = new ProgramRun();
        Rehearse(program, Terms, Rule13, 0);
        var first = program.Output;
        Rehearse(program, Terms, Rule13, 0);
        Assert.Equal(first, program.Output);
    }

    [Theory]
    [InlineData("""{"format":"dynamic","startPriceFen":5000,"steps":[{"fromFen":0,"stepFen":500}],"opensAt":"2026-11-20T12:00:00Z","endsAt":"2026-11-20T13:00:00Z","cycleSeconds":300}""",
        "13:04:59 A 5000;13:09:58 B 5500;13:14:58 A 6000", "accepted accepted AlreadyEnded", "sold 5500 B")]
    [InlineData("""{"format":"sealed","startPriceFen":5000,"opensAt":"2026-11-20T12:00:00Z","endsAt":"2026-11-20T13:00:00Z"}""",
        "12:01:00 A 6000;12:02:00 B 7000;12:03:00 B 8000;13:00:00 C 9000", "accepted accepted OfferAlreadyMade AlreadyEnded opened", "sold 7000 B")]
    [InlineData("""{"format":"dutch","startPriceFen":5000,"opensAt":"2026-11-20T12:00:00Z","path":{"stepBasisPoints":100,"intervalSeconds":300,"floorFen":4000}}""",
        "12:04:59 A 4950;12:05:00 A 4950;12:05:00 B 4950", "BelowAskedPrice accepted AlreadyEnded", "sold 4950 A")]
    [InlineData("""{"format":"hybrid-dutch","startPriceFen":5000,"steps":[{"fromFen":0,"stepFen":100}],"opensAt":"2026-11-20T12:00:00Z","path":{"stepFen":50,"intervalSeconds":300,"floorFen":4000},"sealedSeconds":600,"lastWordSeconds":300}""",
        "12:05:00 A 4950;12:06:00 B 5200;12:07:00 A 6000;12:15:02 A 5299;12:15:03 A 5300", "accepted accepted PriceTakerWaits opened BelowNextMinimum accepted", "sold 5300 A")]
    [InlineData("""{"format":"listed","startPriceFen":5000,"steps":[{"fromFen":0,"stepFen":500}],"opensAt":"2026-11-20T12:00:00Z","endsAt":"2026-11-20T13:00:00Z","softCloseSeconds":300,"listing":{"cycles":1,"cycleSeconds":600}}""",
        "12:01:00 A 5500;12:02:00 B 5500;12:03:00 A 6000", "listing AlreadyLeading accepted accepted", "sold 6000 A")]
    [InlineData("""{"format":"listed","startPriceFen":5000,"steps":[{"fromFen":0,"stepFen":500}],"opensAt":"2026-11-20T12:00:00Z","endsAt":"2026-11-20T13:00:00Z","softCloseSeconds":300,"listing":{"cycles":1,"cycleSeconds":600}}""",
        "12:01:00 A 5500", "listing AlreadyEnded", "sold 5000 A")]
    public void Every_format_can_be_rehearsed(string terms, string offers, string verdicts, string outcome)
    {
        using var program = new ProgramRun();
        var commands = offers.Split(';').Select((offer, number) => offer.Split(' ') is var part
            ? $$"""{"at":"2026-11-20T{{part[0]}}Z","bidder":"{{part[1]}}","bidId":"{{number}}","amountFen":{{part[2]}}}""" : "");
        var lines = Rehearse(program, terms, string.Join('\n', commands), 0);
        Assert.Equal(verdicts, string.Join(' ', lines[..^1].Select(Said)));
        var last = lines[^1];
        Assert.Equal(outcome, $"{last.GetProperty("outcome").GetString()} {last.GetProperty("priceFen").GetInt64()} {last.GetProperty("winner").GetString()}");
        Assert.All(lines, l => Assert.Equal("推演，非记录", l.GetProperty("note").GetString()));
    }

    [Theory]
    [InlineData("\"floorFen\":4000", "\"floorFen\":5000", "path.floorFen")]
    [InlineData("\"floorFen\":4000", "\"florFen\":4000", "florFen")]
    [InlineData("\"floorFen\":4000}", "\"floorFen\":4000},\"minBidders\":2", "minBidders")]
    [InlineData("\"floorFen\":4000}", "\"floorFen\":4000},\"endsAt\":\"2026-11-20T13:00:00Z\"", "endsAt")]
    [InlineData("\"floorFen\":4000}", "\"floorFen\":4000},\"reserveFen\":4500", "reserveFen")]
    public void Terms_of_a_falling_price_are_refused_by_the_field(string from, string to, string field)
    {
        using var program = new ProgramRun();
        const string Dutch = """{"format":"dutch","startPriceFen":5000,"opensAt":"2026-11-20T12:00:00Z","path":{"stepFen":50,"intervalSeconds":300,"floorFen":4000}}""";
        Rehearse(program, Dutch.Replace(from, to, StringComparison.Ordinal), "", 2);
        Assert.Contains(field, program.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_listing_without_an_intent_is_extended_and_not_sold()
    {
        using var program = new ProgramRun();
        var lines = Rehearse(program, """
            {"format":"listed","startPriceFen":5000,"steps":[{"fromFen":0,"stepFen":500}],"opensAt":"2026-11-20T12:00:00Z","endsAt":"2026-11-20T13:00:00Z","softCloseSeconds":0,"listing":{"cycles":2}}
            """, "", 0);
        Assert.Equal(["2026-11-27T16:00:00.000000Z", "2026-12-04T16:00:00.000000Z"], lines[..2].Select(l => l.GetProperty("facts")[0].GetProperty("opensAt").GetString()));
        Assert.Equal(("listing", "Ended"), (Said(lines[2]), lines[2].GetProperty("facts")[0].GetProperty("course").GetString()));
        Assert.Equal("unsold", lines[^1].GetProperty("outcome").GetString());
    }

    [Fact]
    public void Without_a_bid_or_below_the_reserve_nothing_is_sold()
    {
        using var program = new ProgramRun();
        var outcome = Assert.Single(Rehearse(program, Terms, "", 0));
        Assert.Equal("unsold", outcome.GetProperty("outcome").GetString());
        Assert.Equal(JsonValueKind.Null, outcome.GetProperty("priceFen").ValueKind);
        Assert.Equal(JsonValueKind.Null, outcome.GetProperty("winner").ValueKind);
        var missed = Rehearse(program, Terms.Replace("\"reserveFen\":null", "\"reserveFen\":20000", StringComparison.Ordinal), Rule13, 0);
        Assert.Equal("unsold", missed[^1].GetProperty("outcome").GetString());
    }

    [Fact]
    public void A_command_out_of_time_order_counts_at_the_moment_of_the_fact_before()
    {
        using var program = new ProgramRun();
        var lines = Rehearse(
            program,
            Terms,
            """
            {"at":"2026-11-20T12:59:00Z","bidder":"A","bidId":"1","amountFen":5000}
            {"at":"2026-11-20T12:01:00Z","bidder":"B","bidId":"1","amountFen":5500}
            {"at":"2026-11-20T11:59:00Z","bidder":"C","bidId":"1","amountFen":6000}
            """,
            0);
        Assert.All(lines[..3], l => Assert.Equal("accepted", l.GetProperty("verdict").GetString()));
        Assert.Equal("2026-11-20T12:59:00.000000Z", lines[2].GetProperty("answer").GetProperty("receivedAt").GetString());
        Assert.Equal("2026-11-20T13:04:00.000000Z", lines[2].GetProperty("endsAt").GetString());
    }

    [Fact]
    public void Early_late_repeated_and_reused_commands_are_told_apart()
    {
        using var program = new ProgramRun();
        var lines = Rehearse(
            program,
            Terms,
            """
            {"at":"2026-11-20T11:59:59.999999Z","bidder":"张江 某公司","bidId":"1","amountFen":5000}
            {"at":"2026-11-20T12:00:00Z","bidder":"张江 某公司","bidId":"1","amountFen":5000}
            {"at":"2026-11-20T12:00:01Z","bidder":"张江 某公司","bidId":"1","amountFen":5000}
            {"at":"2026-11-20T12:00:02Z","bidder":"张江 某公司","bidId":"1","amountFen":5500}
            {"at":"2026-11-20T12:00:02Z","bidder":"B","bidId":"1","amountFen":5500}
            {"at":"2026-11-20T13:00:00Z","bidder":"C","bidId":"1","amountFen":6000}
            """,
            0);
        Assert.Equal(["NotOpenYet", "accepted", "repeated", "BidIdReused", "accepted", "AlreadyEnded"], lines[..^1].Select(Said));
        Assert.Equal(lines[1].GetProperty("answer").ToString(), lines[2].GetProperty("answer").ToString());
    }

    [Fact]
    public void Amounts_that_no_market_carries_are_refused_by_name()
    {
        using var program = new ProgramRun();
        string[] amounts = ["0", "-5", "99999999999999999999999", "-99999999999999999999999", "100000000000001"];
        var commands = string.Join('\n', amounts.Select((a, i) => $$"""{"at":"2026-11-20T12:00:00Z","bidder":"A","bidId":"{{i}}","amountFen":{{a}}}"""));
        commands += """

            {"at":"2026-11-20T12:00:00Z","bidder":"A","bidId":"a","amountFen":5000,"proxyMaxFen":5000}
            {"at":"2026-11-20T12:00:00Z","bidder":"A","bidId":"b"}
            {"at":"2026-11-20T12:00:00Z","bidder":"A","bidId":"no spaces","amountFen":5000}
            """;
        var lines = Rehearse(program, Terms, commands, 0);
        Assert.Equal([.. Enumerable.Repeat("AmountOutOfRange", 5), "MalformedRequest", "MalformedRequest", "BidIdInvalid"], lines[..^1].Select(Said));
    }

    [Theory]
    [InlineData("""{"at":"2026-11-20T12:00:00Z","bidder":"A","bidId":"1","amountFen":5000.5}""")]
    [InlineData("""{"at":"2026-11-20T12:00:00Z","bidder":"A","bidId":"1","amountFen":5e3}""")]
    [InlineData("""{"at":"2026-11-20T12:00:00Z","bidder":"A","bidId":"1","amountFen":{}}""")]
    [InlineData("""{"at":"2026-11-20T12:00:00Z","bidder":"A","bidId":"1","amountFen":"5000"}""")]
    [InlineData("""{"at":"2026-11-20T12:00:00","bidder":"A","bidId":"1","amountFen":5000}""")]
    [InlineData("""{"at":5,"bidder":"A","bidId":"1","amountFen":5000}""")]
    [InlineData("""{"bidder":"A","bidId":"1","amountFen":5000}""")]
    [InlineData("""{"at":"2026-11-20T12:00:00Z","bidder":null,"bidId":"1","amountFen":5000}""")]
    [InlineData("""{"at":"2026-11-20T12:00:00Z","bidder":"\ud800","bidId":"1","amountFen":5000}""")]
    [InlineData("""{"at":"2026-11-20T12:00:00Z","bidder":"A","bidder":"B","bidId":"1","amountFen":5000}""")]
    [InlineData("""{"at":"2026-11-20T12:00:00Z",""")]
    [InlineData("""[]""")]
    [InlineData("hello")]
    public void A_malformed_line_is_named_and_the_others_are_answered(string malformed)
    {
        using var program = new ProgramRun();
        var lines = Rehearse(program, Terms, Rule13 + "\n\n" + malformed + "\n" + Rule13.Replace("\"1\"", "\"9\"", StringComparison.Ordinal), 2);
        Assert.Contains("line 6:", program.Errors, StringComparison.Ordinal);
        Assert.Equal(10, lines.Count);
        Assert.Equal(("MalformedRequest", 6), (Said(lines[4]), lines[4].GetProperty("line").GetInt32()));
        Assert.Equal("sold", lines[^1].GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData("\"startPriceFen\":5000", "\"startPriceFen\":0", "startPriceFen")]
    [InlineData("\"startPriceFen\":5000,", "", "startPriceFen")]
    [InlineData("\"reserveFen\":null", "\"reserveFen\":1", "reserveFen")]
    [InlineData("\"reserveFen\"", "\"reservFen\"", "reservFen")]
    [InlineData("[{\"fromFen\":0,\"stepFen\":500}]", "5", "steps")]
    [InlineData("[{\"fromFen\":0,\"stepFen\":500}]", "[5]", "steps")]
    [InlineData("\"multiple\"", "\"sometimes\"", "onStep")]
    [InlineData("\"english\"", "\"raffle\"", "format")]
    [InlineData("13:00:00Z", "11:00:00Z", "endsAt")]
    [InlineData("2026-11-20T13:00:00Z", "noon", "endsAt")]
    [InlineData("2026-11-20T13", "9999-12-31T13", "endsAt")]
    [InlineData("300", "300.5", "softCloseSeconds")]
    [InlineData("{\"format\"", "\"format\"", "JSON")]
    public void Terms_that_cannot_be_rehearsed_are_refused_by_the_field(string from, string to, string field)
    {
        using var program = new ProgramRun();
        var terms = program.File("t.json", Terms.Replace(from, to, StringComparison.Ordinal));
        Assert.Equal(2, program.Run("rehearse", "--terms", terms, "--commands", program.File("c.jsonl", Rule13)));
        Assert.Contains(field, program.Errors, StringComparison.Ordinal);
        Assert.Empty(program.Output);
    }

    private static string Said(JsonElement line) => line.TryGetProperty("code", out var code) ? code.GetString()! : line.GetProperty("verdict").GetString()!;

    private static List<JsonElement> Rehearse(ProgramRun program, string terms, string commands, int code)
    {
        Assert.Equal(code, program.Run("rehearse", "--terms", program.File("t.json", terms), "--commands", program.File("c.jsonl", commands)));
        return [.. program.OutputLines.Select(line => JsonElement.Parse(line))];
    }
}
