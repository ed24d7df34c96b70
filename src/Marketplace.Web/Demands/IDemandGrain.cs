using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;

namespace Marketplace.Demands;

/// <summary>
/// One demand with its responses, from its first draft to its acceptance. The caller has checked who may do this
/// (Policy); the grain checks whether it may be done now. A command id given twice gives the first answer again: the
/// number of the version that it made.
/// </summary>
public interface IDemandGrain : IGrainWithGuidKey
{
    /// <param name="owner">Whose need it is; whoever acts may be its broker.</param>
    Task<Result<int>> Begin(ActedBy by, Guid owner, DemandKind kind, DemandContent content);

    Task<Result<int>> Edit(ActedBy by, DemandContent content);

    /// <summary>How wide name, budget and confidential lines open, and who never sees the demand at all.</summary>
    Task<Result<int>> SetReveal(ActedBy by, RevealSettings reveal, Guid[] blocked);

    /// <summary>Lets one organisation in to everything.</summary>
    Task<Result<Nothing>> LetIn(ActedBy by, Guid organisation);

    Task<Result<int>> SubmitForReview(ActedBy by);

    /// <summary>A signatory's written promise of the reward.</summary>
    Task<Result<int>> PromiseReward(ActedBy by, long amountFen);

    /// <summary>The operator publishes, or returns with reasons.</summary>
    Task<Result<int>> Review(ActedBy by, bool publish, string? reasons);

    /// <summary>A broker's judgement of what is under review; given back, it is a draft again.</summary>
    Task<Result<int>> Judge(ActedBy by, GradeSheet sheet);

    Task<Result<int>> ProposeChange(ActedBy by, DemandContent content);

    Task<Result<int>> Extend(ActedBy by, DateTimeOffset deadline);

    Task<Result<int>> Withdraw(ActedBy by, string? reason);

    /// <summary>The responder answers, or answers anew after it withdrew. <see cref="ActedBy.Organisation"/> responds.</summary>
    Task<Result<int>> Respond(ActedBy by, ResponseContent content);

    Task<Result<int>> ReviseResponse(ActedBy by, ResponseContent content);

    /// <summary>The responder stands by its answer although the targets changed.</summary>
    Task<Result<int>> ConfirmResponse(ActedBy by);

    Task<Result<int>> WithdrawResponse(ActedBy by, string? reason);

    /// <summary>Who was chosen steps back before the contract; the choice is open again.</summary>
    Task<Result<int>> Decline(ActedBy by, string? reason);

    Task<Result<int>> Choose(ActedBy by, Guid[] responses, string? reason);

    Task<Result<int>> DeclareUnmet(ActedBy by, string? reason);

    Task<Result<int>> StartWork(ActedBy by);

    Task<Result<int>> PassMilestone(ActedBy by, string? note);

    Task<Result<int>> DecideLane(ActedBy by, Guid response, bool goesOn, string? reason);

    Task<Result<int>> CloseStage(ActedBy by);

    /// <param name="best">赛马: the lane that won; null for the other kinds.</param>
    Task<Result<int>> Accept(ActedBy by, Guid? best, string? note);

    Task<Result<int>> Fail(ActedBy by, string? reason);

    /// <summary>What the clock brings: the deadline, the end of a notice.</summary>
    /// <returns>When to come back; null when no clock runs.</returns>
    Task<DateTimeOffset?> Poke();
}
