namespace Marketplace.Statistics;

/// <summary>Texts of the figures.</summary>
public sealed class StatisticsTexts;
