using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Plans;

namespace Marketplace.Payments.Royalties;

/// <summary>The royalties of one deal: one stream, one writer. Key: the id of the deal.</summary>
/// <remarks>Everything may be said again and changes nothing then. Who may say it is the caller's to check.</remarks>
public interface IRoyaltyGrain : IGrainWithStringKey
{
    Task<Result<Nothing>> Begin(BeginRoyalties command);

    Task<Result<Nothing>> End(string because);

    Task<Result<Nothing>> Declare(PeriodDeclared said);

    Task<Result<Nothing>> Request(InspectionRequested said);

    Task<Result<Nothing>> SetDay(InspectionDaySet said);

    Task<Result<Nothing>> Report(InspectionFound said);

    Task<Result<Nothing>> Accept(ReportAccepted said);

    Task<Result<Nothing>> Dispute(ReportDisputed said);

    Task<Result<Nothing>> GiveUp(InspectionGivenUp said);

    Task<Result<Nothing>> ProposeJudgment(JudgmentProposed said);

    Task<Result<Nothing>> ConfirmJudgment(Guid inspection, Guid judgment, Guid by);
}
