using System.Text;
using System.Text.Json;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Proofs;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Marketplace.Proofs;
using Marketplace.Shared;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>The public and the bidder's programs' side of live auctions.</summary>
public static class AuctionEndpoints
{
    /// <summary>Lines behind the newest from which on a reader is told to reload instead.</summary>
    private const int MostUpdates = 1000;

    public static void MapAuctionEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/auctions/{id}", Look).WithName("GetAuction").WithSummary("The picture of an auction at this moment, in paddle numbers; who bought is in its result").Produces<AuctionPicture>();
        api.MapGet("/auctions/{id}/updates", Updates).WithName("GetAuctionUpdates").WithSummary("The public lines after a version, all of them, or reload");
        api.MapGet("/auctions/{id}/transcript", TranscriptOf).WithName("GetTranscript").WithSummary("The stored lines, the signed head and its proof in the public log, as NDJSON");
        api.MapGet("/auctions/{id}/refused", RefusedOf).WithName("GetRefusedBids").WithSummary("The refused bids that the end of the auction names by count and digest, as NDJSON; nothing before the end");
        api.MapGet("/auctions/{id}/mine", Mine).WithName("GetMyPaddle").WithSummary("What the caller's organisation may know of its own paddle");
        api.MapPost("/auctions/{id}/bids", Bid).WithName("PlaceBid").WithSummary("An open bid or a hidden maximum; repeat with the same bidId when the answer is unknown")
            .Accepts<BidRequest>("application/json").Produces<BidAnswered>().ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> Look(string id, MarketplaceDb db, IGrainFactory grains, Refusals refusals, CancellationToken cancellation) =>
        await Announced(db, id, cancellation) ? Results.Json(await grains.GetGrain<IAuctionGrain>(id).Look(), AuctionJson.Options) : refusals.Problem(Refusal.UnknownAuction);

    private static async Task<IResult> Updates(string id, long after, MarketplaceDb db, IGrainFactory grains, IFactStore store, Refusals refusals, CancellationToken cancellation)
    {
        if (!await Announced(db, id, cancellation)) return refusals.Problem(Refusal.UnknownAuction);
        if (after < 0) return refusals.Problem(Refusal.MalformedRequest, "after");
        var picture = await grains.GetGrain<IAuctionGrain>(id).Look();
        if (picture.Version - after > MostUpdates) return Results.Json(new { reload = true, picture }, AuctionJson.Options);
        var lines = new List<PublicLine>();
        await foreach (var stored in store.Read(AuctionGrain.StreamOf(id), after, cancellation))
        {
            // What became durable after the picture comes with the next question.
            if (stored.Version > picture.Version) break;
            lines.Add(PublicLine.Of(AuctionLines.Read(stored.Bytes)));
        }

        return Results.Json(new { reload = false, picture, lines }, AuctionJson.Options);
    }

    /// <param name="checkpoint">How many entries the public log has in the checkpoint that the reader holds; the newest when not said.</param>
    private static async Task<IResult> TranscriptOf(
        string id, long? checkpoint, MarketplaceDb db, IFactStore store, MarketKeys keys, MarketLog log, Refusals refusals, CancellationToken cancellation)
    {
        if (!await Announced(db, id, cancellation)) return refusals.Problem(Refusal.UnknownAuction);
        return Results.Stream(body => WriteTranscript(body, id, checkpoint, store, keys, log, cancellation), "application/x-ndjson", $"{id.Replace(':', '-')}.ndjson");
    }

    private static async Task WriteTranscript(Stream body, string id, long? checkpoint, IFactStore store, MarketKeys keys, MarketLog log, CancellationToken cancellation)
    {
        var stream = AuctionGrain.StreamOf(id);
        long version = 0;
        await foreach (var line in store.Read(stream, 0, cancellation))
        {
            await body.WriteAsync(line.Bytes, cancellation);
            await body.WriteAsync("\n"u8.ToArray(), cancellation);
            version = line.Version;
        }

        if (await store.HeadAtOrAfter(stream, version, cancellation) is { } head)
        {
            var key = keys.Published.Single(k => k.KeyId == head.KeyId);
            await body.WriteAsync(Encoding.UTF8.GetBytes(StreamHead.Line(stream, head.Version, head.Hash, key.KeyId, key.PublicKey(), head.Signature) + "\n"), cancellation);
            // A head of this second is not in the log yet; the next download has the line.
            if (await log.Prove(stream, head.Version, checkpoint, cancellation) is not { } proof) return;
            var signer = SignedNote.Read(proof.Note)!.Signatures[0].Id;
            var logKey = keys.Published.Select(k => k.PublicKey()).First(k => Checkpoint.KeyId(k) == signer);
            await body.WriteAsync((byte[])[.. new TranscriptLog(logKey, proof.Write()).Write(), (byte)'\n'], cancellation);
        }
    }

