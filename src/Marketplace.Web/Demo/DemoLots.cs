using Marketplace.Achievements;
using Marketplace.Auctions;
using Marketplace.Auctions.Dossiers;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Microsoft.EntityFrameworkCore;
using AchievementState = Marketplace.Domain.Achievements.AchievementState;

namespace Marketplace.Demo;

/// <summary>
/// Announces demonstration auctions and brings bidders into them, through the same rooms that people go through: the
/// university's lot with its gates, the operator's announcement, application, ceiling, deposit, review, paddle.
/// </summary>
public sealed class DemoLots(IServiceProvider services, IMarketplaceDbFactory databases, FileStore files, TimeProvider clock)
{
    public const int SoftCloseSeconds = 30;
    private const int CycleSeconds = 30;

    /// <summary>Below this many works for sale only licences are offered, after which a work is for sale again.</summary>
    private const int KeepForSale = 400;
    private static readonly TimeSpan ListedFor = TimeSpan.FromSeconds(90);

    private static readonly string[] Lucky = ["方法", "系统", "装置", "设计", "制备", "技术", "算法", "工艺", "控制", "模型"];
    private static readonly string[] Dull = ["分析", "探讨", "探索", "探究", "进展", "影响", "综述", "现状", "病", "疗效", "患者", "治疗", "调查", "应用", "问题", "教学", "研究", "管理", "评价", "运用", "初探", "建设", "比较"];
    private static readonly int[] Starts = [18, 20, 26, 30, 36, 45, 50, 60, 80, 96, 120, 150, 180, 200, 260, 320];

