using System.Globalization;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Verifier;

/// <summary>
/// The auctioneer's part of a rehearsal: <c>{"at":…,"act":"call|ask|warn|ask-holders|correct|pause|go-on|hammer|pass"}</c>, with
/// <c>askFen</c>, <c>number</c> and <c>reason</c> where the act asks for them; a bid of the floor says <c>"from":"floor"</c>.
/// </summary>
internal sealed partial class Rehearse
{
    private const string Desks = "rehearsal";

    private string Desk(RehearsalCommand command)
    {
        var at = Instant.Later(_auction.At, command.At);
        var decision = command.Act == "call" ? Hall.CallUp(_auction, Papers(at), at) : ActOf(command) is { } act ? Hall.Do(_auction, act, at) : Decision<bool>.Refused(Refusal.MalformedRequest, "act");
        return RehearsalAnswers.Act(command, decision, Append(decision.Facts, at), _auction, Name);
    }

    private HallCommand? ActOf(RehearsalCommand command)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"line-{command.Line}");
        return command.Act switch
        {
            "ask" => new HallCommand(id, HallAct.Ask, Desks, AmountFen: command.AmountFen),
            "warn" => new HallCommand(id, HallAct.Warn, Desks, Number: command.Number ?? _auction.InHall?.Warnings + 1),
            "ask-holders" => new HallCommand(id, HallAct.AskHolders, Desks),
            "correct" => new HallCommand(id, HallAct.Correct, Desks, Of: _auction.InHall?.Top?.Version, Reason: command.Reason),
            "pause" => new HallCommand(id, HallAct.Pause, Desks, Reason: command.Reason),
            "go-on" => new HallCommand(id, HallAct.GoOn, Desks),
            "hammer" => new HallCommand(id, HallAct.Hammer, Desks),
            "pass" => new HallCommand(id, HallAct.Pass, Desks),
            _ => null,
        };
    }

    /// <summary>In a hall the floor has its own range of numbers; everywhere else they are handed out in order.</summary>
    private int PaddleOf(Terms terms, RehearsalCommand first)
    {
        if (terms.Hall is not { } hall) return _names.Count + 1;
        var paddle = first.IsFloor ? hall.FloorFrom : hall.FloorTo + 1;
        while (_names.ContainsKey(paddle)) paddle++;
        return paddle;
    }

    /// <summary>A rehearsal has no papers; these let every gate pass.</summary>
    private static HallPapers Papers(DateTimeOffset at)
    {
        var day = StatutoryDays.DayOf(at);
        return new HallPapers
        {
            House = Mark,
            HouseLicence = Mark,
            HouseLicenceUntil = day,
            Auctioneer = "A",
            Qualification = "A",
            Recorder = "R",
            Place = Mark,
            MandateSha256 = FactLine.Genesis,
            MandateDate = day,
            NoticeMedium = Mark,
            NoticeSha256 = FactLine.Genesis,
            NoticeDate = day.AddDays(-30),
            DisplayFrom = day.AddDays(-3),
            DisplayTo = day.AddDays(-1),
            DisplayPlace = Mark,
            RulesSha256 = FactLine.Genesis,
        };
    }
}
