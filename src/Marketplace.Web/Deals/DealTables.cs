using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Platform;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Deals;

/// <summary>A deal as pages read it; written with the facts.</summary>
public sealed class DealRow
{
    public required string Auction { get; init; }
    public required Guid Seller { get; init; }
    public required Guid Buyer { get; init; }
    public required string Title { get; init; }
    public required long PriceFen { get; init; }
    public Guid? Hold { get; init; }
    public required long DepositFen { get; init; }
    public required DateTimeOffset ConcludedAt { get; init; }
    public required string ContractSha256 { get; init; }
    public required bool TransfersPatent { get; init; }
    public bool Listed { get; init; }
    public int BuyerFeeBp { get; init; }
    public int SellerFeeBp { get; init; }

    /// <summary>付款方式 as <see cref="AnnouncedPlanJson"/> writes it; null where the market's default was announced.</summary>
    public string? PaymentPlan { get; init; }
    public required bool Demo { get; init; }

    /// <summary>As in <see cref="OpenDeal"/>.</summary>
    public string? InterestOf { get; init; }

    /// <summary>Why the sale under it no longer stands.</summary>
    public string? EndedBecause { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    public OpenDeal ToCommand() =>
        new(Auction, Seller, Buyer, Title, PriceFen, ConcludedAt, ContractSha256, Demo, Hold, DepositFen, TransfersPatent, InterestOf, Listed, BuyerFeeBp, SellerFeeBp,
            PaymentPlan is { } plan ? AnnouncedPlanJson.Read(plan) : null);
}

/// <summary>What a party has done, with the file that shows it.</summary>
public sealed class DealStepRow
{
    public required string Auction { get; init; }
    public required Step Step { get; init; }
    public required Party Party { get; init; }

    /// <summary>As in <see cref="DoneStep"/>.</summary>
    public Guid? Person { get; init; }
    public string? FileSha256 { get; init; }
    public string? FileName { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>An operator looked at a deal, and why. Never deleted.</summary>
public sealed class DealReadingRow
{
    public required Guid Id { get; init; }
    public required string Auction { get; init; }
    public required Guid Person { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset At { get; init; }
}

internal sealed class DealTables : IEntityTypeConfiguration<DealRow>, IEntityTypeConfiguration<DealStepRow>, IEntityTypeConfiguration<DealReadingRow>
{
    public void Configure(EntityTypeBuilder<DealRow> builder)
    {
        builder.ToTable("deals").HasKey(d => d.Auction);
        builder.Property(d => d.Title).HasMaxLength(DealRules.LongestTitle);
        builder.Property(d => d.EndedBecause).HasMaxLength(20);
        builder.HasIndex(d => d.Seller);
        builder.HasIndex(d => d.Buyer);
    }

    public void Configure(EntityTypeBuilder<DealStepRow> builder)
    {
        builder.ToTable("deal_steps").HasKey(s => new { s.Auction, s.Step, s.Party });
        builder.Property(s => s.Step).HasConversion<string>().HasMaxLength(30);
        builder.Property(s => s.Party).HasConversion<string>().HasMaxLength(10);
    }

    public void Configure(EntityTypeBuilder<DealReadingRow> builder)
    {
        builder.ToTable("deal_readings");
        builder.Property(r => r.Reason).HasMaxLength(Deals.LongestReason);
        builder.HasIndex(r => r.Auction);
    }
}

/// <summary>Keeps the tables above in step with a deal.</summary>
internal static class DealRows
{
    /// <param name="deal">The deal after the line.</param>
    public static void Keep(List<SideWrite> writes, Deal deal, FactLine line)
    {
        switch (line.Fact)
        {
            case DealOpened { Command: var c }:
                writes.Add(new SideWrite(
                    "INSERT INTO deals (auction, seller, buyer, title, price_fen, hold, deposit_fen, concluded_at, contract_sha256, transfers_patent, demo, interest_of, listed, buyer_fee_bp, seller_fee_bp, payment_plan) " +
                    "VALUES (@auction, @seller, @buyer, @title, @price, @hold, @deposit, @concluded, @contract, @patent, @demo, @interest, @listed, @buyerFee, @sellerFee, @plan)",
                    ("auction", c.Auction), ("seller", c.Seller), ("buyer", c.Buyer), ("title", c.Title), ("price", c.PriceFen), ("hold", c.Hold),
                    ("deposit", c.DepositFen), ("concluded", c.ConcludedAt), ("contract", c.ContractSha256), ("patent", c.TransfersPatent), ("demo", c.Demo), ("interest", c.InterestOf), ("listed", c.Listed),
                    ("buyerFee", c.BuyerFeeBp), ("sellerFee", c.SellerFeeBp), ("plan", c.Plan is { } plan ? AnnouncedPlanJson.Text(plan) : null)));
                break;
            case DealEnded f:
                writes.Add(new SideWrite("UPDATE deals SET ended_because = @because, ended_at = @at WHERE auction = @auction", ("because", f.Because), ("at", line.At), ("auction", deal.Id)));
                writes.Add(DueWork.At(DealMoney.SettleWork, deal.Id, line.At));
                break;
            case PriceReceived:
                writes.Add(Done(deal, Step.Pay, Party.Buyer, null, null, null, line.At));
                break;
            case StepDone f:
                writes.Add(Done(deal, f.Step, f.Party, f.Person, f.FileSha256, f.FileName, line.At));
                if (f.Step == Step.SignContract && deal.Schedule().Single(s => s.Rule.Step == Step.SignContract).IsDone) writes.Add(DueWork.At(DealMoney.SettleWork, deal.Id, line.At));
                if (f.Step is Step.Deliver or Step.RecordTransfer) writes.Add(DueWork.At(DealMoney.FollowWork, deal.Id, line.At));
                break;
        }
    }

    private static SideWrite Done(Deal deal, Step step, Party party, Guid? person, string? sha, string? name, DateTimeOffset at) => new(
        "INSERT INTO deal_steps (auction, step, party, person, file_sha256, file_name, at) VALUES (@auction, @step, @party, @person, @sha, @name, @at)",
        ("auction", deal.Id), ("step", step.ToString()), ("party", party.ToString()), ("person", person), ("sha", sha), ("name", name), ("at", at));
}
