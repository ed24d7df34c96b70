namespace Marketplace.Matching;

/// <summary>Texts of introductions, the broker's desk, claims, leads and commissions.</summary>
public sealed class MatchingTexts;
