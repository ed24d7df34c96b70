namespace Marketplace.Auctions.Dossiers;

/// <summary>Texts of a lot's confidential files: gate, seller's page, signed undertakings, the operator's oversight.</summary>
public sealed class DossierTexts;
