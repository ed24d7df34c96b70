namespace Marketplace.Deals;

/// <summary>Texts of what follows a sale.</summary>
public sealed class DealTexts;
