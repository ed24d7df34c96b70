using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;
using Marketplace.Platform.Database;
using Marketplace.Platform.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching.Recommendations;

/// <summary>What the demand's side says of its recommendations. Whoever calls has asked the policy.</summary>
public sealed class Judgements(MarketplaceDb db, TimeProvider clock)
{
    /// <summary>Under this name a judgement stands in the outbox; the key is the demand's.</summary>
    public const string Told = "judgement";

    private const int MostTries = 4;

    /// <summary>Of every pair the newest judgement.</summary>
    public static IQueryable<RecommendationJudgementRow> Newest(IQueryable<RecommendationJudgementRow> judgements) =>
        judgements.Where(j => !judgements.Any(later => later.Demand == j.Demand && later.Achievement == j.Achievement && later.Number > j.Number));

    /// <summary>Order of refusals: the command known · the judgement itself · NotRecommended.</summary>
    public async Task<Result<Nothing>> Say(Guid command, Guid demand, Guid achievement, Guid person, Guid organisation, Verdict verdict, BadReason? reason, string? note, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await db.WriteAsync<Result<Nothing>>(
                    async token =>
                    {
                        if (await db.Set<RecommendationJudgementRow>().AsNoTracking().FirstOrDefaultAsync(j => j.Command == command, token) is { } said)
                            return (said.Demand, said.Achievement, said.Verdict) == (demand, achievement, verdict) ? new Nothing() : Refusal.CommandIdReused;
                        var read = Judgement.Read(verdict, reason, note);
                        if (!read.Done) return Result<Nothing>.Refuse(read.Refusal.Value, read.Detail);
                        var before = await db.Set<RecommendationJudgementRow>().AsNoTracking().Where(j => j.Demand == demand && j.Achievement == achievement).MaxAsync(j => (int?)j.Number, token);
                        // What was judged before may be judged again, even where the engine has dropped it meanwhile.
                        if (before is null && !await db.Set<RecommendationRow>().AnyAsync(r => r.Demand == demand && r.Achievement == achievement, token)) return Refusal.NotRecommended;
                        db.Add(new RecommendationJudgementRow
                        {
                            Command = command,
                            Demand = demand,
                            Achievement = achievement,
                            Number = (before ?? 0) + 1,
                            Verdict = verdict,
                            Reason = read.Value.Reason,
                            Note = read.Value.Note,
                            Person = person,
                            Organisation = organisation,
                            At = clock.GetUtcNow(),
                        });
                        db.Tell(Told, demand.ToString());
                        await db.SaveChangesAsync(token);
                        return new Nothing();
                    },
                    cancellation);
            }
            catch (DbUpdateException) when (attempt < MostTries)
            {
                // Somebody else judged the same pair at the same moment.
                db.ChangeTracker.Clear();
            }
        }
    }
}
