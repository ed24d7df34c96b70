using Marketplace.Domain.Common;

namespace Marketplace.Domain.Achievements;

/// <summary>Where a disclosure stands. Stored by name.</summary>
public enum DisclosureState { Told, Listed, Held, Released }

/// <summary>What the unit may decide on a disclosure: list it, hold it, release it to the 完成人. Stored by name.</summary>
public enum DisclosureDecision { List, Hold, Release }

/// <summary>职务成果披露: the unit's decision, once for all except that what is held may be decided again.</summary>
public static class Disclosures
{
    public const int MostReason = 2000;

    /// <summary>The state after the decision. Holding and releasing take something from the researchers or the unit and say why.</summary>
    public static Result<DisclosureState> Decide(DisclosureState now, DisclosureDecision decision, string? reason)
    {
        if (now is DisclosureState.Listed or DisclosureState.Released) return Refusal.DisclosureDecided;
        if (now == DisclosureState.Held && decision == DisclosureDecision.Hold) return Refusal.DisclosureDecided;
        var said = Text.Allow(reason, MostReason, "reason");
        if (!said.Done) return Result<DisclosureState>.Refuse(said.Refusal.Value, said.Detail);
        if (said.Value is null && decision != DisclosureDecision.List) return Refusal.ReasonRequired;
        return decision switch
        {
            DisclosureDecision.List => DisclosureState.Listed,
            DisclosureDecision.Hold => DisclosureState.Held,
            DisclosureDecision.Release => DisclosureState.Released,
        };
    }
}