    /// <returns>The auction's id; null when nothing is for sale.</returns>
    /// <param name="hall">A session in a hall; null for the platform's own session of the day.</param>
    public async Task<string?> Announce(TimeSpan opensIn, CancellationToken cancellation, Guid? hall = null)
    {
        var (contract, proof) = (await Keep("Technology contract", "技术合同（演示）.pdf", cancellation), await Keep("Proof", "证明材料（演示）.pdf", cancellation));
        await using var scope = services.CreateAsyncScope();
        var provider = scope.ServiceProvider;
        var (db, lots) = (provider.GetRequiredService<MarketplaceDb>(), provider.GetRequiredService<Lots>());
        if (await Choose(db, cancellation) is not var (work, seller, assignable)) return null;
        var lasts = Random.Shared.Next(120, 301);
        var start = Starts[Random.Shared.Next(Starts.Length)] * 10_000_00L;
        var step = start switch { < 30_0000_00 => 2_000_00L, < 60_0000_00 => 5_000_00L, < 150_0000_00 => 10_000_00L, _ => 20_000_00L };
        // A bid every five seconds and a half, most of them of one step, fill the time.
        var steps = (int)(lasts / 5.5 * 1.5);
        long? reserve = Random.Shared.Next(100) switch { < 12 => start + (steps + 6) * step, < 40 => start + (steps * 2 / 5 * step), _ => null };
        var format = hall is null ? await FormatOf(db, cancellation) : Formats.English;
        if (Formats.IsOpenPriced(format)) reserve = null;
        // Its notice is the time to apply in, so nobody who gathers below comes too late.
        if (format == Formats.Listed) opensIn = ListedFor;
        // Two hundredths every ten seconds, down to three fifths: about as long as the others.
        var path = format == Formats.Dutch ? new PricePath(200, null, 10, start / 5 * 3) : null;
        var right = hall is null && assignable && Random.Shared.Next(4) == 0 ? RightOffered.Assignment : RightOffered.OrdinaryLicence;
        var today = StatutoryDays.DayOf(clock.GetUtcNow());

        var lot = Must(await lots.Begin(seller, work, Lots.NewId(demo: true, clock.GetUtcNow()), cancellation));
        Must(await lots.Save(lot, new LotWriting
        {
            Right = right,
            LicenceUntil = today.AddYears(5),
            StartPriceFen = start,
            Steps = $"0 {Fen.Plain(step)}",
            OnStep = OnStep.Multiple,
            Format = format,
            SoftCloseSeconds = SoftCloseSeconds,
            DurationSeconds = format == Formats.Dynamic ? lasts / 2 : lasts,
            CycleSeconds = CycleSeconds,
            LatestEndSeconds = format == Formats.Dynamic ? 300 : null,
            ListingCycles = 2,
            Path = path,
            DepositFen = start / 10,
            ReserveFen = reserve,
            OpensReserve = false,
            Conditions = BuyerConditions.CleanCreditRecord,
            Deliverables = "技术资料全套、三日现场培训、六个月电话支持（演示）",
            TaxIncluded = true,
            Invoice = InvoiceKind.SpecialVat,
            StampDuty = Bearer.EachItsOwn,
            RegistrationFees = Bearer.Buyer,
            BuyerNameConfidential = Random.Shared.Next(6) == 0,
        }, cancellation));
        Must(await lots.SetContract(lot, contract.Sha256, contract.FileName, cancellation));
        foreach (var (gate, party) in LotGates.Asked(await lots.FactsOf(lot, cancellation), right))
        {
            Must(await lots.Answer(lot, new GateAnswer(
                gate, party, proof.Sha256, proof.FileName, gate == Gate.UnitDecision ? $"{seller.OrganisationName}校务会（演示）" : "演示登记簿", today.AddDays(-20), "演示材料",
                gate == Gate.LegalStatus ? today.AddYears(12) : null, gate == Gate.LegalStatus ? IpStatus.InForce : null, gate == Gate.BasePrice ? lot.FloorFen ?? start : null)
            {
                Holder = gate == Gate.PriorityHolders && party.Length > 0 ? new HolderNotice(NoticeService.Delivered, HolderAnswer.Waives, today.AddDays(-15)) : null,
            }, cancellation));
        }

        if (hall is null) await Confide(db, provider.GetRequiredService<LotDossiers>(), lot, cancellation);
        Must(await lots.Offer(lot, cancellation));
        var sessions = provider.GetRequiredService<Sessions>();
        var session = hall is { } held ? await sessions.Find(held, cancellation) : await SessionOfToday(db, sessions, cancellation);
        Must(await sessions.Take(session!, lot, cancellation));
        if (hall is not null) await provider.GetRequiredService<Halls>().Mandate(lot.Id, proof.Sha256, today.AddDays(-30), null, cancellation);
        var opens = Instant.Cut(clock.GetUtcNow()) + opensIn;
        var @operator = await db.Set<MembershipRow>().Where(m => db.Set<Organisation>().Any(o => o.Id == m.Organisation && o.Demo && o.Kind == OrganisationKind.Operator))
            .Select(m => m.Person).FirstAsync(cancellation);
        Must(await provider.GetRequiredService<Announcements>().Announce(lot, new AnnouncedTerms(opens, opens, 0, Bearer.Seller), @operator, cancellation));
        await Gather(lot, i => LimitOf(lot, step, steps, i), proof, @operator, cancellation);
        return lot.Id;
    }

    /// <summary>One auction with confidential files is always among those under way.</summary>
    private static async Task Confide(MarketplaceDb db, LotDossiers dossiers, Lot lot, CancellationToken cancellation)
    {
        if (await db.Set<DossierRow>().AnyAsync(d => db.Set<Lot>().Any(l => l.Id == d.Lot && l.Demo && l.State == LotState.Announced && l.Outcome == null), cancellation)) return;
        var person = await db.Set<MembershipRow>().Where(m => m.Organisation == lot.Seller).Select(m => m.Person).FirstAsync(cancellation);
        foreach (var (title, words) in new[] { ("中试数据与工艺参数（演示）", "Pilot data and process parameters"), ("样机测试报告（演示）", "Test report of the prototype") })
        {
            using var content = new MemoryStream(DemoPaper.Write(words));
            Must(await dossiers.Add(lot, Guid.CreateVersion7(), person, title, $"{title}.pdf", content, cancellation));
        }
    }

