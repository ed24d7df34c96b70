using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;

namespace Marketplace.Domain.Demands;

/// <summary>Checks a version of a demand and names every fault, not only the first.</summary>
public static class DemandCheck
{
    public const int MostTitle = 200;
    public const int MostProblem = 8000;
    public const int MostKeywords = 20;
    public const int MostShort = 60;
    public const int MostText = 500;
    public const int MostConfidential = 20000;
    public const int MostItems = 40;
    public const int MostLanes = 10;
    public const int MostReason = 2000;
    private const int LeastName = 4, LeastCode = 6;

    private static readonly string[] LegalForms =
    [
        "股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "集团", "株式会社",
        " Pte. Ltd.", " Co., Ltd.", " Ltd.", " Ltd", " Limited", " LLC", " Inc.", " Inc", " Corporation", " Corp.", " GmbH", " AG", " SE", " KG", " B.V.", " N.V.", " S.A.", " S.p.A.", " S.r.l.", " AB", " A/S", " Oy",
    ];

    /// <summary>How long responses may come in at least: a promise of money gives the 20 days of 招标投标法 24.</summary>
    public static TimeSpan LeastIntake(DemandKind kind) => TimeSpan.FromDays(kind == DemandKind.Problem ? 5 : 20);

    /// <summary>Who has to answer again has at least so long for it.</summary>
    public static readonly TimeSpan LeastForConfirming = TimeSpan.FromDays(3);

    /// <summary>What no version may have, not even a draft.</summary>
    public static ImmutableArray<Fault> Shape(DemandContent c)
    {
        var faults = new FaultList();
        faults.Need("title", c.Title, MostTitle);
        faults.Allow("problem", c.Problem, MostProblem);
        faults.Many("keywords", c.Keywords.Length, MostKeywords);
        foreach (var keyword in c.Keywords) faults.Need("keywords", keyword, MostShort);
        if (c.Trl is < 1 or > 9) faults.Add("trl", Refusal.TrlOutOfRange);
        foreach (var (field, fen) in new[] { ("budgetFrom", c.BudgetFromFen), ("budgetTo", c.BudgetToFen), ("reward", c.RewardFen) })
        {
            if (fen is { } amount && !Fen.IsAmount(amount)) faults.Add(field, Refusal.AmountOutOfRange);
        }

        if (c.BudgetFromFen > c.BudgetToFen) faults.Add("budgetTo", Refusal.BudgetUpsideDown);
        faults.Allow("budgetNote", c.BudgetNote, MostText);
        faults.Allow("ipNote", c.IpNote, MostText);
        faults.Allow("confidentiality", c.Confidentiality, MostText);
        faults.Allow("confidential", c.Confidential, MostConfidential);
        faults.Allow("elimination", c.Elimination, MostProblem);
        if (c.Region is { } region && !Region.Read(region).Done) faults.Add("region", Refusal.RegionUnknown);
        if (c.Deadline is { } deadline && deadline.Year is < 2000 or > 2200) faults.Add("deadline", Refusal.DateImpossible);
        if (c.NoticeDays is < 3 or > 60) faults.Add("noticeDays", Refusal.NoticeDaysOutOfRange);
        if (c.Lanes is < 2 or > MostLanes) faults.Add("lanes", Refusal.LanesOutOfRange);
        if (c.FinalShareBp is <= 0 or > 10_000) faults.Add("finalShare", Refusal.NumberInvalid);
        Lines(faults, c);
        Stages(faults, c);
        return faults.Found;
    }

    /// <summary>What a demand needs before its owner may ask for review, beyond its shape: the gates that the form shows.</summary>
    public static ImmutableArray<Fault> Ready(DemandKind kind, DemandContent c, DateTimeOffset now, bool demo)
    {
        var faults = Shape(c).ToBuilder();
        faults.AddRange(DemandGates.Of(kind, c).Where(g => g.Missing is not null).Select(g => new Fault(g.Field, g.Missing!.Value)));
        if (TooSoon(kind, c, now, demo)) faults.Add(new Fault("deadline", Refusal.DeadlineTooSoon));
        return faults.DrainToImmutable();
    }

