using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Organisations;
using Marketplace.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>
/// 费用试算: before bidding, who would pay what at a price; for a lot by its announcement, otherwise by what is tried out. For everybody;
/// a client's own mandate is worked in for its own members alone.
/// </summary>
public sealed class FeesModel(CurrentActor actor, MarketplaceDb db, IServiceProvider services, AnnouncedLots lots, TimeProvider clock) : PageModel
{
    private const string NoMandate = "none";

    /// <summary>A mandate in force of the reader's own organisation.</summary>
    public sealed record Own(MandateRow Row, MandateTerms Terms, string Agency)
    {
        public FeeSide Client => Row.Side switch
        {
            MandateSide.Demand => FeeSide.Buyer,
            MandateSide.Supply => FeeSide.Seller,
        };
    }

    /// <summary>A part of the price as it was announced and as it would be.</summary>
    public sealed record PartOfPrice(AnnouncedPart Said, PlannedPart Part, long DepositFen);

    /// <summary>As typed, in yuan.</summary>
    public string? Price { get; private set; }

    /// <summary>As typed, in percent.</summary>
    public string? Fee { get; private set; }
    public Bearer By { get; private set; } = Bearer.Seller;

    /// <summary>The lot whose announcement decides; null when trying out freely.</summary>
    public AnnouncedLot? Lot { get; private set; }

    public IReadOnlyList<Own> Mandates { get; private set; } = [];

    /// <summary>The mandate by which the deal would come about; null when none.</summary>
    public Own? Chosen { get; private set; }

    public Refusal? PriceRefused { get; private set; }
    public Refusal? FeeRefused { get; private set; }

    public FeeTerms? Terms { get; private set; }

    /// <summary>Null until there is a price and a fee.</summary>
    public FeeSheet? Sheet { get; private set; }

    /// <summary>What the lot's 付款方式 makes of the price if both signed today; the deposit pays what is due first. Null without a lot and a price.</summary>
    public IReadOnlyList<PartOfPrice>? Parts { get; private set; }

    public async Task<IActionResult> OnGet(string? lot, string? price, string? fee, Bearer? by, string? mandate, CancellationToken cancellation)
    {
        if (lot is not null && (Lot = await lots.Of(services, lot, cancellation)) is null) return NotFound();
        await Load(mandate, cancellation);
        // An empty field that was sent is a wrong price; a page that was opened by its address asks for one.
        var asked = Request.Query.ContainsKey(nameof(price));
        (Price, Fee, By) = (asked ? price : Lot is { } announced ? Fen.Yuan(announced.StartPriceFen) : null, fee, by ?? By);
        if (!asked && Lot is null) return Page();
        if (!Fen.TryRead(Price, out var fen) || !Fen.IsAmount(fen)) PriceRefused = Refusal.AmountOutOfRange;
        Terms = Lot?.Terms ?? (ReadFee() is { } bp ? new FeeTerms(bp, By) : null);
        if (PriceRefused is null && Terms is not null) Sheet = Fees.Of(fen, Terms with { Brokers = Chosen is { } own ? [new BrokerTerms(own.Client, own.Terms.Fee, own.Row.Agency)] : [] });
        if (Lot is { } its && Sheet is { } sheet) Parts = PartsOf(its, sheet);
        return Page();
    }

    private List<PartOfPrice> PartsOf(AnnouncedLot lot, FeeSheet sheet)
    {
        var (parts, left) = (new List<PartOfPrice>(), sheet.OffsetFen(lot.DepositFen));
        foreach (var (said, part) in lot.Plan.Parts.Zip(lot.Plan.Of(sheet.PriceFen, Days.Of(clock.GetUtcNow())).Parts))
        {
            parts.Add(new PartOfPrice(said, part, Math.Min(left, part.AmountFen)));
            left -= parts[^1].DepositFen;
        }

        return parts;
    }

    /// <summary>Percent in basis points, read exactly; no fee where nothing was typed.</summary>
    private int? ReadFee()
    {
        // A percentage of two decimals is a number of hundredths like an amount of yuan.
        if (string.IsNullOrWhiteSpace(Fee)) return 0;
        if (Fen.TryRead(Fee.Trim().TrimEnd('%', '％'), out var bp) && bp <= Fees.MostBp) return (int)bp;
        FeeRefused = Refusal.FeeOutOfRange;
        return null;
    }

    /// <summary>What the reader's organisation has agreed with agencies for its side; of others nobody learns anything.</summary>
    private async Task Load(string? mandate, CancellationToken cancellation)
    {
        await actor.Get(cancellation);
        var may = await actor.May(Act.KeepMandates, actor.Acting?.Organisation, cancellation);
        if (!may.Done || (Lot is { } lot && lot.Demo != may.Value.Demo)) return;
        var client = may.Value.Organisation;
        var held = await (
            from m in HeldMandates.InForce(db, Days.Of(clock.GetUtcNow()))
            where m.Client == client
            join o in db.Set<Organisation>().AsNoTracking() on m.Agency equals o.Id
            orderby m.Year, m.Ordinal
            select new { m, o.Name }).ToListAsync(cancellation);
        Mandates = [.. held.Select(h => new Own(h.m, h.m.Read().Terms, h.Name)).Where(own => IsAbout(own, client))];
        Chosen = Guid.TryParse(mandate, out var id) ? Mandates.FirstOrDefault(m => m.Row.Id == id)
            : mandate != NoMandate && Mandates is [{ } only] ? only
            : null;
    }

    private bool IsAbout(Own own, Guid client) =>
        Lot is null || (Lot.Seller == client ? own.Client == FeeSide.Seller && own.Terms.Covers(Lot.Achievement) : own.Client == FeeSide.Buyer);
}
