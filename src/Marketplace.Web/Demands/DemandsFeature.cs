using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Search;
using Marketplace.Search.Index;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demands;

/// <summary>技术需求: the measurable sheet, its review and grades, responses, and the work that follows.</summary>
public static class DemandsFeature
{
    public static IServiceCollection AddDemands(this IServiceCollection services)
    {
        services.AddSingleton<IDocumentSource, DemandDocuments>();
        services.AddSingleton<IDocumentSource, ChallengeNotices>();
        services.AddSingleton(new NamedRecords("List.Title", typeof(DemandTexts), $"/search?kind={Found.Demand}",
            db => DemandSearch.Visible(db, Actor.Visitor).Where(d => d.NameOpens == Opens.Public).Select(d => d.Organisation)));
        services.AddSingleton(DemandMandates.Subjects);
        services.AddSingleton(DemandMandates.Answers);
        services.AddSingleton(FacetWords.Of<TechField>(Found.Demand, Facet.Field, typeof(DemandTexts), "Field.", whole: true));
        services.AddSingleton(FacetWords.Of<Highland>(Found.Demand, Facet.Highland, typeof(DemandTexts), "Highland.", whole: true));
        services.AddSingleton(FacetWords.Of<WayOfCooperation>(Found.Demand, Facet.Way, typeof(DemandTexts), "Way."));
        services.AddSingleton(FacetWords.Of<DemandState>(Found.Demand, Facet.State, typeof(DemandTexts), "State.", whole: false, DemandLook.Chip));
        services.AddSingleton(FacetWords.Of<DemandKind>(Found.Demand, Facet.Type, typeof(DemandTexts), "Kind."));
        services.AddSingleton(FacetWords.Of<DemandNotice>(Found.Notice, Facet.Type, typeof(DemandTexts), "Notice."));
        services.AddSingleton(FacetWords.Of<TechField>(Found.Notice, Facet.Field, typeof(DemandTexts), "Field."));
        services.AddSingleton(FacetWords.Of<ResultNoticeState>(Found.Notice, Facet.State, typeof(DemandTexts), "NoticeState.", whole: false, ChallengeNotices.Chip));
        services.AddDueWork(DemandGrain.ClockWork, (provider, key, _) => provider.GetRequiredService<IGrainFactory>().GetGrain<IDemandGrain>(Guid.Parse(key)).Poke());
        services.AddSingleton(new DeskLink(Act.WriteDemand, "/desk/demands", "Desk.Demands", typeof(DemandTexts),
            static (services, member, cancellation) => services.GetRequiredService<MarketplaceDb>().Set<Demand>()
                .CountAsync(d => d.Organisation == member.Organisation && d.State == DemandState.Selecting, cancellation)));
        services.AddSingleton(new DeskLink(Act.PromiseReward, "/desk/demands/promises", "Desk.Promises", typeof(DemandTexts),
            static (services, member, cancellation) => services.GetRequiredService<MarketplaceDb>().Set<Demand>()
                .CountAsync(d => d.Organisation == member.Organisation && d.State == DemandState.InReview && d.Kind != DemandKind.Problem && d.PromisedFen == null, cancellation)));
        services.AddSingleton(new DeskLink(Act.RespondToDemand, "/desk/responses", "Desk.Responses", typeof(DemandTexts),
            static (services, member, cancellation) =>
            {
                var db = services.GetRequiredService<MarketplaceDb>();
                return db.Set<DemandResponse>().CountAsync(
                    r => r.Organisation == member.Organisation && r.State == ResponseState.Standing
                        && db.Set<Demand>().Any(d => d.Id == r.Demand && d.State == DemandState.Published && d.TargetsEdition > r.ConfirmedEdition),
                    cancellation);
            }));
        services.AddSingleton(new DeskLink(Act.Introduce, "/desk/responses/clients", "Desk.ClientResponses", typeof(DemandTexts),
            static (services, member, cancellation) =>
            {
                var db = services.GetRequiredService<MarketplaceDb>();
                return db.Set<DemandResponse>().CountAsync(
                    r => r.Agency == member.Organisation && r.State == ResponseState.Standing
                        && db.Set<Demand>().Any(d => d.Id == r.Demand && d.State == DemandState.Published && d.TargetsEdition > r.ConfirmedEdition),
                    cancellation);
            }));
        services.AddSingleton(new DeskLink(Act.GradeDemand, "/desk/demands/grading", "Desk.Grading", typeof(DemandTexts),
            static (services, member, cancellation) =>
            {
                var db = services.GetRequiredService<MarketplaceDb>();
                return db.Set<Demand>().CountAsync(
                    d => d.State == DemandState.InReview && d.Demo == member.Demo && d.Grade == null && !db.Set<DemandBlock>().Any(b => b.Demand == d.Id && b.Organisation == member.Organisation), cancellation);
            }));
        services.AddSingleton(new DeskLink(Act.ReviewDemand, "/desk/demands/review", "Desk.ReviewDemands", typeof(DemandTexts),
            static (services, _, cancellation) => services.GetRequiredService<MarketplaceDb>().Set<Demand>().CountAsync(d => d.State == DemandState.InReview || d.ChangeWaits, cancellation)));
        return services;
    }

    public static void MapDemands(this WebApplication app) => DemandEndpoints.Map(app);
}
