using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Plans;

/// <summary>What was said, and when.</summary>
public readonly record struct SaidOfRoyalties(RoyaltyFact Fact, DateTimeOffset At);

/// <summary>The papers of the last inspection; its figures are the account's.</summary>
/// <param name="ReportedAt">When the report, or its correction, came.</param>
/// <param name="Judgment">What one operator entered and nobody has confirmed yet.</param>
public sealed record InspectionCase(Guid Id, InspectionFound? Report = null, DateTimeOffset? ReportedAt = null, ReportDisputed? Dispute = null, JudgmentProposed? Judgment = null);

/// <summary>Whose turn it is in an inspection. Stored by name.</summary>
public enum InspectionTurn
{
    /// <summary>There is none under way.</summary>
    Nobody,

    /// <summary>To set the day, then to report.</summary>
    Seller,

    /// <summary>To accept the report or to say what is wrong with it.</summary>
    Buyer,

    /// <summary>The buyer said no: the two agree, or somebody judges.</summary>
    Dispute,
}

/// <summary>提成: what folding the lines of the royalties of a deal gives.</summary>
/// <param name="Ended">Why the sale no longer stands; null while it does.</param>
public sealed record RoyaltyAgreement(BeginRoyalties? Begun, RoyaltyAccount? Account, string? Ended = null, DateTimeOffset? EndedAt = null)
{
    public static readonly RoyaltyAgreement Nothing = new(null, null);

    /// <summary>Everything in its order.</summary>
    public ImmutableArray<SaidOfRoyalties> History { get; private init; } = [];

    /// <summary>The last inspection.</summary>
    public InspectionCase? Case { get; private init; }

    /// <summary>The oldest period that is not declared; null when there is none, or nothing is declared any more.</summary>
    public RoyaltyPeriod? Undeclared => Ended is not null || Account is not { } account ? null
        : account.Periods.FirstOrDefault(p => !account.Bases.ContainsKey(p.Number) && account.OpenInspection?.Covers(p.Number) != true);

    public InspectionTurn Turn => Ended is not null ? InspectionTurn.Nobody : Account?.OpenInspection?.State switch
    {
        null => InspectionTurn.Nobody,
        InspectionState.Reported => Case!.Dispute is null ? InspectionTurn.Buyer : InspectionTurn.Dispute,
        _ => InspectionTurn.Seller,
    };

    public RoyaltyAgreement Fold(FactLine line) => After((RoyaltyFact)line.Fact, line.At);

    /// <summary>The last declaration of a period that was made.</summary>
    public PeriodDeclared? Declared(int period) => History.Select(s => s.Fact).OfType<PeriodDeclared>().LastOrDefault(d => d.Period == period);

    /// <summary>What was said under a key.</summary>
    internal RoyaltyFact? Said(string key) => History.Select(s => s.Fact).FirstOrDefault(f => f.CommandKey == key);

    internal RoyaltyAgreement After(RoyaltyFact fact, DateTimeOffset at)
    {
        var next = fact switch
        {
            RoyaltiesBegun f => this with { Begun = f.Command, Account = RoyaltyAccount.Of(f.Command.Terms) },
            RoyaltiesEnded f => this with { Ended = f.Because, EndedAt = at },
            InspectionRequested f => this with { Case = new InspectionCase(f.Id) },
            InspectionFound f => this with { Case = Case! with { Report = f, ReportedAt = at, Dispute = null } },
            ReportDisputed f => this with { Case = Case! with { Dispute = f } },
            JudgmentProposed f => this with { Case = Case! with { Judgment = f } },
            _ => this,
        };
        return next with { Account = fact.Events(at).Aggregate(next.Account!, (account, happened) => account.Fold(happened)), History = History.Add(new SaidOfRoyalties(fact, at)) };
    }
}

/// <summary>What may be said of the royalties of a deal. Pure; who may say it is the caller's to check, what may be charged is <see cref="Royalties"/>'.</summary>
public static class RoyaltyRules
{
    /// <summary>Silence is no consent to a debt: after so many days without an answer a judgment may be entered, as after a dispute. A default of the market.</summary>
    public const int SilentDays = 30;

    private const int LongestFileName = 255;

