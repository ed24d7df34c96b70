using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>The ledger and the deposit accounts.</summary>
public static class PaymentsFeature
{
    public static IServiceCollection AddPayments(this IServiceCollection services)
    {
        services.AddSingleton<DepositAccounts>();
        services.AddSingleton<CustodianAccount>();
        services.AddSingleton(new DeskLink(Act.ReadOwnAccount, "/desk/account", "Account.Desk", typeof(PaymentTexts)));
        services.AddSingleton(new DeskLink(Act.ConfirmBankCredit, "/desk/bank", "Bank.Desk", typeof(PaymentTexts), InSuspense));
        return services;
    }

    /// <summary>Money that came in and has no owner yet.</summary>
    private static Task<int> InSuspense(IServiceProvider services, Membership member, CancellationToken cancellation)
    {
        var book = DepositAccounts.BookOf(member.Demo);
        return services.GetRequiredService<MarketplaceDb>().Set<BankCreditRow>().CountAsync(c => c.Book == book && c.Organisation == null, cancellation);
    }

    public static void MapPayments(this WebApplication app)
    {
    }
}

/// <summary>监管账户: where organisations pay in. Settings <c>Custodian__Name</c>, <c>Custodian__Bank</c>, <c>Custodian__Number</c>.</summary>
public sealed class CustodianAccount(IConfiguration configuration)
{
    public string? Name { get; } = configuration["Custodian:Name"];
    public string? Bank { get; } = configuration["Custodian:Bank"];
    public string? Number { get; } = configuration["Custodian:Number"];

    public bool IsKnown => Name is { Length: > 0 } && Bank is { Length: > 0 } && Number is { Length: > 0 };
}