    /// <summary>Before the end a refusal could tell who is near a limit.</summary>
    private static async Task<IResult> RefusedOf(string id, MarketplaceDb db, IGrainFactory grains, Refusals refusals, CancellationToken cancellation)
    {
        if (!await Announced(db, id, cancellation)) return refusals.Problem(Refusal.UnknownAuction);
        if ((await grains.GetGrain<IAuctionGrain>(id).Course()).RefusedCount is not { } count) return refusals.Problem(Refusal.NoResultYet);
        return Results.Stream(
            async body =>
            {
                await foreach (var row in RefusedBids.Public(db, id, count).AsAsyncEnumerable().WithCancellation(cancellation))
                    await body.WriteAsync((byte[])[.. row.Line.Write(), (byte)'\n'], cancellation);
            },
            "application/x-ndjson", $"{id.Replace(':', '-')}.refused.ndjson");
    }

    private static async Task<IResult> Mine(string id, BuyerAgencies bidders, IGrainFactory grains, Refusals refusals, CancellationToken cancellation)
    {
        var may = await bidders.BidderOf(id, cancellation);
        if (!may.Done) return refusals.Problem(may.Refusal.Value);
        return may.Value.Paddle is { } paddle && await grains.GetGrain<IAuctionGrain>(id).LookAt(paddle) is { } view
            ? Results.Json(view, AuctionJson.Options)
            : refusals.Problem(Refusal.NotFound);
    }

    private static async Task<IResult> Bid(string id, HttpContext http, BuyerAgencies bidders, Paddles paddles, BidLimits limits, IGrainFactory grains, Refusals refusals, CancellationToken cancellation)
    {
        var receivedAt = http.Features.GetRequiredFeature<Received>().At;
        if (limits.Take(http.Connection.RemoteIpAddress) is { } crowded) return TooFast(http, refusals, crowded);
        var may = await bidders.BidderOf(id, cancellation);
        if (!may.Done) return refusals.Problem(may.Refusal.Value);
        BidRequest? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync<BidRequest>(http.Request.Body, AuctionJson.Strict, cancellation);
        }
        catch (JsonException e)
        {
            return refusals.Problem(Refusal.MalformedRequest, e.Path);
        }

        if (request is null || request.AmountFen.HasValue == request.ProxyMaxFen.HasValue) return refusals.Problem(Refusal.MalformedRequest, "amountFen | proxyMaxFen");
        var shape = Bidding.Shape(new PlaceBid(0, request.BidId, request.AmountFen, request.ProxyMaxFen, ""));
        if (shape is { } malformed) return refusals.Problem(malformed);
        if (may.Value.Paddle is not { } paddle)
            return refusals.Problem(await paddles.Exists(id, cancellation) ? Refusal.NotAdmitted : Refusal.UnknownAuction);
        if (limits.Take(id, paddle) is { } hasty) return TooFast(http, refusals, hasty);

        var reply = await grains.GetGrain<IAuctionGrain>(id).PlaceBid(new BidCommand(paddle, request.BidId, request.AmountFen, request.ProxyMaxFen, receivedAt));
        if (reply.Refusal is { } refusal)
        {
            return refusals.Problem(refusal, reply.Detail, new Dictionary<string, object?> { ["version"] = reply.Version });
        }

        var proof = reply.Proof!;
        return Results.Json(
            new BidAnswered(reply.Version, proof.Hashes[0], reply.ReceivedAt, reply.PriceFen, reply.Leading, ReceiptOf(id, proof)),
            AuctionJson.Options);
    }

    /// <summary>What a bidder keeps. Rebuilt from stored rows it is the same for ever.</summary>
    internal static Receipt ReceiptOf(string auction, LineProof proof) => new(
        AuctionGrain.StreamOf(auction), proof.Version, proof.Hashes, proof.Head.Version, StreamHead.Algorithm, proof.Head.KeyId, Convert.ToBase64String(proof.Head.Signature));

    internal static IResult TooFast(HttpContext http, Refusals refusals, int seconds)
    {
        http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return refusals.Problem(Refusal.BidsTooFast);
    }

    private static Task<bool> Announced(MarketplaceDb db, string id, CancellationToken cancellation) =>
        db.LotsWithRehearsals().AnyAsync(l => l.Id == id && l.Version > 0, cancellation);

    internal sealed record BidRequest(string BidId, long? AmountFen = null, long? ProxyMaxFen = null);

    internal sealed record BidAnswered(long Version, string Hash, DateTimeOffset ReceivedAt, long PriceFen, bool Leading, Receipt Receipt);
}

