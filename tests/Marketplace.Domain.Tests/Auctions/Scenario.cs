using System.Globalization;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>
/// An auction as a table, a line per step:
/// <code>
/// moment | who | what      | answer           | price leader | end
/// 10:00  | A   | 1010000   | ok               | 1010000 A    |
/// 10:01  | B   | max 110万 | ok               | 1020000 B    |
/// 10:02  | A   | 1025000   | NotOnStep        |              |
/// </code>
/// Moments are minutes:seconds after the opening at 0:00, amounts are yuan (万 for ten thousands), <c>*</c> before the
/// amount repeats the last bidId of that bidder. An empty cell asserts nothing; the answer is <c>ok</c>, <c>again</c>
/// or the name of the refusal.
/// Under seal: <c>seal 110万</c>, <c>torn 110万</c> for an envelope that cannot be read, <c>other 110万</c> for one that
/// holds something else; <c>open</c> by the market opens them all.
/// In a group: <c>linked 65:00</c>, the end of another lot, <c>b1</c> unless named.
/// With priority: <c>rank 1</c> for a bidder; <c>match</c> by the market opens the window for a known price.
/// Of a listing: <c>listed</c> by the market decides the end of the notice.
/// Other steps: <c>ceiling 200万</c>, <c>suspend</c>, <c>admit</c> for a bidder, and for <c>-</c> (the market itself)
/// <c>resume 4:30</c> (served until), <c>restart 70:00</c>, <c>close</c>.
/// </summary>
public sealed partial class Scenario
{
    private readonly Dictionary<string, int> _paddles = [];
    private readonly Dictionary<string, string> _lastIds = [];
    private readonly Dictionary<string, string> _lastOffers = [];
    private int _commands;

    private Scenario() { }

    public Live Live { get; } = new();

    public static Scenario Play(string table, Terms? terms = null, long? reserveYuan = null, string bidders = "A B C")
    {
        var scenario = new Scenario();
        var names = bidders.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        scenario.Live.Announce(terms ?? Live.Terms, reserveYuan * 100, names.Length);
        foreach (var name in names) scenario._paddles[name] = scenario._paddles.Count + 1;
        foreach (var row in table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!row.StartsWith('#')) scenario.Step(row);
        }

        return scenario;
    }

    public static DateTimeOffset Moment(string text)
    {
        var negative = text.StartsWith('-');
        var parts = text.TrimStart('-').Split(':');
        var span = TimeSpan.FromMinutes(int.Parse(parts[0], CultureInfo.InvariantCulture)) + TimeSpan.FromSeconds(double.Parse(parts[1], CultureInfo.InvariantCulture));
        return Live.Noon + (negative ? -span : span);
    }

    public static long FenOf(string yuan)
    {
        var unit = yuan.EndsWith('万') ? 10_000m : 1m;
        return (long)(decimal.Parse(yuan.TrimEnd('万'), NumberStyles.Number, CultureInfo.InvariantCulture) * unit * 100);
    }

    private void Step(string row)
    {
        var cells = row.Split('|', StringSplitOptions.TrimEntries);
        var (at, who, what) = (Moment(cells[0]), cells[1], cells[2]);
        Assert.Equal((row, cells[3]), (row, Send(at, who, what)));
        if (cells.Length > 4 && cells[4].Length > 0)
        {
            var leader = Live.Auction.Leader is { } paddle ? _paddles.Single(p => p.Value == paddle).Key : "-";
            var expected = cells[4].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var price = expected[0] == "-" ? (long?)null : FenOf(expected[0]);
            Assert.Equal((row, price, expected.ElementAtOrDefault(1) ?? "-"), (row, Live.Auction.PriceFen, leader));
        }

        if (cells.Length > 5 && cells[5].Length > 0) Assert.Equal((row, Moment(cells[5])), (row, Live.Auction.EndsAt));
    }

    private string Send(DateTimeOffset at, string who, string what)
    {
        var words = what.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var before = Live.Auction.Version;
        return words[0] switch
        {
            "resume" => Resume(at, words),
            "see" => Answer(Live.Do(at, (a, t) => Resuming.SeeAgain(a, Moment(words[1]), t)), before),
            "restart" => Answer(Live.Do(at, (a, t) => Resuming.SetBreakpoint(a, $"{++_commands}", Moment(words[1]), t)), before),
            "close" => Close(),
            "match" => Answer(Live.OpenWindow(), before),
            "listed" => Answer(Live.Do(at, Listing.Decide), before),
            "linked" => Answer(Live.Do(at, (a, _) => Linked.Extend(a, words.Length > 2 ? words[2] : "b1", ++_commands, Moment(words[1]))), before),
            "rank" => Answer(Live.Do(at, (a, t) => Priority.Grant(a, _paddles[who], int.Parse(words[1], CultureInfo.InvariantCulture), t)), before),
            "open" => Answer(Live.Open(at), before),
            "seal" or "torn" or "other" => Seal(at, who, words, before),
            "admit" => Answer(Live.Do(at, (a, t) => Announcing.Admit(a, _paddles[who] = _paddles.GetValueOrDefault(who, _paddles.Count + 1), null, t)), before),
            "suspend" => Answer(Live.Do(at, (a, t) => Announcing.Suspend(a, _paddles[who], t)), before),
            "ceiling" => Answer(Live.Do(at, (a, t) => Announcing.SetCeiling(a, _paddles[who], $"{++_commands}", new Secret(Live.Nonce(), FenOf(words[1])), t)), before),
            _ => Trouble(at, who, words, before) ?? Bid(at, who, what, before),
        };
    }

    private string Bid(DateTimeOffset at, string who, string what, long before)
    {
        var repeats = what.StartsWith('*');
        var offer = what.TrimStart('*').Trim();
        if (repeats && offer.Length == 0) offer = _lastOffers[who];
        if (!repeats) _lastIds[who] = $"b{++_commands}";
        _lastOffers[who] = offer;
        var isMaximum = offer.StartsWith("max ", StringComparison.Ordinal);
        var fen = FenOf(isMaximum ? offer[4..] : offer);
        return Answer(Live.Bid(at, _paddles.GetValueOrDefault(who, 99), _lastIds[who], isMaximum ? null : fen, isMaximum ? fen : null), before);
    }

    private string Seal(DateTimeOffset at, string who, string[] words, long before)
    {
        _lastIds[who] = $"b{++_commands}";
        Func<Secret, Secret?>? inside = words[0] switch
        {
            "torn" => _ => null,
            "other" => secret => secret with { ValueFen = secret.ValueFen + 100 },
            _ => null,
        };
        return Answer(Live.Seal(at, _paddles.GetValueOrDefault(who, 99), _lastIds[who], FenOf(words[1]), inside), before);
    }

    private string Resume(DateTimeOffset at, string[] words)
    {
        Live.Resume(words.Length > 1 ? Moment(words[1]) : null, at);
        return Live.Auction.IsPaused ? "paused" : "ok";
    }

    private string Close()
    {
        var decision = Closing.Close(Live.Auction, 0, "", Closing.DueAt(Live.Auction));
        if (decision.Refusal is { } refusal) return $"{refusal}";
        return Live.Close().Outcome == Outcome.Sold ? "sold" : "unsold";
    }

    private string Answer<T>(Decision<T> decision, long before) =>
        decision.Refusal is { } refusal ? $"{refusal}" : Live.Auction.Version == before ? "again" : "ok";
}
