using System.Security.Claims;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations;

/// <summary>Who this request comes from, read once per request from the database, so that a removed role ends at once.</summary>
public sealed class CurrentActor(IHttpContextAccessor http, MarketplaceDb db)
{
    private Actor? _actor;

    public async ValueTask<Actor> Get(CancellationToken cancellation = default)
    {
        if (_actor is not null) return _actor;
        var id = http.HttpContext?.User.FindFirstValue(ClaimTypes.NameIdentifier);
        if (!Guid.TryParse(id, out var person)) return _actor = Actor.Visitor;
        var memberships = await (
            from m in db.Set<MembershipRow>().AsNoTracking()
            join o in db.Set<Organisation>().AsNoTracking() on m.Organisation equals o.Id
            where m.Person == person
            select new Membership(o.Id, o.Name, o.Kind, m.Role, o.State == VerificationState.Verified, o.Demo)).ToListAsync(cancellation);
        return _actor = new Actor(person, [.. memberships]);
    }

    /// <summary>The membership that allows the act on a resource of that organisation, or why not.</summary>
    public async ValueTask<Result<Membership>> May(Act act, Guid? owner = null, CancellationToken cancellation = default) =>
        Policy.Check(await Get(cancellation), act, owner);
}
