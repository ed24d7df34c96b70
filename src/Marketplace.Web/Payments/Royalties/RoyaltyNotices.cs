using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Payments.Plans;

namespace Marketplace.Payments.Royalties;

/// <summary>What the two parties are told of their royalties. What is to be paid, the book tells the buyer as well.</summary>
internal static class RoyaltyNotices
{
    /// <summary>What one line tells them.</summary>
    public static IEnumerable<Notice> Of(RoyaltyAgreement before, RoyaltyAgreement after, FactLine line)
    {
        var (account, key) = (after.Account!, ((RoyaltyFact)line.Fact).CommandKey);
        return Said().Concat(
            from number in Enumerable.Range(1, account.Charges.Length).Skip(before.Account?.Charges.Length ?? 0)
            let charge = account.Charges[number - 1]
            from notice in Both($"charge/{number}", NoticeKind.RoyaltyCharged, NoticeValue.Money(charge.AmountFen), NoticeValue.Day(charge.Due))
            select notice);

        IEnumerable<Notice> Said() => line.Fact switch
        {
            PeriodDeclared f => One(RoyaltySide.Seller, key, NoticeKind.RoyaltyDeclared, Days(f.Period, f.Period)),
            InspectionRequested f => One(RoyaltySide.Buyer, key, NoticeKind.InspectionAsked, Days(f.First, f.Last)),
            InspectionDaySet f => One(RoyaltySide.Buyer, key, NoticeKind.InspectionScheduled, NoticeValue.Day(f.Day)),
            InspectionFound => One(RoyaltySide.Buyer, key, NoticeKind.InspectionReported),
            ReportDisputed f => One(RoyaltySide.Seller, key, NoticeKind.InspectionDisputed, NoticeValue.Text(f.Reason)),
            InspectionGivenUp => One(RoyaltySide.Buyer, key, NoticeKind.InspectionWithdrawn),
            ReportAccepted or JudgmentEntered => Both(key, NoticeKind.InspectionSettled),
            _ => [],
        };

        IEnumerable<Notice> One(RoyaltySide side, string what, NoticeKind kind, params NoticeValue[] values) => To(after, [side], what, kind, line.At, values);
        IEnumerable<Notice> Both(string what, NoticeKind kind, params NoticeValue[] values) => To(after, [RoyaltySide.Seller, RoyaltySide.Buyer], what, kind, line.At, values);
        NoticeValue[] Days(int first, int last) => [NoticeValue.Day(account.Period(first)!.From), NoticeValue.Day(account.Period(last)!.Until)];
    }

    /// <param name="what">Once for each recipient.</param>
    public static IEnumerable<Notice> To(RoyaltyAgreement royalties, IEnumerable<RoyaltySide> sides, string what, NoticeKind kind, DateTimeOffset at, params NoticeValue[] values)
    {
        var terms = royalties.Begun!;
        return sides.Select(side => new Notice(
            $"royalty/{terms.Deal}/{what}", kind, Recipient.Organisation(RoyaltyAccess.OrganisationOf(terms, side)), terms.Deal, $"/deals/{terms.Deal}/royalties", at, [NoticeValue.Text(terms.Title), .. values]));
    }
}
