namespace Marketplace.Payments;

/// <summary>Marks the texts of invoices, on pages and on paper.</summary>
public sealed class InvoiceTexts;
