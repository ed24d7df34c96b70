using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Services;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Services;

/// <summary>
/// One service. The caller has checked who may do this (Policy); the grain checks whether it may be done now. A command
/// id given twice gives the first answer again: the number of the version that it made.
/// </summary>
public interface IServiceGrain : IGrainWithGuidKey
{
    Task<Result<int>> Begin(ServiceOrder order, Guid provider, ServiceContent content);

    Task<Result<int>> Edit(ServiceOrder order, ServiceContent content);

    Task<Result<int>> SubmitForReview(ServiceOrder order);

    /// <summary>The operator lists, or returns with reasons.</summary>
    Task<Result<int>> Review(ServiceOrder order, bool list, string? reasons);

    Task<Result<int>> Withdraw(ServiceOrder order, string? reason);

    Task<Result<int>> Delist(ServiceOrder order, string? reason);
}

/// <summary>Identity and order of one service. It keeps no copy between calls: the row and its version number are the truth.</summary>
public sealed class ServiceGrain(IMarketplaceDbFactory databases, INotifier notifier, TimeProvider clock) : Grain, IServiceGrain
{
    private Guid Id => this.GetPrimaryKey();

    public Task<Result<int>> Begin(ServiceOrder order, Guid provider, ServiceContent content) => databases.WriteUnlessChanged(async (db, token) =>
    {
        if (await Answered(db, order.Command, ServiceAct.Begin, content, null, token) is { } first) return first;
        if (await db.Set<Service>().AnyAsync(s => s.Id == Id, token)) return Refusal.CommandIdReused;
        var organisation = await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == provider, token);
        if (organisation is null) return Refusal.NotFound;
        if (ServiceCheck.Shape(content) is [var fault, ..]) return Result<int>.Refuse(fault.Why, fault.Field);
        var now = clock.GetUtcNow();
        var row = new Service { Id = Id, Organisation = provider, Demo = organisation.Demo, CreatedAt = now };
        db.Add(row);
        db.Add(Apply(row, new ServiceStanding(ServiceState.Draft), ServiceAct.Begin, content, order, null, now));
        await db.SaveChangesAsync(token);
        return row.Version;
    });

    public Task<Result<int>> Edit(ServiceOrder order, ServiceContent content) =>
        Change(order, ServiceAct.Edit, null, content, static (content, _) => ServiceCheck.Shape(content).FirstOrDefault());

    public Task<Result<int>> SubmitForReview(ServiceOrder order) =>
        Change(order, ServiceAct.SubmitForReview, null, null, static (content, today) => ServiceCheck.Ready(content, today).FirstOrDefault());

    public Task<Result<int>> Review(ServiceOrder order, bool list, string? reasons) => Change(order, list ? ServiceAct.List : ServiceAct.Return, reasons, null, static (_, _) => null);

    public Task<Result<int>> Withdraw(ServiceOrder order, string? reason) => Change(order, ServiceAct.Withdraw, reason, null, static (_, _) => null);

    public Task<Result<int>> Delist(ServiceOrder order, string? reason) => Change(order, ServiceAct.Delist, reason, null, static (_, _) => null);

    private Task<Result<int>> Change(ServiceOrder order, ServiceAct act, string? reason, ServiceContent? content, Func<ServiceContent, DateOnly, Fault?> check) => databases.WriteUnlessChanged(async (db, token) =>
    {
        if (await Answered(db, order.Command, act, content, reason, token) is { } first) return first;
        var row = await db.Set<Service>().FirstOrDefaultAsync(s => s.Id == Id, token);
        if (row is null) return Refusal.NotFound;
        if (order.Seen is { } seen && seen != row.Version) return Refusal.ChangedMeanwhile;
        var next = ServiceLifecycle.Next(row.Standing, act);
        if (!next.Done) return Result<int>.Refuse(next.Refusal.Value, next.Detail);
        var why = Text.Allow(reason, ServiceLifecycle.MostReason, "reason");
        if (!why.Done) return Result<int>.Refuse(why.Refusal.Value, why.Detail);
        if (why.Value is null && ServiceLifecycle.NeedsReason(act)) return Result<int>.Refuse(Refusal.ReasonRequired, "reason");
        var now = clock.GetUtcNow();
        if (check(content ?? ServiceContent.Read(row.Content), Days.Of(now)) is { } fault) return Result<int>.Refuse(fault.Why, fault.Field);
        db.Add(Apply(row, next.Value, act, content, order, why.Value, now));
        notifier.Tell(db, Decided(row, act, why.Value, now));
        await db.SaveChangesAsync(token);
        return row.Version;
    });

    /// <summary>The provider is told what the desk decided.</summary>
    private static IEnumerable<Notice> Decided(Service row, ServiceAct act, string? why, DateTimeOffset at)
    {
        NoticeKind? kind = act switch
        {
            ServiceAct.List => NoticeKind.ServiceListed,
            ServiceAct.Return => NoticeKind.ServiceReturned,
            ServiceAct.Delist => NoticeKind.ServiceDelisted,
            _ => null,
        };
        // What was returned is the working version, which a listed service does not show.
        if (kind is { } told)
            yield return new Notice(
                $"service/{row.Id}/{row.Version}", told, Recipient.Organisation(row.Organisation), $"{row.Id}", act is ServiceAct.Return ? $"/desk/services/{row.Id}/edit" : $"/services/{row.Id}", at,
                [NoticeValue.Text(ServiceContent.Read(row.Content).Title), NoticeValue.Text(why ?? "")]);
    }

    /// <summary>Puts the change on the row and returns the version that records it; saved at once.</summary>
    private static ServiceVersion Apply(Service row, ServiceStanding next, ServiceAct act, ServiceContent? content, ServiceOrder order, string? reason, DateTimeOffset at)
    {
        (row.State, row.Revision) = (next.State, next.Revision);
        if (content is not null) row.Content = content.Write();
        row.Version++;
        row.UpdatedAt = at;
        if (act == ServiceAct.List) (row.PublicContent, row.ListedVersion, row.ListedAt) = (row.Content, row.Version, at);
        row.Title = ServiceContent.Read(row is { State: ServiceState.Listed, PublicContent: { } known } ? known : row.Content).Title;
        return new ServiceVersion
        {
            Service = row.Id,
            Number = row.Version,
            Command = order.Command,
            Act = act,
            State = next.State,
            Revision = next.Revision,
            Content = row.Content,
            Reason = reason,
            Person = order.Person,
            At = at,
        };
    }

    /// <summary>Under the same id the same is the same command; another act, text or reason is none.</summary>
    private async Task<Result<int>?> Answered(MarketplaceDb db, Guid command, ServiceAct act, ServiceContent? content, string? reason, CancellationToken token)
    {
        var made = await db.Set<ServiceVersion>().AsNoTracking().FirstOrDefaultAsync(v => v.Service == Id && v.Command == command, token);
        if (made is null) return null;
        var same = made.Act == act && (content is null || content.Write() == made.Content) && Text.Allow(reason, ServiceLifecycle.MostReason, "reason") is { Done: true } why && why.Value == made.Reason;
        return same ? made.Number : Refusal.CommandIdReused;
    }
}
