using Marketplace.Achievements;
using Marketplace.Demands;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Matching;
using Marketplace.Platform.Database;
using Marketplace.Search.Words;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching.Recommendations;

/// <summary>How rare each word is in the market, from its newest texts. The demonstration has its own count: nothing of it enters a score of something real.</summary>
public sealed class Rarities(IMarketplaceDbFactory databases, TimeProvider clock)
{
    /// <summary>More texts hardly change how rare a word is.</summary>
    private const int MostAchievements = 3_000, MostDemands = 1_000;

    private static readonly TimeSpan Holds = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _counting = new(1);
    private readonly Rarity?[] _known = new Rarity?[2];

    /// <summary>The count as it is; taken anew after an hour, or when the market has grown or shrunk by a tenth.</summary>
    public async Task<Rarity> Of(bool demo, CancellationToken cancellation)
    {
        await _counting.WaitAsync(cancellation);
        try
        {
            await using var db = databases.Create();
            var there = await Listings.Works(db, demo).CountAsync(cancellation) + await Listings.Demands(db, demo).CountAsync(cancellation);
            var place = demo ? 1 : 0;
            if (_known[place] is { } known && clock.GetUtcNow() - known.At < Holds && Math.Abs(there - known.There) * 10 <= known.There) return known;
            return _known[place] = await Count(db, demo, there, cancellation);
        }
        finally
        {
            _counting.Release();
        }
    }

    private async Task<Rarity> Count(MarketplaceDb db, bool demo, int there, CancellationToken cancellation)
    {
        var works = await Listings.Works(db, demo).OrderByDescending(a => a.PublishedAt).Take(MostAchievements).Select(a => a.PublicContent!).ToListAsync(cancellation);
        var demands = await Listings.Demands(db, demo).OrderByDescending(d => d.PublishedAt).Take(MostDemands).Select(d => d.PublicContent!).ToListAsync(cancellation);
        var counts = new Dictionary<string, int>();
        foreach (var text in works.Select(w => PairTexts.Of(AchievementContent.Read(w))).Concat(demands.Select(d => PairTexts.Of(DemandContent.Read(d)))))
        {
            foreach (var term in PairTexts.Terms(text).Select(t => t.Term).Distinct()) counts[term] = counts.GetValueOrDefault(term) + 1;
        }

        return new Rarity(works.Count + demands.Count, counts, there, clock.GetUtcNow());
    }
}

/// <summary>A count of words at one moment.</summary>
/// <param name="there">How many listings there were.</param>
public sealed class Rarity(int texts, Dictionary<string, int> counts, int there, DateTimeOffset at)
{
    public int There => there;
    public DateTimeOffset At => at;

    /// <summary>In thousandths; a word that no text has is the rarest.</summary>
    public int Of(string term) => Scoring.Rarity(texts, counts.GetValueOrDefault(term));

    /// <summary>The terms of a text with their weights.</summary>
    public Dictionary<string, int> Weigh(IEnumerable<Token> tokens) => tokens.Select(t => t.Term).Distinct().ToDictionary(t => t, Of);
}

/// <summary>What there is to recommend at all.</summary>
internal static class Listings
{
    /// <summary>Listed and not sold; while a work is in trade it may still be asked for.</summary>
    public static IQueryable<Achievement> Works(MarketplaceDb db) =>
        db.Set<Achievement>().AsNoTracking().Where(a => a.PublicContent != null && (a.State == AchievementState.Published || a.State == AchievementState.InTrade));

    /// <summary>Still looking for an answer.</summary>
    public static IQueryable<Demand> Demands(MarketplaceDb db) =>
        db.Set<Demand>().AsNoTracking().Where(d => d.PublicContent != null && (d.State == DemandState.Published || d.State == DemandState.Selecting));

    /// <summary>Of one world: the demonstration and what is real are never recommended to each other.</summary>
    public static IQueryable<Achievement> Works(MarketplaceDb db, bool demo) => Works(db).Where(a => a.Demo == demo);

    /// <inheritdoc cref="Works(MarketplaceDb, bool)"/>
    public static IQueryable<Demand> Demands(MarketplaceDb db, bool demo) => Demands(db).Where(d => d.Demo == demo);
}
