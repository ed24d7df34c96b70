using System.Globalization;
using System.Security.Cryptography;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>
/// 拍卖笔录 and 成交确认书, printed by the browser. The minutes are made of the record alone and name paddles; the confirmation
/// names the buyer and is for buyer, seller and house. What is signed is the SHA-256 of the minutes' lines.
/// </summary>
public sealed class HallMinutesModel(MarketplaceDb db, Halls halls, CurrentActor actor, IFactStore store, IGrainFactory grains) : PageModel
{
    public sealed record Entry(long Version, DateTimeOffset At, Fact Fact);

    public Lot Lot { get; private set; } = null!;
    public Auction Auction { get; private set; } = null!;
    public IReadOnlyList<Entry> Entries { get; private set; } = [];
    public HallPapers Papers => Auction.InHall!.Called.Papers;
    public string Sha256 { get; private set; } = "";

    /// <summary>For buyer, seller and house only.</summary>
    public string? Buyer { get; private set; }
    public HallRole? MaySign { get; private set; }
    public Refusal? Refusal { get; private set; }

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellation) => await Load(id, cancellation) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(string id, CancellationToken cancellation)
    {
        if (!await Load(id, cancellation)) return NotFound();
        if (MaySign is not { } role) return this.Refused(Domain.Common.Refusal.NotAllowed);
        var hall = (await halls.OfLot(Lot, cancellation))!;
        var seat = await halls.Seat(hall, role is HallRole.Auctioneer ? Act.RunHall : Act.KeepHallRecord, cancellation);
        if (!seat.Done) return this.Refused(seat.Refusal.Value);
        var by = role is HallRole.Auctioneer ? seat.Value.By : seat.Value.Officer.Name;
        var signed = await grains.GetGrain<IAuctionGrain>(id).AtDesk(new HallCommand($"minutes-{role}", HallAct.SignMinutes, by, Role: role, Sha256: Sha256));
        if (signed.Done) return Redirect($"/hall/lots/{id}/minutes");
        Refusal = signed.Refusal;
        return Page();
    }

    private async Task<bool> Load(string id, CancellationToken cancellation)
    {
        var lot = await db.Set<Lot>().AsNoTracking().SingleOrDefaultAsync(l => l.Id == id && l.Outcome != null, cancellation);
        if (lot is null || await halls.OfLot(lot, cancellation) is not { } hall) return false;
        Lot = lot;
        var state = Auction.Nothing;
        var entries = new List<Entry>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var stored in store.Read(AuctionGrain.StreamOf(id), 0, cancellation))
        {
            var line = AuctionLines.Read(stored.Bytes);
            state = state.Fold(line);
            if (line.Fact is not (HallFact or PriorityGranted or Closed or Resumed or TermsFixed) || line.Fact is MinutesSigned) continue;
            hash.AppendData(stored.Bytes);
            hash.AppendData("\n"u8);
            entries.Add(new Entry(line.Version, line.At, line.Fact));
        }

        (Auction, Entries, Sha256) = (state, entries, Convert.ToHexStringLower(hash.GetHashAndReset()));
        var isAuctioneer = (await actor.May(Act.RunHall, hall.House, cancellation)).Done;
        var isRecorder = (await actor.May(Act.KeepHallRecord, hall.House, cancellation)).Done;
        bool Signed(HallRole role) => state.InHall!.Minutes.Exists(m => m.Role == role);
        MaySign = isAuctioneer && !Signed(HallRole.Auctioneer) ? HallRole.Auctioneer : isRecorder && !Signed(HallRole.Recorder) ? HallRole.Recorder : null;
        if (state.Result is not { Outcome: Outcome.Sold, Winner: { } winner }) return true;
        var buyer = await db.Set<PaddleRow>().Where(p => p.Auction == id && p.Paddle == winner).Select(p => p.Organisation).SingleOrDefaultAsync(cancellation);
        var who = await actor.Get(cancellation);
        if (who.Memberships.Any(m => m.Verified && (m.Organisation == buyer || m.Organisation == lot.Seller || m.Organisation == hall.House)))
            Buyer = await db.Set<Organisation>().Where(o => o.Id == buyer).Select(o => o.Name).SingleOrDefaultAsync(cancellation);
        return true;
    }

    /// <summary>The values of a line's sentence, in the order of its text.</summary>
    public static object[] Values(Fact fact) => fact switch
    {
        LotCalled f => [f.Papers.Auctioneer, f.Papers.Qualification, Fen.Yuan(f.AskFen)],
        AskSet f => [Fen.Yuan(f.AskFen)],
        HallBid f => [Number(f.Paddle), Fen.Yuan(f.AmountFen), (f.OverRules ?? f.Matches) is { } beaten ? Number(beaten) : ""],
        HoldersAsked f => [Fen.Yuan(f.PriceFen)],
        PriorityGranted f => [Number(f.Paddle), f.Rank],
        WarningCalled f => [f.Number, f.PriceFen is { } price ? Fen.Yuan(price) : "—"],
        BidCorrected f => [f.Of, f.PriceFen is { } price ? Fen.Yuan(price) : "—"],
        HallPaused f => [f.Reason ?? ""],
        HammerFell f => [Number(f.Paddle), Fen.Yuan(f.PriceFen)],
        Countersigned f => [f.Of, f.By],
        Closed f => [f.RefusedCount],
        _ => [],
    };

    /// <summary>The name of a line's sentence.</summary>
    public static string Key(Fact fact) => fact switch
    {
        HallBid f => $"Line.hall-bid.{(f.Matches is not null ? "match" : f.OverRules is not null ? f.Because is { } why ? $"over.{why}" : "over" : f.IsFloor ? "floor" : "net")}",
        HallPaused f => $"Line.hall-paused.{f.Cause}",
        BidCorrected f => $"Line.bid-corrected.{f.Reason}",
        LotPassed f => $"Line.lot-passed.{f.Reason}",
        _ => $"Line.{fact.Type}",
    };

    private static string Number(int paddle) => paddle.ToString("000", CultureInfo.InvariantCulture);
}
