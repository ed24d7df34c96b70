using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions.Dossiers;

/// <summary>
/// The only way to the content of a confidential file: a copy with the reader's name on every page, whose line is durable
/// before its first byte is sent. The file as it came in is never sent, to nobody.
/// </summary>
public sealed class DossierCopies(MarketplaceDb db, FileStore store, CurrentActor actor, TimeProvider clock)
{
    /// <summary>A copy of twenty megabytes takes several times that while it is made.</summary>
    private static readonly SemaphoreSlim AtOnce = new(4);

    /// <summary>Makes a copy, writes its line, and answers it. The policy and the dossier's rules have been asked.</summary>
    public async Task<IResult> Make(DossierFileRow file, Membership reader, DossierReader readAs, Guid? nda, CancellationToken cancellation)
    {
        var person = (await actor.Get(cancellation)).Person!.Value;
        var at = Instant.Cut(clock.GetUtcNow());
        var mark = new CopyMark(reader.OrganisationName, actor.PersonName!, at, Ndas.NewCopy());
        byte[] marked;
        await AtOnce.WaitAsync(cancellation);
        try
        {
            await using var content = store.Open(file.Sha256) ?? throw new FileNotFoundException($"The store lacks {file.Sha256}, № {file.Number} of {file.Lot}.");
            using var original = new MemoryStream();
            await content.CopyToAsync(original, cancellation);
            marked = PdfCopies.Mark(original.ToArray(), mark);
        }
        finally
        {
            AtOnce.Release();
        }

        db.Add(new DossierViewRow
        {
            Copy = mark.Number,
            Lot = file.Lot,
            File = file.Id,
            Number = file.Number,
            As = readAs,
            Nda = nda,
            Organisation = reader.Organisation,
            OrganisationName = reader.OrganisationName,
            Person = person,
            PersonName = mark.Person,
            At = at,
        });
        await db.SaveChangesAsync(cancellation);
        var name = $"{Path.GetFileNameWithoutExtension(file.FileName)}.{mark.Number}.pdf";
        return new Attachment(new MemoryStream(marked, writable: false), name, "application/pdf");
    }
}

/// <summary>The downloads of a dossier, and the text that is signed.</summary>
internal static class DossierEndpoints
{
    public static void MapDossiers(this WebApplication app)
    {
        app.MapGet("/auctions/{id}/dossier/text", Text).ExcludeFromDescription();
        app.MapGet("/auctions/{id}/dossier/{number:int}", OfReader).ExcludeFromDescription();
        app.MapGet("/desk/lots/{id}/dossier/{number:int}", OfSeller).ExcludeFromDescription();
    }

    private static async Task<IResult> Text(string id, Lots lots, LotDossiers dossiers, CancellationToken cancellation)
    {
        if (await lots.Find(id, cancellation) is not { State: LotState.Announced } lot || await dossiers.Of(lot, cancellation) is not { } dossier) return Results.NotFound();
        return Results.Bytes(NdaText.Binding(dossier.Terms.TextVersion, dossier.Terms.OwnText), "text/plain; charset=utf-8");
    }

    /// <summary>Order of refusals: not found (lot, dossier, number), the policy, those of <see cref="Dossier.Read"/>, DossierFileWithdrawn.</summary>
    private static async Task<IResult> OfReader(
        string id, int number, Lots lots, LotDossiers dossiers, Ndas ndas, DossierCopies copies, CurrentActor actor, CancellationToken cancellation)
    {
        if (await lots.Find(id, cancellation) is not { State: LotState.Announced } lot || await dossiers.Of(lot, cancellation) is not { } dossier) return Results.NotFound();
        if (dossier.Files.SingleOrDefault(f => f.Number == number) is not { } file) return Results.NotFound();
        var may = await actor.May(Act.ReadDossier, cancellation: cancellation);
        if (!may.Done) return may.Refusal == Refusal.NotSignedIn ? Results.Challenge() : Results.Forbid();
        var standing = await ndas.Of(dossier, may.Value, cancellation);
        // The gate says why, and what can be done.
        if (standing.Closed is not null) return Results.Redirect($"/auctions/{Uri.EscapeDataString(id)}/dossier");
        return file.WithdrawnAt is null ? await copies.Make(file, may.Value, DossierReader.Signer, standing.Nda!.Id, cancellation) : Results.Redirect($"/auctions/{Uri.EscapeDataString(id)}/dossier#file-{number}");
    }

    /// <summary>The seller's own people see what they put in; their copies are marked and logged like all others.</summary>
    private static async Task<IResult> OfSeller(string id, int number, Lots lots, MarketplaceDb db, DossierCopies copies, CurrentActor actor, CancellationToken cancellation)
    {
        if (await lots.Find(id, cancellation) is not { } lot) return Results.NotFound();
        var may = await actor.May(Act.KeepDossier, lot.Seller, cancellation);
        if (!may.Done) return may.Refusal == Refusal.NotSignedIn ? Results.Challenge() : Results.NotFound();
        var file = await db.Set<DossierFileRow>().AsNoTracking().SingleOrDefaultAsync(f => f.Lot == id && f.Number == number, cancellation);
        return file is null ? Results.NotFound() : await copies.Make(file, may.Value, DossierReader.Seller, null, cancellation);
    }
}
