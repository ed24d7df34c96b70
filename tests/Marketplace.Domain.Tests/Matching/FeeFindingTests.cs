using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;

namespace Marketplace.Domain.Tests.Matching;

/// <summary>When the operator may find something about a fee.</summary>
public sealed class FeeFindingTests
{
    [Theory]
    [InlineData(FeeFinding.FactHidden, false, false, null)]
    [InlineData(FeeFinding.FactHidden, true, true, null)]
    [InlineData(FeeFinding.BrokersFault, false, false, Refusal.DealStands)]
    [InlineData(FeeFinding.BrokersFault, true, true, null)]
    [InlineData(FeeFinding.ClauseInContract, false, true, Refusal.FeeInMandate)]
    [InlineData(FeeFinding.ClauseInContract, false, false, null)]
    public void A_finding_needs_the_deal_that_it_is_about(FeeFinding finding, bool fell, bool mandated, Refusal? refused)
    {
        Assert.Equal(refused, FeeFindings.Check(finding, made: true, new HashSet<FeeFinding>(), fell, mandated, "登记簿第 3 页")?.Why);
        Assert.Equal(Refusal.FindingMissing, FeeFindings.Check(finding, made: false, new HashSet<FeeFinding>(), fell, mandated, "登记簿第 3 页")?.Why);
        Assert.Equal(Refusal.FindingStands, FeeFindings.Check(finding, made: true, new HashSet<FeeFinding> { finding }, fell, mandated, "登记簿第 3 页")?.Why);
        // What was found before falls away whatever became of the deal meanwhile.
        Assert.Null(FeeFindings.Check(finding, made: false, new HashSet<FeeFinding> { finding }, fell, mandated, "登记簿第 3 页"));
    }

    [Theory]
    [InlineData(null, Refusal.ReasonRequired)]
    [InlineData(" \t", Refusal.ReasonRequired)]
    [InlineData("a\0b", Refusal.TextNotAllowed)]
    public void A_finding_says_why(string? reason, Refusal refused) =>
        Assert.Equal(new Fault("reason", refused), FeeFindings.Check(FeeFinding.FactHidden, made: true, new HashSet<FeeFinding>(), fell: false, mandated: true, reason));

    [Fact]
    public void A_reason_has_an_end() =>
        Assert.Equal(Refusal.TooLong, FeeFindings.Check(FeeFinding.FactHidden, made: true, new HashSet<FeeFinding>(), fell: false, mandated: true, new string('长', FeeFindings.MostReason + 1))?.Why);
}
