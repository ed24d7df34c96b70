using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;

namespace Marketplace.Achievements;

/// <summary>The columns of an import file, by which names they are known, and how a row becomes a version.</summary>
public static class ImportColumns
{
    public const int MostExternalId = 100;
    private static readonly char[] Between = [';', '；', '\n', '、', '|'];

    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string[]>
    {
        ["externalId"] = ["external_id", "id", "外部编号", "编号", "成果编号", "序号"],
        ["title"] = ["name", "名称", "成果名称", "标题", "科技成果名称"],
        ["summary"] = ["abstract", "摘要", "内容摘要", "成果简介", "简介"],
        ["keywords"] = ["keyword", "关键词", "关键字"],
        ["field"] = ["techField", "技术领域", "领域"],
        ["trl"] = ["成熟度", "技术成熟度", "技术成熟度等级"],
        ["details"] = ["详情", "技术详情", "详细介绍"],
        ["highlands"] = ["highland", "三大高地", "高地"],
        ["ipc"] = ["IPC分类号", "IPC 分类号", "分类号"],
        ["patents"] = ["patent", "patentNumber", "patentNumbers", "专利号", "专利号码", "申请号"],
        ["completers"] = ["inventors", "完成人", "发明人"],
        ["funding"] = ["经费来源", "计划来源"],
        ["fundingProject"] = ["项目名称", "来源项目", "课题名称"],
        ["ways"] = ["way", "交易方式", "转化方式", "合作方式"],
        ["priceYuan"] = ["price", "意向价格", "意向价格（元）", "价格（元）", "价格"],
        ["region"] = ["地区", "行政区划", "行政区划代码"],
    }.SelectMany(c => c.Value.Append(c.Key).Select(name => (Name: Plain(name), Column: c.Key))).DistinctBy(c => c.Name).ToFrozenDictionary(c => c.Name, c => c.Column);

    /// <summary>Without these no row can be understood.</summary>
    public static readonly ImmutableArray<string> Necessary = ["externalId", "title", "summary"];

    public static string? Known(string name) => Names.GetValueOrDefault(Plain(name));

    /// <summary>The row's own id, or what is wrong with it.</summary>
    public static Result<string> ExternalId(IReadOnlyDictionary<string, IReadOnlyList<string>> row) =>
        Text.Require(One(row, "externalId")?.Trim(), MostExternalId, "externalId");

    /// <summary>
    /// The version that the row makes of what is there. A column that the file does not have leaves what is there; an
    /// empty cell empties it. All faults of the row are collected.
    /// </summary>
    public static AchievementContent Fill(AchievementContent known, IReadOnlyDictionary<string, IReadOnlyList<string>> row, ICollection<Fault> faults)
    {
        var content = known with
        {
            Title = Say(row, "title", known.Title) ?? "",
            Summary = Say(row, "summary", known.Summary) ?? "",
            Details = Say(row, "details", known.Details),
            FundingProject = Say(row, "fundingProject", known.FundingProject)?.Trim(),
        };
        if (row.ContainsKey("keywords")) content = content with { Keywords = [.. Many(row, "keywords", '，', ',').Distinct()] };
        if (row.ContainsKey("ipc")) content = content with { Ipc = [.. Many(row, "ipc", ',').Select(s => s.ToUpperInvariant()).Distinct()] };
        if (row.ContainsKey("completers")) content = content with { Completers = [.. Many(row, "completers", ',', '，').Select(n => new Completer(n, null))] };
        if (row.ContainsKey("field")) content = content with { Field = Word(row, "field", Vocabulary.Field, faults) };
        if (row.ContainsKey("funding")) content = content with { Funding = Word(row, "funding", Vocabulary.Funding, faults) };
        if (row.ContainsKey("highlands")) content = content with { Highlands = Words(row, "highlands", Vocabulary.ReadHighland, faults) };
        if (row.ContainsKey("ways")) content = content with { Ways = Words(row, "ways", Vocabulary.Way, faults) };
        if (row.ContainsKey("trl")) content = content with { Trl = Trl(One(row, "trl"), faults) };
        if (row.ContainsKey("priceYuan")) content = content with { PriceIdeaFen = Yuan(One(row, "priceYuan"), faults) };
        if (row.ContainsKey("region")) content = content with { Region = One(row, "region")?.Trim() is { Length: > 0 } region ? region : null };
        if (row.ContainsKey("patents")) content = content with { Ip = Patents(known.Ip, Many(row, "patents", ',', '，')) };
        return content;
    }

