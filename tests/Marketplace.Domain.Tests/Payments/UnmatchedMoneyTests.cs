using Marketplace.Domain.Payments;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>Which money without an owner may be the deposit of a lot.</summary>
public sealed class UnmatchedMoneyTests
{
    private static readonly DateTimeOffset Deadline = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);
    private int _ids;

    [Fact]
    public void Enough_that_was_at_the_bank_in_time_holds_and_nothing_else()
    {
        Assert.Equal([1], Holding(1_000, Money(1_000, 0, "货款")));
        Assert.Empty(Holding(1_000, Money(999, 0, "货款")));
        Assert.Empty(Holding(1_000, Money(1_000, 1, "货款")));
        // A lot without a deposit has none to wait for.
        Assert.Empty(Holding(0, Money(1_000, 0, "货款")));
    }

    [Fact]
    public void What_one_payer_sent_in_parts_counts_together_and_what_strangers_sent_does_not()
    {
        Assert.Equal([1, 2], Holding(1_000, Money(400, -5, "甬江精密"), Money(600, 0, "甬江精密"), Money(900, 0, "瓯江科技")));
        Assert.Empty(Holding(1_000, Money(400, -5, "甬江精密"), Money(600, 1, "甬江精密")));
        Assert.Empty(Holding(1_000, Money(400, 0, null), Money(600, 0, null)));
        Assert.Empty(Holding(1_000, Money(1, 0, "一"), Money(1, 0, "二"), Money(998, 0, "三")));
    }

    private int[] Holding(long depositFen, params (long AmountFen, int Seconds, string? Payer)[] money)
    {
        _ids = 0;
        return [.. UnmatchedMoney.Holding(
            money.Select(m => new UnmatchedCredit(Bookkeeper.Id(++_ids), m.AmountFen, Deadline.AddSeconds(m.Seconds), Deadline, m.Payer)), depositFen, Deadline)
            .Select(c => BitConverter.ToInt32(c.Id.ToByteArray())).Order()];
    }

    private static (long, int, string?) Money(long amountFen, int seconds, string? payer) => (amountFen, seconds, payer);
}
