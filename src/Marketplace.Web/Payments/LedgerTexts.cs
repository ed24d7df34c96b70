namespace Marketplace.Payments;

/// <summary>Marks the texts of the ledger's proof.</summary>
public sealed class LedgerTexts;
