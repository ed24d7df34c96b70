using System.Globalization;
using Marketplace.Search.Index;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Marketplace.Benchmarks;

/// <summary>SQLite's own full text with trigrams: every term of three characters and more as a phrase, any of them, best first by its BM25.</summary>
internal sealed class Fts5Rival : ISearchRival
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fts5-").FullName;

    public string Name => "fts5";

    private string Connection => $"Data Source={Path.Combine(_folder, "fts.db")}";

    public async Task Fill(IReadOnlyList<SearchDocument> documents)
    {
        await using var connection = new SqliteConnection(Connection);
        await connection.OpenAsync();
        await Do(connection, "PRAGMA journal_mode = WAL; CREATE VIRTUAL TABLE texts USING fts5(title, summary, keywords, tokenize = 'trigram')");
        await Do(connection, $"CREATE TABLE facts (id INTEGER PRIMARY KEY, {string.Join(", ", RivalFacets.Names)})");
        await using var transaction = (SqliteTransaction)await connection.BeginTransactionAsync();
        await using var text = connection.CreateCommand();
        text.CommandText = "INSERT INTO texts (rowid, title, summary, keywords) VALUES ($id, $title, $summary, $keywords)";
        await using var fact = connection.CreateCommand();
        fact.CommandText = $"INSERT INTO facts VALUES ($id, {string.Join(", ", RivalFacets.Names.Select(n => "$" + n))})";
        foreach (var document in documents)
        {
            var id = long.Parse(document.Key.Id, CultureInfo.InvariantCulture);
            text.Parameters.Clear();
            text.Parameters.AddWithValue("$id", id);
            text.Parameters.AddWithValue("$title", document.Title);
            text.Parameters.AddWithValue("$summary", document.Summary);
            text.Parameters.AddWithValue("$keywords", string.Join(' ', document.Keywords));
            await text.ExecuteNonQueryAsync();
            fact.Parameters.Clear();
            fact.Parameters.AddWithValue("$id", id);
            foreach (var (name, value) in RivalFacets.Of(document)) fact.Parameters.AddWithValue("$" + name, value);
            await fact.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();
        await Do(connection, "INSERT INTO texts (texts) VALUES ('optimize'); PRAGMA wal_checkpoint(TRUNCATE)");
    }

    public Task<long> Bytes() => Task.FromResult(new DirectoryInfo(_folder).EnumerateFiles().Sum(f => f.Length));

    public async Task<Answered> Ask(string text)
    {
        var match = string.Join(" OR ", RivalFacets.Phrases(text, 3).Select(p => $"\"{p}\""));
        if (match.Length == 0) return new Answered([], 0, 0, 0);
        await using var connection = new SqliteConnection(Connection);
        await connection.OpenAsync();
        await Do(connection, "PRAGMA temp_store = MEMORY; CREATE TEMP TABLE IF NOT EXISTS hits (id INTEGER PRIMARY KEY); DELETE FROM hits");
        await using var hits = connection.CreateCommand();
        hits.CommandText = "INSERT INTO hits SELECT rowid FROM texts WHERE texts MATCH $match";
        hits.Parameters.AddWithValue("$match", match);
        var total = await hits.ExecuteNonQueryAsync();
        var facets = 0;
        foreach (var name in RivalFacets.Names)
        {
            await using var counting = connection.CreateCommand();
            counting.CommandText = $"SELECT {name}, count(*) FROM hits JOIN facts USING (id) GROUP BY 1";
            await using var counted = await counting.ExecuteReaderAsync();
            while (await counted.ReadAsync()) facets++;
        }

        await using var best = connection.CreateCommand();
        best.CommandText = "SELECT rowid, highlight(texts, 0, '[', ']'), snippet(texts, 1, '[', ']', '…', 60) FROM texts WHERE texts MATCH $match ORDER BY bm25(texts) LIMIT 10";
        best.Parameters.AddWithValue("$match", match);
        await using var read = await best.ExecuteReaderAsync();
        var (ids, marked) = (new List<string>(), 0);
        while (await read.ReadAsync())
        {
            ids.Add(read.GetInt64(0).ToString(CultureInfo.InvariantCulture));
            marked += read.GetString(1).Count(c => c == '[') + read.GetString(2).Count(c => c == '[');
        }

        return new Answered(ids, total, facets, marked);
    }

    public ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task Do(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>PostgreSQL with pg_trgm: texts that have any of the terms, by an index of trigrams, best first by how similar the terms are to a part of the text.</summary>
internal sealed class TrigramRival(string connection) : ISearchRival
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connection);

    public string Name => "pg_trgm";

    public async Task Fill(IReadOnlyList<SearchDocument> documents)
    {
        await Do($"CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE TABLE texts (id int PRIMARY KEY, title text, summary text, body text, {string.Join(", ", RivalFacets.Names.Select(n => n + " text"))})");
        await using (var open = await _source.OpenConnectionAsync())
        await using (var copy = await open.BeginBinaryImportAsync($"COPY texts (id, title, summary, body, {string.Join(", ", RivalFacets.Names)}) FROM STDIN (FORMAT BINARY)"))
        {
            foreach (var document in documents)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(int.Parse(document.Key.Id, CultureInfo.InvariantCulture));
                await copy.WriteAsync(document.Title);
                await copy.WriteAsync(document.Summary);
                await copy.WriteAsync($"{document.Title}\n{document.Summary}\n{string.Join(' ', document.Keywords)}");
                foreach (var (_, value) in RivalFacets.Of(document)) await copy.WriteAsync(value);
            }

            await copy.CompleteAsync();
        }

        await Do("CREATE INDEX ON texts USING gin (body gin_trgm_ops); ANALYZE texts");
    }

    public async Task<long> Bytes()
    {
        await using var command = _source.CreateCommand("SELECT pg_total_relation_size('texts')");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async Task<Answered> Ask(string text)
    {
        var phrases = RivalFacets.Phrases(text, 3).ToArray();
        if (phrases.Length == 0) return new Answered([], 0, 0, 0);
        await using var open = await _source.OpenConnectionAsync();
        var patterns = phrases.Select(p => "%" + p.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal) + "%").ToArray();
        await using var ask = new NpgsqlCommand(
            $"""
            WITH hits AS MATERIALIZED (SELECT * FROM texts WHERE body ILIKE ANY (@patterns)),
            best AS (SELECT id, title, summary FROM hits ORDER BY (SELECT count(*) FROM unnest(@patterns) p WHERE body ILIKE p) DESC, word_similarity(@text, body) DESC, id LIMIT 10)
            SELECT 'hit', id::text, title, summary FROM best
            {string.Concat(RivalFacets.Names.Select(n => $" UNION ALL SELECT '{n}', {n}, count(*)::text, '' FROM hits GROUP BY {n}"))}
            """,
            open);
        ask.CommandTimeout = 600;
        ask.Parameters.AddWithValue("patterns", patterns);
        ask.Parameters.AddWithValue("text", text);
        var (ids, facets, total, marked) = (new List<string>(), 0, 0, 0);
        await using var read = await ask.ExecuteReaderAsync();
        while (await read.ReadAsync())
        {
            if (read.GetString(0) == "hit")
            {
                ids.Add(read.GetString(1));
                // The database marks nothing: what stands in the text is looked for once more.
                marked += phrases.Sum(p => Times(read.GetString(2), p) + Times(read.GetString(3), p));
            }
            else
            {
                facets++;
                if (read.GetString(0) == RivalFacets.Names[0]) total += int.Parse(read.GetString(2), CultureInfo.InvariantCulture);
            }
        }

        return new Answered(ids, total, facets, marked);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static int Times(string text, string phrase)
    {
        var (times, at) = (0, 0);
        while ((at = text.IndexOf(phrase, at, StringComparison.OrdinalIgnoreCase)) >= 0) (times, at) = (times + 1, at + phrase.Length);
        return times;
    }

    private async Task Do(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>What the rivals count and how they cut a question: at spaces and signs, long stretches into overlapping pieces.</summary>
internal static class RivalFacets
{
    private const int Longest = 6;

    public static IReadOnlyList<string> Names { get; } = ["kind", "field", "highland", "trl", "way", "region", "owner", "state"];

    public static IEnumerable<(string Name, string Value)> Of(SearchDocument d) => Names.Zip((string[])
        [d.Key.Kind.ToString(), d.Field ?? "", string.Join('|', d.Highlands), $"{d.Trl}", string.Join('|', d.Ways), d.Region ?? "", $"{d.Owner}|{d.OwnerName}", d.State ?? ""]);

    public static IEnumerable<string> Phrases(string text, int least) => text
        .Split([' ', '，', ',', '。', '.', '、', '；', ';', '"', '“', '”', '（', '）', '(', ')', '：', ':', '-', '—'], StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(part => part.Length <= Longest ? [part] : Enumerable.Range(0, part.Length - 2).Select(i => part.Substring(i, 3)))
        .Where(part => part.Length >= least)
        .Distinct();
}
