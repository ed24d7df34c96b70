using System.Collections.Immutable;
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
            if (!Fen.TryRead(parts[^1], out var step) || step <= 0) return Fault();
            var from = 0L;
            if (parts.Length == 2 && !Fen.TryRead(parts[0], out from)) return Fault();
            if (steps.Count == 0 ? from != 0 : from <= steps[^1].FromFen) return Fault();
            steps.Add(new Step(from, step));
        }

        return steps.ToImmutable();
    }

    /// <summary>The same ladder for the form and for storing: what <see cref="Read"/> reads back.</summary>
    public static string Write(IEnumerable<Step> steps) => string.Join('\n', steps.Select(s => $"{Fen.Plain(s.FromFen)} {Fen.Plain(s.StepFen)}"));

    private static Result<ImmutableArray<Step>> Fault() => Result<ImmutableArray<Step>>.Refuse(Refusal.LadderInvalid, "steps");
}
