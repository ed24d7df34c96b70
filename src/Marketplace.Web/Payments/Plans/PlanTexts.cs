namespace Marketplace.Payments.Plans;

/// <summary>Marks the texts of 付款方式.</summary>
public sealed class PlanTexts;
