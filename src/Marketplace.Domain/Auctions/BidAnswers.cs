namespace Marketplace.Domain.Auctions;

/// <summary>What a bidId was answered with; the same answer is given for ever.</summary>
/// <param name="AmountFen">The amount or maximum that came with it; null when the reader does not know a maximum.</param>
public sealed record BidAnswer(long Version, DateTimeOffset ReceivedAt, long PriceFen, bool Leading, bool IsProxy, long? AmountFen);

/// <summary>
/// The answers by paddle and bidId. Immutable to whoever holds it: the states of one history share a table that only
/// grows, and each sees the answers up to its own last line.
/// </summary>
/// <remarks>An immutable tree was copied along seventeen levels for each bid at 100,000 bids: most of the cost of folding.</remarks>
public sealed class BidAnswers
{
    public static readonly BidAnswers None = new(new Table([]), 0);

    private readonly Table _table;
    private readonly long _version;

    private BidAnswers(Table table, long version) => (_table, _version) = (table, version);

    public BidAnswer? Find(int paddle, string bidId)
    {
        lock (_table) return _table.Answers.TryGetValue((paddle, bidId), out var answer) && answer.Version <= _version ? answer : null;
    }

    /// <summary>What was offered by whom and in which line, open or hidden, in no order; without a maximum that the reader does not know.</summary>
    public IReadOnlyList<(int Paddle, long AmountFen, long Version)> Offers()
    {
        lock (_table) return [.. _table.Answers.Where(a => a.Value.Version <= _version && a.Value.AmountFen is not null).Select(a => (a.Key.Paddle, a.Value.AmountFen!.Value, a.Value.Version))];
    }

    /// <param name="answer">Of a later line than all that are here.</param>
    public BidAnswers Add(int paddle, string bidId, BidAnswer answer)
    {
        lock (_table)
        {
            // Another history went on from here already; this one takes what was common to both. The empty one is everybody's.
            var table = _table.Newest == _version && _version > 0 ? _table : new Table(_table.Answers.Where(a => a.Value.Version <= _version));
            table.Answers.Add((paddle, bidId), answer);
            table.Newest = answer.Version;
            return new BidAnswers(table, answer.Version);
        }
    }

    private sealed class Table(IEnumerable<KeyValuePair<(int Paddle, string BidId), BidAnswer>> answers)
    {
        public Dictionary<(int Paddle, string BidId), BidAnswer> Answers { get; } = new(answers);

        /// <summary>The line of the last answer, and so whose turn it is to add.</summary>
        public long Newest { get; set; }
    }
}
