using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Organisations;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Notifications;

/// <summary>消息设置: by which ways the person is reached, for what, in which language.</summary>
public sealed class SettingsModel(
    CurrentActor actor, MarketplaceDb db, Readers readers, NoticeAddresses addresses, NoticeSeal seal, IEnumerable<INoticeChannel> channels) : PageModel
{
    private const int MostDeliveries = 10;

    /// <summary>A channel as the page shows it.</summary>
    /// <param name="Known">Where the person is reached, shortened for whoever looks over a shoulder.</param>
    public sealed record Way(NoticeChannel Channel, bool IsConfigured, string? Known, bool IsVerified, bool AwaitsCode);

    public IReadOnlyList<Way> Ways { get; private set; } = [];

    /// <summary>The columns of the switches: what is there for this person.</summary>
    public IReadOnlyList<NoticeChannel> Columns { get; private set; } = [];

    public string Language { get; private set; } = CultureFeature.Chinese.Name;

    /// <summary>The address of the feeds without its ending; null when there is none.</summary>
    public string? Feed { get; private set; }

    public IReadOnlyList<(NoticeDeliveryRow Row, NoticeKind Kind)> Deliveries { get; private set; } = [];

    /// <summary>A demonstration's account: nothing is sent out.</summary>
    public bool Demo { get; private set; }

    /// <summary>What was just done, the key of its text.</summary>
    public string? Done { get; private set; }

    public Refusal? Refused { get; private set; }

    public string? RefusedField { get; private set; }

    public NoticeChannel? RefusedAt { get; private set; }

    private Guid Person { get; set; }

    private Dictionary<(NoticeGroup, NoticeChannel), bool> Chosen { get; set; } = [];

    public bool IsOn(NoticeGroup group, NoticeChannel channel) => Switches.IsOn(group, channel, Chosen.TryGetValue((group, channel), out var on) ? on : null);

    public static string NameOf(NoticeGroup group, NoticeChannel channel) => $"{group}.{channel}";

    public async Task<IActionResult> OnGet(string? done, CancellationToken cancellation)
    {
        if (!await Know(cancellation)) return this.Refused(Refusal.NotSignedIn);
        Done = done is "switches" or "language" or "feed" or "revoked" or "code" or "confirmed" or "removed" ? done : null;
        return await Shown(cancellation);
    }

    public async Task<IActionResult> OnPostSwitches(CancellationToken cancellation)
    {
        if (!await Know(cancellation)) return this.Refused(Refusal.NotSignedIn);
        await Fill(cancellation);
        var chosen = (from g in Enum.GetValues<NoticeGroup>() from c in Columns where !Switches.IsLocked(g, c) select (g, c, Request.Form.ContainsKey(NameOf(g, c)))).ToList();
        return await Answered(await readers.Switch(Person, chosen, cancellation), null, "switches", cancellation);
    }

    public async Task<IActionResult> OnPostLanguage(string? language, CancellationToken cancellation) =>
        await Know(cancellation) ? await Answered(await readers.Speak(Person, language, cancellation), null, "language", cancellation) : this.Refused(Refusal.NotSignedIn);

    public async Task<IActionResult> OnPostFeed(CancellationToken cancellation)
    {
        if (!await Know(cancellation)) return this.Refused(Refusal.NotSignedIn);
        await readers.RenewFeed(Person, cancellation);
        return await Answered(default(Nothing), null, "feed", cancellation);
    }

    public async Task<IActionResult> OnPostRevoke(CancellationToken cancellation)
    {
        if (!await Know(cancellation)) return this.Refused(Refusal.NotSignedIn);
        await readers.RevokeFeed(Person, cancellation);
        return await Answered(default(Nothing), null, "revoked", cancellation);
    }

    public async Task<IActionResult> OnPostAddress(NoticeChannel channel, string? address, string? secret, CancellationToken cancellation)
    {
        if (!await Know(cancellation)) return this.Refused(Refusal.NotSignedIn);
        var language = Show.Chinese ? CultureFeature.Chinese.Name : CultureFeature.English.Name;
        return await Answered(Demo ? Refusal.NoticeDemoStaysInside : await addresses.Give(Person, channel, address, secret, language, cancellation), channel, "code", cancellation);
    }

    public async Task<IActionResult> OnPostConfirm(NoticeChannel channel, string? code, CancellationToken cancellation) =>
        await Know(cancellation) ? await Answered(await addresses.Confirm(Person, channel, code, cancellation), channel, "confirmed", cancellation) : this.Refused(Refusal.NotSignedIn);

    public async Task<IActionResult> OnPostRemove(NoticeChannel channel, CancellationToken cancellation)
    {
        if (!await Know(cancellation)) return this.Refused(Refusal.NotSignedIn);
        await addresses.Forget(Person, channel, cancellation);
        return await Answered(default(Nothing), channel, "removed", cancellation);
    }

    private async Task<IActionResult> Answered(Result<Nothing> result, NoticeChannel? at, string done, CancellationToken cancellation)
    {
        if (result.Done) return RedirectToPage(new { done });
        (Refused, RefusedField, RefusedAt) = (result.Refusal, result.Detail, at);
        return await Shown(cancellation);
    }

    private async Task<bool> Know(CancellationToken cancellation)
    {
        var known = await actor.Get(cancellation);
        if (known.Person is not { } person) return false;
        (Person, Demo) = (person, known.Memberships.Length > 0 && known.Memberships.All(m => m.Demo));
        return true;
    }

    private async Task<IActionResult> Shown(CancellationToken cancellation)
    {
        await Fill(cancellation);
        return Page();
    }

    private async Task Fill(CancellationToken cancellation)
    {
        var given = await db.Set<NoticeAddressRow>().AsNoTracking().Where(a => a.Person == Person && a.Sealed != "").ToDictionaryAsync(a => a.Channel, cancellation);
        var mail = await db.Set<Person>().AsNoTracking().Where(p => p.Id == Person).Select(p => new { p.Email, p.EmailConfirmed }).SingleAsync(cancellation);
        Ways = [.. channels.OrderBy(c => c.Channel).Select(c => c.Channel is NoticeChannel.Mail
            ? new Way(c.Channel, c.IsConfigured, mail.Email, mail.EmailConfirmed, !mail.EmailConfirmed && given.GetValueOrDefault(c.Channel) is { CodeHash: not null })
            : given.GetValueOrDefault(c.Channel) is { } row
                ? new Way(c.Channel, c.IsConfigured, Shortened(c.Channel, seal.Open(row.Sealed).Address), row.VerifiedAt is not null, row.CodeHash is not null)
                : new Way(c.Channel, c.IsConfigured, null, IsVerified: false, AwaitsCode: false))];
        Columns = [NoticeChannel.InApp, .. Demo ? [] : Ways.Where(w => w is { IsConfigured: true, IsVerified: true, Known: not null }).Select(w => w.Channel), NoticeChannel.Feed];
        Chosen = await db.Set<NoticeSwitchRow>().AsNoTracking().Where(s => s.Person == Person).ToDictionaryAsync(s => (s.Group, s.Channel), s => s.IsOn, cancellation);
        var reader = await db.Set<NoticeReaderRow>().AsNoTracking().SingleOrDefaultAsync(r => r.Person == Person, cancellation);
        Language = reader?.Language ?? CultureFeature.Chinese.Name;
        Feed = reader?.FeedSecret is { } secret ? $"{Papers.Site(Request)}/feeds/{seal.OpenText(secret)}" : null;
        Deliveries = [.. (await (
            from d in db.Set<NoticeDeliveryRow>().AsNoTracking()
            join n in db.Set<NoticeRow>().AsNoTracking() on d.Notice equals n.Id
            where d.Person == Person
            orderby d.DueAt descending
            select new { d, n.Kind }).Take(MostDeliveries).ToListAsync(cancellation)).Select(x => (x.d, x.Kind))];
    }

    /// <summary>A number without its middle, a robot's address without what opens its group.</summary>
    private static string Shortened(NoticeChannel channel, string address) => channel is NoticeChannel.Sms
        ? $"{address[..^8]}****{address[^4..]}"
        : $"{new Uri(address).GetLeftPart(UriPartial.Authority)}/…";
}
