using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;

namespace Marketplace.Matching;

/// <summary>
/// All claims on one pair of a demand and an achievement, in their order. Key: both ids with a bar between. The caller has
/// checked who may do this (Policy); a command id given twice gives the first answer again.
/// </summary>
public interface IPairGrain : IGrainWithStringKey
{
    /// <summary>An agency introduces the pair. Mandates, relations and the seal are found here, not believed.</summary>
    Task<Result<Guid>> Claim(By by, NewClaim claim);

    Task<Result<int>> Confirm(By by, Guid introduction, IntroductionSide side);

    Task<Result<int>> Decline(By by, Guid introduction, string? reason);

    Task<Result<int>> Withdraw(By by, Guid introduction);

    /// <summary>The operator decides which of competing claims stands; the others are refused with the reason.</summary>
    Task<Result<int>> Decide(By by, Guid stands, string? reason);

    /// <summary>Opens sealed claims when the achievement is no longer in trade.</summary>
    /// <returns>Nothing is sealed any more.</returns>
    Task<bool> OpenSealed();
}
