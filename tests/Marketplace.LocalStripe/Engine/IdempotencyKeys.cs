namespace Marketplace.StandIns.Engine;

/// <summary>The first answer to each key, kept for a day; what comes after that day is a new request.</summary>
internal sealed class IdempotencyKeys
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    private readonly Dictionary<string, Entry> _entries = [];
    private readonly Queue<Entry> _byAge = new();

    /// <summary>The entry of this request, new or with the answer it had; throws when the key serves another request or one still runs.</summary>
    public Entry Take(string key, string operation, Form form, DateTimeOffset now)
    {
        if (key.Length > 255) throw StripeError.Invalid("Idempotency-Key must be at most 255 characters.", null, null);
        Prune(now);
        if (!_entries.TryGetValue(key, out var entry))
        {
            entry = new Entry(key, operation, form, now);
            _entries.Add(key, entry);
            _byAge.Enqueue(entry);
            return entry;
        }

        if (entry.Operation != operation || !entry.Form.SameAs(form)) throw Mismatch(key);
        return entry.Answer is not null ? entry : throw StripeError.InUse();
    }

    public void Forget(Entry entry) => _entries.Remove(entry.Key);

    private void Prune(DateTimeOffset now)
    {
        while (_byAge.TryPeek(out var oldest) && oldest.At + KeptFor <= now)
        {
            _byAge.Dequeue();
            if (_entries.TryGetValue(oldest.Key, out var current) && current == oldest) _entries.Remove(oldest.Key);
        }
    }

    private static StripeError Mismatch(string key) => new(
        400,
        "idempotency_error",
        $"Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{key}' if you meant to execute a different request.",
        null,
        null);

    internal sealed class Entry(string key, string operation, Form form, DateTimeOffset at)
    {
        public string Key => key;

        public string Operation => operation;

        public Form Form => form;

        public DateTimeOffset At => at;

        /// <summary>Null while the first request still runs.</summary>
        public Answer? Answer { get; set; }
    }
}
