using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Organisations;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Marketplace.Shared;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments.Royalties;

/// <summary>提成: what is owed beyond the price, period by period.</summary>
public static class RoyaltiesFeature
{
    public static IServiceCollection AddRoyalties(this IServiceCollection services)
    {
        services.AddSingleton<RoyaltyAgreements>();
        services.AddDueWork(RoyaltyWork.Charges, RoyaltyWork.Charge);
        services.AddDueWork(RoyaltyWork.Declarations, RoyaltyWork.Remind);
        services.AddSingleton(new DeskLink(Act.ReadDeal, "/desk/royalties", "Desk.Link", typeof(RoyaltyTexts), Waiting));
        services.AddSingleton(new DeskLink(Act.OverseeSettlement, "/desk/royalties/judgments", "Judgments.Link", typeof(RoyaltyTexts), ToJudge));
        return services;
    }

    public static void MapRoyalties(this WebApplication app)
    {
        app.MapGet("/deals/{auction}/royalties/files/{sha}", Download).ExcludeFromDescription();
        app.MapGet("/deals/{auction}/royalties/statement.pdf", RoyaltyPaper.Send).ExcludeFromDescription();
        app.MapGet("/deals/{auction}/royalties/export.{format}", RoyaltyExport.Send).ExcludeFromDescription();
    }

    /// <summary>Declarations that can be made, reports to answer, inspections to go on with.</summary>
    private static async Task<int> Waiting(IServiceProvider services, Membership member, CancellationToken cancellation)
    {
        var today = Days.Of(services.GetRequiredService<TimeProvider>().GetUtcNow());
        var rows = await services.GetRequiredService<MarketplaceDb>().Set<RoyaltyRow>().AsNoTracking()
            .Where(r => (r.Seller == member.Organisation || r.Buyer == member.Organisation) && r.EndedAt == null && r.Demo == member.Demo).ToListAsync(cancellation);
        return rows.Count(r => r.Waits(member.Organisation, today));
    }

    private static async Task<int> ToJudge(IServiceProvider services, Membership member, CancellationToken cancellation) =>
        (await RoyaltyJudgmentsModel.Open(services.GetRequiredService<RoyaltyAgreements>(), services.GetRequiredService<MarketplaceDb>(), member.Demo, services.GetRequiredService<TimeProvider>().GetUtcNow(), cancellation)).Count;

    /// <summary>A file of a declaration, a report or a judgment: to the two parties, and to operators what they decide on.</summary>
    private static async Task<IResult> Download(
        string auction, string sha, RoyaltyAgreements agreements, CurrentActor actor, FileStore files, MarketplaceDb db, Refusals refusals, PrivilegedReads reads, TimeProvider clock, CancellationToken cancellation)
    {
        var access = await RoyaltyAccess.Of(actor, agreements, auction, cancellation);
        if (!access.Done)
        {
            if (!await MayJudge(auction, sha, agreements, actor, clock, cancellation)) return refusals.Problem(access.Refusal.Value);
            await reads.Note((await actor.Get(cancellation)).Person!.Value, "royalties", auction, "settlement", cancellation);
        }

        var named = await db.Set<RoyaltyFileRow>().AsNoTracking().SingleOrDefaultAsync(f => f.Deal == auction && f.Sha256 == sha, cancellation);
        var kept = await db.Set<KeptFileRow>().AsNoTracking().SingleOrDefaultAsync(f => f.Sha256 == sha, cancellation);
        return named is null || kept is null ? refusals.Problem(Refusal.NotFound) : files.Download(new KeptFile(kept.Sha256, named.FileName, kept.ContentType, kept.Length));
    }

    /// <summary>The report that is to be judged, and the judgment that is proposed on it; no other file of these two parties.</summary>
    private static async Task<bool> MayJudge(string deal, string sha, RoyaltyAgreements agreements, CurrentActor actor, TimeProvider clock, CancellationToken cancellation) =>
        (await actor.May(Act.OverseeSettlement, cancellation: cancellation)) is { Done: true, Value: var member }
        && await agreements.Find(deal, cancellation) is { } found && found.Terms.Demo == member.Demo && RoyaltyRules.MayBeJudged(found.Royalties, clock.GetUtcNow())
        && (found.Royalties.Case?.Report?.FileSha256 == sha || found.Royalties.Case?.Judgment?.FileSha256 == sha);
}
