using System.Text.Json;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>竞价公告, readable: every value comes out of the stored bytes, whose hash stands beside it.</summary>
public sealed class NoticeModel(MarketplaceDb db, IGrainFactory grains, CurrentActor actor, TimeProvider clock) : PageModel
{
    public Lot Lot { get; private set; } = null!;
    public Session? Session { get; private set; }
    public string Sha256 { get; private set; } = "";
    public JsonElement Said { get; private set; }

    /// <summary>A member of a verified organisation reads the proof behind the gates.</summary>
    public bool IsMember { get; private set; }
    public bool MayApply { get; private set; }
    public DateTimeOffset Now => clock.GetUtcNow();

    public string Word(string name) => Said.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    public DateTimeOffset Moment(string name) => TermsJson.ReadMoment(Said, name);

    public Terms Terms { get; private set; } = null!;

    /// <summary>What follows when it is not sold, as announced.</summary>
    public FailedLot? Plan => Said.TryGetProperty("ifUnsold", out var plan)
        ? new FailedLot(Enum.Parse<FailedPlan>(plan.GetProperty("plan").GetString()!), plan.GetProperty("withinDays").GetInt32(), plan.GetProperty("lowerBasisPoints").GetInt32())
        : null;

    public string? Follows => Said.TryGetProperty("follows", out var follows) ? follows.GetString() : null;

    public bool SharedDeposit => LotPayment.SharesDeposit(Said);

    /// <summary>确认买受人姓名保密, as announced.</summary>
    public bool BuyerNameConfidential => Said.TryGetProperty("buyerNameConfidential", out var said) && said.GetBoolean();

    public AnnouncedPlan Payment => LotPayment.AnnouncedIn(Said);

    /// <summary>The sale that stands and who bought; null without one.</summary>
    public (Sale Sale, PublicBuyer Buyer)? Result { get; private set; }

    /// <summary>What went wrong, when something did.</summary>
    public CourseView? Trouble { get; private set; }

    /// <summary>One holder of 优先受让权 with notice, receipt and answer, as announced.</summary>
    public sealed record HolderLine(string Name, PriorityGround Ground, int Rank, string? Notified, string Service, string? Proof, string Answer, string? AnsweredOn);

    public IReadOnlyList<HolderLine> Holders { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellation)
    {
        var row = await db.Set<AnnouncementRow>().AsNoTracking().SingleOrDefaultAsync(a => a.Auction == id, cancellation);
        var lot = await db.LotsWithRehearsals().AsNoTracking().SingleOrDefaultAsync(l => l.Id == id, cancellation);
        if (row is null || lot is not { State: LotState.Announced }) return NotFound();
        (Lot, Sha256) = (lot, row.Sha256);
        using var document = JsonDocument.Parse(row.Bytes);
        Said = document.RootElement.Clone();
        Terms = TermsJson.Read(Said.GetProperty("terms"));
        Holders =
        [
            .. from gate in Said.GetProperty("gates").EnumerateArray()
               where gate.TryGetProperty("holder", out _)
               let holder = gate.GetProperty("holder")
               let ground = Enum.Parse<PriorityGround>(holder.GetProperty("ground").GetString()!)
               orderby holder.GetProperty("rank").GetInt32()
               select new HolderLine(
                   gate.GetProperty("party").GetString()!, ground, holder.GetProperty("rank").GetInt32(), gate.GetProperty("date").GetString(), holder.GetProperty("service").GetString()!,
                   gate.GetProperty("file").GetProperty("sha256").GetString(), holder.GetProperty("answer").GetString()!, holder.GetProperty("answeredOn").GetString()),
        ];
        if (lot.PausedAt is not null || lot.Resumes() || lot.Outcome is not (null or "unsold")) Trouble = new CourseView(lot, await grains.GetGrain<IAuctionGrain>(id).Course(), Now, Brief: true);
        if (Trouble?.Course.Standing is { } sale && await Buyers.Read(db, lot, cancellation) is { } buyer && buyer.Paddle == sale.Winner) Result = (sale, buyer);
        Session = await db.SessionsWithRehearsals().AsNoTracking().SingleOrDefaultAsync(s => s.Id == lot.Session, cancellation);
        IsMember = Policy.Check((await actor.Get(cancellation)).Among(lot.Demo), Act.ReadRegisteredTier).Done;
        var may = await actor.May(Act.ApplyToBid, cancellation: cancellation);
        MayApply = lot.RehearsalOf is null && Now < lot.ApplyUntil && (may.Done ? may.Value.Demo == lot.Demo : !(await actor.Get(cancellation)).SignedIn);
        return Page();
    }
}
