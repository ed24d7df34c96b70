using System.Net;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Proofs;
using Marketplace.Platform;
using Marketplace.Tests.Host;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Proofs;

/// <summary>The public log as anybody meets it: files, a page, and the last line of a transcript.</summary>
public class PublicLogTests : IClassFixture<MarketHost>
{
    private readonly MarketHost _host;

    public PublicLogTests(MarketHost host) => _host = host;

    [Fact]
    public async Task A_transcript_carries_the_proof_that_its_head_is_in_the_log()
    {
        var lot = await _host.ScheduleAuction();
        var check = await Logged(lot.Id);
        var keys = _host.Services.GetRequiredService<MarketKeys>();
        Assert.Null(check.Fault);
        Assert.StartsWith("market-", check.Logged!.Origin, StringComparison.Ordinal);
        Assert.Contains("/demo/", check.Logged.Origin, StringComparison.Ordinal);
        Assert.Equal(keys.PublicKey, check.LogKey);

        // Under a checkpoint that somebody kept, byte for byte the same proof.
        await _host.Join(lot);
        await Logged(lot.Id, version: check.Head!.Version + 1);
        var client = _host.CreateClient();
        var head = check.Head;
        var proof = LogProof.Read(await client.GetStringAsync($"/log/proof?stream={head.Stream}&version={head.Version}&size={check.Logged.Size}"))!;
        Assert.Equal(check.Logged.Text, proof.Check(new HeadLeaf(head.Stream, head.Version, head.Hash, check.Lines[^1].At).Write(), keys.PublicKey)!.Text);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/log/proof?stream={head.Stream}&version=9999")).StatusCode);
    }

    [Fact]
    public async Task The_log_is_served_as_files_that_caches_may_keep()
    {
        var lot = await _host.ScheduleAuction();
        await Logged(lot.Id);
        var client = _host.CreateClient();
        using var answer = await client.GetAsync("/log/demo/checkpoint");
        Assert.Equal("text/plain; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("public, max-age=2", answer.Headers.CacheControl!.ToString());
        var checkpoint = Checkpoint.Open(await answer.Content.ReadAsStringAsync(), _host.Services.GetRequiredService<MarketKeys>().PublicKey)!;
        Assert.True(checkpoint.Size > 0);

        var name = Tiles.At(0, 0, checkpoint.Size)!.Value;
        using var tile = await client.GetAsync($"/log/demo/{name.Path}");
        Assert.Equal("application/octet-stream", tile.Content.Headers.ContentType!.ToString());
        Assert.Equal("public, max-age=31536000, immutable", tile.Headers.CacheControl!.ToString());
        var entries = Tiles.Entries(await client.GetByteArrayAsync($"/log/demo/{(name with { Level = null }).Path}"));
        Assert.Equal(Tiles.Hashes(await tile.Content.ReadAsByteArrayAsync()), entries.Select(entry => Merkle.Leaf(entry)));
        Assert.All(entries, entry => Assert.NotNull(HeadLeaf.Read(entry)));

        foreach (var path in new[] { "tile/0/999", "tile/0/000.p/0", "tile/63/000", "tile/0/..%2f000", "tile/9", "tile/entries/001" })
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/log/demo/{path}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/log/tile/0/000.p/1")).StatusCode);
        Assert.Equal(0, Checkpoint.Open(await client.GetStringAsync("/log/checkpoint"), _host.Services.GetRequiredService<MarketKeys>().PublicKey)!.Size);
    }

    [Fact]
    public async Task The_page_says_what_the_log_is_in_both_languages()
    {
        var lot = await _host.ScheduleAuction();
        await Logged(lot.Id);
        var client = _host.CreateClient();
        var chinese = await client.GetStringAsync("/log?of=demo&culture=zh-CN");
        Assert.Contains("公开日志（演示）", chinese, StringComparison.Ordinal);
        Assert.Contains($"/auctions/{lot.Id}/transcript-view", chinese, StringComparison.Ordinal);
        var english = await client.GetStringAsync("/log?culture=en");
        Assert.Contains("Public log", english, StringComparison.Ordinal);
        Assert.Contains("No auction yet", english, StringComparison.Ordinal);
    }

    /// <summary>The transcript once its newest head is in the log.</summary>
    private async Task<TranscriptCheck> Logged(string auction, long version = 1)
    {
        var client = _host.CreateClient();
        return await Eventually.Get("the head in the log", TimeSpan.FromSeconds(60), async () =>
        {
            var file = await client.GetByteArrayAsync($"/api/auctions/{auction}/transcript");
            var check = Transcript.Verify(file);
            return check.Logged is not null && check.Head!.Version >= version ? check : null;
        });
    }
}

[OnPostgres]
public sealed class PublicLogOnPostgres(MarketHost host) : PublicLogTests(host);
