using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Organisations;
using Marketplace.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demands;

public sealed partial class DemandGrain
{
    public Task<Result<int>> Respond(ActedBy by, ResponseContent content) => Answer(by, ResponseAct.Respond, content, null);

    public Task<Result<int>> ReviseResponse(ActedBy by, ResponseContent content) => Answer(by, ResponseAct.Revise, content, null);

    public Task<Result<int>> ConfirmResponse(ActedBy by) => Answer(by, ResponseAct.Confirm, null, null);

    public Task<Result<int>> WithdrawResponse(ActedBy by, string? reason) => Answer(by, ResponseAct.Withdraw, null, reason);

    public Task<Result<int>> Decline(ActedBy by, string? reason) => Change(by with { Seen = null }, DemandAct.Decline, reason, [], async (db, row, now, token) =>
    {
        // A choice is given up by who was chosen, never by its agency.
        if (by.Agency is not null) return new Fault("response", Refusal.NotAllowed);
        var all = await Responses(db, token);
        var own = all.Find(r => r.Organisation == by.Organisation);
        var next = Responding.Next(own?.State, ResponseAct.Decline, intake: false);
        if (!next.Done) return new Fault("response", next.Refusal.Value);
        Record(db, own!, next.Value, ResponseAct.Decline, by, null, reason, now);
        // The choice is open again among all the others.
        foreach (var other in all.Where(r => r != own && r.State is ResponseState.Chosen or ResponseState.NotChosen)) Move(other, ResponseState.Standing, now);
        row.NoticeEndsAt = null;
        return null;
    });

    public Task<Result<int>> Choose(ActedBy by, Guid[] responses, string? reason) => Change(by, DemandAct.Choose, reason, [responses.Order()], async (db, row, now, token) =>
    {
        var rule = DemandContent.Read(row.PublicContent!);
        var wanted = responses.ToHashSet();
        if (row.Kind == DemandKind.ParallelLanes ? Race.Begin(rule, wanted.Count) is { } lanes : wanted.Count != 1)
            return new Fault("responses", row.Kind == DemandKind.ParallelLanes ? Refusal.LanesOutOfRange : Refusal.Required);
        var all = await Responses(db, token);
        var chosen = all.Where(r => wanted.Contains(r.Id)).ToList();
        if (chosen.Count != wanted.Count || chosen.Exists(r => r.State != ResponseState.Standing)) return new Fault("responses", Refusal.ResponseNotStanding);
        if (chosen.Exists(r => r.ConfirmedEdition < row.TargetsEdition)) return new Fault("responses", Refusal.ResponseNotConfirmed);
        foreach (var response in all.Where(r => r.State == ResponseState.Standing)) Move(response, wanted.Contains(response.Id) ? ResponseState.Chosen : ResponseState.NotChosen, now);
        if (row.Kind == DemandKind.OpenChallenge) row.NoticeEndsAt = ResultNotices.Ends(now, rule.NoticeDays!.Value);
        return null;
    });

    public Task<Result<int>> DeclareUnmet(ActedBy by, string? reason) => Change(by, DemandAct.DeclareUnmet, reason, [], async (db, _, now, token) =>
    {
        foreach (var response in (await Responses(db, token)).Where(r => r.State is ResponseState.Standing or ResponseState.Chosen)) Move(response, ResponseState.NotChosen, now);
        return null;
    });

    public Task<Result<int>> StartWork(ActedBy by) => Change(by, DemandAct.StartWork, null, [], (_, row, _, _) =>
    {
        row.Stage = row.Kind == DemandKind.ParallelLanes ? 1 : 0;
        return Passes;
    });

    public Task<Result<int>> PassMilestone(ActedBy by, string? note) => Change(by, DemandAct.PassMilestone, note, [], (_, row, _, _) =>
    {
        if (row.Stage >= DemandContent.Read(row.PublicContent!).Stages.Length) return Fails("stage", Refusal.MilestonesDone);
        row.Stage++;
        return Passes;
    });

    public Task<Result<int>> DecideLane(ActedBy by, Guid response, bool goesOn, string? reason) => Change(by, DemandAct.DecideLane, reason, [response, goesOn], async (db, row, now, token) =>
    {
        var lane = (await Lanes(db, row, token)).Where(l => l.Response == response).ToList();
        if (lane.Count == 0) return new Fault("response", Refusal.LaneNotRunning);
        if (lane[0].GoesOn is not null) return new Fault("response", Refusal.AlreadyDecided);
        db.Add(new DemandLaneDecision { Demand = Id, Stage = row.Stage, Response = response, GoesOn = goesOn, Reason = reason!, At = now });
        return null;
    });

