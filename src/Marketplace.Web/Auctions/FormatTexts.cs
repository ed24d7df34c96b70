namespace Marketplace.Auctions;

/// <summary>The words for the formats of an auction, wherever a lot is shown, and the texts of their settings and rules.</summary>
public sealed class FormatTexts;
