using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Demands;

/// <summary>What may be done to one response, by its responder; the owner's decisions follow from the demand's own table.</summary>
public static class Responding
{
    /// <summary>The state after the act.</summary>
    /// <param name="intake">Responses may still come in.</param>
    public static Result<ResponseState> Next(ResponseState? now, ResponseAct act, bool intake)
    {
        if (now is null && act != ResponseAct.Respond) return Refusal.NotFound;
        if (act == ResponseAct.Decline) return now == ResponseState.Chosen ? ResponseState.Withdrawn : Refusal.ResponseNotStanding;
        // Who withdrew may answer again while there is time.
        if (act == ResponseAct.Respond && now is not (null or ResponseState.Withdrawn)) return Refusal.AlreadyResponded;
        if (act != ResponseAct.Respond && now != ResponseState.Standing) return Refusal.ResponseNotStanding;
        // After the deadline the offers are compared: nobody takes back or changes what others lie beside.
        if (!intake) return Refusal.ResponsesClosed;
        return act == ResponseAct.Withdraw ? ResponseState.Withdrawn : ResponseState.Standing;
    }
}

/// <summary>How the money of a promise falls to milestones and lanes.</summary>
public static class Shares
{
    /// <summary>What each milestone pays, in order; the last one takes what rounding left, so that the sum is the whole.</summary>
    public static ImmutableArray<long> Of(long wholeFen, IReadOnlyList<int> sharesBp)
    {
        var parts = sharesBp.Select(bp => (long)((decimal)wholeFen * bp / 10_000m)).ToArray();
        if (parts.Length > 0 && sharesBp.Sum(s => (long)s) == 10_000) parts[^1] = wholeFen - parts[..^1].Sum();
        return [.. parts];
    }

    /// <summary>What one lane gets in a stage; what does not divide stays in the purse.</summary>
    public static long OfLane(long stageFen, int lanes) => lanes < 1 ? 0 : stageFen / lanes;
}

/// <summary>One lane of a race at the gate of the running stage.</summary>
/// <param name="GoesOn">Null while nothing is decided.</param>
public readonly record struct Lane(Guid Response, bool? GoesOn);

/// <summary>赛马制: several teams beside each other, stage by stage, by a rule that was fixed at publication.</summary>
public static class Race
{
    /// <summary>Who runs: at least two, at most as many as the rule said.</summary>
    public static Refusal? Begin(DemandContent rule, int chosen) => chosen < 2 || chosen > rule.Lanes ? Refusal.LanesOutOfRange : null;

    /// <summary>The next stage; null when no lane goes on, and then the race has failed.</summary>
    /// <param name="stage">The stage that ends, from one.</param>
    public static Result<int?> CloseStage(DemandContent rule, int stage, IReadOnlyCollection<Lane> running)
    {
        if (running.Any(l => l.GoesOn is null)) return Refusal.LanesUndecided;
        if (running.All(l => l.GoesOn == false)) return Result<int?>.Of(null);
        // The last stage ends with the best, not with a gate.
        return stage >= rule.Stages.Length ? Refusal.LastStage : stage + 1;
    }

    /// <summary>Only in the last stage, and only a lane that still runs, is the best.</summary>
    public static Refusal? Best(DemandContent rule, int stage, IReadOnlyCollection<Lane> running, Guid best) =>
        stage < rule.Stages.Length ? Refusal.MilestonesOpen : running.Any(l => l.Response == best && l.GoesOn != false) ? null : Refusal.LaneNotRunning;
}

/// <summary>结果公示 of a 榜: whole days from the day after publication.</summary>
public static class ResultNotices
{
    public static DateTimeOffset Ends(DateTimeOffset published, int days) => Days.EndOf(Days.After(Days.Of(published), days));
}
