namespace Marketplace.Services;

/// <summary>Marks the texts of the pages of services.</summary>
public sealed class ServiceTexts;
