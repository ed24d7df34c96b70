namespace Marketplace.Domain.Payments;

/// <summary>What is owed. Stored by the names of <see cref="ObligationNames"/>.</summary>
public enum ObligationKind
{
    /// <summary>成交价款, or a part of it.</summary>
    Price,

    /// <summary>交易服务费 of the market.</summary>
    PlatformFee,

    /// <summary>技术经纪佣金.</summary>
    BrokerFee,

    /// <summary>提成.</summary>
    Royalty,

    /// <summary>补交差额: what a defaulter owes beyond its deposit (网络司法拍卖规定 24).</summary>
    Shortfall,

    /// <summary>The sum of the deposit that a seller owes who refused (domain §8a.2).</summary>
    SellerRefusal,

    /// <summary>返还: what was released of a price whose sale no longer stands.</summary>
    Restitution,

    /// <summary>拒付: what a payer's bank took back after it had gone on to others; owed to the market.</summary>
    Chargeback,

    /// <summary>保函索赔: the deposit of a defaulter that rested on a letter; its issuer pays it on demand.</summary>
    GuaranteeCall,
}

/// <summary>When what was paid goes on to whom it is owed. Stored by the names of <see cref="ObligationNames"/>.</summary>
public enum ReleaseRule
{
    /// <summary>It is not kept: whom it is owed has it with the payment. No price is paid like this.</summary>
    AtOnce,

    /// <summary>专利权变更登记: a transfer takes effect with it (专利法 10).</summary>
    Registration,

    /// <summary>Both have signed that it was delivered and accepted.</summary>
    Acceptance,

    /// <summary>The milestone of this part is reached.</summary>
    Milestone,

    /// <summary>Owed by whom a price is released to, and taken out of it in proportion; nobody pays it apart.</summary>
    OutOfPrice,
}

/// <summary>Whom it is owed says that the ground of the release has come.</summary>
/// <param name="EvidenceSha256">The file that shows it.</param>
/// <param name="ObjectUntil">Without an objection until then it is released by itself.</param>
/// <param name="Objection">What whoever paid says against it; null while it says nothing.</param>
/// <param name="Ruling">What one operator proposes after an objection; a second one makes it so.</param>
/// <param name="EvidenceName">Under which name the file came; null in claims before names were kept.</param>
public sealed record ReleaseClaim(
    Guid Id, DateTimeOffset ClaimedAt, string EvidenceSha256, DateTimeOffset ObjectUntil, string? Objection = null, DateTimeOffset? ObjectedAt = null, ReleaseRuling? Ruling = null,
    string? EvidenceName = null);

/// <summary>How money in dispute is to be divided: this much is released, the rest of what is kept goes back.</summary>
/// <param name="By">Who proposes it, and may not confirm it.</param>
public sealed record ReleaseRuling(Guid Id, long ReleaseFen, string Reason, Guid By);

/// <summary>What an obligation is before anything is paid.</summary>
/// <param name="Creditor">Null for the market itself.</param>
/// <param name="Due">The last day, to 24:00 in Beijing.</param>
/// <param name="Milestone">What has to be reached; null unless <see cref="ReleaseRule.Milestone"/>.</param>
public sealed record Owed(Guid Id, ObligationKind Kind, Guid Debtor, Guid? Creditor, long AmountFen, DateOnly Due, ReleaseRule Release, string? Milestone = null);

