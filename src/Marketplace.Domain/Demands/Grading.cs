using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Demands;

/// <summary>What a broker says of one item and why.</summary>
public sealed record ItemGrade(GradedItem Item, Finding Finding, string Reason);

/// <summary>分级: a broker's judgement of one version of a demand.</summary>
/// <param name="Back">Given back for re-diagnosis: the owner edits, then it is graded again.</param>
public sealed record GradeSheet(Grade Grade, ImmutableArray<ItemGrade> Items, bool Back);

/// <summary>What a judgement must be before it counts.</summary>
public static class Grading
{
    public static Fault? Check(GradeSheet sheet)
    {
        foreach (var item in Enum.GetValues<GradedItem>())
        {
            var said = sheet.Items.Where(i => i.Item == item).ToList();
            if (said.Count != 1) return new Fault($"{item}", Refusal.Required);
            var reason = Text.Require(said[0].Reason, DemandCheck.MostText, $"{item}");
            if (!reason.Done) return new Fault($"{item}", reason.Refusal == Refusal.Required ? Refusal.ReasonRequired : reason.Refusal.Value);
        }

        return Possible(sheet.Items).Contains(sheet.Grade) && (!sheet.Back || sheet.Grade != Grade.A) ? null : new Fault("grade", Refusal.GradeDisagrees);
    }

    /// <summary>The first item whose reason gives away whose demand it is; null when none does.</summary>
    public static ItemGrade? Naming(GradeSheet sheet, string name, string? code) => sheet.Items.FirstOrDefault(i => DemandCheck.Names(i.Reason, name, code));

    /// <summary>
    /// The grades that the findings allow. A is only for what can be measured, paid and tried, with prior art at least
    /// partly searched; what cannot be measured is C, whatever else is good.
    /// </summary>
    public static ImmutableArray<Grade> Possible(ImmutableArray<ItemGrade> items)
    {
        Finding Of(GradedItem item) => items.FirstOrDefault(i => i.Item == item)?.Finding ?? Finding.Missing;
        if (Of(GradedItem.Measurable) == Finding.Missing) return [Grade.C];
        var ready = Of(GradedItem.Measurable) == Finding.Good && Of(GradedItem.Budget) == Finding.Good && Of(GradedItem.Scenario) == Finding.Good && Of(GradedItem.PriorArt) != Finding.Missing;
        return ready ? [Grade.A, Grade.B] : [Grade.B, Grade.C];
    }
}
