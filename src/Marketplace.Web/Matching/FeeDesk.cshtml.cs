using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching;

/// <summary>佣金认定: what the operator finds on the records about the fee of a deal that an introduction led to.</summary>
public sealed class FeeDeskModel(CurrentActor actor, MarketplaceDb db, FeeFindingDesk desk, PrivilegedReads reads) : PageModel
{
    [BindProperty]
    public Guid Command { get; set; }

    /// <summary>The deal that is open.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Deal { get; set; }

    [BindProperty]
    public string? Finding { get; set; }

    [BindProperty]
    public bool Made { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public IReadOnlyList<AttributedDeal> Deals { get; private set; } = [];
    public AttributedDeal? Open { get; private set; }
    public IReadOnlyList<FeeFindingRow> Findings { get; private set; } = [];
    public IReadOnlySet<FeeFinding> Standing { get; private set; } = new HashSet<FeeFinding>();
    public IReadOnlyDictionary<Guid, string> Names { get; private set; } = new Dictionary<Guid, string>();
    public IReadOnlyDictionary<Guid, string> People { get; private set; } = new Dictionary<Guid, string>();
    public Refusal? Refused { get; private set; }

    public async Task<IActionResult> OnGet(CancellationToken cancellation) => await Show(cancellation);

    public async Task<IActionResult> OnPost(CancellationToken cancellation)
    {
        var may = await actor.May(Act.DecideClaims, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var done = Enum.TryParse<FeeFinding>(Finding, out var finding) && Enum.IsDefined(finding) && Deal is { } deal
            ? await desk.Find(new FindingOrder(Command, (await actor.Get(cancellation)).Person!.Value, deal, finding, Made, Reason), cancellation)
            : Result<Nothing>.Refuse(Refusal.UnknownWord, "finding");
        if (done.Done) return LocalRedirect($"/desk/fees?deal={Uri.EscapeDataString(Deal!)}");
        Refused = done.Refusal;
        Response.StatusCode = Refusals.StatusOf(done.Refusal.Value);
        ModelState.Clear();
        return await Show(cancellation);
    }

    private async Task<IActionResult> Show(CancellationToken cancellation)
    {
        var may = await actor.May(Act.DecideClaims, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Deals = await Attribution.Newest(db, Deal, cancellation);
        Open = Deals.FirstOrDefault(d => d.Deal.Auction == Deal);
        if (Deal is not null && Open is null) return NotFound();
        var ids = Deals.SelectMany(d => new[] { d.Row.Agency, d.Deal.Buyer, d.Deal.Seller }).Concat(Deals.SelectMany(d => d.Fees).Select(f => f.Mandate?.Client).OfType<Guid>()).Distinct().ToList();
        Names = await db.Set<Organisation>().AsNoTracking().Where(o => ids.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellation);
        // Who brought whom together is between three; the operator reads it to decide, and that is kept.
        if (Deals.Count > 0) await reads.Note((await actor.Get(cancellation)).Person!.Value, "fees", string.Join(" ", (Open is { } one ? [one] : Deals).Select(d => d.Row.Number)), "decide", cancellation);
        if (Open is null) return Page();
        Findings = await db.Set<FeeFindingRow>().AsNoTracking().Where(f => f.Deal == Open.Deal.Auction).OrderBy(f => f.Number).ToListAsync(cancellation);
        Standing = FeeFindingDesk.Standing(Findings);
        var people = Findings.Select(f => f.Person).Distinct().ToList();
        People = await db.Set<Person>().AsNoTracking().Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.DisplayName, cancellation);
        return Page();
    }
}
