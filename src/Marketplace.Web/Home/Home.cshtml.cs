using System.Text.Json;
using Marketplace.Achievements;
using Marketplace.Auctions;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Home;

/// <summary>A session of the coming days with how many lots it has, and whether it is 拍卖 in a hall or the platform's own 竞价.</summary>
public sealed record SessionAhead(Session Session, bool InHall, int Lots, int Live, int Ended);

/// <summary>One figure of the market's own records: what stage it counts, and where its records are.</summary>
public sealed record HomeFigure(string Key, string Value, string Unit, string Detail, string Url, string Source);

/// <summary>An achievement that was published lately.</summary>
public sealed record NewAchievement(Guid Id, string Title, TechField? Field, int? Trl, string Owner, DateTimeOffset? PublishedAt, bool Demo);

/// <summary>The first page: search, what is live now, the week, what is new, and our own figures.</summary>
public sealed class HomeModel(MarketplaceDb db, Deals.Deals deals, TimeProvider clock, IStringLocalizer<HomeTexts> texts) : PageModel
{
    private const int MostLive = 12;

    public IReadOnlyList<Lot> Live { get; private set; } = [];
    public int LiveTotal { get; private set; }

    /// <summary>When nothing is live: what opens next.</summary>
    public IReadOnlyList<Lot> Coming { get; private set; } = [];
    public IReadOnlyList<Lot> Ended { get; private set; } = [];
    public IReadOnlyList<NewAchievement> Newest { get; private set; } = [];
    public IReadOnlyList<SessionAhead> Sessions { get; private set; } = [];
    public IReadOnlyList<HomeFigure> Figures { get; private set; } = [];

    /// <summary>Nothing real was sold yet: the figures say so instead of showing bare zeros.</summary>
    public bool NothingSold { get; private set; }
    public DateTimeOffset Now { get; private set; }

    public async Task OnGet(CancellationToken cancellation)
    {
        Now = clock.GetUtcNow();
        var lots = db.Set<Lot>().AsNoTracking().Where(l => l.Version > 0);
        Live = await lots.Where(l => AuctionLists.LivePhases.Contains(l.Phase)).OrderBy(l => l.EndsAt).Take(MostLive).ToListAsync(cancellation);
        LiveTotal = await lots.CountAsync(l => AuctionLists.LivePhases.Contains(l.Phase), cancellation);
        Coming = await lots.Where(l => l.Phase == "announced").OrderBy(l => l.OpensAt).Take(Live.Count == 0 ? 8 : 4).ToListAsync(cancellation);
        Ended = await lots.Where(l => l.Phase == "closed").OrderByDescending(l => l.EndsAt).Take(6).ToListAsync(cancellation);
        Newest = await (
            from a in db.Set<Achievement>().AsNoTracking()
            join o in db.Set<Organisations.Organisation>().AsNoTracking() on a.Organisation equals o.Id
            where a.State == AchievementState.Published || a.State == AchievementState.InTrade
            orderby a.PublishedAt descending, a.Id
            select new NewAchievement(a.Id, a.Title, a.Field, a.Trl, o.Name, a.PublishedAt, a.Demo)).Take(8).ToListAsync(cancellation);
        await ReadSessions(cancellation);
        await ReadFigures(cancellation);
        ViewData["Demo"] = Live.Concat(Coming).Concat(Ended).Any(l => l.Demo) || Sessions.Any(s => s.Session.Demo) || Newest.Any(a => a.Demo);
    }

    public string ScriptData() => JsonSerializer.Serialize(new
    {
        now = Now.ToUnixTimeMilliseconds(),
        texts = texts.GetAllStrings(true).Where(t => t.Name.StartsWith("Js.", StringComparison.Ordinal)).ToDictionary(t => t.Name[3..], t => t.Value),
    });

