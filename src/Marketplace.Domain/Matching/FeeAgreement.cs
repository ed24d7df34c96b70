using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations.Mandates;

namespace Marketplace.Domain.Matching;

/// <summary>What one side of a mandate does about a fee that the mandate left open. Stored by name.</summary>
public enum FeeAgreementAct
{
    /// <summary>Names a sum; what was proposed before, by whichever side, is no longer on the table.</summary>
    Propose,

    /// <summary>Takes the sum of the other side: it is agreed.</summary>
    Agree,

    /// <summary>Takes its own proposal off the table.</summary>
    Withdraw,
}

/// <param name="Fen">The whole fee, from the client; zero for none.</param>
public sealed record FeeAgreementStep(FeeAgreementAct Act, MandateParty By, long Fen);

/// <summary>
/// 商定佣金: where a mandate names no scale, its two sides agree on the fee of each sale (民法典 963). What was agreed stands until
/// the two agree on something else.
/// </summary>
/// <param name="AgreedFen">Null while nothing is agreed.</param>
/// <param name="Open">The proposal on the table; null when there is none.</param>
public sealed record FeeAgreement(long? AgreedFen, FeeAgreementStep? Open)
{
    public static readonly FeeAgreement None = new(null, null);

    public static FeeAgreement Of(IEnumerable<FeeAgreementStep> steps) => steps.Aggregate(None, (state, step) => step.Act switch
    {
        FeeAgreementAct.Propose => state with { Open = step },
        FeeAgreementAct.Agree => new FeeAgreement(step.Fen, null),
        FeeAgreementAct.Withdraw => state with { Open = null },
    });

    /// <summary>Why not; null when it may.</summary>
    /// <param name="due">What the records give for this mandate now.</param>
    /// <remarks>Order of refusals: FeeInMandate, FindingStands, AmountOutOfRange, NothingProposed, ChangedMeanwhile.</remarks>
    public Fault? Check(FeeAgreementStep step, MandateFee scale, FeeDue due, long dealFen)
    {
        if (scale.Kind is not FeeKind.Unagreed) return new Fault("fen", Refusal.FeeInMandate);
        if (due.Basis is not (FeeBasis.ToBeAgreed or FeeBasis.Agreed)) return new Fault("fen", Refusal.FindingStands);
        if (step.Act is FeeAgreementAct.Propose) return step.Fen >= 0 && step.Fen <= MostOf(dealFen) ? null : new Fault("fen", Refusal.AmountOutOfRange);
        if (Open is null || (Open.By == step.By) != (step.Act is FeeAgreementAct.Withdraw)) return new Fault("fen", Refusal.NothingProposed);
        // Whoever answers has read this sum and no other.
        return Open.Fen == step.Fen ? null : new Fault("fen", Refusal.ChangedMeanwhile);
    }

    /// <summary>As for a scale: above this share of the price nobody here calls it a broker's fee.</summary>
    public static long MostOf(long dealFen) => (long)decimal.Floor((decimal)dealFen * MandateFee.MostBp / 10_000m);
}
