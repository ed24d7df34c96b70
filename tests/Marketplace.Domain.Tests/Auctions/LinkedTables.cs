using Marketplace.Domain.Auctions;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>Lots that end together. Start 1,000,000 yuan, step 10,000, an hour from noon, five minutes of soft close.</summary>
public sealed class LinkedTables
{
    private static readonly Terms InGroup = Live.Terms with { Linked = "A1" };

    [Fact]
    public void A_later_end_of_another_lot_is_taken_over_also_after_the_own_end() => Scenario.Play(
        """
        0:01  | A | 100万            | ok           | 100万 A | 60:00
        59:00 | - | linked 63:00     | ok           | 100万 A | 63:00
        59:01 | - | linked 62:00     | again        | 100万 A | 63:00
        61:00 | B | 101万            | ok           | 101万 B | 66:00
        66:00 | A | 102万            | AlreadyEnded | 101万 B | 66:00
        66:00.5 | - | linked 70:00   | ok           | 101万 B | 70:00
        66:01 | A | 102万            | ok           | 102万 A | 71:01
        71:02 | - | close            | sold         | 102万 A | 71:01
        71:03 | - | linked 80:00     | AlreadyEnded | 102万 A | 71:01
        """,
        InGroup);

    [Fact]
    public void The_own_limit_stands_and_a_lot_of_no_group_follows_nobody()
    {
        Scenario.Play(
            """
            59:00 | - | linked 70:00    | ok        | - | 65:00
            59:01 | - | linked 71:00    | again     | - | 65:00
            59:02 | - | linked 71:00 a1 | NotLinked | - | 65:00
            """,
            InGroup with { LatestEndsAt = Live.Noon.AddMinutes(65) });
        Scenario.Play("59:00 | - | linked 70:00 | NotLinked | - | 60:00");
    }

    [Fact]
    public void While_paused_nothing_is_taken_over() => Scenario.Play(
        """
        0:01  | A | 100万        | ok            | 100万 A | 60:00
        59:00 | - | resume 55:30 | paused        | 100万 A | 60:00
        59:01 | - | linked 70:00 | AuctionPaused | 100万 A | 60:00
        """,
        InGroup);

    [Theory]
    [InlineData("A1", Formats.English, null)]
    [InlineData("a", Formats.English, "linked")]
    [InlineData("", Formats.English, "linked")]
    [InlineData("ABCDEFGHI", Formats.English, "linked")]
    [InlineData("A1", Formats.Sealed, "linked")]
    public void A_group_has_a_short_name_and_rising_prices(string name, string format, string? fault) =>
        Assert.Equal(fault, (Live.Terms with { Linked = name, SoftCloseSeconds = format == Formats.English ? 300 : 0 }).In(format).FirstFault(null));

    [Fact]
    public void The_record_holds_with_linked_ends()
    {
        var live = Scenario.Play(
            """
            0:01  | A | 100万        | ok   | 100万 A | 60:00
            59:00 | - | linked 63:00 | ok   | 100万 A | 63:00
            62:00 | B | max 110万    | ok   | 101万 B | 67:00
            67:01 | - | close        | sold | 101万 B | 67:00
            """,
            InGroup).Live;
        Assert.Null(Transcript.Verify(live.Transcript(), [Live.KeyId]).Fault);
    }
}
