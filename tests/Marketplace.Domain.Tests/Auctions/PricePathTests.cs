using System.Text.Json;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>The falling price, on the table that the page's own arithmetic is tested with too, and what a lot may say of its format.</summary>
public class PricePathTests
{
    private const long Start = 10_000_000;

    [Fact]
    public void The_price_falls_as_the_table_says()
    {
        using var table = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "price-path.json")));
        foreach (var row in table.RootElement.EnumerateArray())
        {
            var start = row.GetProperty("startFen").GetInt64();
            var path = new PricePath(
                row.GetProperty("stepBasisPoints") is { ValueKind: JsonValueKind.Number } share ? share.GetInt32() : null,
                row.GetProperty("stepFen") is { ValueKind: JsonValueKind.Number } step ? step.GetInt64() : null,
                row.GetProperty("intervalSeconds").GetInt32(),
                row.GetProperty("floorFen").GetInt64());
            Assert.Equal(row.GetProperty("steps").GetInt64(), path.Steps(start));
            foreach (var price in row.GetProperty("prices").EnumerateArray())
            {
                Assert.True(price[1].GetInt64() == path.PriceAfter(start, price[0].GetInt64()), $"{path} from {start} after {price[0]}");
                Assert.Equal(price[1].GetInt64(), path.PriceAt(start, path.Interval * price[0].GetInt64()));
            }
        }
    }

    [Fact]
    public void Terms_of_each_format_come_from_its_settings_and_can_be_announced()
    {
        var opens = new DateTimeOffset(2026, 11, 24, 6, 0, 0, TimeSpan.Zero);
        var everything = new FormatSettings
        {
            Steps = [new Step(0, 100_000)],
            OnStep = OnStep.Multiple,
            DurationSeconds = 3600,
            SoftCloseSeconds = 300,
            LatestEndSeconds = 7200,
            CycleSeconds = 300,
            Path = new PricePath(100, null, 300, Start / 2),
            SealedSeconds = 600,
            LastWordSeconds = 300,
            MinBidders = 2,
        };
        (string Format, int LastsSeconds, int FirstEndSeconds)[] table =
        [
            (Formats.English, 3600, 3600),
            (Formats.Dynamic, 3600, 3900),
            (Formats.Sealed, 3600, 3600),
            (Formats.Dutch, 51 * 300, 51 * 300),
            (Formats.HybridDutch, 51 * 300, 51 * 300),
        ];
        foreach (var (format, lasts, end) in table)
        {
            var settings = (everything with { Format = format }).Trimmed();
            Assert.Null(settings.Check(Start, Start / 10, hasReserve: false, 600).Refusal);
            var terms = settings.Fix(new Terms { Auction = "a", StartPriceFen = Start, Steps = [], OpensAt = opens, EndsAt = opens, SoftCloseSeconds = 0 });
            Assert.Null(terms.FirstFault(null));
            Assert.Equal((opens.AddSeconds(lasts), opens.AddSeconds(end)), (terms.EndsAt, terms.FirstEnd));
            Assert.Equal(Formats.Rises(format) ? terms.FirstEnd.AddSeconds(7200) : null, terms.LatestEndsAt);
            Assert.Equal(format == Formats.English ? 300 : 0, terms.SoftCloseSeconds);
            Assert.Equal(Formats.Falls(format) ? Start / 2 : Start, terms.LeastPriceFen);
        }
    }

    [Fact]
    public void A_taken_price_remembers_where_its_path_began()
    {
        var opens = new DateTimeOffset(2026, 11, 24, 6, 0, 0, TimeSpan.Zero);
        var path = new PricePath(100, null, 300, Start / 2);
        var terms = new Terms
        {
            Auction = "a",
            StartPriceFen = Start,
            Steps = [new Step(0, 1)],
            OnStep = OnStep.Minimum,
            OpensAt = opens,
            EndsAt = opens + path.Lasts(Start),
            SoftCloseSeconds = 0,
            Path = path,
        }.In(Formats.Dutch);
        var live = new Live();
        live.Announce(terms, bidders: 1);
        Assert.Null(live.Bid(opens.AddMinutes(11), 1, "x", Start).Refusal);
        Assert.Equal(opens, live.Auction.PathBeganAt);
        Assert.Equal((9_800_000, opens.AddMinutes(11)), (live.Auction.PriceFen, live.Auction.EndsAt));
        Assert.Equal(Refusal.AlreadyEnded, live.Bid(opens.AddMinutes(12), 1, "y", Start).Refusal);
    }
}
