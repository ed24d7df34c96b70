using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;

namespace Marketplace.Achievements;

/// <summary>
/// One achievement, from its disclosure to its trade. The caller has checked who may do this (Policy); the grain checks
/// whether it may be done now. A command id given twice gives the first answer again.
/// </summary>
public interface IAchievementGrain : IGrainWithGuidKey
{
    /// <summary>A researcher tells the unit of a result.</summary>
    Task<Result<Nothing>> Disclose(By by, Guid organisation, DisclosedResult told);

    /// <summary>The unit's decision; listing makes the first draft.</summary>
    Task<Result<Nothing>> Decide(By by, DisclosureDecision decision, string? reason);

    /// <summary>The unit begins a listing without a disclosure. Every command returns the number of the version it made.</summary>
    Task<Result<int>> Begin(By by, Guid organisation, AchievementContent content);

    Task<Result<int>> Edit(By by, AchievementContent content);

    Task<Result<int>> SubmitForReview(By by);

    /// <summary>The operator publishes, or returns with reasons.</summary>
    Task<Result<int>> Review(By by, bool publish, string? reasons);

    Task<Result<int>> Withdraw(By by, string? reason);

    Task<Result<int>> Delist(By by, string? reason);

    /// <summary>An auction takes the achievement as its lot and locks it. The three are idempotent by the auction's id.</summary>
    Task<Result<Nothing>> EnterTrade(string auction);

    /// <summary>The auction ended without a deal, or its sale no longer stands: the achievement is free again.</summary>
    Task<Result<Nothing>> LeaveTrade(string auction);

    Task<Result<Nothing>> MarkTraded(string auction);
}
