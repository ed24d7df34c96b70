namespace Marketplace.Matching.Recommendations;

/// <summary>Texts of recommendations: lists, explanations, judgements.</summary>
public sealed class RecommendationTexts;
