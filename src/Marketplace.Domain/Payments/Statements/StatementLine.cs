using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Statements;

/// <summary>Which way the money went, seen from the account: 贷 is in, 借 is out.</summary>
public enum Direction { Credit, Debit }

/// <summary>How exactly the bank said when it booked a line.</summary>
public enum TimeGiven { Day, Minute, Second }

/// <summary>One line of a bank statement.</summary>
/// <param name="Number">Where it stands: the line of a table, the entry of a camt.053.</param>
/// <param name="BankReference">The bank's own number of the entry (流水号).</param>
/// <param name="BookedAt">The bank's booking time (入账时间); 00:00 in Beijing when only the day is known.</param>
/// <param name="PayerName">对方户名: who paid; of a debit, who was paid.</param>
/// <param name="PayerAccount">对方账号.</param>
/// <param name="Remittance">附言 and 摘要; what the bank keeps in several fields stands in several lines.</param>
/// <param name="IsReversal">It takes back an earlier line (冲正, 退汇): money that nobody paid anew.</param>
public sealed record StatementLine(
    int Number, string BankReference, long AmountFen, Direction Direction, DateTimeOffset BookedAt, TimeGiven Given,
    string? PayerName, string? PayerAccount, string? Remittance, bool IsReversal = false)
{
    public bool DayOnly => Given == TimeGiven.Day;

    /// <summary>The moment that counts against a deadline: the last one at which the bank can have credited the money.</summary>
    /// <remarks>
    /// The bank's credit time decides. Where it said only the day, the money may have come at any moment of it, and nobody
    /// may be admitted by an hour that is not proved: the line counts from 24:00 of that day in Beijing. Who was in time
    /// proves the hour by the bank's receipt (回单). By the same reasoning a minute counts from its end.
    /// </remarks>
    public DateTimeOffset CreditedNoLaterThan => Given switch
    {
        TimeGiven.Day => Days.EndOf(Days.Of(BookedAt)),
        TimeGiven.Minute => BookedAt.AddMinutes(1),
        TimeGiven.Second => BookedAt,
    };

    public long SignedFen => Direction == Direction.Credit ? AmountFen : -AmountFen;

    /// <summary>Never a name or an account: whatever logs a line logs only where it stands.</summary>
    public override string ToString() => $"{nameof(StatementLine)} {Number}";
}

/// <summary>A whole statement of one account (对账单).</summary>
/// <param name="Format"><c>csv</c>, or the camt message with its version, as <c>camt.053.001.08</c>.</param>
/// <param name="Account">Null when the file does not say it.</param>
/// <param name="OpeningFen">Null when neither stated nor given by running balances.</param>
/// <param name="Lines">In the order of the file.</param>
/// <param name="NotBooked">Entries that are only pending or information; they are no lines.</param>
public sealed record BankStatement(
    string Format, string? Account, string Currency, DateOnly? From, DateOnly? To, long? OpeningFen, long? ClosingFen,
    ImmutableArray<StatementLine> Lines, int NotBooked = 0)
{
    public const string Yuan = "CNY";
}

/// <summary>What keeps a file from being read.</summary>
/// <param name="At">The line of a table, the entry of a camt.053; 0 when it concerns the file or a statement as a whole.</param>
/// <param name="Field">The column or element as the file names it; empty for the whole line or file.</param>
public sealed record StatementFault(int At, string Field, Refusal Why, string? Detail = null);

/// <summary>Every statement of a file as a whole, or everything that is wrong with it; never a part.</summary>
public sealed record StatementReading
{
    private StatementReading(ImmutableArray<BankStatement> statements, ImmutableArray<StatementFault> faults) => (Statements, Faults) = (statements, faults);

    /// <summary>Empty when there are faults.</summary>
    public ImmutableArray<BankStatement> Statements { get; }

    public ImmutableArray<StatementFault> Faults { get; }

    public bool Done => Faults.IsEmpty;

    internal static StatementReading Of(IEnumerable<BankStatement> statements, IEnumerable<StatementFault> faults)
    {
        ImmutableArray<StatementFault> wrong = [.. faults];
        return wrong.IsEmpty ? new StatementReading([.. statements], []) : new StatementReading([], wrong);
    }

    internal static StatementReading Refuse(Refusal why, string? detail = null, int at = 0, string field = "") =>
        new([], [new StatementFault(at, field, why, detail)]);
}
