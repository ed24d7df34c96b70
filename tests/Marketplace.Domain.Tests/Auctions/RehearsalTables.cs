using System.Collections.Immutable;
using System.Text;
using Marketplace.Domain.Auctions;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>彩排: its mark in the terms, its lengths and its reserve.</summary>
public sealed class RehearsalTables
{
    private const string Id = "rehearsal:ZJP-2026-ABCDEF", Of = "ZJP-2026-GHJKMN";

    private static readonly Terms Practice = Live.Terms with { Auction = Id, RehearsalOf = Of, DepositFen = 0 };

    [Theory]
    [InlineData("ZJP-2026-ABCDEF", false)]
    [InlineData("demo:ZJP-2026-ABCDEF", false)]
    [InlineData("ZJP-rehearsal:1", false)]
    [InlineData("rehearsal:ZJP-2026-ABCDEF", true)]
    [InlineData("demo:rehearsal:ZJP-2026-ABCDEF", true)]
    public void An_id_says_what_it_is(string id, bool practice) => Assert.Equal(practice, Rehearsal.IsId(id));

    [Theory]
    [InlineData("ZJP-2026-ABCDEF", "rehearsal:ZJP-2026-ABCDEF-")]
    [InlineData("demo:ZJP-2026-ABCDEF", "demo:rehearsal:ZJP-2026-ABCDEF-")]
    public void A_copy_says_of_which_lot_it_is_and_is_another_in_every_rehearsal(string lot, string begins)
    {
        var (first, second) = (Guid.Parse("019aa6a0-0000-7000-8000-000000000001"), Guid.Parse("019aa6a0-0000-7000-8000-000000000002"));
        var id = Rehearsal.IdOf(lot, first);
        Assert.Matches($"^{begins}[0-9A-F]{{6}}$", id);
        Assert.Equal(id, Rehearsal.IdOf(lot, first));
        Assert.NotEqual(id, Rehearsal.IdOf(lot, second));
        Assert.True(Rehearsal.IsId(id));
    }

    [Theory]
    [InlineData(Id, Of, 0, null)]
    [InlineData("demo:" + Id, "demo:" + Of, 0, null)]
    [InlineData(Id, null, 0, "rehearsalOf")]
    [InlineData("ZJP-2026-ABCDEF", Of, 0, "rehearsalOf")]
    [InlineData(Id, "", 0, "rehearsalOf")]
    [InlineData(Id, Id, 0, "rehearsalOf")]
    [InlineData(Id, Of, 1, "depositFen")]
    public void Id_and_terms_say_it_together_and_no_money_is_asked(string id, string? of, long depositFen, string? fault) =>
        Assert.Equal(fault, (Live.Terms with { Auction = id, RehearsalOf = of, DepositFen = depositFen }).FirstFault(null));

    [Fact]
    public void Nobody_s_right_is_practised_with() => Assert.Equal("match", (Practice with { Match = MatchWindow.Statutory }).FirstFault(null));

    [Fact]
    public void The_stages_of_a_hybrid_shrink_with_its_path()
    {
        ImmutableArray<Step> any = [new Step(0, 1)];
        var hybrid = new FormatSettings { Format = Formats.HybridDutch, Steps = any, Path = new PricePath(250, null, 300, 50_00), SealedSeconds = 3600, LastWordSeconds = 60 };
        var settings = Rehearsal.Shorten(hybrid, 100_00, 630);
        Assert.Equal((30, 360, 10), (settings.Path!.IntervalSeconds, settings.SealedSeconds, settings.LastWordSeconds));
    }

    [Fact]
    public void The_first_line_says_it_and_the_others_stay_as_they_were()
    {
        var sale = Scenario.Play(
            """
            0:01  | A | 100万 | ok
            60:00 | - | close | sold
            """,
            Practice).Live;
        var check = Transcript.Verify(sale.Transcript());
        Assert.Null(check.Fault);
        Assert.Equal(Practice, ((TermsFixed)check.Lines[0].Fact).Terms with { Steps = Practice.Steps });
        Assert.EndsWith($",\"rehearsalOf\":\"{Of}\"}}", Encoding.UTF8.GetString(sale.Lines[0].Bytes), StringComparison.Ordinal);
        var real = Scenario.Play("0:01 | A | 100万 | ok").Live;
        Assert.DoesNotContain("rehearsal", Encoding.UTF8.GetString(real.Lines[0].Bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 7200, 300)]
    [InlineData(7200, 7200, 300)]
    [InlineData(600, 600, 25)]
    [InlineData(60, 60, 10)]
    public void Lengths_shrink_together_and_windows_not_below_ten_seconds(int? most, int duration, int softClose)
    {
        var settings = Rehearsal.Shorten(new FormatSettings { Steps = [new Step(0, 1)], DurationSeconds = 7200, SoftCloseSeconds = 300 }, 100_00, most);
        Assert.Equal((duration, softClose), (settings.DurationSeconds, settings.SoftCloseSeconds));
    }

    [Theory]
    [InlineData(null, 300, 6300)]
    [InlineData(630, 30, 630)]
    [InlineData(10, 1, 21)]
    public void A_falling_price_falls_the_same_steps_in_less_time(int? most, int interval, int lasts)
    {
        ImmutableArray<Step> any = [new Step(0, 1)];
        var settings = Rehearsal.Shorten(new FormatSettings { Format = Formats.Dutch, Steps = any, Path = new PricePath(250, null, 300, 50_00) }, 100_00, most);
        Assert.Equal((interval, 50_00L, TimeSpan.FromSeconds(lasts)), (settings.Path!.IntervalSeconds, settings.Path.FloorFen, settings.Lasts(100_00)));
    }

    [Theory]
    [InlineData(Formats.English, 100_00, 25, 125_00)]
    [InlineData(Formats.Hall, 99_99, 0, 99_99)]
    [InlineData(Formats.English, 100_00, null, null)]
    [InlineData(Formats.Dutch, 100_00, 25, null)]
    public void A_practice_reserve_follows_from_the_start_price_alone(string format, long startFen, int? percent, int? reserveFen) =>
        Assert.Equal(reserveFen, Rehearsal.ReserveFen(format, startFen, percent));

    [Fact]
    public void A_hall_is_practised_in_with_its_people_and_without_papers()
    {
        var papers = new HallPapers
        {
            House = "衡正拍卖有限公司",
            HouseLicence = "",
            HouseLicenceUntil = DateOnly.MinValue,
            Auctioneer = "周正",
            Qualification = "1233081507",
            Recorder = "冯录",
            Place = "杭州",
            MandateSha256 = "",
            MandateDate = DateOnly.MaxValue,
            NoticeMedium = "",
            NoticeSha256 = "",
            NoticeDate = DateOnly.MaxValue,
            DisplayFrom = DateOnly.MinValue,
            DisplayTo = DateOnly.MinValue,
            DisplayPlace = "",
            RulesSha256 = "",
        };
        Assert.Equal(HallGate.LicenceMissing, HallGates.FirstOpen(papers, Live.Noon));
        Assert.Null(HallGates.FirstOpen(papers, Live.Noon, rehearsal: true));
        Assert.Equal(HallGate.QualificationMissing, HallGates.FirstOpen(papers with { Qualification = "" }, Live.Noon, rehearsal: true));
        Assert.Equal(HallGate.RecorderMissing, HallGates.FirstOpen(papers with { Recorder = "" }, Live.Noon, rehearsal: true));
        Assert.Equal(HallGate.RecorderIsAuctioneer, HallGates.FirstOpen(papers with { Recorder = "周正" }, Live.Noon, rehearsal: true));
    }
}
