namespace Marketplace.Payments;

/// <summary>Marks the texts of the fee simulator.</summary>
public sealed class FeeTexts;