    /// <summary>A work that was not offered lately, if there is one, and its seller.</summary>
    private static async Task<(Guid Work, Membership Seller, bool Assignable)?> Choose(MarketplaceDb db, CancellationToken cancellation)
    {
        var works = await (
            from a in db.Set<Achievement>().AsNoTracking()
            join o in db.Set<Organisation>().AsNoTracking() on a.Organisation equals o.Id
            where a.Demo && o.Demo && a.State == AchievementState.Published
            select new { a.Id, a.Title, a.Trl, Seller = o.Id, o.Name, Offered = db.Set<Lot>().Count(l => l.Achievement == a.Id) }).ToListAsync(cancellation);
        if (works.Count == 0) return null;
        var chosen = works.OrderBy(w => w.Offered + (Lucky.Any(w.Title.Contains) ? 0 : 3) + (Dull.Any(w.Title.Contains) ? 3 : 0)).ThenBy(_ => Random.Shared.Next()).First();
        return (chosen.Id, new Membership(chosen.Seller, chosen.Name, OrganisationKind.University, MemberRole.Staff, Verified: true, Demo: true), works.Count > KeepForSale);
    }

    /// <summary>One falling, one dynamic and one listed lot are always among those under way; the others rise.</summary>
    private static async Task<string> FormatOf(MarketplaceDb db, CancellationToken cancellation)
    {
        var running = await db.Set<Lot>().Where(l => l.Demo && l.State == LotState.Announced && l.Outcome == null && l.Session != null).Select(l => l.Format).ToListAsync(cancellation);
        return running.Count == 0 || !running.Contains(Formats.English) ? Formats.English
            : !running.Contains(Formats.Dutch) ? Formats.Dutch
            : !running.Contains(Formats.Dynamic) ? Formats.Dynamic
            : !running.Contains(Formats.Listed) ? Formats.Listed
            : Formats.English;
    }

    /// <summary>Three mean it, the others give up on the way. Of a falling price each waits until it is low enough.</summary>
    private static long LimitOf(Lot lot, long step, int steps, int bidder)
    {
        var eager = bidder < 3 ? 0.75 + (Random.Shared.NextDouble() * 0.3) : 0.1 + (Random.Shared.NextDouble() * 0.7);
        return lot.FloorFen is { } floor
            ? floor + (long)((lot.StartPriceFen - floor) * Math.Max(0, eager - 0.3) * 0.9)
            : lot.StartPriceFen + ((long)(steps * eager) * step);
    }

    /// <summary>One session a day.</summary>
    private async Task<Session> SessionOfToday(MarketplaceDb db, Sessions sessions, CancellationToken cancellation)
    {
        var now = Instant.Cut(clock.GetUtcNow());
        var day = StatutoryDays.DayOf(now);
        var name = $"高新区拍 · 演示专场（{day.Month}月{day.Day}日）";
        if (await db.Set<Session>().FirstOrDefaultAsync(s => s.Demo && s.Name == name, cancellation) is { } today) return today;
        return Must(await sessions.Create(
            Guid.CreateVersion7(now),
            new SessionWriting(name, $"High-tech Zone Auction · demonstration ({day:yyyy-MM-dd})", "浙江拍演示运营中心", SessionBrand.HighTechZone, SessionProfile.Demo, now, now, Demo: true), cancellation));
    }

