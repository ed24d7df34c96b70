using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions.Sealing;

/// <summary>An organisation that may keep a share of an opening key, with its present key.</summary>
public sealed record KeyHolder
{
    public required Guid Organisation { get; init; }
    public required string Name { get; init; }
    public required string PublicKey { get; init; }
    public required string Fingerprint { get; init; }
}

/// <summary>The public keys of those who keep shares. The private halves are in files that only their holders have.</summary>
public sealed class HolderKeys(MarketplaceDb db, TimeProvider clock)
{
    /// <summary>A new key takes the place of the one before; shares of lots announced with that one still need its file.</summary>
    public async Task<Result<Nothing>> Register(Membership holder, Guid person, string? publicKey, CancellationToken cancellation = default)
    {
        if (publicKey is not { Length: 2 * SealedBox.PublicKeyLength } hex || !hex.All(char.IsAsciiHexDigitLower) || !SealedBox.IsPublicKey(Convert.FromHexString(hex)))
            return Refusal.KeyMalformed;
        var fingerprint = SealedBox.Fingerprint(Convert.FromHexString(hex));
        if (await db.Set<HolderKeyRow>().AsNoTracking().SingleOrDefaultAsync(k => k.Fingerprint == fingerprint, cancellation) is { } known)
            return known.Organisation == holder.Organisation && known.ReplacedAt is null ? default(Nothing) : Refusal.KeyMalformed;
        var now = clock.GetUtcNow();
        try
        {
            await db.WriteAsync(
                async token =>
                {
                    await db.Set<HolderKeyRow>().Where(k => k.Organisation == holder.Organisation && k.ReplacedAt == null)
                        .ExecuteUpdateAsync(set => set.SetProperty(k => k.ReplacedAt, now), token);
                    db.Add(new HolderKeyRow
                    {
                        Id = Guid.CreateVersion7(),
                        Organisation = holder.Organisation,
                        Person = person,
                        PublicKey = hex,
                        Fingerprint = fingerprint,
                        RegisteredAt = now,
                    });
                    await db.SaveChangesAsync(token);
                },
                cancellation);
        }
        catch (DbUpdateException)
        {
            // Two of one organisation at once: one key is registered, the other person looks again.
            db.ChangeTracker.Clear();
            return Refusal.ChangedMeanwhile;
        }

        return default(Nothing);
    }

    public Task<List<HolderKeyRow>> Of(Guid organisation, CancellationToken cancellation = default) =>
        db.Set<HolderKeyRow>().AsNoTracking().Where(k => k.Organisation == organisation).OrderByDescending(k => k.RegisteredAt).ToListAsync(cancellation);

    public Task<KeyHolder?> Holder(Guid organisation, CancellationToken cancellation = default) => Present().SingleOrDefaultAsync(h => h.Organisation == organisation, cancellation);

    /// <summary>Verified notary offices of this side, demonstration or real, that have a key.</summary>
    public Task<List<KeyHolder>> Notaries(bool demo, CancellationToken cancellation = default)
    {
        var notaries = db.Set<Organisation>().Where(o => o.Kind == OrganisationKind.Notary && o.State == VerificationState.Verified && o.Demo == demo).Select(o => o.Id);
        return Present().Where(h => notaries.Contains(h.Organisation)).OrderBy(h => h.Name).ToListAsync(cancellation);
    }

    private IQueryable<KeyHolder> Present() =>
        from k in db.Set<HolderKeyRow>().AsNoTracking()
        join o in db.Set<Organisation>().AsNoTracking() on k.Organisation equals o.Id
        where k.ReplacedAt == null
        select new KeyHolder { Organisation = k.Organisation, Name = o.Name, PublicKey = k.PublicKey, Fingerprint = k.Fingerprint };
}
