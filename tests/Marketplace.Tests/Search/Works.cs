using Marketplace.Search.Index;

namespace Marketplace.Tests.Search;

/// <summary>A real Chinese scientific work (Data/csl, Apache-2.0).</summary>
public sealed record CslWork(string Title, IReadOnlyList<string> Keywords, string Abstract)
{
    /// <summary>The thousand works, in the order of the file.</summary>
    public static IReadOnlyList<CslWork> All { get; } =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "csl", "works.tsv")).Select(line => line.Split('\t')).Select(part => new CslWork(part[0], part[1].Split('_'), part[2]))];

    /// <summary>The work as something that can be found.</summary>
    public SearchDocument Document(int number, bool withTitle = true) => new()
    {
        Key = new DocumentKey(Found.Achievement, number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        Title = withTitle ? Title : $"CSL-{number:0000}",
        Summary = Abstract,
        At = DateTimeOffset.UnixEpoch,
        Url = $"/achievements/{number}",
    };

    /// <summary>The mean of 1 / place of the right work among the first ten; 0 where it is not among them.</summary>
    public static async Task<double> MeanReciprocalRank(Func<string, Task<IReadOnlyList<string>>> find, Func<CslWork, string> ask)
    {
        var sum = 0.0;
        for (var i = 0; i < All.Count; i++)
        {
            var place = (await find(ask(All[i]))).Take(10).ToList().IndexOf(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (place >= 0) sum += 1.0 / (place + 1);
        }

        return sum / All.Count;
    }
}
