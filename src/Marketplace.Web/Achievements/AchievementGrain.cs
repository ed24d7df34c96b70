using System.Text.Json;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Achievements;

/// <summary>Identity and order of one achievement. It keeps no copy between calls: the row and its version number are the truth.</summary>
public sealed class AchievementGrain(IMarketplaceDbFactory databases, INotifier notifier, TimeProvider clock) : Grain, IAchievementGrain
{
    private Guid Id => this.GetPrimaryKey();

    public Task<Result<Nothing>> Disclose(By by, Guid organisation, DisclosedResult told) => databases.WriteUnlessChanged(async (db, token) =>
    {
        var known = await db.Set<Disclosure>().AsNoTracking().FirstOrDefaultAsync(d => d.Id == Id, token);
        if (known is not null) return known.Command == by.Command ? new Nothing() : Refusal.AlreadyDisclosed;
        var now = clock.GetUtcNow();
        var faults = ContentCheck.Shape(told.ToContent("-", null), Today(now));
        if (faults.Length > 0) return Result<Nothing>.Refuse(faults[0].Why, faults[0].Field);
        var unit = await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == organisation, token);
        if (unit is null) return Refusal.NotFound;
        db.Add(new Disclosure
        {
            Id = Id,
            Organisation = organisation,
            Person = by.Person,
            Command = by.Command,
            Title = told.Title,
            Summary = told.Summary,
            Told = JsonSerializer.Serialize(told),
            State = DisclosureState.Told,
            Demo = unit.Demo,
            ToldAt = now,
            Version = 1,
        });
        await db.SaveChangesAsync(token);
        return new Nothing();
    });

    public Task<Result<Nothing>> Decide(By by, DisclosureDecision decision, string? reason) => databases.WriteUnlessChanged(async (db, token) =>
    {
        var row = await db.Set<Disclosure>().FirstOrDefaultAsync(d => d.Id == Id, token);
        if (row is null) return Refusal.NotFound;
        var made = await db.Set<DisclosureDecisionRow>().AsNoTracking().FirstOrDefaultAsync(d => d.Disclosure == Id && d.Command == by.Command, token);
        if (made is not null) return made.Decision == decision ? new Nothing() : Refusal.CommandIdReused;
        if (by.Seen is { } seen && seen != row.Version) return Refusal.ChangedMeanwhile;
        var next = Disclosures.Decide(row.State, decision, reason);
        if (!next.Done) return Result<Nothing>.Refuse(next.Refusal.Value, next.Detail);
        var now = clock.GetUtcNow();
        row.State = next.Value;
        db.Add(new DisclosureDecisionRow
        {
            Disclosure = Id,
            Number = row.Version,
            Command = by.Command,
            Decision = decision,
            Reason = Blank(reason),
            Person = by.Person,
            At = now,
        });
        row.Version++;
        if (decision == DisclosureDecision.List)
        {
            var unit = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == row.Organisation, token);
            var told = JsonSerializer.Deserialize<DisclosedResult>(row.Told)!;
            Add(db, new Achievement { Id = Id, Organisation = unit.Id, Demo = unit.Demo, CreatedAt = now }, told.ToContent(unit.Name, unit.Region), by, now);
        }

        await db.SaveChangesAsync(token);
        return new Nothing();
    });

    public Task<Result<int>> Begin(By by, Guid organisation, AchievementContent content) => databases.WriteUnlessChanged<int>(async (db, token) =>
    {
        if (await Answered(db, by.Command, AchievementAct.List, content, null, token) is { } first) return first;
        if (await db.Set<Achievement>().AnyAsync(a => a.Id == Id, token)) return Refusal.CommandIdReused;
        var unit = await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == organisation, token);
        if (unit is null) return Refusal.NotFound;
        var now = clock.GetUtcNow();
        var faults = ContentCheck.Shape(content, Today(now));
        if (faults.Length > 0) return Result<int>.Refuse(faults[0].Why, faults[0].Field);
        var row = new Achievement { Id = Id, Organisation = unit.Id, Demo = unit.Demo, CreatedAt = now };
        Add(db, row, content, by, now);
        await AchievementWriting.KeepPatents(db, row, content, token);
        await db.SaveChangesAsync(token);
        return row.Version;
    });

    public Task<Result<int>> Edit(By by, AchievementContent content) => Change(by, AchievementAct.Edit, null, content, static (_, _, _) => null);

    public Task<Result<int>> SubmitForReview(By by) =>
        Change(by, AchievementAct.SubmitForReview, null, null, static (_, content, today) => ContentCheck.Ready(content, today) is [var fault, ..] ? fault : null);

    public Task<Result<int>> Review(By by, bool publish, string? reasons) =>
        Change(by, publish ? AchievementAct.Publish : AchievementAct.Return, reasons, null, static (_, _, _) => null);

    public Task<Result<int>> Withdraw(By by, string? reason) => Change(by, AchievementAct.Withdraw, reason, null, static (_, _, _) => null);

    public Task<Result<int>> Delist(By by, string? reason) => Change(by, AchievementAct.Delist, reason, null, static (_, _, _) => null);

    public Task<Result<Nothing>> EnterTrade(string auction) => Trade(AchievementAct.EnterTrade, auction, AchievementState.InTrade);

    public Task<Result<Nothing>> LeaveTrade(string auction) => Trade(AchievementAct.LeaveTrade, auction, AchievementState.Published);

    public Task<Result<Nothing>> MarkTraded(string auction) => Trade(AchievementAct.MarkTraded, auction, AchievementState.Traded);

    private Task<Result<int>> Change(
        By by, AchievementAct act, string? reason, AchievementContent? content, Func<Achievement, AchievementContent, DateOnly, Fault?> check) => databases.WriteUnlessChanged<int>(async (db, token) =>
    {
        if (await Answered(db, by.Command, act, content, reason, token) is { } first) return first;
        var row = await db.Set<Achievement>().FirstOrDefaultAsync(a => a.Id == Id, token);
        if (row is null) return Refusal.NotFound;
        if (by.Seen is { } seen && seen != row.Version) return Refusal.ChangedMeanwhile;
        var next = Lifecycle.Next(row.Standing, act);
        if (!next.Done) return Result<int>.Refuse(next.Refusal.Value, next.Detail);
        var why = Text.Allow(reason, Disclosures.MostReason, "reason");
        if (!why.Done) return Result<int>.Refuse(why.Refusal.Value, why.Detail);
        if (why.Value is null && Lifecycle.NeedsReason(act)) return Result<int>.Refuse(Refusal.ReasonRequired, "reason");
        var now = clock.GetUtcNow();
        var working = content ?? AchievementContent.Read(row.Content);
        var fault = content is null ? null : ContentCheck.Shape(content, Today(now)).FirstOrDefault();
        fault ??= check(row, working, Today(now));
        if (fault is not null) return Result<int>.Refuse(fault.Why, fault.Field);
        db.Add(AchievementWriting.Apply(row, next.Value, act, content, by.Command, by.Person, why.Value, now, by.Agency));
        if (content is not null || act == AchievementAct.Publish) await AchievementWriting.KeepPatents(db, row, working, token);
        notifier.Tell(db, Decided(row, act, working.Title, why.Value, now));
        await db.SaveChangesAsync(token);
        return row.Version;
    });

    private Task<Result<Nothing>> Trade(AchievementAct act, string auction, AchievementState after) => databases.WriteUnlessChanged(async (db, token) =>
    {
        var row = await db.Set<Achievement>().FirstOrDefaultAsync(a => a.Id == Id, token);
        if (row is null) return Refusal.NotFound;
        if (row.State == after && (row.Auction == auction || after == AchievementState.Published)) return new Nothing();
        if (row.State is AchievementState.InTrade or AchievementState.Traded && row.Auction != auction) return Refusal.InAnotherAuction;
        var next = Lifecycle.Next(row.Standing, act);
        if (!next.Done) return Result<Nothing>.Refuse(next.Refusal.Value, next.Detail);
        row.Auction = act == AchievementAct.LeaveTrade ? null : auction;
        db.Add(AchievementWriting.Apply(row, next.Value, act, null, Guid.CreateVersion7(), Guid.Empty, auction, clock.GetUtcNow()));
        await db.SaveChangesAsync(token);
        return new Nothing();
    });

    /// <summary>The unit is told what the desk decided.</summary>
    private static IEnumerable<Notice> Decided(Achievement row, AchievementAct act, string title, string? why, DateTimeOffset at)
    {
        NoticeKind? kind = act switch
        {
            AchievementAct.Publish => NoticeKind.AchievementPublished,
            AchievementAct.Return => NoticeKind.AchievementReturned,
            AchievementAct.Delist => NoticeKind.AchievementDelisted,
            _ => null,
        };
        if (kind is { } told)
            yield return new Notice($"achievement/{row.Id}/{row.Version}", told, Recipient.Organisation(row.Organisation), $"{row.Id}", act is AchievementAct.Return ? $"/desk/achievements/{row.Id}/edit" : $"/achievements/{row.Id}", at, [NoticeValue.Text(title), NoticeValue.Text(why ?? "")]);
    }

    private static void Add(MarketplaceDb db, Achievement row, AchievementContent content, By by, DateTimeOffset now)
    {
        var version = AchievementWriting.Apply(row, new Standing(AchievementState.Draft), AchievementAct.List, content, by.Command, by.Person, null, now, by.Agency);
        db.Add(row);
        db.Add(version);
    }

    /// <summary>Under the same id the same is the same command; another act, text or reason is none.</summary>
    private async Task<Result<int>?> Answered(MarketplaceDb db, Guid command, AchievementAct act, AchievementContent? content, string? reason, CancellationToken token)
    {
        var made = await db.Set<AchievementVersion>().AsNoTracking().FirstOrDefaultAsync(v => v.Achievement == Id && v.Command == command, token);
        if (made is null) return null;
        var same = made.Act == act && (content is null || content.Write() == made.Content) && Text.Allow(reason, Disclosures.MostReason, "reason") is { Done: true } why && why.Value == made.Reason;
        return same ? made.Number : Refusal.CommandIdReused;
    }

    private static DateOnly Today(DateTimeOffset now) => DateOnly.FromDateTime(now.ToOffset(Instant.Beijing).DateTime);

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
