using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Shared;
using Marketplace.Tests.Host;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Tests.Notifications;

/// <summary>The sending half of the capability on a database, with its real channels, servers on this machine and a clock of its own.</summary>
internal sealed class Post : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private Post(TestDatabase database, ServiceProvider services, SmtpServer mail, HookServer hooks) => (Database, _services, Mail, Hooks) = (database, services, mail, hooks);

    public TestDatabase Database { get; }
    public SmtpServer Mail { get; }
    public HookServer Hooks { get; }
    public FakeTimeProvider Clock => _services.GetRequiredService<FakeTimeProvider>();
    public INotifier Notifier { get; } = new Notifier();

    public static async Task<Post> Open(TestDatabase database)
    {
        var (mail, hooks) = (new SmtpServer(), await HookServer.Start());
        var services = new ServiceCollection();
        services.AddLogging(log => log.ClearProviders());
        services.AddLocalization();
        services.AddSingleton(database.Databases).AddSingleton(database.Options);
        services.AddSingleton(new FakeTimeProvider(new DateTimeOffset(2026, 11, 28, 2, 0, 0, TimeSpan.Zero)));
        services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<FakeTimeProvider>());
        services.AddSingleton(new NoticeOptions
        {
            Site = new Uri("https://market.example"),
            MailHost = "127.0.0.1",
            MailPort = mail.Port,
            MailTls = NoticeOptions.NoTls,
            MailFrom = "网上技术市场 <notices@market.example>",
            SmsUrl = new Uri(hooks.Address + "/sms"),
            SmsTemplate = """{"to":"{phone}","text":"{text}"}""",
            SmsHeader = "X-Secret",
            SmsSecret = "gateway secret",
            AllowLoopback = true,
            Patience = TimeSpan.FromSeconds(1),
        });
        services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        services.AddSingleton<NoticeSeal>().AddSingleton<NoticeSays>().AddSingleton<Refusals>();
        services.AddNoticeHttp();
        services.AddSingleton<INoticeChannel, MailChannel>();
        services.AddSingleton<INoticeChannel, SmsChannel>();
        foreach (var robot in new[] { NoticeChannel.WeCom, NoticeChannel.DingTalk })
            services.AddSingleton<INoticeChannel>(provider => new RobotChannel(robot, provider.GetRequiredService<IHttpClientFactory>(), provider.GetRequiredService<TimeProvider>()));
        services.AddTransient<NoticePost>();
        return new Post(database, services.BuildServiceProvider(), mail, hooks);
    }

    /// <summary>A node that sends.</summary>
    public NoticePost Node() => _services.GetRequiredService<NoticePost>();

    public async Task Run()
    {
        using var node = Node();
        await node.RunDue(TestContext.Current.CancellationToken);
    }

    /// <summary>An organisation with one member.</summary>
    public async Task<(Guid Organisation, Guid Person)> Member(OrganisationKind kind = OrganisationKind.Enterprise, MemberRole role = MemberRole.Owner, bool demo = false, bool proven = true)
    {
        var (organisation, person) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var mail = $"{person:N}@firm.example";
        await using var db = Database.Databases.Create();
        db.Add(new Organisation { Id = organisation, Name = "甬江精密仪器", Kind = kind, State = VerificationState.Verified, Demo = demo, CreatedAt = Clock.GetUtcNow() });
        db.Add(new Person { Id = person, DisplayName = "林", UserName = mail, NormalizedUserName = mail.ToUpperInvariant(), Email = mail, NormalizedEmail = mail.ToUpperInvariant(), EmailConfirmed = proven });
        db.Add(new MembershipRow { Person = person, Organisation = organisation, Role = role, Since = Clock.GetUtcNow() });
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return (organisation, person);
    }

    /// <summary>An address that the person has proven.</summary>
    public async Task Give(Guid person, NoticeChannel channel, string address, string? secret = null)
    {
        await using var db = Database.Databases.Create();
        db.Add(new NoticeAddressRow { Person = person, Channel = channel, Sealed = _services.GetRequiredService<NoticeSeal>().Close(new NoticeAddress(address, secret)), VerifiedAt = Clock.GetUtcNow() });
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The door by which addresses are given and proven.</summary>
    public NoticeAddresses Addresses(Marketplace.Platform.Database.MarketplaceDb db) => ActivatorUtilities.CreateInstance<NoticeAddresses>(_services, db);

    public Notice Notice(NoticeKind kind, Recipient to, string id = "e-1") => new(
        id, kind, to, "ZJP-2026-7719", "/auctions/ZJP-2026-7719", Instant.Cut(Clock.GetUtcNow()),
        [NoticeValue.Text("溅射薄膜压力芯片"), NoticeValue.Money(123_456_78), NoticeValue.Day(new DateOnly(2026, 12, 1)), NoticeValue.Text("3")]);

    public async Task Tell(params Notice[] notices)
    {
        await using var db = Database.Databases.Create();
        Notifier.Tell(db, notices);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    public async Task<List<NoticeDeliveryRow>> Deliveries()
    {
        await using var db = Database.Databases.Create();
        return await db.Set<NoticeDeliveryRow>().AsNoTracking().OrderBy(d => d.Channel).ToListAsync(TestContext.Current.CancellationToken);
    }

    public async Task Change(Func<Marketplace.Platform.Database.MarketplaceDb, Task> change)
    {
        await using var db = Database.Databases.Create();
        await change(db);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Mail.DisposeAsync();
        await Hooks.DisposeAsync();
        await _services.DisposeAsync();
        await Database.DisposeAsync();
    }
}
