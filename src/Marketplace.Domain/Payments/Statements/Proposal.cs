using System.Collections.Immutable;

namespace Marketplace.Domain.Payments.Statements;

/// <summary>Money that may come: into a deposit account, or for an obligation.</summary>
/// <param name="Reference">What the organisation was told to write (see <see cref="PaymentReference"/>).</param>
/// <param name="Obligation">Null for the deposit account, which takes any amount; otherwise the amount is known.</param>
public sealed record Expectation(string Reference, Guid Organisation, string OrganisationName, Guid? Obligation = null, long? AmountFen = null);

/// <summary>Why a line is not certainly the candidate's.</summary>
public enum DeskReason
{
    /// <summary>The line has more than one reference.</summary>
    SeveralReferences,

    /// <summary>One reference stands for several things that this amount may be for.</summary>
    SeveralExpectations,

    /// <summary>第三方代付: another than the organisation paid.</summary>
    PaidByAnother,

    /// <summary>Another paid into a deposit account; a deposit must come from the bidder's own account.</summary>
    DepositPaidByAnother,

    /// <summary>The bank does not say who paid.</summary>
    PayerUnnamed,

    PartPayment,
    Overpayment,

    /// <summary>The line takes back an earlier one (冲正, 退汇).</summary>
    Reversal,

    /// <summary>The reference of the line has a wrong character and would be this one's without it.</summary>
    ReferenceMistyped,

    /// <summary>The reference of the line is a good one, of nobody who is expected to pay.</summary>
    ReferenceUnknown,

    /// <summary>No reference, but this payer has one obligation of this amount.</summary>
    AmountAndPayerFit,

    /// <summary>No reference, but the payer has the name of this organisation and no other.</summary>
    PayerFits,

    /// <summary>No reference, and several organisations have the payer's name.</summary>
    NameOfSeveral,
}

/// <summary>Why nobody can be proposed.</summary>
public enum UnknownReason { NothingFits, ReferenceUnknown, ReferenceMistyped }

/// <summary>Whose the money may be, and every reason why that is not certain.</summary>
public sealed record Candidate(Expectation For, ImmutableArray<DeskReason> Reasons)
{
    public bool Equals(Candidate? other) => other is not null && For == other.For && Reasons.SequenceEqual(other.Reasons);

    public override int GetHashCode() => For.GetHashCode();
}

/// <summary>Whose money a line is, as far as the line tells. It proposes and books nothing.</summary>
public abstract record Proposal
{
    private Proposal() { }

    /// <summary>One reference, paid by the organisation itself, and the amount that is due where one is.</summary>
    public sealed record Certain(Expectation For) : Proposal;

    /// <summary>For a person to decide; the likeliest candidate first.</summary>
    public sealed record ForDesk(ImmutableArray<Candidate> Candidates) : Proposal
    {
        public bool Equals(ForDesk? other) => other is not null && Candidates.SequenceEqual(other.Candidates);

        public override int GetHashCode() => Candidates.Length;
    }

    /// <summary>暂收 until its owner is found.</summary>
    public sealed record Unknown(UnknownReason Why) : Proposal;

    /// <summary>A debit: money that went out is nobody's payment.</summary>
    public sealed record NotACredit : Proposal;
}
