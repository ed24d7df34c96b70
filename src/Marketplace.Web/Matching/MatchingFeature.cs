using Marketplace.Achievements;
using Marketplace.Deals;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Matching.Recommendations;
using Marketplace.Organisations;
using Marketplace.Organisations.Mandates;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Matching;

/// <summary>推荐, 引荐, claims, leads and commissions: the broker's desk.</summary>
public static class MatchingFeature
{
    public static IServiceCollection AddMatching(this IServiceCollection services)
    {
        services.AddRecommendations();
        services.AddScoped<Leads>();
        services.AddScoped<FeeFindingDesk>();
        services.AddScoped<FeeAgreements>();
        services.AddDueWork(PairGrain.OpenWork, PairGrain.Look);
        services.AddDueWork(IntroductionNotices.EndWork, IntroductionNotices.Lapse);
        services.AddSingleton(new DeskLink(Act.Introduce, "/desk/broker", "Desk.Broker", typeof(MatchingTexts)));
        services.AddSingleton(new DeskLink(Act.AnswerIntroduction, "/desk/introductions", "Desk.Introductions", typeof(MatchingTexts), Unanswered));
        services.AddSingleton(new DeskLink(Act.DecideClaims, "/desk/claims", "Desk.Claims", typeof(MatchingTexts),
            static async (services, _, cancellation) => (await Claims.Competing(services.GetRequiredService<MarketplaceDb>(), services.GetRequiredService<TimeProvider>().GetUtcNow(), forOperator: true, cancellation)).Count));
        services.AddSingleton(new DeskLink(Act.DecideClaims, "/desk/fees", "Desk.Fees", typeof(MatchingTexts)));
        services.AddSingleton(new DealNotes(NotesOf));
        services.AddSingleton(new DealCommissions(CommissionsOf));
        services.AddSingleton(new BrokerRecord(RecordOf));
        return services;
    }

    public static void MapMatching(this WebApplication app) => app.MapRecommendations();

    private static async Task<int> Unanswered(IServiceProvider services, Membership member, CancellationToken cancellation)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var mine = member.Organisation;
        var open = await services.GetRequiredService<MarketplaceDb>().Set<IntroductionRow>().AsNoTracking()
            .Where(i => (i.DemandOwner == mine || i.AchievementOwner == mine) && i.State == IntroductionState.Open && !i.IsSealed).ToListAsync(cancellation);
        return open.Select(i => i.Read()).Count(i => i.IsOpen(now) && i.Of(i.DemandOwner == mine ? IntroductionSide.Demand : IntroductionSide.Supply) is null);
    }

    /// <summary>A deal that an introduction led to says so to its two parties.</summary>
    private static async Task<IReadOnlyList<DealNote>> NotesOf(IServiceProvider services, DealRow deal, CancellationToken cancellation)
    {
        var (db, texts) = (services.GetRequiredService<MarketplaceDb>(), services.GetRequiredService<IStringLocalizer<MatchingTexts>>());
        if (await Attribution.Of(db, deal, cancellation) is not { } found) return [];
        var agency = await db.Set<Organisation>().AsNoTracking().Where(o => o.Id == found.Row.Agency).Select(o => o.Name).FirstAsync(cancellation);
        return [new DealNote(texts["Deal.Introduced"], texts["Deal.By", found.Row.Number, agency], $"/introductions/{found.Row.Id}")];
    }

    /// <summary>What each mandate behind a signed deal gives its agency from its own client. Where no number was agreed nothing is owed through the market.</summary>
    private static async Task<IReadOnlyList<DealCommission>> CommissionsOf(IServiceProvider services, DealRow deal, CancellationToken cancellation)
    {
        var db = services.GetRequiredService<MarketplaceDb>();
        if (await Attribution.Of(db, deal, cancellation) is not { SignedAt: not null } found) return [];
        var findings = await db.Set<FeeFindingRow>().CountAsync(f => f.Deal == deal.Auction, cancellation);
        return
        [
            .. from fee in found.Fees
               where fee.Mandate is { } mandate && (mandate.Client == deal.Buyer || mandate.Client == deal.Seller)
               where fee.Due.Basis is not (FeeBasis.ToBeAgreed or FeeBasis.EqualSplit)
               select new DealCommission(fee.Mandate!.Client, found.Row.Agency, fee.Due.ClientFen, $"{fee.Mandate.Id:N}/{fee.Mandate.Version}/{findings}/{fee.Due.ClientFen}/{(deal.EndedBecause is null ? "stands" : "fell")}"),
        ];
    }

    /// <summary>签约 and 到账 of a broker's introductions, from deals alone. A deal that fell counts nowhere.</summary>
    private static async Task<IReadOnlyList<BrokerStage>> RecordOf(IServiceProvider services, BrokerRow broker, CancellationToken cancellation)
    {
        var deals = (await Attribution.Of(services.GetRequiredService<MarketplaceDb>(), broker.Agency, cancellation, broker.Person)).Where(d => d.Deal.EndedBecause is null && d.Deal.Demo == broker.Demo).ToList();
        var (signed, paid) = (deals.Where(d => d.SignedAt is not null).ToList(), deals.Where(d => d.PaidAt is not null).ToList());
        return [new BrokerStage("Signed", signed.Count, signed.Sum(d => d.Deal.PriceFen)), new BrokerStage("Paid", paid.Count, paid.Sum(d => d.ReceivedFen))];
    }
}

/// <summary>Claims that stand against each other and wait for the operator.</summary>
public static class Claims
{
    /// <param name="forOperator">Without those whose achievement is in trade: whoever runs the market does not learn who may be after a live lot.</param>
    public static async Task<IReadOnlyList<IReadOnlyList<IntroductionRow>>> Competing(MarketplaceDb db, DateTimeOffset now, bool forOperator, CancellationToken cancellation)
    {
        var open = await db.Set<IntroductionRow>().AsNoTracking().Where(i => i.State == IntroductionState.Open && !i.IsSealed)
            .Where(i => !forOperator || !db.Set<Achievement>().Any(a => a.Id == i.Achievement && a.State == AchievementState.InTrade)).OrderBy(i => i.At).ToListAsync(cancellation);
        return [.. open.Where(i => i.Read().IsOpen(now)).GroupBy(i => (i.Demand, i.Achievement)).Where(g => g.Select(i => i.Agency).Distinct().Count() > 1).Select(g => g.ToList())];
    }
}
