using Marketplace.Domain.Common;
using Marketplace.StandIns;

namespace Marketplace.Tests.Payments.Cards;

/// <summary>
/// Whole sales paid by card, from deposit to payout, while the provider and the process fail: one charge for each award, every
/// deposit ends once, nothing waits for ever, and the book has what the provider has.
/// </summary>
public sealed class CardRunTests
{
    /// <summary>MARKETPLACE_CARD_RUNS=100000 is the long form.</summary>
    private static readonly int Runs = int.TryParse(Environment.GetEnvironmentVariable("MARKETPLACE_CARD_RUNS"), out var runs) ? runs : 10_000;

    private const int PerMarket = 250;

    private static readonly FaultPlan Trouble = new()
    {
        Dropped = 0.04,
        FailedAfter = 0.02,
        FailedBefore = 0.03,
        FailedForGood = 0.01,
        Conflict = 0.02,
        RateLimited = 0.03,
        WebhooksLost = 0.3,
        WebhooksRepeated = 0.2,
        WebhooksReordered = true,
        WebhooksLateBy = TimeSpan.FromHours(30),
    };

    [Fact]
    public async Task Ten_thousand_sales_under_faults_charge_once_end_every_deposit_and_leave_nothing_waiting()
    {
        var ends = new CardSaleCounts();
        // A market's clock only goes on, weeks with every sale, and the calendar ends in 2100.
        var markets = Enumerable.Range(0, (Runs + PerMarket - 1) / PerMarket);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 1, 8), CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForEachAsync(markets, parallel, async (number, cancellation) =>
        {
            await using var market = new CardMarket();
            for (var run = number * PerMarket; run < Math.Min(Runs, (number + 1) * PerMarket) && !cancellation.IsCancellationRequested; run++)
            {
                try
                {
                    await new CardSale(market, run, Trouble, killsPerStep: 0.01).Run(ends);
                }
                catch (Exception wrong)
                {
                    throw new InvalidOperationException($"Run {run}: {wrong.Message}", wrong);
                }
            }
        });

        // The runs meet everything that they are there for.
        Assert.Equal(Runs, ends.Sales);
        var all = $"{ends}";
        TestContext.Current.TestOutputHelper?.WriteLine(all);
        foreach (var (what, count) in ends.All) Assert.True(count >= (what.StartsWith("waited", StringComparison.Ordinal) ? 1 : Runs / 500), $"{what}: {count} of {all}");
    }
}
