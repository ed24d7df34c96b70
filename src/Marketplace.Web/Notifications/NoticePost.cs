using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Notifications;

/// <summary>
/// Sends notices on, on every node. Its list is its own and not the market's due work: a mail server that hangs, or ten
/// thousand mails after a close, must not keep the clock of an auction waiting.
/// </summary>
/// <remarks>
/// A delivery is held by a lease that outlasts the longest attempt, and counted before it is made. Whoever dies between
/// sending and writing that down leaves it to be sent once more: that is the one case in which something comes twice.
/// </remarks>
public sealed class NoticePost(
    IMarketplaceDbFactory databases, IEnumerable<INoticeChannel> channels, NoticeSays says, NoticeSeal seal, NoticeOptions options, MarketOptions market, TimeProvider clock, ILogger<NoticePost> log)
    : BackgroundService
{
    /// <summary>On SQLite bids wait while these are written.</summary>
    public const int MostPerTurn = 64;

    private const int MostAtOnce = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(channels.Where(c => c.IsConfigured).Select(c => Loop(token => Send(c, token), MostAtOnce, stoppingToken)).Append(Loop(Spread, MostPerTurn, stoppingToken)));

    /// <summary>Everything that is due now, once.</summary>
    public async Task RunDue(CancellationToken cancellation)
    {
        await Spread(cancellation);
        foreach (var channel in channels.Where(c => c.IsConfigured)) await Send(channel, cancellation);
    }

    private async Task Loop(Func<CancellationToken, Task<int>> turn, int most, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Pause);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                try
                {
                    while (await turn(stop) == most)
                    {
                        // More is waiting.
                    }
                }
                catch (Exception e) when (!stop.IsCancellationRequested)
                {
                    log.TurnFailed(e);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The market stops; what was held comes again when its lease has run out.
        }
    }

    /// <summary>Makes deliveries of what was told, to whom it concerns now and by what they chose.</summary>
    public async Task<int> Spread(CancellationToken cancellation)
    {
        await using var db = databases.Create();
        // Reading is free on both databases; only when something is there does anybody take the writer's turn.
        if (!await db.Set<NoticeRow>().AnyAsync(n => n.SpreadAt == null, cancellation)) return 0;
        return await db.WriteAsync(
            async token =>
            {
                var rows = market.Postgres is null
                    ? await db.Set<NoticeRow>().Where(n => n.SpreadAt == null).OrderBy(n => n.At).Take(MostPerTurn).ToListAsync(token)
                    : await db.Set<NoticeRow>().FromSql($"SELECT * FROM notices WHERE spread_at IS NULL ORDER BY at LIMIT {MostPerTurn} FOR UPDATE SKIP LOCKED").ToListAsync(token);
                var now = Instant.Cut(clock.GetUtcNow());
                var reach = await Reach.Of(db, rows, token);
                var sending = channels.Where(c => c.IsConfigured).Select(c => c.Channel).ToList();
                foreach (var row in rows)
                {
                    row.SpreadAt = now;
                    // The newer one that stands in its place is sent.
                    if (row.ReplacedAt is not null) continue;
                    db.AddRange(
                        from person in reach.People(row)
                        from channel in sending
                        where reach.IsReached(person, row.Kind, channel)
                        select new NoticeDeliveryRow { Id = Guid.NewGuid(), Notice = row.Id, Person = person, Channel = channel, State = DeliveryState.Waiting, DueAt = now });
                }

                await db.SaveChangesAsync(token);
                return rows.Count;
            },
            cancellation);
    }

    /// <summary>Takes what is due by a channel into its hands and sends it.</summary>
    public async Task<int> Send(INoticeChannel channel, CancellationToken cancellation)
    {
        var held = await Claim(channel.Channel, cancellation);
        await Task.WhenAll(held.Select(delivery => Deliver(channel, delivery, cancellation)));
        return held.Count;
    }

    private async Task<List<NoticeDeliveryRow>> Claim(NoticeChannel channel, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        var now = Instant.Cut(clock.GetUtcNow());
        var due = db.Set<NoticeDeliveryRow>().Where(d => d.Channel == channel && d.State == DeliveryState.Waiting && d.DueAt <= now && (d.BusyUntil == null || d.BusyUntil < now));
        if (!await due.AnyAsync(cancellation)) return [];
        return await db.WriteAsync(
            async token =>
            {
                var rows = market.Postgres is null
                    ? await due.OrderBy(d => d.DueAt).Take(MostAtOnce).ToListAsync(token)
                    : await db.Set<NoticeDeliveryRow>().FromSql(
                        $"""
                        SELECT * FROM notice_deliveries WHERE channel = {channel.ToString()} AND state = 'Waiting' AND due_at <= {now} AND (busy_until IS NULL OR busy_until < {now})
                        ORDER BY due_at LIMIT {MostAtOnce} FOR UPDATE SKIP LOCKED
                        """).ToListAsync(token);
                foreach (var row in rows) (row.BusyUntil, row.Attempts) = (now + Retries.Lease, row.Attempts + 1);
                await db.SaveChangesAsync(token);
                return rows;
            },
            cancellation);
    }

    private async Task Deliver(INoticeChannel channel, NoticeDeliveryRow delivery, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        var notice = await db.Set<NoticeRow>().AsNoTracking().SingleOrDefaultAsync(n => n.Id == delivery.Notice, cancellation);
        // Removed with the demonstration meanwhile; its deliveries went with it.
        if (notice is null) return;
        var now = clock.GetUtcNow();
        if (!Retries.IsWorthSending(notice.Kind, notice.At, now))
        {
            await Finish(db, delivery, DeliveryState.Failed, "too-late", null, cancellation);
            return;
        }

        var reach = await Reach.Of(db, [notice], cancellation);
        var address = reach.People(notice).Contains(delivery.Person) && reach.IsReached(delivery.Person, notice.Kind, channel.Channel) ? reach.AddressOf(delivery.Person, channel.Channel, seal) : null;
        if (address is null || notice.ReplacedAt is not null)
        {
            await Finish(db, delivery, DeliveryState.Dropped, null, null, cancellation);
            return;
        }

        var answer = await Attempt(channel, Compose(notice, delivery, address, reach.LanguageOf(delivery.Person)), cancellation);
        if (answer.Outcome is SendOutcome.Sent)
        {
            await Finish(db, delivery, DeliveryState.Sent, null, null, cancellation);
            return;
        }

        var next = Retries.Next(notice.Kind, notice.At, delivery.Attempts, answer, clock.GetUtcNow());
        if (next is null) log.GivenUp(channel.Channel, delivery.Id, answer.Code);
        await Finish(db, delivery, next is null ? DeliveryState.Failed : DeliveryState.Waiting, answer.Code, next, cancellation);
    }

    private async Task<SendAnswer> Attempt(INoticeChannel channel, Outgoing message, CancellationToken cancellation)
    {
        try
        {
            return await channel.Send(message, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // Its message may hold an address: only what it is goes into the log and onto the list of failures.
            log.AttemptBroke(channel.Channel, message.Id, e.GetType().Name);
            return SendAnswer.Again($"fault-{e.GetType().Name}");
        }
    }

    private Outgoing Compose(NoticeRow notice, NoticeDeliveryRow delivery, NoticeAddress address, string language)
    {
        var words = says.Outside(notice, language);
        var link = options.Site is { } site ? new Uri(site, $"/inbox/{notice.Id}") : null;
        var foot = says.Say(language, NoticeKinds.IsBinding(NoticeKinds.GroupOf(notice.Kind)) ? "Foot.Binding" : "Foot.Optional", options.Site is { } at ? new Uri(at, "/account/notices").ToString() : says.Say(language, "Foot.There"));
        if (delivery.Channel is NoticeChannel.Mail) words = words with { Title = says.Say(language, "Mail.Subject", words.Title) };
        return new Outgoing(delivery.Id, address, words, link, foot);
    }

    /// <summary>Only as it was taken: a delivery whose lease ran out belongs to somebody else.</summary>
    private Task Finish(MarketplaceDb db, NoticeDeliveryRow held, DeliveryState state, string? code, DateTimeOffset? next, CancellationToken cancellation)
    {
        var now = Instant.Cut(clock.GetUtcNow());
        var due = next ?? held.DueAt;
        DateTimeOffset? done = state is DeliveryState.Waiting ? null : now;
        return db.WriteAsync(
            token => db.Set<NoticeDeliveryRow>().Where(d => d.Id == held.Id && d.BusyUntil == held.BusyUntil).ExecuteUpdateAsync(
                set => set.SetProperty(d => d.State, state).SetProperty(d => d.Code, code).SetProperty(d => d.DueAt, due).SetProperty(d => d.DoneAt, done).SetProperty(d => d.BusyUntil, (DateTimeOffset?)null), token),
            cancellation);
    }
}

