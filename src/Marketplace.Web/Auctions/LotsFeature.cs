using Marketplace.Auctions.Dossiers;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Search;
using Marketplace.Search.Index;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>Everything before the bidding: sessions, lots, gates, announcement, application, admission.</summary>
public static class LotsFeature
{
    public static IServiceCollection AddLots(this IServiceCollection services)
    {
        services.AddScoped<Lots>();
        services.AddScoped<Sessions>();
        services.AddScoped<Announcements>();
        services.AddScoped<SessionSlots>();
        services.AddScoped<Holders>();
        services.AddScoped<LotQuestions>();
        services.AddScoped<Conflicts>();
        services.AddScoped<Fairness>();
        services.AddScoped<Applications>();
        services.AddScoped<Admitting>();
        services.AddScoped<Settling>();
        services.AddScoped<NextRounds>();
        services.AddScoped<Measures>();
        services.AddScoped<Halls>();
        services.AddScoped<HallRecords>();
        services.AddScoped<CheckIns>();
        services.AddScoped<Rehearsals>();
        services.AddScoped<RehearsalCasting>();
        services.AddScoped<PracticeSeats>();
        services.AddScoped<WalkIns>();
        services.AddScoped<BuyerAgencies>();
        services.AddSingleton(new DeskLink(Act.SeeHall, "/desk/hall", "Desk.Hall", typeof(HallTexts)));
        services.AddSingleton(new DeskLink(Act.OfferLot, "/desk/lots", "Desk.Lots", typeof(LotTexts),
            static (services, member, cancellation) => services.GetRequiredService<MarketplaceDb>().Set<Lot>()
                .CountAsync(LotDeskModel.Waits(member.Organisation), cancellation)));
        services.AddSingleton(new DeskLink(Act.BuildSession, "/desk/sessions", "Desk.Sessions", typeof(LotTexts),
            static (services, _, cancellation) => services.GetRequiredService<MarketplaceDb>().Set<Lot>().CountAsync(l => l.State == LotState.Offered, cancellation)));
        services.AddSingleton(new DeskLink(Act.CheckQualification, "/desk/qualifications", "Papers.Desk", typeof(LotTexts),
            static (services, _, cancellation) => services.GetRequiredService<MarketplaceDb>().Set<Application>().CountAsync(a => a.Review == PapersReview.Waiting, cancellation)));
        services.AddSingleton(new DeskLink(Act.AnswerQuestion, "/desk/questions", "Desk", typeof(QuestionTexts),
            static (services, member, cancellation) => QuestionDeskModel.Waiting(services.GetRequiredService<MarketplaceDb>(), member.Organisation, services.GetRequiredService<TimeProvider>().GetUtcNow()).CountAsync(cancellation)));
        services.AddSingleton(new DeskLink(Act.WithdrawQuestion, "/desk/questions", "Desk", typeof(QuestionTexts),
            static (services, _, cancellation) => QuestionDeskModel.Waiting(services.GetRequiredService<MarketplaceDb>(), null, services.GetRequiredService<TimeProvider>().GetUtcNow()).CountAsync(cancellation)));
        services.AddSingleton(new DeskLink(Act.ApplyToBid, "/desk/bids", "Desk.Bids", typeof(LotTexts), BidDeskModel.Waits));
        services.AddSingleton(new DeskLink(Act.PauseAuction, "/desk/course", "Desk.Course", typeof(TroubleTexts), CourseDeskModel.Waits));
        services.AddSingleton(new AnnouncedLots(LotFees.Of));
        services.AddSingleton(new RunningLots(static (db, lots, cancellation) => db.Set<Lot>().AnyAsync(l => lots.Contains(l.Id) && l.Outcome == null, cancellation)));
        services.AddDueWork(Announcements.Work, async (provider, key, cancellation) =>
        {
            await provider.GetRequiredService<Announcements>().Tell(key, cancellation);
            return null;
        });
        services.AddDueWork(Applications.AdmitWork, (provider, key, cancellation) => provider.GetRequiredService<Admitting>().Admit(Guid.Parse(key), cancellation));
        services.AddDueWork(Applications.CeilingWork, (provider, key, cancellation) => provider.GetRequiredService<Applications>().TellCeiling(Guid.Parse(key), cancellation));
        services.AddDueWork(Measures.Work, async (provider, key, cancellation) =>
        {
            await provider.GetRequiredService<Measures>().Carry(Guid.Parse(key), cancellation);
            return null;
        });
        services.AddSingleton<IDocumentSource>(new LotNotices(result: false));
        services.AddSingleton<IDocumentSource>(new LotNotices(result: true));
        services.AddSingleton<IDocumentSource, SessionNotices>();
        services.AddSingleton(FacetWords.Of<AuctionNotice>(Found.Notice, Facet.Type, typeof(LotTexts), "AuctionNotice."));
        services.AddSingleton(FacetWords.Of<NoticeState>(Found.Notice, Facet.State, typeof(LotTexts), "NoticeState.", whole: false, LotNotices.Chip));
        services.AddScoped<LotNews>();
        services.AddScoped<OpeningHolds>();
        services.AddDueWork(OpeningHolds.Work, (provider, key, cancellation) => provider.GetRequiredService<OpeningHolds>().Look(key, cancellation), TimeSpan.FromSeconds(2));
        services.AddDueWork(Unmatched.Work, (provider, key, cancellation) => provider.GetRequiredService<OpeningHolds>().Changed(key, cancellation), TimeSpan.FromSeconds(2));
        services.AddSingleton(new OpeningsAhead((provider, demo, cancellation) => OpeningHolds.Of(provider.GetRequiredService<MarketplaceDb>(), demo, cancellation)));
        services.AddSingleton<OutbidNews>();
        services.AddHostedService(provider => provider.GetRequiredService<OutbidNews>());
        services.AddDueWork(LotNews.Work, (provider, key, cancellation) => provider.GetRequiredService<LotNews>().Look(key, cancellation));
        services.AddDueWork(Fairness.Work, (provider, key, cancellation) => provider.GetRequiredService<Fairness>().Look(key, cancellation));
        services.AddDueWork(AuctionGrain.OverdueWork, Measures.Remind);
        services.AddDueWork(AuctionGrain.SettleWork, (provider, key, cancellation) => provider.GetRequiredService<Settling>().Settle(key, cancellation));
        return services;
    }

    public static void MapLots(this WebApplication app)
    {
        app.MapLotFiles();
        app.MapDossiers();
        app.MapArchive();
        app.MapHallPapers();
        app.MapCataloguePaper();
    }
}
