namespace Marketplace.Auctions;

/// <summary>Texts of the archive.</summary>
public sealed class ArchiveTexts;