/// <summary>Whom notices concern at this moment, and by what each of them is reached.</summary>
internal sealed class Reach
{
    private readonly record struct Member(Guid Organisation, Guid Person, MemberRole Role, OrganisationKind Kind, bool Demo);

    private List<Member> _members = [];

    /// <summary>Everybody, with the account's mail once it was proven.</summary>
    private Dictionary<Guid, string?> _mails = [];
    private Dictionary<Guid, string> _languages = [];
    private Dictionary<(Guid, NoticeGroup, NoticeChannel), bool> _switches = [];
    private Dictionary<(Guid, NoticeChannel), string> _addresses = [];
    private HashSet<Guid> _onlyDemo = [];

    public static async Task<Reach> Of(MarketplaceDb db, IReadOnlyCollection<NoticeRow> notices, CancellationToken cancellation)
    {
        var organisations = notices.Where(n => !n.ToPerson).Select(n => n.Recipient).Distinct().ToList();
        var members = await (
            from m in db.Set<MembershipRow>().AsNoTracking()
            join o in db.Set<Organisation>().AsNoTracking() on m.Organisation equals o.Id
            where organisations.Contains(m.Organisation)
            select new Member(m.Organisation, m.Person, m.Role, o.Kind, o.Demo)).ToListAsync(cancellation);
        var people = members.Select(m => m.Person).Concat(notices.Where(n => n.ToPerson).Select(n => n.Recipient)).Distinct().ToList();
        var demo = await (
            from m in db.Set<MembershipRow>().AsNoTracking()
            join o in db.Set<Organisation>().AsNoTracking() on m.Organisation equals o.Id
            where people.Contains(m.Person)
            group o.Demo by m.Person into of
            select new { Person = of.Key, Only = of.Min(d => d ? 1 : 0) }).ToListAsync(cancellation);
        return new Reach
        {
            _members = members,
            _mails = await db.Set<Person>().AsNoTracking().Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.EmailConfirmed ? p.Email : null, cancellation),
            _languages = await db.Set<NoticeReaderRow>().AsNoTracking().Where(r => people.Contains(r.Person)).ToDictionaryAsync(r => r.Person, r => r.Language, cancellation),
            _switches = await db.Set<NoticeSwitchRow>().AsNoTracking().Where(s => people.Contains(s.Person)).ToDictionaryAsync(s => (s.Person, s.Group, s.Channel), s => s.IsOn, cancellation),
            _addresses = await db.Set<NoticeAddressRow>().AsNoTracking().Where(a => people.Contains(a.Person) && a.VerifiedAt != null).ToDictionaryAsync(a => (a.Person, a.Channel), a => a.Sealed, cancellation),
            _onlyDemo = [.. demo.Where(d => d.Only == 1).Select(d => d.Person)],
        };
    }

    /// <summary>Who reads it. A demonstration's notices stay inside: everybody knows the passwords of its accounts.</summary>
    public IEnumerable<Guid> People(NoticeRow notice) => notice.ToPerson
        ? _mails.ContainsKey(notice.Recipient) && !_onlyDemo.Contains(notice.Recipient) ? [notice.Recipient] : []
        : _members.Where(m => m.Organisation == notice.Recipient && !m.Demo && NoticeKinds.IsFor(notice.Kind, m.Kind, m.Role)).Select(m => m.Person).Distinct();

    public bool IsReached(Guid person, NoticeKind kind, NoticeChannel channel)
    {
        var group = NoticeKinds.GroupOf(kind);
        var has = channel is NoticeChannel.Mail ? !string.IsNullOrEmpty(_mails.GetValueOrDefault(person)) : _addresses.ContainsKey((person, channel));
        return has && Switches.IsOn(group, channel, _switches.TryGetValue((person, group, channel), out var chosen) ? chosen : null);
    }

    public NoticeAddress AddressOf(Guid person, NoticeChannel channel, NoticeSeal seal) =>
        channel is NoticeChannel.Mail ? new NoticeAddress(_mails[person]!) : seal.Open(_addresses[(person, channel)]);

    public string LanguageOf(Guid person) => _languages.GetValueOrDefault(person, CultureFeature.Chinese.Name);
}

internal static partial class NoticePostLog
{
    [LoggerMessage(80, LogLevel.Error, "A turn of sending notices failed; it comes again")]
    public static partial void TurnFailed(this ILogger log, Exception reason);

    [LoggerMessage(81, LogLevel.Warning, "Delivery {Delivery} by {Channel} was given up: {Code}")]
    public static partial void GivenUp(this ILogger log, NoticeChannel channel, Guid delivery, string? code);

    [LoggerMessage(82, LogLevel.Error, "Delivery {Delivery} by {Channel} broke: {What}")]
    public static partial void AttemptBroke(this ILogger log, NoticeChannel channel, Guid delivery, string what);
}
