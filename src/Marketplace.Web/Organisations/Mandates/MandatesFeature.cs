using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations.Mandates;

/// <summary>Something a mandate can name.</summary>
public sealed record MandateSubject(Guid Id, string Title);

/// <summary>What an agency did for a client, as the client reads it.</summary>
/// <param name="What">In the reader's language.</param>
public sealed record MandateDoing(DateTimeOffset At, string What, string Title, string Route, Guid Person);

/// <summary>What mandates of one side are about; the capability that keeps these things registers it.</summary>
/// <param name="Of">The client's things that can be named: all of them for the client itself, only the public ones for an agency that has no mandate yet.</param>
/// <param name="Done">The newest things an agency did for a client.</param>
/// <param name="Power">The power that opens the place where an agency works.</param>
/// <param name="WorkRoute">Where an agency works for a client, whose id follows.</param>
public sealed record MandateSubjects(
    MandateSide Side, MandatePower Power, string WorkRoute,
    Func<IServiceProvider, Guid, bool, CancellationToken, Task<IReadOnlyList<MandateSubject>>> Of,
    Func<IServiceProvider, Guid, Guid, CancellationToken, Task<IReadOnlyList<MandateDoing>>> Done);

/// <summary>Work of an agency that is about nothing a mandate names; the capability registers it.</summary>
/// <param name="Route">Where an agency does it.</param>
/// <param name="Done">The newest things an agency did for a client.</param>
public sealed record MandateWork(MandateSide Side, MandatePower Power, string Route, Func<IServiceProvider, Guid, Guid, CancellationToken, Task<IReadOnlyList<MandateDoing>>> Done);

/// <summary>What the market's records say of a broker: how many, how much, by stage.</summary>
public sealed record BrokerStage(string Key, int Count, long SumFen);

/// <summary>Counts a broker's deals from the records; the capability that keeps these registers it.</summary>
public sealed record BrokerRecord(Func<IServiceProvider, BrokerRow, CancellationToken, Task<IReadOnlyList<BrokerStage>>> Of);

/// <summary>委托 and the register of 技术经纪人.</summary>
internal static class MandatesFeature
{
    public static IServiceCollection AddMandates(this IServiceCollection services)
    {
        services.AddScoped<MandateBook>();
        services.AddScoped<BrokerRegister>();
        services.AddSingleton(new DeskLink(Act.KeepMandates, "/desk/mandates", "Desk.Mandates", typeof(MandateTexts), Unanswered));
        services.AddSingleton(new DeskLink(Act.KeepBrokers, "/desk/brokers", "Desk.Brokers", typeof(MandateTexts),
            static (services, member, cancellation) => Brokers(services).CountAsync(b => b.Agency == member.Organisation && b.State == BrokerState.Returned, cancellation)));
        services.AddSingleton(new DeskLink(Act.ConfirmBrokers, "/desk/brokers/review", "Desk.Review", typeof(MandateTexts),
            static (services, _, cancellation) => Brokers(services).CountAsync(b => b.State == BrokerState.Entered, cancellation)));
        return services;
    }

    private static IQueryable<BrokerRow> Brokers(IServiceProvider services) => services.GetRequiredService<MarketplaceDb>().Set<BrokerRow>();

    /// <summary>Proposals that this organisation has to sign or answer.</summary>
    private static async Task<int> Unanswered(IServiceProvider services, Membership member, CancellationToken cancellation)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var open = await services.GetRequiredService<MarketplaceDb>().Set<MandateRow>().AsNoTracking()
            .Where(m => (m.Agency == member.Organisation || m.Client == member.Organisation) && m.State == MandateState.Proposed).ToListAsync(cancellation);
        return open.Select(m => m.Read()).Count(m => m.IsOpen(now) && m.SignatureOf(m.Agency == member.Organisation ? MandateParty.Agency : MandateParty.Client) is null);
    }
}
