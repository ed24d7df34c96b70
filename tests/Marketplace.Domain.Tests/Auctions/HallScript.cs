using System.Globalization;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>
/// A lot in a hall as a table, a line per step:
/// <code>
/// moment | what           | answer | price leader ask warnings
/// 0:05   | call           | ok     | - - 1000000 0
/// 0:10   | 101 1000000    | ok     | 1000000 101 1010000 0
/// 0:12   | 201 1010000    | ok     | 1010000 201 1020000 0
/// 0:20   | warn 1         | ok     |
/// </code>
/// 101–120 are paddles of the floor and entered at the desk, others bid over the net. <c>*101</c> repeats its last bid.
/// Acts: call · ask 万 · warn n · rank paddle n · holders · correct Reason · pause · goon · hammer · pass · countersign · sign · resume (served until) · lost.
/// </summary>
public sealed class HallScript
{
    private readonly Dictionary<int, PlaceBid> _last = [];
    private int _ids;

    public static Terms Terms { get; } = (Live.Terms with { EndsAt = Live.Terms.OpensAt, SoftCloseSeconds = 0, Hall = new HallTerms(10, TieRule.FirstReceived, 101, 120) }).In(Formats.Hall);

    public static HallPapers Papers { get; } = new()
    {
        House = "衡正拍卖有限公司",
        HouseLicence = "浙拍证 2021-0815",
        HouseLicenceUntil = new DateOnly(2028, 12, 31),
        Auctioneer = "周正",
        Qualification = "1233081507",
        Recorder = "冯录",
        Place = "杭州国际博览中心 3 层",
        MandateSha256 = new string('a', 64),
        MandateDate = new DateOnly(2026, 10, 20),
        NoticeMedium = "浙江日报",
        NoticeSha256 = new string('b', 64),
        NoticeDate = new DateOnly(2026, 11, 5),
        DisplayFrom = new DateOnly(2026, 11, 17),
        DisplayTo = new DateOnly(2026, 11, 18),
        DisplayPlace = "钱江理工大学技术转移中心",
        RulesSha256 = new string('c', 64),
    };

    public static HallPapers Bare => Papers with { House = "" };

    public Live Live { get; } = new();

    public static HallScript Play(string table, TieRule tie = TieRule.FirstReceived, long? reserveYuan = null, Func<Terms, Terms>? change = null)
    {
        var script = new HallScript();
        var terms = Terms with { Hall = Terms.Hall! with { TieGoesTo = tie } };
        script.Live.Announce(change is null ? terms : change(terms), reserveYuan * 100);
        foreach (var paddle in new[] { 101, 102, 201, 202 }) script.Live.Do(script.Live.Auction.At, (a, t) => Announcing.Admit(a, paddle, null, t));
        foreach (var row in table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) script.Step(row);
        return script;
    }

    private void Step(string row)
    {
        var cells = row.Split('|', StringSplitOptions.TrimEntries);
        var before = Live.Auction.Version;
        var answer = Send(Scenario.Moment(cells[0]), cells[1].Split(' ', StringSplitOptions.RemoveEmptyEntries), before);
        Assert.Equal((row, cells[2]), (row, answer));
        if (cells.Length > 3 && cells[3].Length > 0) Assert.Equal((row, cells[3]), (row, Says(Live.Auction)));
    }

    public static string Says(Auction auction) => string.Create(CultureInfo.InvariantCulture,
        $"{Yuan(auction.PriceFen)} {auction.Leader?.ToString(CultureInfo.InvariantCulture) ?? "-"} {Yuan(auction.InHall?.AskFen)} {auction.InHall?.Warnings ?? 0}");

