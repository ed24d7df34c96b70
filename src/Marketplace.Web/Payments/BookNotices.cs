using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Payments;

namespace Marketplace.Payments;

/// <summary>What an organisation is told of its deposit account. The lot is named by its number: what it is called, the ledger does not know.</summary>
internal static class BookNotices
{
    /// <param name="book">The book after the line.</param>
    public static IEnumerable<Notice> Of(Book book, FactLine line) => line.Fact switch
    {
        Credited { Organisation: { } owner } f => [Credit(owner, f.Credit, f.AmountFen, f.CreditedAt, line.At)],
        CreditAssigned f => [Credit(f.Organisation, f.Credit, f.AmountFen, book.Credits[f.Credit].CreditedAt, line.At)],
        CreditReversed { Organisation: { } had } f =>
        [
            new(f.CommandKey, NoticeKind.DepositReversed, Recipient.Organisation(had), $"{f.Credit}", "/desk/account", line.At, [NoticeValue.Money(f.AmountFen), NoticeValue.Text(f.Reason)]),
        ],
        HoldPlaced f => [Hold(f, NoticeKind.DepositFrozen, line.At)],
        HoldReleased f => [Hold(f, NoticeKind.DepositReleased, line.At)],
        HoldUsedForPrice f => [Hold(f, NoticeKind.DepositOffset, line.At, f.AmountFen - f.RestFen)],
        HoldForfeitedTo f => [Hold(f, NoticeKind.DepositForfeited, line.At)],
        GuaranteeCalled f => [Hold(f, NoticeKind.DepositForfeited, line.At)],
        GuaranteeConfirmed f =>
        [
            new(f.CommandKey, NoticeKind.GuaranteeConfirmed, Recipient.Organisation(f.Organisation), $"{f.Letter}", "/desk/account", line.At,
                [NoticeValue.Text(f.Issuer), NoticeValue.Text(f.Number), NoticeValue.Money(f.AmountFen)]),
        ],
        ObligationsRaised f => f.Owed.Where(o => o.Release != ReleaseRule.OutOfPrice && o.Kind != ObligationKind.Chargeback)
            .Select(o => Owed(book, o.Id, "owed", NoticeKind.PaymentOwed, o.Debtor, line.At, NoticeValue.Money(o.AmountFen), NoticeValue.Day(o.Due))),
        ObligationPaid { Covers: false } f => [.. new[] { f.Debtor, f.Creditor }.OfType<Guid>().Select(to => Owed(book, f.Obligation, $"paid/{f.Payment}/{(to == f.Debtor ? "debtor" : "creditor")}", NoticeKind.PaymentMade, to, line.At, NoticeValue.Money(f.AmountFen)))],
        ReleaseClaimed f => [Owed(book, f.Obligation, "claimed", NoticeKind.ReleaseClaimed, f.Debtor, line.At, NoticeValue.Moment(f.ObjectUntil))],
        ReleaseObjected { Creditor: { } seller } f => [Owed(book, f.Obligation, "objected", NoticeKind.ReleaseObjected, seller, line.At, NoticeValue.Text(f.Reason))],
        ObligationReleased { Creditor: { } seller } f =>
            [Owed(book, f.Obligation, f.CommandKey, NoticeKind.MoneyReleased, seller, line.At, NoticeValue.Money(f.AmountFen - f.Fees.Sum(fee => fee.AmountFen)))],
        ObligationRefunded f => [Owed(book, f.Obligation, f.CommandKey, NoticeKind.MoneyRefunded, f.Debtor, line.At, NoticeValue.Money(f.AmountFen))],
        DepositForfeited f =>
        [
            new(f.CommandKey, NoticeKind.DepositForfeited, Recipient.Organisation(f.Debtor), book.Obligations[f.Obligation].About, "/desk/payments", line.At,
                [NoticeValue.Text(book.Obligations[f.Obligation].About), NoticeValue.Money(f.AmountFen)]),
        ],
        CardDisputed f => [Card(f, NoticeKind.CardDisputed, line.At, NoticeValue.Money(f.AmountFen), NoticeValue.Text(f.Reason)), .. Sellers(book, f, NoticeKind.ReleaseStopped, line.At)],
        CardDisputeWon f => [Card(f, NoticeKind.CardDisputeWon, line.At, NoticeValue.Money(f.AmountFen)), .. Sellers(book, f, NoticeKind.ReleaseGoesOn, line.At)],
        CardDisputeLost f =>
        [
            Card(f, NoticeKind.CardDisputeLost, line.At, NoticeValue.Money(f.AmountFen)),
            .. f.Shares.SelectMany(s => new[] { f.Organisation, s.Creditor }.Select(to =>
                Owed(book, s.Obligation, $"{f.CommandKey}/{(to == s.Creditor ? "creditor" : "debtor")}", NoticeKind.PaymentTakenBack, to, line.At, NoticeValue.Money(s.AmountFen)))),
        ],
        PayoutInstructed { Organisation: { } drawer } f => [Payout(f, drawer, NoticeKind.PayoutAsked, line.At, NoticeValue.Money(f.AmountFen))],
        PayoutMade { Organisation: { } drawer } f => [Payout(f, drawer, NoticeKind.PayoutMade, line.At, NoticeValue.Money(f.AmountFen))],
        PayoutFailed { Organisation: { } drawer } f => [Payout(f, drawer, NoticeKind.PayoutFailed, line.At, NoticeValue.Money(f.AmountFen), NoticeValue.Text(f.Reason))],
        PayoutReturned { Organisation: { } drawer } f => [Payout(f, drawer, NoticeKind.PayoutFailed, line.At, NoticeValue.Money(f.AmountFen), NoticeValue.Text(f.Reason))],
        _ => [],
    };

