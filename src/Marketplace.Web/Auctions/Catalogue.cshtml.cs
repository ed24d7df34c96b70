using System.Text.Json;
using Marketplace.Achievements;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Auctions;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using QRCoder;

namespace Marketplace.Auctions;

/// <summary>图录: a session on paper. What is printed of a lot's terms comes from its announcement, whose hash is printed too.</summary>
public sealed class CatalogueModel(MarketplaceDb db, TimeProvider clock) : PageModel
{
    /// <summary>A holder of 优先受让权 as announced.</summary>
    public sealed record HolderNote(string Name, PriorityGround Ground, string Answer);

    /// <param name="Picture">A QR code of <paramref name="Address"/>, as an image of the page.</param>
    public sealed record Entry(Lot Lot, Terms Terms, JsonElement Said, string Sha256, IReadOnlyList<PublicIp> Ip, IReadOnlyList<HolderNote> Holders, string Address, string Picture)
    {
        public string Word(string name) => Said.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";
    }

    public Session Session { get; private set; } = null!;
    public IReadOnlyList<Entry> Entries { get; private set; } = [];
    public DateTimeOffset Now => clock.GetUtcNow();

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellation)
    {
        var session = await db.SessionsWithRehearsals().AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellation);
        if (session is null) return NotFound();
        Session = session;
        var rows = await (
            from l in db.LotsWithRehearsals().AsNoTracking()
            join n in db.Set<AnnouncementRow>().AsNoTracking() on l.Id equals n.Auction
            join a in db.Set<Achievement>().AsNoTracking() on l.Achievement equals a.Id
            where l.Session == id && l.State == LotState.Announced
            orderby l.Place, l.Id
            select new { Lot = l, n.Bytes, n.Sha256, Content = a.PublicContent ?? a.Content }).ToListAsync(cancellation);
        Entries = [.. rows.Select(r => Of(r.Lot, r.Bytes, r.Sha256, r.Content))];
        return Page();
    }

    private Entry Of(Lot lot, byte[] bytes, string sha256, string content)
    {
        using var document = JsonDocument.Parse(bytes);
        var said = document.RootElement.Clone();
        var holders =
            from gate in said.GetProperty("gates").EnumerateArray()
            where gate.TryGetProperty("holder", out _)
            let holder = gate.GetProperty("holder")
            orderby holder.GetProperty("rank").GetInt32()
            select new HolderNote(gate.GetProperty("party").GetString()!, Enum.Parse<PriorityGround>(holder.GetProperty("ground").GetString()!), holder.GetProperty("answer").GetString()!);
        var address = $"{Request.Scheme}://{Request.Host}/auctions/{Uri.EscapeDataString(lot.Id)}/notice";
        using var data = QRCodeGenerator.GenerateQrCode(address, QRCodeGenerator.ECCLevel.M);
        using var picture = new PngByteQRCode(data);
        return new Entry(
            lot, TermsJson.Read(said.GetProperty("terms")), said, sha256, PublicTier.Of(AchievementContent.Read(content)).Ip, [.. holders], address,
            $"data:image/png;base64,{Convert.ToBase64String(picture.GetGraphic(4))}");
    }
}
