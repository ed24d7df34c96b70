namespace Marketplace.Shared;

/// <summary>Texts of the first page.</summary>
public sealed class HomeTexts;
