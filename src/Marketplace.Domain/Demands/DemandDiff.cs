using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Domain.Common;
using static Marketplace.Domain.Common.FieldLines;

namespace Marketplace.Domain.Demands;

/// <summary>What changed between two versions of a demand, field by field in the order of the form.</summary>
public static class DemandDiff
{
    public static ImmutableArray<FieldChange> Between(DemandContent? before, DemandContent after) => FieldChange.Between(before is null ? [] : Lines(before), Lines(after));

    /// <summary>Which fields a reader with this sight may not see, not even that they changed.</summary>
    public static bool IsClosed(string field, Sight sight) => field switch
    {
        "budgetFrom" or "budgetTo" or "budgetNote" => !sight.Budget,
        "confidential" => !sight.Confidential,
        _ => false,
    };

    /// <summary>Every field as lines of text. Words of a vocabulary stand by their stored names, which a page translates.</summary>
    public static IEnumerable<(string Field, ImmutableArray<string> Lines)> Lines(DemandContent c)
    {
        yield return ("title", One(c.Title));
        yield return ("problem", One(c.Problem));
        yield return ("keywords", c.Keywords);
        yield return ("lines", [.. c.Lines.Where(l => l.Necessity == Necessity.Must).Select(Target)]);
        yield return ("wishes", [.. c.Lines.Where(l => l.Necessity == Necessity.Wish).Select(Target)]);
        yield return ("field", One(c.Field?.ToString()));
        yield return ("highlands", [.. c.Highlands.Select(h => h.ToString())]);
        yield return ("trl", One(Number(c.Trl)));
        yield return ("ways", [.. c.Ways.Select(w => w.ToString())]);
        yield return ("budgetFrom", Money(c.BudgetFromFen));
        yield return ("budgetTo", Money(c.BudgetToFen));
        yield return ("budgetNote", One(c.BudgetNote));
        yield return ("deadline", One(c.Deadline?.ToOffset(Instant.Beijing).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)));
        yield return ("ip", One(c.Ip?.ToString()));
        yield return ("ipNote", One(c.IpNote));
        yield return ("confidentiality", One(c.Confidentiality));
        yield return ("confidential", One(c.Confidential));
        yield return ("region", One(c.Region));
        yield return ("reward", Money(c.RewardFen));
        yield return ("stages", [.. c.Stages.Select(s => Join(s.Name, s.Goal, Number(s.Months), Percent(s.ShareBp)))]);
        yield return ("noticeDays", One(Number(c.NoticeDays)));
        yield return ("lanes", One(Number(c.Lanes)));
        yield return ("elimination", One(c.Elimination));
        yield return ("finalShare", One(c.FinalShareBp is { } bp ? Percent(bp) : null));
    }

    /// <summary>A target as people write it: <c>≥ 210</c>, <c>≤ 30,000</c>, <c>0–100</c>.</summary>
    public static string Target(Comparison comparison, string target, string? to) => comparison switch
    {
        Comparison.AtLeast => $"≥ {Grouped(target)}",
        Comparison.AtMost => $"≤ {Grouped(target)}",
        Comparison.Equal => $"= {Grouped(target)}",
        Comparison.Range => $"{Grouped(target)}–{Grouped(to)}",
    };

    /// <summary>A long number in groups of three; what is short stands as it was written, zeros included.</summary>
    private static string Grouped(string? number) =>
        DemandCheck.Number(number, out var value) && Math.Abs(value) >= 10_000 ? value.ToString("#,##0.###############", CultureInfo.InvariantCulture) : number ?? "";

    private static string Target(TargetLine line) => Join($"{line.Metric} {Target(line.Comparison, line.Target, line.To)} {line.Unit}".TrimEnd(), line.Now, line.Test);
}
