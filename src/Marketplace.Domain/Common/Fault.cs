namespace Marketplace.Domain.Common;

/// <summary>What is wrong with one field. The field is named as in the form and in the import file.</summary>
public sealed record Fault(string Field, Refusal Why, string? Detail = null);
