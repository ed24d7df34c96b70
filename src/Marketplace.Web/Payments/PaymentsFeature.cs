namespace Marketplace.Payments;

/// <summary>The ledger and the deposit accounts.</summary>
public static class PaymentsFeature
{
    public static IServiceCollection AddPayments(this IServiceCollection services) => services;

    public static void MapPayments(this WebApplication app)
    {
    }
}
