using Stripe;

namespace Marketplace.StandIns.Tests;

public sealed class SearchTests
{
    [Theory]
    [InlineData("metadata['transfer']:'t-1'", "1")]
    [InlineData("metadata[\"transfer\"]:\"t-2\"", "2")]
    [InlineData("metadata['transfer']:'it\\'s AND OR'", "3")]
    [InlineData("-metadata['transfer']:'t-1' AND status:'succeeded'", "23")]
    [InlineData("metadata['transfer']:null", "4")]
    [InlineData("metadata['transfer']:'t-1' OR metadata['transfer']:'t-2'", "12")]
    [InlineData("amount>101 amount<=103", "23")]
    [InlineData("status:'requires_capture'", "4")]
    [InlineData("currency:'usd'", "")]
    [InlineData("created>=1 AND amount:101", "1")]
    public async Task A_search_finds_what_its_clauses_say(string query, string found)
    {
        await using var shop = await Shop.Open(socket: false);
        var numbers = new Dictionary<string, char>();
        foreach (var (transfer, number) in ((string?, char)[])[("t-1", '1'), ("t-2", '2'), ("it's AND OR", '3'), (null, '4')])
        {
            var payment = Shop.Payment(amount: 100 + (number - '0'), manual: transfer is null);
            if (transfer is not null) payment.Metadata = new Dictionary<string, string> { ["transfer"] = transfer };
            numbers[(await shop.V1.PaymentIntents.CreateAsync(payment)).Id] = number;
        }

        var answer = await shop.V1.PaymentIntents.SearchAsync(new PaymentIntentSearchOptions { Query = query });
        Assert.Equal(found, string.Concat(answer.Select(i => numbers[i.Id]).Order()));
    }

    [Theory]
    [InlineData("transfer")]
    [InlineData("metadata['a']:")]
    [InlineData("colour:'red'")]
    [InlineData("status:'a' AND currency:'b' OR amount:1")]
    [InlineData("status:'a'currency:'b'")]
    [InlineData("amount:'x'")]
    public async Task A_search_that_nobody_understands_is_refused(string query)
    {
        await using var shop = await Shop.Open(socket: false);
        var refused = await Assert.ThrowsAsync<StripeException>(() => shop.V1.PaymentIntents.SearchAsync(new PaymentIntentSearchOptions { Query = query }));
        Assert.Equal((400, "query"), ((int)refused.HttpStatusCode, refused.StripeError.Param));
    }

    [Fact]
    public async Task A_search_is_behind_by_as_much_as_it_lags()
    {
        await using var shop = await Shop.Open(o => o with { SearchLag = TimeSpan.FromMinutes(1) });
        var held = await shop.Pay(manual: true, award: "A");
        Assert.Empty(await Found("metadata['award']:'A'"));
        shop.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(await Found("metadata['award']:'A'"));
        await shop.V1.PaymentIntents.CaptureAsync(held.Id);
        Assert.Single(await Found("status:'requires_capture'"));
        Assert.Empty(await Found("status:'succeeded'"));
        shop.Stripe.SearchLag = TimeSpan.Zero;
        Assert.Single(await Found("status:'succeeded'"));

        async Task<IEnumerable<PaymentIntent>> Found(string query) => (await shop.V1.PaymentIntents.SearchAsync(new PaymentIntentSearchOptions { Query = query })).Data;
    }

    [Fact]
    public async Task A_search_goes_page_by_page()
    {
        await using var shop = await Shop.Open(socket: false);
        for (var i = 0; i < 7; i++) await shop.Pay(award: "A");
        var found = new List<string>();
        await foreach (var intent in shop.V1.PaymentIntents.SearchAutoPagingAsync(new PaymentIntentSearchOptions { Query = "metadata['award']:'A'", Limit = 3 })) found.Add(intent.Id);
        Assert.Equal(7, found.Distinct().Count());
    }
}
