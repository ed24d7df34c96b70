namespace Marketplace.Home;

/// <summary>Texts of the first page.</summary>
public sealed class HomeTexts;
