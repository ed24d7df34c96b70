using System.Text.Json;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>A paddle has 优先受让权. The rank is public, who holds it is not.</summary>
/// <param name="Rank">From 1, the best, to 9.</param>
public sealed record PriorityGranted(int Paddle, int Rank) : AuctionFact
{
    public override string Type => "priority-granted";
    public override string CommandKey => $"priority/{Paddle}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteNumber("paddle", Paddle);
        json.WriteNumber("rank", Rank);
    }
}

/// <summary>The price is known and holders of priority may match it until a moment; then the auction closes.</summary>
public sealed record MatchingOpened(long PriceFen, int Leader, DateTimeOffset Until) : AuctionFact
{
    public override string Type => "matching-opened";
    public override string CommandKey => "matching";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteNumber("priceFen", PriceFen);
        json.WriteNumber("leader", Leader);
        json.WriteString("until", Instant.Write(Until));
    }
}
