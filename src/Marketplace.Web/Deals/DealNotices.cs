using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Notifications;
using Marketplace.Notifications;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;

namespace Marketplace.Deals;

/// <summary>What the two parties of a deal are told: whose turn it is, what is due soon or overdue, that it ended.</summary>
internal static class DealNotices
{
    /// <summary>Due work that reminds the parties.</summary>
    public const string RemindWork = "deals.remind";

    // Not the deal's id alone: what is due for a demonstration's lot by its own id keeps the lot from being tidied away.
    private const string KeyEnd = "/steps";

    public static SideWrite RemindAt(Deal deal, DateTimeOffset at) => DueWork.At(RemindWork, deal.Id + KeyEnd, at);

    /// <summary>What one line tells them.</summary>
    public static IEnumerable<Notice> Of(Deal before, Deal after, FactLine line)
    {
        if (line.Fact is DealEnded ended)
        {
            foreach (var party in new[] { Party.Seller, Party.Buyer })
                yield return To(after, party, $"deal/{after.Id}/ended", NoticeKind.DealEnded, line.At, NoticeValue.Word($"Undone.{ended.Because}"));
            yield break;
        }

        foreach (var step in Reminders.Began(before, after))
        {
            var kind = step.Rule.Step is Step.SignConfirmation or Step.SignContract ? NoticeKind.SigningWaiting : NoticeKind.StepWaiting;
            foreach (var party in step.Waiting) yield return To(after, party, $"deal/{after.Id}/{Steps.NameOf(step.Rule.Step)}/turn", kind, line.At, NameOf(step.Rule.Step), NoticeValue.Day(step.Due));
        }
    }

    /// <summary>Due work: tells what is to be told now, and comes again for the next day that counts.</summary>
    public static async Task<DateTimeOffset?> Remind(IServiceProvider services, string key, CancellationToken cancellation)
    {
        if (await services.GetRequiredService<Deals>().Find(key[..^KeyEnd.Length], cancellation) is not { } deal) return null;
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var db = services.GetRequiredService<MarketplaceDb>();
        var later = await DealMoney.LaterParts(services, deal, cancellation);
        services.GetRequiredService<INotifier>().Tell(
            db,
            Reminders.Now(deal, now).Select(r => To(
                deal, r.Party, $"deal/{deal.Id}/{Steps.NameOf(r.Step)}/{r.Due:yyyy-MM-dd}/{r.DaysLeft}", r.DaysLeft == 0 ? NoticeKind.StepOverdue : NoticeKind.StepDueSoon, now,
                NameOf(r.Step), NoticeValue.Day(r.Due), NoticeValue.Text(r.DaysLeft.ToString(CultureInfo.InvariantCulture))))
            .Concat(Reminders.Now(later, now).Select(r => To(
                deal, Party.Buyer, $"deal/{deal.Id}/price/{r.Part.Number}/{r.Part.Due:yyyy-MM-dd}/{r.DaysLeft}", r.DaysLeft == 0 ? NoticeKind.PaymentOverdue : NoticeKind.PaymentDueSoon, now,
                NoticeValue.Money(r.Part.AmountFen), NoticeValue.Day(r.Part.Due), NoticeValue.Text(r.DaysLeft.ToString(CultureInfo.InvariantCulture))))));
        await db.SaveChangesAsync(cancellation);
        return Reminders.Next(deal, later, now);
    }

    private static Notice To(Deal deal, Party party, string id, NoticeKind kind, DateTimeOffset at, params ReadOnlySpan<NoticeValue> values) => new(
        id, kind, Recipient.Organisation(party is Party.Seller ? deal.Opened!.Seller : deal.Opened!.Buyer), deal.Id, $"/deals/{deal.Id}", at, [NoticeValue.Text(deal.Opened.Title), .. values]);

    private static NoticeValue NameOf(Step step) => NoticeValue.Word($"Step.{Steps.NameOf(step)}");
}
