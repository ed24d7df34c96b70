using System.Collections.Immutable;
using System.Globalization;

namespace Marketplace.Domain.Common;

/// <summary>A field of which two versions say different things. A list has one line per item; an absent value has none.</summary>
public sealed record FieldChange(string Field, ImmutableArray<string> Before, ImmutableArray<string> After)
{
    /// <summary>What changed between two versions, field by field in the order of the later one.</summary>
    /// <param name="before">Empty where there was nothing before.</param>
    public static ImmutableArray<FieldChange> Between(IEnumerable<(string Field, ImmutableArray<string> Lines)> before, IEnumerable<(string Field, ImmutableArray<string> Lines)> after)
    {
        var old = before.ToDictionary(f => f.Field, f => f.Lines);
        return [.. after.Select(f => new FieldChange(f.Field, old.GetValueOrDefault(f.Field, []), f.Lines)).Where(c => !c.Before.SequenceEqual(c.After))];
    }
}

/// <summary>Values as the lines of a <see cref="FieldChange"/>.</summary>
public static class FieldLines
{
    public static ImmutableArray<string> One(string? text) => string.IsNullOrEmpty(text) ? [] : [text];

    public static ImmutableArray<string> Money(long? fen) => One(fen is { } amount ? "¥" + Fen.Yuan(amount) : null);

    public static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    public static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A share of basis points as people write it: <c>70%</c>, <c>33.33%</c>.</summary>
    public static string Percent(int bp) => (bp / 100m).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    /// <summary>What there is of them, with dots between.</summary>
    public static string Join(params string?[] parts) => string.Join(" · ", parts.Where(p => !string.IsNullOrEmpty(p)));
}
