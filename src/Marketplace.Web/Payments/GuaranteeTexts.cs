namespace Marketplace.Payments;

/// <summary>Marks the texts of letters of guarantee.</summary>
public sealed class GuaranteeTexts;
