using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Demands;

/// <summary>What mandates of the demand side are about, and what an agency did under one.</summary>
internal static class DemandMandates
{
    private const int Most = 1_000, Newest = 50;

    public static readonly MandateSubjects Subjects = new(MandateSide.Demand, MandatePower.WriteDemands, "/desk/demands?owner=", Of, Done);

    public static readonly MandateWork Answers = new(MandateSide.Supply, MandatePower.AnswerDemands, "/desk/responses/clients", Answered);

    private static async Task<IReadOnlyList<MandateDoing>> Answered(IServiceProvider services, Guid agency, Guid client, CancellationToken cancellation)
    {
        var texts = services.GetRequiredService<IStringLocalizer<DemandTexts>>();
        var db = services.GetRequiredService<MarketplaceDb>();
        var rows = await (
            from v in db.Set<DemandResponseVersion>().AsNoTracking()
            where v.Agency == agency
            join r in db.Set<DemandResponse>().AsNoTracking() on v.Response equals r.Id
            where r.Organisation == client
            join d in db.Set<Demand>().AsNoTracking() on r.Demand equals d.Id
            orderby v.At descending
            select new { v.At, v.Act, v.Person, d.Id, d.PublicContent }).Take(Newest).ToListAsync(cancellation);
        return rows.ConvertAll(r => new MandateDoing(r.At, texts[$"ResponseAct.{r.Act}"], DemandContent.Read(r.PublicContent!).Title, $"/demands/{r.Id}", r.Person));
    }

    /// <summary>For an agency that has no mandate yet only what anybody reads, and of that only what the owner opened its name on: a list of a client's demands names their owner.</summary>
    private static async Task<IReadOnlyList<MandateSubject>> Of(IServiceProvider services, Guid client, bool own, CancellationToken cancellation)
    {
        var db = services.GetRequiredService<MarketplaceDb>();
        var rows = own ? db.Set<Demand>().AsNoTracking() : DemandSearch.Visible(db, Actor.Visitor).Where(d => d.NameOpens == Opens.Public);
        return await rows.Where(d => d.Organisation == client).OrderBy(d => d.Title).ThenBy(d => d.Id).Take(Most).Select(d => new MandateSubject(d.Id, d.Title)).ToListAsync(cancellation);
    }

    private static async Task<IReadOnlyList<MandateDoing>> Done(IServiceProvider services, Guid agency, Guid client, CancellationToken cancellation)
    {
        var texts = services.GetRequiredService<IStringLocalizer<DemandTexts>>();
        var db = services.GetRequiredService<MarketplaceDb>();
        var rows = await (
            from v in db.Set<DemandVersion>().AsNoTracking()
            where v.Actor == agency
            join d in db.Set<Demand>().AsNoTracking() on v.Demand equals d.Id
            where d.Organisation == client
            orderby v.At descending
            select new { v.At, v.Act, v.Person, d.Id, d.Title }).Take(Newest).ToListAsync(cancellation);
        return rows.ConvertAll(r => new MandateDoing(r.At, texts[$"Act.{r.Act}"], r.Title, $"/demands/{r.Id}/history", r.Person));
    }
}
