using Marketplace.Domain.Payments.Plans;
using Microsoft.Extensions.Localization;

namespace Marketplace.Payments.Royalties;

/// <summary>What happened, in the reader's words.</summary>
public static class RoyaltyHistory
{
    public static string Says(FoundRoyalties found, RoyaltyFact fact, IStringLocalizer texts) => fact switch
    {
        PeriodDeclared f => f.Note is null
            ? texts["Happened.period-declared", f.Period, RoyaltyWords.Said(found.Terms.Terms, f.Base, texts)].Value
            : texts["Happened.period-declared.note", f.Period, RoyaltyWords.Said(found.Terms.Terms, f.Base, texts), f.Note].Value,
        InspectionRequested f => texts["Happened.inspection-requested", f.First, f.Last].Value,
        InspectionDaySet f => texts["Happened.inspection-day-set", RoyaltyWords.Day(f.Day)].Value,
        InspectionFound f => texts["Happened.inspection-found", string.Join(texts["Comma"], f.Found.Select(of => RoyaltyWords.Said(found.Terms.Terms, of, texts)))].Value,
        ReportDisputed f => texts["Happened.report-disputed", f.Reason].Value,
        JudgmentProposed f => texts["Happened.judgment-proposed", f.Number].Value,
        RoyaltiesBegun or ReportAccepted or InspectionGivenUp or JudgmentEntered or RoyaltiesEnded => texts[$"Happened.{fact.Type}"].Value,
        var unknown => throw new InvalidOperationException($"A fact that nobody tells: {unknown.Type}"),
    };

    /// <summary>Who said it; null where it was the market.</summary>
    public static Guid? ByOf(RoyaltyFact fact) => fact switch
    {
        PeriodDeclared f => f.By,
        InspectionRequested f => f.By,
        InspectionDaySet f => f.By,
        InspectionFound f => f.By,
        ReportAccepted f => f.By,
        ReportDisputed f => f.By,
        InspectionGivenUp f => f.By,
        _ => null,
    };
}
