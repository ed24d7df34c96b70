using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;

namespace Marketplace.Demands;

/// <summary>
/// The edit form as it was typed: every value is text, so that a wrong one comes back as it was. Rows that are wholly
/// blank are passed over.
/// </summary>
public sealed class DemandForm
{
    public string? Title { get; set; }
    public string? Problem { get; set; }
    public string? Keywords { get; set; }
    public List<LineRow> Lines { get; set; } = [];
    public string? Field { get; set; }
    public List<string> Highlands { get; set; } = [];
    public string? Trl { get; set; }
    public List<string> Ways { get; set; } = [];
    public string? BudgetFrom { get; set; }
    public string? BudgetTo { get; set; }
    public string? BudgetNote { get; set; }
    public string? DeadlineDay { get; set; }
    public string? DeadlineTime { get; set; }
    public string? Ip { get; set; }
    public string? IpNote { get; set; }
    public string? Confidentiality { get; set; }
    public string? Confidential { get; set; }
    public string? Region { get; set; }
    public string? Reward { get; set; }
    public List<StageRow> Stages { get; set; } = [];
    public string? NoticeDays { get; set; }
    public string? Lanes { get; set; }
    public string? Elimination { get; set; }
    public string? FinalShare { get; set; }
    public string? NameOpens { get; set; }
    public string? BudgetOpens { get; set; }
    public string? ConfidentialOpens { get; set; }

    /// <summary>Names or codes of organisations that never see it, one a line.</summary>
    public string? Blocked { get; set; }

    public sealed class LineRow
    {
        public string? Key { get; set; }
        public string? Metric { get; set; }
        public string? Unit { get; set; }
        public string? Now { get; set; }
        public string? Comparison { get; set; }
        public string? Target { get; set; }
        public string? To { get; set; }
        public string? Necessity { get; set; }
        public string? Test { get; set; }
    }

    public sealed class StageRow
    {
        public string? Name { get; set; }
        public string? Goal { get; set; }
        public string? Months { get; set; }
        public string? Share { get; set; }
    }

    public static DemandForm Of(DemandContent c, RevealSettings reveal, IEnumerable<string> blocked)
    {
        var deadline = c.Deadline?.ToOffset(Instant.Beijing);
        return new DemandForm
        {
            Title = c.Title,
            Problem = c.Problem,
            Keywords = string.Join("；", c.Keywords),
            Lines = [.. c.Lines.Select(l => new LineRow { Key = Text(l.Key), Metric = l.Metric, Unit = l.Unit, Now = l.Now, Comparison = l.Comparison.ToString(), Target = l.Target, To = l.To, Necessity = l.Necessity.ToString(), Test = l.Test })],
            Field = c.Field?.ToString(),
            Highlands = [.. c.Highlands.Select(h => h.ToString())],
            Trl = Text(c.Trl),
            Ways = [.. c.Ways.Select(w => w.ToString())],
            BudgetFrom = Yuan(c.BudgetFromFen),
            BudgetTo = Yuan(c.BudgetToFen),
            BudgetNote = c.BudgetNote,
            DeadlineDay = deadline?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            DeadlineTime = deadline?.ToString("HH:mm", CultureInfo.InvariantCulture),
            Ip = c.Ip?.ToString(),
            IpNote = c.IpNote,
            Confidentiality = c.Confidentiality,
            Confidential = c.Confidential,
            Region = c.Region,
            Reward = Yuan(c.RewardFen),
            Stages = [.. c.Stages.Select(s => new StageRow { Name = s.Name, Goal = s.Goal, Months = Text(s.Months), Share = FieldLines.Percent(s.ShareBp).TrimEnd('%') })],
            NoticeDays = Text(c.NoticeDays),
            Lanes = Text(c.Lanes),
            Elimination = c.Elimination,
            FinalShare = c.FinalShareBp is { } bp ? FieldLines.Percent(bp).TrimEnd('%') : null,
            NameOpens = reveal.Name.ToString(),
            BudgetOpens = reveal.Budget.ToString(),
            ConfidentialOpens = reveal.Confidential.ToString(),
            Blocked = string.Join('\n', blocked),
        };
    }

    /// <summary>Drops wholly blank rows and, of a form that somebody made by hand, those without a field.</summary>
    public void Compact()
    {
        Lines.RemoveAll(l => l is null || Blank(l.Metric, l.Target, l.To, l.Test));
        Stages.RemoveAll(s => s is null || Blank(s.Name, s.Goal, s.Months, s.Share));
    }

