using System.Text;
using Marketplace.Domain.Proofs;

namespace Marketplace.Proofs;

/// <summary>The logs as files: what C2SP tlog-tiles serves, and one proof that is made on request.</summary>
public static class LogEndpoints
{
    // A tile never changes once it was there.
    private const string ForEver = "public, max-age=31536000, immutable";
    private const string Seconds = "public, max-age=2";

    public static void MapLogEndpoints(this IEndpointRouteBuilder root)
    {
        foreach (var (prefix, log) in new[] { ("/log", MarketLog.Market), ("/log/demo", MarketLog.Demo) })
        {
            var group = root.MapGroup(prefix).WithTags("Log");
            group.MapGet("/checkpoint", (MarketLog logs, HttpContext http, CancellationToken cancellation) => Checkpoint(log, logs, http, cancellation))
                .WithSummary("The signed state of the log, a C2SP checkpoint");
            group.MapGet("/tile/{**path}", (string path, MarketLog logs, HttpContext http, CancellationToken cancellation) => Tile(log, path, logs, http, cancellation))
                .WithSummary("A tile of hashes, or a bundle of entries, by the paths of C2SP tlog-tiles");
        }

        root.MapGet("/log/proof", Proof).WithTags("Log").WithSummary("That a signed head is in its log, a C2SP tlog-proof under the newest checkpoint or the one of a given size");
    }

    private static async Task<IResult> Checkpoint(string log, MarketLog logs, HttpContext http, CancellationToken cancellation)
    {
        if (await logs.Newest(log, cancellation) is not { } newest) return Results.NotFound();
        http.Response.Headers.CacheControl = Seconds;
        return Results.Text(newest.Note, "text/plain", Encoding.UTF8);
    }

    private static async Task<IResult> Tile(string log, string path, MarketLog logs, HttpContext http, CancellationToken cancellation)
    {
        if (TileName.Read("tile/" + path) is not { } name || await logs.Tile(log, name, cancellation) is not { } bytes) return Results.NotFound();
        http.Response.Headers.CacheControl = ForEver;
        return Results.Bytes(bytes, "application/octet-stream");
    }

    private static async Task<IResult> Proof(string stream, long version, long? size, MarketLog logs, HttpContext http, CancellationToken cancellation)
    {
        if (await logs.Prove(stream, version, size, cancellation) is not { } proof) return Results.NotFound();
        http.Response.Headers.CacheControl = size is null ? Seconds : ForEver;
        return Results.Text(proof.Write(), "text/plain", Encoding.UTF8);
    }
}
