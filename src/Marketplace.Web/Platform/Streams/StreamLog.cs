namespace Marketplace.Platform.Streams;

internal static partial class StreamLog
{
    [LoggerMessage(1, LogLevel.Warning, "An append to {Stream} up to {Version} has an unknown outcome; replaying")]
    public static partial void AppendFailed(this ILogger log, string stream, long version, Exception reason);

    [LoggerMessage(3, LogLevel.Error, "{Stream} could not be replayed; the next caller tries again")]
    public static partial void ReplayFailed(this ILogger log, string stream, Exception reason);

    [LoggerMessage(2, LogLevel.Warning, "Taking {Stream} over at {Version} lost against another append; replaying")]
    public static partial void TakeOverLost(this ILogger log, string stream, long version, Exception reason);
}
