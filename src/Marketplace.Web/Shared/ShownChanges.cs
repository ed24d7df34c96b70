using Marketplace.Domain.Common;
using Microsoft.Extensions.Localization;

namespace Marketplace.Shared;

/// <summary>What changed between two versions, for <c>_Changes</c>.</summary>
/// <param name="Texts">The room's texts: <c>Name.</c> and a field's name is what the field is called.</param>
/// <param name="Word">A line of a field in the reader's language.</param>
/// <param name="Apart">Fields whose lines stand one below the other.</param>
public sealed record ShownChanges(IStringLocalizer Texts, Func<IStringLocalizer, string, string, string> Word, IReadOnlyList<FieldChange> Changes, params IReadOnlyList<string> Apart);
