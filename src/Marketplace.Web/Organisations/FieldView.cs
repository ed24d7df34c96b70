using Marketplace.Domain.Common;

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
