using Marketplace.Domain.Organisations.Mandates;

namespace Marketplace.Domain.Matching;

/// <summary>Why a fee is due, or is not (技术合同解释 39–41, domain §2.9).</summary>
public enum FeeBasis
{
    /// <summary>No contract: no fee, but the costs that were agreed or necessary.</summary>
    NoSuccess,

    /// <summary>A material fact was hidden: no fee, and damages.</summary>
    FactHidden,

    /// <summary>The contract fell by the broker's fault.</summary>
    BrokersFault,

    /// <summary>By the scale that was agreed.</summary>
    Agreed,

    /// <summary>Nothing agreed: reasonable, from the client; the two agree on it.</summary>
    ToBeAgreed,

    /// <summary>A clause in the main contract alone whose amount is unclear: both sides bear it equally.</summary>
    EqualSplit,
}

/// <summary>Where the fee was agreed.</summary>
public enum FeeClause
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>In the mandate.</summary>
    Mandate,

    /// <summary>Only in the main contract between the two sides.</summary>
    MainContract,
}

/// <summary>What the records say.</summary>
/// <param name="Scale">What was agreed; null where no amount follows from it.</param>
/// <param name="Fell">The contract was concluded and fell later.</param>
/// <param name="LaterFen">What the two sides of a mandate without a scale agreed on for this sale; null while they did not.</param>
public sealed record FeeFacts(bool Concluded, long DealFen, FeeClause Clause, MandateFee? Scale, bool Fell = false, bool BrokersFault = false, bool FactHidden = false, long? LaterFen = null);

/// <summary>What follows.</summary>
/// <param name="Payer">Null when there is no fee.</param>
/// <param name="Fen">Null where no number follows from the records: none is invented.</param>
public sealed record FeeDue(FeeBasis Basis, FeePayer? Payer, long? Fen, bool CostsOnly = false, bool Damages = false)
{
    /// <summary>What the client itself owes of it, the odd fen of halves included. The other side owes nothing that it did not itself agree to (民法典 523).</summary>
    public long ClientFen => Payer switch
    {
        FeePayer.Client => Fen ?? 0,
        FeePayer.Halves => (Fen ?? 0) - (Fen ?? 0) / 2,
        FeePayer.OtherSide or null => 0,
    };
}

/// <summary>The fee law as one table, first line that fits.</summary>
public static class FeeRules
{
    public static FeeDue Of(FeeFacts facts) => facts switch
    {
        { FactHidden: true } => new FeeDue(FeeBasis.FactHidden, null, null, Damages: true),
        { Concluded: false } => new FeeDue(FeeBasis.NoSuccess, null, null, CostsOnly: true),
        { Fell: true, BrokersFault: true } => new FeeDue(FeeBasis.BrokersFault, null, null),
        // A contract that falls without the broker's fault leaves the fee where it was.
        { Clause: FeeClause.MainContract } when Amount(facts) is null => new FeeDue(FeeBasis.EqualSplit, FeePayer.Halves, null),
        _ when facts.Clause is not FeeClause.None && Amount(facts) is { } fen => new FeeDue(FeeBasis.Agreed, facts.Scale!.Payer, fen),
        { Clause: FeeClause.Mandate, LaterFen: { } later } => new FeeDue(FeeBasis.Agreed, FeePayer.Client, later),
        _ => new FeeDue(FeeBasis.ToBeAgreed, FeePayer.Client, null),
    };

    private static long? Amount(FeeFacts facts) => facts.Scale?.On(facts.DealFen);
}
