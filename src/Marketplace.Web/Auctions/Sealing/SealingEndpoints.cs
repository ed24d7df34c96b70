using System.Text.Json;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform;
using Marketplace.Shared;
using Microsoft.AspNetCore.Http.Features;

namespace Marketplace.Auctions.Sealing;

/// <summary>Sealed offers and shares of opening keys, for pages and programs alike.</summary>
public static class SealingEndpoints
{
    public static void MapSealingEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapPost("/auctions/{id}/offers", Offer).WithName("SealOffer").WithSummary("A sealed offer, encrypted for the lot's opening key before it is sent; repeat with the same bidId when the answer is unknown")
            .WithDescription(
                "envelope: 122 bytes in base64 = 01 ‖ E ‖ ciphertext ‖ tag. E is a fresh P-256 point (65 bytes, uncompressed). Z = X of ECDH(E, publicKey of openingKey). "
                + "HKDF-SHA256(ikm Z, salt E ‖ publicKey, info \"zjp-envelope.1\\n{auction}\\n\", 44 bytes) = AES-256 key ‖ 12-byte IV. AES-GCM, associated data "
                + "\"zjp-envelope.1\\n{auction}\\n{paddle}\\n{bidId}\\n\", content = 32 random nonce bytes ‖ amount in fen (8 bytes, big-endian). "
                + "commitment: SHA-256(nonce ‖ amount in decimal digits), hex. One offer a paddle; it cannot be changed. A ceiling cannot be checked under seal: only a signatory may seal.")
            .Accepts<OfferRequest>("application/json").Produces<OfferAnswered>().ProducesProblem(StatusCodes.Status409Conflict);
        api.MapGet("/auctions/{id}/opening", Look).WithName("GetOpening").WithSummary("The opening key of a lot, who keeps its shares, and how far the opening is").Produces<OpeningView>();
        api.MapPost("/auctions/{id}/opening/shares", Give).WithName("GiveShare").WithSummary("A holder brings its share of the opening key after the end; before it the share is refused unread")
            .Accepts<ShareRequest>("application/json").Produces<ShareAnswered>().ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> Offer(string id, HttpContext http, CurrentActor actor, Paddles paddles, BidLimits limits, IGrainFactory grains, Refusals refusals, CancellationToken cancellation)
    {
        var receivedAt = http.Features.GetRequiredFeature<Received>().At;
        if (limits.Take(http.Connection.RemoteIpAddress) is { } crowded) return AuctionEndpoints.TooFast(http, refusals, crowded);
        var may = await actor.May(Rehearsal.IsId(id) ? Act.JoinRehearsal : Act.SealOffer, cancellation: cancellation);
        if (!may.Done) return refusals.Problem(may.Refusal.Value);
        var (request, malformed) = await Read<OfferRequest>(http, cancellation);
        if (request is null) return refusals.Problem(Refusal.MalformedRequest, malformed);
        if (!Bidding.IsBidId(request.BidId)) return refusals.Problem(Refusal.BidIdInvalid);
        if (Bytes(request.Envelope, Envelope.Length) is not { } envelope || !Envelope.IsEnvelope(envelope)) return refusals.Problem(Refusal.EnvelopeMalformed);
        if (await paddles.Of(id, may.Value.Organisation, cancellation) is not { } paddle)
            return refusals.Problem(await paddles.Exists(id, cancellation) ? Refusal.NotAdmitted : Refusal.UnknownAuction);
        if (limits.Take(id, paddle) is { } hasty) return AuctionEndpoints.TooFast(http, refusals, hasty);
        var reply = await grains.GetGrain<IAuctionGrain>(id).SealOffer(new OfferCommand(paddle, request.BidId, request.Commitment, envelope, receivedAt));
        if (reply.Refusal is { } refusal) return refusals.Problem(refusal, reply.Detail, new Dictionary<string, object?> { ["version"] = reply.Version });
        var proof = reply.Proof!;
        return Results.Json(new OfferAnswered(reply.Version, proof.Hashes[0], reply.ReceivedAt, AuctionEndpoints.ReceiptOf(id, proof)), AuctionJson.Options);
    }

    private static async Task<IResult> Look(string id, SealedLots lots, Refusals refusals, CancellationToken cancellation) =>
        await lots.Find(id, cancellation) is { Key: not null } lot ? Results.Json(lot.View(), AuctionJson.Options) : refusals.Problem(Refusal.NotFound);

    private static async Task<IResult> Give(string id, HttpContext http, CurrentActor actor, LotKeys keys, IGrainFactory grains, Refusals refusals, CancellationToken cancellation)
    {
        var receivedAt = http.Features.GetRequiredFeature<Received>().At;
        var shares = await keys.Shares(id, cancellation);
        if (shares.Count == 0) return refusals.Problem(Refusal.NotFound);
        Result<Membership> may = Refusal.NotAllowed;
        foreach (var organisation in shares.Select(s => s.Organisation).Distinct())
        {
            if (!may.Done) may = await actor.May(Act.KeepOpeningKey, organisation, cancellation);
        }

        if (!may.Done) return refusals.Problem(may.Refusal.Value);
        var mine = shares.Where(s => s.Organisation == may.Value.Organisation).ToList();
        var grain = grains.GetGrain<IAuctionGrain>(id);
        // Before the end nobody's share is even read: what the market never had in its memory it cannot lose.
        if (await grain.MayGiveShare(mine[0].Number) is { } tooEarly) return refusals.Problem(tooEarly);
        var (request, malformed) = await Read<ShareRequest>(http, cancellation);
        if (request is null) return refusals.Problem(Refusal.MalformedRequest, malformed);
        if (!mine.Exists(s => s.Number == request.Number)) return refusals.Problem(Refusal.NotAllowed);
        if (Bytes(request.Share, KeyShare.Length) is not { } share) return refusals.Problem(Refusal.ShareNotAsCommitted);
        var given = await grain.GiveShare(new ShareCommand(request.Number, share, receivedAt));
        return given.Done ? Results.Json(new ShareAnswered(given.Value), AuctionJson.Options) : refusals.Problem(given.Refusal.Value, given.Detail);
    }

    private static async Task<(T? Request, string? Malformed)> Read<T>(HttpContext http, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return (await JsonSerializer.DeserializeAsync<T>(http.Request.Body, AuctionJson.Strict, cancellation), null);
        }
        catch (JsonException e)
        {
            return (null, e.Path);
        }
    }

    /// <summary>Exactly so many bytes out of base64, or null.</summary>
    private static byte[]? Bytes(string text, int length)
    {
        var bytes = new byte[length];
        return Convert.TryFromBase64String(text, bytes, out var read) && read == length ? bytes : null;
    }

    internal sealed record OfferRequest(string BidId, string Commitment, string Envelope);

    internal sealed record OfferAnswered(long Version, string Hash, DateTimeOffset ReceivedAt, Receipt Receipt);

    internal sealed record ShareRequest(int Number, string Share);

    internal sealed record ShareAnswered(int Given);
}
