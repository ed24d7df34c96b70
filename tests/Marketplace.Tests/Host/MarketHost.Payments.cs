using Marketplace.Payments;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Host;

/// <summary>Money and what follows a sale.</summary>
public partial class MarketHost
{
    public DepositAccounts Deposits => Services.GetRequiredService<DepositAccounts>();

    /// <summary>The bank received money of the organisation and the operator confirmed it.</summary>
    public async Task Credit(Guid organisation, long amountFen, DateTimeOffset? creditedAt = null, bool demo = false)
    {
        var moment = creditedAt ?? Services.GetRequiredService<TimeProvider>().GetUtcNow().AddHours(-1);
        var id = Guid.CreateVersion7();
        var credited = await Deposits.ConfirmCredit(id, organisation, amountFen, moment, $"bank-{id:N}", null, by: Guid.CreateVersion7(), demo);
        Assert.Null(credited.Refusal);
    }
}
