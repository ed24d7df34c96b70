using System.Text.Json;
using Marketplace.Domain.Notifications;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;

namespace Marketplace.Notifications;

/// <summary>
/// How a room says, inside its own transaction, that somebody is told something. What becomes of it afterwards is none of
/// the room's business: it is in the inbox at once, and <see cref="NoticePost"/> sends it on.
/// </summary>
public interface INotifier
{
    /// <summary>Rows for the caller to save with its change. What the same recipient was told of the same event already is left out when they are saved.</summary>
    void Tell(MarketplaceDb db, IEnumerable<Notice> notices);

    /// <summary>The statement of an append; told again, it changes nothing.</summary>
    SideWrite Write(Notice notice);
}

/// <inheritdoc />
public sealed class Notifier : INotifier
{
    public void Tell(MarketplaceDb db, IEnumerable<Notice> notices) => db.AddRange(notices.Select(RowOf));

    public SideWrite Write(Notice notice)
    {
        var row = RowOf(notice);
        return new SideWrite(
            "INSERT INTO notices (id, kind, recipient, to_person, subject, fills, url, at, event) VALUES (@id, @kind, @recipient, @person, @subject, @fills, @url, @at, @event) " +
            "ON CONFLICT (recipient, event) DO NOTHING",
            ("id", row.Id), ("kind", row.Kind.ToString()), ("recipient", row.Recipient), ("person", row.ToPerson), ("subject", row.Subject), ("fills", row.Fills),
            ("url", row.Url), ("at", row.At), ("event", row.Event));
    }

    /// <summary>Its id is drawn: made of event and recipient it would tell both to whoever tries all organisations.</summary>
    private static NoticeRow RowOf(Notice notice) => new()
    {
        Id = Guid.CreateVersion7(notice.At),
        Kind = notice.Kind,
        Recipient = notice.Recipient.Id,
        ToPerson = notice.Recipient.IsPerson,
        Subject = notice.Subject,
        Fills = JsonSerializer.Serialize(notice.Values.Select(v => v.Write())),
        Url = notice.Url,
        At = notice.At,
        Event = notice.Id,
    };
}
