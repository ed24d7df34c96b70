using System.Security.Claims;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Marketplace.Organisations;

/// <summary>
/// Who this request comes from, read once per request from the database, so that a removed role, a changed password and
/// a sign-out everywhere end at once.
/// </summary>
public sealed class CurrentActor(IHttpContextAccessor http, MarketplaceDb db, IOptions<IdentityOptions> identity)
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
        var rows = await (
            from p in db.Set<Person>().AsNoTracking()
            where p.Id == person && p.SecurityStamp == stamp
            from m in db.Set<MembershipRow>().Where(m => m.Person == p.Id).DefaultIfEmpty()
            from o in db.Set<Organisation>().Where(o => o.Id == m!.Organisation).DefaultIfEmpty()
            orderby m!.Since, m.Role
            select new { p.DisplayName, Membership = m, Organisation = o }).ToListAsync(cancellation);
        if (rows.Count == 0) return _actor = Actor.Visitor;
        PersonName = rows[0].DisplayName;
        // A demonstration's operator, whose password everybody knows, has no say where anything is real.
        var powerless = rows.Exists(r => r.Organisation is { Demo: true, Kind: OrganisationKind.Operator }) && await db.Set<Organisation>().AnyAsync(o => !o.Demo, cancellation);
        _ = Guid.TryParse(http.HttpContext!.Request.Cookies[ActingCookie], out var acting);
        var memberships = rows.Where(r => r.Organisation is not null)
            .Select(r => new Membership(r.Organisation!.Id, r.Organisation.Name, r.Organisation.Kind, r.Membership!.Role, IsVerified(r.Organisation), r.Organisation.Demo))
            .OrderBy(m => m.Organisation == acting ? 0 : 1);
        return _actor = new Actor(person, [.. memberships], user!.HasClaim(SignIns.How, SignIns.BySecond));

        bool IsVerified(Organisation o) => o.State == VerificationState.Verified && !(powerless && o is { Demo: true, Kind: OrganisationKind.Operator });
    }

    /// <summary>The membership that allows the act on a resource of that organisation, or why not.</summary>
    public async ValueTask<Result<Membership>> May(Act act, Guid? owner = null, CancellationToken cancellation = default) =>
        Policy.Check(await Get(cancellation), act, owner);
}
