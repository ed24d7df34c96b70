using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Payments;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Host;

/// <summary>Money and what follows a sale.</summary>
public partial class MarketHost
{
    public Marketplace.Deals.Deals Deals => Services.GetRequiredService<Marketplace.Deals.Deals>();

    public DepositAccounts Deposits => Services.GetRequiredService<DepositAccounts>();

    public Obligations Obligations => Services.GetRequiredService<Obligations>();

    /// <summary>A price that a deal owes, kept until it is accepted.</summary>
    public async Task<Guid> RaisePrice(string deal, Guid buyer, Guid seller, long amountFen)
    {
        var owed = new Owed(Obligations.IdOf($"{deal}\nprice"), ObligationKind.Price, buyer, seller, amountFen, Days.After(Days.Of(MarketTime), 5), ReleaseRule.Acceptance);
        Assert.Null((await Obligations.Raise("custodian", new RaiseObligations(deal, "signed", [owed]))).Refusal);
        return owed.Id;
    }

    /// <summary>The bank received money of the organisation and the operator confirmed it.</summary>
    public async Task Credit(Guid organisation, long amountFen, DateTimeOffset? creditedAt = null, bool demo = false)
    {
        var moment = creditedAt ?? Services.GetRequiredService<TimeProvider>().GetUtcNow().AddHours(-1);
        var id = Guid.CreateVersion7();
        var credited = await Deposits.ConfirmCredit(id, organisation, amountFen, moment, $"bank-{id:N}", null, by: Guid.CreateVersion7(), demo);
        Assert.Null(credited.Refusal);
    }
}
