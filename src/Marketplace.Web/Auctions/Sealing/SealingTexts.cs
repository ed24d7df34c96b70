namespace Marketplace.Auctions.Sealing;

/// <summary>Marks the texts of sealed offers and their opening.</summary>
public sealed class SealingTexts;
