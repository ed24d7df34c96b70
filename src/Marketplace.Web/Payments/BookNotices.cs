using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Payments;

namespace Marketplace.Payments;

/// <summary>What an organisation is told of its deposit account. The lot is named by its number: what it is called, the ledger does not know.</summary>
internal static class BookNotices
{
    /// <param name="book">The book after the line.</param>
    public static Notice? Of(Book book, FactLine line) => line.Fact switch
    {
        Credited { Organisation: { } owner } f => Credit(owner, f.Credit, f.AmountFen, f.CreditedAt, line.At),
        CreditAssigned f => Credit(f.Organisation, f.Credit, f.AmountFen, book.Credits[f.Credit].CreditedAt, line.At),
        CreditReversed { Organisation: { } had } f => new(
            f.CommandKey, NoticeKind.DepositReversed, Recipient.Organisation(had), $"{f.Credit}", "/desk/account", line.At, [NoticeValue.Money(f.AmountFen), NoticeValue.Text(f.Reason)]),
        HoldPlaced f => Hold(f, NoticeKind.DepositFrozen, line.At),
        HoldReleased f => Hold(f, NoticeKind.DepositReleased, line.At),
        HoldUsed f => Hold(f, NoticeKind.DepositOffset, line.At),
        HoldForfeited f => Hold(f, NoticeKind.DepositForfeited, line.At),
        _ => null,
    };

    private static Notice Credit(Guid owner, Guid credit, long amountFen, DateTimeOffset creditedAt, DateTimeOffset at) => new(
        $"credit/{credit}", NoticeKind.DepositCredited, Recipient.Organisation(owner), $"{credit}", "/desk/account", at, [NoticeValue.Money(amountFen), NoticeValue.Moment(creditedAt)]);

    private static Notice Hold(HoldFact fact, NoticeKind kind, DateTimeOffset at) => new(
        fact.CommandKey, kind, Recipient.Organisation(fact.Organisation), fact.Auction, "/desk/account", at, [NoticeValue.Text(fact.Auction), NoticeValue.Money(fact.AmountFen)]);
}
