using System.Collections.Immutable;
using System.Security.Claims;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Marketplace.Organisations;

/// <summary>
/// Who this request comes from, read once per request from the database, so that a removed role, a changed password and
/// a sign-out everywhere end at once.
/// </summary>
public sealed class CurrentActor(IHttpContextAccessor http, MarketplaceDb db, IOptions<IdentityOptions> identity, TimeProvider clock)
{
    /// <summary>The cookie that names the organisation a person with several acts for.</summary>
    public const string ActingCookie = "acting";

    private Actor? _actor;

    /// <summary>The name of the person; null for a visitor. Known after <see cref="Get"/>.</summary>
    public string? PersonName { get; private set; }

    /// <summary>The membership that speaks first: the chosen organisation's, or the oldest one.</summary>
    public Membership? Acting => _actor?.Memberships.FirstOrDefault();

    public async ValueTask<Actor> Get(CancellationToken cancellation = default)
    {
        if (_actor is not null) return _actor;
        var user = http.HttpContext?.User;
        if (!Guid.TryParse(user?.FindFirstValue(ClaimTypes.NameIdentifier), out var person)) return _actor = Actor.Visitor;
        var stamp = user!.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType);
        if (await Read(db, db.Set<Person>().Where(p => p.Id == person && p.SecurityStamp == stamp), cancellation) is not { } known) return _actor = Actor.Visitor;
        PersonName = known.Name;
        _ = Guid.TryParse(http.HttpContext!.Request.Cookies[ActingCookie], out var acting);
        var memberships = known.Memberships.OrderBy(m => m.Organisation == acting ? 0 : 1).ToImmutableArray();
        var mandates = await HeldMandates.Of(db, memberships, Days.Of(clock.GetUtcNow()), cancellation);
        return _actor = new Actor(person, memberships, user!.HasClaim(SignIns.How, SignIns.BySecond)) { Mandates = mandates };
    }

    /// <summary>
    /// A person as the records know it, for what the market does while nobody is there: with its own memberships alone, no
    /// mandate and no second factor. A visitor when there is no such person any more.
    /// </summary>
    public static async Task<Actor> Absent(MarketplaceDb db, Guid person, CancellationToken cancellation = default) =>
        await Read(db, db.Set<Person>().Where(p => p.Id == person), cancellation) is { } known ? new Actor(person, [.. known.Memberships]) : Actor.Visitor;

    private static async Task<(string Name, IReadOnlyList<Membership> Memberships)?> Read(MarketplaceDb db, IQueryable<Person> persons, CancellationToken cancellation)
    {
        var rows = await (
            from p in persons.AsNoTracking()
            from m in db.Set<MembershipRow>().Where(m => m.Person == p.Id).DefaultIfEmpty()
            from o in db.Set<Organisation>().Where(o => o.Id == m!.Organisation).DefaultIfEmpty()
            orderby m!.Since, m.Role
            select new { p.DisplayName, Membership = m, Organisation = o }).ToListAsync(cancellation);
        if (rows.Count == 0) return null;
        // A demonstration's operator, whose password everybody knows, has no say where anything is real.
        var powerless = rows.Exists(r => r.Organisation is { Demo: true, Kind: OrganisationKind.Operator }) && await db.Set<Organisation>().AnyAsync(o => !o.Demo, cancellation);
        return (rows[0].DisplayName,
            [.. rows.Where(r => r.Organisation is not null).Select(r => new Membership(r.Organisation!.Id, r.Organisation.Name, r.Organisation.Kind, r.Membership!.Role, IsVerified(r.Organisation), r.Organisation.Demo))]);

        bool IsVerified(Organisation o) => o.State == VerificationState.Verified && !(powerless && o is { Demo: true, Kind: OrganisationKind.Operator });
    }

    /// <summary>The same for a resource that a mandate may name.</summary>
    /// <returns>The owner's own membership, or the agency's that acts for it.</returns>
    public async ValueTask<Result<Membership>> MayOn(Act act, Guid owner, Guid subject, CancellationToken cancellation = default) =>
        Policy.Check(await Get(cancellation), act, owner, subject);

    /// <summary>The membership that allows the act on a resource of that organisation, or why not.</summary>
    public async ValueTask<Result<Membership>> May(Act act, Guid? owner = null, CancellationToken cancellation = default) =>
        Policy.Check(await Get(cancellation), act, owner);
}