    /// <summary>A demonstration is watched, not answered by people: its deadlines may be near.</summary>
    public static bool TooSoon(DemandKind kind, DemandContent c, DateTimeOffset now, bool demo) => c.Deadline < now + (demo ? TimeSpan.Zero : LeastIntake(kind));

    /// <summary>What a change of a published demand may not do.</summary>
    public static Fault? Change(DemandKind kind, DemandContent before, DemandContent after, DateTimeOffset now)
    {
        if (after.Deadline is null || after.Deadline < before.Deadline) return new Fault("deadline", Refusal.DeadlineMayNotMoveEarlier);
        if (kind != DemandKind.Problem && (after.RewardFen ?? 0) < before.RewardFen) return new Fault("reward", Refusal.RewardMayNotFall);
        if (kind != DemandKind.Problem && (after.NoticeDays != before.NoticeDays || !after.Stages.SequenceEqual(before.Stages))) return new Fault("stages", Refusal.RuleFixedAtPublication);
        if (kind == DemandKind.ParallelLanes && (after.Lanes != before.Lanes || after.Elimination != before.Elimination || after.FinalShareBp != before.FinalShareBp))
            return new Fault("elimination", Refusal.RuleFixedAtPublication);
        if (!after.SameTargetsAs(before) && after.Deadline < now + LeastForConfirming) return new Fault("deadline", Refusal.TooLateToChange);
        return null;
    }

    /// <summary>The field whose public text gives away a name that stays closed; null when none does.</summary>
    /// <param name="name">The owner's full name; the name without its legal form counts too.</param>
    public static string? NamesOwner(DemandContent c, string name, string? code) =>
        PublicTexts(c).Where(t => Names(t.Text, name, code)).Select(t => t.Field).FirstOrDefault();

    /// <summary>A text gives away whose demand it is.</summary>
    /// <param name="code">What its register calls the owner; a short number of one abroad could be any quantity of the sheet.</param>
    public static bool Names(string text, string name, string? code)
    {
        var folded = Folded(text);
        bool Has(string mark, int least) => Folded(mark) is var folds && folds.Length >= least && folded.Contains(folds, StringComparison.Ordinal);
        return Has(name, LeastName) || Has(Short(name), LeastName) || Has(code ?? "", LeastCode);
    }

    private static IEnumerable<(string Field, string Text)> PublicTexts(DemandContent c)
    {
        yield return ("title", c.Title);
        yield return ("problem", c.Problem);
        yield return ("ipNote", c.IpNote ?? "");
        yield return ("confidentiality", c.Confidentiality ?? "");
        yield return ("elimination", c.Elimination ?? "");
        // With the budget they may open to more people than the name does.
        yield return ("budgetNote", c.BudgetNote ?? "");
        yield return ("confidential", c.Confidential ?? "");
        foreach (var keyword in c.Keywords) yield return ("keywords", keyword);
        foreach (var line in c.Lines) yield return ("lines", $"{line.Metric}\n{line.Unit}\n{line.Now}\n{line.Target}\n{line.To}\n{line.Test}");
        foreach (var stage in c.Stages) yield return ("stages", $"{stage.Name}\n{stage.Goal}");
    }

    private static string Short(string name)
    {
        var form = LegalForms.FirstOrDefault(f => name.EndsWith(f, StringComparison.OrdinalIgnoreCase));
        return form is null ? name : name[..^form.Length].TrimEnd(',');
    }

    private static string Folded(string text) => string.Concat(Text.Narrow(text).Where(c => !char.IsWhiteSpace(c))).ToLowerInvariant();

    private static void Lines(FaultList faults, DemandContent c)
    {
        faults.Many("lines", c.Lines.Length, MostItems);
        for (var i = 0; i < c.Lines.Length; i++)
        {
            var line = c.Lines[i];
            faults.Need($"lines[{i}].metric", line.Metric, MostShort);
            faults.Allow($"lines[{i}].unit", line.Unit, MostShort);
            faults.Allow($"lines[{i}].now", line.Now, MostShort);
            faults.Allow($"lines[{i}].test", line.Test, MostText);
            if (!Number(line.Target, out var from) || (line.Comparison == Comparison.Range && (!Number(line.To, out var to) || to <= from))) faults.Add($"lines[{i}].target", Refusal.TargetNoNumber);
            if (line.Comparison != Comparison.Range && line.To is not null) faults.Add($"lines[{i}].target", Refusal.TargetNoNumber);
        }

        if (c.Lines.Select(l => l.Key).Distinct().Count() != c.Lines.Length) faults.Add("lines", Refusal.NumberInvalid);
    }

