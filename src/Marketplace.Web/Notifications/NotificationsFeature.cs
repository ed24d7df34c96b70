using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Edge;
using Marketplace.Shared;

namespace Marketplace.Notifications;

/// <summary>消息: who is told what, in the inbox and by the ways that each person chose.</summary>
public static class NotificationsFeature
{
    public static IServiceCollection AddNotifications(this IServiceCollection services)
    {
        services.AddSingleton(provider => NoticeOptions.From(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<INotifier, Notifier>();
        services.AddSingleton<NoticeSays>();
        services.AddSingleton<NoticeSeal>();
        services.AddScoped<Inbox>();
        services.AddScoped<Readers>();
        services.AddScoped<NoticeAddresses>();
        services.AddNoticeHttp();
        services.AddSingleton<INoticeChannel, MailChannel>();
        services.AddSingleton<INoticeChannel, SmsChannel>();
        foreach (var robot in new[] { NoticeChannel.WeCom, NoticeChannel.DingTalk })
            services.AddSingleton<INoticeChannel>(provider => new RobotChannel(robot, provider.GetRequiredService<IHttpClientFactory>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<NoticePost>();
        services.AddHostedService(provider => provider.GetRequiredService<NoticePost>());
        services.AddSingleton(new HeaderCount("/inbox", "/api/inbox/unread", "Inbox", typeof(NoticeTexts), CountUnread));
        services.AddSingleton(new AccountLink("/account/notices", "Settings.Title", typeof(NoticeTexts)));
        services.AddSingleton(new DeskLink(Act.SeeOperations, "/desk/notices", "Desk.Notices", typeof(NoticeTexts)));
        services.AddSingleton(provider => new AfterVerification((db, organisation, line, _) =>
        {
            TellVerified(provider.GetRequiredService<INotifier>(), db, organisation, line);
            return Task.CompletedTask;
        }));
        return services;
    }

    public static void MapNotifications(this WebApplication app)
    {
        app.MapFeeds();
        app.MapApi().MapGet("/inbox/unread", async (CurrentActor actor, Inbox inbox, Refusals refusals, CancellationToken cancellation) =>
                (await actor.Get(cancellation)).Person is { } person ? Results.Json(new { unread = await inbox.Unread(person, cancellation) }) : refusals.Problem(Refusal.NotSignedIn))
            .WithTags("Notices").WithName("CountUnread").WithSummary("How many notices the caller has not read; 100 stands for more than 99");
    }

    private static async Task<int> CountUnread(IServiceProvider services, CancellationToken cancellation) =>
        (await services.GetRequiredService<CurrentActor>().Get(cancellation)).Person is { } person ? await services.GetRequiredService<Inbox>().Unread(person, cancellation) : 0;

    private static void TellVerified(INotifier notifier, MarketplaceDb db, Organisation organisation, OrganisationHistoryRow line)
    {
        var accepted = line.Event is OrganisationEvent.Accepted;
        notifier.Tell(
            db,
            [
                new Notice(
                    $"verification/{line.Id}", accepted ? NoticeKind.OrganisationAccepted : NoticeKind.OrganisationRejected, Recipient.Organisation(organisation.Id), $"{organisation.Id}",
                    accepted ? "/desk" : "/desk/organisation", line.At, [NoticeValue.Text(organisation.Name), NoticeValue.Text(line.Detail ?? "")]),
            ]);
    }
}
