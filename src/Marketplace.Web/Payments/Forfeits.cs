using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Payments;

/// <summary>悔拍: a deposit that its organisation lost, with what two operators decide of its costs and what the resale brought.</summary>
public sealed class ForfeitRow
{
    /// <summary>The hold of the deposit: frozen still, or in the price already.</summary>
    public required Guid Hold { get; init; }
    public required string Book { get; init; }
    public required string Auction { get; init; }

    /// <summary>The deal that ended with the default.</summary>
    public required string Deal { get; init; }
    public required Guid Organisation { get; init; }
    public required Guid Seller { get; init; }
    /// <summary>What is lost; nothing when one deposit covered several lots and went for another of them.</summary>
    public required long DepositFen { get; set; }

    /// <summary>What the defaulter should have paid.</summary>
    public required long PriceFen { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>What the resale brought; null while there is none.</summary>
    public long? ResaleFen { get; set; }
    public string? ResaleAbout { get; set; }

    /// <summary>What the failed sale cost, as one operator says it with a reason.</summary>
    public long? CostsFen { get; set; }
    public string? Reason { get; set; }
    public Guid? ProposedBy { get; set; }
    public DateTimeOffset? ProposedAt { get; set; }

    /// <summary>The second operator; from then on it is carried out.</summary>
    public Guid? ConfirmedBy { get; set; }
    public DateTimeOffset? DoneAt { get; set; }

    public long ShortfallFen => ResaleFen is { } resale ? Math.Max(0, PriceFen - resale) : 0;
}

internal sealed class ForfeitTable : IEntityTypeConfiguration<ForfeitRow>
{
    public void Configure(EntityTypeBuilder<ForfeitRow> builder)
    {
        builder.ToTable("forfeits").HasKey(f => f.Hold);
        builder.Ignore(f => f.ShortfallFen);
        builder.Property(f => f.Reason).HasMaxLength(Domain.Payments.Deposits.LongestReason);
        builder.HasIndex(f => f.Auction);
    }
}

/// <summary>
/// The waterfall of a defaulter's deposit (网络司法拍卖规定 24): costs, which one operator names and another confirms, then what the resale brought
/// less, then the seller. What is beyond the deposit the defaulter owes.
/// </summary>
public sealed class Forfeits(IMarketplaceDbFactory databases, DepositAccounts deposits, Obligations obligations, RunningLots running, TimeProvider clock)
{
    /// <summary>Due work that carries out what was confirmed; its key is the book and the hold.</summary>
    public const string Work = "payments.forfeit";

    /// <summary>A market rule: how long the defaulter has for what is beyond its deposit, in working days.</summary>
    private const int DaysToPay = 10;

    /// <summary>A deposit that also covers a lot which is not over stays until it is.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private static string KeyOf(ForfeitRow row) => $"{row.Book}/{row.Hold}";

