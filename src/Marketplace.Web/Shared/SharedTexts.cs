namespace Marketplace.Shared;

/// <summary>Texts that every page uses; the resource files beside this class carry them.</summary>
public sealed class SharedTexts;

/// <summary>The message of every <see cref="Domain.Common.Refusal"/> by its name.</summary>
public sealed class RefusalTexts;
