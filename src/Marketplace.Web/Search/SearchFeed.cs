using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using System.Xml;
using Marketplace.Domain.Common;
using Marketplace.Search.Index;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Search;

/// <summary>One entry, as JSON Feed 1.1 names its parts.</summary>
public sealed record FeedItem(
    string Id, string Url, string Title, [property: JsonPropertyName("content_text")] string Text, [property: JsonPropertyName("date_published")] string PublishedAt,
    IReadOnlyList<FeedAuthor>? Authors, IReadOnlyList<string> Tags);

public sealed record FeedAuthor(string Name);

/// <summary>A search as JSON Feed 1.1.</summary>
public sealed record Feed(
    string Version, string Title, [property: JsonPropertyName("home_page_url")] string Home, [property: JsonPropertyName("feed_url")] string Self, string Language, IReadOnlyList<FeedItem> Items);

/// <summary>A search to be followed by programs: what everybody may find, the newest first, for the same parameters as the page.</summary>
public static class SearchFeed
{
    public const string JsonAddress = "/search/feed.json", AtomAddress = "/search/feed.xml";

    private const string JsonType = "application/feed+json; charset=utf-8", AtomType = "application/atom+xml; charset=utf-8", AtomSpace = "http://www.w3.org/2005/Atom", Version = "https://jsonfeed.org/version/1.1";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static void Map(WebApplication app)
    {
        app.MapGet(JsonAddress, (HttpRequest request, [AsParameters] Parts parts, CancellationToken cancellation) => Answer(request, parts, feed => Results.Json(feed, Json, JsonType), cancellation))
            .WithTags("Search").WithName("SearchFeedJson").Produces<Feed>(StatusCodes.Status200OK, JsonType).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        app.MapGet(AtomAddress, (HttpRequest request, [AsParameters] Parts parts, CancellationToken cancellation) => Answer(request, parts, feed => Results.Bytes(Atom(feed, parts.Clock.GetUtcNow()), AtomType), cancellation))
            .WithTags("Search").WithName("SearchFeedAtom").Produces(StatusCodes.Status200OK, contentType: AtomType).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>What a feed is made with.</summary>
    public sealed record Parts(
        [FromServices] ISearchIndex Index,
        [FromServices] FacetNames Names,
        [FromServices] Refusals Refusals,
        [FromServices] TimeProvider Clock,
        [FromServices] IStringLocalizer<SearchTexts> Texts,
        [FromServices] IStringLocalizer<SharedTexts> Shared);

    private static async Task<IResult> Answer(HttpRequest request, Parts parts, Func<Feed, IResult> write, CancellationToken cancellation)
    {
        // Whoever fetches a feed is not signed in, and what it was told goes on to others.
        var read = SearchRequest.Read(request.Query.ToDictionary(), Audience.Public);
        if (!read.Done) return parts.Refusals.Problem(read.Refusal.Value, read.Detail);
        try
        {
            var query = read.Value.Query with { Order = SearchOrder.Newest, Count = [] };
            var answer = await parts.Index.Find(query, cancellation);
            var root = $"{request.Scheme}://{request.Host}";
            var title = query.Text is { } words ? parts.Texts["Title.Words", words].Value : parts.Texts["Title"].Value;
            return write(new Feed(
                Version, $"{title} · {parts.Shared["Brand"].Value}", root + new SearchAddress(request.Query).With(), $"{root}{request.Path}{request.QueryString}", CultureInfo.CurrentUICulture.Name,
                [.. answer.Hits.Select(h => Item(h.Document, root, parts.Names))]));
        }
        catch (SearchUnavailableException)
        {
            return parts.Refusals.Problem(Refusal.SearchUnavailable);
        }
    }

    private static FeedItem Item(SearchDocument d, string root, FacetNames names) => new(
        root + d.Url, root + d.Url, d.Title, d.Summary, Instant.Write(d.At), d.OwnerName is { } owner ? [new FeedAuthor(owner)] : null,
        [.. d.Fields.Select(f => names.Of(d.Key.Kind, Facet.Field, f)), .. d.Keywords]);

    private static byte[] Atom(Feed feed, DateTimeOffset now)
    {
        using var stream = new MemoryStream();
        using (var xml = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true }))
        {
            xml.WriteStartElement("feed", AtomSpace);
            xml.WriteAttributeString("xml", "lang", null, feed.Language);
            Text("id", feed.Self);
            Text("title", feed.Title);
            Text("updated", feed.Items.Count > 0 ? feed.Items[0].PublishedAt : Instant.Write(now));
            Link("self", feed.Self);
            Link("alternate", feed.Home);
            foreach (var item in feed.Items)
            {
                xml.WriteStartElement("entry", AtomSpace);
                Text("id", item.Id);
                Text("title", item.Title);
                Text("updated", item.PublishedAt);
                Text("published", item.PublishedAt);
                Link("alternate", item.Url);
                xml.WriteStartElement("author", AtomSpace);
                Text("name", item.Authors?[0].Name ?? feed.Title);
                xml.WriteEndElement();
                foreach (var tag in item.Tags)
                {
                    xml.WriteStartElement("category", AtomSpace);
                    xml.WriteAttributeString("term", Clean(tag));
                    xml.WriteEndElement();
                }

                Text("summary", item.Text);
                xml.WriteEndElement();
            }

            xml.WriteEndElement();

            void Text(string name, string value) => xml.WriteElementString(name, AtomSpace, Clean(value));

            void Link(string rel, string href)
            {
                xml.WriteStartElement("link", AtomSpace);
                xml.WriteAttributeString("rel", rel);
                xml.WriteAttributeString("href", href);
                xml.WriteEndElement();
            }
        }

        return stream.ToArray();
    }

    /// <summary>XML has no place for some characters that people may store.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i])) clean.Append(text[i]);
            else if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i])) clean.Append(text[i]).Append(text[++i]);
            else clean.Append('\uFFFD');
        }

        return clean.ToString();
    }
}
