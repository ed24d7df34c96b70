using Marketplace.Domain.Auctions;

namespace Marketplace.Domain.Tests.Auctions;

public sealed class SlotTables
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(15, 0, 0)]
    [InlineData(15, 1, 15)]
    [InlineData(14, 59, 0)]
    [InlineData(30, 0, 15)]
    public void An_end_on_a_boundary_belongs_to_the_slot_that_it_ends(int minute, int second, int slot) =>
        Assert.Equal(Noon.AddMinutes(slot), Slots.Of(Noon.AddMinutes(minute).AddSeconds(second)));

    [Fact]
    public void Full_slots_are_passed_over()
    {
        var taken = new Dictionary<DateTimeOffset, int> { [Noon] = 2, [Noon.AddMinutes(15)] = 1, [Noon.AddMinutes(30)] = 2 };
        Assert.Equal([Noon.AddMinutes(15), Noon.AddMinutes(45), Noon.AddMinutes(60)], Slots.Free(Noon, taken, 2, 3));
    }
}
