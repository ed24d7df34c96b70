namespace Marketplace.Payments;

/// <summary>Texts of the deposit account and the bank desk.</summary>
public sealed class PaymentTexts;
