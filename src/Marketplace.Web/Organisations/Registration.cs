using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations;

/// <summary>Makes organisations and accounts.</summary>
public sealed class Registration(MarketplaceDb db, UserManager<Person> people, TimeProvider clock, SignInLimits limits, IHttpContextAccessor http)
{
    /// <summary>
    /// An organisation and its first member, who becomes its owner. When the e-mail has an account nothing is made and
    /// nothing is said about it: the page tells both readers to sign in.
    /// </summary>
    /// <returns>What is wrong, field by field; nothing when it was received.</returns>
    public async Task<ImmutableArray<FieldRefusal>> Register(OrganisationForm form, PersonForm first, CancellationToken cancellation)
    {
        var (organisation, wrong) = NewOrganisation.Read(form);
        var (person, wrongPerson) = NewPerson.Read(first, form.Name);
        if (organisation is null || person is null) return wrong.AddRange(wrongPerson);
        if (await Refuse(organisation, cancellation) is { } refusal) return [refusal];
        var account = new Person { Id = Guid.CreateVersion7(), DisplayName = person.Name, UserName = person.Email, Email = person.Email };
        if (await people.FindByEmailAsync(person.Email) is not null)
        {
            people.PasswordHasher.HashPassword(account, person.Password);
            return [];
        }

        await db.WriteAsync(
            async token =>
            {
                await Create(account, person.Password);
                Add(organisation, account.Id);
                await db.SaveChangesAsync(token);
            },
            cancellation);
        return [];
    }

    /// <summary>A person with an account adds an organisation.</summary>
    public async Task<ImmutableArray<FieldRefusal>> Register(OrganisationForm form, Guid owner, CancellationToken cancellation)
    {
        var (organisation, wrong) = NewOrganisation.Read(form);
        if (organisation is null) return wrong;
        if (await Refuse(organisation, cancellation) is { } refusal) return [refusal];
        Add(organisation, owner);
        await db.SaveChangesAsync(cancellation);
        return [];
    }

    /// <summary>The account itself, inside the caller's transaction.</summary>
    public async Task Create(Person account, string password)
    {
        var created = await people.CreateAsync(account, password);
        // The form was read and the e-mail looked up; what is left is two at the same moment, a fault like any other.
        if (!created.Succeeded) throw new DbUpdateException($"The account was not made: {string.Join(", ", created.Errors.Select(e => e.Code))}");
    }

    private async Task<FieldRefusal?> Refuse(NewOrganisation organisation, CancellationToken cancellation)
    {
        if (!limits.MayRegister(http.HttpContext?.Connection.RemoteIpAddress)) return new FieldRefusal("", Refusal.TooManyRequests);
        var taken = await db.Set<Organisation>().Verified(organisation.Uscc?.Value, organisation.Abroad).AnyAsync(cancellation);
        return taken ? Taken(organisation.Abroad is not null) : null;
    }

    /// <summary>The refusal of an organisation that another one was verified as.</summary>
    internal static FieldRefusal Taken(bool abroad) =>
        abroad ? new FieldRefusal("registryNumber", Refusal.RegistryNumberTaken) : new FieldRefusal("uscc", Refusal.UsccTaken);

    /// <summary>What is odd about a code, for the history; a number abroad has no check.</summary>
    internal static string? Warnings(NewOrganisation organisation) =>
        organisation.Uscc is { Warnings: { IsEmpty: false } odd } ? string.Join(", ", odd) : null;

    private void Add(NewOrganisation organisation, Guid owner)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7();
        db.Add(new Organisation
        {
            Id = id,
            Kind = organisation.Kind,
            Name = organisation.Name,
            Uscc = organisation.Uscc?.Value,
            Country = organisation.Abroad?.Country,
            RegistryNumber = organisation.Abroad?.Number,
            Region = organisation.Region,
            State = VerificationState.Pending,
            CreatedAt = now,
            SubmittedAt = now,
        });
        db.Add(new MembershipRow { Person = owner, Organisation = id, Role = MemberRole.Owner, Since = now });
        db.Add(new OrganisationHistoryRow
        {
            Id = Guid.CreateVersion7(),
            Organisation = id,
            Event = OrganisationEvent.Registered,
            At = now,
            Person = owner,
            Detail = Warnings(organisation),
        });
    }
}
