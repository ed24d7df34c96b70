using System.Globalization;
using System.Text.RegularExpressions;
using Marketplace.StandIns.Objects;

namespace Marketplace.StandIns.Engine;

/// <summary>Stripe's search language over payment intents: metadata, status and currency equal, amount and created compared; all AND or all OR.</summary>
internal sealed partial class Search
{
    private readonly List<Func<Intent, Indexed, bool>> _clauses = [];
    private readonly bool _any;

    public Search(string query)
    {
        // What stands before the clauses is cut off one by one, so that words within quotes are never taken for joins.
        var (rest, joins) = (query.Trim(), new HashSet<string>());
        while (true)
        {
            var match = Clause().Match(rest);
            if (!match.Success) throw Malformed(query);
            _clauses.Add(Read(match, query));
            rest = rest[match.Length..];
            var join = Join().Match(rest);
            if (rest.Length == 0) break;
            if (!join.Success) throw Malformed(query);
            joins.Add(join.Groups[1].Success ? join.Groups[1].Value.ToUpperInvariant() : "AND");
            rest = rest[join.Length..];
        }

        if (joins.Count > 1) throw StripeError.Invalid("Queries may use AND or OR, but not both.", null, "query");
        _any = joins.Contains("OR");
    }

    public bool Finds(Intent intent, DateTimeOffset seenUntil)
    {
        Indexed? seen = null;
        foreach (var entry in intent.History) if (entry.At <= seenUntil) seen = entry;
        if (seen is null) return false;
        return _any ? _clauses.Exists(c => c(intent, seen)) : _clauses.TrueForAll(c => c(intent, seen));
    }

    private static Func<Intent, Indexed, bool> Read(Match match, string query)
    {
        var (negated, field, key, sign) = (match.Groups["not"].Success, match.Groups["field"].Value, match.Groups["key"].Value, match.Groups["sign"].Value);
        var value = match.Groups["text"].Success ? Unquoted(match.Groups["text"].Value) : match.Groups["number"].Value;
        Func<Intent, Indexed, bool> clause = field switch
        {
            "metadata" when sign == ":" => (_, seen) => value == "null" && !match.Groups["text"].Success ? !seen.Metadata.ContainsKey(Unquoted(key)) : seen.Metadata.GetValueOrDefault(Unquoted(key)) == value,
            "status" when sign == ":" => (_, seen) => seen.Status == value,
            "currency" when sign == ":" => (intent, _) => intent.Currency == value,
            "amount" => Compare(sign, value, static (_, seen) => seen.Amount, query),
            "created" => Compare(sign, value, static (intent, _) => intent.Created.ToUnixTimeSeconds(), query),
            _ => throw StripeError.Invalid($"Field `{field}` is an unsupported search field for resource `payment_intents`.", null, "query"),
        };
        return negated ? (intent, seen) => !clause(intent, seen) : clause;
    }

    private static Func<Intent, Indexed, bool> Compare(string sign, string value, Func<Intent, Indexed, long> of, string query)
    {
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) throw Malformed(query);
        return sign switch
        {
            ":" => (intent, seen) => of(intent, seen) == number,
            ">" => (intent, seen) => of(intent, seen) > number,
            "<" => (intent, seen) => of(intent, seen) < number,
            ">=" => (intent, seen) => of(intent, seen) >= number,
            "<=" => (intent, seen) => of(intent, seen) <= number,
            _ => throw Malformed(query),
        };
    }

    private static string Unquoted(string text) => text[1..^1].Replace("\\'", "'", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal);

    private static StripeError Malformed(string query) => StripeError.Invalid($"We were unable to parse your search query: {query}", null, "query");

    [GeneratedRegex("""^(?<not>-)?(?<field>[a-z_.]+)(?:\[(?<key>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\])?(?<sign>:|>=|<=|>|<)(?:(?<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?<number>\d+|null))""")]
    private static partial Regex Clause();

    [GeneratedRegex(@"^\s+(?:(AND|OR)\s+)?", RegexOptions.IgnoreCase)]
    private static partial Regex Join();
}
