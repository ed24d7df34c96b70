namespace Marketplace.Demo;

/// <summary>Marks the texts of the demonstration's words.</summary>
public sealed class DemoTexts;
