namespace Marketplace.Organisations;

/// <summary>Texts of signing in, signing up, the verification desk and members.</summary>
public sealed class OrganisationTexts;
