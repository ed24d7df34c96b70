namespace Marketplace.Payments;

/// <summary>Marks the texts of bank statements and of finding whose money is whose.</summary>
public sealed class StatementTexts;
