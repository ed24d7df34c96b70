using Marketplace.Domain.Common;

namespace Marketplace.Domain.Services;

/// <summary>Who gives a command, under which id (the same id twice is the same command), and which version that person had before the eyes.</summary>
/// <param name="Seen">Null when the command does not depend on what was seen.</param>
public sealed record ServiceOrder(Guid Command, Guid Person, int? Seen = null);

/// <summary>Where a service stands in the market. Stored by name.</summary>
public enum ServiceState { Draft, InReview, Listed, Withdrawn, Delisted }

/// <summary>Where the next version of a listed service stands. What is listed stays public, as it was reviewed, until the next has passed. Stored by name.</summary>
public enum ServiceRevision { None, Draft, InReview }

/// <summary>What may be done to a service. Stored by name with each version.</summary>
public enum ServiceAct { Begin, Edit, SubmitForReview, List, Return, Withdraw, Delist }

/// <summary>The state of a service together with the state of its next version.</summary>
public readonly record struct ServiceStanding(ServiceState State, ServiceRevision Revision = ServiceRevision.None)
{
    /// <summary>The operator's desk has something to decide.</summary>
    public bool AwaitsReview => State == ServiceState.InReview || Revision == ServiceRevision.InReview;
}

/// <summary>The lifecycle of a service: the whole table of what leads where, deny by default.</summary>
public static class ServiceLifecycle
{
    public const int MostReason = 2000;

    public static Result<ServiceStanding> Next(ServiceStanding now, ServiceAct act)
    {
        if (now.AwaitsReview && act is ServiceAct.Edit or ServiceAct.SubmitForReview) return Refusal.UnderReview;
        return (act, now.State) switch
        {
            (ServiceAct.Edit, ServiceState.Listed) => new ServiceStanding(ServiceState.Listed, ServiceRevision.Draft),
            // What was taken out comes back over a review.
            (ServiceAct.Edit, ServiceState.Draft or ServiceState.Withdrawn or ServiceState.Delisted) => new ServiceStanding(ServiceState.Draft),

            (ServiceAct.SubmitForReview, ServiceState.Draft) => new ServiceStanding(ServiceState.InReview),
            (ServiceAct.SubmitForReview, ServiceState.Listed) when now.Revision == ServiceRevision.Draft => new ServiceStanding(ServiceState.Listed, ServiceRevision.InReview),

            (ServiceAct.List, ServiceState.InReview) => new ServiceStanding(ServiceState.Listed),
            (ServiceAct.List, ServiceState.Listed) when now.Revision == ServiceRevision.InReview => new ServiceStanding(ServiceState.Listed),

            (ServiceAct.Return, ServiceState.InReview) => new ServiceStanding(ServiceState.Draft),
            (ServiceAct.Return, ServiceState.Listed) when now.Revision == ServiceRevision.InReview => new ServiceStanding(ServiceState.Listed, ServiceRevision.Draft),

            (ServiceAct.Withdraw, ServiceState.Draft or ServiceState.InReview or ServiceState.Listed) => new ServiceStanding(ServiceState.Withdrawn),
            (ServiceAct.Delist, ServiceState.Listed) => new ServiceStanding(ServiceState.Delisted),
            _ => Refusal.NotInThisState,
        };
    }

    /// <summary>Acts that take something away from somebody say why.</summary>
    public static bool NeedsReason(ServiceAct act) => act is ServiceAct.Return or ServiceAct.Withdraw or ServiceAct.Delist;
}
