using System.Text.Json;
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

    /// <summary>付款方式 as an announcement says it or, where it says nothing, by default.</summary>
    public static AnnouncedPlan AnnouncedIn(JsonElement said) => said.TryGetProperty("payment", out var payment)
        ? AnnouncedPlanJson.Read(payment)
        : AnnouncedPlan.Default(said.GetProperty("right").GetString() == nameof(RightOffered.Assignment));

    /// <summary>一份保证金可参与多件标的, as an announcement says it.</summary>
    public static bool SharesDeposit(JsonElement said) => said.TryGetProperty("sharedDeposit", out var shared) && shared.GetBoolean();

    public static bool TransfersPatent(this Lot lot) => lot.Right == RightOffered.Assignment;
}
