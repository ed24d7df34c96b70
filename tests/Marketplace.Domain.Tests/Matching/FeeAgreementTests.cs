using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations.Mandates;

namespace Marketplace.Domain.Tests.Matching;

/// <summary>商定佣金: one names a sum, the other takes it; P, A and W with the side and the fen.</summary>
public sealed class FeeAgreementTests
{
    private const long Deal = 100_000;
    private static readonly FeeDue Open = new(FeeBasis.ToBeAgreed, FeePayer.Client, null);

    [Theory]
    [InlineData("", null, null)]
    [InlineData("P agency 500", null, "agency 500")]
    [InlineData("P agency 500, A client 500", 500L, null)]
    [InlineData("P agency 500, P client 300", null, "client 300")]
    [InlineData("P agency 500, P client 300, A agency 300", 300L, null)]
    [InlineData("P agency 500, W agency 500", null, null)]
    [InlineData("P agency 500, A client 500, P client 200", 500L, "client 200")]
    [InlineData("P agency 500, A client 500, P client 200, A agency 200", 200L, null)]
    [InlineData("P agency 0, A client 0", 0L, null)]
    public void The_last_sum_that_both_took_stands(string said, long? agreed, string? open)
    {
        var steps = Steps(said);
        for (var at = 0; at < steps.Count; at++) Assert.Null(FeeAgreement.Of(steps.Take(at)).Check(steps[at], MandateFee.Unagreed, Open, Deal));
        var state = FeeAgreement.Of(steps);
        Assert.Equal((agreed, open), (state.AgreedFen, state.Open is { } left ? $"{left.By.ToString().ToLowerInvariant()} {left.Fen}" : null));
    }

    [Theory]
    [InlineData("", "P agency -1", Refusal.AmountOutOfRange)]
    [InlineData("", "P agency 30001", Refusal.AmountOutOfRange)]
    [InlineData("", "A client 500", Refusal.NothingProposed)]
    [InlineData("P agency 500", "A agency 500", Refusal.NothingProposed)]
    [InlineData("P agency 500", "W client 500", Refusal.NothingProposed)]
    [InlineData("P agency 500", "A client 400", Refusal.ChangedMeanwhile)]
    [InlineData("P agency 500, A client 500", "A client 500", Refusal.NothingProposed)]
    public void What_nobody_proposed_or_read_is_not_agreed(string said, string then, Refusal refusal) =>
        Assert.Equal(refusal, FeeAgreement.Of(Steps(said)).Check(Steps(then).Single(), MandateFee.Unagreed, Open, Deal)?.Why);

    [Fact]
    public void A_scale_or_a_finding_leaves_nothing_to_agree_on()
    {
        var step = Steps("P agency 500").Single();
        Assert.Equal(Refusal.FeeInMandate, FeeAgreement.None.Check(step, new MandateFee(FeeKind.Share, ShareBp: 100), Open, Deal)?.Why);
        Assert.Equal(Refusal.FindingStands, FeeAgreement.None.Check(step, MandateFee.Unagreed, new FeeDue(FeeBasis.FactHidden, null, null), Deal)?.Why);
    }

    [Fact]
    public void What_was_agreed_later_is_due_unless_a_finding_ends_it()
    {
        var facts = new FeeFacts(Concluded: true, Deal, FeeClause.Mandate, MandateFee.Unagreed, LaterFen: 500);
        Assert.Equal(new FeeDue(FeeBasis.Agreed, FeePayer.Client, 500), FeeRules.Of(facts));
        Assert.Equal(500, FeeRules.Of(facts with { Fell = true }).ClientFen);
        Assert.Equal(0, FeeRules.Of(facts with { FactHidden = true }).ClientFen);
        Assert.Equal(0, FeeRules.Of(facts with { Fell = true, BrokersFault = true }).ClientFen);
        // A scale that was signed is the scale.
        Assert.Equal(1_000, FeeRules.Of(facts with { Scale = new MandateFee(FeeKind.Share, ShareBp: 100) }).Fen);
    }

    private static List<FeeAgreementStep> Steps(string said) =>
        [.. said.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split(' ')).Select(s => new FeeAgreementStep(
            s[0] == "P" ? FeeAgreementAct.Propose : s[0] == "A" ? FeeAgreementAct.Agree : FeeAgreementAct.Withdraw, s[1] == "agency" ? MandateParty.Agency : MandateParty.Client, long.Parse(s[2], System.Globalization.CultureInfo.InvariantCulture)))];
}
