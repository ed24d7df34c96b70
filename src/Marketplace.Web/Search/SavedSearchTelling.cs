using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Search;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Search.Index;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Search;

/// <summary>
/// Tells persons what their saved searches found, by due work that names nobody. What waits is looked at once more: the
/// document as it stands now, the person's tier as it is now. Idempotent: who was told is noted in the same transaction.
/// </summary>
public sealed class SavedSearchTelling(MarketplaceDb db, INotifier notifier, IEnumerable<IDocumentSource> sources, TimeProvider clock)
{
    public const string Work = "search.tell";

    private const string AtOnce = "at-once", Daily = "daily/";

    /// <summary>Persons of one turn; titles that a notice names; finds that are looked at for one search.</summary>
    private const int MostPersons = 50, MostTitles = 3, MostFinds = 200;

    /// <summary>Saves what was changed and puts the telling on the list in the same transaction.</summary>
    public static Task SaveAndTell(MarketplaceDb db, Alert alert, DateTimeOffset now, CancellationToken cancellation) => alert switch
    {
        Alert.AtOnce => db.SaveWithWork(Work, AtOnce, now, cancellation),
        Alert.Daily when SavedSearches.NextDaily(now) is var due => db.SaveWithWork(Work, Daily + Days.Of(due).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), due, cancellation),
        _ => db.SaveChangesAsync(cancellation),
    };

    public static Task<DateTimeOffset?> Tell(IServiceProvider services, string key, CancellationToken cancellation)
    {
        var telling = services.GetRequiredService<SavedSearchTelling>();
        return key == AtOnce ? telling.TellAtOnce(cancellation) : telling.TellDaily(cancellation);
    }

    /// <summary>One notice for each search, a while apart.</summary>
    private async Task<DateTimeOffset?> TellAtOnce(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var since = now - SavedSearches.Gap;
        var waiting = Waiting(Alert.AtOnce);
        var due = await waiting.Where(s => s.ToldAt == null || s.ToldAt <= since).OrderBy(s => s.Id).Take(MostPersons).ToListAsync(cancellation);
        foreach (var search in due) await Tell(search.Person, [search], now, cancellation);
        if (due.Count == MostPersons) return now;
        return await waiting.MinAsync(s => s.ToldAt, cancellation) is { } next ? SavedSearches.NextAtOnce(next, now) : null;
    }

    /// <summary>One notice for each person, whatever and however many searches found something.</summary>
    private async Task<DateTimeOffset?> TellDaily(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var persons = await Waiting(Alert.Daily).Select(s => s.Person).Distinct().OrderBy(p => p).Take(MostPersons).ToListAsync(cancellation);
        foreach (var person in persons) await Tell(person, await Waiting(Alert.Daily).Where(s => s.Person == person).OrderBy(s => s.CreatedAt).ToListAsync(cancellation), now, cancellation);
        if (persons.Count == MostPersons) return now;
        var old = now - SavedSearches.Kept;
        await db.WriteAsync(token => db.Set<SavedSearchFindRow>().Where(f => f.At < old).ExecuteDeleteAsync(token), cancellation);
        return null;
    }

    private IQueryable<SavedSearchRow> Waiting(Alert alert) =>
        db.Set<SavedSearchRow>().AsNoTracking().Where(s => s.Alert == alert && db.Set<SavedSearchFindRow>().Any(f => f.Search == s.Id && f.ToldAt == null));

    private async Task Tell(Guid person, IReadOnlyList<SavedSearchRow> searches, DateTimeOffset now, CancellationToken cancellation)
    {
        var audience = Policy.Check(await CurrentActor.Absent(db, person, cancellation), Act.ReadRegisteredTier).Done ? Audience.Registered : Audience.Public;
        var ids = searches.Select(s => s.Id).ToList();
        var all = await db.Set<SavedSearchFindRow>().AsNoTracking().Where(f => ids.Contains(f.Search) && f.ToldAt == null).OrderBy(f => f.At).ThenBy(f => f.Document).ToListAsync(cancellation);
        // Another node told it a moment ago.
        if (all.Count == 0) return;
        var (found, documents) = (new List<SavedSearchRow>(), new Dictionary<DocumentKey, SearchDocument>());
        foreach (var search in searches)
        {
            var standing = SavedSearchAddress.Query(search.Address);
            var here = await Standing(all.Where(f => f.Search == search.Id).TakeLast(MostFinds), cancellation);
            var finds = here.Where(d => d.Demo == search.Demo && standing?.Finds(new StandingDocument(d), audience) == true).ToList();
            if (finds.Count > 0) found.Add(search);
            foreach (var document in finds) documents[document.Key] = document;
        }

        db.ChangeTracker.Clear();
        await db.WriteAsync(
            async token =>
            {
                var (first, last) = (all[0].At, all[^1].At);
                // Another node told it after it was read here: the time of its telling stands.
                if (await db.Set<SavedSearchFindRow>().Where(f => ids.Contains(f.Search) && f.ToldAt == null && f.At <= last).ExecuteUpdateAsync(set => set.SetProperty(f => f.ToldAt, now), token) == 0) return;
                await db.Set<SavedSearchRow>().Where(s => ids.Contains(s.Id)).ExecuteUpdateAsync(set => set.SetProperty(s => s.ToldAt, now), token);
                if (found.Count > 0) notifier.Tell(db, [Notice(person, found, [.. documents.Values.OrderByDescending(d => d.At)], first, now)]);
                await db.SaveChangesAsync(token);
            },
            cancellation);
    }

    private static Notice Notice(Guid person, IReadOnlyList<SavedSearchRow> searches, IReadOnlyList<SearchDocument> documents, DateTimeOffset first, DateTimeOffset now) => new(
        // The oldest find it tells of names the event: of two nodes that tell at once one is heard.
        $"saved-search/{(searches.Count == 1 ? $"{searches[0].Id}/" : "")}{Instant.Write(first)}", NoticeKind.SavedSearchFound, Recipient.Person(person),
        searches.Count == 1 ? $"{searches[0].Id}" : "saved-searches", searches.Count == 1 ? $"{SavedModel.Address}/{searches[0].Id}" : SavedModel.Address, now,
        [
            NoticeValue.Text(string.Join(" · ", searches.Select(s => s.Name))),
            NoticeValue.Text(documents.Count.ToString(CultureInfo.InvariantCulture)),
            NoticeValue.Text(string.Join(" · ", documents.Take(MostTitles).Select(d => d.Title))),
        ]);

    /// <summary>The documents as they stand now; what left the market is not among them.</summary>
    private async Task<List<SearchDocument>> Standing(IEnumerable<SavedSearchFindRow> finds, CancellationToken cancellation)
    {
        var documents = new List<SearchDocument>();
        foreach (var kind in finds.GroupBy(f => f.Kind))
        {
            var asked = kind.Select(f => f.Document).ToHashSet();
            foreach (var source in sources.Where(s => s.Kind == kind.Key))
            {
                // A source reads its own records alone, and one record may have documents that nobody asked for.
                var keys = asked.Select(source.KeyOf).OfType<string>().ToList();
                if (keys.Count > 0) documents.AddRange((await source.Read(db, keys, cancellation)).Where(d => asked.Contains(d.Key.Id)));
            }
        }

        return documents;
    }
}
