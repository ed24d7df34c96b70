namespace Marketplace.Demands;

/// <summary>Marks the texts of the pages of demands.</summary>
public sealed class DemandTexts;
