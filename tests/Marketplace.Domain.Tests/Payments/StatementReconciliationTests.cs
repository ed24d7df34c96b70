using CsCheck;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payments.Statements;
using static Marketplace.Domain.Payments.Statements.DeskReason;
using static Marketplace.Domain.Tests.Payments.Bookkeeper;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>Whose money a line is, and when nobody may be sure of it.</summary>
public sealed class StatementReconciliationTests
{
    private const string NameA = "杭州启明新材料（集团）有限公司";
    private const string NameB = "宁波海曙精密机械厂";
    private static readonly string RefA = PaymentReference.From(41), RefB = PaymentReference.From(20261102), RefC = PaymentReference.From(77), Stranger = PaymentReference.From(999_999_999);
    private static readonly Expectation DepositA = new(RefA, A, NameA), DepositB = new(RefB, B, NameB);
    private static readonly Expectation PriceA = new(RefC, A, NameA, Id(1), 100_000);

    private static readonly string Mistyped = RefA[..^1] + (RefA[^1] == '2' ? '3' : '2');

    private static StatementLine Line(string? text, string? payer = NameA, long fen = 100_000, Direction direction = Direction.Credit, bool reversal = false) =>
        new(1, "BK1", fen, direction, Start, TimeGiven.Second, payer, null, text, reversal);

    private static Proposal Ask(StatementLine line, params Expectation[] expected) => new Reconciliation(expected).Propose(line);

    private static void Desk(Proposal proposal, params (Expectation For, DeskReason[] Reasons)[] candidates)
    {
        var desk = Assert.IsType<Proposal.ForDesk>(proposal);
        Assert.Equal(candidates.Select(c => c.For), desk.Candidates.Select(c => c.For));
        Assert.All(candidates.Zip(desk.Candidates), pair => Assert.Equal(pair.First.Reasons, pair.Second.Reasons));
    }

    [Fact]
    public void Its_own_reference_paid_by_itself_is_certain()
    {
        Assert.Equal(new Proposal.Certain(DepositA), Ask(Line(RefA), DepositA, DepositB));
        Assert.Equal(new Proposal.Certain(PriceA), Ask(Line($"转让款{RefC}合同2026-1"), DepositA, PriceA, DepositB));
        Assert.Equal(new Proposal.Certain(DepositA), Ask(Line(RefA, "杭州启明新材料(集团) 有限公司\u200B"), DepositA));
        Assert.Equal(new Proposal.Certain(DepositA), Ask(Line($"摘要 {RefA[..9]}\n附言 {RefA}"), DepositA));
        Assert.Equal(new Proposal.Certain(DepositA), Ask(Line(RefA[4..]), DepositA));
        Assert.Equal(new Proposal.Certain(DepositA), Ask(Line($"标的ZJP-2026-000123 {RefA}"), DepositA, DepositB));
    }

    [Fact]
    public void Eight_characters_of_another_number_are_no_second_reference()
    {
        Assert.Equal(new Proposal.Certain(DepositA), Ask(Line($"{RefA}\n{Stranger[4..]}"), DepositA));
        Desk(Ask(Line($"{RefA}\n{RefB[4..]}"), DepositA, DepositB), (DepositA, [SeveralReferences]), (DepositB, [SeveralReferences, DepositPaidByAnother]));
        Assert.Equal(new Proposal.Unknown(UnknownReason.NothingFits), Ask(Line(Stranger[4..], "某公司"), DepositA));
        Assert.Equal(new Proposal.Unknown(UnknownReason.NothingFits), Ask(Line(RefA[4..] + "2026", "某公司"), DepositA));
    }

    [Fact]
    public void Another_payer_is_for_the_desk()
    {
        Desk(Ask(Line(RefA, NameB), DepositA, DepositB), (DepositA, [DepositPaidByAnother]));
        Desk(Ask(Line(RefC, NameB), PriceA), (PriceA, [PaidByAnother]));
        Desk(Ask(Line(RefA, null), DepositA), (DepositA, [PayerUnnamed]));
        Desk(Ask(Line(RefA, NameA[..^2]), DepositA), (DepositA, [DepositPaidByAnother]));
    }

    [Fact]
    public void Another_amount_is_for_the_desk()
    {
        Desk(Ask(Line(RefC, fen: 99_999), PriceA), (PriceA, [PartPayment]));
        Desk(Ask(Line(RefC, fen: 100_001), PriceA), (PriceA, [Overpayment]));
        Desk(Ask(Line(RefC, NameB, 1), PriceA), (PriceA, [PaidByAnother, PartPayment]));
    }