    /// <summary>The version that was typed, and everything that could not be read.</summary>
    /// <param name="known">The version that the form was filled from: a line keeps its key, the time of a deadline its seconds.</param>
    public DemandContent Read(DemandContent known, ICollection<Fault> faults)
    {
        Compact();
        var (lines, last) = ReadLines(known, faults);
        return new DemandContent
        {
            Title = Title ?? "",
            Problem = Lf(Problem) ?? "",
            Keywords = Keywords is null ? [] : [.. Keywords.Split([';', '；', '，', ',', '\n', '\r']).Select(t => t.Trim()).Where(t => t.Length > 0).Distinct()],
            Lines = lines,
            LastKey = last,
            Field = Word<TechField>(Field, "field", faults),
            Highlands = [.. Highlands.Select(h => Word<Highland>(h, "highlands", faults)).OfType<Highland>().Distinct()],
            Trl = Whole(Trl, "trl", faults),
            Ways = [.. Ways.Select(w => Word<WayOfCooperation>(w, "ways", faults)).OfType<WayOfCooperation>().Distinct()],
            BudgetFromFen = Money(BudgetFrom, "budgetFrom", faults),
            BudgetToFen = Money(BudgetTo, "budgetTo", faults),
            BudgetNote = Null(BudgetNote),
            Deadline = Moment(known, faults),
            Ip = Word<IpWish>(Ip, "ip", faults),
            IpNote = Null(IpNote),
            Confidentiality = Null(Confidentiality),
            Confidential = Lf(Null(Confidential)),
            Region = Null(Region),
            RewardFen = Money(Reward, "reward", faults),
            Stages = [.. Stages.Select((s, i) => new Stage(s.Name ?? "", s.Goal ?? "", Whole(s.Months, $"stages[{i}].months", faults) ?? 0, Share(s.Share, $"stages[{i}].share", faults) ?? 0))],
            NoticeDays = Whole(NoticeDays, "noticeDays", faults),
            Lanes = Whole(Lanes, "lanes", faults),
            Elimination = Lf(Null(Elimination)),
            FinalShareBp = Share(FinalShare, "finalShare", faults),
        };
    }

    public RevealSettings ReadReveal(ICollection<Fault> faults) => new(
        Word<Opens>(NameOpens, "nameOpens", faults) ?? Opens.Narrow, Word<Opens>(BudgetOpens, "budgetOpens", faults) ?? Opens.Narrow, Word<Opens>(ConfidentialOpens, "confidentialOpens", faults) ?? Opens.Narrow);

    private (ImmutableArray<TargetLine> Lines, int? Last) ReadLines(DemandContent known, ICollection<Fault> faults)
    {
        var taken = known.Lines.Select(l => l.Key).ToHashSet();
        var used = new HashSet<int>();
        var next = known.HighestKey();
        var lines = ImmutableArray.CreateBuilder<TargetLine>();
        foreach (var (row, i) in Lines.Select((row, i) => (row, i)))
        {
            // Only a key that was given before names a line; everything else is a new one.
            var key = int.TryParse(row.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var old) && taken.Contains(old) && used.Add(old) ? old : ++next;
            row.Key = Text(key);
            var comparison = Word<Comparison>(row.Comparison, $"lines[{i}].target", faults) ?? Comparison.AtLeast;
            lines.Add(new TargetLine(key, row.Metric ?? "", Null(row.Unit), Null(row.Now), comparison, row.Target?.Trim() ?? "", Null(row.To)?.Trim(), Word<Necessity>(row.Necessity, $"lines[{i}].metric", faults) ?? Necessity.Must, Null(row.Test)));
        }

        int? gone = next > 0 && lines.All(l => l.Key != next) ? next : null;
        return (lines.DrainToImmutable(), gone);
    }

    private DateTimeOffset? Moment(DemandContent known, ICollection<Fault> faults)
    {
        if (string.IsNullOrWhiteSpace(DeadlineDay)) return null;
        var time = string.IsNullOrWhiteSpace(DeadlineTime) ? "17:00" : DeadlineTime.Trim();
        if (!DateTime.TryParseExact($"{DeadlineDay.Trim()} {time}", "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) || day.Year is < 2000 or > 2200)
        {
            faults.Add(new Fault("deadline", Refusal.DateImpossible));
            return null;
        }

        var moment = new DateTimeOffset(day, Instant.Beijing).ToUniversalTime();
        return known.Deadline is { } before && before >= moment && before < moment.AddMinutes(1) ? before : moment;
    }

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Yuan(long? fen) => fen is { } amount ? Fen.Yuan(amount) : null;

    private static bool Blank(params string?[] texts) => texts.All(string.IsNullOrWhiteSpace);

    /// <summary>A browser sends every line end as two characters; a text that nobody touched must not look changed.</summary>
    internal static string? Lf(string? text) => text?.Replace("\r\n", "\n", StringComparison.Ordinal);

    internal static string? Null(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    internal static T? Word<T>(string? text, string field, ICollection<Fault> faults)
        where T : struct, Enum
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (Enum.TryParse<T>(text, out var word) && Enum.IsDefined(word) && !char.IsAsciiDigit(text[0])) return word;
        faults.Add(new Fault(field, Refusal.UnknownWord));
        return null;
    }

    internal static int? Whole(string? text, string field, ICollection<Fault> faults)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        faults.Add(new Fault(field, Refusal.NumberInvalid));
        return null;
    }

    internal static long? Money(string? text, string field, ICollection<Fault> faults)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (Fen.TryRead(text, out var fen)) return fen;
        faults.Add(new Fault(field, Refusal.NumberInvalid));
        return null;
    }

    /// <summary>Per cent with at most two decimals.</summary>
    private static int? Share(string? text, string field, ICollection<Fault> faults)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (decimal.TryParse(text.Trim().TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share)
            && share is > 0 and <= 100 && share * 100 == decimal.Truncate(share * 100)) return (int)(share * 100);
        faults.Add(new Fault(field, Refusal.NumberInvalid));
        return null;
    }
}
