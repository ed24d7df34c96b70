using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations;

/// <summary>What the verification desk is told about a code and a region before it decides.</summary>
/// <param name="Key">The text that names the check.</param>
/// <param name="Detail">What was found, for a check that did not pass.</param>
public sealed record VerificationCheck(string Key, bool Passed, string? Detail = null);

/// <summary>What another capability does with a decision of the desk, in its transaction.</summary>
public delegate Task OnVerification(MarketplaceDb db, Organisation organisation, OrganisationHistoryRow line, CancellationToken cancellation);

/// <summary>Registered by a capability that lies to the right and hears of every decision.</summary>
public sealed record AfterVerification(OnVerification Do);

/// <summary>主体核验: the operator accepts an organisation or sends it back, with a reason, once.</summary>
public sealed class Verification(MarketplaceDb db, IEnumerable<AfterVerification> after, TimeProvider clock)
{
    public const int MostReason = 1000;

    /// <summary>Decides on the organisation as the operator saw it.</summary>
    /// <param name="version">The version on the operator's page; another operator's decision in between refuses this one.</param>
    /// <param name="reason">Required to send back, and to accept against a warning.</param>
    public async Task<Result<Nothing>> Decide(Guid organisation, int version, bool accept, string? reason, Actor actor, CancellationToken cancellation)
    {
        var allowed = Policy.Check(actor, Act.VerifyOrganisation);
        if (allowed.Refusal is { } denied) return denied;
        // Nobody decides on an organisation of their own.
        if (actor.Memberships.Any(m => m.Organisation == organisation)) return Refusal.NotAllowed;
        if (await db.Set<Organisation>().SingleOrDefaultAsync(o => o.Id == organisation, cancellation) is not { } row) return Refusal.NotFound;
        if (row.Version != version) return Refusal.ChangedMeanwhile;
        if (row.State is not VerificationState.Pending) return Refusal.AlreadyDecided;
        var given = Text.Allow(reason, MostReason, "reason");
        if (given.Refusal is { } wrong) return Result<Nothing>.Refuse(wrong, "reason");
        var checks = await Check(row, cancellation);
        if (given.Value is null && (!accept || checks.Any(c => !c.Passed))) return Result<Nothing>.Refuse(Refusal.Required, "reason");
        if (accept && await IsTaken(row, cancellation)) return Registration.Taken(row.IsAbroad).Refusal;

        row.State = accept ? VerificationState.Verified : VerificationState.Rejected;
        row.SubmittedAt = null;
        row.Version++;
        var line = new OrganisationHistoryRow
        {
            Id = Guid.CreateVersion7(),
            Organisation = organisation,
            Event = accept ? OrganisationEvent.Accepted : OrganisationEvent.Rejected,
            At = clock.GetUtcNow(),
            Person = actor.Person,
            Detail = given.Value,
        };
        db.Add(line);
        foreach (var room in after) await room.Do(db, row, line, cancellation);
        return await db.SaveUnlessChanged(cancellation);
    }

    /// <summary>The owner corrects what was sent back, or what still waits.</summary>
    public async Task<FieldRefusal?> Resubmit(Organisation row, int version, NewOrganisation corrected, Guid person, CancellationToken cancellation)
    {
        if (row.Version != version) return new FieldRefusal("", Refusal.ChangedMeanwhile);
        if (row.State is VerificationState.Verified) return new FieldRefusal("", Refusal.AlreadyDecided);
        // Whom a hall's clerk entered may have bought there already, as what it was entered as.
        if (corrected.Abroad is null == row.IsAbroad && await WasEntered(row.Id, cancellation)) return new FieldRefusal("", Refusal.RegisterStays);
        var now = clock.GetUtcNow();
        (row.Name, row.Uscc, row.Region) = (corrected.Name, corrected.Uscc?.Value, corrected.Region);
        (row.Country, row.RegistryNumber) = (corrected.Abroad?.Country, corrected.Abroad?.Number);
        if (await IsTaken(row, cancellation)) return Registration.Taken(row.IsAbroad);
        if (row.State is VerificationState.Rejected) row.SubmittedAt = now;
        row.State = VerificationState.Pending;
        row.Version++;
        db.Add(new OrganisationHistoryRow
        {
            Id = Guid.CreateVersion7(),
            Organisation = row.Id,
            Event = OrganisationEvent.Resubmitted,
            At = now,
            Person = person,
            Detail = Registration.Warnings(corrected),
        });
        return (await db.SaveUnlessChanged(cancellation)).Refusal is { } refusal ? new FieldRefusal("", refusal) : null;
    }

    /// <summary>Everything the market itself can say; the registry is looked up by people.</summary>
    public async Task<IReadOnlyList<VerificationCheck>> Check(Organisation organisation, CancellationToken cancellation)
    {
        if (organisation.IsAbroad)
        {
            return
            [
                new("Check.Registry", RegistryEntry.ReadNumber(organisation.RegistryNumber).Done && Country.Read(organisation.Country).Done),
                new("Check.RegistryUnique", !await IsTaken(organisation, cancellation)),
            ];
        }

        var read = Uscc.Read(organisation.Uscc);
        if (!read.Done) return [new VerificationCheck("Check.Shape", false)];
        var (code, warnings) = (read.Value.Value, read.Value.Warnings);
        return
        [
            new("Check.Shape", true),
            new("Check.CheckCharacter", !warnings.Contains(UsccWarning.CheckCharacter), Uscc.CheckCharacter(code.AsSpan(0, 17)).ToString()),
            new("Check.OrganisationCode", !warnings.Contains(UsccWarning.OrganisationCode), Uscc.OrganisationCheck(code.AsSpan(8, 8)).ToString()),
            new("Check.Region", organisation.Region is null || code.AsSpan(2, 4).SequenceEqual(organisation.Region.AsSpan(0, 4)), code[2..8]),
            new("Check.Unique", !await IsTaken(organisation, cancellation)),
        ];
    }

    /// <summary>Somebody else registered it: the clerk of a hall.</summary>
    private Task<bool> WasEntered(Guid organisation, CancellationToken cancellation) => db.Set<OrganisationHistoryRow>().AnyAsync(
        h => h.Organisation == organisation && h.Event == OrganisationEvent.Registered && !db.Set<MembershipRow>().Any(m => m.Organisation == organisation && m.Person == h.Person), cancellation);

    private Task<bool> IsTaken(Organisation organisation, CancellationToken cancellation) =>
        db.Set<Organisation>().Verified(organisation.Uscc, organisation.IsAbroad ? new RegistryEntry(organisation.Country!, organisation.RegistryNumber!) : null)
            .AnyAsync(o => o.Id != organisation.Id, cancellation);
}
