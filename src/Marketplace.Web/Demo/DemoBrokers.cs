using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Matching;
using Marketplace.Organisations;
using Marketplace.Organisations.Mandates;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demo;

/// <summary>The demonstration's agency: a broker in the register, mandates in force and one that waits for a signature.</summary>
internal static class DemoBrokers
{
    /// <summary>What is there already stays as it is.</summary>
    public static async Task Load(IServiceProvider services, Guid[] organisations, DateTimeOffset now, CancellationToken cancellation)
    {
        var (db, book, register) = (services.GetRequiredService<MarketplaceDb>(), services.GetRequiredService<MandateBook>(), services.GetRequiredService<BrokerRegister>());
        var agency = organisations[Array.FindIndex(DemoCast.Organisations, o => o.Kind == OrganisationKind.Agency)];
        if (await db.Set<MandateRow>().AnyAsync(m => m.Agency == agency, cancellation)) return;
        var broker = await Member(db, agency, cancellation);
        var today = Days.Of(now);
        var entry = new BrokerEntry(BrokerGrade.Senior, "ZJ-JJ-2024-0318", today.AddYears(2), "电子信息\n先进制造\n新材料");
        var entered = await register.Enter(agency, broker.Id, entry, broker.Id, null, cancellation);
        if (entered.Done) await register.Decide(entered.Value, 1, confirm: true, null, (await Member(db, organisations[0], cancellation)).Id, cancellation);

        var (university, enterprise) = (organisations[1], organisations[9]);
        var supply = new MandateTerms
        {
            Side = MandateSide.Supply,
            From = today.AddDays(-60),
            Until = today.AddDays(304),
            Powers = [MandatePower.WriteAchievements, MandatePower.AnswerDemands],
            Fee = new MandateFee(FeeKind.Share, ShareBp: 300),
            AllowsBothSides = true,
        };
        var demand = new MandateTerms { Side = MandateSide.Demand, Exclusive = true, From = today.AddDays(-20), Until = today.AddDays(20), Powers = MandateTerms.PowersOf(MandateSide.Demand), Fee = new MandateFee(FeeKind.Fixed, FixedFen: 4_000_000), AllowsBothSides = true };
        await Sign(await Propose(university, supply), university);
        await Sign(await Propose(enterprise, demand), enterprise);
        await Propose(organisations[10], demand with { Exclusive = false, Powers = [MandatePower.WriteDemands], From = today, Until = today.AddYears(1).AddDays(-1), Fee = new MandateFee(FeeKind.Share, ShareBp: 250) });

        async Task<Guid> Propose(Guid client, MandateTerms terms)
        {
            var proposed = await book.Propose(new MandateOrder(Guid.CreateVersion7(now), MandateParty.Agency, broker.Id, broker.DisplayName), agency, client, terms, null, cancellation);
            return proposed.Done ? proposed.Value : throw new InvalidOperationException($"A demo mandate was refused: {proposed.Refusal}");
        }

        async Task Sign(Guid mandate, Guid client)
        {
            var signer = await Member(db, client, cancellation);
            await book.Change(mandate, new MandateOrder(Guid.CreateVersion7(now), MandateParty.Agency, broker.Id, broker.DisplayName), MandateAct.Sign, cancellation);
            var signed = await book.Change(mandate, new MandateOrder(Guid.CreateVersion7(now), MandateParty.Client, signer.Id, signer.DisplayName), MandateAct.Sign, cancellation);
            if (!signed.Done) throw new InvalidOperationException($"A demo mandate was not signed: {signed.Refusal}");
        }
    }

    /// <summary>What hangs on the demonstration's mandates and brokers goes with them.</summary>
    public static async Task<int> Remove(MarketplaceDb db, IQueryable<Guid> organisations, CancellationToken token)
    {
        var mandates = db.Set<MandateRow>().Where(m => organisations.Contains(m.Agency) || organisations.Contains(m.Client)).Select(m => m.Id);
        var brokers = db.Set<BrokerRow>().Where(b => organisations.Contains(b.Agency)).Select(b => b.Id);
        var introductions = db.Set<IntroductionRow>().Where(i => organisations.Contains(i.Agency)).Select(i => i.Id);
        var pairs = db.Set<IntroductionRow>().Where(i => organisations.Contains(i.Agency)).Select(i => i.Achievement);
        var leads = db.Set<LeadRow>().Where(l => organisations.Contains(l.Agency)).Select(l => l.Id);
        var ends = (await introductions.ToListAsync(token)).ConvertAll(i => i.ToString());
        return await db.Set<DueWorkRow>().Where(w => w.Kind == IntroductionNotices.EndWork && ends.Contains(w.Key)).ExecuteDeleteAsync(token)
            + await db.Set<LeadMoveRow>().Where(m => leads.Contains(m.Lead)).ExecuteDeleteAsync(token)
            + await db.Set<LeadRow>().Where(l => organisations.Contains(l.Agency)).ExecuteDeleteAsync(token)
            + await db.Set<FeeFindingRow>().Where(f => introductions.Contains(f.Introduction)).ExecuteDeleteAsync(token)
            + await db.Set<FeeAgreementRow>().Where(f => mandates.Contains(f.Mandate)).ExecuteDeleteAsync(token)
            + await db.Set<IntroductionVersionRow>().Where(v => introductions.Contains(v.Introduction)).ExecuteDeleteAsync(token)
            + await db.Set<PairRow>().Where(p => pairs.Contains(p.Achievement)).ExecuteDeleteAsync(token)
            + await db.Set<IntroductionRow>().Where(i => organisations.Contains(i.Agency)).ExecuteDeleteAsync(token)
            + await db.Set<MandateVersionRow>().Where(v => mandates.Contains(v.Mandate)).ExecuteDeleteAsync(token)
            + await db.Set<MandateRow>().Where(m => organisations.Contains(m.Agency) || organisations.Contains(m.Client)).ExecuteDeleteAsync(token)
            + await db.Set<BrokerVersionRow>().Where(v => brokers.Contains(v.Broker)).ExecuteDeleteAsync(token)
            + await db.Set<BrokerRow>().Where(b => organisations.Contains(b.Agency)).ExecuteDeleteAsync(token);
    }

    private static async Task<Person> Member(MarketplaceDb db, Guid organisation, CancellationToken cancellation) => await (
        from m in db.Set<MembershipRow>().AsNoTracking()
        where m.Organisation == organisation
        join p in db.Set<Person>().AsNoTracking() on m.Person equals p.Id
        orderby m.Role == MemberRole.Signatory ? 0 : m.Role == MemberRole.Owner ? 1 : 2, p.Email
        select p).FirstAsync(cancellation);
}
