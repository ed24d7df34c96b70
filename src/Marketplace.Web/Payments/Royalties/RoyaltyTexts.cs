namespace Marketplace.Payments.Royalties;

/// <summary>Marks the texts of royalties: declarations, charges, inspections.</summary>
public sealed class RoyaltyTexts;