    private async Task ReadSessions(CancellationToken cancellation)
    {
        var (from, to) = (Now.AddDays(-1), Now.AddDays(7));
        // Round the clock a session never is of one week: it stays while a lot of it is not ended.
        var lots = db.Set<Lot>().Where(l => l.Version > 0);
        var sessions = await db.Set<Session>().AsNoTracking().Where(s => s.OpensAt < to && (s.OpensAt >= from || lots.Any(l => l.Session == s.Id && l.Phase != "closed"))).OrderBy(s => s.OpensAt).Take(6).ToListAsync(cancellation);
        var ids = sessions.ConvertAll(s => (Guid?)s.Id);
        var counts = await db.Set<Lot>().Where(l => l.Version > 0 && ids.Contains(l.Session)).GroupBy(l => new { l.Session, l.Phase })
            .Select(g => new { g.Key.Session, g.Key.Phase, Count = g.Count() }).ToListAsync(cancellation);
        var inHall = await db.Set<HallSession>().Where(h => ids.Contains(h.Session)).Select(h => h.Session).ToListAsync(cancellation);
        Sessions = sessions.ConvertAll(s =>
        {
            var own = counts.Where(c => c.Session == s.Id).ToList();
            return new SessionAhead(s, inHall.Contains(s.Id), own.Sum(c => c.Count), own.Where(c => AuctionLists.LivePhases.Contains(c.Phase)).Sum(c => c.Count), own.Where(c => c.Phase == "closed").Sum(c => c.Count));
        });
    }

    /// <summary>Demonstration records are not counted; different stages are never added up.</summary>
    private async Task ReadFigures(CancellationToken cancellation)
    {
        var real = db.Set<Lot>().AsNoTracking().Where(l => l.Version > 0 && !l.Demo);
        var sold = await real.Where(l => l.Outcome == "sold").Select(l => new { l.PriceFen, l.StartPriceFen }).ToListAsync(cancellation);
        var closed = await real.CountAsync(l => l.Phase == "closed", cancellation);
        var bids = await real.SumAsync(l => (long)l.Bids, cancellation);
        var published = await db.Set<Achievement>().CountAsync(a => !a.Demo && (a.State == AchievementState.Published || a.State == AchievementState.InTrade), cancellation);
        var signed = await deals.Reached(Step.SignContract, cancellation);
        var paid = await deals.Reached(Step.Pay, cancellation);
        var rate = sold.Count == 0
            ? texts["Figure.Rate.Of"].Value
            : texts["Figure.Rate.Detail", Median(sold.ConvertAll(l => (l.PriceFen!.Value - l.StartPriceFen) * 100m / l.StartPriceFen))].Value;
        NothingSold = sold.Count == 0;
        Figures =
        [
            new("Sold", Show.Short(sold.Sum(l => l.PriceFen ?? 0)), texts["Unit.Money"], texts.Count("Figure.Sold.Detail", sold.Count), "/auctions?records=sold", "Figure.Source"),
            new("Signed", Show.Short(signed.Sum(d => d.AmountFen)), texts["Unit.Money"], texts.Count("Figure.Signed.Detail", signed.Count), "/auctions?records=signed", "Figure.SourceSigned"),
            new("Paid", Show.Short(paid.Sum(d => d.AmountFen)), texts["Unit.Money"], texts.Count("Figure.Paid.Detail", paid.Count), "/auctions?records=paid", "Figure.SourcePaid"),
            new("Rate", $"{sold.Count}", texts["Unit.Of", closed], rate, "/auctions?records=closed", "Figure.Source"),
            new("Bids", Whole(bids), texts.Count("Unit.Bids", bids), texts["Figure.Bids.Detail"], "/auctions?records=all", "Figure.SourceBids"),
            new("Published", Whole(published), texts.Count("Unit.Items", published), texts["Figure.Published.Detail"], "/search?kind=Achievement", "Figure.SourcePublished"),
        ];
    }

    private static string Whole(long number) => number.ToString("#,##0", System.Globalization.CultureInfo.InvariantCulture);

    private static string Median(List<decimal> values)
    {
        values.Sort();
        var middle = values.Count / 2;
        return (values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture);
    }
}
