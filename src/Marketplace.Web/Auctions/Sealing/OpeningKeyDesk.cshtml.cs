using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions.Sealing;

/// <summary>A key of the organisation with the name of who registered it.</summary>
public sealed record KeyLine(HolderKeyRow Row, string Person);

/// <summary>A lot of which this organisation keeps a share.</summary>
/// <param name="Waits">Its time for offers is over and this share is not there.</param>
public sealed record HeldLot(Lot Lot, string HolderKey, bool Given, bool Waits);

/// <summary>启封密钥: who keeps shares of opening keys makes and replaces its own key, and sees which openings wait.</summary>
public sealed class OpeningKeyDeskModel(HolderKeys keys, CurrentActor actor, MarketplaceDb db) : PageModel
{
    private const int MostLots = 100;

    public Membership Holder { get; private set; } = null!;
    public IReadOnlyList<KeyLine> Keys { get; private set; } = [];
    public IReadOnlyList<HeldLot> Lots { get; private set; } = [];
    public Refusal? Refusal { get; private set; }
    public bool Registered { get; private set; }

    public async Task<IActionResult> OnGet(bool registered, CancellationToken cancellation)
    {
        var mine = await Mine(cancellation);
        if (!mine.Done) return this.Refused(mine.Refusal.Value);
        Registered = registered;
        return await Show(mine.Value, cancellation);
    }

    public async Task<IActionResult> OnPost(string? publicKey, CancellationToken cancellation)
    {
        var mine = await Mine(cancellation);
        if (!mine.Done) return this.Refused(mine.Refusal.Value);
        var done = await keys.Register(mine.Value, (await actor.Get(cancellation)).Person!.Value, publicKey, cancellation);
        if (done.Done) return RedirectToPage(new { registered = true });
        Refusal = done.Refusal;
        Response.StatusCode = Refusals.StatusOf(done.Refusal.Value);
        return await Show(mine.Value, cancellation);
    }

    private async Task<Result<Membership>> Mine(CancellationToken cancellation)
    {
        await actor.Get(cancellation);
        return await actor.May(Act.KeepOpeningKey, actor.Acting?.Organisation, cancellation);
    }

    private async Task<IActionResult> Show(Membership mine, CancellationToken cancellation)
    {
        Holder = mine;
        var rows = await keys.Of(mine.Organisation, cancellation);
        var people = rows.Select(r => r.Person).Distinct().ToList();
        var names = await db.Set<Person>().AsNoTracking().Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.DisplayName, cancellation);
        Keys = [.. rows.Select(r => new KeyLine(r, names.GetValueOrDefault(r.Person, "")))];
        var held = await (
            from s in db.Set<LotShareRow>().AsNoTracking()
            join l in db.LotsWithRehearsals().AsNoTracking() on s.Auction equals l.Id
            where s.Organisation == mine.Organisation && l.Version > 0
            orderby l.Phase == "opening" ? 0 : 1, l.EndsAt descending
            select new { Lot = l, s.HolderKey, Given = db.Set<GivenShareRow>().Any(g => g.Auction == s.Auction && g.Number == s.Number) }).Take(MostLots).ToListAsync(cancellation);
        Lots = [.. held.Select(h => new HeldLot(h.Lot, h.HolderKey, h.Given, h.Lot.Phase == "opening" && !h.Given))];
        return Page();
    }
}
