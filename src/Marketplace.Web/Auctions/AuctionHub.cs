using Microsoft.AspNetCore.SignalR;

namespace Marketplace.Auctions;

/// <summary>News of live auctions. Commands go by HTTP; a connection only ever listens.</summary>
public sealed class AuctionHub(AuctionWatch watch) : Hub
{
    /// <summary>Watches an auction from a version on; the answer is the current picture, a gap is fetched from <c>updates</c>.</summary>
    public async Task<AuctionPicture> Join(string auctionId, long afterVersion)
    {
        if (auctionId is not { Length: > 0 and <= 64 } || afterVersion < 0) throw new HubException(nameof(Domain.Common.Refusal.MalformedRequest));
        try
        {
            var picture = await watch.Join(auctionId, Context.ConnectionId);
            await Groups.AddToGroupAsync(Context.ConnectionId, AuctionWatch.GroupOf(auctionId));
            return picture;
        }
        catch (KeyNotFoundException)
        {
            throw new HubException(nameof(Domain.Common.Refusal.UnknownAuction));
        }
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        watch.Leave(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }
}
