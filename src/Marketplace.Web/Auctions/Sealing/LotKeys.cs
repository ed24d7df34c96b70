using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions.Sealing;

/// <summary>What the announcing person chose: how many shares open, and which notary office keeps the third.</summary>
/// <param name="Made">What the person's browser made of it, as it came; null while the announcement is only checked.</param>
public sealed record KeyChoice(int Needed, Guid Notary, string? Made);

/// <summary>The opening key of one lot on its way from the announcing person's browser into the terms.</summary>
public sealed class LotKeys(MarketplaceDb db, HolderKeys keys)
{
    /// <summary>A share as the browser hands it over.</summary>
    internal sealed record MadeShare(string Holder, string HolderKey, string Commitment, string Box);

    internal sealed record MadeKey(string PublicKey, int Needed, IReadOnlyList<MadeShare> Shares);

    /// <summary>Who keeps the shares of this lot: operator, seller, notary, each with its present key. The detail of a refusal names the holder.</summary>
    public async Task<Result<ImmutableArray<(ShareHolder Holder, KeyHolder Key)>>> Holders(Lot lot, Guid notary, CancellationToken cancellation = default)
    {
        // The real one where there is one: a demonstration's operator has no say there.
        var market = await db.Set<Organisation>().AsNoTracking().Where(o => o.Kind == OrganisationKind.Operator).OrderBy(o => o.Demo).Select(o => o.Id).FirstOrDefaultAsync(cancellation);
        var found = ImmutableArray.CreateBuilder<(ShareHolder, KeyHolder)>();
        foreach (var (holder, organisation) in new[] { (ShareHolder.Operator, market), (ShareHolder.Seller, lot.Seller), (ShareHolder.Notary, notary) })
        {
            var key = holder == ShareHolder.Notary
                ? (await keys.Notaries(lot.Demo, cancellation)).Find(n => n.Organisation == organisation)
                : await keys.Holder(organisation, cancellation);
            if (key is null) return Result<ImmutableArray<(ShareHolder, KeyHolder)>>.Refuse(Refusal.HolderWithoutKey, KeyShare.Word(holder));
            found.Add((holder, key));
        }

        return found.ToImmutable();
    }

    /// <summary>
    /// The key as the terms will say it; its rows wait to be saved with the announcement. Order of refusals: OpeningKeyMissing,
    /// HolderWithoutKey, HolderKeyChanged.
    /// </summary>
    public async Task<Result<OpeningKey>> Take(Lot lot, KeyChoice? choice, CancellationToken cancellation = default)
    {
        if (choice?.Made is not { } text || Read(text) is not { } made || made.Needed != choice.Needed) return Refusal.OpeningKeyMissing;
        var holders = await Holders(lot, choice.Notary, cancellation);
        if (!holders.Done) return Result<OpeningKey>.Refuse(holders.Refusal.Value, holders.Detail);
        if (made.Shares.Count != holders.Value.Length) return Refusal.OpeningKeyMissing;
        var rows = new List<LotShareRow>();
        foreach (var ((holder, key), share) in holders.Value.Zip(made.Shares))
        {
            if (share.Holder != KeyShare.Word(holder)) return Refusal.OpeningKeyMissing;
            if (share.HolderKey != key.Fingerprint) return Result<OpeningKey>.Refuse(Refusal.HolderKeyChanged, share.Holder);
            var box = new byte[KeyShare.BoxLength];
            if (!Convert.TryFromBase64String(share.Box, box, out var length) || length != box.Length || !SealedBox.IsBox(box)) return Refusal.OpeningKeyMissing;
            rows.Add(new LotShareRow
            {
                Auction = lot.Id,
                Number = rows.Count + 1,
                Holder = holder,
                Organisation = key.Organisation,
                OrganisationName = key.Name,
                HolderKey = key.Fingerprint,
                Commitment = share.Commitment,
                Box = box,
            });
        }

        var opening = Of(made.PublicKey, made.Needed, rows);
        if (!opening.IsSound) return Refusal.OpeningKeyMissing;
        db.Add(new LotKeyRow { Auction = lot.Id, PublicKey = made.PublicKey, Needed = made.Needed });
        db.AddRange(rows);
        return opening;
    }

    /// <summary>The key that the lot was announced with; null for a format without.</summary>
    public async Task<OpeningKey?> Of(string auction, CancellationToken cancellation = default) =>
        await db.Set<LotKeyRow>().AsNoTracking().SingleOrDefaultAsync(k => k.Auction == auction, cancellation) is { } row
            ? Of(row.PublicKey, row.Needed, await Shares(auction, cancellation))
            : null;

    public Task<List<LotShareRow>> Shares(string auction, CancellationToken cancellation = default) =>
        db.Set<LotShareRow>().AsNoTracking().Where(s => s.Auction == auction).OrderBy(s => s.Number).ToListAsync(cancellation);

    /// <summary>Takes away what an announcement that was not made had brought.</summary>
    public async Task Forget(string auction, CancellationToken cancellation = default)
    {
        db.RemoveRange(await db.Set<LotKeyRow>().Where(k => k.Auction == auction).ToListAsync(cancellation));
        db.RemoveRange(await db.Set<LotShareRow>().Where(s => s.Auction == auction).ToListAsync(cancellation));
    }

    private static OpeningKey Of(string publicKey, int needed, IEnumerable<LotShareRow> rows) =>
        new(publicKey, needed, [.. rows.Select(r => new HeldShare(r.Holder, r.HolderKey, r.Commitment))]);

    private static MadeKey? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<MadeKey>(text, AuctionJson.Strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