/// <summary>A line of the log as the room lists it.</summary>
public sealed record PublicLine(long Version, DateTimeOffset At, string Type, int? Paddle, long? AmountFen, bool Proxy, long? PriceFen, int? Leader, DateTimeOffset? EndsAt, string Hash)
{
    /// <summary>The name of its text on the transcript page, where one type of line says different things.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Says { get; init; } = Type;

    public static PublicLine Of(FactLine line) => line.Fact switch
    {
        BidAccepted f => new(line.Version, line.At, f.Type, f.Paddle, f.AmountFen, false, f.After.PriceFen, f.After.Leader, f.After.EndsAt, line.Hash),
        ProxyAccepted f => new(line.Version, line.At, f.Type, f.Paddle, null, true, f.After.PriceFen, f.After.Leader, f.After.EndsAt, line.Hash),
        HallBid f => new(line.Version, line.At, f.Type, f.Paddle, f.AmountFen, false, f.AmountFen, f.Paddle, null, line.Hash)
        {
            Says = f.Matches is not null ? "hall-bid-match" : f.OverRules is not null ? "hall-bid-over" : f.IsFloor ? "hall-bid-floor" : "hall-bid-net",
        },
        BidCorrected f => new(line.Version, line.At, f.Type, null, null, false, f.PriceFen, f.Leader, null, line.Hash),
        WarningCalled f => new(line.Version, line.At, f.Type, null, null, false, f.PriceFen, null, null, line.Hash) { Says = $"{f.Type}-{f.Number}" },
        AskSet f => new(line.Version, line.At, f.Type, null, f.AskFen, false, null, null, null, line.Hash),
        HoldersAsked f => new(line.Version, line.At, f.Type, null, null, false, f.PriceFen, null, null, line.Hash),
        HammerFell f => new(line.Version, line.At, f.Type, f.Paddle, null, false, f.PriceFen, f.Paddle, null, line.Hash),
        PriorityGranted f => new(line.Version, line.At, f.Type, f.Paddle, null, false, null, null, null, line.Hash),
        MatchingOpened f => new(line.Version, line.At, f.Type, null, null, false, f.PriceFen, f.Leader, f.Until, line.Hash),
        ListingDecided f => new(line.Version, line.At, f.Type, f.Leader, null, false, f.PriceFen, f.Leader, f.Course is ListingCourse.Extended ? f.OpensAt : f.EndsAt, line.Hash) { Says = $"{f.Type}-{f.Course}" },
        EndLinked f => new(line.Version, line.At, f.Type, null, null, false, null, null, f.EndsAt, line.Hash),
        OfferSealed f => new(line.Version, line.At, f.Type, f.Paddle, null, false, null, null, null, line.Hash),
        OffersOpened f => new(line.Version, line.At, f.Type, null, null, false, f.After?.PriceFen, f.After?.Leader, f.After?.EndsAt, line.Hash),
        BidderAdmitted f => new(line.Version, line.At, f.Type, f.Paddle, null, false, null, null, null, line.Hash),
        Resumed f => new(line.Version, line.At, f.Type, null, null, false, null, null, f.EndsAt, line.Hash),
        BreakpointSet f => new(line.Version, line.At, f.Type, null, null, false, null, null, f.EndsAt, line.Hash),
        Closed f => new(line.Version, line.At, f.Type, f.Winner, null, false, f.PriceFen, f.Winner, null, line.Hash),
        AuctionPaused or Cancelled or ResultVoided or SellerRefused => new(line.Version, line.At, line.Fact.Type, null, null, false, null, null, null, line.Hash),
        Continued f => new(line.Version, line.At, f.Type, null, null, false, null, null, f.EndsAt, line.Hash),
        WinnerDefaulted f => new(line.Version, line.At, f.Type, f.Paddle, null, false, null, null, null, line.Hash),
        WaitsAsSecond f => new(line.Version, line.At, f.Type, f.Paddle, null, false, null, null, null, line.Hash),
        LeftWaiting f => new(line.Version, line.At, f.Type, f.Paddle, null, false, null, null, null, line.Hash),
        SecondOffered f => new(line.Version, line.At, f.Type, f.Paddle, f.PriceFen, false, null, null, null, line.Hash),
        SecondAnswered f => new(line.Version, line.At, f.Type, f.Paddle, null, false, null, null, null, line.Hash),
        var f => new(line.Version, line.At, f.Type, null, null, false, null, null, null, line.Hash),
    };
}

/// <summary>How the auction's programs' interface reads and writes JSON.</summary>
public static class AuctionJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new MomentJson() },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Whole numbers only, nothing unknown, nothing twice, nothing missing.</summary>
    public static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private sealed class MomentJson : System.Text.Json.Serialization.JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Instant.TryRead(reader.GetString() ?? "", out var moment) ? moment : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Instant.Write(value));
    }
}
