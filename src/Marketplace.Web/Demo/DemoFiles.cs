using Marketplace.Achievements;
using Marketplace.Auctions;
using Marketplace.Auctions.Dossiers;
using Marketplace.Deals;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Deals;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Payments.Royalties;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demo;

/// <summary>Which kept files go with the demonstration: what it names and nothing else does.</summary>
internal static class DemoFiles
{
    /// <summary>Those that the demonstration names.</summary>
    public static async Task<List<string>> Named(MarketplaceDb db, CancellationToken token)
    {
        var lots = db.LotsWithRehearsals().Where(l => l.Demo);
        var found = await lots.Select(l => l.ContractSha256).Distinct().ToListAsync(token);
        var houses = db.Set<Organisation>().Where(o => o.Demo).Select(o => o.Id);
        found.AddRange(await db.Set<AuctionHouse>().Where(h => houses.Contains(h.Organisation)).Select(h => h.FileSha256).ToListAsync(token));
        found.AddRange((await db.Set<HallSession>().Where(h => houses.Contains(h.House)).Select(h => new { h.NoticeSha256, h.RulesSha256 }).ToListAsync(token)).SelectMany(h => new[] { h.NoticeSha256, h.RulesSha256 }));
        found.AddRange(await db.Set<HallLot>().Where(l => lots.Any(d => d.Id == l.Lot)).Select(l => l.MandateSha256).ToListAsync(token));
        found.AddRange(await db.Set<FloorPaddle>().Where(p => houses.Contains(p.Organisation)).Select(p => p.MandateSha256).ToListAsync(token));
        found.AddRange(await db.Set<WalkInRow>().Where(w => houses.Contains(w.Organisation)).Select(w => w.MandateSha256).ToListAsync(token));
        found.AddRange(await db.Set<WalkInRow>().Where(w => houses.Contains(w.Organisation)).Select(w => (string?)w.LicenceSha256).ToListAsync(token));
        found.AddRange(await db.Set<GuaranteeRow>().Where(g => g.Book.StartsWith(DepositAccounts.DemoPrefix)).Select(g => (string?)g.FileSha256).ToListAsync(token));
        found.AddRange(await db.Set<LotGate>().Where(g => lots.Any(l => l.Id == g.Lot)).Select(g => g.FileSha256).Distinct().ToListAsync(token));
        found.AddRange(await db.Set<Application>().Where(a => a.Demo).Select(a => a.PapersSha256).Distinct().ToListAsync(token));
        found.AddRange(await db.Set<Application>().Where(a => a.Demo).Select(a => a.MandateSha256).Distinct().ToListAsync(token));
        found.AddRange(await db.Set<DealStepRow>().Where(s => lots.Any(l => l.Id == s.Auction || l.Id + Deal.SecondMark == s.Auction)).Select(s => (string?)s.FileSha256).Distinct().ToListAsync(token));
        found.AddRange(await db.Set<ObligationRow>().Where(o => o.Book.StartsWith(DepositAccounts.DemoPrefix)).Select(o => o.EvidenceSha256).Distinct().ToListAsync(token));
        found.AddRange(await db.Set<RoyaltyFileRow>().Where(f => db.Set<RoyaltyRow>().Any(r => r.Demo && r.Deal == f.Deal)).Select(f => (string?)f.Sha256).Distinct().ToListAsync(token));
        found.AddRange(await db.Set<DossierFileRow>().Where(f => lots.Any(l => l.Id == f.Lot)).Select(f => (string?)f.Sha256).Distinct().ToListAsync(token));
        var kept = await db.Set<KeptFileRow>().Select(f => f.Sha256).ToListAsync(token);
        // A listing names its files inside its content.
        var works = await db.Set<AchievementVersion>().Where(v => db.Set<Achievement>().Any(a => a.Demo && a.Id == v.Achievement) && v.Content.Contains("Sha256")).Select(v => v.Content).ToListAsync(token);
        return [.. kept.Where(sha => found.Contains(sha) || works.Exists(w => w.Contains(sha, StringComparison.Ordinal)))];
    }

    /// <summary>Of these files, those that nothing names any more.</summary>
    public static async Task<List<string>> Unused(MarketplaceDb db, List<string> candidates, CancellationToken token)
    {
        var unused = new List<string>();
        foreach (var sha in candidates)
        {
            var used = await db.LotsWithRehearsals().AnyAsync(l => l.ContractSha256 == sha, token)
                || await db.Set<LotGate>().AnyAsync(g => g.FileSha256 == sha, token)
                || await db.Set<GuaranteeRow>().AnyAsync(g => g.FileSha256 == sha, token)
                || await db.Set<Application>().AnyAsync(a => a.PapersSha256 == sha || a.MandateSha256 == sha, token)
                || await db.Set<DealStepRow>().AnyAsync(s => s.FileSha256 == sha, token)
                || await db.Set<ObligationRow>().AnyAsync(o => o.EvidenceSha256 == sha, token)
                || await db.Set<RoyaltyFileRow>().AnyAsync(f => f.Sha256 == sha, token)
                || await db.Set<DossierFileRow>().AnyAsync(f => f.Sha256 == sha, token)
                || await db.Set<HallSession>().AnyAsync(h => h.NoticeSha256 == sha || h.RulesSha256 == sha, token)
                || await db.Set<HallLot>().AnyAsync(l => l.MandateSha256 == sha, token)
                || await db.Set<FloorPaddle>().AnyAsync(p => p.MandateSha256 == sha, token)
                || await db.Set<WalkInRow>().AnyAsync(w => w.MandateSha256 == sha || w.LicenceSha256 == sha, token)
                || await db.Set<AuctionHouse>().AnyAsync(h => h.FileSha256 == sha, token)
                || await db.Set<AchievementVersion>().AnyAsync(v => v.Content.Contains(sha), token)
                || await db.Set<Disclosure>().AnyAsync(d => d.Told.Contains(sha), token);
            if (!used) unused.Add(sha);
        }

        return unused;
    }
}
