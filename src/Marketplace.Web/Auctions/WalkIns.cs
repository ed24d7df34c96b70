using System.Collections.Immutable;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>
/// Enterprises that are not in the market and come to a hall: an organisation of state <see cref="VerificationState.FloorOnly"/>
/// that holds deposits and a paddle and that nobody can sign in for. Whoever wins is led into the market afterwards.
/// </summary>
public sealed class WalkIns(MarketplaceDb db, Members members, TimeProvider clock)
{
    /// <summary>
    /// Writes down who came. The same code in the same session again corrects what was written. Order of refusals: those of
    /// <see cref="WalkIn.Read"/>, UsccTaken (in the market: it checks in as itself), NotAnEnterpriseHere (in the market as something else).
    /// </summary>
    public async Task<(WalkInRow? Row, ImmutableArray<FieldRefusal> Refusals)> Register(HallSession hall, Session session, string house, WalkInForm form, Guid clerk, CancellationToken cancellation = default)
    {
        var (walkIn, wrong) = WalkIn.Read(form);
        if (walkIn is null) return (null, wrong);
        var code = walkIn.Uscc.Value;
        var known = await db.Set<Organisation>().AsNoTracking().Where(o => o.Uscc == code && o.State == VerificationState.Verified).Select(o => (OrganisationKind?)o.Kind).SingleOrDefaultAsync(cancellation);
        if (known is { } kind) return (null, [new FieldRefusal("uscc", kind is OrganisationKind.Enterprise ? Refusal.UsccTaken : Refusal.NotAnEnterpriseHere)]);
        var now = clock.GetUtcNow();
        var organisation = await db.Set<Organisation>().SingleOrDefaultAsync(o => o.Uscc == code && o.State == VerificationState.FloorOnly && o.Demo == session.Demo, cancellation);
        if (organisation is null)
        {
            db.Add(organisation = new Organisation
            {
                Id = Guid.CreateVersion7(),
                Kind = OrganisationKind.Enterprise,
                Name = walkIn.Name,
                Uscc = code,
                State = VerificationState.FloorOnly,
                Demo = session.Demo,
                CreatedAt = now,
            });
            Note(organisation.Id, clerk, now, house);
        }

        if (organisation.Name != walkIn.Name) (organisation.Name, organisation.Version) = (walkIn.Name, organisation.Version + 1);
        var row = await db.Set<WalkInRow>().SingleOrDefaultAsync(w => w.Session == hall.Session && w.Organisation == organisation.Id, cancellation);
        if (row is null)
        {
            db.Add(row = new WalkInRow
            {
                Session = hall.Session,
                Organisation = organisation.Id,
                Number = Guid.NewGuid(),
                LegalRepresentative = "",
                Representative = "",
                Document = default,
                DocumentEnd = "",
                LicenceSha256 = "",
                Clerk = clerk,
                At = now,
            });
        }

        (row.LegalRepresentative, row.Representative, row.Document, row.DocumentEnd) = (walkIn.LegalRepresentative, walkIn.Representative, walkIn.Document, walkIn.DocumentEnd);
        (row.LicenceSha256, row.MandateSha256, row.Clerk) = (walkIn.LicenceSha256, walkIn.MandateSha256, clerk);
        var saved = await db.SaveUnlessChanged(cancellation);
        return saved.Done ? (row, []) : (null, [new FieldRefusal("", saved.Refusal!.Value)]);
    }

    /// <summary>The walk-in of this session with this code; null when nobody registered it here.</summary>
    public async Task<(Organisation Organisation, WalkInRow Row)?> Find(Guid session, string code, CancellationToken cancellation = default)
    {
        var found = await (
            from w in db.Set<WalkInRow>().AsNoTracking()
            join o in db.Set<Organisation>().AsNoTracking() on w.Organisation equals o.Id
            where w.Session == session && o.Uscc == code
            select new { o, w }).FirstOrDefaultAsync(cancellation);
        return found is null ? null : (found.o, found.w);
    }

    /// <summary>
    /// A walk-in that won signs and pays in the market: it gets an owner by invitation and waits at the verification desk like
    /// everybody. Order of refusals: NotFound, NothingSold, AlreadyDecided (verified meanwhile), those of the e-mail.
    /// </summary>
    public async Task<Result<string>> Invite(Guid session, Guid organisation, string? email, Guid clerk, CancellationToken cancellation = default)
    {
        if (!await db.Set<WalkInRow>().AnyAsync(w => w.Session == session && w.Organisation == organisation, cancellation)) return Refusal.NotFound;
        if (!(await Winners(session, cancellation)).Contains(organisation)) return Result<string>.Refuse(Refusal.NothingSold, "email");
        var row = await db.Set<Organisation>().SingleAsync(o => o.Id == organisation, cancellation);
        if (row.State is VerificationState.Verified) return Result<string>.Refuse(Refusal.AlreadyDecided, "email");
        var address = EmailAddress.Read(email);
        if (!address.Done) return Result<string>.Refuse(address.Refusal.Value, "email");
        if (row.State is VerificationState.FloorOnly) (row.State, row.SubmittedAt, row.Version) = (VerificationState.Pending, clock.GetUtcNow(), row.Version + 1);
        return await members.Invite(organisation, email, MemberRole.Owner, clerk, cancellation);
    }

    /// <summary>The walk-ins of a session that hold a sale.</summary>
    public async Task<IReadOnlySet<Guid>> Winners(Guid session, CancellationToken cancellation = default) =>
        (await (
            from l in db.Set<Lot>().AsNoTracking()
            join p in db.Set<PaddleRow>().AsNoTracking() on l.Id equals p.Auction
            join w in db.Set<WalkInRow>().AsNoTracking() on p.Organisation equals w.Organisation
            where l.Session == session && w.Session == session && l.Outcome == "sold" && l.Winner == p.Paddle
            select p.Organisation).ToListAsync(cancellation)).ToHashSet();

    private void Note(Guid organisation, Guid clerk, DateTimeOffset at, string house) => db.Add(new OrganisationHistoryRow
    {
        Id = Guid.CreateVersion7(),
        Organisation = organisation,
        Event = OrganisationEvent.Registered,
        At = at,
        Person = clerk,
        Detail = house,
    });
}
