using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Achievements;

/// <summary>What everybody may read of a version: no details, price idea, licensees' names or registered files.</summary>
public sealed record PublicTier(
    IReadOnlyList<Highland> Highlands, IReadOnlyList<string> Ipc, IReadOnlyList<TrlEvidence> Evidence, IReadOnlyList<PublicIp> Ip,
    IReadOnlyList<PublicOwner> Owners, FundingSource? Funding, string? FundingProject, IReadOnlyList<Completer> Completers,
    IReadOnlyList<PublicLicence> Licences, IReadOnlyList<AttachedFile> Files)
{
    public static PublicTier Of(AchievementContent c) => new(
        c.Highlands, c.Ipc, c.Evidence,
        [.. c.Ip.Select(i => new PublicIp(i.Kind, i.Number, i.Title, i.AppliedOn, IpLife.Ends(i.Kind, i.AppliedOn)))],
        [.. c.Owners.Select(o => new PublicOwner(o.Name, o.ShareBp / 100m))],
        c.Funding, c.FundingProject, c.Completers,
        [.. c.Licences.Select(l => new PublicLicence(l.Kind, l.Until))],
        [.. c.Files.Where(f => f.Tier == Tier.Public)]);
}

public sealed record PublicIp(IpKind Kind, string? Number, string? Title, DateOnly? AppliedOn, DateOnly? EndsOn);

public sealed record PublicOwner(string Name, decimal SharePercent);

public sealed record PublicLicence(LicenceKind Kind, DateOnly? Until);

/// <summary>A section that a room to the right puts on an achievement's page.</summary>
/// <param name="View">The partial view that shows it.</param>
/// <param name="Read">What it shows to this reader; null for no section.</param>
public sealed record AchievementSection(string View, Func<IServiceProvider, AchievementReading, CancellationToken, Task<object?>> Read);

/// <summary>One person's look at one achievement: which version and which tier it shows.</summary>
/// <param name="Content">The published version while it is public, else the working version.</param>
/// <param name="Works">A member of the unit's desk, of its agency, or an operator: sees drafts and every version.</param>
/// <param name="Reader">The membership that opens the registered tier.</param>
public sealed record AchievementReading(
    Achievement Row, Organisation Unit, AchievementContent Content, bool Works, bool OwnUnit, bool Operates, Membership? Reader, Guid? Person)
{
    public bool SignedIn => Person is not null;

    public bool Registered => Works || Reader is not null;

    /// <summary>There is something behind the first tier.</summary>
    public bool HasMore =>
        Content.Details is not null || Content.PriceIdeaFen is not null || Content.Licences.Any(l => l.Licensee is not null) || Content.Files.Any(f => f.Tier == Tier.Registered);

    /// <summary>Null when there is no such achievement for this person.</summary>
    public static async Task<AchievementReading?> Open(MarketplaceDb db, CurrentActor current, Guid id, CancellationToken cancellation)
    {
        var row = await db.Set<Achievement>().AsNoTracking().FirstOrDefaultAsync(a => a.Id == id, cancellation);
        if (row is null) return null;
        var operates = (await current.May(Act.ReviewAchievement, row.Organisation, cancellation)).Done;
        var own = (await current.MayOn(Act.WriteAchievement, row.Organisation, row.Id, cancellation)).Done;
        if (!row.Standing.IsPublic && !own && !operates) return null;
        var reader = Policy.Check((await current.Get(cancellation)).Among(row.Demo), Act.ReadRegisteredTier);
        var unit = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == row.Organisation, cancellation);
        var content = AchievementContent.Read(row.Standing.IsPublic && row.PublicContent is { } known ? known : row.Content);
        return new AchievementReading(
            row, unit, content, own || operates, own, operates, reader.Done ? reader.Value : null, (await current.Get(cancellation)).Person);
    }

    /// <summary>Who reads because it runs the market is written down with what for; nothing when it reads as anybody may.</summary>
    public Task NoteOperator(PrivilegedReads reads, string purpose, CancellationToken cancellation) =>
        this is { Operates: true, OwnUnit: false, Person: { } person } ? reads.Note(person, "draft", $"{Unit.Name} · {Row.Id}", purpose, cancellation) : Task.CompletedTask;

    /// <summary>Writes down that a stranger read the registered tier; the unit and the operator read their own work unlogged.</summary>
    public async Task Log(MarketplaceDb db, string what, DateTimeOffset at, CancellationToken cancellation)
    {
        if (Works || Reader is null || Person is not { } person) return;
        db.Add(new AchievementView { Id = Guid.CreateVersion7(at), Achievement = Row.Id, Person = person, Organisation = Reader.Organisation, What = what, At = at });
        await db.SaveChangesAsync(cancellation);
    }
}
