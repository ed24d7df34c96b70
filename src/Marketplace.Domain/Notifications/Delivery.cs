using System.Collections.Immutable;

namespace Marketplace.Domain.Notifications;

/// <summary>The ways to reach a person. In-app and feed are read, the others are sent.</summary>
public enum NoticeChannel { InApp, Mail, Sms, WeCom, DingTalk, Feed }

/// <summary>Which group of notices comes by which channel.</summary>
public static class Switches
{
    public static readonly ImmutableArray<NoticeChannel> Sent = [NoticeChannel.Mail, NoticeChannel.Sms, NoticeChannel.WeCom, NoticeChannel.DingTalk];

    /// <summary>Nobody switches this off: what binds comes in-app and by mail.</summary>
    public static bool IsLocked(NoticeGroup group, NoticeChannel channel) => NoticeKinds.IsBinding(group) && channel is (NoticeChannel.InApp or NoticeChannel.Mail);

    /// <param name="chosen">What the person chose; null for what nobody touched.</param>
    public static bool IsOn(NoticeGroup group, NoticeChannel channel, bool? chosen) =>
        IsLocked(group, channel) || (chosen ?? (channel is not NoticeChannel.Sms || NoticeKinds.IsBinding(group)));
}

/// <summary>Where a delivery stands. Stored by name.</summary>
public enum DeliveryState
{
    Waiting,
    Sent,

    /// <summary>Given up; the code says why.</summary>
    Failed,

    /// <summary>Nobody is to be reached there any more: the member left, the switch is off, the address is gone, a newer notice stands in its place.</summary>
    Dropped,
}

public enum SendOutcome { Sent, Again, Never }

/// <summary>What a channel said to one attempt.</summary>
/// <param name="Code">A short word for why, free of addresses and of what was sent: <c>smtp-451</c>, <c>http-500</c>, <c>timeout</c>.</param>
/// <param name="After">How long the other side asks to be left alone.</param>
public readonly record struct SendAnswer(SendOutcome Outcome, string? Code = null, TimeSpan? After = null)
{
    public static readonly SendAnswer Sent = new(SendOutcome.Sent);

    public static SendAnswer Again(string code, TimeSpan? after = null) => new(SendOutcome.Again, code, after);

    public static SendAnswer Never(string code) => new(SendOutcome.Never, code);
}

/// <summary>When an attempt is repeated, and when it is given up.</summary>
public static class Retries
{
    public const int MostAttempts = 6;

    /// <summary>Longer than the longest attempt: until then nobody else takes a delivery that somebody holds.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    public static readonly TimeSpan LongestAttempt = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private static readonly ImmutableArray<TimeSpan> Waits =
        [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(20), TimeSpan.FromHours(1)];

    /// <summary>The next attempt after one that did not succeed; null when it is given up.</summary>
    /// <param name="attempts">How many were made, this one included.</param>
    /// <param name="toldAt">When the notice arose: what is not worth being sent any more is not sent.</param>
    public static DateTimeOffset? Next(NoticeKind kind, DateTimeOffset toldAt, int attempts, SendAnswer answer, DateTimeOffset at)
    {
        if (answer.Outcome is not SendOutcome.Again || attempts >= MostAttempts) return null;
        var wait = Waits[attempts - 1];
        if (answer.After is { } asked && asked > wait) wait = asked < LongestWait ? asked : LongestWait;
        return IsWorthSending(kind, toldAt, at + wait) ? at + wait : null;
    }

    public static bool IsWorthSending(NoticeKind kind, DateTimeOffset toldAt, DateTimeOffset at) => at <= toldAt + NoticeKinds.GoodFor(kind);
}
