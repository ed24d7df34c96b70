using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>拍卖企业's desk: its licence, its officers, its sessions.</summary>
public sealed class HallHouseModel(MarketplaceDb db, Halls halls, FileStore files, CurrentActor actor, Refusals refusals, TimeProvider clock) : PageModel
{
    public sealed record Officer(Guid Person, string Account, IReadOnlyList<MemberRole> Roles, string Name, string Qualification);

    public sealed record Sitting(HallSession Hall, Session Session, int Lots, int Done);

    public Membership Me { get; private set; } = null!;
    public AuctionHouse? House { get; private set; }
    public IReadOnlyList<Officer> Officers { get; private set; } = [];
    public IReadOnlyList<Sitting> Sittings { get; private set; } = [];
    public FieldFaults Faults { get; } = new(refusals);
    public bool MayArrange { get; private set; }
    public bool Expired => House is { } house && house.LicenceUntil < StatutoryDays.DayOf(clock.GetUtcNow());
    public string Licence { get; private set; } = "";
    public string Until { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation) => await Load(Act.SeeHall, cancellation) ?? Page();

    public async Task<IActionResult> OnPostLicenceAsync(string? licence, string? until, IFormFile? file, CancellationToken cancellation)
    {
        if (await Load(Act.ArrangeHall, cancellation) is { } refused) return refused;
        (Licence, Until) = (licence ?? "", until ?? "");
        var number = Text.Require(licence, 100, "licence");
        Faults.Add(number, "licence");
        var day = BeijingTime.ReadDay(until);
        if (day is null) Faults.Add(Refusal.Required, "until");
        var kept = await Keep(files, file, House?.FileSha256, House?.FileName, "file", cancellation);
        Faults.Add(kept, "file");
        if (Faults.Any) return Page();
        await halls.SetLicence(Me.Organisation, number.Value, day!.Value, kept.Value.Sha, kept.Value.Name, cancellation);
        return Redirect("/desk/hall");
    }

    public async Task<IActionResult> OnPostOfficerAsync(Guid person, string? name, string? qualification, CancellationToken cancellation)
    {
        if (await Load(Act.ArrangeHall, cancellation) is { } refused) return refused;
        if (!Officers.Any(o => o.Person == person)) return NotFound();
        var said = Text.Require(name, 100, $"{person}");
        var number = Text.Allow(qualification, 50, $"{person}");
        Faults.Add(said, $"{person}");
        Faults.Add(number, $"{person}");
        if (Faults.Any) return Page();
        await halls.SetOfficer(Me.Organisation, person, said.Value, number.Value, cancellation);
        return Redirect("/desk/hall");
    }

    internal static async Task<Result<(string? Sha, string? Name)>> Keep(FileStore files, IFormFile? file, string? sha, string? name, string field, CancellationToken cancellation)
    {
        if (file is null || file.Length == 0) return (sha, name);
        await using var content = file.OpenReadStream();
        var kept = await files.Keep(content, file.FileName, cancellation);
        return kept.Done ? (kept.Value.Sha256, kept.Value.FileName) : Result<(string?, string?)>.Refuse(kept.Refusal.Value, field);
    }

    private async Task<IActionResult?> Load(Act act, CancellationToken cancellation)
    {
        var may = await actor.May(act, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Me = may.Value;
        var own = Me.Organisation;
        MayArrange = (await actor.May(Act.ArrangeHall, own, cancellation)).Done;
        House = await db.Set<AuctionHouse>().AsNoTracking().SingleOrDefaultAsync(h => h.Organisation == own, cancellation);
        (Licence, Until) = (House?.Licence ?? "", House is { } house ? BeijingTime.Day(house.LicenceUntil) : "");
        var members = await (
            from m in db.Set<MembershipRow>().AsNoTracking()
            join p in db.Set<Person>().AsNoTracking() on m.Person equals p.Id
            where m.Organisation == own && (m.Role == MemberRole.Auctioneer || m.Role == MemberRole.Recorder || m.Role == MemberRole.CheckInClerk)
            orderby m.Since
            select new { p.Id, p.DisplayName, m.Role }).ToListAsync(cancellation);
        var officers = await db.Set<HallOfficer>().AsNoTracking().Where(o => o.Organisation == own).ToDictionaryAsync(o => o.Person, cancellation);
        Officers = [.. members.GroupBy(m => m.Id).Select(g => new Officer(
            g.Key, g.First().DisplayName, [.. g.Select(m => m.Role)], officers.GetValueOrDefault(g.Key)?.Name ?? g.First().DisplayName, officers.GetValueOrDefault(g.Key)?.Qualification ?? ""))];
        var lots = db.LotsWithRehearsals();
        var sittings = await (
            from h in db.Set<HallSession>().AsNoTracking()
            join s in db.SessionsWithRehearsals().AsNoTracking() on h.Session equals s.Id
            where h.House == own
            orderby s.OpensAt descending
            select new { Hall = h, Session = s, Lots = lots.Count(l => l.Session == s.Id), Done = lots.Count(l => l.Session == s.Id && l.Outcome != null) }).Take(50).ToListAsync(cancellation);
        Sittings = [.. sittings.Select(s => new Sitting(s.Hall, s.Session, s.Lots, s.Done))];
        return null;
    }
}