    /// <summary>Yuan as people write them, at most two decimals, to fen.</summary>
    public static bool TryYuan(string text, out long fen)
    {
        fen = 0;
        var plain = text.Replace(",", "", StringComparison.Ordinal).Replace("，", "", StringComparison.Ordinal).Trim().TrimStart('¥', '￥');
        if (!decimal.TryParse(plain, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var yuan) || yuan <= 0 || yuan > Fen.Most / 100) return false;
        var exact = yuan * 100;
        if (exact != decimal.Truncate(exact)) return false;
        fen = (long)exact;
        return true;
    }

    private static string Plain(string name) =>
        string.Concat(name.Trim().TrimStart('\uFEFF').Where(c => c is not (' ' or '_' or '-' or '*'))).ToLowerInvariant().Replace('(', '（').Replace(')', '）');

    private static string? One(IReadOnlyDictionary<string, IReadOnlyList<string>> row, string column) =>
        row.TryGetValue(column, out var values) && values.Count > 0 ? string.Join(';', values) : null;

    private static string? Say(IReadOnlyDictionary<string, IReadOnlyList<string>> row, string column, string? known) =>
        row.ContainsKey(column) ? One(row, column) is { } said && !string.IsNullOrWhiteSpace(said) ? said : null : known;

    private static IEnumerable<string> Many(IReadOnlyDictionary<string, IReadOnlyList<string>> row, string column, params char[] more)
    {
        var values = row[column];
        // A list says itself where an item ends; a cell is cut at its separators.
        return values.SelectMany(v => values.Count > 1 ? v.Split('\n') : v.Split([.. Between, .. more])).Select(v => v.Trim()).Where(v => v.Length > 0);
    }

    private static T? Word<T>(IReadOnlyDictionary<string, IReadOnlyList<string>> row, string column, Func<string, T?> read, ICollection<Fault> faults)
        where T : struct
    {
        if (One(row, column) is not { } text || string.IsNullOrWhiteSpace(text)) return null;
        if (read(text) is { } word) return word;
        faults.Add(new Fault(column, Refusal.UnknownWord, ImportFile.Shorten(text)));
        return null;
    }

    private static ImmutableArray<T> Words<T>(IReadOnlyDictionary<string, IReadOnlyList<string>> row, string column, Func<string, T?> read, ICollection<Fault> faults)
        where T : struct
    {
        var words = ImmutableArray.CreateBuilder<T>();
        foreach (var text in Many(row, column, ',', '，'))
        {
            if (read(text) is not { } word) faults.Add(new Fault(column, Refusal.UnknownWord, ImportFile.Shorten(text)));
            else if (!words.Contains(word)) words.Add(word);
        }

        return words.DrainToImmutable();
    }

    /// <summary>A number from 1 to 9; <c>TRL 5</c>, <c>5级</c> and a spreadsheet's <c>5.0</c> are read too.</summary>
    private static int? Trl(string? text, ICollection<Fault> faults)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var plain = text.Trim().TrimEnd('级');
        if (plain.StartsWith("TRL", StringComparison.OrdinalIgnoreCase)) plain = plain[3..].Trim();
        if (plain.EndsWith(".0", StringComparison.Ordinal)) plain = plain[..^2];
        if (int.TryParse(plain, NumberStyles.None, CultureInfo.InvariantCulture, out var trl) && trl is >= 1 and <= 9) return trl;
        faults.Add(new Fault("trl", Refusal.TrlOutOfRange, ImportFile.Shorten(text)));
        return null;
    }

    private static long? Yuan(string? text, ICollection<Fault> faults)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (TryYuan(text, out var fen)) return fen;
        faults.Add(new Fault("priceYuan", Refusal.NumberInvalid, ImportFile.Shorten(text)));
        return null;
    }

    /// <summary>What is known of a right stays; what the file does not name goes.</summary>
    private static ImmutableArray<IpItem> Patents(ImmutableArray<IpItem> known, IEnumerable<string> numbers) =>
    [
        .. numbers.Select(PatentNumber.Normalise).DistinctBy(n => n.Stem).Select(n =>
            known.FirstOrDefault(i => i.Number is { } number && PatentNumber.Normalise(number).Stem == n.Stem) ?? new IpItem(n.Kind ?? IpKind.Invention, n.Value, null, null)),
        .. known.Where(i => i.Number is null),
    ];
}