    public Task<Result<int>> CloseStage(ActedBy by) => Change(by, DemandAct.CloseStage, null, [], async (db, row, now, token) =>
    {
        var lanes = await Lanes(db, row, token);
        var next = Race.CloseStage(DemandContent.Read(row.PublicContent!), row.Stage, lanes);
        if (!next.Done) return new Fault("stage", next.Refusal.Value);
        var stopped = lanes.Where(l => l.GoesOn == false).Select(l => l.Response).ToHashSet();
        // The last lane is not stopped by a gate: that the race failed is a decision of its own, with its reason.
        if (next.Value is not { } stage) return new Fault("stage", Refusal.LaneNotRunning);
        foreach (var response in (await Responses(db, token)).Where(r => stopped.Contains(r.Id))) Move(response, ResponseState.Stopped, now);
        row.Stage = stage;
        return null;
    });

    public Task<Result<int>> Accept(ActedBy by, Guid? best, string? note) => Change(by, DemandAct.Accept, note, [best], async (db, row, now, token) =>
    {
        var rule = DemandContent.Read(row.PublicContent!);
        if (row.Kind != DemandKind.ParallelLanes) return row.Stage < rule.Stages.Length ? new Fault("stage", Refusal.MilestonesOpen) : null;
        if (string.IsNullOrWhiteSpace(note)) return new Fault("reason", Refusal.ReasonRequired);
        if (Race.Best(rule, row.Stage, await Lanes(db, row, token), best ?? Guid.Empty) is { } wrong) return new Fault("best", wrong);
        foreach (var response in (await Responses(db, token)).Where(r => r.State == ResponseState.Chosen)) Move(response, response.Id == best ? ResponseState.Best : ResponseState.Stopped, now);
        return null;
    });

    public Task<Result<int>> Fail(ActedBy by, string? reason) => Change(by, DemandAct.Fail, reason, [], (_, _, _, _) => Passes);

