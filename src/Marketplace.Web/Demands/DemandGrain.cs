using System.Text.Json;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demands;

/// <summary>Identity and order of one demand with its responses. It keeps no copy between calls: the rows and their version numbers are the truth.</summary>
public sealed partial class DemandGrain(IMarketplaceDbFactory databases, INotifier notifier, TimeProvider clock) : Grain, IDemandGrain
{
    public const string ClockWork = "demands.clock";

    /// <summary>What a step does to the row and its relatives beyond its state; a fault refuses it.</summary>
    private delegate Task<Fault?> Step(MarketplaceDb db, Demand row, DateTimeOffset now, CancellationToken token);

    private Guid Id => this.GetPrimaryKey();

    public Task<Result<int>> Begin(ActedBy by, Guid owner, DemandKind kind, DemandContent content) => databases.WriteUnlessChanged<int>(async (db, token) =>
    {
        var said = DemandWriting.Said(owner, kind, content.Write());
        if (await Answered(db, by.Command, DemandAct.Begin, said, token) is { } first) return first;
        if (await db.Set<Demand>().AnyAsync(d => d.Id == Id, token)) return Refusal.CommandIdReused;
        var organisation = await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == owner, token);
        if (organisation is null) return Refusal.NotFound;
        if (DemandCheck.Shape(content) is [var fault, ..]) return Result<int>.Refuse(fault.Why, fault.Field);
        var now = clock.GetUtcNow();
        var row = new Demand { Id = Id, Organisation = owner, Kind = kind, Demo = organisation.Demo, CreatedAt = now, Content = content.Write() };
        var version = DemandWriting.Apply(row, new DemandStanding(DemandState.Draft), DemandAct.Begin, by, null, now, said);
        db.Add(row);
        db.Add(version);
        await db.SaveChangesAsync(token);
        return row.Version;
    });

    public Task<Result<int>> Edit(ActedBy by, DemandContent content) => Change(by, DemandAct.Edit, null, [content.Write()], (_, row, _, _) => Rewrite(row, content));

    public Task<Result<int>> SetReveal(ActedBy by, RevealSettings reveal, Guid[] blocked) => Change(by, DemandAct.SetReveal, null, [reveal, blocked.Order()], async (db, row, _, token) =>
    {
        (row.NameOpens, row.BudgetOpens, row.ConfidentialOpens) = (reveal.Name, reveal.Budget, reveal.Confidential == Opens.Public ? Opens.Verified : reveal.Confidential);
        var wanted = blocked.Where(b => b != row.Organisation).ToHashSet();
        if (await db.Set<Organisation>().CountAsync(o => wanted.Contains(o.Id), token) != wanted.Count) return new Fault("blocked", Refusal.OrganisationUnknown);
        // Who has answered has seen it.
        if (await db.Set<DemandResponse>().AnyAsync(r => r.Demand == Id && wanted.Contains(r.Organisation), token)) return new Fault("blocked", Refusal.AlreadyResponded);
        var old = await db.Set<DemandBlock>().Where(b => b.Demand == Id).ToListAsync(token);
        db.RemoveRange(old.Where(b => !wanted.Contains(b.Organisation)));
        db.AddRange(wanted.Except(old.Select(b => b.Organisation)).Select(b => new DemandBlock { Demand = Id, Organisation = b }));
        db.RemoveRange(await db.Set<DemandGuest>().Where(g => g.Demand == Id && wanted.Contains(g.Organisation)).ToListAsync(token));
        row.Blocks = wanted.Count > 0;
        return row.Standing.State == DemandState.Draft ? null : await Anonymous(db, row, token);
    });

    public Task<Result<Nothing>> LetIn(ActedBy by, Guid organisation) => databases.WriteUnlessChanged<Nothing>(async (db, token) =>
    {
        var row = await db.Set<Demand>().AsNoTracking().FirstOrDefaultAsync(d => d.Id == Id, token);
        if (row is null || !await db.Set<Organisation>().AnyAsync(o => o.Id == organisation, token)) return Refusal.NotFound;
        if (row.Standing.IsOver || await db.Set<DemandBlock>().AnyAsync(b => b.Demand == Id && b.Organisation == organisation, token)) return Refusal.NotInThisState;
        if (await db.Set<DemandGuest>().AnyAsync(g => g.Demand == Id && g.Organisation == organisation, token)) return new Nothing();
        db.Add(new DemandGuest { Demand = Id, Organisation = organisation, Person = by.Person, At = clock.GetUtcNow() });
        await db.SaveChangesAsync(token);
        return new Nothing();
    });

    public Task<Result<int>> SubmitForReview(ActedBy by) => Change(by, DemandAct.SubmitForReview, null, [], async (db, row, now, token) =>
        DemandCheck.Ready(row.Kind, DemandContent.Read(row.Content), now, row.Demo) is [var fault, ..] ? fault : await Anonymous(db, row, token));

    public Task<Result<int>> PromiseReward(ActedBy by, long amountFen) => Change(by, DemandAct.PromiseReward, null, [amountFen], (_, row, now, _) =>
    {
        if (DemandContent.Read(row.Content).RewardFen != amountFen) return Fails("reward", Refusal.PromiseDiffers);
        (row.PromisedFen, row.PromisedBy, row.PromisedAt) = (amountFen, by.Person, now);
        return Passes;
    });

    public Task<Result<int>> Review(ActedBy by, bool publish, string? reasons) => Change(by, publish ? DemandAct.Publish : DemandAct.Return, reasons, [], (_, row, now, _) =>
    {
        if (!publish)
        {
            // A change that was not taken is gone; the demand stays as it was published.
            if (row.PublicContent is { } standing) row.Content = standing;
            return Passes;
        }

        var content = DemandContent.Read(row.Content);
        if (row.Grade == Grade.C) return Fails("grade", Refusal.GradedTooVague);
        if (DemandLifecycle.NeedsPromise(row.Kind) && (row.PromisedFen ?? 0) < content.RewardFen) return Fails("reward", Refusal.RewardNotPromised);
        if (row.PublicContent is null && DemandCheck.TooSoon(row.Kind, content, now, row.Demo)) return Fails("deadline", Refusal.DeadlineTooSoon);
        // Whoever has to answer again counts the days from the publication, not from the wish for it.
        if (row.PublicContent is { } before && DemandCheck.Change(row.Kind, DemandContent.Read(before), content, now) is { } late) return Fails(late.Field, late.Why);
        DemandWriting.Publish(row, now);
        return Passes;
    });

    public Task<Result<int>> Judge(ActedBy by, GradeSheet sheet) => databases.WriteUnlessChanged<int>(async (db, token) =>
    {
        var said = JsonSerializer.Serialize(sheet);
        var made = await db.Set<DemandGrade>().AsNoTracking().FirstOrDefaultAsync(g => g.Demand == Id && g.Command == by.Command, token);
        if (made is not null) return made.Sheet == said ? made.Number : Refusal.CommandIdReused;
        // Given back, it writes a version under the same id.
        if (await db.Set<DemandVersion>().AnyAsync(v => v.Demand == Id && v.Command == by.Command, token)) return Refusal.CommandIdReused;
        var row = await db.Set<Demand>().FirstOrDefaultAsync(d => d.Id == Id, token);
        if (row is null || await db.Set<DemandBlock>().AnyAsync(b => b.Demand == Id && b.Organisation == by.Organisation, token)) return Refusal.NotFound;
        if (by.Seen is { } seen && seen != row.Version) return Refusal.ChangedMeanwhile;
        if (!await db.Set<Organisation>().AnyAsync(o => o.Id == by.Organisation && o.Demo == row.Demo, token)) return Refusal.DemoMeetsReal;
        if (row.State != DemandState.InReview) return Refusal.NotInThisState;
        if (Grading.Check(sheet) is { } fault) return Result<int>.Refuse(fault.Why, fault.Field);
        var owner = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == row.Organisation, token);
        // A broker with a mandate knows the name, and everybody reads its reasons.
        if (row.NameOpens != Opens.Public && Grading.Naming(sheet, owner.Name, owner.Code) is { } told) return Result<int>.Refuse(Refusal.NameInPublicText, $"{told.Item}");
        var now = clock.GetUtcNow();
        var number = await db.Set<DemandGrade>().CountAsync(g => g.Demand == Id, token) + 1;
        db.Add(new DemandGrade
        {
            Demand = Id,
            Number = number,
            Command = by.Command,
            Version = row.Version,
            Grade = sheet.Grade,
            Back = sheet.Back,
            Sheet = said,
            Person = by.Person,
            Agency = by.Organisation,
            At = now,
        });
        row.Grade = sheet.Grade;
        if (sheet.Back)
        {
            var next = DemandLifecycle.Next(row.Kind, row.Standing, DemandAct.Rediagnose);
            if (!next.Done) return Result<int>.Refuse(next.Refusal.Value, next.Detail);
            var reasons = string.Join('\n', sheet.Items.Where(i => i.Finding != Finding.Good).Select(i => i.Reason));
            db.Add(DemandWriting.Apply(row, next.Value, DemandAct.Rediagnose, by, reasons, now));
            notifier.Tell(db, await DemandNotices.Of(db, row, DemandAct.Rediagnose, by, renewed: false, reasons, now, token));
        }

        await db.SaveChangesAsync(token);
        return number;
    });

    public Task<Result<int>> ProposeChange(ActedBy by, DemandContent content) => Change(by, DemandAct.ProposeChange, null, [content.Write()], async (db, row, now, token) =>
    {
        if (DemandCheck.Shape(content) is [var fault, ..]) return fault;
        if (DemandGates.Of(row.Kind, content).Where(g => g.Missing is not null).ToList() is [var gate, ..]) return new Fault(gate.Field, gate.Missing!.Value);
        if (DemandCheck.Change(row.Kind, DemandContent.Read(row.PublicContent!), content, now) is { } wrong) return wrong;
        row.Content = content.Write();
        return await Anonymous(db, row, token);
    });

    public Task<Result<int>> Extend(ActedBy by, DateTimeOffset deadline) => Change(by, DemandAct.Extend, null, [deadline], (_, row, now, _) =>
    {
        if (deadline <= row.Deadline || deadline <= now) return Fails("deadline", Refusal.DeadlineMayNotMoveEarlier);
        if (deadline > now.AddYears(2)) return Fails("deadline", Refusal.DateImpossible);
        row.Content = (DemandContent.Read(row.Content) with { Deadline = deadline }).Write();
        DemandWriting.Publish(row, now);
        return Passes;
    });

    public Task<Result<int>> Withdraw(ActedBy by, string? reason) => Change(by, DemandAct.Withdraw, reason, [], (_, _, _, _) => Passes);

    public async Task<DateTimeOffset?> Poke()
    {
        // A conflict with another node's writing is no answer yet: the clock asks once more.
        for (var attempt = 1; ; attempt++)
        {
            var next = await databases.WriteUnlessChanged<DateTimeOffset?>(async (db, token) =>
            {
                var row = await db.Set<Demand>().FirstOrDefaultAsync(d => d.Id == Id, token);
                if (row is null) return Result<DateTimeOffset?>.Of(null);
                var now = clock.GetUtcNow();
                if (DueAt(row) is not { } due || due > now) return Result<DateTimeOffset?>.Of(DueAt(row));
                var act = row.State != DemandState.Published ? DemandAct.EndNotice
                    : await db.Set<DemandResponse>().AnyAsync(r => r.Demand == Id && r.State == ResponseState.Standing && r.ConfirmedEdition >= row.TargetsEdition, token) ? DemandAct.CloseIntake
                    : DemandAct.Lapse;
                var after = DemandLifecycle.Next(row.Kind, row.Standing, act);
                if (row.ChangeWaits) row.Content = row.PublicContent!;
                var market = ActedBy.Market(Guid.CreateVersion7(now));
                db.Add(DemandWriting.Apply(row, after.Value, act, market, null, now));
                notifier.Tell(db, await DemandNotices.Of(db, row, act, market, renewed: false, null, now, token));
                await db.SaveChangesAsync(token);
                return Result<DateTimeOffset?>.Of(DueAt(row));
            });
            if (next.Done) return next.Value;
            if (attempt == 5) throw new InvalidOperationException($"The clock of demand {Id} met other writers five times");
        }
    }

    private static DateTimeOffset? DueAt(Demand row) => row.State switch
    {
        DemandState.Published => row.Deadline,
        DemandState.ResultNotice => row.NoticeEndsAt,
        _ => null,
    };

    private static Task<Fault?> Passes => Task.FromResult<Fault?>(null);

    private static Task<Fault?> Fails(string field, Refusal why) => Task.FromResult<Fault?>(new Fault(field, why));

    private static Task<Fault?> Rewrite(Demand row, DemandContent content)
    {
        if (DemandCheck.Shape(content) is [var fault, ..]) return Fails(fault.Field, fault.Why);
        row.Content = content.Write();
        // The grade was of what it said before.
        row.Grade = null;
        return Passes;
    }

    /// <summary>A name that stays closed stands in no text that opens wider, nor in the reasons of the grade, which may have been given while it was open.</summary>
    private static async Task<Fault?> Anonymous(MarketplaceDb db, Demand row, CancellationToken token)
    {
        if (row.NameOpens == Opens.Public) return null;
        var owner = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == row.Organisation, token);
        foreach (var content in new[] { row.Content, row.PublicContent }.OfType<string>().Distinct())
        {
            if (DemandCheck.NamesOwner(DemandContent.Read(content), owner.Name, owner.Code) is { } field) return new Fault(field, Refusal.NameInPublicText);
        }

        if (row.Grade is null) return null;
        var sheet = await db.Set<DemandGrade>().AsNoTracking().Where(g => g.Demand == row.Id).OrderByDescending(g => g.Number).Select(g => g.Sheet).FirstAsync(token);
        return Grading.Naming(JsonSerializer.Deserialize<GradeSheet>(sheet)!, owner.Name, owner.Code) is null ? null : new Fault("grade", Refusal.NameInPublicText);
    }

    /// <param name="says">What the command says beside its act and its reason.</param>
    private Task<Result<int>> Change(ActedBy by, DemandAct act, string? reason, object?[] says, Step step) => databases.WriteUnlessChanged<int>(async (db, token) =>
    {
        var said = DemandWriting.Said([reason, .. says]);
        if (await Answered(db, by.Command, act, said, token) is { } first) return first;
        var row = await db.Set<Demand>().FirstOrDefaultAsync(d => d.Id == Id, token);
        if (row is null) return Refusal.NotFound;
        if (by.Seen is { } seen && seen != row.Version) return Refusal.ChangedMeanwhile;
        var now = clock.GetUtcNow();
        // Late is late, whether the clock has been here or not.
        if (DueAt(row) <= now && row.State == DemandState.Published && act is not DemandAct.Withdraw) return Refusal.ResponsesClosed;
        var next = DemandLifecycle.Next(row.Kind, row.Standing, act);
        if (!next.Done) return Result<int>.Refuse(next.Refusal.Value, next.Detail);
        var why = Text.Allow(reason, DemandCheck.MostReason, "reason");
        if (!why.Done) return Result<int>.Refuse(why.Refusal.Value, why.Detail);
        if (why.Value is null && DemandLifecycle.NeedsReason(act)) return Result<int>.Refuse(Refusal.ReasonRequired, "reason");
        var targets = row.TargetsEdition;
        if (await step(db, row, now, token) is { } fault)
        {
            db.ChangeTracker.Clear();
            return Result<int>.Refuse(fault.Why, fault.Field);
        }

        db.Add(DemandWriting.Apply(row, next.Value, act, by, why.Value, now, said));
        notifier.Tell(db, await DemandNotices.Of(db, row, act, by, row.TargetsEdition > targets, why.Value, now, token));
        if (DueAt(row) is { } due) await db.SaveWithWork(ClockWork, Id.ToString(), due, token);
        else await db.SaveChangesAsync(token);
        return row.Version;
    });

    private async Task<Result<int>?> Answered(MarketplaceDb db, Guid command, DemandAct act, string said, CancellationToken token)
    {
        var made = await db.Set<DemandVersion>().AsNoTracking().FirstOrDefaultAsync(v => v.Demand == Id && v.Command == command, token);
        return made is null ? null : made.Act == act && made.Said == said ? made.Number : Refusal.CommandIdReused;
    }
}
