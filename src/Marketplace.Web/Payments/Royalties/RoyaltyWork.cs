using System.Globalization;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Notifications;
using Marketplace.Platform.Database;

namespace Marketplace.Payments.Royalties;

/// <summary>What the royalties of a deal do by themselves. Due work only, safe to repeat.</summary>
internal static class RoyaltyWork
{
    /// <summary>Due when something was charged.</summary>
    public const string Charges = "payments.royalty-charges";

    /// <summary>Due when a declaration is due soon, or late.</summary>
    public const string Declarations = "payments.royalty-declarations";

    // Not the deal's id alone: what is due for a demonstration's lot by its own id keeps the lot from being tidied away.
    private const string KeyEnd = "/royalties";

    public static string KeyOf(string deal) => deal + KeyEnd;

    /// <summary>The obligation of a charge.</summary>
    /// <param name="number">From 1, in the order of the charges.</param>
    public static Guid ObligationOf(string deal, int number) => Obligations.IdOf($"{deal}\nroyalty/{number}");

    /// <summary>Makes every charge owed, once.</summary>
    public static async Task<DateTimeOffset?> Charge(IServiceProvider services, string key, CancellationToken cancellation)
    {
        var (agreements, obligations) = (services.GetRequiredService<RoyaltyAgreements>(), services.GetRequiredService<Obligations>());
        if (await agreements.Find(key[..^KeyEnd.Length], cancellation) is not { Terms: var terms, Account: var account }) return null;
        for (var number = 1; number <= account.Charges.Length; number++)
        {
            var (id, charge) = (ObligationOf(terms.Deal, number), account.Charges[number - 1]);
            // What is owed already stays as it was told: its last day may be reckoned otherwise once a year's holidays are announced.
            if (await obligations.Find(id, cancellation) is not null) continue;
            var owed = new Owed(id, ObligationKind.Royalty, terms.Buyer, terms.Seller, charge.AmountFen, charge.Due, ReleaseRule.AtOnce);
            var raised = await obligations.Raise(terms.Book, new RaiseObligations(terms.Deal, $"royalty/{number}", [owed]));
            if (!raised.Done) throw new InvalidOperationException($"A royalty was not raised: {raised.Refusal}");
        }

        return null;
    }

    /// <summary>Tells what is to be told now, and comes again for the next day that counts.</summary>
    public static async Task<DateTimeOffset?> Remind(IServiceProvider services, string key, CancellationToken cancellation)
    {
        if (await services.GetRequiredService<RoyaltyAgreements>().Find(key[..^KeyEnd.Length], cancellation) is not { Royalties: var royalties }) return null;
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var db = services.GetRequiredService<MarketplaceDb>();
        services.GetRequiredService<INotifier>().Tell(
            db,
            from reminder in RoyaltyReminders.Now(royalties, now)
            let late = reminder.DaysLeft == 0
            from notice in RoyaltyNotices.To(
                royalties, late ? [RoyaltySide.Buyer, RoyaltySide.Seller] : [RoyaltySide.Buyer], $"declaration/{reminder.Period.Number}/{reminder.Due:yyyy-MM-dd}/{reminder.DaysLeft}",
                late ? NoticeKind.RoyaltyOverdue : NoticeKind.RoyaltyDueSoon, now,
                NoticeValue.Day(reminder.Period.From), NoticeValue.Day(reminder.Period.Until), NoticeValue.Day(reminder.Due), NoticeValue.Text(reminder.DaysLeft.ToString(CultureInfo.InvariantCulture)))
            select notice);
        await db.SaveChangesAsync(cancellation);
        return RoyaltyReminders.Next(royalties, now);
    }
}
