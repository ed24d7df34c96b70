using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marketplace.Tests.Host;

namespace Marketplace.Tests.Auctions;

/// <summary>What a program may send as a bid, and what it is told.</summary>
public class BidEndpointTests : IClassFixture<MarketHost>, IAsyncLifetime
{
    private readonly MarketHost _host;
    private Somebody _bidder = null!;
    private string _auction = "";

    public BidEndpointTests(MarketHost host) => _host = host;

    public async ValueTask InitializeAsync()
    {
        _bidder = await _host.Enterprise();
        _auction = await _host.OpenAuction();
        await _host.Admitted(_auction, _bidder.Organisation, 7);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Bad_bids_are_refused_by_name_and_change_nothing()
    {
        (string Body, string Code)[] cases =
        [
            ("""{"bidId":"a","amountFen":-1}""", "AmountOutOfRange"),
            ("""{"bidId":"a","amountFen":0}""", "AmountOutOfRange"),
            ("""{"bidId":"a","amountFen":100000000000001}""", "AmountOutOfRange"),
            ("""{"bidId":"a","amountFen":9223372036854775808}""", "MalformedRequest"),
            ("""{"bidId":"a","amountFen":1e400}""", "MalformedRequest"),
            ("""{"bidId":"a","amountFen":2000000.5}""", "MalformedRequest"),
            ("""{"bidId":"a","amountFen":"200000000"}""", "MalformedRequest"),
            ("""{"bidId":"a","amountFen":{}}""", "MalformedRequest"),
            ("""{"bidId":"a","amountFen":null}""", "MalformedRequest"),
            ("""{"bidId":"a"}""", "MalformedRequest"),
            ("""{"bidId":"a","amountFen":200000000,"proxyMaxFen":200000000}""", "MalformedRequest"),
            ("""{"bidId":"a","amountFen":200000000,"paddle":9}""", "MalformedRequest"),
            ("""{"amountFen":200000000}""", "MalformedRequest"),
            ("""{"bidId":null,"amountFen":200000000}""", "MalformedRequest"),
            ("""{"bidId":"","amountFen":200000000}""", "BidIdInvalid"),
            ("""{"bidId":"1234567890123456789012345678901234567","amountFen":200000000}""", "BidIdInvalid"),
            ("""{"bidId":"不是","amountFen":200000000}""", "BidIdInvalid"),
            ("{\"bidId\":\"\\u0000\",\"amountFen\":200000000}", "TextNotAllowed"),
            ("{\"bidId\":\"\\ud800\",\"amountFen\":200000000}", "TextNotAllowed"),
            ("", "MalformedRequest"),
            ("[]", "MalformedRequest"),
        ];
        foreach (var (body, code) in cases)
        {
            var answer = await _bidder.Api.PostAsync($"/api/auctions/{_auction}/bids", new StringContent(body, Encoding.UTF8, "application/json"));
            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
            Assert.True(answer.StatusCode == HttpStatusCode.UnprocessableEntity && problem.GetProperty("code").GetString() == code, $"{body} → {answer.StatusCode} {problem}");
        }

        Assert.Equal(0, (await _host.Auction(_auction).Look()).Bids);
    }

    [Fact]
    public async Task A_bid_is_answered_with_its_place_in_the_log_and_again_with_the_same()
    {
        var first = await Post(new { bidId = "one", amountFen = 200_000_000L });
        var again = await Post(new { bidId = "one", amountFen = 200_000_000L });
        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal(first.Json.ToString(), again.Json.ToString());
        Assert.Equal(200_000_000, first.Json.GetProperty("priceFen").GetInt64());
        Assert.True(first.Json.GetProperty("leading").GetBoolean());
        var receipt = first.Json.GetProperty("receipt");
        Assert.Equal(first.Json.GetProperty("hash").GetString(), receipt.GetProperty("hashes")[0].GetString());

        Assert.Equal("BidIdReused", (await Post(new { bidId = "one", amountFen = 202_000_000L })).Json.GetProperty("code").GetString());
        Assert.Equal("AlreadyLeading", (await Post(new { bidId = "two", amountFen = 202_000_000L })).Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Who_may_not_bid_is_told_why()
    {
        var stranger = await _host.Enterprise();
        var visitor = _host.CreateClient();
        var bid = new { bidId = "x", amountFen = 200_000_000L };
        Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.PostAsJsonAsync($"/api/auctions/{_auction}/bids", bid)).StatusCode);
        var refused = await stranger.Api.PostAsJsonAsync($"/api/auctions/{_auction}/bids", bid);
        Assert.Equal("NotAdmitted", (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.Api.PostAsJsonAsync("/api/auctions/none/bids", bid)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await _host.University()).Api.PostAsJsonAsync($"/api/auctions/{_auction}/bids", bid)).StatusCode);
    }

    private async Task<(HttpStatusCode Status, JsonElement Json)> Post(object bid)
    {
        var answer = await _bidder.Api.PostAsJsonAsync($"/api/auctions/{_auction}/bids", bid);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }
}
