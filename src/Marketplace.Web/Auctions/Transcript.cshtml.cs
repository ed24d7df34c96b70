using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>A line of the log or, between two lines, a bid that was refused.</summary>
public sealed record CourseRow(PublicLine? Line, RefusedBidRow? Refused, string Prev, long? RaiseFen);

/// <summary>The whole course of an auction, readable: every line with its hash, refused bids in their place, verified where it is read.</summary>
public sealed class TranscriptModel(MarketplaceDb db, IFactStore store, CurrentActor actor, Paddles paddles, Refusals refusals, IGrainFactory grains, TimeProvider clock) : PageModel
{
    private const int PerPage = 500;

    public Lot Lot { get; private set; } = null!;
    public IReadOnlyList<CourseRow> Rows { get; private set; } = [];
    public long RefusedCount { get; private set; }
    public int? MyPaddle { get; private set; }
    public long From { get; private set; }

    /// <summary>The version after which the next page begins; null on the last.</summary>
    public long? Next { get; private set; }
    public long? Previous => From == 0 ? null : Math.Max(0, From - PerPage);
    public bool Closed => Lot.Phase == "closed";

    /// <summary>What went wrong and what was done about it.</summary>
    public CourseView Trouble { get; private set; } = null!;

    public string SayReason(string reason) => Enum.TryParse<Refusal>(reason, out var refusal) ? refusals.Say(refusal) : reason;

    /// <param name="after">Lines up to this version are on earlier pages.</param>
    public async Task<IActionResult> OnGet(string id, long? after, CancellationToken cancellation)
    {
        var lot = await db.LotsWithRehearsals().AsNoTracking().SingleOrDefaultAsync(l => l.Id == id && l.Version > 0, cancellation);
        if (lot is null) return NotFound();
        Lot = lot;
        From = Math.Max(0, after ?? 0);
        var lines = new List<(PublicLine Line, string Prev)>();
        await foreach (var stored in store.Read(AuctionGrain.StreamOf(id), From, cancellation))
        {
            if (lines.Count == PerPage)
            {
                Next = lines[^1].Line.Version;
                break;
            }

            var line = AuctionLines.Read(stored.Bytes);
            lines.Add((PublicLine.Of(line), line.Prev));
        }

        // Refused bids are nobody's business while they could tell who is near a limit.
        var to = Next ?? long.MaxValue;
        var course = await grains.GetGrain<IAuctionGrain>(id).Course();
        RefusedCount = course.RefusedCount ?? 0;
        // Late ones too, which the end could not name.
        var refused = course.RefusedCount is null ? [] : await RefusedBids.Public(db, id, long.MaxValue).Where(r => r.Version >= From && r.Version < to).ToListAsync(cancellation);
        Rows = Weave(lines, refused);
        foreach (var membership in (await actor.Get(cancellation)).Memberships)
            MyPaddle ??= await paddles.Of(id, membership.Organisation, cancellation);

        Trouble = new CourseView(lot, course, clock.GetUtcNow(), MyPaddle, InRecord: true);
        ViewData["Demo"] = lot.Demo;
        ViewData["Rehearsal"] = lot.RehearsalOf is not null;
        ViewData["Section"] = "auctions";
        return Page();
    }

    /// <summary>A refused bid stands after the line it was decided on.</summary>
    private static List<CourseRow> Weave(List<(PublicLine Line, string Prev)> lines, List<RefusedBidRow> refused)
    {
        var rows = new List<CourseRow>(lines.Count + refused.Count);
        var asides = new Queue<RefusedBidRow>(refused.OrderBy(r => r.Version).ThenBy(r => r.Ordinal));
        long? price = null;
        foreach (var (line, prev) in lines)
        {
            while (asides.TryPeek(out var aside) && aside.Version < line.Version) rows.Add(new CourseRow(null, asides.Dequeue(), "", null));
            var isBid = RoomModel.IsBid(line);
            rows.Add(new CourseRow(line, null, prev, isBid && price is { } before ? (line.AmountFen ?? line.PriceFen) - before : null));
            if (isBid) price = line.PriceFen;
        }

        rows.AddRange(asides.Select(aside => new CourseRow(null, aside, "", null)));
        return rows;
    }
}