    [Fact]
    public void Two_references_are_for_the_desk_and_the_payer_s_own_comes_first()
    {
        Desk(Ask(Line($"{RefA} {RefB}", NameB), DepositA, DepositB), (DepositB, [SeveralReferences]), (DepositA, [SeveralReferences, DepositPaidByAnother]));
        Desk(Ask(Line($"{RefA} {Stranger}"), DepositA), (DepositA, [SeveralReferences]));
    }

    [Fact]
    public void One_reference_of_several_things_is_certain_only_by_an_amount_that_leaves_no_choice()
    {
        Expectation price = new(RefA, A, NameA, Id(1), 100_000), fee = new(RefA, A, NameA, Id(2), 5_000);
        Assert.Equal(new Proposal.Certain(price), Ask(Line(RefA), fee, price));
        Desk(Ask(Line(RefA), price, fee, DepositA), (price, [SeveralExpectations]), (DepositA, [SeveralExpectations]), (fee, [SeveralExpectations, Overpayment]));
        Desk(Ask(Line(RefA), price, price with { Obligation = Id(3) }), (price, [SeveralExpectations]), (price with { Obligation = Id(3) }, [SeveralExpectations]));
        Desk(Ask(Line(RefA, fen: 7), fee, DepositA), (DepositA, [SeveralExpectations]), (fee, [SeveralExpectations, PartPayment]));
    }

    [Fact]
    public void A_mistyped_reference_is_never_certain_and_the_near_one_is_shown()
    {
        Desk(Ask(Line(Mistyped), DepositA, DepositB), (DepositA, [ReferenceMistyped]));
        Desk(Ask(Line(Mistyped, NameB), DepositA, DepositB), (DepositA, [ReferenceMistyped, DepositPaidByAnother]), (DepositB, [PayerFits]));
        Desk(Ask(Line($"{Mistyped} {RefB}", NameB), DepositA, DepositB), (DepositB, [SeveralReferences]), (DepositA, [ReferenceMistyped, SeveralReferences, DepositPaidByAnother]));
        Assert.Equal(new Proposal.Unknown(UnknownReason.ReferenceMistyped), Ask(Line(Mistyped, "某公司"), DepositB));
    }

    [Fact]
    public void Without_a_reference_the_payer_s_name_is_for_the_desk()
    {
        Desk(Ask(Line("保证金"), DepositA, DepositB), (DepositA, [PayerFits]));
        Desk(Ask(Line(null), DepositA, PriceA), (PriceA, [AmountAndPayerFit]), (DepositA, [PayerFits]));
        Desk(Ask(Line(Stranger), DepositA), (DepositA, [ReferenceUnknown, PayerFits]));
        var namesake = new Expectation(RefB, B, NameA);
        Desk(Ask(Line(null), namesake, DepositA), (DepositA, [NameOfSeveral]), (namesake, [NameOfSeveral]));
        Assert.Equal(new Proposal.Unknown(UnknownReason.NothingFits), Ask(Line("保证金", "某公司"), DepositA, DepositB));
        Assert.Equal(new Proposal.Unknown(UnknownReason.NothingFits), Ask(Line(null, null), new Expectation(RefA, A, " ")));
        Assert.Equal(new Proposal.Unknown(UnknownReason.ReferenceUnknown), Ask(Line(Stranger, "某公司"), DepositA));
    }

    [Fact]
    public void A_debit_is_nobody_s_payment_and_a_reversal_is_for_the_desk()
    {
        Assert.Equal(new Proposal.NotACredit(), Ask(Line(RefA, direction: Direction.Debit), DepositA));
        Desk(Ask(Line(RefA, reversal: true), DepositA), (DepositA, [Reversal]));
    }

    [Fact]
    public void What_was_never_issued_cannot_be_expected()
    {
        Assert.Throws<ArgumentException>(() => new Reconciliation([DepositA with { Reference = Mistyped }]));
        Assert.Throws<ArgumentException>(() => new Reconciliation([DepositA with { AmountFen = 5 }]));
        Assert.Throws<ArgumentException>(() => new Reconciliation([PriceA with { AmountFen = 0 }]));
    }

