using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using System.Xml;
using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Shared;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Notifications;

/// <summary>
/// The newest notices of one person for a feed reader: Atom 1.0 (RFC 4287) and JSON Feed 1.1. Whoever has the address reads
/// it, so it says no more than a mail does.
/// </summary>
public static class Feeds
{
    private const int Most = 50;
    private const string Atom = "http://www.w3.org/2005/Atom";

    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private sealed record Item(Guid Id, DateTimeOffset At, NoticeWords Words, string Link);

    private sealed record Feed(string Title, string Language, string Home, string Self, IReadOnlyList<Item> Items);

    public static void MapFeeds(this WebApplication app)
    {
        app.MapGet("/feeds/{secret}.xml", SendAtom).ExcludeFromDescription();
        app.MapGet("/feeds/{secret}.json", SendJson).ExcludeFromDescription();
    }

    private static async Task<IResult> SendAtom(string secret, HttpContext http, Readers readers, Inbox inbox, NoticeSays says, CancellationToken cancellation) =>
        await Read(secret, http, readers, inbox, says, cancellation) is { } feed ? Results.Bytes(Xml(feed), "application/atom+xml; charset=utf-8") : Results.NotFound();

    private static async Task<IResult> SendJson(string secret, HttpContext http, Readers readers, Inbox inbox, NoticeSays says, CancellationToken cancellation) =>
        await Read(secret, http, readers, inbox, says, cancellation) is { } feed
            ? Results.Bytes(JsonSerializer.SerializeToUtf8Bytes(new
            {
                version = "https://jsonfeed.org/version/1.1",
                title = feed.Title,
                home_page_url = feed.Home,
                feed_url = feed.Self,
                language = feed.Language,
                items = feed.Items.Select(i => new { id = $"urn:uuid:{i.Id}", url = i.Link, title = i.Words.Title, content_text = i.Words.Text, date_published = Instant.Write(i.At) }),
            }, Options), "application/feed+json; charset=utf-8")
            : Results.NotFound();

    private static async Task<Feed?> Read(string secret, HttpContext http, Readers readers, Inbox inbox, NoticeSays says, CancellationToken cancellation)
    {
        if (secret.Length != 64 || await readers.ByFeed(secret, cancellation) is not { } reader) return null;
        http.Response.Headers.CacheControl = "private, max-age=60";
        http.Response.Headers["X-Robots-Tag"] = "noindex";
        var rows = await (await inbox.Of(reader.Person, NoticeChannel.Feed, null, cancellation)).OrderByDescending(n => n.At).ThenByDescending(n => n.Id).Take(Most).ToListAsync(cancellation);
        var site = Papers.Site(http.Request);
        return new Feed(
            says.Say(reader.Language, "Feed.Title"), reader.Language, $"{site}/inbox", site + http.Request.Path,
            rows.ConvertAll(r => new Item(r.Id, r.At, says.Outside(r, reader.Language), $"{site}/inbox/{r.Id}")));
    }

    private static byte[] Xml(Feed feed)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, new XmlWriterSettings { Encoding = new System.Text.UTF8Encoding(false), Indent = true }))
        {
            xml.WriteStartElement("feed", Atom);
            xml.WriteAttributeString("xml", "lang", null, feed.Language);
            Write(xml, "id", feed.Home);
            Write(xml, "title", feed.Title);
            Write(xml, "updated", Instant.Write(feed.Items.Count > 0 ? feed.Items[0].At : DateTimeOffset.UnixEpoch));
            Link(xml, "self", feed.Self, "application/atom+xml");
            Link(xml, "alternate", feed.Home, "text/html");
            xml.WriteStartElement("author", Atom);
            Write(xml, "name", feed.Title);
            xml.WriteEndElement();
            foreach (var item in feed.Items)
            {
                xml.WriteStartElement("entry", Atom);
                Write(xml, "id", $"urn:uuid:{item.Id}");
                Write(xml, "title", item.Words.Title);
                Write(xml, "updated", Instant.Write(item.At));
                Link(xml, "alternate", item.Link, "text/html");
                xml.WriteStartElement("content", Atom);
                xml.WriteAttributeString("type", "text");
                xml.WriteString(Readable(item.Words.Text));
                xml.WriteEndElement();
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        return bytes.ToArray();
    }

    private static void Write(XmlWriter xml, string name, string text) => xml.WriteElementString(name, Atom, Readable(text));

    private static void Link(XmlWriter xml, string rel, string href, string type)
    {
        xml.WriteStartElement("link", Atom);
        xml.WriteAttributeString("rel", rel);
        xml.WriteAttributeString("type", type);
        xml.WriteAttributeString("href", href);
        xml.WriteEndElement();
    }

    /// <summary>XML knows no control characters, not even escaped.</summary>
    private static string Readable(string text) => string.Concat(text.EnumerateRunes().Select(r => r.IsBmp && !XmlConvert.IsXmlChar((char)r.Value) ? "\uFFFD" : r.ToString()));
}
