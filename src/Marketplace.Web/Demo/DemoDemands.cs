using Marketplace.Demands;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demo;

/// <summary>
/// Invented demands of all kinds in several states, written, graded, reviewed and answered through the same grains as
/// people's. Some go on after their deadline; what is under way is read from the market each time.
/// </summary>
public sealed class DemoDemands(IMarketplaceDbFactory databases, IGrainFactory grains, TimeProvider clock)
{
    /// <summary>So long intake lasts where the demonstration shows what comes after it.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(45);

    /// <summary>Puts in what is not there yet.</summary>
    /// <param name="organisations">By their place in <see cref="DemoCast.Organisations"/>.</param>
    public async Task Load(Guid[] organisations, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        var people = (await db.Set<MembershipRow>().AsNoTracking().Where(m => organisations.Contains(m.Organisation)).ToListAsync(cancellation))
            .GroupBy(m => m.Organisation).ToDictionary(g => g.Key, g => g.MinBy(m => m.Since)!.Person);
        var there = (await db.Set<Demand>().AsNoTracking().Where(d => d.Demo).Select(d => d.Title).ToListAsync(cancellation)).ToHashSet();
        foreach (var story in DemoNeeds.All(clock.GetUtcNow(), Soon).Where(s => !there.Contains(s.Content.Title)))
        {
            var id = Guid.CreateVersion7(clock.GetUtcNow());
            var grain = grains.GetGrain<IDemandGrain>(id);
            Must(await grain.Begin(By(story.Owner), organisations[story.Owner], story.Kind, story.Content));
            Must(await grain.SetReveal(By(story.Owner), story.Reveal, []));
            Must(await grain.SubmitForReview(By(story.Owner)));
            if (story.Grade is { } sheet) Must(await grain.Judge(By(DemoNeeds.Agency), sheet));
            if (story.Kind != DemandKind.Problem) Must(await grain.PromiseReward(By(story.Owner), story.Content.RewardFen!.Value));
            if (!story.Published) continue;
            Must(await grain.Review(By(0), publish: true, null));
            foreach (var (unit, answer) in story.Answers) Must(await grain.Respond(By(unit), answer));
        }

        ActedBy By(int place) => new(Guid.CreateVersion7(clock.GetUtcNow()), people[organisations[place]], organisations[place]);
    }

    /// <summary>What the owners of the demonstration decide once the deadline has passed.</summary>
    public async Task GoOn(CancellationToken cancellation)
    {
        await using var db = databases.Create();
        var waiting = await db.Set<Demand>().AsNoTracking()
            .Where(d => d.Demo && DemoNeeds.GoesOn.Contains(d.Title) && (d.State == DemandState.Selecting || (d.State == DemandState.Chosen && d.Kind == DemandKind.ParallelLanes)))
            .ToListAsync(cancellation);
        foreach (var demand in waiting)
        {
            var grain = grains.GetGrain<IDemandGrain>(demand.Id);
            var person = await db.Set<MembershipRow>().Where(m => m.Organisation == demand.Organisation).OrderBy(m => m.Since).Select(m => m.Person).FirstAsync(cancellation);
            var by = new ActedBy(Guid.CreateVersion7(clock.GetUtcNow()), person, demand.Organisation);
            var responses = await db.Set<DemandResponse>().AsNoTracking().Where(r => r.Demand == demand.Id && r.State == ResponseState.Standing).OrderBy(r => r.CreatedAt).Select(r => r.Id).ToArrayAsync(cancellation);
            if (demand.State == DemandState.Chosen) Must(await grain.StartWork(by));
            else if (responses.Length > 0) Must(await grain.Choose(by, demand.Kind == DemandKind.ParallelLanes ? responses : responses[..1], "必达指标余量大，已有样机数据（演示）"));
        }
    }

    /// <summary>A refusal here is a bug of the demonstration.</summary>
    private static void Must(Result<int> result)
    {
        if (!result.Done) throw new InvalidOperationException($"The demonstration was refused: {result.Refusal} {result.Detail}");
    }
}
