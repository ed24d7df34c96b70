using System.Text.Json;
using Marketplace.Achievements;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Platform.Database;
using Marketplace.Shared;
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

    /// <param name="Address">Where its notice is.</param>
    public sealed record Entry(
        Lot Lot, Terms Terms, JsonElement Said, string Sha256, DateTimeOffset PublishedAt, IReadOnlyList<PublicIp> Ip, IReadOnlyList<HolderNote> Holders, string Address)
    {
        /// <summary>A QR code of the address, as an image of the page.</summary>
        public string Picture
        {
            get
            {
                using var data = QRCodeGenerator.GenerateQrCode(Address, QRCodeGenerator.ECCLevel.M);
                using var picture = new PngByteQRCode(data);
                return $"data:image/png;base64,{Convert.ToBase64String(picture.GetGraphic(4))}";
            }
        }

        public bool SharedDeposit => LotPayment.SharesDeposit(Said);

        public AnnouncedPlan Payment => LotPayment.AnnouncedIn(Said);

        public bool BuyerNameConfidential => Said.TryGetProperty("buyerNameConfidential", out var said) && said.GetBoolean();

        public string Word(string name) => Said.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";
    }

    public Session Session { get; private set; } = null!;
    public IReadOnlyList<Entry> Entries { get; private set; } = [];
    public DateTimeOffset Now => clock.GetUtcNow();

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellation)
    {
        if (await Read(db, id, Papers.Site(Request), cancellation) is not var (session, entries)) return NotFound();
        (Session, Entries) = (session, entries);
        return Page();
    }

    /// <summary>The text that says by which procedure the session sells: 拍卖 is a word for licensed houses only.</summary>
    internal static string ProcedureOf(IReadOnlyList<Entry> entries) => entries.Any(e => e.Terms.Format == Formats.Hall) ? "ProcedureHall" : "ProcedureText";

    /// <summary>The session with its announced lots in their places; null when there is no such session.</summary>
    internal static async Task<(Session Session, IReadOnlyList<Entry> Entries)?> Read(MarketplaceDb db, Guid id, string site, CancellationToken cancellation)
    {
        var session = await db.SessionsWithRehearsals().AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellation);
        if (session is null) return null;
        var rows = await (
            from l in db.LotsWithRehearsals().AsNoTracking()
            join n in db.Set<AnnouncementRow>().AsNoTracking() on l.Id equals n.Auction
            join a in db.Set<Achievement>().AsNoTracking() on l.Achievement equals a.Id
            where l.Session == id && l.State == LotState.Announced
            orderby l.Place, l.Id
            select new { Lot = l, Notice = n, Content = a.PublicContent ?? a.Content }).ToListAsync(cancellation);
        return (session, [.. rows.Select(r => Of(r.Lot, r.Notice, r.Content, site))]);
    }

    private static Entry Of(Lot lot, AnnouncementRow notice, string content, string site)
    {
        using var document = JsonDocument.Parse(notice.Bytes);
        var said = document.RootElement.Clone();
        var holders =
            from gate in said.GetProperty("gates").EnumerateArray()
            where gate.TryGetProperty("holder", out _)
            let holder = gate.GetProperty("holder")
            orderby holder.GetProperty("rank").GetInt32()
            select new HolderNote(gate.GetProperty("party").GetString()!, Enum.Parse<PriorityGround>(holder.GetProperty("ground").GetString()!), holder.GetProperty("answer").GetString()!);
        return new Entry(
            lot, TermsJson.Read(said.GetProperty("terms")), said, notice.Sha256, notice.PublishedAt, PublicTier.Of(AchievementContent.Read(content)).Ip, [.. holders],
            $"{site}/auctions/{Uri.EscapeDataString(lot.Id)}/notice");
    }
}
