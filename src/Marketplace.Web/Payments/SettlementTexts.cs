namespace Marketplace.Payments;

/// <summary>Marks the texts of what is owed, kept, released and paid out.</summary>
public sealed class SettlementTexts;
