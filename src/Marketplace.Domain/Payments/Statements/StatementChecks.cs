using System.Text.RegularExpressions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Statements;

/// <summary>What must hold of a statement, whichever file it came in.</summary>
internal static partial class StatementChecks
{
    /// <summary>A bank's reference that can be told from every other.</summary>
    public static Result<string> Reference(string? reference) =>
        reference is null || reference.All(c => c is '0' or '-' or '*') ? Refusal.BankReferenceMissing
        : Rounded().IsMatch(reference) ? Result<string>.Refuse(Refusal.BankReferenceRounded, reference)
        : Text.Require(reference, Deposits.LongestReference, "");

    /// <summary>One entry stands in a file once; the same reference again is a fault, whether or not the rest is the same.</summary>
    public static void References(IEnumerable<StatementLine> lines, string field, List<StatementFault> faults)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (!first.TryAdd(line.BankReference, line.Number)) faults.Add(new StatementFault(line.Number, field, Refusal.BankReferenceTwice, $"{line.BankReference} = {first[line.BankReference]}"));
        }
    }

    /// <summary>Opening plus credits less debits is closing, when both are known.</summary>
    public static void Balances(long? opening, IEnumerable<StatementLine> lines, long? closing, string field, List<StatementFault> faults)
    {
        if (opening is not { } before || closing is not { } after) return;
        var difference = lines.Aggregate((Int128)before, (sum, line) => sum + line.SignedFen) - after;
        if (difference != 0) faults.Add(new StatementFault(0, field, Refusal.StatementDoesNotBalance, BankText.Yuan(difference)));
    }

    /// <summary>Checks each balance against the one before it and tells the opening and the closing one.</summary>
    /// <remarks>Banks export oldest first or newest first; the order is the one in which more balances hold, and by time when both do.</remarks>
    public static (long? Opening, long? Closing) RunningBalances(IReadOnlyList<(StatementLine Line, long? BalanceFen)> lines, string field, List<StatementFault> faults)
    {
        if (lines.All(l => l.BalanceFen is null)) return (null, null);
        var newestFirst = lines.Reverse().ToList();
        var (up, down) = (Breaks(lines), Breaks(newestFirst));
        var byTime = lines[0].Line.BookedAt <= lines[^1].Line.BookedAt;
        var oldestFirst = up.Count == down.Count ? byTime : up.Count < down.Count;
        faults.AddRange((oldestFirst ? up : down).Select(b => new StatementFault(b.Number, field, Refusal.RunningBalanceWrong, BankText.Yuan(b.Difference))));
        var ordered = oldestFirst ? lines : newestFirst;
        var first = ordered.Select((l, i) => (l.BalanceFen, i)).First(l => l.BalanceFen is not null);
        var last = ordered.Select((l, i) => (l.BalanceFen, i)).Last(l => l.BalanceFen is not null);
        return (Fit(first.BalanceFen!.Value - Sum(ordered.Take(first.i + 1))), Fit(last.BalanceFen!.Value + Sum(ordered.Skip(last.i + 1))));
    }

    private static Int128 Sum(IEnumerable<(StatementLine Line, long? BalanceFen)> lines) => lines.Aggregate((Int128)0, (sum, l) => sum + l.Line.SignedFen);

    /// <summary>A balance that a reader can hold; sums of a whole file may be none.</summary>
    private static long? Fit(Int128 fen) => fen >= long.MinValue && fen <= long.MaxValue ? (long)fen : null;

    private static List<(int Number, Int128 Difference)> Breaks(IReadOnlyList<(StatementLine Line, long? BalanceFen)> oldestFirst)
    {
        var breaks = new List<(int, Int128)>();
        Int128? expected = null;
        foreach (var (line, balance) in oldestFirst)
        {
            expected += line.SignedFen;
            if (balance is not { } stated) continue;
            if (expected is { } sum && sum != stated) breaks.Add((line.Number, stated - sum));
            expected = stated;
        }

        return breaks;
    }

    [GeneratedRegex(@"^[0-9](\.[0-9]+)?[eE]\+[0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Rounded();
}
