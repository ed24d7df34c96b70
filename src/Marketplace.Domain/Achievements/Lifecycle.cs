using Marketplace.Domain.Common;

namespace Marketplace.Domain.Achievements;

/// <summary>Where an achievement stands in the market. Stored by name.</summary>
public enum AchievementState { Draft, InReview, Published, InTrade, Traded, Withdrawn, Delisted }

/// <summary>
/// Where the next version of a published achievement stands. What is published stays public, as it was reviewed,
/// until the next version has passed its own review. Stored by name.
/// </summary>
public enum Revision { None, Draft, InReview }

/// <summary>What may be done to an achievement. Stored by name with each version.</summary>
public enum AchievementAct { List, Edit, SubmitForReview, Publish, Return, Withdraw, Delist, EnterTrade, LeaveTrade, MarkTraded }

/// <summary>The state of an achievement together with the state of its next version.</summary>
public readonly record struct Standing(AchievementState State, Revision Revision = Revision.None)
{
    /// <summary>Anybody may read the public tier.</summary>
    public bool IsPublic => State is AchievementState.Published or AchievementState.InTrade or AchievementState.Traded;

    /// <summary>The operator's desk has something to decide.</summary>
    public bool AwaitsReview => State == AchievementState.InReview || Revision == Revision.InReview;
}

/// <summary>The lifecycle of an achievement: the whole table of what leads where, deny by default.</summary>
public static class Lifecycle
{
    public static Result<Standing> Next(Standing now, AchievementAct act)
    {
        var (state, revision) = (now.State, now.Revision);
        // A sale that no longer stands gives it back.
        if (state == AchievementState.Traded) return act == AchievementAct.LeaveTrade ? new Standing(AchievementState.Published, revision) : Refusal.AlreadyTraded;
        if (state == AchievementState.InTrade && act is not (AchievementAct.LeaveTrade or AchievementAct.MarkTraded)) return Refusal.LockedByTrade;
        if (now.AwaitsReview && (act is AchievementAct.Edit or AchievementAct.SubmitForReview)) return Refusal.UnderReview;
        return (act, state) switch
        {
            (AchievementAct.Edit, AchievementState.Published) => new Standing(AchievementState.Published, Revision.Draft),
            (AchievementAct.Edit, AchievementState.Draft or AchievementState.Withdrawn or AchievementState.Delisted) => new Standing(AchievementState.Draft),

            (AchievementAct.SubmitForReview, AchievementState.Draft) => new Standing(AchievementState.InReview),
            (AchievementAct.SubmitForReview, AchievementState.Published) when revision == Revision.Draft => new Standing(AchievementState.Published, Revision.InReview),

            (AchievementAct.Publish, AchievementState.InReview) => new Standing(AchievementState.Published),
            (AchievementAct.Publish, AchievementState.Published) when revision == Revision.InReview => new Standing(AchievementState.Published),

            (AchievementAct.Return, AchievementState.InReview) => new Standing(AchievementState.Draft),
            (AchievementAct.Return, AchievementState.Published) when revision == Revision.InReview => new Standing(AchievementState.Published, Revision.Draft),

            (AchievementAct.Withdraw, AchievementState.Draft or AchievementState.InReview or AchievementState.Published) => new Standing(AchievementState.Withdrawn),
            (AchievementAct.Delist, AchievementState.Published) => new Standing(AchievementState.Delisted),

            // What was waiting for review goes back to its desk: a lot is announced on what is published.
            (AchievementAct.EnterTrade, AchievementState.Published) =>
                new Standing(AchievementState.InTrade, revision == Revision.None ? Revision.None : Revision.Draft),
            (AchievementAct.LeaveTrade, AchievementState.InTrade) => new Standing(AchievementState.Published, revision),
            (AchievementAct.MarkTraded, AchievementState.InTrade) => new Standing(AchievementState.Traded),
            _ => Refusal.NotInThisState,
        };
    }

    /// <summary>Acts that take something away from somebody say why.</summary>
    public static bool NeedsReason(AchievementAct act) => act is AchievementAct.Return or AchievementAct.Withdraw or AchievementAct.Delist;
}
