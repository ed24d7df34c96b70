using System.Collections.Immutable;
using Marketplace.Achievements;
using Marketplace.Demands;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Matching;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching.Recommendations;

/// <summary>An achievement, ready to be compared.</summary>
internal sealed record Work(Achievement Row, string Text, AchievementFacts Facts, IReadOnlyList<string> Asked)
{
    public static Work Read(Achievement row, Rarity rarity)
    {
        var content = AchievementContent.Read(row.PublicContent!);
        var text = PairTexts.Of(content);
        return new Work(row, text, PairTexts.Facts(row, content, rarity.Weigh(PairTexts.Terms(text))), PairTexts.Asked(content.Title, content.Keywords, content.Summary));
    }
}

/// <summary>A demand, ready to be compared: by what anybody may know, and by what its owner added.</summary>
/// <param name="Raised">The words that feedback made weigh more, new ones among them.</param>
/// <param name="AskedMore">What else is asked of the index because of feedback.</param>
internal sealed record Need(Demand Row, string Text, DemandFacts Open, DemandFacts Owner, ImmutableHashSet<string> Raised, IReadOnlyList<string> Asked, IReadOnlyList<string> AskedMore)
{
    /// <summary>More of them than these say nothing new.</summary>
    private const int MostLearnedFrom = 50, MostAskedMore = 5;

    public static async Task<Need> Read(MarketplaceDb db, Demand row, Rarity rarity, CancellationToken cancellation)
    {
        var content = DemandContent.Read(row.PublicContent!);
        var text = PairTexts.Of(content);
        var words = rarity.Weigh(PairTexts.Terms(text));
        var judged = await Judgements.Newest(db.Set<RecommendationJudgementRow>().AsNoTracking().Where(j => j.Demand == row.Id)).OrderByDescending(j => j.At).Take(MostLearnedFrom).ToListAsync(cancellation);
        var (good, bad) = (judged.Where(j => j.Verdict == Verdict.Good).Select(j => j.Achievement).ToList(), judged.Where(j => j.Read().IsAboutTheSubject).Select(j => j.Achievement).ToList());
        var texts = await db.Set<Achievement>().AsNoTracking().Where(a => (good.Contains(a.Id) || bad.Contains(a.Id)) && a.PublicContent != null).Select(a => new { a.Id, a.PublicContent }).ToListAsync(cancellation);
        var works = texts.OrderBy(t => t.Id).Select(t => (t.Id, Text: PairTexts.Of(AchievementContent.Read(t.PublicContent!)))).ToList();
        IReadOnlyDictionary<string, int>[] Of(List<Guid> which) => [.. works.Where(w => which.Contains(w.Id)).Select(w => rarity.Weigh(PairTexts.Terms(w.Text)))];
        var learned = Learning.Learn(words, Of(good), Of(bad));
        var raised = learned.Where(w => w.Value > words.GetValueOrDefault(w.Key)).Select(w => w.Key).ToImmutableHashSet();
        // What was found good is asked for as it calls itself.
        var titles = works.Where(w => good.Contains(w.Id)).Select(w => w.Text.Split('\n')[0]);
        return new Need(
            row, text, PairTexts.Facts(row, content, words, Scoring.Sum(words), openly: true), PairTexts.Facts(row, content, learned, Scoring.Sum(words), openly: false), raised,
            PairTexts.Asked(content.Title, content.Keywords, content.Problem), [.. titles.Take(MostAskedMore)]);
    }

    public Scored With(Work work, Rarity rarity, DateOnly today)
    {
        var (open, score) = (Scoring.Of(Open, work.Facts, today), Scoring.Of(Owner, work.Facts, today));
        return new Scored(Row.Id, work.Row.Id, Days.Of(work.Row.PublishedAt!.Value), score, open, () =>
        {
            var there = PairTexts.Terms(work.Text).Where(t => Raised.Contains(t.Term)).OrderByDescending(t => rarity.Of(t.Term)).ThenBy(t => t.Start);
            return (PairTexts.Shared(Text, work.Text, rarity), [.. there.Select(t => work.Text.Substring(t.Start, t.Length)).Distinct().Take(Scored.MostLearned)]);
        });
    }
}

/// <summary>A pair with both of its scores. The words are looked for only when it is kept.</summary>
internal sealed record Scored(Guid Demand, Guid Achievement, DateOnly PublishedOn, PairScore Score, PairScore OpenScore, Func<(ImmutableArray<SharedWord> Words, ImmutableArray<string> Learned)> Words)
{
    public const int MostLearned = 6;

    /// <summary>They speak of something alike, whatever else fits.</summary>
    public bool IsOne => Math.Max(Score[ScorePart.Text].Value, OpenScore[ScorePart.Text].Value) >= Scoring.LeastText;

    /// <summary>The same by what anybody may know: only then it counts, and stands on a list that is not the owner's own.</summary>
    public bool IsOpenly => OpenScore[ScorePart.Text].Value >= Scoring.LeastText;

    public void Put(RecommendationRow row)
    {
        var (words, learned) = Words();
        (row.Score, row.OpenScore) = (Score.Value, OpenScore.Value);
        row.Body = new Explanation(Score.Parts, words, learned).Write();
        var open = new Explanation(OpenScore.Parts, words, []).Write();
        row.OpenBody = open == row.Body ? null : open;
    }
}
