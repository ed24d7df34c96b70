using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Payments.Cards;
using Marketplace.Payments.Royalties;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>The ledger and the deposit accounts.</summary>
public static class PaymentsFeature
{
    public static IServiceCollection AddPayments(this IServiceCollection services, IConfiguration configuration, MarketOptions options)
    {
        services.AddCards(configuration, options);
        services.AddSingleton<DepositAccounts>();
        services.AddSingleton<Obligations>();
        services.AddDueWork(ObligationRows.ReleaseWork, Obligations.ReleaseUnopposed);
        services.AddSingleton<Forfeits>();
        services.AddDueWork(Forfeits.Work, Forfeits.CarryOut);
        services.AddSingleton<GuaranteeLetters>();
        services.AddDueWork(GuaranteeLetters.Work, GuaranteeLetters.Go);
        services.AddSingleton<CustodianAccount>();
        services.AddSingleton<BankStatements>();
        services.AddDueWork(BankStatements.Work, BankStatements.Enter);
        services.AddScoped<Unmatched>();
        services.AddDueWork(Unmatched.ExamineWork, static async (provider, key, cancellation) =>
        {
            await provider.GetRequiredService<Unmatched>().Carry(Guid.Parse(key), cancellation);
            return null;
        });
        services.AddSingleton<LedgerProving>();
        services.AddHostedService(provider => provider.GetRequiredService<LedgerProving>());
        services.AddDueWork(LedgerProving.Work, LedgerProving.Go);
        services.AddSingleton(new DeskLink(Act.ReadOwnAccount, "/desk/account", "Account.Desk", typeof(PaymentTexts)));
        services.AddScoped<OwedViews>();
        services.AddRoyalties();
        services.AddSingleton(new DeskLink(Act.ReadOwnAccount, "/desk/payments", "Owing.Desk", typeof(SettlementTexts), ToPay));
        services.AddSingleton<MarketTaxpayer>();
        services.AddScoped<Invoices>();
        services.AddSingleton(new DeskLink(Act.ReadOwnAccount, "/desk/invoices", "Invoices.Desk", typeof(InvoiceTexts), ToInvoice));
        services.AddSingleton(new DeskLink(Act.OverseeSettlement, "/desk/invoices", "Invoices.Desk.Market", typeof(InvoiceTexts), ToInvoiceAsMarket));
        services.AddSingleton(new DeskLink(Act.OverseeSettlement, "/desk/settlement", "Settlement.Desk", typeof(SettlementTexts), ToSettle));
        services.AddSingleton(new DeskLink(Act.ConfirmBankCredit, "/desk/bank", "Bank.Desk", typeof(PaymentTexts), InSuspense));
        services.AddSingleton(new DeskLink(Act.ConfirmBankCredit, "/desk/guarantees", "Guarantees.Desk", typeof(GuaranteeTexts), LettersToAsk));
        services.AddSingleton(new DeskLink(Act.SeeOperations, "/desk/ledger", "Desk.Ledger", typeof(LedgerTexts), OutOfBalance));
        return services;
    }

    /// <summary>What did not hold when the book was looked at last; a look that is too old is one more.</summary>
    private static async Task<int> OutOfBalance(IServiceProvider services, Membership member, CancellationToken cancellation)
    {
        var proving = services.GetRequiredService<LedgerProving>();
        var bad = 0;
        foreach (var book in DepositAccounts.BooksOf(member.Demo)) bad += (await proving.Newest(book, 1, cancellation)).Sum(p => p.Proof.Failed.Length + (proving.IsOld(p) ? 1 : 0));
        return bad;
    }

    /// <summary>What the organisation still has to pay.</summary>
    private static Task<int> ToPay(IServiceProvider services, Membership member, CancellationToken cancellation) => services.GetRequiredService<MarketplaceDb>().Set<ObligationRow>()
        .CountAsync(o => o.Debtor == member.Organisation && o.Cancelled == null && o.PaidFen < o.AmountFen && o.Release != ReleaseRule.OutOfPrice, cancellation);

    /// <summary>Papers that the organisation has to make out, red ones too.</summary>
    private static Task<int> ToInvoice(IServiceProvider services, Membership member, CancellationToken cancellation) =>
        services.GetRequiredService<Invoices>().Waiting(member.Demo, member.Organisation, cancellation);

    private static Task<int> ToInvoiceAsMarket(IServiceProvider services, Membership member, CancellationToken cancellation) =>
        services.GetRequiredService<Invoices>().Waiting(member.Demo, null, cancellation);

    /// <summary>Disputes, lost deposits and payouts that wait for an operator.</summary>
    private static async Task<int> ToSettle(IServiceProvider services, Membership member, CancellationToken cancellation)
    {
        var (db, book, books) = (services.GetRequiredService<MarketplaceDb>(), DepositAccounts.BookOf(member.Demo), DepositAccounts.BooksOf(member.Demo));
        return await db.Set<ObligationRow>().CountAsync(o => books.Contains(o.Book) && o.Objection != null && o.PaidFen > o.ReleasedFen + o.RefundedFen, cancellation)
            + await db.Set<ForfeitRow>().CountAsync(f => books.Contains(f.Book) && f.ConfirmedBy == null, cancellation)
            + await db.Set<CardDisputeRow>().CountAsync(d => books.Contains(d.Book) && (d.State == CardDisputeState.Open || d.State == CardDisputeState.Inquiry), cancellation)
            + await db.Set<PayoutRow>().CountAsync(p => p.Book == book && p.State == PayoutState.Instructed, cancellation);
    }

    /// <summary>Money that came in and has neither an owner nor been examined.</summary>
    private static Task<int> InSuspense(IServiceProvider services, Membership member, CancellationToken cancellation)
    {
        var book = DepositAccounts.BookOf(member.Demo);
        return services.GetRequiredService<MarketplaceDb>().Set<BankCreditRow>().CountAsync(c => c.Book == book && c.Organisation == null && c.ReversedAt == null && c.ExaminedAt == null, cancellation);
    }

    /// <summary>Letters whose issuer nobody has asked.</summary>
    private static Task<int> LettersToAsk(IServiceProvider services, Membership member, CancellationToken cancellation)
    {
        var book = DepositAccounts.BookOf(member.Demo);
        return services.GetRequiredService<MarketplaceDb>().Set<GuaranteeRow>().CountAsync(g => g.Book == book && g.DecidedAt == null, cancellation);
    }

    public static void MapPayments(this WebApplication app)
    {
        LedgerEndpoints.Map(app);
        MoneyExport.Map(app);
        app.MapCards();
        app.MapRoyalties();
        InvoicePaper.Map(app);
        GuaranteeFiles.Map(app);
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