    /// <summary>Six to ten who bid by themselves, and the enterprises that people play.</summary>
    private async Task Gather(Lot lot, Func<int, long> limit, KeptFile proof, Guid reviewer, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        var enterprises = await (
            from o in db.Set<Organisation>().AsNoTracking()
            join m in db.Set<MembershipRow>().AsNoTracking() on o.Id equals m.Organisation
            join p in db.Set<Person>().AsNoTracking() on m.Person equals p.Id
            where o.Demo && o.Kind == OrganisationKind.Enterprise && m.Role == MemberRole.Signatory
            select new { o.Id, o.Name, m.Person, p.DisplayName }).ToListAsync(cancellation);
        var guests = enterprises.Where(e => DemoCast.Guests.Contains(e.Name)).ToList();
        var bidders = enterprises.Where(e => !DemoCast.Guests.Contains(e.Name)).OrderBy(_ => Random.Shared.Next()).Take(Random.Shared.Next(6, 11)).ToList();
        var coming = guests.Select(g => (Who: g, Limit: lot.StartPriceFen * 20)).Concat(bidders.Select((b, i) => (Who: b, Limit: limit(i))));
        await Parallel.ForEachAsync(
            coming, new ParallelOptions { MaxDegreeOfParallelism = 3, CancellationToken = cancellation },
            async (b, token) => await Apply(lot.Id, new Membership(b.Who.Id, b.Who.Name, OrganisationKind.Enterprise, MemberRole.Signatory, Verified: true, Demo: true), b.Who.Person, b.Who.DisplayName, b.Limit, proof, reviewer, token));
    }

    private async Task Apply(string auction, Membership who, Guid person, string name, long ceilingFen, KeptFile paper, Guid reviewer, CancellationToken cancellation)
    {
        await using var scope = services.CreateAsyncScope();
        var (db, applications, agencies) = (scope.ServiceProvider.GetRequiredService<MarketplaceDb>(), scope.ServiceProvider.GetRequiredService<Applications>(), scope.ServiceProvider.GetRequiredService<BuyerAgencies>());
        var lot = await db.Set<Lot>().AsNoTracking().SingleAsync(l => l.Id == auction, cancellation);
        var seen = Applications.Seen(lot);
        var until = StatutoryDays.DayOf(clock.GetUtcNow()).AddYears(1);
        var started = await applications.Start(lot, who, person, cancellation);
        // Bidding may have begun: then one bidder less comes.
        if (started.Refusal is Refusal.ApplicationsClosed) return;
        var application = Must(started);
        var filled = await applications.Step(
            application,
            (a, at) => a.Qualify(seen, "信用记录良好（演示）", paper.Sha256, paper.FileName, at)
                .Then(b => b.Mandate(seen, name, until, paper.Sha256, paper.FileName, at))
                .Then(b => b.Accept(seen, Pledge.Version, Pledge.Sha256, person, name, at))
                .Then(b => b.Declare(seen, Interest.None, null, name, at))
                .Then(b => b.Reviewed(passed: true, null, reviewer, at)),
            cancellation,
            async () =>
            {
                // Whoever has an agency names it, unless that one has a part in this lot.
                foreach (var agency in await agencies.Of(who.Organisation, seen.OpensAt, cancellation)) await agencies.Name(application, agency.Id, seen.OpensAt, person, cancellation);
                return default(Nothing);
            });
        if (filled.Refusal is Refusal.ApplicationsClosed) return;
        Must(await applications.SetCeiling(lot, Must(filled), ceilingFen, person, name, cancellation));
        // The hold sets off the admission.
        var held = await applications.Freeze(lot, application, cancellation);
        if (held.Refusal is not (null or Refusal.ApplicationsClosed)) Must(held);
    }

    private async Task<KeptFile> Keep(string title, string name, CancellationToken cancellation)
    {
        using var content = new MemoryStream(DemoPaper.Write(title));
        return Must(await files.Keep(content, name, cancellation));
    }

    /// <summary>A refusal here is a bug of the demonstration.</summary>
    private static T Must<T>(Result<T> result) =>
        result.Done ? result.Value : throw new InvalidOperationException($"The demonstration was refused: {result.Refusal} {result.Detail}");
}
