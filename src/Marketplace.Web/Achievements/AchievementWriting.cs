using Marketplace.Domain.Achievements;
using Marketplace.Platform.Database;
using Marketplace.Search.Words;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Achievements;

/// <summary>How a change of an achievement reaches its rows: the same for the grain and for the import.</summary>
internal static class AchievementWriting
{
    /// <summary>Puts the change on the row and returns the version that records it; the caller saves both at once.</summary>
    public static AchievementVersion Apply(
        Achievement row, Standing next, AchievementAct act, AchievementContent? content, Guid command, Guid person, string? reason, DateTimeOffset at, Guid? agency = null)
    {
        (row.State, row.Revision) = (next.State, next.Revision);
        if (content is not null) row.Content = content.Write();
        row.Version++;
        row.UpdatedAt = at;
        if (act == AchievementAct.Publish)
        {
            row.PublicContent = row.Content;
            row.PublishedVersion = row.Version;
            row.PublishedAt = at;
        }

        Show(row, next.IsPublic && row.PublicContent is { } known ? AchievementContent.Read(known) : content ?? AchievementContent.Read(row.Content));
        return new AchievementVersion
        {
            Achievement = row.Id,
            Number = row.Version,
            Command = command,
            Act = act,
            State = next.State,
            Revision = next.Revision,
            Content = row.Content,
            Reason = reason,
            Person = person,
            Agency = agency,
            At = at,
        };
    }

    /// <summary>Makes the patent rows say what the working and the public version say; saved by the caller.</summary>
    public static async Task KeepPatents(MarketplaceDb db, Achievement row, AchievementContent content, CancellationToken cancellation)
    {
        var numbers = Stems(content);
        if (row.PublicContent is { } known) numbers.UnionWith(Stems(AchievementContent.Read(known)));
        var old = await db.Set<AchievementPatent>().Where(p => p.Achievement == row.Id).ToListAsync(cancellation);
        db.RemoveRange(old.Where(p => !numbers.Contains(p.Number)));
        db.AddRange(numbers.Except(old.Select(p => p.Number)).Select(n => new AchievementPatent { Achievement = row.Id, Number = n }));
    }

    public static HashSet<string> Stems(AchievementContent content) =>
        [.. content.Ip.Where(i => !string.IsNullOrWhiteSpace(i.Number)).Select(i => PatentNumber.Normalise(i.Number!).Stem).Where(n => n.Length > 0)];

    private static void Show(Achievement row, AchievementContent content)
    {
        row.Title = content.Title;
        row.Summary = content.Summary;
        row.Keywords = string.Join('\n', content.Keywords);
        row.Field = content.Field;
        row.Trl = content.Trl;
        row.Ways = Bars(content.Ways);
        row.Highlands = Bars(content.Highlands);
        row.PriceIdeaFen = content.PriceIdeaFen;
        row.Region = content.Region;
        row.SearchText = Folding.Fold($"{content.Title}\n{content.Summary}\n{row.Keywords}\n{row.ExternalId}");
    }

    private static string Bars<T>(IReadOnlyCollection<T> values) => values.Count == 0 ? "" : $"|{string.Join('|', values)}|";
}
