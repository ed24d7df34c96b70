using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>加价幅度 as people write it, one rung a line: from which price in yuan, which step in yuan.</summary>
public static class Ladder
{
    public const int MostRungs = 12;

    /// <summary>Reads <c>0 10000</c> lines; a single number is one step from 0 on.</summary>
    public static Result<ImmutableArray<Step>> Read(string? text)
    {
        var lines = (text ?? "").Split(['\n', ';', '；'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length is 0 or > MostRungs) return Fault();
        var steps = ImmutableArray.CreateBuilder<Step>(lines.Length);
        foreach (var line in lines)
        {
            var parts = line.Split([' ', '\t', ':', '：', '　'], StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length is 0 or > 2) return Fault();
            if (!Yuan.TryRead(parts[^1], out var step) || step <= 0) return Fault();
            var from = 0L;
            if (parts.Length == 2 && !Yuan.TryRead(parts[0], out from)) return Fault();
            if (steps.Count == 0 ? from != 0 : from <= steps[^1].FromFen) return Fault();
            steps.Add(new Step(from, step));
        }

        return steps.ToImmutable();
    }

    /// <summary>The same ladder for the form and for storing: what <see cref="Read"/> reads back.</summary>
    public static string Write(IEnumerable<Step> steps) => string.Join('\n', steps.Select(s => $"{Yuan.Write(s.FromFen)} {Yuan.Write(s.StepFen)}"));

    private static Result<ImmutableArray<Step>> Fault() => Result<ImmutableArray<Step>>.Refuse(Refusal.LadderInvalid, "steps");
}

/// <summary>Yuan as people type them: grouping commas, at most two decimals, no sign.</summary>
public static class Yuan
{
    public static bool TryRead(string? text, out long fen)
    {
        fen = 0;
        if (string.IsNullOrWhiteSpace(text) || text.Length > 30) return false;
        var plain = text.Trim().TrimStart('¥', '￥').Replace(",", "", StringComparison.Ordinal).Replace("，", "", StringComparison.Ordinal);
        if (!decimal.TryParse(plain, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var yuan)) return false;
        if (yuan > Fen.Most / 100m) return false;
        var exact = yuan * 100;
        if (exact != decimal.Truncate(exact)) return false;
        fen = (long)exact;
        return true;
    }

    /// <summary>Without grouping, for a form field.</summary>
    public static string Write(long fen) => (fen / 100m).ToString(fen % 100 == 0 ? "0" : "0.00", CultureInfo.InvariantCulture);
}
