using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Search.Index;
using Marketplace.Tests.Search;

namespace Marketplace.Benchmarks;

/// <summary>As many listings as wanted, made from the real works: each keeps one work's keywords, and mixes its sentences and its title with another's.</summary>
internal sealed class SearchListings
{
    private static readonly string[] Cities = ["330100", "330200", "330300", "330400", "330500", "330600", "330700", "330800", "330900", "331000", "331100"];
    private static readonly char[] SentenceEnds = ['。', '.', '；', ';'];

    public SearchListings(int count)
    {
        var chance = new Random(20261128);
        var works = CslWork.All;
        var sentences = works.Select(w => w.Abstract.Split(SentenceEnds, StringSplitOptions.RemoveEmptyEntries).Where(s => s.Length > 8).ToArray()).ToList();
        var documents = new List<SearchDocument>(count);
        for (var i = 0; i < count; i++)
        {
            var (first, second) = (i % works.Count, chance.Next(works.Count));
            var mixed = sentences[first].Concat(sentences[second].Take(2)).OrderBy(_ => chance.Next()).Take(6);
            var unit = chance.Next(400);
            documents.Add(new SearchDocument
            {
                Key = new DocumentKey(Found.Achievement, i.ToString(CultureInfo.InvariantCulture)),
                Title = i < works.Count ? works[first].Title : Half(works[first].Title, chance, front: true) + Half(works[second].Title, chance, front: false),
                Summary = string.Join('。', mixed),
                Keywords = [.. works[first].Keywords.Where(_ => chance.Next(3) > 0), works[second].Keywords[chance.Next(works[second].Keywords.Count)], $"型号{i:X5}"],
                Field = ((TechField)chance.Next(11)).ToString(),
                Highlands = chance.Next(3) == 0 ? [((Highland)chance.Next(3)).ToString()] : [],
                Trl = 1 + chance.Next(9),
                Ways = [((WayOfTrade)chance.Next(8)).ToString()],
                Region = Cities[chance.Next(Cities.Length)],
                Owner = new Guid(unit, 0, 0, new byte[8]),
                OwnerName = $"第{unit}研究院",
                State = chance.Next(10) == 0 ? "InTrade" : "Published",
                PriceFen = chance.Next(4) == 0 ? null : 100_000L * (1 + chance.Next(5_000)),
                At = DateTimeOffset.UnixEpoch.AddMinutes(i),
                Url = $"/achievements/{i}",
            });
        }

        Documents = documents;
        Questions = [.. Enumerable.Range(0, 2_000).Select(_ => documents[chance.Next(count)]).Select(d => new Question(d.Key.Id, Ask(d, chance)))];
    }

    public IReadOnlyList<SearchDocument> Documents { get; }

    /// <summary>What is asked, and the listing that was meant.</summary>
    public IReadOnlyList<Question> Questions { get; }

    public sealed record Question(string Meant, string Text);

    /// <summary>Half of the people write keywords, a quarter the title, a quarter a stretch of a sentence with a keyword.</summary>
    private static string Ask(SearchDocument d, Random chance)
    {
        var keywords = d.Keywords.Take(d.Keywords.Count - 1).ToList();
        return chance.Next(4) switch
        {
            0 => d.Title,
            1 => Stretch(d.Summary, chance) + " " + keywords[chance.Next(keywords.Count)],
            _ => string.Join(' ', keywords),
        };
    }

    private static string Stretch(string text, Random chance)
    {
        var from = chance.Next(Math.Max(1, text.Length - 14));
        return text.Substring(from, Math.Min(14, text.Length - from));
    }

    private static string Half(string title, Random chance, bool front)
    {
        var cut = Math.Clamp(title.Length / 2 + chance.Next(-2, 3), 1, title.Length - 1);
        return front ? title[..cut] : title[cut..];
    }
}
