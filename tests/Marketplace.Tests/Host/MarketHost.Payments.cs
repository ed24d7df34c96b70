using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform.Database;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Host;

/// <summary>Money and what follows a sale.</summary>
public partial class MarketHost
{
    private int _organisations;

    public DepositAccounts Deposits => Services.GetRequiredService<DepositAccounts>();

    /// <summary>An organisation that is simply there, verified and without members.</summary>
    public async Task<Guid> ThereIs(OrganisationKind kind, string name, bool demo = false)
    {
        await using var db = Services.GetRequiredService<IMarketplaceDbFactory>().Create();
        var organisation = new Organisation
        {
            Id = Guid.CreateVersion7(), Name = name, Kind = kind, Uscc = $"91330100MA{Interlocked.Increment(ref _organisations):00000000}",
            State = VerificationState.Verified, Demo = demo, CreatedAt = DateTimeOffset.UnixEpoch,
        };
        db.Add(organisation);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return organisation.Id;
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
