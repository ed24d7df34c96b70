using Marketplace.Domain.Auctions;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>
/// Who may read which file before the bidding: the contract of an announced lot everybody; the proof behind its gates
/// members of verified organisations; a lot that is not announced its seller and the operator; an applicant's papers the
/// applicant and, logged each time, the reviewer.
/// </summary>
internal static class LotFiles
{
    public static void MapLotFiles(this WebApplication app)
    {
        app.MapGet("/auctions/{id}/announcement", Announcement).ExcludeFromDescription();
        app.MapGet("/auctions/{id}/pledge", () => Results.Bytes(Pledge.Binding, "text/plain; charset=utf-8")).ExcludeFromDescription();
        app.MapGet("/auctions/{id}/files/{sha}", OfAnnounced).ExcludeFromDescription();
        app.MapGet("/desk/lots/{id}/files/{sha}", OfOffered).ExcludeFromDescription();
        app.MapGet("/auctions/{id}/apply/{what:regex(^(papers|mandate)$)}", OfApplicant).ExcludeFromDescription();
        app.MapGet("/desk/qualifications/{code}/{what:regex(^(papers|mandate)$)}", OfApplication).ExcludeFromDescription();
    }

    private static async Task<IResult> Announcement(string id, MarketplaceDb db, HttpContext http, CancellationToken cancellation)
    {
        var row = await db.Set<AnnouncementRow>().AsNoTracking().SingleOrDefaultAsync(a => a.Auction == id, cancellation);
        if (row is null) return Results.NotFound();
        http.Response.Headers.ETag = $"\"{row.Sha256}\"";
        return Results.Bytes(row.Bytes, "application/json; charset=utf-8");
    }

    private static async Task<IResult> OfAnnounced(string id, string sha, MarketplaceDb db, FileStore files, CurrentActor actor, CancellationToken cancellation)
    {
        var lot = await db.Set<Lot>().AsNoTracking().SingleOrDefaultAsync(l => l.Id == id && l.State == LotState.Announced, cancellation);
        if (lot is null) return Results.NotFound();
        if (lot.ContractSha256 == sha) return await Send(sha, lot.ContractName!, db, files, cancellation);
        if (!Policy.Check((await actor.Get(cancellation)).Among(lot.Demo), Act.ReadRegisteredTier).Done) return Results.Forbid();
        return await SendGate(lot, sha, db, files, cancellation);
    }

    private static async Task<IResult> OfOffered(string id, string sha, MarketplaceDb db, FileStore files, CurrentActor actor, PrivilegedReads reads, CancellationToken cancellation)
    {
        var lot = await db.Set<Lot>().AsNoTracking().SingleOrDefaultAsync(l => l.Id == id, cancellation);
        var sells = lot is not null && (await actor.May(Act.OfferLot, lot.Seller, cancellation)).Done;
        var announces = lot is not null && lot.State != LotState.Draft && (await actor.May(Act.AnnounceLot, cancellation: cancellation)).Done;
        if (lot is null || !(sells || announces)) return Results.NotFound();
        if (!sells) await reads.Note((await actor.Get(cancellation)).Person!.Value, "gate", $"{id} · {sha}", "announcement", cancellation);
        return lot.ContractSha256 == sha ? await Send(sha, lot.ContractName!, db, files, cancellation) : await SendGate(lot, sha, db, files, cancellation);
    }

    private static async Task<IResult> OfApplicant(string id, string what, MarketplaceDb db, FileStore files, CurrentActor actor, CancellationToken cancellation)
    {
        var may = await actor.May(Act.ApplyToBid, cancellation: cancellation);
        if (!may.Done) return Results.NotFound();
        var application = await db.Set<Application>().AsNoTracking()
            .SingleOrDefaultAsync(a => a.Auction == id && a.Organisation == may.Value.Organisation, cancellation);
        return await SendPapers(application, what, db, files, cancellation);
    }

    private static async Task<IResult> OfApplication(
        string code, string what, MarketplaceDb db, FileStore files, CurrentActor actor, PrivilegedReads reads, CancellationToken cancellation)
    {
        if (!(await actor.May(Act.CheckQualification, cancellation: cancellation)).Done) return Results.NotFound();
        var application = await db.Set<Application>().AsNoTracking().SingleOrDefaultAsync(a => a.Code == code && a.Review != PapersReview.None, cancellation);
        if (application is null) return Results.NotFound();
        await reads.Note((await actor.Get(cancellation)).Person!.Value, "papers", $"{code} · {what}", "qualification", cancellation);
        return await SendPapers(application, what, db, files, cancellation);
    }

    private static Task<IResult> SendPapers(Application? application, string what, MarketplaceDb db, FileStore files, CancellationToken cancellation)
    {
        var (sha, name) = what == "papers" ? (application?.PapersSha256, application?.PapersName) : (application?.MandateSha256, application?.MandateName);
        return sha is null ? Task.FromResult(Results.NotFound()) : Send(sha, name!, db, files, cancellation);
    }

    private static async Task<IResult> SendGate(Lot lot, string sha, MarketplaceDb db, FileStore files, CancellationToken cancellation)
    {
        var gate = await db.Set<LotGate>().AsNoTracking().FirstOrDefaultAsync(g => g.Lot == lot.Id && g.FileSha256 == sha, cancellation);
        return gate is null ? Results.NotFound() : await Send(sha, gate.FileName!, db, files, cancellation);
    }

    private static async Task<IResult> Send(string sha, string name, MarketplaceDb db, FileStore files, CancellationToken cancellation)
    {
        var kept = await db.Set<KeptFileRow>().AsNoTracking().SingleOrDefaultAsync(f => f.Sha256 == sha, cancellation);
        return kept is null ? Results.NotFound() : files.Download(new KeptFile(sha, name, kept.ContentType, kept.Length));
    }
}