    /// <summary>One step of a responder; the demand's own version does not move by it.</summary>
    private Task<Result<int>> Answer(ActedBy by, ResponseAct act, ResponseContent? content, string? reason) => databases.WriteUnlessChanged<int>(async (db, token) =>
    {
        var demand = await db.Set<Demand>().AsNoTracking().FirstOrDefaultAsync(d => d.Id == Id, token);
        if (demand is null || !demand.Standing.IsPublic || await db.Set<DemandBlock>().AnyAsync(b => b.Demand == Id && (b.Organisation == by.Organisation || b.Organisation == by.Agency), token)) return Refusal.NotFound;
        var row = await db.Set<DemandResponse>().FirstOrDefaultAsync(r => r.Demand == Id && r.Organisation == by.Organisation, token);
        if (row is not null)
        {
            var made = await db.Set<DemandResponseVersion>().AsNoTracking().FirstOrDefaultAsync(v => v.Response == row.Id && v.Command == by.Command, token);
            if (made is not null) return IsSame(made, act, content, reason) ? made.Number : Refusal.CommandIdReused;
            if (by.Seen is { } seen && seen != row.Version) return Refusal.ChangedMeanwhile;
        }

        if (demand.Organisation == by.Organisation) return Refusal.OwnDemand;
        var organisation = await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == by.Organisation, token);
        if (organisation is null) return Refusal.NotFound;
        if (organisation.Demo != demand.Demo) return Refusal.DemoMeetsReal;
        var now = clock.GetUtcNow();
        if (by.Agency is { } agency && await Bars(db, demand, row, by.Organisation, agency, act, now, token) is { } barred) return barred;
        var next = Responding.Next(row?.State, act, intake: demand.State == DemandState.Published && now < demand.Deadline);
        if (!next.Done) return Result<int>.Refuse(next.Refusal.Value, next.Detail);
        if (act == ResponseAct.Confirm && row!.ConfirmedEdition >= demand.TargetsEdition) return Refusal.NothingToConfirm;
        var why = Text.Allow(reason, DemandCheck.MostReason, "reason");
        if (!why.Done) return Result<int>.Refuse(why.Refusal.Value, why.Detail);
        var rule = DemandContent.Read(demand.PublicContent!);
        // To stand by an answer is to say it again: it must fit the sheet as it is now.
        if (act != ResponseAct.Withdraw && ResponseCheck.Of(content ?? ResponseContent.Read(row!.Content), rule) is [var fault, ..]) return Result<int>.Refuse(fault.Why, fault.Field);
        if (row is null) db.Add(row = new DemandResponse { Id = Guid.CreateVersion7(now), Demand = Id, Organisation = by.Organisation, CreatedAt = now });
        if (act != ResponseAct.Withdraw) row.ConfirmedEdition = demand.Edition;
        Record(db, row, next.Value, act, by, content, why.Value, now);
        var agent = await db.Set<Organisation>().AsNoTracking().Where(o => o.Id == by.Agency).Select(o => o.Name).FirstOrDefaultAsync(token);
        notifier.Tell(db, DemandNotices.Of(demand, row, act, organisation.Name, agent, now));
        await db.SaveChangesAsync(token);
        return row.Version;
    });

    /// <summary>To answer first and to answer anew is one command: an answer whose reply was lost comes again when there is one already.</summary>
    private static bool IsSame(DemandResponseVersion made, ResponseAct act, ResponseContent? content, string? reason) => content is null
        ? made.Act == act && Text.Allow(reason, DemandCheck.MostReason, "reason") is { Done: true } why && why.Value == made.Reason
        : made.Act is ResponseAct.Respond or ResponseAct.Revise && made.Content == content.Write();

    private static void Record(MarketplaceDb db, DemandResponse row, ResponseState state, ResponseAct act, ActedBy by, ResponseContent? content, string? reason, DateTimeOffset at)
    {
        if (content is not null) row.Content = content.Write();
        Move(row, state, at);
        row.Agency = by.Agency;
        db.Add(new DemandResponseVersion { Response = row.Id, Number = row.Version, Command = by.Command, Act = act, Content = row.Content, Reason = reason, Person = by.Person, Agency = by.Agency, At = at });
    }

    /// <summary>
    /// What keeps an agency from this step for its client. Order of refusals: NotAllowed, AgentReadsResponses, BothSidesNotAgreed,
    /// ClientActsItself, AnswersForAnotherClient.
    /// </summary>
    private async Task<Refusal?> Bars(MarketplaceDb db, Demand demand, DemandResponse? row, Guid client, Guid agency, ResponseAct act, DateTimeOffset now, CancellationToken token)
    {
        // What gives something up is the client's own, whatever the mandate says.
        if (act is not (ResponseAct.Respond or ResponseAct.Revise or ResponseAct.Confirm)) return Refusal.NotAllowed;
        var held = await HeldMandates.Sides(db, agency, (demand.Organisation, Id), (client, null), Days.Of(now), token);
        if (held.Supply is not { } mandate || !mandate.Terms.Powers.Contains(MandatePower.AnswerDemands)) return Refusal.NotAllowed;
        // Who works at the owner's desk reads what all others offer, and they have agreed to nothing.
        if (held.Demand is { } other && other.Terms.Powers.Contains(MandatePower.WriteDemands)) return Refusal.AgentReadsResponses;
        if (held.LacksConsent) return Refusal.BothSidesNotAgreed;
        if (row is not null && row.Agency != agency) return Refusal.ClientActsItself;
        return await db.Set<DemandResponse>().AnyAsync(r => r.Demand == Id && r.Organisation != client && r.Agency == agency && r.State != ResponseState.Withdrawn, token) ? Refusal.AnswersForAnotherClient : null;
    }

    private static void Move(DemandResponse row, ResponseState state, DateTimeOffset at)
    {
        row.State = state;
        row.Version++;
        row.UpdatedAt = at;
    }

    private Task<List<DemandResponse>> Responses(MarketplaceDb db, CancellationToken token) => db.Set<DemandResponse>().Where(r => r.Demand == Id).ToListAsync(token);

    private async Task<List<Lane>> Lanes(MarketplaceDb db, Demand row, CancellationToken token)
    {
        var running = await db.Set<DemandResponse>().Where(r => r.Demand == Id && r.State == ResponseState.Chosen).Select(r => r.Id).ToListAsync(token);
        var decided = await db.Set<DemandLaneDecision>().Where(d => d.Demand == Id && d.Stage == row.Stage).ToDictionaryAsync(d => d.Response, d => d.GoesOn, token);
        return running.ConvertAll(r => new Lane(r, decided.TryGetValue(r, out var goesOn) ? goesOn : null));
    }
}
