using System.Globalization;
using System.Text.Json;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Marketplace.Shared;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Auctions;

/// <summary>The room of one auction: before, during and after the bidding. Whole without script; the script makes it live.</summary>
public sealed partial class RoomModel(
    MarketplaceDb db, IGrainFactory grains, IFactStore store, CurrentActor actor, BuyerAgencies bidders, BidLimits limits, Refusals refusals, TimeProvider clock, IStringLocalizer<RoomTexts> texts)
    : PageModel
{
    /// <summary>How far back the page itself lists; the transcript page has everything.</summary>
    private const int Tail = 600;

    /// <summary>How long after the close the page asks again whether the deposit is back.</summary>
    private static readonly TimeSpan SettlingTakes = TimeSpan.FromMinutes(2);

    public Lot Lot { get; private set; } = null!;
    public Session? Session { get; private set; }
    public int LotsInSession { get; private set; }
    public AuctionPicture Picture { get; private set; } = null!;
    public Terms Terms { get; private set; } = null!;

    /// <summary>Who bought, as far as everybody may know it.</summary>
    public PublicBuyer? Buyer { get; private set; }

    /// <summary>The last public lines, oldest first.</summary>
    public IReadOnlyList<PublicLine> Lines { get; private set; } = [];

    /// <summary>Bids before the first listed one.</summary>
    public long BidsBefore { get; private set; }

    /// <summary>The reader's own paddle, when the reader bids here.</summary>
    public PaddleView? Mine { get; private set; }

    /// <summary>The reader's own deposit for this lot, as the deposit account has it now.</summary>
    public HoldRow? MyDeposit { get; private set; }

    /// <summary>The name of the text that says where the deposit stands, and its tone.</summary>
    public (string Name, string Tone) DepositSays => Mine?.Suspended == true ? ("DepositReversed", "bad") : MyDeposit?.State switch
    {
        HoldState.Released => ("DepositReleased", "off"),
        HoldState.Used => ("DepositUsed", "ok"),
        HoldState.Forfeited => ("DepositForfeited", "bad"),
        _ => ("DepositFrozen", "ok"),
    };

    /// <summary>Closed, and the deposit of a bidder who did not win is on its way back: the page looks again by itself.</summary>
    public bool DepositMoves =>
        Closed && Now - Picture.EndsAt < SettlingTakes && MyState == "lost" && MyDeposit?.State is HoldState.Bound or HoldState.Placed;

    /// <summary>The reader bids here and has not shown the second factor yet: outside until then.</summary>
    public bool MustShowSecondFactor { get; private set; }

    /// <summary>A signatory: only one may seal an offer.</summary>
    public bool MaySeal { get; private set; }

    /// <summary>For whom the reader bids here.</summary>
    public Bidder? Me { get; private set; }

    /// <summary>A bidder named the reader's agency, and why it may not bid for it now.</summary>
    public string? AgentRefused { get; private set; }
    public bool SignedIn { get; private set; }
    public bool MayApply { get; private set; }
    public bool IsSeller { get; private set; }
    /// <summary>The deal that stands, the reader's or the public's to know of.</summary>
    public string? Deal => Course.Standing is null ? null : Course.Standing.Promoted ? Course.SecondDeal : Course.Deal;

    /// <summary>Where the course stands when something went wrong.</summary>
    public Course Course { get; private set; } = null!;
    public CourseView Trouble => new(Lot, Course, Now, Mine?.Paddle);
    public DateTimeOffset Now { get; private set; }

    /// <summary>What a bid sent without script came to.</summary>
    public string? Notice { get; private set; }
    public string NoticeTone { get; private set; } = "bad";
    public string Typed { get; private set; } = "";

    /// <summary>The id under which the form without script sends its next bid; kept while the answer is unknown.</summary>
    public string BidId { get; private set; } = Guid.CreateVersion7().ToString();

    /// <summary>An unusually large amount waits for a second yes.</summary>
    public long? ToConfirmFen { get; private set; }

    /// <summary>彩排: practice, without deposit, deal or second factor.</summary>
    public bool IsRehearsal => Lot.RehearsalOf is not null;
    public JoinRehearsalView? Join => IsRehearsal && Session is { } s ? new JoinRehearsalView(s.Id, Lot.Id, SignedIn, MayApply, Mine is not null, Closed) : null;

    public bool Closed => Picture.Phase == "closed";
    /// <summary>When bidding goes on, in words; empty unless it waits for that.</summary>
    public string Resumes => Picture.ResumesAt is { } at ? Show.Near(at, Now) : "";

    public bool Live => Picture.Phase is "open" or "closing";

    private PublicLine? MyLast => Mine is null ? null : Lines.LastOrDefault(l => IsBid(l) && l.Paddle == Mine.Paddle);

    /// <summary>The hidden maximum the reader leads with, however long ago it was set; an open bid is none.</summary>
    public long? MyMaxFen => MyLast is { Proxy: true } || (MyLast is null && Mine?.MyMaxFen > Picture.PriceFen) ? Mine!.MyMaxFen : null;

    /// <summary>What the reader is good for: the maximum, or the last open bid.</summary>
    public long? MyOfferFen => MyMaxFen ?? MyLast?.AmountFen;
    public bool HaveBid => MyLast is not null;

    /// <summary>One of lead, out, none, off, won, lost, watch, and by stage asked, taker, seal, word, wait: what the panel says of the reader.</summary>
    public string MyState => Mine is null ? "watch"
        : Closed ? Picture.WinnerPaddle == Mine.Paddle ? "won" : "lost"
        : Mine.Suspended || Picture.Phase is "announced" or "paused" ? "off"
        : Picture.Stage switch
        {
            "falling" => Mine.Leading ? "lead" : "asked",
            "sealed" => IsTaker ? "taker" : "seal",
            "last-word" => Mine.Leading ? "lead" : IsTaker ? "word" : "wait",
            _ => Mine.Leading ? "lead" : HaveBid ? "out" : "none",
        };

    public static bool IsBid(PublicLine line) => line.Type is "bid-accepted" or "proxy-accepted";

    public async Task<IActionResult> OnGet(string id, CancellationToken cancellation) => await Load(id, cancellation) ? Terms.Hall is null ? Page() : Redirect($"/hall/lots/{id}") : NotFound();

    /// <summary>A bid from the form: the road without script, with the same rules and the same grain.</summary>
    public async Task<IActionResult> OnPostBid(string id, string? amount, bool proxy, bool sure, string? bidId, CancellationToken cancellation)
    {
        var receivedAt = HttpContext.Features.GetRequiredFeature<Received>().At;
        if (!await Load(id, cancellation)) return NotFound();
        if (limits.Take(HttpContext.Connection.RemoteIpAddress) is not null) return Refused(Refusal.BidsTooFast);
        var may = await bidders.BidderOf(id, cancellation);
        if (!may.Done) return Refused(may.Refusal.Value);
        if (Mine is null) return Refused(Refusal.NotAdmitted);
        if (limits.Take(id, Mine.Paddle) is not null) return Refused(Refusal.BidsTooFast);
        if (bidId is { Length: > 0 and <= Bidding.LongestBidId }) BidId = bidId;
        Typed = amount ?? "";
        if (!Fen.TryRead(Typed, out var fen) || !Fen.IsAmount(fen)) return Refused(Refusal.AmountOutOfRange);
        var from = Picture.PriceFen ?? Picture.StartPriceFen;
        // An acceptance ends it at once, so it is always asked about.
        if (!sure && (Falls || fen > 2 * from || (Formats.Rises(Picture.Format) && fen - from > 10 * Picture.StepFen)))
        {
            ToConfirmFen = fen;
            return Page();
        }

        var reply = await grains.GetGrain<IAuctionGrain>(id).PlaceBid(new BidCommand(Mine.Paddle, BidId, proxy ? null : fen, proxy ? fen : null, receivedAt));
        BidId = Guid.CreateVersion7().ToString();
        if (reply.Refusal is { } refusal) return Refused(refusal, reply.Detail);
        await Load(id, cancellation);
        (NoticeTone, Typed) = ("ok", "");
        Notice = texts["Accepted", Fen.Yuan(fen), Show.Time(reply.ReceivedAt) + Show.Millis(reply.ReceivedAt)];
        return Page();
    }

    /// <summary>Everything the script starts from, in one block.</summary>
    public string ScriptData(string csrf) => JsonSerializer.Serialize(
        new
        {
            picture = Picture,
            lines = Lines,
            bidsBefore = BidsBefore,
            terms = new { Terms.StartPriceFen, steps = Terms.Steps.Select(s => new { s.FromFen, s.StepFen }), onStep = Terms.OnStep == OnStep.Multiple ? "multiple" : "minimum" },
            mine = Mine,
            signedIn = SignedIn,
            language = Show.Chinese ? "zh" : "en",
            csrf,
            texts = texts.GetAllStrings(true).Where(t => t.Name.StartsWith("Js.", StringComparison.Ordinal)).ToDictionary(t => t.Name[3..], t => t.Value),
        },
        BlockJson);

    /// <summary>As the programs' interface writes it, but safe inside a script element.</summary>
    private static readonly JsonSerializerOptions BlockJson = new(AuctionJson.Options) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Default };

    private async Task<bool> Load(string id, CancellationToken cancellation)
    {
        var lot = await db.LotsWithRehearsals().AsNoTracking().SingleOrDefaultAsync(l => l.Id == id && l.Version > 0, cancellation);
        if (lot is null) return false;
        Lot = lot;
        if (lot.Session is { } session)
        {
            Session = await db.SessionsWithRehearsals().AsNoTracking().SingleOrDefaultAsync(s => s.Id == session, cancellation);
            LotsInSession = await db.LotsWithRehearsals().CountAsync(l => l.Session == session && l.Version > 0, cancellation);
        }

        var grain = grains.GetGrain<IAuctionGrain>(id);
        (Picture, Course) = (await grain.Look(), await grain.Course());
        Now = clock.GetUtcNow();
        if (Closed && await Buyers.Read(db, lot, cancellation) is { } buyer && buyer.Paddle == Picture.WinnerPaddle) Buyer = buyer;
        await ReadLines(id, cancellation);

        var who = await actor.Get(cancellation);
        SignedIn = who.SignedIn;
        IsSeller = who.Memberships.Any(m => m.Organisation == lot.Seller);
        MayApply = (await actor.May(IsRehearsal ? Act.JoinRehearsal : Act.ApplyToBid, cancellation: cancellation)) is { Done: true } applies && applies.Value.Demo == lot.Demo;
        var bidder = await bidders.BidderOf(id, cancellation);
        MustShowSecondFactor = bidder.Refusal is Refusal.SecondFactorRequired && await bidders.WaitsForSecondFactor(id, cancellation);
        AgentRefused = bidder.Refusal is Refusal.AgencyNotMandated or Refusal.AgencyNotFree ? refusals.Say(bidder.Refusal.Value) : null;
        if (bidder is { Done: true, Value: { Paddle: { } paddle } me })
        {
            Me = me;
            Mine = await grain.LookAt(paddle);
            MaySeal = !me.IsAgent && (IsRehearsal || (await actor.May(Act.SealOffer, me.Organisation, cancellation)).Done);
            MyDeposit = await (
                from p in db.Set<PaddleRow>()
                join h in db.Set<HoldRow>() on p.Hold equals h.Id
                where p.Auction == id && p.Organisation == me.Organisation
                select h).AsNoTracking().SingleOrDefaultAsync(cancellation);
        }

        ViewData["Demo"] = lot.Demo;
        ViewData["Rehearsal"] = IsRehearsal;
        ViewData["Section"] = "auctions";
        ViewData["Title"] = $"{lot.Title} · {texts["Auction"].Value}";
        return true;
    }

    private async Task ReadLines(string id, CancellationToken cancellation)
    {
        var stream = AuctionGrain.StreamOf(id);
        await foreach (var first in store.Read(stream, 0, cancellation))
        {
            Terms = ((TermsFixed)AuctionLines.Read(first.Bytes).Fact).Terms;
            break;
        }

        var lines = new List<PublicLine>();
        await foreach (var stored in store.Read(stream, Math.Max(0, Picture.Version - Tail), cancellation))
        {
            if (stored.Version > Picture.Version) break;
            lines.Add(PublicLine.Of(AuctionLines.Read(stored.Bytes)));
        }

        Lines = lines;
        BidsBefore = Picture.Bids - lines.Count(IsBid);
    }

    private PageResult Refused(Refusal refusal, string? about = null)
    {
        Notice = refusals.Say(refusal);
        if (long.TryParse(about, NumberStyles.None, CultureInfo.InvariantCulture, out var least)) Notice += texts["NextIs", Fen.Yuan(least)];
        Response.StatusCode = Refusals.StatusOf(refusal);
        return Page();
    }
}
