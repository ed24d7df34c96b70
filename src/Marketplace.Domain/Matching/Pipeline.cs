using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Matching;

/// <summary>How far a lead is. Stored by name.</summary>
public enum LeadStage
{
    /// <summary>线索: a contact or a match that is not introduced yet.</summary>
    Lead,

    /// <summary>已引荐</summary>
    Introduced,

    /// <summary>技术交流</summary>
    Exchange,

    /// <summary>商务洽谈</summary>
    Negotiation,

    /// <summary>合同</summary>
    Contract,

    /// <summary>登记与回款</summary>
    Settling,

    /// <summary>Nothing comes of it.</summary>
    Dropped,
}

/// <summary>A lead came to a stage, or was changed where it is; who said so.</summary>
public sealed record LeadMove(LeadStage Stage, DateTimeOffset At, Guid Person, string? Note = null);

/// <summary>A column of the board.</summary>
/// <param name="SumFen">Of the leads whose amount is estimated.</param>
/// <param name="MedianDays">Whole days that leads stay in this stage, those that left it and those that are in it; null without any.</param>
public sealed record PipelineStage(LeadStage Stage, int Count, long SumFen, int? MedianDays);

/// <summary>The board in numbers, from the dated moves alone.</summary>
public static class Pipeline
{
    public const int MostTitle = 200;
    public const int MostNote = 500;

    public static readonly ImmutableArray<LeadStage> Board = [LeadStage.Lead, LeadStage.Introduced, LeadStage.Exchange, LeadStage.Negotiation, LeadStage.Contract, LeadStage.Settling];

    /// <summary>Order of refusals: UnknownWord, LeadIsThere, the introduction that a stage presupposes.</summary>
    /// <param name="introduced">An introduction of the agency's stands behind the lead.</param>
    public static Result<LeadMove> Move(IReadOnlyList<LeadMove> moves, LeadStage to, bool introduced, Guid person, string? note, DateTimeOffset at)
    {
        if (!Enum.IsDefined(to)) return Result<LeadMove>.Refuse(Refusal.UnknownWord, "stage");
        if (moves.Count > 0 && moves[^1].Stage == to) return Refusal.LeadIsThere;
        // From 已引荐 on the record carries the claim; a lead without one is only talk.
        if (!introduced && to is not (LeadStage.Lead or LeadStage.Dropped)) return Refusal.LeadNotIntroduced;
        return Stay(to, person, note, at);
    }

    /// <summary>A change that leaves the lead in its stage.</summary>
    public static Result<LeadMove> Stay(LeadStage stage, Guid person, string? note, DateTimeOffset at)
    {
        var said = Text.Allow(note, MostNote, "note");
        return said.Done ? new LeadMove(stage, at, person, said.Value?.Trim()) : Result<LeadMove>.Refuse(said.Refusal.Value, "note");
    }

    public static ImmutableArray<PipelineStage> Of(IReadOnlyCollection<(IReadOnlyList<LeadMove> Moves, long? Fen)> leads, DateTimeOffset now) =>
    [
        .. Board.Select(stage =>
        {
            var here = leads.Where(l => l.Moves.Count > 0 && l.Moves[^1].Stage == stage).ToList();
            return new PipelineStage(stage, here.Count, here.Sum(l => l.Fen ?? 0), Median(leads.SelectMany(l => Stays(l.Moves, stage, now))));
        }),
    ];

    private static IEnumerable<int> Stays(IReadOnlyList<LeadMove> all, LeadStage stage, DateTimeOffset now)
    {
        // What only changed the lead ended no stay.
        var moves = all.Where((m, i) => i == 0 || all[i - 1].Stage != m.Stage).ToList();
        for (var i = 0; i < moves.Count; i++)
        {
            if (moves[i].Stage == stage) yield return (int)((i + 1 < moves.Count ? moves[i + 1].At : now) - moves[i].At).TotalDays;
        }
    }

    private static int? Median(IEnumerable<int> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? null : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