    private string Send(DateTimeOffset at, string[] words, long before)
    {
        HallCommand Act(HallAct act) => new($"h{++_ids}", act, Papers.Qualification);
        Decision<bool> Do(HallCommand command) => Live.Do(at, (a, t) => Hall.Do(a, command, t, new KeptRefusals(2, new string('d', 64))));
        return words[0] switch
        {
            "call" => Say(Live.Do(at, (a, t) => Hall.CallUp(a, words.Length > 1 ? Bare : Papers, t)), before),
            "ask" => Say(Do(Act(HallAct.Ask) with { AmountFen = Scenario.FenOf(words[1]) }), before),
            "warn" => Say(Do(Act(HallAct.Warn) with { Number = int.Parse(words[1], CultureInfo.InvariantCulture) }), before),
            "rank" => Say(Live.Do(at, (a, t) => Priority.Grant(a, int.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture), t)), before),
            "holders" => Say(Do(Act(HallAct.AskHolders)), before),
            "correct" => Say(Do(Act(HallAct.Correct) with { Of = Live.Auction.InHall?.Top?.Version, Reason = words.ElementAtOrDefault(1) }), before),
            "pause" => Say(Do(Act(HallAct.Pause) with { Reason = words.ElementAtOrDefault(1) }), before),
            "goon" => Say(Do(Act(HallAct.GoOn)), before),
            "hammer" => Say(Do(Act(HallAct.Hammer)), before),
            "pass" => Say(Do(Act(HallAct.Pass)), before),
            "countersign" => Say(Do(Act(HallAct.Countersign) with { By = words.Length > 1 ? Papers.Qualification : Papers.Recorder, Of = Live.Auction.InHall!.Unsigned.FirstOrDefault() }), before),
            "sign" => Say(Do(Act(HallAct.SignMinutes) with { By = words[1], Role = Enum.Parse<HallRole>(words[1]), Sha256 = new string('e', 64) }), before),
            "resume" => Resume(at, words),
            "lost" => Say(Live.Do(at, (a, t) => Hall.LoseUplink(a, $"u{++_ids}", t)), before),
            "stop" => Say(Live.Do(at, (a, t) => Pausing.Pause(a, $"s{++_ids}", PausedBy.Operator, PauseCause.Request, "权属争议", null, t)), before),
            "order" => Say(Live.Do(at, (a, t) => Pausing.Pause(a, $"s{++_ids}", PausedBy.Authority, PauseCause.Order, "主管部门要求", null, t)), before),
            "probe" => Say(Live.Do(at, (a, t) => Pausing.Pause(a, $"s{++_ids}", PausedBy.Platform, PauseCause.Fault, null, new ProbeFigures(AppendMs: 4_000), t)), before),
            "lift" => Say(Live.Do(at, (a, _) => Pausing.Lift(a, words.Length > 1 ? words[1] : $"l{++_ids}")), before),
            "opens" => Say(Live.Do(at, (a, t) => Pausing.Restart(a, $"r{++_ids}", t.AddMinutes(2), t)), before),
            "close" => Say(Live.Do(at, (a, t) => Closing.Close(a, 0, "", t)), before),
            "restart" => Say(Live.Do(at, (a, t) => Resuming.SetBreakpoint(a, "r", t.AddMinutes(2), t)), before),
            _ => Bid(at, words, before),
        };
    }

    private string Bid(DateTimeOffset at, string[] words, long before)
    {
        var paddle = int.Parse(words[0].TrimStart('*'), CultureInfo.InvariantCulture);
        if (!words[0].StartsWith('*'))
        {
            var isMaximum = words[1] == "max";
            var fen = Scenario.FenOf(words[^1]);
            _last[paddle] = new PlaceBid(paddle, $"b{++_ids}", isMaximum ? null : fen, isMaximum ? fen : null, Live.Nonce());
        }

        var bid = _last[paddle];
        // A paddle of the floor is entered at the desk; "net 101" is somebody who tries it from outside.
        var isFloor = words[0].TrimStart('*') is ['1', ..] ? words.Length < 3 : words is [_, "floor", ..];
        return Say(Live.Do(at, (a, t) => isFloor ? HallBidding.PlaceBid(a, bid, true, t) : Bidding.PlaceBid(a, bid, t)), before);
    }

    private string Resume(DateTimeOffset at, string[] words)
    {
        Live.Resume(words.Length > 1 ? Scenario.Moment(words[1]) : null, at);
        return Live.Auction.IsPaused ? "paused" : "ok";
    }

    private string Say<T>(Decision<T> decision, long before) => decision.Refusal is { } refusal ? $"{refusal}" : Live.Auction.Version == before ? "again" : "ok";

    private static string Yuan(long? fen) => fen is { } amount ? $"{amount / 100}" : "-";
}