    private static void Stages(FaultList faults, DemandContent c)
    {
        faults.Many("stages", c.Stages.Length, MostItems);
        for (var i = 0; i < c.Stages.Length; i++)
        {
            faults.Need($"stages[{i}].name", c.Stages[i].Name, MostShort);
            faults.Need($"stages[{i}].goal", c.Stages[i].Goal, MostText);
            if (c.Stages[i].Months is < 1 or > ResponseCheck.MostMonths) faults.Add($"stages[{i}].months", Refusal.NumberInvalid);
            if (c.Stages[i].ShareBp is <= 0 or > 10_000) faults.Add($"stages[{i}].share", Refusal.NumberInvalid);
        }
    }

    /// <summary>A target is compared, so it is one number: digits, a sign and a point, in any width, at most 15 places.</summary>
    public static bool Number(string? text, out decimal number)
    {
        number = 0;
        return text is { Length: <= 20 } && decimal.TryParse(Text.Narrow(text).Trim(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out number);
    }
}

/// <summary>One thing that is checked before review, as the form shows it.</summary>
/// <param name="Missing">Why it does not pass; null when it does.</param>
public readonly record struct DemandGate(string Name, string Field, Refusal? Missing);

/// <summary>What a demand of each kind must answer before it may be reviewed.</summary>
public static class DemandGates
{
    public static ImmutableArray<DemandGate> Of(DemandKind kind, DemandContent c)
    {
        var sums = c.Stages.Sum(s => (long)s.ShareBp) + (kind == DemandKind.ParallelLanes ? c.FinalShareBp ?? 0 : 0);
        var musts = c.Lines.Where(l => l.Necessity == Necessity.Must).ToList();
        var gates = ImmutableArray.CreateBuilder<DemandGate>();
        gates.Add(new("title", "title", Unless(!string.IsNullOrWhiteSpace(c.Title), Refusal.Required)));
        gates.Add(new("problem", "problem", Unless(!string.IsNullOrWhiteSpace(c.Problem), Refusal.Required)));
        gates.Add(new("lines", "lines", Unless(musts.Count > 0, Refusal.MustTargetMissing)));
        gates.Add(new("tests", "lines", Unless(musts.TrueForAll(l => !string.IsNullOrWhiteSpace(l.Test)), Refusal.TestMissing)));
        gates.Add(new("field", "field", Unless(c.Field is not null, Refusal.Required)));
        gates.Add(new("ways", "ways", Unless(c.Ways.Length > 0, Refusal.Required)));
        gates.Add(new("ip", "ip", Unless(c.Ip is not null, Refusal.Required)));
        gates.Add(new("deadline", "deadline", Unless(c.Deadline is not null, Refusal.Required)));
        if (kind != DemandKind.Problem)
        {
            gates.Add(new("reward", "reward", Unless(c.RewardFen is not null, Refusal.Required)));
            gates.Add(new("stages", "stages", Unless(c.Stages.Length > 0, Refusal.Required)));
        }

        if (kind == DemandKind.OpenChallenge) gates.Add(new("noticeDays", "noticeDays", Unless(c.NoticeDays is not null, Refusal.Required)));
        if (kind == DemandKind.ParallelLanes)
        {
            gates.Add(new("lanes", "lanes", Unless(c.Lanes is not null, Refusal.Required)));
            gates.Add(new("elimination", "elimination", Unless(!string.IsNullOrWhiteSpace(c.Elimination), Refusal.Required)));
            gates.Add(new("finalShare", "finalShare", Unless(c.FinalShareBp is not null, Refusal.Required)));
        }

        // Every fen of the money has its milestone.
        gates.Add(new("shares", "stages", Unless(sums == 10_000 || (kind == DemandKind.Problem && c.Stages.Length == 0), Refusal.StageSharesNotWhole)));
        return gates.ToImmutable();
    }

    private static Refusal? Unless(bool passes, Refusal why) => passes ? null : why;
}
