using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>
/// The steps of a table when things go wrong. By the market: <c>pause Fault</c>, <c>probe 5300</c> (a durable write took
/// so many milliseconds), <c>go 70:00</c>, <c>cancel</c>, <c>void</c>, <c>default</c>, <c>refuse</c> (the seller),
/// <c>expire</c>, <c>hold</c> and <c>matched</c> (deposits, two minutes of notice); <c>again</c> before one of them repeats the last command's id. By a bidder: <c>waits</c>, <c>leaves</c>,
/// <c>accept</c>, <c>decline</c>. Moments of days: <c>10d0:00</c> is ten days after noon.
/// </summary>
public sealed partial class Scenario
{
    private string? Trouble(DateTimeOffset at, string who, string[] words, long before)
    {
        var (verb, id) = words[0] == "again" ? (words[1], $"{_commands}") : (words[0], $"{_commands + 1}");
        var more = words[^1];
        var said = who == "?" ? " " : "技术原因";
        var answer = verb switch
        {
            "pause" => Answer(Live.Do(at, (a, t) => Pausing.Pause(a, id, who == "Z" ? PausedBy.Authority : PausedBy.Operator, Enum.Parse<PauseCause>(more), said, null, t)), before),
            "probe" => Answer(Live.Do(at, (a, t) => Pausing.Pause(a, id, PausedBy.Platform, PauseCause.Fault, null, more == "0" ? new ProbeFigures() : new ProbeFigures(long.Parse(more)), t)), before),
            "hold" => Answer(Live.Do(at, DepositHold.Hold), before),
            "matched" => Answer(Live.Do(at, (a, t) => DepositHold.GoOn(a, TimeSpan.FromMinutes(2), t)), before),
            "go" => Answer(Live.Do(at, (a, t) => Pausing.Restart(a, id, Moment(more), t)), before),
            "cancel" => Answer(Live.Do(at, (a, t) => Breaking.Cancel(a, id, CancelGround.TitleDispute, said, 3, FactLine.Genesis, t)), before),
            "void" => Answer(Live.Do(at, (a, _) => Breaking.Void(a, id, VoidGround.Collusion, said)), before),
            "default" => Answer(Live.Do(at, (a, t) => Breaking.Default(a, id, DefaultGround.NotPaid, said, FactLine.Genesis, t)), before),
            "refuse" => Answer(Live.Do(at, (a, _) => Breaking.SellerRefuses(a, id, said, null)), before),
            "expire" => Answer(Live.Do(at, SecondBest.Expire), before),
            "waits" => Answer(Live.Do(at, (a, t) => SecondBest.Wait(a, _paddles.GetValueOrDefault(who, 99), SecondBest.CurrentConsent, t)), before),
            "leaves" => Answer(Live.Do(at, (a, _) => SecondBest.Leave(a, _paddles.GetValueOrDefault(who, 99))), before),
            "accept" => Answer(Live.Do(at, (a, t) => SecondBest.Answer(a, _paddles.GetValueOrDefault(who, 99), accepts: true, t)), before),
            "decline" => Answer(Live.Do(at, (a, t) => SecondBest.Answer(a, _paddles.GetValueOrDefault(who, 99), accepts: false, t)), before),
            _ => null,
        };
        if (answer is not null && words[0] != "again") _commands++;
        return answer;
    }
}
