using System.Text.Json;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using QRCoder;

namespace Marketplace.Auctions;

/// <summary>What the live pages of a hall share.</summary>
internal static class HallPages
{
    private static readonly JsonSerializerOptions BlockJson = new(AuctionJson.Options) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Default };

    /// <summary>A block of data inside the page, safe inside a script element.</summary>
    public static string Block(object data) => JsonSerializer.Serialize(data, BlockJson);

    /// <summary>The texts that scripts say.</summary>
    public static Dictionary<string, string> Js(IStringLocalizer texts) =>
        texts.GetAllStrings(true).Where(t => t.Name.StartsWith("Js.", StringComparison.Ordinal)).ToDictionary(t => t.Name[3..], t => t.Value);

    /// <param name="buyer">Who bought, as far as everybody may know it.</param>
    public static object LotLine(Lot l, PublicBuyer? buyer) =>
        new { l.Id, l.Place, l.Title, seller = l.SellerName, right = l.Right.ToString(), l.Phase, l.PriceFen, l.StartPriceFen, l.Outcome, l.Winner, buyer = buyer?.Name, buyerConfidential = buyer?.Confidential == true };
}

/// <summary>拍卖师台, and the recorder's view of the same desk.</summary>
public sealed class HallConsoleModel(MarketplaceDb db, Halls halls, CurrentActor actor, IStringLocalizer<HallTexts> texts) : PageModel
{
    public Session Session { get; private set; } = null!;
    public HallSession Hall { get; private set; } = null!;
    public HallSeat Seat { get; private set; } = null!;
    public bool IsAuctioneer { get; private set; }
    public IReadOnlyList<Lot> Lots { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(Guid session, CancellationToken cancellation)
    {
        if (await halls.Find(session, cancellation) is not { } hall) return NotFound();
        Hall = hall;
        var seat = await halls.Seat(hall, Act.RunHall, cancellation);
        IsAuctioneer = seat.Done;
        if (!seat.Done) seat = await halls.Seat(hall, Act.KeepHallRecord, cancellation);
        if (!seat.Done)
        {
            // Somebody of the house without an entry among the officers is led to where it is made.
            return (await actor.May(Act.SeeHall, hall.House, cancellation)).Done ? Redirect("/desk/hall") : this.Refused(seat.Refusal.Value == Refusal.HallGateOpen ? Refusal.NotAllowed : seat.Refusal.Value);
        }

        Seat = seat.Value;
        Session = await db.SessionsWithRehearsals().AsNoTracking().SingleAsync(s => s.Id == session, cancellation);
        Lots = await HallEndpoints.Lots(db, session, cancellation);
        return Page();
    }

    public string ScriptData(string csrf) => HallPages.Block(new
    {
        session = Session.Id,
        role = IsAuctioneer ? "auctioneer" : "recorder",
        lots = Lots.Select(l => HallPages.LotLine(l, null)),
        floorFrom = Hall.FloorFrom,
        floorTo = Hall.FloorTo,
        language = Shared.Show.Chinese ? "zh" : "en",
        csrf,
        texts = HallPages.Js(texts),
    });
}

/// <summary>大屏: public, without any private datum.</summary>
public sealed class HallScreenModel(MarketplaceDb db, Halls halls, IGrainFactory grains, TimeProvider clock, IStringLocalizer<HallTexts> texts) : PageModel
{
    public Session Session { get; private set; } = null!;
    public string House { get; private set; } = "";
    public IReadOnlyList<Lot> Lots { get; private set; } = [];
    public IReadOnlyDictionary<string, PublicBuyer> Sold { get; private set; } = new Dictionary<string, PublicBuyer>();
    public Lot? Up { get; private set; }
    public AuctionPicture? Picture { get; private set; }
    public string Qr { get; private set; } = "";
    public DateTimeOffset Now => clock.GetUtcNow();

    public async Task<IActionResult> OnGetAsync(Guid session, CancellationToken cancellation)
    {
        if (await halls.Find(session, cancellation) is not { } hall) return NotFound();
        Session = await db.SessionsWithRehearsals().AsNoTracking().SingleAsync(s => s.Id == session, cancellation);
        House = await db.Set<Organisation>().Where(o => o.Id == hall.House).Select(o => o.Name).SingleAsync(cancellation);
        Lots = await HallEndpoints.Lots(db, session, cancellation);
        Sold = await Buyers.Read(db, db.Set<Lot>().Where(l => l.Session == session), cancellation);
        Up = HallEndpoints.Up(Lots);
        Picture = Up is null ? null : await grains.GetGrain<IAuctionGrain>(Up.Id).Look();
        using var data = QRCodeGenerator.GenerateQrCode($"{Request.Scheme}://{Request.Host}/sessions/{session}", QRCodeGenerator.ECCLevel.M);
        using var picture = new PngByteQRCode(data);
        Qr = $"data:image/png;base64,{Convert.ToBase64String(picture.GetGraphic(6))}";
        return Page();
    }

