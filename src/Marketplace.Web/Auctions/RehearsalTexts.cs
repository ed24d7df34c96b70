namespace Marketplace.Auctions;

/// <summary>Texts of rehearsals.</summary>
public sealed class RehearsalTexts;
