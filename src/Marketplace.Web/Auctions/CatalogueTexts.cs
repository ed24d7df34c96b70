namespace Marketplace.Auctions;

/// <summary>Texts of the catalogue.</summary>
public sealed class CatalogueTexts;
