using System.Security.Cryptography;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions.Dossiers;

/// <summary>How one organisation stands before a dossier.</summary>
/// <param name="Closed">Why it does not read now; null when it does.</param>
/// <param name="MaySign">A signatory of it could sign now.</param>
/// <param name="Nda">What it signed last.</param>
public sealed record DossierStanding(Refusal? Closed, bool MaySign, NdaRow? Nda);

/// <summary>保密承诺: signed, withdrawn, revoked. The rules are in <see cref="Dossier"/>; whoever calls has asked the policy.</summary>
public sealed class Ndas(MarketplaceDb db, Conflicts conflicts, TimeProvider clock)
{
    // Nothing that looks like something else, and no vowels: see Lots.NewId.
    private const string Letters = "23456789BCDFGHJKMNPQRSTVWXYZ";

    public static string NewCode() => $"N-{RandomNumberGenerator.GetString(Letters, 6)}";

    public static string NewCopy() => $"C-{RandomNumberGenerator.GetString(Letters, 10)}";

    public async Task<DossierStanding> Of(DossierShown dossier, Membership member, CancellationToken cancellation = default)
    {
        var (lot, seen) = (dossier.Lot, LotDossiers.Seen(dossier));
        var nda = await Signed(lot.Id, member.Organisation).AsNoTracking().FirstOrDefaultAsync(cancellation);
        var conflict = await Barred(lot, member.Organisation, cancellation);
        // The sale stands to whoever holds the winning paddle.
        var bought = lot is { Outcome: "sold", Winner: { } winner } && await db.Set<PaddleRow>().AnyAsync(p => p.Auction == lot.Id && p.Paddle == winner && p.Organisation == member.Organisation, cancellation);
        var closed = Dossier.Read(seen, member.Demo, conflict, nda?.Seen, bought);
        return new DossierStanding(closed, lot.Outcome is null && closed is Refusal.NdaNotSigned or Refusal.NdaEnded, nda);
    }

    /// <summary>The id comes with the form: given twice it signs once. Order of refusals: NdaIdReused, those of <see cref="Dossier.Sign"/>.</summary>
    public async Task<Result<NdaRow>> Sign(
        DossierShown dossier, Guid id, Membership signer, Guid person, string personName, (string? Name, string? TextSha256, int Years, bool Accepted) given, CancellationToken cancellation = default)
    {
        var (lot, terms) = (dossier.Lot, dossier.Terms);
        if (await db.Set<NdaRow>().AsNoTracking().SingleOrDefaultAsync(n => n.Id == id, cancellation) is { } signed)
            return signed.Lot == lot.Id && signed.Organisation == signer.Organisation && signed.Person == person && signed.TextSha256 == given.TextSha256 && signed.Years == given.Years ? signed : Refusal.NdaIdReused;
        var before = await Signed(lot.Id, signer.Organisation).AsNoTracking().ToListAsync(cancellation);
        var taken = Dossier.Sign(
            LotDossiers.Seen(dossier), (terms.TextSha256, terms.Years), await Barred(lot, signer.Organisation, cancellation), before.Select(n => n.Seen),
            new NdaSignature(signer.Organisation, signer.Demo, personName, given.Name, given.TextSha256, given.Years, given.Accepted));
        if (!taken.Done) return Result<NdaRow>.Refuse(taken.Refusal.Value, taken.Detail);
        var row = new NdaRow
        {
            Id = id,
            Code = NewCode(),
            Lot = lot.Id,
            Organisation = signer.Organisation,
            OrganisationName = signer.OrganisationName,
            Person = person,
            PersonName = personName,
            TextVersion = terms.TextVersion,
            TextSha256 = terms.TextSha256,
            Years = terms.Years,
            SignedAt = Instant.Cut(clock.GetUtcNow()),
        };
        db.Add(row);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException)
        {
            // The same form twice, or a second signatory at the same moment.
            db.ChangeTracker.Clear();
            var there = await Signed(lot.Id, signer.Organisation).AsNoTracking().FirstOrDefaultAsync(n => n.WithdrawnAt == null, cancellation);
            return there is null ? throw new InvalidOperationException($"A signature for {lot.Id} was neither written nor is there another.") : there.Id == id ? there : Refusal.NdaStands;
        }

        return row;
    }

    /// <summary>The organisation itself leaves. It may sign again.</summary>
    public Task<Result<Nothing>> Withdraw(string lot, Guid organisation, Guid person, CancellationToken cancellation = default) =>
        End(Signed(lot, organisation), revoke: false, null, (row, _, now) => (row.WithdrawnAt, row.WithdrawnBy) = (now, person), cancellation);

    /// <summary>The operator closes the dossier to a reader whom it knows by the code alone. It may not sign again.</summary>
    public Task<Result<Nothing>> Revoke(string code, Guid person, string? reason, CancellationToken cancellation = default) =>
        End(db.Set<NdaRow>().Where(n => n.Code == code), revoke: true, reason, (row, because, now) => (row.RevokedAt, row.RevokedBecause, row.RevokedBy) = (now, because, person), cancellation);

    /// <summary>Why this organisation reads nothing of the lot, whatever it signs. To show it to somebody abroad is an export already (出口管制法, 技术进出口管理条例).</summary>
    private async Task<Refusal?> Barred(Lot lot, Guid organisation, CancellationToken cancellation) =>
        await Applications.ExcludesAbroad(db, lot, organisation, cancellation) ? Refusal.DomesticBuyersOnly : await conflicts.Of(lot.Id, organisation, cancellation);

    private IQueryable<NdaRow> Signed(string lot, Guid organisation) =>
        db.Set<NdaRow>().Where(n => n.Lot == lot && n.Organisation == organisation).OrderByDescending(n => n.SignedAt).ThenByDescending(n => n.Id);

    private async Task<Result<Nothing>> End(IQueryable<NdaRow> which, bool revoke, string? reason, Action<NdaRow, string?, DateTimeOffset> change, CancellationToken cancellation)
    {
        for (var tries = 0; ; tries++)
        {
            var row = await which.FirstOrDefaultAsync(cancellation);
            if (row is null) return Refusal.NotFound;
            var ended = Dossier.End(row.Seen, revoke, reason);
            if (!ended.Done) return ended.Then<Nothing>(_ => default(Nothing));
            change(row, ended.Value?.Trim(), clock.GetUtcNow());
            row.Version++;
            try
            {
                await db.SaveChangesAsync(cancellation);
                return default(Nothing);
            }
            catch (DbUpdateConcurrencyException) when (tries < 3)
            {
                // Withdrawn and revoked at the same moment: what is there now decides.
                db.ChangeTracker.Clear();
            }
        }
    }
}
