using System.Collections.Frozen;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Demands;

/// <summary>The state of a demand together with whether a change of what is published waits for its review.</summary>
public readonly record struct DemandStanding(DemandState State, bool ChangeWaits = false)
{
    /// <summary>It was published and may be found.</summary>
    public bool IsPublic => State is not (DemandState.Draft or DemandState.InReview or DemandState.Withdrawn);

    /// <summary>The operator's desk has something to decide.</summary>
    public bool AwaitsReview => State == DemandState.InReview || ChangeWaits;

    public bool IsOver => State is DemandState.Accepted or DemandState.Failed or DemandState.Unmet or DemandState.Withdrawn;
}

/// <summary>The three state machines as one table: what leads where for which kind, deny by default.</summary>
public static class DemandLifecycle
{
    private static readonly DemandKind[] All = Enum.GetValues<DemandKind>();
    private static readonly DemandKind[] Problem = [DemandKind.Problem];
    private static readonly DemandKind[] Challenge = [DemandKind.OpenChallenge];
    private static readonly DemandKind[] Lanes = [DemandKind.ParallelLanes];
    private static readonly DemandKind[] OneWorks = [DemandKind.Problem, DemandKind.OpenChallenge];
    private static readonly DemandKind[] Promised = [DemandKind.OpenChallenge, DemandKind.ParallelLanes];

    /// <summary>One line a step.</summary>
    private static readonly (DemandKind[] Kinds, DemandState From, DemandAct Act, DemandState To)[] Lines =
    [
        (All, DemandState.Draft, DemandAct.Edit, DemandState.Draft),
        (All, DemandState.Draft, DemandAct.SubmitForReview, DemandState.InReview),
        (All, DemandState.Draft, DemandAct.Withdraw, DemandState.Withdrawn),
        (All, DemandState.InReview, DemandAct.Publish, DemandState.Published),
        (All, DemandState.InReview, DemandAct.Return, DemandState.Draft),
        (All, DemandState.InReview, DemandAct.Rediagnose, DemandState.Draft),
        (All, DemandState.InReview, DemandAct.Withdraw, DemandState.Withdrawn),
        (Promised, DemandState.Draft, DemandAct.PromiseReward, DemandState.Draft),
        (Promised, DemandState.InReview, DemandAct.PromiseReward, DemandState.InReview),
        (Promised, DemandState.Published, DemandAct.PromiseReward, DemandState.Published),

        (All, DemandState.Published, DemandAct.ProposeChange, DemandState.Published),
        (All, DemandState.Published, DemandAct.Extend, DemandState.Published),
        (All, DemandState.Published, DemandAct.CloseIntake, DemandState.Selecting),
        (All, DemandState.Published, DemandAct.Lapse, DemandState.Unmet),
        // Who answers a promise may rely on it; a mere question may be taken back.
        (Problem, DemandState.Published, DemandAct.Withdraw, DemandState.Withdrawn),
        (Problem, DemandState.Selecting, DemandAct.Withdraw, DemandState.Withdrawn),

        (All, DemandState.Selecting, DemandAct.DeclareUnmet, DemandState.Unmet),
        (Problem, DemandState.Selecting, DemandAct.Choose, DemandState.Chosen),
        (Challenge, DemandState.Selecting, DemandAct.Choose, DemandState.ResultNotice),
        (Lanes, DemandState.Selecting, DemandAct.Choose, DemandState.Chosen),
        (Challenge, DemandState.ResultNotice, DemandAct.EndNotice, DemandState.Chosen),
        (Challenge, DemandState.ResultNotice, DemandAct.Decline, DemandState.Selecting),
        (All, DemandState.Chosen, DemandAct.Decline, DemandState.Selecting),
        (Problem, DemandState.Chosen, DemandAct.DeclareUnmet, DemandState.Unmet),
        (All, DemandState.Chosen, DemandAct.StartWork, DemandState.InWork),

        (OneWorks, DemandState.InWork, DemandAct.PassMilestone, DemandState.InWork),
        (Lanes, DemandState.InWork, DemandAct.DecideLane, DemandState.InWork),
        (Lanes, DemandState.InWork, DemandAct.CloseStage, DemandState.InWork),
        (All, DemandState.InWork, DemandAct.Accept, DemandState.Accepted),
        (All, DemandState.InWork, DemandAct.Fail, DemandState.Failed),
    ];

    private static readonly FrozenDictionary<(DemandKind, DemandState, DemandAct), DemandState> Table =
        Lines.SelectMany(l => l.Kinds.Select(k => KeyValuePair.Create((k, l.From, l.Act), l.To))).ToFrozenDictionary();

    public static Result<DemandStanding> Next(DemandKind kind, DemandStanding now, DemandAct act)
    {
        var (state, waits) = (now.State, now.ChangeWaits);
        if (waits && act is DemandAct.ProposeChange or DemandAct.Extend) return Refusal.ChangeWaits;
        // A change that waits is decided as a demand is.
        if (waits && act is DemandAct.Publish or DemandAct.Return) return new DemandStanding(state);
        if (act == DemandAct.SetReveal) return now.IsOver ? Refusal.NotInThisState : now;
        if (act == DemandAct.Withdraw && kind != DemandKind.Problem && now is { IsPublic: true, IsOver: false }) return Refusal.ChallengeStands;
        if (state == DemandState.InReview && act is DemandAct.Edit or DemandAct.SubmitForReview) return Refusal.UnderReview;
        if (!Table.TryGetValue((kind, state, act), out var to)) return Refusal.NotInThisState;
        // What was not reviewed before the deadline came too late.
        return new DemandStanding(to, to == DemandState.Published && (act == DemandAct.ProposeChange || (waits && act == DemandAct.PromiseReward)));
    }

    /// <summary>Acts that take something away from somebody, or decide between people, say why.</summary>
    public static bool NeedsReason(DemandAct act) => act is
        DemandAct.Return or DemandAct.Rediagnose or DemandAct.Choose or DemandAct.DeclareUnmet or DemandAct.Decline or DemandAct.DecideLane or DemandAct.Fail or DemandAct.Withdraw;

    /// <summary>揭榜 and 赛马 promise money before anybody works for it.</summary>
    public static bool NeedsPromise(DemandKind kind) => kind != DemandKind.Problem;
}
