using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Payments;

/// <summary>开票单: written once, with everything as it was then; only the number of the tax administration comes later.</summary>
public sealed class InvoiceRow
{
    /// <summary>The issuer of what is owed to the market itself: no organisation has this id.</summary>
    public static readonly Guid Market = Guid.Empty;

    public required Guid Id { get; init; }
    public required string Book { get; init; }

    /// <summary>Numbers of the demonstration are counted apart.</summary>
    public required bool Demo { get; init; }

    /// <summary>Whom it is paid; <see cref="Market"/> for the market itself.</summary>
    public required Guid Issuer { get; init; }
    public required Guid Payer { get; init; }

    /// <summary>The year in Beijing, and the place in it: each issuer's papers are numbered without a gap.</summary>
    public required int Year { get; init; }
    public required int Ordinal { get; init; }
    public required Guid Obligation { get; init; }

    /// <summary>The how manieth paper of its obligation, from 1.</summary>
    public required int Nth { get; init; }
    public required ObligationKind Kind { get; init; }

    /// <summary>The deal it comes from.</summary>
    public required string About { get; init; }

    /// <summary>What the deal is about.</summary>
    public required string Title { get; init; }

    /// <summary>Null for what is paid for no technology.</summary>
    public TechContract? Contract { get; init; }
    public required TaxTreatment Treatment { get; init; }
    public required int RateBp { get; init; }

    /// <summary>With the tax; negative on a red paper, like the tax.</summary>
    public required long AmountFen { get; init; }
    public required long TaxFen { get; init; }

    /// <summary>The paper that this red one takes back, and why.</summary>
    public Guid? Corrects { get; init; }
    public RedReason? Reason { get; init; }

    /// <summary>合同登记编号 as the issuer gave it, and the file that shows the registration.</summary>
    public string? Registration { get; init; }
    public string? RegistrationSha256 { get; init; }
    public required string IssuerName { get; init; }
    public required string IssuerCode { get; init; }
    public required string PayerName { get; init; }
    public required string PayerCode { get; init; }

    /// <summary>It rests on what the book said up to this line.</summary>
    public required long UpTo { get; init; }
    public required DateTimeOffset IssuedAt { get; init; }
    public required Guid IssuedBy { get; init; }

    /// <summary>数电票号码, once the tax administration's platform has given it. The issuer may correct what it typed.</summary>
    public string? TaxNumber { get; set; }
    public DateTimeOffset? TaxNumberAt { get; set; }
    public Guid? TaxNumberBy { get; set; }

    public string Number => $"KP-{Year}-{Ordinal:D4}";

    public long NetFen => AmountFen - TaxFen;

    public bool IsRed => Corrects is not null;

    public TaxedSum Sum => new(AmountFen, TaxFen);
}

internal sealed class InvoiceTables : IEntityTypeConfiguration<InvoiceRow>
{
    private const int LongestName = 20, LongestTitle = 200;

    public void Configure(EntityTypeBuilder<InvoiceRow> builder)
    {
        builder.ToTable("invoices", table => table.HasCheckConstraint("ck_invoices_sign", "(corrects IS NULL) = (amount_fen > 0) AND (tax_fen = 0 OR (tax_fen > 0) = (amount_fen > 0))"));
        builder.Ignore(i => i.Number).Ignore(i => i.NetFen).Ignore(i => i.IsRed).Ignore(i => i.Sum);
        builder.Property(i => i.Kind).HasConversion<string>().HasMaxLength(LongestName);
        builder.Property(i => i.Contract).HasConversion<string>().HasMaxLength(LongestName);
        builder.Property(i => i.Treatment).HasConversion<string>().HasMaxLength(LongestName);
        builder.Property(i => i.Reason).HasConversion<string>().HasMaxLength(LongestName);
        builder.Property(i => i.About).HasMaxLength(Domain.Payments.Deposits.LongestAuction);
        builder.Property(i => i.Title).HasMaxLength(LongestTitle);
        builder.Property(i => i.Registration).HasMaxLength(LongestName);
        builder.Property(i => i.TaxNumber).HasMaxLength(LongestName);
        builder.Property(i => i.IssuerCode).HasMaxLength(Uscc.Length);
        builder.Property(i => i.PayerCode).HasMaxLength(LongestName + RegistryEntry.Most);
        // Two at the same moment take the same number or the same sum once; the second looks again.
        builder.HasIndex(i => new { i.Demo, i.Issuer, i.Year, i.Ordinal }).IsUnique();
        builder.HasIndex(i => new { i.Obligation, i.Nth }).IsUnique();
        // Among one issuer's own: whoever types another's number must not lock that one out.
        builder.HasIndex(i => new { i.Demo, i.Issuer, i.TaxNumber }).IsUnique();
        builder.HasIndex(i => i.Payer);
    }
}