    [Fact]
    public void A_reference_is_found_however_it_is_written() =>
        Gen.Select(Gen.ULong, StatementFiles.Any("", " ", "-", "\n", "\u3000", "－", "—", "一", "\u200B", " - ", "\r\n", "_", "."), Gen.Int[0, 2], StatementFiles.Any("", "保证金", "付款：", "（", "标的3号，"), StatementFiles.Any("", "请查收", "）", "谢谢2026"), Gen.Bool)
            .Sample((random, gap, style, before, after, lower) =>
            {
                var reference = PaymentReference.From(random);
                var plain = reference.Replace("-", "", StringComparison.Ordinal);
                var written = style switch
                {
                    0 => string.Join(gap, plain.ToCharArray()),
                    1 => string.Concat(plain.Select(c => (char)(c + 0xFEE0))).Insert(5, gap),
                    _ => reference.Replace("-", gap, StringComparison.Ordinal),
                };
                var text = before + (lower ? written.ToLowerInvariant() : written) + after;
                Assert.Equal(new Proposal.Certain(new Expectation(reference, A, NameA)), Ask(Line(text), new Expectation(reference, A, NameA), DepositB));
            });

    [Fact]
    public void A_reference_with_one_wrong_character_is_never_certain() =>
        Gen.Select(Gen.ULong, Gen.Int[4, 12], Gen.Char["0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"], StatementFiles.Any("", "保证金", "AB")).Sample((random, place, other, around) =>
        {
            var reference = PaymentReference.From(random);
            if (reference[place] == '-' || reference[place] == other) return;
            var wrong = reference.Remove(place, 1).Insert(place, other.ToString());
            // A code with the prefix inside reads as a first text that the bank cut off; that it is certain for nobody, other tests show.
            if (wrong.Replace("-", "", StringComparison.Ordinal)[1..].Contains(PaymentReference.Prefix, StringComparison.Ordinal)) return;
            // Every reference that is one character away from what was typed is expected as well: none may be taken for it.
            var expected = (from at in Enumerable.Range(4, 9)
                            from c in "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
                            let near = PaymentReference.Read(wrong.Remove(at, 1).Insert(at, c.ToString()))
                            where near is not null
                            select new Expectation(near, A, NameA)).Distinct().ToArray();
            Assert.Contains(reference, expected.Select(e => e.Reference));
            var desk = Assert.IsType<Proposal.ForDesk>(Ask(Line(around + wrong + around), expected));
            Assert.All(desk.Candidates, c => Assert.Contains(ReferenceMistyped, c.Reasons));
        }, iter: 300);

    [Fact]
    public void The_proposal_does_not_depend_on_the_order_of_what_is_expected()
    {
        var references = Enumerable.Range(0, 6).Select(i => PaymentReference.From((ulong)i * 7919)).ToArray();
        var expectations = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 2], Gen.Int[0, 3], (reference, owner, obligation) =>
            new Expectation(references[reference], Id(owner), owner == 2 ? NameB : NameA, obligation == 0 ? null : Id(obligation), obligation == 0 ? null : obligation * 1000)).Array[0, 12];
        Gen.Select(expectations, Gen.Int[0, 5].Array[0, 2], Gen.Bool, Gen.Long[1, 3], Gen.Int[0, 1000]).Sample((expected, written, ofA, thousands, seed) =>
        {
            var line = Line(string.Join(' ', written.Select(i => references[i])), ofA ? NameA : NameB, thousands * 1000);
            var shuffled = expected.OrderBy(e => HashCode.Combine(e, seed)).ToArray();
            Assert.Equal(new Reconciliation(expected).Propose(line), new Reconciliation(shuffled).Propose(line));
            Assert.Equal(new Reconciliation(expected).Propose(line), new Reconciliation([.. expected, .. expected]).Propose(line));
        });
    }

    [Fact]
    public void Five_thousand_lines_meet_twenty_thousand_expectations()
    {
        var expected = Enumerable.Range(0, 20_000).Select(i => new Expectation(PaymentReference.From((ulong)i * 104_729), Id(i), $"浙江第{i}号（集团）有限公司")).ToArray();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var reconciliation = new Reconciliation(expected);
        var built = watch.ElapsedMilliseconds;
        var proposals = Enumerable.Range(0, 5_000).Select(i => reconciliation.Propose(Line(
            $"摘要 转账\n保证金{(i % 4 == 3 ? expected[i].Reference[..^1] + "0" : expected[i].Reference)}请查收", expected[i % 4 == 2 ? i + 1 : i].OrganisationName))).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine($"built {built} ms, all {watch.ElapsedMilliseconds} ms");
        Assert.Equal(2_500, proposals.Count(p => p is Proposal.Certain));
        Assert.Equal(2_500, proposals.Count(p => p is Proposal.ForDesk));
        // An index answers in a fraction of this on any machine; comparing each with each would take minutes.
        Assert.InRange(watch.ElapsedMilliseconds, 0, 20_000);
    }
}