    public static Decision<RoyaltyAgreement> Begin(RoyaltyAgreement agreement, BeginRoyalties command, DateTimeOffset at)
    {
        if (command.Deal.Length is 0 or > Deposits.LongestAuction || command.Book.Length == 0 || command.Seller == Guid.Empty || command.Buyer == Guid.Empty || command.Seller == command.Buyer) return Refused(Refusal.MalformedRequest);
        if (Text.Require(command.Title, BeginRoyalties.LongestTitle, "title") is { Done: false } title) return Refused(title.Refusal.Value, title.Detail);
        if (command.Terms.Check() is [var fault, ..]) return Refused(fault.Why, fault.Field);
        var fact = new RoyaltiesBegun(command);
        return agreement.Begun is { } first ? first == command ? Decision<RoyaltyAgreement>.Repeated(agreement) : Refused(fact.Reused) : Decision<RoyaltyAgreement>.Accepted(agreement.After(fact, at), fact);
    }

    public static Decision<RoyaltyAgreement> End(RoyaltyAgreement agreement, string because, DateTimeOffset at)
    {
        if (agreement.Begun is null) return Refused(Refusal.UnknownDeal);
        if (agreement.Ended is not null) return Decision<RoyaltyAgreement>.Repeated(agreement);
        var fact = new RoyaltiesEnded(because);
        return Decision<RoyaltyAgreement>.Accepted(agreement.After(fact, at), fact);
    }

    /// <summary>The buyer declares a period or corrects it.</summary>
    public static Decision<RoyaltyAgreement> Declare(RoyaltyAgreement agreement, PeriodDeclared said, DateTimeOffset at)
    {
        if (Text.Allow(said.Note, PeriodDeclared.LongestNote, "note") is { Done: false } note) return Refused(note.Refusal.Value, note.Detail);
        if (said.FileSha256 is not null && !IsFile(said.FileSha256, said.FileName)) return Refused(Refusal.MalformedRequest);
        return Say(agreement, said.Id, said, at, account => Royalties.Declare(account, said.Period, said.Base, at).Refused());
    }

    public static Decision<RoyaltyAgreement> Request(RoyaltyAgreement agreement, InspectionRequested said, DateTimeOffset at) =>
        Say(agreement, said.Id, said, at, account => Royalties.AskInspection(account, said.First, said.Last, at).Refused());

    public static Decision<RoyaltyAgreement> SetDay(RoyaltyAgreement agreement, InspectionDaySet said, DateTimeOffset at) =>
        Say(agreement, said.Id, said, at, account => Royalties.ScheduleInspection(account, said.Day, at).Refused());

    public static Decision<RoyaltyAgreement> Report(RoyaltyAgreement agreement, InspectionFound said, DateTimeOffset at)
    {
        if (!IsFile(said.FileSha256, said.FileName)) return Refused(Refusal.Required, "file");
        return Say(
            agreement, said.Id, said, at,
            // What two operators are about to decide on does not change under them.
            account => agreement.Case!.Judgment is null ? Royalties.ReportInspection(account, said.Found, at).Refused() : (Refusal.InspectionOutOfTurn, null));
    }

    /// <summary>The buyer accepts the report that it saw.</summary>
    public static Decision<RoyaltyAgreement> Accept(RoyaltyAgreement agreement, ReportAccepted said, DateTimeOffset at) =>
        Say(agreement, said.Report, said, at, account => IsOther(agreement, said.Report) ? (Refusal.ReportChanged, null) : Royalties.SettleInspection(account, at).Refused());

    public static Decision<RoyaltyAgreement> Dispute(RoyaltyAgreement agreement, ReportDisputed said, DateTimeOffset at)
    {
        if (Text.Require(said.Reason, ReportDisputed.LongestReason, "reason") is { Done: false } reason) return Refused(reason.Refusal.Value, reason.Detail);
        return Say(agreement, said.Report, said, at, account => IsOther(agreement, said.Report) ? (Refusal.ReportChanged, null) : Royalties.SettleInspection(account, at).Refused());
    }

