using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Auctions;

/// <summary>
/// Rehearsals lie among the lots and sessions, and no query sees them that does not name them here: a list, a figure, an
/// export or a settlement that is written tomorrow leaves them out without knowing of them.
/// </summary>
public static class RehearsalRows
{
    public const string Filter = "rehearsals";

    private static readonly string[] Filters = [Filter];

    /// <summary>For pages reached by their address, and for what keeps a live auction going.</summary>
    public static IQueryable<Lot> LotsWithRehearsals(this MarketplaceDb db) => db.Set<Lot>().IgnoreQueryFilters(Filters);

    public static IQueryable<Session> SessionsWithRehearsals(this MarketplaceDb db) => db.Set<Session>().IgnoreQueryFilters(Filters);

    /// <summary>The same lot under another id: what it is, who sells it and how it is priced, without what happened to it.</summary>
    public static Lot Again(this Lot lot, string id, string? rehearsalOf = null)
    {
        var again = new Lot
        {
            Id = id,
            RehearsalOf = rehearsalOf,
            Achievement = lot.Achievement,
            Seller = lot.Seller,
            Demo = lot.Demo,
            Title = lot.Title,
            Summary = lot.Summary,
            SellerName = lot.SellerName,
            Field = lot.Field,
            Trl = lot.Trl,
            Right = lot.Right,
            LicenceUntil = lot.LicenceUntil,
            StartPriceFen = lot.StartPriceFen,
            Steps = lot.Steps,
            Conditions = lot.Conditions,
            Deliverables = lot.Deliverables,
            TaxIncluded = lot.TaxIncluded,
            Invoice = lot.Invoice,
            StampDuty = lot.StampDuty,
            RegistrationFees = lot.RegistrationFees,
            BuyerNameConfidential = lot.BuyerNameConfidential,
            PaymentPlan = lot.PaymentPlan,
        };
        again.Set(lot.Settings());
        return again;
    }
}

/// <summary>练习席: a paddle of the floor in a rehearsal. It stands for nobody.</summary>
public sealed class PracticeSeat
{
    /// <summary>Given with the form, so that sending it twice hands out one paddle.</summary>
    public required Guid Id { get; init; }
    public required Guid Session { get; init; }
    public required int Paddle { get; init; }
    public required Guid Clerk { get; init; }
    public required DateTimeOffset At { get; init; }
}

internal sealed class PracticeSeatTable : IEntityTypeConfiguration<PracticeSeat>
{
    public void Configure(EntityTypeBuilder<PracticeSeat> builder)
    {
        builder.ToTable("practice_seats");
        builder.HasIndex(s => new { s.Session, s.Paddle }).IsUnique();
    }
}