    /// <summary>A default was recorded. Call it as often as needed.</summary>
    public async Task Open(ForfeitRow row, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        if (await db.Set<ForfeitRow>().AnyAsync(f => f.Hold == row.Hold, cancellation)) return;
        db.Add(row);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>A later sale of the same object stands: what the earlier defaulters of these auctions brought less is known now.</summary>
    public async Task Resold(IReadOnlyCollection<string> auctions, Guid buyer, long priceFen, string deal, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        foreach (var row in await db.Set<ForfeitRow>().Where(f => auctions.Contains(f.Auction) && f.Organisation != buyer && f.ResaleFen == null).ToListAsync(cancellation))
        {
            (row.ResaleFen, row.ResaleAbout) = (priceFen, deal);
            await db.SaveWithWork(Work, KeyOf(row), clock.GetUtcNow(), cancellation);
        }
    }

    /// <summary>One operator says what the failed sale cost, and why.</summary>
    /// <param name="demo">An operator of the demonstration sees the demonstration's alone, and the other way round.</param>
    public async Task<Result<Nothing>> Propose(bool demo, Guid hold, long costsFen, string? reason, Guid by, CancellationToken cancellation)
    {
        var said = Text.Require(reason?.Trim(), Domain.Payments.Deposits.LongestReason, "reason");
        if (!said.Done) return Result<Nothing>.Refuse(said.Refusal.Value, said.Detail);
        if (costsFen is < 0 or > Fen.Most) return Refusal.AmountOutOfRange;
        await using var db = databases.Create();
        if (await db.Set<ForfeitRow>().FirstOrDefaultAsync(f => f.Hold == hold, cancellation) is not { } row || DepositAccounts.IsOfDemo(row.Book) != demo) return Refusal.UnknownForfeit;
        var now = clock.GetUtcNow();
        // In one statement: nobody changes what a second operator has confirmed.
        var changed = await db.WriteAsync(
            token => db.Set<ForfeitRow>().Where(f => f.Hold == hold && f.ConfirmedBy == null).ExecuteUpdateAsync(
                set => set.SetProperty(f => f.CostsFen, costsFen).SetProperty(f => f.Reason, said.Value).SetProperty(f => f.ProposedBy, by).SetProperty(f => f.ProposedAt, now), token),
            cancellation);
        return changed == 1 ? default(Nothing) : Refusal.ForfeitConfirmed;
    }

    /// <summary>A second one confirms what was shown; due work carries it out.</summary>
    /// <param name="costsFen">The costs that were shown.</param>
    public async Task<Result<Nothing>> Confirm(bool demo, Guid hold, long costsFen, Guid by, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        if (await db.Set<ForfeitRow>().AsNoTracking().FirstOrDefaultAsync(f => f.Hold == hold, cancellation) is not { } row || DepositAccounts.IsOfDemo(row.Book) != demo) return Refusal.UnknownForfeit;
        if (row.ConfirmedBy is not null) return default(Nothing);
        if (row.CostsFen != costsFen) return Refusal.UnknownRuling;
        if (row.ProposedBy == by) return Refusal.ProposerMayNotConfirm;
        var changed = await db.WriteAsync(
            async token =>
            {
                var rows = await db.Set<ForfeitRow>().Where(f => f.Hold == hold && f.ConfirmedBy == null && f.CostsFen == costsFen && f.ProposedBy != by)
                    .ExecuteUpdateAsync(set => set.SetProperty(f => f.ConfirmedBy, by), token);
                if (rows == 1) await db.SaveWithWork(Work, KeyOf(row), clock.GetUtcNow(), token);
                return rows;
            },
            cancellation);
        return changed == 1 ? default(Nothing) : Refusal.UnknownRuling;
    }

    /// <summary>Due work: the waterfall, and what is beyond it.</summary>
    internal static Task<DateTimeOffset?> CarryOut(IServiceProvider services, string key, CancellationToken cancellation) =>
        services.GetRequiredService<Forfeits>().CarryOut(Guid.Parse(key[(key.LastIndexOf('/') + 1)..]), cancellation);

    private async Task<DateTimeOffset?> CarryOut(Guid hold, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        if (await db.Set<ForfeitRow>().FirstOrDefaultAsync(f => f.Hold == hold, cancellation) is not { ConfirmedBy: not null, CostsFen: { } costs } row) return null;
        if (row.DoneAt is null)
        {
            if (await deposits.AlsoCovers(hold, cancellation) is { Count: > 0 } others && await running.Any(db, others, cancellation)) return clock.GetUtcNow() + LookAgain;
            // Owed of the issuer where the deposit rests on a letter; the ids are the same each time.
            var demand = new GuaranteeDemand(Obligations.IdOf($"{hold}\ncalled-costs"), Obligations.IdOf($"{hold}\ncalled"), Days.AfterWorkingDays(Days.Of(clock.GetUtcNow()), Guarantees.DaysToPay));
            var forfeited = await deposits.Forfeit(hold, row.Seller, costs, row.ShortfallFen, demand);
            // It had become part of the price when the buyer defaulted.
            if (forfeited.Refusal == Refusal.HoldEnded && await deposits.WentElsewhere(hold, cancellation)) (forfeited, row.DepositFen) = (default(Nothing), 0);
            else if (forfeited.Refusal == Refusal.HoldEnded) forfeited = await obligations.ForfeitKept(row.Book, row.Deal, costs, row.ShortfallFen);
            if (!forfeited.Done) throw new InvalidOperationException($"No forfeiture: {forfeited.Refusal}");
            row.DoneAt = clock.GetUtcNow();
            await db.SaveChangesAsync(cancellation);
        }

        await OweTheRest(row, costs);
        return null;
    }

    /// <summary>补交差额: costs beyond the deposit are the market's, the rest of the shortfall the seller's.</summary>
    private async Task OweTheRest(ForfeitRow row, long costsFen)
    {
        var due = Days.AfterWorkingDays(Days.Of(row.DoneAt!.Value), DaysToPay);
        if (Math.Max(0, costsFen - row.DepositFen) is > 0 and var costs) await Owe(row, "costs", null, costs, due);
        if (row.ResaleFen is null) return;
        var shortfall = Forfeiture.StillOwedFen(row.DepositFen, costsFen, row.ShortfallFen) - Math.Max(0, costsFen - row.DepositFen);
        if (shortfall > 0) await Owe(row, "shortfall", row.Seller, shortfall, due);
    }

    private async Task Owe(ForfeitRow row, string what, Guid? creditor, long amountFen, DateOnly due)
    {
        var owed = new Owed(Obligations.IdOf($"{row.Hold}\n{what}"), ObligationKind.Shortfall, row.Organisation, creditor, amountFen, due, ReleaseRule.AtOnce);
        var raised = await obligations.Raise(row.Book, new RaiseObligations(row.Auction, $"{what} {row.Hold}", [owed]));
        if (!raised.Done) throw new InvalidOperationException($"Nothing was raised: {raised.Refusal}");
    }
}
