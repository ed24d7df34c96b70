namespace Marketplace.Organisations.Mandates;

/// <summary>Texts of mandates and of the register of brokers.</summary>
public sealed class MandateTexts;
