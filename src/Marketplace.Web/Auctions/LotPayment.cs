using Marketplace.Domain.Auctions;
using Marketplace.Domain.Payments.Plans;

namespace Marketplace.Auctions;

/// <summary>付款方式 of a lot between its row and the rules.</summary>
public static class LotPayment
{
    /// <summary>What is announced; null for the market's default.</summary>
    public static AnnouncedPlan? Payment(this Lot lot) => lot.PaymentPlan is { } text ? AnnouncedPlanJson.Read(text) : null;

    /// <summary>What holds in any case.</summary>
    public static AnnouncedPlan PaymentOrDefault(this Lot lot) => lot.Payment() ?? AnnouncedPlan.Default(lot.TransfersPatent());

    /// <summary>A plan that says no more than the default does is none.</summary>
    public static void Set(this Lot lot, AnnouncedPlan? plan) => lot.PaymentPlan = plan is null || plan == AnnouncedPlan.Default(lot.TransfersPatent()) ? null : AnnouncedPlanJson.Text(plan);

    public static bool TransfersPatent(this Lot lot) => lot.Right == RightOffered.Assignment;
}
