using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations;

/// <summary>Who belongs to an organisation: invitations, roles, removal. Every change leaves a line in its history.</summary>
public sealed class Members(MarketplaceDb db, Registration registration, TimeProvider clock)
{
    /// <summary>How long an invitation's link works.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromDays(7);

    /// <summary>Invites by e-mail; the token stands in the link and nowhere else.</summary>
    public async Task<Result<string>> Invite(Guid organisation, string? email, MemberRole role, Guid by, CancellationToken cancellation)
    {
        var address = EmailAddress.Read(email);
        if (!address.Done) return Result<string>.Refuse(address.Refusal.Value, "email");
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var now = clock.GetUtcNow();
        db.Add(new InvitationRow
        {
            Id = Guid.CreateVersion7(),
            Organisation = organisation,
            Email = address.Value,
            Role = role,
            TokenHash = HashOf(token),
            InvitedBy = by,
            At = now,
            ExpiresAt = now + Lasts,
        });
        Note(organisation, OrganisationEvent.Invited, by, $"{address.Value} {role}");
        await db.SaveChangesAsync(cancellation);
        return token;
    }

    public async Task<Result<Nothing>> Withdraw(Guid organisation, Guid invitation, Guid by, CancellationToken cancellation)
    {
        var row = await db.Set<InvitationRow>().SingleOrDefaultAsync(i => i.Id == invitation && i.Organisation == organisation, cancellation);
        if (row is null) return Refusal.InvitationUnknown;
        if (row.SpentAt is not null) return Refusal.InvitationSpent;
        row.SpentAt = clock.GetUtcNow();
        Note(organisation, OrganisationEvent.InvitationWithdrawn, by, row.Email);
        return await db.SaveUnlessChanged(cancellation);
    }

    /// <summary>The invitation behind a link, while it works.</summary>
    public async Task<Result<InvitationRow>> Find(string? token, CancellationToken cancellation)
    {
        if (token is not { Length: > 0 and <= 100 }) return Refusal.InvitationUnknown;
        var hash = HashOf(token);
        var row = await db.Set<InvitationRow>().SingleOrDefaultAsync(i => i.TokenHash == hash, cancellation);
        if (row is null || row.ExpiresAt <= clock.GetUtcNow()) return Refusal.InvitationUnknown;
        return row.SpentAt is null ? row : Refusal.InvitationSpent;
    }

    /// <summary>Somebody with an account joins.</summary>
    public async Task<Result<Nothing>> Join(InvitationRow invitation, Person person, CancellationToken cancellation)
    {
        if (!string.Equals(person.Email, invitation.Email, StringComparison.OrdinalIgnoreCase)) return Refusal.InvitationForOther;
        await Accept(invitation, person.Id, cancellation);
        return await db.SaveUnlessChanged(cancellation);
    }

    /// <summary>Somebody new gets an account and joins, in one transaction.</summary>
    public async Task<Result<Nothing>> Join(InvitationRow invitation, Person person, string password, CancellationToken cancellation)
    {
        var normalised = person.Email!.ToUpperInvariant();
        // Whoever holds the link was invited by this e-mail and may know that it has an account.
        if (await db.Set<Person>().AnyAsync(p => p.NormalizedEmail == normalised, cancellation)) return Refusal.PersonExists;
        try
        {
            await db.WriteAsync(
                async token =>
                {
                    await registration.Create(person, password);
                    await Accept(invitation, person.Id, token);
                    await db.SaveChangesAsync(token);
                },
                cancellation);
            return new Nothing();
        }
        catch (DbUpdateConcurrencyException)
        {
            return Refusal.InvitationSpent;
        }
    }

    public async Task<Result<Nothing>> GiveRole(Guid organisation, Guid person, MemberRole role, Guid by, CancellationToken cancellation)
    {
        var roles = await RolesOf(organisation, person, cancellation);
        if (roles.Count == 0) return Refusal.NotFound;
        if (roles.Any(r => r.Role == role)) return Refusal.AlreadyMember;
        db.Add(new MembershipRow { Person = person, Organisation = organisation, Role = role, Since = clock.GetUtcNow() });
        Note(organisation, OrganisationEvent.RoleGiven, by, await About(person, role, cancellation));
        await db.SaveChangesAsync(cancellation);
        return new Nothing();
    }

    /// <summary>Takes one role; without its last role the person is no member any more.</summary>
    public async Task<Result<Nothing>> TakeRole(Guid organisation, Guid person, MemberRole role, Guid by, CancellationToken cancellation)
    {
        var row = (await RolesOf(organisation, person, cancellation)).SingleOrDefault(r => r.Role == role);
        if (row is null) return Refusal.NotFound;
        return await Take(organisation, [row], OrganisationEvent.RoleTaken, by, await About(person, role, cancellation), cancellation);
    }

    public async Task<Result<Nothing>> Remove(Guid organisation, Guid person, Guid by, CancellationToken cancellation)
    {
        var rows = await RolesOf(organisation, person, cancellation);
        if (rows.Count == 0) return Refusal.NotFound;
        return await Take(organisation, rows, OrganisationEvent.MemberRemoved, by, await About(person, null, cancellation), cancellation);
    }

    private async Task<Result<Nothing>> Take(
        Guid organisation, IReadOnlyList<MembershipRow> rows, OrganisationEvent what, Guid by, string about, CancellationToken cancellation)
    {
        if (rows.Any(r => r.Role is MemberRole.Owner))
        {
            var person = rows[0].Person;
            var others = await db.Set<MembershipRow>().AnyAsync(m => m.Organisation == organisation && m.Role == MemberRole.Owner && m.Person != person, cancellation);
            if (!others) return Refusal.LastOwner;
            // Two owners who remove each other at the same moment meet at the version; one of them is told to look again.
            (await db.Set<Organisation>().SingleAsync(o => o.Id == organisation, cancellation)).Version++;
        }

        db.RemoveRange(rows);
        Note(organisation, what, by, about);
        return await db.SaveUnlessChanged(cancellation);
    }

    private async Task Accept(InvitationRow invitation, Guid person, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        invitation.SpentAt = now;
        if (await db.Set<MembershipRow>().FindAsync([person, invitation.Organisation, invitation.Role], cancellation) is null)
            db.Add(new MembershipRow { Person = person, Organisation = invitation.Organisation, Role = invitation.Role, Since = now });
        Note(invitation.Organisation, OrganisationEvent.Joined, person, $"{invitation.Email} {invitation.Role}");
    }

    private Task<List<MembershipRow>> RolesOf(Guid organisation, Guid person, CancellationToken cancellation) =>
        db.Set<MembershipRow>().Where(m => m.Organisation == organisation && m.Person == person).ToListAsync(cancellation);

    private async Task<string> About(Guid person, MemberRole? role, CancellationToken cancellation)
    {
        var email = await db.Set<Person>().Where(p => p.Id == person).Select(p => p.Email).SingleAsync(cancellation);
        return role is null ? email! : $"{email} {role}";
    }

    private void Note(Guid organisation, OrganisationEvent what, Guid by, string detail) => db.Add(new OrganisationHistoryRow
    {
        Id = Guid.CreateVersion7(),
        Organisation = organisation,
        Event = what,
        At = clock.GetUtcNow(),
        Person = by,
        Detail = detail,
    });

    private static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
