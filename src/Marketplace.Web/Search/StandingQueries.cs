using Marketplace.Search.Index;
using Marketplace.Search.Words;

namespace Marketplace.Search;

/// <summary>One document as standing queries are asked against it: cut into its terms once.</summary>
public sealed class StandingDocument(SearchDocument document)
{
    private readonly HashSet<string> _open = [.. Terms(document.PublicText)];
    private readonly HashSet<string> _registered = [.. Terms(document.Registered)];
    private readonly HashSet<string> _codes = [.. document.Codes.Select(Codes.Bare).Where(c => c.Length > 0)];

    public SearchDocument Document => document;

    /// <summary>Everything that somebody may look for in it, whoever it is.</summary>
    public IEnumerable<string> All => _open.Concat(_registered).Concat(_codes);

    public bool Has(string term, Audience audience) => _open.Contains(term) || (audience == Audience.Registered && _registered.Contains(term));

    public bool HasCode(string code) => _codes.Contains(code);

    private static IEnumerable<string> Terms(string text) => Tokens.Of(text).Where(t => t.Kind != TokenKind.Single).Select(t => t.Term);
}

/// <summary>
/// A search that waits for documents. Stricter than the page, because a notice must be worth reading: of what was written
/// four fifths must stand in the document, counted in characters, each alone or in a thing of the dictionary. So a long,
/// rare word weighs more than a short one, and it does not matter which other documents there are.
/// </summary>
public sealed class StandingQuery
{
    private const int LeastNumerator = 4, LeastDenominator = 5;

    private readonly SearchQuery _query;
    private readonly List<Token> _tokens;
    private readonly int _written;

    public StandingQuery(SearchQuery query)
    {
        _query = query;
        _tokens = query.Text is { } text ? [.. Tokens.Of(text).Where(t => t.Kind != TokenKind.Single)] : [];
        Code = query.Text is { } code ? Codes.In(code) : [];
        _written = Covered(_ => true);
    }

    public IReadOnlyList<string> Code { get; }

    /// <summary>One of these stands in every document that it finds; empty when it looks for no words.</summary>
    public IEnumerable<string> Terms => _tokens.Select(t => t.Term).Concat(Code).Distinct();

    /// <summary>It looks for nothing that a text could have: signs alone.</summary>
    public bool IsEmpty => _query.Text is not null && _tokens.Count == 0 && Code.Count == 0;

    public bool Finds(StandingDocument standing, Audience audience)
    {
        var document = standing.Document;
        if (IsEmpty || document.Audience > audience || !_query.InRanges(document.Trl, document.PriceFor(audience))) return false;
        foreach (var (facet, wanted) in _query.Wanted)
        {
            if (wanted.Count > 0 && !document.Of(facet).Any(value => wanted.Any(w => SearchQuery.IsWanted(facet, value, w)))) return false;
        }

        return _query.Text is null || Code.Any(standing.HasCode) || (_written > 0 && Covered(t => standing.Has(t.Term, audience)) * LeastDenominator >= _written * LeastNumerator);
    }

    /// <summary>How many characters of the query stand in one of these tokens.</summary>
    private int Covered(Func<Token, bool> has)
    {
        Span<bool> covered = stackalloc bool[SearchRequest.MostText];
        foreach (var token in _tokens)
        {
            if (has(token)) covered.Slice(token.Start, token.Length).Fill(true);
        }

        return covered.Count(true);
    }
}

/// <summary>
/// All saved searches in memory, by the terms that they look for: a new document is asked only against those that share a
/// term with it, and against those that look for no words at all. For one reader and writer at a time.
/// </summary>
public sealed class StandingQueries
{
    private readonly Dictionary<Guid, Standing> _known = [];
    private readonly Dictionary<string, HashSet<Standing>> _byTerm = new(StringComparer.Ordinal);
    private readonly HashSet<Standing> _wordless = [];

    public int Count => _known.Count;

    public void Clear()
    {
        _known.Clear();
        _byTerm.Clear();
        _wordless.Clear();
    }

    /// <summary>Takes the search in as it stands now.</summary>
    public void Put(SavedSearchRow row)
    {
        Remove(row.Id);
        if (SavedSearchAddress.Query(row.Address) is not { } query) return;
        var standing = new Standing(row.Id, row.Demo, query);
        _known[row.Id] = standing;
        foreach (var place in Places(standing)) place.Add(standing);
    }

    public void Remove(Guid id)
    {
        if (!_known.Remove(id, out var standing)) return;
        foreach (var place in Places(standing)) place.Remove(standing);
    }

    /// <summary>Which searches find the document, and for whom.</summary>
    public IReadOnlyList<(Guid Search, bool Open, bool Registered)> Finding(SearchDocument document)
    {
        var asked = new StandingDocument(document);
        var found = new List<(Guid, bool, bool)>();
        foreach (var standing in asked.All.SelectMany(t => _byTerm.TryGetValue(t, out var sharing) ? sharing : []).Concat(_wordless).ToHashSet())
        {
            if (standing.Demo != document.Demo) continue;
            var (open, registered) = (standing.Query.Finds(asked, Audience.Public), standing.Query.Finds(asked, Audience.Registered));
            if (open || registered) found.Add((standing.Id, open, registered));
        }

        return found;
    }

    private IEnumerable<HashSet<Standing>> Places(Standing standing)
    {
        if (standing.Query.IsEmpty) yield break;
        var wordless = true;
        foreach (var term in standing.Query.Terms)
        {
            wordless = false;
            if (!_byTerm.TryGetValue(term, out var sharing)) _byTerm[term] = sharing = [];
            yield return sharing;
        }

        if (wordless) yield return _wordless;
    }

    private sealed record Standing(Guid Id, bool Demo, StandingQuery Query)
    {
        public bool Equals(Standing? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => Id.GetHashCode();
    }
}

/// <summary>What was saved, read again.</summary>
internal static class SavedSearchAddress
{
    /// <summary>Null when a rule of today refuses what was saved once.</summary>
    public static StandingQuery? Query(string address)
    {
        // The tier is asked for each time; what is looked for is the same for every one.
        var read = SearchRequest.Read(SearchAddress.Of(address).Parts, Audience.Registered);
        return read.Done ? new StandingQuery(read.Value.Query) : null;
    }
}