    public string ScriptData() => HallPages.Block(new
    {
        session = Session.Id,
        lots = Lots.Select(l => HallPages.LotLine(l, Sold.GetValueOrDefault(l.Id))),
        up = Up?.Id,
        picture = Picture,
        serverNow = Now,
        language = Shared.Show.Chinese ? "zh" : "en",
        texts = HallPages.Js(texts),
    });
}

/// <summary>A lot in a hall for everybody: ask, warnings, the last bids; for an admitted net bidder also the bid.</summary>
public sealed class HallRoomModel(
    MarketplaceDb db, Halls halls, CurrentActor actor, BuyerAgencies bidders, IGrainFactory grains, IStringLocalizer<HallTexts> texts, TimeProvider clock) : PageModel
{
    public Lot Lot { get; private set; } = null!;
    public Session Session { get; private set; } = null!;
    public HallSession Hall { get; private set; } = null!;
    public string House { get; private set; } = "";
    public DateTimeOffset? RoadshowAt { get; private set; }
    public AuctionPicture Picture { get; private set; } = null!;

    /// <summary>Who bought, as far as everybody may know it.</summary>
    public PublicBuyer? Buyer { get; private set; }

    /// <summary>The reader's own paddle; null for a spectator.</summary>
    public int? Mine { get; private set; }
    public bool MustShowSecondFactor { get; private set; }

    /// <summary>What this bidder sent after the hammer: refused and kept.</summary>
    public IReadOnlyList<RefusedBidRow> Late { get; private set; } = [];
    public bool MayApply { get; private set; }
    public bool SignedIn { get; private set; }
    public JoinRehearsalView? Join => Lot.RehearsalOf is null ? null : new JoinRehearsalView(Session.Id, Lot.Id, SignedIn, MayApply, Mine is not null, Closed);
    public DateTimeOffset Now => clock.GetUtcNow();
    public bool Closed => Picture.Phase == "closed";

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellation)
    {
        var lot = await db.LotsWithRehearsals().AsNoTracking().SingleOrDefaultAsync(l => l.Id == id && l.Version > 0, cancellation);
        if (lot is null || await halls.OfLot(lot, cancellation) is not { } hall) return NotFound();
        (Lot, Hall) = (lot, hall);
        Session = await db.SessionsWithRehearsals().AsNoTracking().SingleAsync(s => s.Id == hall.Session, cancellation);
        House = await db.Set<Organisation>().Where(o => o.Id == hall.House).Select(o => o.Name).SingleAsync(cancellation);
        RoadshowAt = await db.Set<HallLot>().Where(l => l.Lot == id).Select(l => l.RoadshowAt).SingleOrDefaultAsync(cancellation);
        Picture = await grains.GetGrain<IAuctionGrain>(id).Look();
        if (Closed && await Buyers.Read(db, lot, cancellation) is { } buyer && buyer.Paddle == Picture.WinnerPaddle) Buyer = buyer;
        SignedIn = (await actor.Get(cancellation)).SignedIn;
        MayApply = (await actor.May(lot.RehearsalOf is null ? Act.ApplyToBid : Act.JoinRehearsal, cancellation: cancellation)) is { Done: true } may
            && may.Value.Demo == lot.Demo && (lot.RehearsalOf is not null || lot.ApplyUntil > Now);
        var me = await bidders.BidderOf(id, cancellation);
        MustShowSecondFactor = me.Refusal is Domain.Common.Refusal.SecondFactorRequired && await bidders.WaitsForSecondFactor(id, cancellation);
        if (me.Done) Mine = me.Value.Paddle;
        if (Closed && Mine is { } bidder)
        {
            Late = await db.Set<RefusedBidRow>().AsNoTracking().Where(r => r.Auction == id && r.Paddle == bidder && r.Reason == nameof(Domain.Common.Refusal.AlreadyEnded))
                .OrderBy(r => r.Ordinal).ToListAsync(cancellation);
        }

        return Page();
    }

    public string ScriptData(string csrf) => HallPages.Block(new
    {
        picture = Picture,
        mine = Mine,
        floor = Mine is { } paddle && Hall.Terms.IsFloor(paddle),
        language = Shared.Show.Chinese ? "zh" : "en",
        csrf,
        texts = HallPages.Js(texts),
    });
}
