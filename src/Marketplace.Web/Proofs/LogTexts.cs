namespace Marketplace.Proofs;

/// <summary>Marks the texts of the public log.</summary>
public sealed class LogTexts;
