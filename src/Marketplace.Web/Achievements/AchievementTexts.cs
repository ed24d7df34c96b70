namespace Marketplace.Achievements;

/// <summary>Marks the texts of the pages of achievements.</summary>
public sealed class AchievementTexts;
