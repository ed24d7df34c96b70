namespace Marketplace.Search;

/// <summary>Texts of searching; the resource files beside this class carry them.</summary>
public sealed class SearchTexts;
