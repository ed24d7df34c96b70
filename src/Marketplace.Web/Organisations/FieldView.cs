using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;

namespace Marketplace.Organisations;

/// <summary>A labelled input with its hint and, after a refusal, what is wrong with it.</summary>
public sealed record FieldView(string Name, string Label, string? Value)
{
    public string Type { get; init; } = "text";
    public string? Autocomplete { get; init; }
    public string? Hint { get; init; }
    public Refusal? Refused { get; init; }
    public int? Most { get; init; }
    public string? InputMode { get; init; }
    public string? Class { get; init; }
}

/// <summary>
/// Where an organisation is registered, as typed: both sets of fields stand in the form, and the choice says which one is meant.
/// Without the script, and where a browser knows no <c>:has</c>, both are seen.
/// </summary>
public sealed record RegisteredView(bool Abroad, string? Uscc, string? Region, string? Country, string? RegistryNumber, Func<string, Refusal?> Of)
{
    /// <summary>The kind may be registered abroad, so the question is asked.</summary>
    public bool Choice { get; init; } = true;

    /// <summary>What was chosen, without what was typed for the other register.</summary>
    public OrganisationForm Form(OrganisationKind? kind, string? name) => Choice && Abroad
        ? new OrganisationForm(kind, name, null, null, Country, RegistryNumber, Abroad: true)
        : new OrganisationForm(kind, name, Uscc, Region);
}
