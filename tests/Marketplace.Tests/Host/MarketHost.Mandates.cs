using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Organisations.Mandates;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Host;

/// <summary>Agencies and what clients signed with them.</summary>
public partial class MarketHost
{
    /// <summary>An organisation of the demonstration whose first member is owner and signatory: signatures need no second factor there.</summary>
    public async Task<Somebody> Signer(OrganisationKind kind, string? name = null, string? person = null)
    {
        var somebody = await Member(await RegisterOrganisation(kind, name, demo: true), MemberRole.Owner, person);
        await GiveRole(somebody.Organisation, somebody.Person, MemberRole.Signatory);
        return somebody;
    }

    /// <summary>Terms of a year from today.</summary>
    public MandateTerms YearOf(MandateSide side, bool exclusive = false, MandateFee? fee = null)
    {
        var today = Days.Of(Services.GetRequiredService<TimeProvider>().GetUtcNow());
        return new MandateTerms
        {
            Side = side,
            Exclusive = exclusive,
            From = today,
            Until = today.AddYears(1).AddDays(-1),
            Powers = MandateTerms.PowersOf(side),
            Fee = fee ?? new MandateFee(FeeKind.Share, ShareBp: 300),
            AllowsBothSides = true,
        };
    }

    public async Task<T> InBook<T>(Func<MandateBook, Task<T>> work)
    {
        await using var scope = Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<MandateBook>());
    }

    public static MandateOrder OrderOf(Somebody who, MandateParty party, Guid? command = null, int? seen = null) => new(command ?? Guid.CreateVersion7(), party, who.Person, who.Email, seen);

    /// <summary>Proposed by the agency and signed by both.</summary>
    public async Task<Guid> SignedMandate(Somebody agency, Somebody client, MandateTerms terms)
    {
        var proposed = await InBook(b => b.Propose(OrderOf(agency, MandateParty.Agency), agency.Organisation, client.Organisation, terms, null, Now));
        Assert.Null(proposed.Refusal);
        Assert.Null((await InBook(b => b.Change(proposed.Value, OrderOf(agency, MandateParty.Agency), MandateAct.Sign, Now))).Refusal);
        Assert.Null((await InBook(b => b.Change(proposed.Value, OrderOf(client, MandateParty.Client), MandateAct.Sign, Now))).Refusal);
        return proposed.Value;
    }
}
