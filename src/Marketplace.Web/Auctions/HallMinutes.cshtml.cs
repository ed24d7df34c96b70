using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Auctions;

/// <summary>
/// 拍卖笔录 and 成交确认书 to be read and signed; <see cref="HallPrint"/> puts the same on paper. The minutes are made of the record
/// alone and name paddles; below them, as in the confirmation, stands the buyer as this reader may know it. What is signed is the SHA-256 of the minutes' lines.
/// </summary>
public sealed class HallMinutesModel(HallRecords records, Halls halls, IGrainFactory grains) : PageModel
{
    public HallRecord Record { get; private set; } = null!;
    public Refusal? Refusal { get; private set; }

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellation) => await Load(id, cancellation) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(string id, CancellationToken cancellation)
    {
        if (!await Load(id, cancellation)) return NotFound();
        if (Record.MaySign is not { } role) return this.Refused(Domain.Common.Refusal.NotAllowed);
        var seat = await halls.Seat(Record.Hall, role is HallRole.Auctioneer ? Act.RunHall : Act.KeepHallRecord, cancellation);
        if (!seat.Done) return this.Refused(seat.Refusal.Value);
        var by = role is HallRole.Auctioneer ? seat.Value.By : seat.Value.Officer.Name;
        var signed = await grains.GetGrain<IAuctionGrain>(id).AtDesk(new HallCommand($"minutes-{role}", HallAct.SignMinutes, by, Role: role, Sha256: Record.Sha256));
        if (signed.Done) return Redirect($"/hall/lots/{id}/minutes");
        Refusal = signed.Refusal;
        return Page();
    }

    private async Task<bool> Load(string id, CancellationToken cancellation)
    {
        if (await records.Find(id, cancellation) is not { } record) return false;
        Record = record;
        return true;
    }
}
