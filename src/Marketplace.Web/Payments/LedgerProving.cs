using System.Globalization;
using System.Security.Cryptography;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>A published proof, as it stands in its stream.</summary>
public sealed record PublishedProof(FactLine Line, SignedHead Head)
{
    public LedgerProved Proof => (LedgerProved)Line.Fact;
}

/// <summary>
/// The nightly look at each book as a whole: every line is read again from the first one, its chain, its last signature
/// and its tables are compared with what follows from the lines. What is found becomes a signed line that everybody may read.
/// </summary>
public sealed class LedgerProving(IMarketplaceDbFactory databases, IFactStore store, MarketKeys keys, TimeProvider clock, ILogger<LedgerProving> log)
    : BackgroundService
{
    /// <summary>Due work; its key is the book.</summary>
    public const string Work = "payments.prove";

    /// <summary>A proof that is older is no news of the book as it is.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(26);

    /// <summary>In Beijing, after the bank's day has ended.</summary>
    private static readonly TimeOnly Hour = new(1, 0);

    /// <summary>The night is put on the list with the start of the first node.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var db = databases.Create();
        if (await db.Set<DueWorkRow>().AnyAsync(w => w.Kind == Work && w.Key == DepositAccounts.RealBook, stoppingToken)) return;
        await db.SaveWithWork(Work, DepositAccounts.RealBook, Days.Next(Hour, clock.GetUtcNow()), stoppingToken);
    }

    /// <summary>Due work: the proof of this night. The custodian's night brings the other books', each when anything is in it.</summary>
    public static Task<DateTimeOffset?> Go(IServiceProvider services, string key, CancellationToken cancellation) => services.GetRequiredService<LedgerProving>().Go(key, cancellation);

    private async Task<DateTimeOffset?> Go(string book, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await Prove(book, Days.Of(now).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), cancellation);
        if (book != DepositAccounts.RealBook) return null;
        await using var db = databases.Create();
        foreach (var other in new[] { DepositAccounts.CardBook, DepositAccounts.DemoBook, DepositAccounts.DemoCardBook })
        {
            var stream = $"ledger/{other}";
            if (await db.Set<FactRow>().AnyAsync(f => f.Stream == stream, cancellation)) await db.SaveWithWork(Work, other, now, cancellation);
        }

        return Days.Next(Hour, now);
    }

    /// <summary>The proof says nothing of the book as it is now.</summary>
    public bool IsOld(PublishedProof proof) => clock.GetUtcNow() - proof.Line.At > Fresh;

    /// <summary>Takes out what is kept of the demonstration's books beside their lines, and the proofs of them.</summary>
    public static async Task<int> ForgetDemo(MarketplaceDb db, CancellationToken cancellation)
    {
        var books = DepositAccounts.DemoBooks;
        var proofs = books.Select(LedgerProved.StreamOf).ToArray();
        return await db.Set<LedgerTransferRow>().Where(t => books.Contains(t.Book)).ExecuteDeleteAsync(cancellation)
            + await db.Set<LedgerAccountRow>().Where(a => books.Contains(a.Book)).ExecuteDeleteAsync(cancellation)
            + await db.Set<LedgerProofRow>().Where(p => books.Contains(p.Book)).ExecuteDeleteAsync(cancellation)
            + await db.Set<HeadRow>().Where(h => proofs.Contains(h.Stream)).ExecuteDeleteAsync(cancellation)
            + await db.Set<FactRow>().Where(f => proofs.Contains(f.Stream)).ExecuteDeleteAsync(cancellation);
    }

    /// <summary>Looks at a book and publishes what was found.</summary>
    /// <param name="id">The night, or the id of who asks in between: one proof for each, the first one is given again.</param>
    /// <returns>Null for a book that nothing was ever written into.</returns>
    public async Task<PublishedProof?> Prove(string book, string id, CancellationToken cancellation)
    {
        var (key, stream) = ($"proved/{id}", LedgerProved.StreamOf(book));
        while (true)
        {
            if (await Find(book, key, cancellation) is { } before) return before;
            if (await Look(book, id, cancellation) is not { } look) return null;
            await using var db = databases.Create();
            // A book of the demonstration that was removed meanwhile has no proof.
            if (look.Version > 0 && !await db.Set<FactRow>().AnyAsync(f => f.Stream == $"ledger/{book}" && f.Version == look.Version, cancellation)) continue;
            if (!look.Proof.Holds) log.OutOfBalance(book, string.Join(", ", look.Proof.Failed));
            var last = await db.Set<FactRow>().AsNoTracking().Where(f => f.Stream == stream).OrderByDescending(f => f.Version).FirstOrDefaultAsync(cancellation);
            var at = Instant.Cut(last is null ? clock.GetUtcNow() : Instant.Later(clock.GetUtcNow(), LedgerProved.Read(last.Bytes, last.Hash).At));
            var line = FactLine.Write(look.Proof, (last?.Version ?? 0) + 1, last?.Hash ?? FactLine.Genesis, at);
            try
            {
                var head = keys.Sign(stream, line.Version, line.Hash);
                await store.Append(stream, [new NewLine(line, key)], head, [LedgerRows.Looked(book, line.Version, look.Version, look.Hash, look.Nonce, look.Proof.Holds)], cancellation);
                return new PublishedProof(line, head);
            }
            catch (StreamMovedException)
            {
                // Another node, or another proof of this book, was first: theirs stands, or ours comes after it.
            }
        }
    }

    /// <summary>The newest proofs of a book, newest first.</summary>
    public async Task<IReadOnlyList<PublishedProof>> Newest(string book, int most, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        var stream = LedgerProved.StreamOf(book);
        return await Read(db, db.Set<FactRow>().Where(f => f.Stream == stream).OrderByDescending(f => f.Version).Take(most), cancellation);
    }

    private async Task<PublishedProof?> Find(string book, string key, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        var stream = LedgerProved.StreamOf(book);
        return (await Read(db, db.Set<FactRow>().Where(f => f.Stream == stream && f.CommandKey == key), cancellation)).SingleOrDefault();
    }

    private static async Task<List<PublishedProof>> Read(MarketplaceDb db, IQueryable<FactRow> rows, CancellationToken cancellation)
    {
        var lines = await (
            from f in rows.AsNoTracking()
            join h in db.Set<HeadRow>().AsNoTracking() on new { f.Stream, f.Version } equals new { h.Stream, h.Version }
            orderby f.Version descending
            select new { f.Bytes, f.Hash, Head = h }).ToListAsync(cancellation);
        return [.. lines.Select(l => new PublishedProof(LedgerProved.Read(l.Bytes, l.Hash), new SignedHead(l.Head.Version, l.Head.Hash, l.Head.KeyId, l.Head.Signature)))];
    }

    private async Task<Looked?> Look(string book, string id, CancellationToken cancellation)
    {
        // The tables first, with the line they stand at: what is appended meanwhile comes after both.
        await using var db = databases.Create();
        var stored = await StoredBook.Read(db, book, cancellation);
        var before = await db.Set<LedgerProofRow>().AsNoTracking().Where(p => p.Book == book && p.Holds).OrderByDescending(p => p.Version).FirstOrDefaultAsync(cancellation);
        if (stored.Version == 0 && before is null) return null;
        var (state, prev, version, sound) = (Book.Named(book), FactLine.Genesis, 0L, true);
        await foreach (var row in store.Read($"ledger/{book}", cancellation: cancellation))
        {
            if (row.Version > stored.Version) break;
            if (Read(book, row) is not { } line || Fold(state, line) is not { } folded)
            {
                sound = false;
                break;
            }

            sound &= line.Prev == prev && line.Hash == row.Hash && line.Version == version + 1;
            (state, prev, version) = (folded, line.Hash, line.Version);
            // What an earlier proof saw is still there: a book that was put back to an older day has a good chain, too.
            sound &= version != before?.BookVersion || prev == before.BookHash;
        }

        var trial = Trials.Of(state);
        List<BookCheck> failed = [.. trial.Failed];
        if (!sound || version != stored.Version || version < before?.BookVersion || !await IsSigned($"ledger/{book}", version, prev, cancellation)) failed.Add(BookCheck.Chain);
        if (stored.DebitsFen != stored.CreditsFen || stored.DebitsFen != trial.DebitsFen) failed.Add(BookCheck.DebitsEqualCredits);
        if (!stored.Says(state)) failed.Add(BookCheck.TablesAgree);
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        return new Looked(
            new LedgerProved(book, id, LedgerProved.Commit(nonce, prev), trial.DebitsFen, trial.CreditsFen, trial.Totals, [.. failed.Order()]), version, prev, nonce);
    }

    /// <summary>Null for bytes that are no line of a book: that is what was looked for, not a reason to look no further.</summary>
    private FactLine? Read(string book, StoredLine row)
    {
        try
        {
            return BookLines.Read(row.Bytes);
        }
        catch (Exception e) when (e is FormatException or System.Text.Json.JsonException or KeyNotFoundException or InvalidOperationException)
        {
            log.NoLine(book, row.Version, e);
            return null;
        }
    }

    /// <summary>Null for a line that speaks of what the lines before it do not know.</summary>
    private Book? Fold(Book state, FactLine line)
    {
        try
        {
            return state.Fold(line);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException)
        {
            log.NoLine(state.Name, line.Version, e);
            return null;
        }
    }

    /// <summary>A published key signed exactly this line: the tables were read between two appends, so a head stands there.</summary>
    private async Task<bool> IsSigned(string stream, long version, string hash, CancellationToken cancellation)
    {
        if (await store.HeadAtOrAfter(stream, version, cancellation) is not { } head || head.Version != version || head.Hash != hash) return false;
        if (keys.Published.FirstOrDefault(k => k.KeyId == head.KeyId) is not { } key) return false;
        using var signer = ECDsa.Create();
        signer.ImportFromPem(key.Pem);
        return StreamHead.Verifies(signer, stream, head.Version, head.Hash, head.Signature);
    }

    /// <param name="Version">The last line of the book that was read, and its hash.</param>
    private sealed record Looked(LedgerProved Proof, long Version, string Hash, string Nonce);
}

internal static partial class LedgerLog
{
    [LoggerMessage(510, LogLevel.Critical, "The book {Book} does not hold: {Checks}")]
    public static partial void OutOfBalance(this ILogger log, string book, string checks);

    [LoggerMessage(511, LogLevel.Critical, "Line {Version} of the book {Book} is none that this market wrote")]
    public static partial void NoLine(this ILogger log, string book, long version, Exception reason);
}
