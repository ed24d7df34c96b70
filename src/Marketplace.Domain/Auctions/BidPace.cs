namespace Marketplace.Domain.Auctions;

/// <summary>
/// How fast bids may come: so many at once, and so many a second after that. A bucket that fills by itself; immutable.
/// </summary>
/// <param name="Left">How many may come now.</param>
public readonly record struct BidPace(double Left, DateTimeOffset At)
{
    /// <summary>One paddle: far beyond what a hand can do (some 15 clicks a second), far below what would crowd others out.</summary>
    public static readonly (int AtOnce, int PerSecond) OfPaddle = (120, 40);

    /// <summary>One address: a hall, a campus or a whole company may sit behind it.</summary>
    public static readonly (int AtOnce, int PerSecond) OfAddress = (4000, 2000);

    public static BidPace Full((int AtOnce, int PerSecond) limit, DateTimeOffset at) => new(limit.AtOnce, at);

    /// <summary>Takes one if there is one; otherwise says after how many whole seconds there will be.</summary>
    public (BidPace Next, int? RetryAfterSeconds) Take((int AtOnce, int PerSecond) limit, DateTimeOffset at)
    {
        var left = Math.Min(limit.AtOnce, Left + Math.Max(0, (at - At).TotalSeconds) * limit.PerSecond);
        return left >= 1 ? (new BidPace(left - 1, at), null) : (new BidPace(left, at), Math.Max(1, (int)Math.Ceiling((1 - left) / limit.PerSecond)));
    }

    /// <summary>Nothing was taken for so long that forgetting it changes nothing.</summary>
    public bool IsFull((int AtOnce, int PerSecond) limit, DateTimeOffset at) => Left + (at - At).TotalSeconds * limit.PerSecond >= limit.AtOnce;
}
