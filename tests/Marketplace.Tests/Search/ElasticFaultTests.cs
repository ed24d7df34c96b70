using Marketplace.Platform.Outbox;
using Marketplace.Search.Index;

namespace Marketplace.Tests.Search;

/// <summary>An Elasticsearch that is slow, refuses, lost an answer, or whose index was replaced: it is said, nothing is lost, and it heals.</summary>
public sealed class ElasticFaultTests : IAsyncLifetime
{
    private static readonly SearchQuery Query = new() { Text = "高温", Audience = Audience.Public };

    private static readonly OutboxPosition Next = new(0, 5);

    private ElasticStandIn _engine = null!;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private ElasticIndex Index => _engine.Index;

    private IEnumerable<string> Deleted => _engine.Sent.Select(s => s.Request).Where(r => r.StartsWith("DELETE /", StringComparison.Ordinal)).Select(r => r["DELETE /".Length..]);

    public async ValueTask InitializeAsync() => _engine = await ElasticStandIn.Start(patience =>
    {
        patience.Retry.MaxRetryAttempts = 1;
        patience.Retry.Delay = TimeSpan.FromMilliseconds(1);
        patience.CircuitBreaker.MinimumThroughput = 2;
        patience.CircuitBreaker.FailureRatio = 1;
    });

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task An_engine_that_hangs_is_down()
    {
        await using var silent = await ElasticStandIn.Start(patience =>
        {
            patience.AttemptTimeout.Timeout = TimeSpan.FromMilliseconds(100);
            patience.Retry.MaxRetryAttempts = 1;
            patience.Retry.Delay = TimeSpan.FromMilliseconds(1);
        });
        silent.Hangs = "_search";
        await Assert.ThrowsAsync<SearchUnavailableException>(() => silent.Index.Find(Query, Now));
    }

    [Fact]
    public async Task An_engine_that_refuses_again_and_again_is_down()
    {
        _engine.Refuses = "_search";
        for (var i = 0; i < 4; i++) await Assert.ThrowsAsync<SearchUnavailableException>(() => Index.Find(Query, Now));
        // The last ones were not sent any more: the engine is left in peace for a while.
        Assert.Equal(2, _engine.Sent.Count);
    }

    [Fact]
    public async Task An_engine_without_room_for_what_is_written_is_searched_all_the_same()
    {
        _engine.Refuses = "_bulk";
        await Assert.ThrowsAsync<SearchUnavailableException>(() => Index.Write([ElasticStandIn.Sensor()], [], _engine.Position, Next, Now));
        _engine.Say("_search", 200, ElasticStandIn.NoHits());
        Assert.Equal(0, (await Index.Find(Query, Now)).Total);
    }

    [Fact]
    public async Task What_continues_another_index_is_not_taken_in_and_what_is_taken_in_goes_to_the_index_that_it_continues()
    {
        var before = _engine.Position;
        _engine.Position = new OutboxPosition(0, 1);
        Assert.Null(await Index.Write([ElasticStandIn.Sensor()], [], before, Next, Now));
        Assert.DoesNotContain(_engine.Sent, s => s.Request.StartsWith("P", StringComparison.Ordinal));
        _engine.Say("_bulk", 200, """{"took":1,"errors":true,"items":[{"index":{"_id":"a","status":201}},{"delete":{"_id":"b","status":404}}]}""");
        Assert.Equal([], await Index.Write([ElasticStandIn.Sensor()], [new DocumentKey(Found.Achievement, "b")], _engine.Position, Next, Now));
        var bulk = Assert.Single(_engine.Sent, s => s.Request.Contains("_bulk", StringComparison.Ordinal)).Body;
        Assert.Equal(2, bulk.Split($"\"_index\":\"{ElasticStandIn.Searched}\"").Length - 1);
        Assert.Contains(_engine.Sent, s => s.Request.StartsWith($"PUT /{ElasticStandIn.Searched}/_doc/position?", StringComparison.Ordinal));
        Assert.Empty(_engine.Faults);
    }

    [Fact]
    public async Task An_index_that_is_gone_is_not_one_that_took_the_documents_in()
    {
        _engine.Say("_bulk", 200, ElasticStandIn.Bulk("index", 404));
        await Assert.ThrowsAsync<SearchUnavailableException>(() => Index.Write([ElasticStandIn.Sensor()], [], _engine.Position, Next, Now));
        Assert.DoesNotContain(_engine.Sent, s => s.Request.StartsWith("PUT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_alias_on_several_indexes_is_none()
    {
        const string Refused = """{"error":{"type":"illegal_argument_exception","reason":"alias [market] has more than one index associated with it [market-1, market-2]"},"status":400}""";
        _engine.Say("_doc", 400, Refused);
        _engine.Say("_alias", 200, ElasticStandIn.Aliases(("market-1", true), ("market-2", true)));
        Assert.Null(await Index.Position(Now));
        // Whatever else is wrong with the question is no reason to make the index anew.
        _engine.Say("_doc", 400, Refused);
        _engine.Say("_alias", 200, ElasticStandIn.Aliases(("market-1", true), ("market-2", false)));
        await Assert.ThrowsAsync<SearchUnavailableException>(() => Index.Position(Now));
        Assert.Empty(_engine.Faults);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_index_whose_taking_over_was_not_answered_is_deleted_only_when_it_did_not_take_over(bool took)
    {
        var made = await Index.Rebuild(Now);
        var name = _engine.Sent[0].Request["PUT /".Length..];
        for (var i = 0; i < 2; i++) _engine.Say("_aliases", 500, "{}");
        await Assert.ThrowsAsync<SearchUnavailableException>(() => made.Commit(Next, Now));
        _engine.Say("_alias", 200, ElasticStandIn.Aliases((name, took)));
        await made.DisposeAsync();
        Assert.Equal(!took, Deleted.Contains(name));
        Assert.Empty(_engine.Faults);
    }

    [Fact]
    public async Task A_new_index_takes_with_it_the_one_it_replaces_and_what_killed_processes_left()
    {
        var (dead, other) = (Name(TimeSpan.FromDays(2)), Name(TimeSpan.FromHours(2)));
        await using var made = await Index.Rebuild(Now);
        // One that another node may be making, and one of somebody else.
        _engine.Say("_alias", 200, ElasticStandIn.Aliases((ElasticStandIn.Searched, true), (dead, false), (other, false), ("market-data-2024", false)));
        await made.Commit(Next, Now);
        Assert.Equal([ElasticStandIn.Searched, dead], Deleted);
        var over = Assert.Single(_engine.Sent, s => s.Request.Contains("_aliases", StringComparison.Ordinal)).Body;
        Assert.Contains("""{"remove":{"index":"market-*","alias":"market","must_exist":false}},{"add":""", over, StringComparison.Ordinal);
        Assert.Empty(_engine.Faults);

        static string Name(TimeSpan ago) => $"market-{(DateTimeOffset.UtcNow - ago).ToUnixTimeMilliseconds()}";
    }

    [Fact]
    public async Task An_index_that_cannot_be_deleted_keeps_no_new_one_from_being_searched()
    {
        await using var made = await Index.Rebuild(Now);
        _engine.Say("_alias", 200, ElasticStandIn.Aliases((ElasticStandIn.Searched, true)));
        _engine.Refuses = ElasticStandIn.Searched;
        await made.Commit(Next, Now);
    }
}
