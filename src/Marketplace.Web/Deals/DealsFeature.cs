using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Payments.Royalties;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Marketplace.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Deals;

/// <summary>A line about where a deal came from, in the reader's language.</summary>
public sealed record DealNote(string Label, string Text, string Route);

/// <summary>What another capability knows of a deal and its parties may read; it registers this, deals name nobody to their right.</summary>
public sealed record DealNotes(Func<IServiceProvider, DealRow, CancellationToken, Task<IReadOnlyList<DealNote>>> Of);

/// <summary>What a client owes its agency for a deal, by what the records say now.</summary>
/// <param name="AmountFen">The whole of it; zero where there is no fee any more.</param>
/// <param name="State">Another one whenever the records say something else.</param>
public sealed record DealCommission(Guid Client, Guid Agency, long AmountFen, string State);

/// <summary>佣金: whoever knows of agencies registers this; deals name nobody to their right.</summary>
public sealed record DealCommissions(Func<IServiceProvider, DealRow, CancellationToken, Task<IReadOnlyList<DealCommission>>> Of);

/// <summary>What follows a sale, step by step.</summary>
public static class DealsFeature
{
    public static IServiceCollection AddDeals(this IServiceCollection services)
    {
        services.AddSingleton<Deals>();
        services.AddDueWork(DealMoney.SettleWork, DealMoney.Settle);
        services.AddDueWork(DealMoney.FollowWork, DealMoney.Follow);
        services.AddSingleton(new InvoicedSales(DealMoney.SaleOf));
        services.AddSingleton(new DealNotes(RoyaltiesOf));
        services.AddDueWork(DealNotices.RemindWork, DealNotices.Remind);
        services.AddSingleton(new DeskLink(Act.ReadDeal, "/desk/deals", "Desk.Link", typeof(DealTexts), OwnSteps));
        services.AddSingleton(new DeskLink(Act.InspectDeal, "/desk/deals", "Desk.Link", typeof(DealTexts)));
        return services;
    }

    public static void MapDeals(this WebApplication app)
    {
        app.MapGet("/deals/{auction}/files/{step}/{party}", Download).ExcludeFromDescription();
        app.MapGet("/deals/{auction}/evidence/{obligation:guid}", Evidence).ExcludeFromDescription();
        app.MapGet("/deals/{auction}/confirmation.pdf", ConfirmationPaper.Send).ExcludeFromDescription();
    }

    /// <summary>Deals in which the next step is this organisation's.</summary>
    private static async Task<int> OwnSteps(IServiceProvider services, Membership member, CancellationToken cancellation)
    {
        var deals = await services.GetRequiredService<Deals>().List(member.Organisation, 0, 200, cancellation);
        return deals.Count(d => d.Schedule().Any(s =>
            s is { IsDone: false, IsReady: true } && s.Waiting.Contains(d.Opened!.Seller == member.Organisation ? Party.Seller : Party.Buyer)));
    }

    /// <summary>A deal with 提成 leads its two parties there.</summary>
    private static async Task<IReadOnlyList<DealNote>> RoyaltiesOf(IServiceProvider services, DealRow deal, CancellationToken cancellation)
    {
        if (await services.GetRequiredService<RoyaltyAgreements>().FindRow(deal.Auction, cancellation) is null) return [];
        var texts = services.GetRequiredService<IStringLocalizer<RoyaltyTexts>>();
        return [new DealNote(texts["Deal.Label"], texts["Deal.Text"], $"/deals/{deal.Auction}/royalties")];
    }

    /// <summary>A file of a step: to the two parties, except what is the seller's own.</summary>
    private static async Task<IResult> Download(
        string auction, string step, string party, Deals deals, CurrentActor actor, FileStore files, MarketplaceDb db, Refusals refusals, CancellationToken cancellation)
    {
        if (await deals.Find(auction, cancellation) is not { } deal) return refusals.Problem(Refusal.UnknownDeal);
        var access = await DealAccess.Of(actor, deal, Act.ReadDeal, cancellation);
        if (access is not { Done: true, Value.Side: { } side }) return refusals.Problem(access.Refusal is Refusal.NotSignedIn ? Refusal.NotSignedIn : Refusal.UnknownDeal);
        var done = deal.Done.SingleOrDefault(d => Steps.NameOf(d.Step) == step && Steps.NameOf(d.Party) == party);
        if (done is not { FileName: { } name } || (side != Party.Seller && Steps.All.Single(r => r.Step == done.Step).SellerOnly)) return refusals.Problem(Refusal.NotFound);
        var kept = await db.Set<KeptFileRow>().AsNoTracking().SingleOrDefaultAsync(f => f.Sha256 == done.FileSha256, cancellation);
        return kept is null ? refusals.Problem(Refusal.NotFound) : files.Download(new KeptFile(kept.Sha256, name, kept.ContentType, kept.Length));
    }

    /// <summary>What was shown for the release of a part of the price: to the two parties.</summary>
    private static async Task<IResult> Evidence(
        string auction, Guid obligation, Deals deals, Obligations obligations, CurrentActor actor, FileStore files, MarketplaceDb db, Refusals refusals, CancellationToken cancellation)
    {
        if (await deals.Find(auction, cancellation) is not { } deal) return refusals.Problem(Refusal.UnknownDeal);
        var access = await DealAccess.Of(actor, deal, Act.ReadDeal, cancellation);
        if (access is not { Done: true, Value.Side: not null }) return refusals.Problem(access.Refusal is Refusal.NotSignedIn ? Refusal.NotSignedIn : Refusal.UnknownDeal);
        if (await obligations.Find(obligation, cancellation) is not { EvidenceSha256: { } sha, EvidenceName: { } name } claimed || claimed.About != deal.Id) return refusals.Problem(Refusal.NotFound);
        var kept = await db.Set<KeptFileRow>().AsNoTracking().SingleOrDefaultAsync(f => f.Sha256 == sha, cancellation);
        return kept is null ? refusals.Problem(Refusal.NotFound) : files.Download(new KeptFile(kept.Sha256, name, kept.ContentType, kept.Length));
    }
}
