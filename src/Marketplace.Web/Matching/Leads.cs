using System.Text.Json;
using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching;

/// <summary>What an agency writes of a lead.</summary>
public sealed record LeadWriting(string? Title, string? Contact, string? Estimate, Guid? Introduction, string? NextStep, DateOnly? NextOn);

/// <summary>An agency's leads and their dated moves. Whoever calls has asked the policy; another agency's lead is one that does not exist.</summary>
public sealed class Leads(MarketplaceDb db, TimeProvider clock)
{
    private const int MostTries = 4;

    /// <summary>A new lead; its id is the id of the command.</summary>
    public Task<Result<Guid>> Begin(Guid command, Guid agency, bool demo, Guid person, LeadWriting writing, CancellationToken cancellation) => Again<Guid>(async () =>
    {
        if (command == Guid.Empty) return Refusal.MalformedRequest;
        var body = JsonSerializer.Serialize(writing);
        // By the id alone: a command of another agency is no lead of this one, and is taken.
        if (await db.Set<LeadRow>().AsNoTracking().FirstOrDefaultAsync(l => l.Id == command, cancellation) is { } before)
            return before.Agency == agency && await db.Set<LeadMoveRow>().AnyAsync(m => m.Lead == command && m.Command == command && m.Body == body, cancellation) ? command : Refusal.CommandIdReused;
        var row = new LeadRow { Id = command, Agency = agency, Demo = demo, Stage = LeadStage.Lead };
        if (await Fault(row, writing, cancellation) is { } fault) return Result<Guid>.Refuse(fault.Why, fault.Field);
        row.Stage = row.Introduction is null ? LeadStage.Lead : LeadStage.Introduced;
        row.Version = 1;
        db.Add(row);
        db.Add(new LeadMoveRow { Lead = row.Id, Number = 1, Command = command, Stage = row.Stage, Person = person, Body = body, At = clock.GetUtcNow() });
        await db.SaveChangesAsync(cancellation);
        return row.Id;
    });

    /// <summary>Moves a lead, or only changes what stands on it.</summary>
    public Task<Result<Nothing>> Change(Guid command, Guid agency, Guid id, int seen, Guid person, LeadStage to, string? note, LeadWriting writing, CancellationToken cancellation) => Again<Nothing>(async () =>
    {
        if (command == Guid.Empty) return Refusal.MalformedRequest;
        if (await db.Set<LeadRow>().FirstOrDefaultAsync(l => l.Id == id && l.Agency == agency, cancellation) is not { } row) return Refusal.NotFound;
        var body = JsonSerializer.Serialize(new { writing, to, note });
        var moves = await db.Set<LeadMoveRow>().AsNoTracking().Where(m => m.Lead == id).OrderBy(m => m.Number).ToListAsync(cancellation);
        if (moves.Find(m => m.Command == command) is { } made) return made.Body == body ? new Nothing() : Refusal.CommandIdReused;
        if (row.Version != seen) return Refusal.ChangedMeanwhile;
        if (await Fault(row, writing, cancellation) is { } fault) return Result<Nothing>.Refuse(fault.Why, fault.Field);
        var now = clock.GetUtcNow();
        var moved = to == row.Stage
            ? Pipeline.Stay(to, person, note, now)
            : Pipeline.Move([.. moves.Select(m => new LeadMove(m.Stage, m.At, m.Person, m.Note))], to, row.Introduction is not null, person, note, now);
        if (!moved.Done) return Result<Nothing>.Refuse(moved.Refusal.Value, moved.Detail);
        row.Stage = to;
        row.Version++;
        db.Add(new LeadMoveRow { Lead = id, Number = moves.Count + 1, Command = command, Stage = to, Person = person, Note = moved.Value.Note, Body = body, At = now });
        await db.SaveChangesAsync(cancellation);
        return new Nothing();
    });

    /// <summary>The board's columns and, by lead, its moves.</summary>
    public async Task<(IReadOnlyList<LeadRow> Rows, ILookup<Guid, LeadMoveRow> Moves, IReadOnlyList<PipelineStage> Stages)> Board(Guid agency, CancellationToken cancellation)
    {
        var rows = await db.Set<LeadRow>().AsNoTracking().Where(l => l.Agency == agency).ToListAsync(cancellation);
        var moves = (await db.Set<LeadMoveRow>().AsNoTracking().Where(m => db.Set<LeadRow>().Any(l => l.Agency == agency && l.Id == m.Lead)).OrderBy(m => m.Number).ToListAsync(cancellation)).ToLookup(m => m.Lead);
        var stages = Pipeline.Of([.. rows.Select(r => ((IReadOnlyList<LeadMove>)[.. moves[r.Id].Select(m => new LeadMove(m.Stage, m.At, m.Person, m.Note))], r.Fen))], clock.GetUtcNow());
        return ([.. rows.OrderBy(r => r.Stage).ThenBy(r => r.NextOn ?? DateOnly.MaxValue)], moves, stages);
    }

    private async Task<Result<T>> Again<T>(Func<Task<Result<T>>> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await work();
            }
            catch (DbUpdateException) when (attempt < MostTries)
            {
                // The same was sent twice at once, or a colleague was quicker: read again.
                db.ChangeTracker.Clear();
            }
        }
    }

    private async Task<(string Field, Refusal Why)?> Fault(LeadRow row, LeadWriting writing, CancellationToken cancellation)
    {
        var (title, contact, next) = (Text.Require(writing.Title, Pipeline.MostTitle, "title"), Text.Require(writing.Contact, Pipeline.MostTitle, "contact"), Text.Allow(writing.NextStep, Pipeline.MostNote, "next"));
        if (title.Refusal is { } noTitle) return ("title", noTitle);
        if (contact.Refusal is { } noContact) return ("contact", noContact);
        if (next.Refusal is { } noNext) return ("next", noNext);
        long? fen = null;
        if (!string.IsNullOrWhiteSpace(writing.Estimate))
        {
            if (!Fen.TryRead(writing.Estimate, out var read) || read == 0) return ("estimate", Refusal.AmountOutOfRange);
            fen = read;
        }

        if (writing.Introduction is { } id && !await db.Set<IntroductionRow>().AnyAsync(i => i.Id == id && i.Agency == row.Agency, cancellation)) return ("introduction", Refusal.NotFound);
        (row.Title, row.Contact, row.NextStep, row.NextOn, row.Fen, row.Introduction) = (title.Value.Trim(), contact.Value.Trim(), next.Value?.Trim(), writing.NextOn, fen, writing.Introduction ?? row.Introduction);
        return null;
    }
}
