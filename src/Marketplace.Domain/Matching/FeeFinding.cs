using Marketplace.Domain.Common;

namespace Marketplace.Domain.Matching;

/// <summary>What the operator finds on the records about the fee of a deal (民法典 962, 技术合同解释 39–41).</summary>
public enum FeeFinding
{
    /// <summary>The broker hid a material fact, or told an untrue one, to its client's harm.</summary>
    FactHidden,

    /// <summary>The contract fell, and by the broker's fault.</summary>
    BrokersFault,

    /// <summary>The fee was agreed only in a clause of the main contract, and its amount is unclear.</summary>
    ClauseInContract,
}

/// <summary>When a finding may be made, and taken back.</summary>
public static class FeeFindings
{
    public const int MostReason = 500;

    /// <summary>Why not; null when it may.</summary>
    /// <param name="made">Made, or taken back.</param>
    /// <param name="standing">What stands for this deal.</param>
    /// <param name="fell">The contract was concluded and fell.</param>
    /// <param name="mandated">The fee was agreed in a mandate.</param>
    public static Fault? Check(FeeFinding finding, bool made, IReadOnlySet<FeeFinding> standing, bool fell, bool mandated, string? reason)
    {
        if (string.IsNullOrWhiteSpace(reason)) return new Fault("reason", Refusal.ReasonRequired);
        if (Text.Allow(reason, MostReason, "reason") is { Done: false } text) return new Fault("reason", text.Refusal.Value);
        if (standing.Contains(finding) == made) return new Fault("finding", made ? Refusal.FindingStands : Refusal.FindingMissing);
        return finding switch
        {
            _ when !made => null,
            FeeFinding.BrokersFault when !fell => new Fault("finding", Refusal.DealStands),
            FeeFinding.ClauseInContract when mandated => new Fault("finding", Refusal.FeeInMandate),
            _ => null,
        };
    }
}
