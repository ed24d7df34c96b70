using System.Collections.Frozen;
using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Statements;

/// <summary>
/// 对账: proposes whose money a line of a statement is. Built once from everything that is expected, then asked line by line;
/// the same answer for any order of the expectations. Certain is only what leaves nothing to judge.
/// </summary>
public sealed class Reconciliation
{
    private const string Characters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

    private readonly FrozenDictionary<string, ImmutableArray<Expectation>> _byReference;
    private readonly FrozenDictionary<string, ImmutableArray<Expectation>> _byName;
    private readonly Dictionary<Expectation, string> _names = [];

    /// <exception cref="ArgumentException">A reference that was never issued, or an obligation without an amount: a bug of the caller.</exception>
    public Reconciliation(IReadOnlyCollection<Expectation> expected)
    {
        foreach (var expectation in expected)
        {
            if (PaymentReference.Read(expectation.Reference) != expectation.Reference) throw new ArgumentException("No payment reference", nameof(expected));
            if (expectation.Obligation is null != expectation.AmountFen is null || expectation.AmountFen is { } fen && !Fen.IsAmount(fen)) throw new ArgumentException("An obligation has an amount, a deposit account has none", nameof(expected));
            _names[expectation] = BankText.NameKey(expectation.OrganisationName);
        }

        _byReference = Index(e => e.Reference);
        _byName = Index(e => _names[e]);
    }

    /// <summary>How a candidate came up; earlier ones are likelier.</summary>
    private enum By { Reference, Mistyped, Name }

    /// <summary>The payment references, with their prefix, that a text of the bank has in it.</summary>
    public static IReadOnlySet<string> ReferencesIn(string? remittance) => FoundReferences.In(remittance).Read;

    public Proposal Propose(StatementLine line)
    {
        if (line.Direction == Direction.Debit) return new Proposal.NotACredit();
        var found = FoundReferences.In(line.Remittance);
        var known = found.Read.Union(found.Bare).Where(_byReference.ContainsKey).ToList();
        var strange = found.Read.Any(r => !_byReference.ContainsKey(r));
        var near = found.Wrong.SelectMany(Near).Except(known).ToList();
        var payer = BankText.NameKey(line.PayerName);
        if (known is [var only] && !strange && near.Count == 0 && !line.IsReversal && Fitting(_byReference[only], line) is { } fitting && _names[fitting] == payer)
        {
            return new Proposal.Certain(fitting);
        }

        var several = known.Count > 1 || (known.Count == 1 && (strange || near.Count > 0));
        var candidates = new Dictionary<Expectation, (By By, List<DeskReason> Reasons)>();
        foreach (var expectation in known.SelectMany(r => _byReference[r])) Add(By.Reference, expectation, several ? [DeskReason.SeveralReferences] : []);
        foreach (var expectation in near.SelectMany(r => _byReference[r])) Add(By.Mistyped, expectation, several ? [DeskReason.ReferenceMistyped, DeskReason.SeveralReferences] : [DeskReason.ReferenceMistyped]);
        if (known.Count == 0 && payer.Length > 0 && _byName.TryGetValue(payer, out var namesakes))
        {
            foreach (var expectation in namesakes) Add(By.Name, expectation, [.. ByName(expectation, namesakes, line, strange)]);
        }

        if (candidates.Count == 0) return new Proposal.Unknown(strange ? UnknownReason.ReferenceUnknown : found.Wrong.Count > 0 ? UnknownReason.ReferenceMistyped : UnknownReason.NothingFits);
        return new Proposal.ForDesk([.. candidates
            .OrderBy(c => c.Value.By)
            .ThenBy(c => _names[c.Key] == payer ? 0 : 1)
            .ThenBy(c => c.Key.AmountFen is not { } due ? 1 : due == line.AmountFen ? 0 : 2)
            .ThenBy(c => c.Key, Order)
            .Select(c => new Candidate(c.Key, [.. c.Value.Reasons]))]);

        void Add(By by, Expectation expectation, List<DeskReason> reasons)
        {
            if (!candidates.TryAdd(expectation, (by, reasons))) return;
            if (by == By.Reference && _byReference[expectation.Reference].Length > 1) reasons.Add(DeskReason.SeveralExpectations);
            if (payer.Length == 0) reasons.Add(DeskReason.PayerUnnamed);
            else if (_names[expectation] != payer) reasons.Add(expectation.Obligation is null ? DeskReason.DepositPaidByAnother : DeskReason.PaidByAnother);
            if (line.AmountFen < expectation.AmountFen) reasons.Add(DeskReason.PartPayment);
            if (line.AmountFen > expectation.AmountFen) reasons.Add(DeskReason.Overpayment);
            if (line.IsReversal) reasons.Add(DeskReason.Reversal);
        }
    }

    /// <summary>What the line is for among what one reference stands for; null when the amount leaves a choice or fits nothing.</summary>
    private static Expectation? Fitting(ImmutableArray<Expectation> behind, StatementLine line) =>
        behind.Where(e => e.AmountFen is null || e.AmountFen == line.AmountFen).Take(2).ToList() is [var one]
        // A deposit account takes every amount, so beside an obligation it is never told by the amount alone.
        && (one.Obligation is not null || behind.Length == 1) ? one : null;

    private static IEnumerable<DeskReason> ByName(Expectation expectation, ImmutableArray<Expectation> namesakes, StatementLine line, bool strange)
    {
        if (strange) yield return DeskReason.ReferenceUnknown;
        if (namesakes.Any(e => e.Organisation != namesakes[0].Organisation)) yield return DeskReason.NameOfSeveral;
        else yield return expectation.AmountFen == line.AmountFen && namesakes.Count(e => e.AmountFen == line.AmountFen) == 1 ? DeskReason.AmountAndPayerFit : DeskReason.PayerFits;
    }

    /// <summary>The expected references from which the code differs by one wrong character or by two that changed places.</summary>
    private IEnumerable<string> Near(string code)
    {
        var near = new SortedSet<string>(StringComparer.Ordinal);
        var typed = code.ToCharArray();
        for (var i = 0; i < code.Length; i++)
        {
            foreach (var c in Characters)
            {
                typed[i] = c;
                Try();
            }

            typed[i] = code[i];
            if (i + 1 == code.Length) break;
            (typed[i], typed[i + 1]) = (code[i + 1], code[i]);
            Try();
            (typed[i], typed[i + 1]) = (code[i], code[i + 1]);
        }

        return near;

        void Try()
        {
            var reference = $"{PaymentReference.Prefix}-{typed.AsSpan(0, 4)}-{typed.AsSpan(4)}";
            if (_byReference.ContainsKey(reference)) near.Add(reference);
        }
    }

    private FrozenDictionary<string, ImmutableArray<Expectation>> Index(Func<Expectation, string> key) =>
        _names.Keys.GroupBy(key, StringComparer.Ordinal).ToFrozenDictionary(g => g.Key, g => g.Order(Order).ToImmutableArray(), StringComparer.Ordinal);

    private static readonly Comparer<Expectation> Order = Comparer<Expectation>.Create((a, b) =>
    {
        var order = a.Organisation.CompareTo(b.Organisation);
        if (order == 0) order = Nullable.Compare(a.Obligation, b.Obligation);
        if (order == 0) order = string.CompareOrdinal(a.Reference, b.Reference);
        if (order == 0) order = Nullable.Compare(a.AmountFen, b.AmountFen);
        return order != 0 ? order : string.CompareOrdinal(a.OrganisationName, b.OrganisationName);
    });
}
