using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>The letter itself, for its own organisation and for the operators who ask its issuer.</summary>
internal static class GuaranteeFiles
{
    public static void Map(WebApplication app) => app.MapGet("/desk/guarantees/{id:guid}/file", Send).ExcludeFromDescription();

    private static async Task<IResult> Send(Guid id, MarketplaceDb db, FileStore files, CurrentActor actor, PrivilegedReads reads, CancellationToken cancellation)
    {
        if (await db.Set<GuaranteeRow>().AsNoTracking().SingleOrDefaultAsync(g => g.Id == id, cancellation) is not { } letter) return Results.NotFound();
        if (!(await actor.May(Act.ReadOwnAccount, letter.Organisation, cancellation)).Done)
        {
            var may = await actor.May(Act.ConfirmBankCredit, cancellation: cancellation);
            if (!may.Done || may.Value.Demo != DepositAccounts.IsOfDemo(letter.Book)) return Results.NotFound();
            await reads.Note((await actor.Get(cancellation)).Person!.Value, "bank", $"{id}", "verification", cancellation);
        }

        var kept = await db.Set<KeptFileRow>().AsNoTracking().SingleOrDefaultAsync(f => f.Sha256 == letter.FileSha256, cancellation);
        return kept is null ? Results.NotFound() : files.Download(new KeptFile(kept.Sha256, letter.FileName, kept.ContentType, kept.Length));
    }
}
