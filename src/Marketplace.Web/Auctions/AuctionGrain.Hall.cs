using System.Globalization;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Auctions;

/// <summary>The lot at the auctioneer's desk: order, durability and time; the rules are in <see cref="Hall"/> and <see cref="HallBidding"/>.</summary>
public sealed partial class AuctionGrain
{
    /// <summary>A console that was not heard of for so long has lost its uplink, and the net waits for the floor.</summary>
    public static readonly TimeSpan UplinkPatience = TimeSpan.FromSeconds(6);

    /// <summary>When a console was last heard of; null while none ever was.</summary>
    private DateTimeOffset? _consoleAt;

    public async Task<Result<bool>> CallUp(HallPapers papers)
    {
        await Ready();
        // It opens with this call, so it is asked once more whether a deposit's payment waits.
        if (Committed.IsHall) await HoldWhereMoneyWaits(Now);
        return (await Execute(Now, (auction, at) => Hall.CallUp(auction, papers, at))).Result;
    }

    public async Task<Result<bool>> AtDesk(HallCommand command)
    {
        var kept = command.Act is HallAct.Hammer or HallAct.Pass ? await KeptRefused() : default;
        return (await Execute(Now, (auction, at) => Hall.Do(auction, command, at, kept))).Result;
    }

    public async Task<BidReply> PlaceFloorBid(BidCommand command, OverRuleReason? because)
    {
        var bid = new PlaceBid(command.Paddle, command.BidId, command.AmountFen, command.ProxyMaxFen, "");
        return await Reply(command, await Execute(command.ReceivedAt, (auction, at) => HallBidding.PlaceAtDesk(auction, bid, at, because)));
    }

    public async Task<HallDesk> Beat()
    {
        _consoleAt = Now;
        return await LookAtDesk();
    }

    public async Task<HallDesk> LookAtDesk()
    {
        await Ready();
        if (Committed is not { IsHall: true }) throw new KeyNotFoundException(Id);
        return HallDesk.Of(AuctionPicture.Of(Id, Committed, Now), Committed, _refused.Latest);
    }

    private async Task WatchConsole(DateTimeOffset now)
    {
        if (Committed.PhaseAt(now) is not Domain.Auctions.Phase.Open || _consoleAt is not { } heard || now - heard <= UplinkPatience) return;
        var id = string.Create(CultureInfo.InvariantCulture, $"uplink-{Committed.Version}");
        await Execute(now, (auction, at) => Hall.LoseUplink(auction, id, at));
    }
}
