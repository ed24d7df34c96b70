using Marketplace.Domain.Notifications;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Notifications;

/// <summary>
/// What a person may read: what the person was told, and what the organisations were told that the person is a member of now,
/// as far as a role of the person's has to do with it, since the day of joining. Nobody else reads a notice, nowhere.
/// </summary>
public sealed class Inbox(MarketplaceDb db, TimeProvider clock)
{
    public const int Size = 25;

    /// <summary>Nobody counts on.</summary>
    public const int MostCounted = 99;

    /// <summary>A notice as its reader sees it.</summary>
    /// <param name="Organisation">Through which membership; null for what the person alone was told.</param>
    public sealed record Entry(NoticeRow Row, bool Unread, string? Organisation);

    /// <summary>Everything the person may read by a channel that is read.</summary>
    /// <param name="channel">In-app or the feed.</param>
    /// <param name="only">One group; all when null.</param>
    public async Task<IQueryable<NoticeRow>> Of(Guid person, NoticeChannel channel, NoticeGroup? only, CancellationToken cancellation)
    {
        var off = await db.Set<NoticeSwitchRow>().AsNoTracking().Where(s => s.Person == person && s.Channel == channel && !s.IsOn).Select(s => s.Group).ToListAsync(cancellation);
        var kinds = NoticeKinds.All.Where(k => NoticeKinds.GroupOf(k) is var group && (only is null || group == only) && Switches.IsOn(group, channel, off.Contains(group) ? false : null)).ToList();
        var all = db.Set<NoticeRow>().AsNoTracking();
        var mine = all.Where(n => n.Recipient == person && n.ToPerson && kinds.Contains(n.Kind) && n.ReplacedAt == null);
        foreach (var (id, since, concerns) in await Memberships(person, cancellation))
        {
            var its = kinds.Where(concerns).ToList();
            if (its.Count > 0) mine = mine.Concat(all.Where(n => n.Recipient == id && !n.ToPerson && its.Contains(n.Kind) && n.At >= since && n.ReplacedAt == null));
        }

        return mine;
    }

    /// <summary>How many are unread, no further than one beyond what is counted.</summary>
    public async Task<int> Unread(Guid person, CancellationToken cancellation) =>
        await Unread(await Of(person, NoticeChannel.InApp, null, cancellation), person, await ReadUntil(person, cancellation)).Take(MostCounted + 1).CountAsync(cancellation);

    /// <summary>A page of the inbox, newest first, and how many there are.</summary>
    public async Task<(IReadOnlyList<Entry> Entries, int Total)> Page(Guid person, NoticeGroup? only, bool unread, int page, CancellationToken cancellation)
    {
        var until = await ReadUntil(person, cancellation);
        var all = await Of(person, NoticeChannel.InApp, only, cancellation);
        if (unread) all = Unread(all, person, until);
        var total = await all.CountAsync(cancellation);
        var rows = await all.OrderByDescending(n => n.At).ThenByDescending(n => n.Id).Skip((page - 1) * Size).Take(Size).ToListAsync(cancellation);
        var ids = rows.ConvertAll(r => r.Id);
        var read = await db.Set<NoticeReadRow>().AsNoTracking().Where(r => r.Person == person && ids.Contains(r.Notice)).Select(r => r.Notice).ToListAsync(cancellation);
        var organisations = rows.Where(r => !r.ToPerson).Select(r => r.Recipient).Distinct().ToList();
        var names = await db.Set<Organisation>().AsNoTracking().Where(o => organisations.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellation);
        return (rows.ConvertAll(r => new Entry(r, r.At > until && !read.Contains(r.Id), names.GetValueOrDefault(r.Recipient))), total);
    }

    /// <summary>One notice, if the person may read it; also one that a newer took the place of, which a mail still links to.</summary>
    public async Task<NoticeRow?> Find(Guid person, Guid notice, CancellationToken cancellation)
    {
        if (await db.Set<NoticeRow>().AsNoTracking().SingleOrDefaultAsync(n => n.Id == notice, cancellation) is not { } row) return null;
        if (row.ToPerson) return row.Recipient == person ? row : null;
        return (await Memberships(person, cancellation)).Exists(m => m.Organisation == row.Recipient && m.Since <= row.At && m.Concerns(row.Kind)) ? row : null;
    }

    /// <summary>Where the person is a member, since when, and which kinds one of the roles of today has to do with: a role that came later reads from the day of joining, too.</summary>
    private async Task<List<(Guid Organisation, DateTimeOffset Since, Func<NoticeKind, bool> Concerns)>> Memberships(Guid person, CancellationToken cancellation)
    {
        var rows = await (
            from m in db.Set<MembershipRow>().AsNoTracking()
            join o in db.Set<Organisation>().AsNoTracking() on m.Organisation equals o.Id
            where m.Person == person
            select new { m.Organisation, m.Role, m.Since, o.Kind }).ToListAsync(cancellation);
        return [.. rows.GroupBy(m => m.Organisation).Select(its => (its.Key, its.Min(m => m.Since), (Func<NoticeKind, bool>)(kind => its.Any(m => NoticeKinds.IsFor(kind, m.Kind, m.Role)))))];
    }

    /// <summary>Read once is read, however often.</summary>
    public async Task Mark(Guid person, Guid notice, CancellationToken cancellation)
    {
        if (await db.Set<NoticeReadRow>().AnyAsync(r => r.Person == person && r.Notice == notice, cancellation)) return;
        db.Add(new NoticeReadRow { Person = person, Notice = notice, At = clock.GetUtcNow() });
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException)
        {
            // Opened twice at the same moment.
            if (!await db.Set<NoticeReadRow>().AsNoTracking().AnyAsync(r => r.Person == person && r.Notice == notice, cancellation)) throw;
        }
    }

    /// <summary>Everything that is there now is read.</summary>
    public async Task MarkAll(Guid person, CancellationToken cancellation)
    {
        (await Readers.Of(db, person, cancellation)).ReadUntil = clock.GetUtcNow();
        await db.SaveChangesAsync(cancellation);
    }

    private async Task<DateTimeOffset> ReadUntil(Guid person, CancellationToken cancellation) =>
        await db.Set<NoticeReaderRow>().AsNoTracking().Where(r => r.Person == person).Select(r => r.ReadUntil).SingleOrDefaultAsync(cancellation) ?? DateTimeOffset.UnixEpoch;

    private IQueryable<NoticeRow> Unread(IQueryable<NoticeRow> all, Guid person, DateTimeOffset until) =>
        all.Where(n => n.At > until && !db.Set<NoticeReadRow>().Any(r => r.Person == person && r.Notice == n.Id));
}
