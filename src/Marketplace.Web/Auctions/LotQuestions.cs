using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>What everybody reads of the questions about a lot.</summary>
/// <param name="Published">In the order of publication; the first is number 1. Withdrawn ones keep their place.</param>
/// <param name="Waiting">Questions that are not answered yet; their words are not public.</param>
public sealed record QuestionFeed(Lot Lot, IReadOnlyList<QuestionRow> Published, int Waiting, DateTimeOffset AskUntil, DateTimeOffset Now)
{
    public bool MayAsk => Now < AskUntil;
    public bool MayAnswer => Now < Lot.OpensAt;
}

/// <summary>答疑 of announced lots; the rules are in <see cref="Questions"/>.</summary>
public sealed class LotQuestions(MarketplaceDb db, TimeProvider clock)
{
    public async Task<QuestionFeed> Feed(Lot lot, CancellationToken cancellation = default)
    {
        var published = await db.Set<QuestionRow>().AsNoTracking().Where(q => q.Lot == lot.Id && q.PublishedAt != null)
            .OrderBy(q => q.PublishedAt).ThenBy(q => q.Id).ToListAsync(cancellation);
        var waiting = await Waiting(lot.Id).CountAsync(cancellation);
        return new QuestionFeed(lot, published, waiting, Questions.AskUntil(lot.OpensAt!.Value, lot.Demo), clock.GetUtcNow());
    }

    /// <summary>Unanswered ones, oldest first: for the seller, who answers, and the operator, who may withdraw.</summary>
    public IQueryable<QuestionRow> Waiting(string lot) =>
        db.Set<QuestionRow>().Where(q => q.Lot == lot && q.PublishedAt == null && q.WithdrawnAt == null).OrderBy(q => q.AskedAt).ThenBy(q => q.Id);

    /// <summary>What this organisation asked and nobody else reads (any more): waiting, or withdrawn before its answer.</summary>
    public Task<List<QuestionRow>> Own(string lot, Guid organisation, CancellationToken cancellation = default) =>
        db.Set<QuestionRow>().AsNoTracking().Where(q => q.Lot == lot && q.PublishedAt == null && db.Set<AskerRow>().Any(a => a.Question == q.Id && a.Organisation == organisation))
            .OrderBy(q => q.AskedAt).ThenBy(q => q.Id).ToListAsync(cancellation);

    public async Task<Result<Nothing>> Ask(Lot lot, Membership asker, Guid person, string? text, CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        var waiting = await Waiting(lot.Id).CountAsync(q => db.Set<AskerRow>().Any(a => a.Question == q.Id && a.Organisation == asker.Organisation), cancellation);
        var said = Questions.Ask(Seen(lot), asker.Organisation, asker.Demo, text, waiting, now);
        if (!said.Done) return Result<Nothing>.Refuse(said.Refusal.Value, said.Detail);
        var row = new QuestionRow { Id = Guid.CreateVersion7(now), Lot = lot.Id, Question = said.Value, AskedAt = now };
        db.Add(row);
        db.Add(new AskerRow { Question = row.Id, Organisation = asker.Organisation, Person = person });
        await db.SaveChangesAsync(cancellation);
        return default(Nothing);
    }

    public Task<Result<Nothing>> Answer(Lot lot, Guid question, Guid person, string? text, CancellationToken cancellation = default) =>
        Change(lot, question, (row, now) => Questions.Answer(Seen(lot), Seen(row), text, now).Then<Nothing>(said =>
        {
            (row.Answer, row.PublishedAt, row.AnsweredBy) = (said, now, person);
            return default(Nothing);
        }), cancellation);

    /// <summary>补充说明.</summary>
    public async Task<Result<Nothing>> Add(Lot lot, Guid person, string? text, CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        var said = Questions.Add(Seen(lot), text, now);
        if (!said.Done) return Result<Nothing>.Refuse(said.Refusal.Value, said.Detail);
        db.Add(new QuestionRow { Id = Guid.CreateVersion7(now), Lot = lot.Id, AskedAt = now, Answer = said.Value, PublishedAt = now, AnsweredBy = person });
        await db.SaveChangesAsync(cancellation);
        return default(Nothing);
    }

    public Task<Result<Nothing>> Withdraw(Lot lot, Guid question, Guid person, string? reason, CancellationToken cancellation = default) =>
        Change(lot, question, (row, now) => Questions.Withdraw(Seen(row), reason).Then<Nothing>(because =>
        {
            (row.WithdrawnAt, row.WithdrawnBecause, row.WithdrawnBy) = (now, because, person);
            return default(Nothing);
        }), cancellation);

    private async Task<Result<Nothing>> Change(Lot lot, Guid question, Func<QuestionRow, DateTimeOffset, Result<Nothing>> change, CancellationToken cancellation)
    {
        for (var tries = 0; ; tries++)
        {
            var row = await db.Set<QuestionRow>().SingleOrDefaultAsync(q => q.Id == question && q.Lot == lot.Id, cancellation);
            if (row is null) return Refusal.NotFound;
            var changed = change(row, clock.GetUtcNow());
            if (!changed.Done) return changed;
            row.Version++;
            try
            {
                await db.SaveChangesAsync(cancellation);
                return changed;
            }
            catch (DbUpdateConcurrencyException) when (tries < 3)
            {
                // Somebody answered or withdrew it meanwhile: what is there now decides.
                db.ChangeTracker.Clear();
            }
        }
    }

    private static AskedLot Seen(Lot lot) => new(lot.State == LotState.Announced, lot.Seller, lot.Demo, lot.OpensAt, lot.Opened);

    private static AskedQuestion Seen(QuestionRow row) => new(row.PublishedAt is not null, row.WithdrawnAt is not null);
}
