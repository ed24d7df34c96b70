namespace Marketplace.Platform.Edge;

/// <summary>What a person or a program reads when the market itself failed, or a page is not for them.</summary>
public sealed class EdgeTexts;
