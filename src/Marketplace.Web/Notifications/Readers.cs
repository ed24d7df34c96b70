using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Notifications;

/// <summary>How a person wants to be told: language, switches, the secret of the feeds.</summary>
public sealed class Readers(MarketplaceDb db, NoticeSeal seal)
{
    /// <summary>The person's row, made when it is not there yet; saved by the caller.</summary>
    public static async Task<NoticeReaderRow> Of(MarketplaceDb db, Guid person, CancellationToken cancellation)
    {
        if (await db.Set<NoticeReaderRow>().FindAsync([person], cancellation) is { } known) return known;
        var row = new NoticeReaderRow { Person = person, Language = CultureFeature.Chinese.Name };
        db.Add(row);
        return row;
    }

    public async Task<Result<Nothing>> Speak(Guid person, string? language, CancellationToken cancellation)
    {
        if (language != CultureFeature.Chinese.Name && language != CultureFeature.English.Name) return Refusal.UnknownWord;
        (await Of(db, person, cancellation)).Language = language;
        await db.SaveChangesAsync(cancellation);
        return default(Nothing);
    }

    /// <summary>Everything as it stands on the page; what binds stays on whatever stands there.</summary>
    public async Task<Result<Nothing>> Switch(Guid person, IReadOnlyCollection<(NoticeGroup Group, NoticeChannel Channel, bool On)> chosen, CancellationToken cancellation)
    {
        if (chosen.Any(c => !c.On && Switches.IsLocked(c.Group, c.Channel))) return Refusal.NoticeCannotBeSwitchedOff;
        var known = await db.Set<NoticeSwitchRow>().Where(s => s.Person == person).ToListAsync(cancellation);
        foreach (var (group, channel, on) in chosen.Where(c => !Switches.IsLocked(c.Group, c.Channel)))
        {
            if (known.Find(s => s.Group == group && s.Channel == channel) is { } row) row.IsOn = on;
            else if (on != Switches.IsOn(group, channel, null)) db.Add(new NoticeSwitchRow { Person = person, Group = group, Channel = channel, IsOn = on });
        }

        await db.SaveChangesAsync(cancellation);
        return default(Nothing);
    }

    /// <summary>A new secret; addresses with the old one lead nowhere from now on.</summary>
    public async Task RenewFeed(Guid person, CancellationToken cancellation)
    {
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var row = await Of(db, person, cancellation);
        (row.FeedSecret, row.FeedHash) = (seal.CloseText(secret), Hash(secret));
        await db.SaveChangesAsync(cancellation);
    }

    public async Task RevokeFeed(Guid person, CancellationToken cancellation)
    {
        var row = await Of(db, person, cancellation);
        (row.FeedSecret, row.FeedHash) = (null, null);
        await db.SaveChangesAsync(cancellation);
    }

    public async Task<NoticeReaderRow?> ByFeed(string secret, CancellationToken cancellation)
    {
        var hash = Hash(secret);
        return await db.Set<NoticeReaderRow>().AsNoTracking().SingleOrDefaultAsync(r => r.FeedHash == hash, cancellation);
    }

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