    /// <summary>Both sides of a sale may read of it by the name of the sale; who else has a part in it finds it on its account.</summary>
    private static Notice Owed(Book book, Guid obligation, string what, NoticeKind kind, Guid to, DateTimeOffset at, params ReadOnlySpan<NoticeValue> values) => new(
        $"obligation/{obligation}/{what}", kind, Recipient.Organisation(to), book.Obligations[obligation].About, "/desk/payments", at, [NoticeValue.Text(book.Obligations[obligation].About), .. values]);

    private static Notice Payout(PayoutFact fact, Guid drawer, NoticeKind kind, DateTimeOffset at, params ReadOnlySpan<NoticeValue> values) =>
        new($"{fact.CommandKey}/{kind}", kind, Recipient.Organisation(drawer), $"{fact.Payout}", "/desk/payouts", at, [.. values]);

    private static Notice Card(CardFact fact, NoticeKind kind, DateTimeOffset at, params ReadOnlySpan<NoticeValue> values) =>
        new($"{fact.CommandKey}/{kind}", kind, Recipient.Organisation(fact.Organisation), $"{fact.Card}", "/desk/payments", at, [.. values]);

    /// <summary>Whose release a dispute stops, or stopped.</summary>
    private static IEnumerable<Notice> Sellers(Book book, CardFact fact, NoticeKind kind, DateTimeOffset at) => Chargebacks.Stopped(book, book.Chargebacks[DisputeOf(fact)])
        .Select(o => Owed(book, o.Id, $"{fact.CommandKey}/{kind}", kind, o.Terms.Creditor!.Value, at, NoticeValue.Money(o.KeptFen)));

    private static string DisputeOf(CardFact fact) => fact switch
    {
        CardDisputed f => f.Dispute,
        CardDisputeWon f => f.Dispute,
        _ => throw new InvalidOperationException($"No dispute: {fact.Type}"),
    };

    private static Notice Credit(Guid owner, Guid credit, long amountFen, DateTimeOffset creditedAt, DateTimeOffset at) => new(
        $"credit/{credit}", NoticeKind.DepositCredited, Recipient.Organisation(owner), $"{credit}", "/desk/account", at, [NoticeValue.Money(amountFen), NoticeValue.Moment(creditedAt)]);

    private static Notice Hold(HoldFact fact, NoticeKind kind, DateTimeOffset at, long? fen = null) => new(
        fact.CommandKey, kind, Recipient.Organisation(fact.Organisation), fact.Auction, "/desk/account", at, [NoticeValue.Text(fact.Auction), NoticeValue.Money(fen ?? fact.AmountFen)]);
}