/// <summary>应付款: who owes whom how much for what, and what became of the money that was paid for it.</summary>
/// <param name="About">The deal, or the auction, it comes from.</param>
/// <param name="PaidFen">Together, by payments and by the deposit.</param>
/// <param name="ReleasedFen">Of that, what went on to whom it is owed.</param>
/// <param name="RefundedFen">Of that, what went back to who paid.</param>
/// <param name="Cancelled">Why nothing more is owed; null while it is.</param>
/// <param name="LatestAt">When the latest payment came: the bank's credit time where that is known, whenever it was matched (domain §8a.9).</param>
/// <param name="DepositFen">Of what was paid, what the deposit paid.</param>
public sealed record Obligation(
    Owed Terms, string About, DateTimeOffset RaisedAt, long PaidFen = 0, long ReleasedFen = 0, long RefundedFen = 0, ReleaseClaim? Claim = null,
    string? Cancelled = null, DateTimeOffset? LatestAt = null, long DepositFen = 0)
{
    public Guid Id => Terms.Id;

    public long OutstandingFen => Cancelled is null ? Terms.AmountFen - PaidFen : 0;

    /// <summary>在途托管: paid and neither released nor refunded.</summary>
    public long KeptFen => PaidFen - ReleasedFen - RefundedFen;

    public bool IsPaid => PaidFen == Terms.AmountFen;

    /// <summary>When the last fen of it was paid.</summary>
    public DateTimeOffset? PaidAt => IsPaid ? LatestAt : null;

    /// <summary>Nothing is owed and nothing is kept: it ended one way or another.</summary>
    public bool IsOver => OutstandingFen == 0 && KeptFen == 0;

    /// <summary>Somebody objected and nobody has decided yet.</summary>
    public bool IsDisputed => Claim is { Objection: not null } && KeptFen > 0;

    /// <summary>It names two organisations.</summary>
    public override string ToString() => nameof(Obligation);
}

/// <summary>How a payout stands. Stored by name.</summary>
public enum PayoutState
{
    Instructed,
    Made,
    Failed,

    /// <summary>退汇: it was out, and came back.</summary>
    Returned,
}

/// <summary>出款: money that leaves the custodian for an organisation's own bank account, or goes back to the card it came from.</summary>
/// <param name="Organisation">Whose account it is taken from; null for the fees of the market.</param>
/// <param name="Account">The bank account it goes to, as it was checked; of a refund to a card the id of the payment.</param>
/// <param name="BankReference">The bank's number of the entry, once the money is out; of a card the provider's.</param>
/// <param name="ReturnReference">退汇: the bank's number of the entry it came back with.</param>
public sealed record Payout(
    Guid Id, Guid? Organisation, long AmountFen, Guid Account, DateTimeOffset InstructedAt, PayoutState State = PayoutState.Instructed,
    string? BankReference = null, string? Failure = null, DateTimeOffset? EndedAt = null, string? ReturnReference = null);

/// <summary>Money that came onto a deposit account, or left it, otherwise than by a credit of the bank or a hold.</summary>
/// <param name="AmountFen">Negative when it left.</param>
/// <param name="ChargedBy">Of money that somebody else paid: no card was charged for it later. Null for what left, and for what came back.</param>
public readonly record struct AccountMove(long AmountFen, DateTimeOffset At, DateTimeOffset? ChargedBy = null);

/// <summary>The stored names.</summary>
public static class ObligationNames
{
    public static string Of(ObligationKind kind) => kind switch
    {
        ObligationKind.Price => "price",
        ObligationKind.PlatformFee => "platform-fee",
        ObligationKind.BrokerFee => "broker-fee",
        ObligationKind.Royalty => "royalty",
        ObligationKind.Shortfall => "shortfall",
        ObligationKind.SellerRefusal => "seller-refusal",
        ObligationKind.Restitution => "restitution",
        ObligationKind.Chargeback => "chargeback",
        ObligationKind.GuaranteeCall => "guarantee-call",
    };

    public static string Of(ReleaseRule rule) => rule switch
    {
        ReleaseRule.AtOnce => "at-once",
        ReleaseRule.Registration => "registration",
        ReleaseRule.Acceptance => "acceptance",
        ReleaseRule.Milestone => "milestone",
        ReleaseRule.OutOfPrice => "out-of-price",
    };

    /// <exception cref="FormatException">No kind has this name.</exception>
    public static ObligationKind ReadKind(string name) => Enum.GetValues<ObligationKind>().Where(k => Of(k) == name).Select(k => (ObligationKind?)k).SingleOrDefault() ?? throw new FormatException(name);

    /// <exception cref="FormatException">No rule has this name.</exception>
    public static ReleaseRule ReadRule(string name) => Enum.GetValues<ReleaseRule>().Where(r => Of(r) == name).Select(r => (ReleaseRule?)r).SingleOrDefault() ?? throw new FormatException(name);
}
