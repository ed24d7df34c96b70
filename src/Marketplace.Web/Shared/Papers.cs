using System.Globalization;
using Marketplace.Platform.Documents;
using Marketplace.Platform.Files;
using Microsoft.Extensions.Localization;

namespace Marketplace.Shared;

/// <summary>Papers of the market in the reader's language, and how they are sent.</summary>
public sealed class Papers(IStringLocalizer<SharedTexts> texts)
{
    /// <param name="at">The moment of the record, never that of printing.</param>
    /// <param name="demo">Of the demonstration.</param>
    /// <param name="rehearsal">Of a rehearsal: no sale came of it.</param>
    public Paper Of(string title, string number, DateTimeOffset at, bool demo, IReadOnlyList<Block> blocks, bool rehearsal = false) =>
        new(title, number, at, CultureInfo.CurrentUICulture.Name, (page, pages) => texts["Paper.PageOf", page, pages].Value, blocks) { Marks = [.. Marks(demo, rehearsal)] };

    private IEnumerable<string> Marks(bool demo, bool rehearsal)
    {
        if (rehearsal) yield return texts["RehearsalBanner"];
        if (demo) yield return texts["Paper.Demo"];
    }

    /// <summary>Prints a paper and sends it under its title, to be saved.</summary>
    public static async Task<IResult> Send(Paper paper, CancellationToken cancellation) =>
        new Attachment(new MemoryStream(await PaperPress.Print(paper, cancellation)), FileNameOf(paper), "application/pdf");

    /// <summary>A hash in groups of eight, so that two can be compared by eye: <c>9f86d081 884c7d65 …</c></summary>
    public static string Grouped(string hash) => string.Join(' ', hash.Chunk(8).Select(part => new string(part)));

    /// <summary>What an address reads back as: the site that was asked.</summary>
    public static string Site(HttpRequest request) => $"{request.Scheme}://{request.Host}";

    private static string FileNameOf(Paper paper) =>
        string.Concat($"{paper.Title} {paper.Number}".Select(c => char.IsControl(c) || "\\/:*?\"<>|".Contains(c, StringComparison.Ordinal) ? '-' : c)) + ".pdf";
}
