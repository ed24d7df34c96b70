using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demands;

/// <summary>A section that a room to the right puts on a demand's page.</summary>
/// <param name="View">The partial view that shows it.</param>
/// <param name="Read">What it shows to this reader; null for no section.</param>
public sealed record DemandSection(string View, Func<IServiceProvider, DemandReading, CancellationToken, Task<object?>> Read);

/// <summary>One person's look at one demand: on which rung of the ladder it stands, and what it sees from there.</summary>
/// <param name="Content">What was published last, before the first publication the working version. Show only what <paramref name="Sight"/> allows.</param>
/// <param name="Works">The owner's desk or a broker with its mandate.</param>
/// <param name="Decides">The owner's own desk.</param>
/// <param name="Judges">The membership at an agency that may grade it now.</param>
/// <param name="Answers">The membership that may respond.</param>
/// <param name="Own">The response of the reader's organisation.</param>
public sealed record DemandReading(
    Demand Row, Organisation Owner, DemandContent Content, Sight Sight, bool Works, bool Decides, bool Operates, Membership? Judges, Membership? Answers, Membership? Reader,
    DemandResponse? Own, int Responses, Guid? Person)
{
    public bool SignedIn => Person is not null;

    /// <summary>Clients for whom the reader's agency may answer under a mandate.</summary>
    public IReadOnlyList<Guid> Clients { get; init; } = [];

    /// <summary>The demand's region, without the county while the owner's name is closed.</summary>
    public string? Region => Sight.Name ? Content.Region : Domain.Organisations.Region.CityOf(Content.Region);

    /// <summary>Null when there is no such demand for this person.</summary>
    public static async Task<DemandReading?> Open(MarketplaceDb db, CurrentActor current, Guid id, CancellationToken cancellation)
    {
        var row = await db.Set<Demand>().AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, cancellation);
        if (row is null) return null;
        var actor = await current.Get(cancellation);
        var works = (await current.MayOn(Act.WriteDemand, row.Organisation, id, cancellation)).Done;
        var decides = (await current.May(Act.DecideDemand, row.Organisation, cancellation)).Done || (await current.May(Act.PromiseReward, row.Organisation, cancellation)).Refusal is null or Refusal.SecondFactorRequired;
        // Who runs the market reads what it must decide, and nothing more.
        var operates = row.Standing.AwaitsReview && (await current.May(Act.ReviewDemand, row.Organisation, cancellation)).Done;
        var side = actor.Among(row.Demo);
        var reader = Policy.Check(side, Act.ReadRegisteredTier);
        var own = actor.Memberships.Select(m => m.Organisation).Distinct().ToList();
        var blocked = row.Blocks && (!reader.Done || await db.Set<DemandBlock>().AnyAsync(b => b.Demand == id && own.Contains(b.Organisation), cancellation));
        if (blocked && !works && !decides && !operates) return null;
        var judges = row.State == DemandState.InReview ? Policy.Check(side, Act.GradeDemand) : Refusal.NotInThisState;
        var response = await db.Set<DemandResponse>().AsNoTracking().Where(r => r.Demand == id && own.Contains(r.Organisation)).OrderByDescending(r => r.UpdatedAt).FirstOrDefaultAsync(cancellation);
        if (!row.Standing.IsPublic && response is null && !works && !decides && !operates && !judges.Done) return null;
        var answers = await current.May(Act.RespondToDemand, null, cancellation);
        var inside = works || decides || operates || response?.State is ResponseState.Chosen or ResponseState.Best
            || (reader.Done && await db.Set<DemandGuest>().AnyAsync(g => g.Demand == id && own.Contains(g.Organisation), cancellation));
        var owner = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == row.Organisation, cancellation);
        var content = DemandContent.Read(row.PublicContent ?? row.Content);
        var rung = inside ? Rung.Inside : reader.Done ? Rung.Verified : Rung.Public;
        return new DemandReading(
            row, owner, content, Ladder.Of(row.Reveal, rung), works, decides, operates, judges.Done ? judges.Value : null, answers.Done && !own.Contains(row.Organisation) ? answers.Value : null,
            reader.Done ? reader.Value : null, response, await db.Set<DemandResponse>().CountAsync(r => r.Demand == id && r.State != ResponseState.Withdrawn, cancellation), actor.Person)
        {
            Clients = ClientsOf(actor, row),
        };
    }

    /// <summary>A mandate counts where the policy says so, and for no client that is the owner or the reader's own organisation.</summary>
    private static List<Guid> ClientsOf(Actor actor, Demand row) =>
        [.. actor.Mandates.Where(m => m.Client != row.Organisation && Policy.Check(actor, Act.RespondToDemand, m.Client, row.Id) is { Done: true } may && may.Value.Organisation == m.Agency).Select(m => m.Client).Distinct()];

    /// <summary>Writes down, before it is shown, what a stranger reads beyond the public, and what the operator reads at all.</summary>
    public async Task Log(MarketplaceDb db, PrivilegedReads reads, string purpose, DateTimeOffset at, CancellationToken cancellation)
    {
        if (Works || Decides || Person is not { } person) return;
        if (Operates)
        {
            await reads.Note(person, "draft", $"{Owner.Name} · {Row.Id}", purpose, cancellation);
            return;
        }

        var open = Ladder.Of(Row.Reveal, Rung.Public);
        var seen = new List<string>();
        if (Sight.Name && !open.Name) seen.Add("name");
        if (Sight.Budget && !open.Budget && (Content.BudgetFromFen ?? Content.BudgetToFen) is not null) seen.Add("budget");
        if (Sight.Confidential && Content.Confidential is not null) seen.Add("confidential");
        if (seen.Count == 0 || Reader is null) return;
        db.Add(new DemandView { Id = Guid.CreateVersion7(at), Demand = Row.Id, Person = person, Organisation = Reader.Organisation, What = $"|{string.Join('|', seen)}|", At = at });
        await db.SaveChangesAsync(cancellation);
    }
}