    public static Decision<RoyaltyAgreement> GiveUp(RoyaltyAgreement agreement, InspectionGivenUp said, DateTimeOffset at) =>
        Say(agreement, said.Inspection, said, at, account => Royalties.WithdrawInspection(account, at).Refused());

    /// <summary>The buyer disputes the report, or has said nothing for thirty days.</summary>
    public static bool MayBeJudged(RoyaltyAgreement agreement, DateTimeOffset now) => agreement.Ended is null
        && agreement is { Account.OpenInspection.State: InspectionState.Reported, Case: { ReportedAt: { } reported } open } && (open.Dispute is not null || now >= Days.EndOf(Days.After(Days.Of(reported), SilentDays)));

    public static Decision<RoyaltyAgreement> ProposeJudgment(RoyaltyAgreement agreement, JudgmentProposed said, DateTimeOffset at)
    {
        if (Text.Require(said.Number, JudgmentProposed.LongestNumber, "number") is { Done: false } number) return Refused(number.Refusal.Value, number.Detail);
        if (!IsFile(said.FileSha256, said.FileName)) return Refused(Refusal.Required, "file");
        return Say(
            agreement, said.Id, said, at,
            account => account.OpenInspection?.State != InspectionState.Reported ? (Refusal.InspectionOutOfTurn, null)
                : !MayBeJudged(agreement, at) ? (Refusal.ReportNotDisputed, null)
                : Royalties.ReportInspection(account, said.Found, at).Refused());
    }

    /// <summary>Another operator than the one who entered it.</summary>
    /// <param name="judgment">The one that was shown.</param>
    public static Decision<RoyaltyAgreement> ConfirmJudgment(RoyaltyAgreement agreement, Guid inspection, Guid judgment, Guid by, DateTimeOffset at)
    {
        if (agreement.Case?.Judgment is not { } proposed || proposed.Id != judgment || proposed.Inspection != inspection) return Refused(Refusal.UnknownJudgment);
        if (proposed.By == by) return Refused(Refusal.ProposerMayNotConfirm);
        return Say(agreement, judgment, new JudgmentEntered(inspection, judgment, proposed.Found, by), at, account => Royalties.ReportInspection(account, proposed.Found, at).Refused());
    }

    private static Decision<RoyaltyAgreement> Say(RoyaltyAgreement agreement, Guid id, RoyaltyFact fact, DateTimeOffset at, Func<RoyaltyAccount, (Refusal? Why, string? Detail)> may)
    {
        if (id == Guid.Empty) return Refused(Refusal.MalformedRequest);
        if (agreement.Account is not { } account) return Refused(Refusal.UnknownDeal);
        if (agreement.Said(fact.CommandKey) is { } first) return Same(first, fact) ? Decision<RoyaltyAgreement>.Repeated(agreement) : Refused(fact.Reused);
        if (agreement.Ended is not null) return Refused(Refusal.DealIsOver);
        if (fact is InspectionFact of && of.Inspection != agreement.Case?.Id) return Refused(Refusal.UnknownInspection);
        return may(account) is (Why: { } why, Detail: var detail) ? Refused(why, detail) : Decision<RoyaltyAgreement>.Accepted(agreement.After(fact, at), fact);
    }

    /// <summary>Line for line the same; lists inside a fact compare by where they lie.</summary>
    private static bool Same(RoyaltyFact one, RoyaltyFact other) => BytesOf(one).AsSpan().SequenceEqual(BytesOf(other));

    private static byte[] BytesOf(RoyaltyFact fact) => FactLine.Write(fact, 0, FactLine.Genesis, DateTimeOffset.UnixEpoch).Bytes;

    private static bool IsOther(RoyaltyAgreement agreement, Guid report) => agreement.Case?.Report?.Id != report;

    private static bool IsFile(string? sha256, string? name) => sha256 is { Length: 64 } && sha256.All(char.IsAsciiHexDigitLower) && Text.Require(name, LongestFileName, "file").Done;

    private static (Refusal? Why, string? Detail) Refused(this Result<RoyaltyEvent> answer) => (answer.Refusal, answer.Detail);

    private static Decision<RoyaltyAgreement> Refused(Refusal refusal, string? detail = null) => Decision<RoyaltyAgreement>.Refused(refusal, detail);
}
