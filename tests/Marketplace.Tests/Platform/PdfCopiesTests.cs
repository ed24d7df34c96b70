using System.Diagnostics;
using System.Globalization;
using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Platform.Documents;
using Marketplace.Platform.Files;
using Marketplace.Tests.Host;
using PdfSharp.Fonts;
using PdfSharp.Pdf;
using PdfSharp.Pdf.IO;

namespace Marketplace.Tests.Platform;

/// <summary>Copies with their reader's mark on every page, and files that would end or hold up whoever reads them.</summary>
public sealed class PdfCopiesTests
{
    private static readonly CopyMark Mark = new("甬江精密仪器有限公司", "林知遥", new DateTimeOffset(2026, 11, 24, 7, 39, 48, TimeSpan.Zero), "C-7K2M9QXPBD");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_page_carries_reader_moment_and_number_at_its_foot_and_across_it()
    {
        var watch = Stopwatch.StartNew();
        var copy = PdfCopies.Mark(MarketHost.Pdf(50), Mark);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
        using var read = PdfReader.Open(new MemoryStream(copy), PdfDocumentOpenMode.Import);
        Assert.Equal(50, read.PageCount);
        for (var i = 0; i < read.PageCount; i++)
        {
            var drawn = Drawn(read.Pages[i]);
            Assert.Equal(4, Count(drawn, $"{Mark.Reader} · {Mark.Person}"));
            Assert.Equal(4, Count(drawn, $"2026-11-24 15:39:48 (UTC+8) · {Mark.Number}"));
            Assert.Contains($"Original page {i + 1}", Original(read.Pages[i]), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/Rotate 90", "0 0 595 842")]
    [InlineData("/Rotate 180", "0 0 595 842")]
    [InlineData("/Rotate 270 /CropBox [100 400 500 800]", "0 0 595 842")]
    [InlineData("/CropBox [0 0 -5 7]", "100 200 695 1042")]
    [InlineData("", "595 842 0 0")]
    [InlineData("", "0 0 20 20")]
    [InlineData("", "0 0 14400 14400")]
    public void A_page_that_is_turned_cropped_or_odd_is_marked_and_keeps_its_sheet(string page, string box)
    {
        var pdf = MarketHost.Pdf(1, box, page);
        Assert.Equal(1, PdfCopies.Examine(pdf).Value);
        using var before = PdfReader.Open(new MemoryStream(pdf), PdfDocumentOpenMode.Import);
        using var after = PdfReader.Open(new MemoryStream(PdfCopies.Mark(pdf, Mark)), PdfDocumentOpenMode.Import);
        Assert.Equal(before.Pages[0].Rotate, after.Pages[0].Rotate);
        Assert.Equal(4, Count(Drawn(after.Pages[0]), $"{Mark.Reader} · {Mark.Person}"));
    }

    [Fact]
    public void What_a_page_leaves_behind_moves_no_mark()
    {
        // It scales everything after it, saves a state too many and draws in white.
        var copy = PdfCopies.Mark(MarketHost.Pdf(1, draw: "0.01 0 0 0.01 5000 5000 cm q q 1 g 1 G 0 0 1 1 re W n"), Mark);
        using var read = PdfReader.Open(new MemoryStream(copy), PdfDocumentOpenMode.Import);
        var parts = Content(read.Pages[0]);
        Assert.DoesNotContain("0.01 0 0 0.01", parts, StringComparison.Ordinal);
        Assert.Contains("/Original Do", parts, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_file_tells_its_pages() => Assert.Equal(3, (await PdfTrial.Run(MarketHost.Pdf(3), Token)).Value);

    [Fact]
    public void A_name_that_no_font_has_is_written_as_its_number()
    {
        var copy = PdfCopies.Mark(MarketHost.Pdf(1), Mark with { Person = "Zoë 😀 \u202Etxt" });
        using var read = PdfReader.Open(new MemoryStream(copy), PdfDocumentOpenMode.Import);
        Assert.Equal(4, Count(Drawn(read.Pages[0]), "[U+1F600]"));
    }

    public static TheoryData<string, Refusal> Naughty => new()
    {
        { "empty", Refusal.FileUnreadable },
        { "cut off", Refusal.FileUnreadable },
        { "no pages", Refusal.FileUnreadable },
        { "pages that are their own kids", Refusal.FileUnreadable },
        { "a hundred thousand lists in each other", Refusal.FileUnreadable },
        { "tables in a circle", Refusal.FileUnreadable },
        { "a page without a sheet", Refusal.FileUnreadable },
        { "a page written in no known way", Refusal.FileUnreadable },
        { "encrypted", Refusal.FileEncrypted },
        { "a script at the opening", Refusal.FileHasScript },
        { "a program to start", Refusal.FileHasScript },
        { "an attachment", Refusal.FileHidesAnother },
        { "a page of six metres", Refusal.PageTooLarge },
        { "501 pages", Refusal.TooManyPages },
        { "a page that unfolds without an end", Refusal.FileUnreadable },
    };

    [Theory]
    [MemberData(nameof(Naughty))]
    public async Task A_naughty_file_is_refused_by_name_and_harms_nobody(string what, Refusal why) => Assert.Equal(why, (await PdfTrial.Run(Make(what), Token)).Refusal);

    private static byte[] Make(string what) => what switch
    {
        "empty" => "%PDF-1.4\n%%EOF"u8.ToArray(),
        "cut off" => MarketHost.Pdf(20)[..900],
        "no pages" => MarketHost.Pdf(["<< /Type /Catalog >>"]),
        "pages that are their own kids" => MarketHost.Pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"]),
        "a hundred thousand lists in each other" => MarketHost.Pdf(1, catalog: $"/X {new string('[', 100_000)}{new string(']', 100_000)}"),
        "tables in a circle" => MarketHost.Pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"], "/Prev {table}"),
        "a page without a sheet" => MarketHost.Pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R >>"]),
        "a page written in no known way" => MarketHost.Pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>", "<< /Length 3 /Filter /Unheard >>\nstream\nq Q\nendstream"]),
        "encrypted" => MarketHost.Pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>", "<< /Filter /Standard /V 1 /R 2 /O (x) /U (y) /P -4 >>"], "/Encrypt 4 0 R"),
        "a script at the opening" => MarketHost.Pdf(1, catalog: "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"),
        "a program to start" => MarketHost.Pdf(1, page: "/AA << /O << /S /Launch /F (calc.exe) >> >>"),
        "an attachment" => MarketHost.Pdf(1, catalog: "/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /EF << >> >>] >> >>"),
        "a page of six metres" => MarketHost.Pdf(1, "0 0 17000 842"),
        "501 pages" => MarketHost.Pdf(501),
        "a page that unfolds without an end" => Bomb(),
        _ => throw new InvalidOperationException(what),
    };

    /// <summary>A gigabyte of nothing in a megabyte.</summary>
    private static byte[] Bomb()
    {
        using var packed = new MemoryStream();
        using (var zip = new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            var nothing = new byte[1 << 20];
            for (var i = 0; i < 1024; i++) zip.Write(nothing);
        }

        return MarketHost.Pdf(
            ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>",
                $"<< /Length {packed.Length} /Filter /FlateDecode >>\nstream\n{Encoding.Latin1.GetString(packed.ToArray())}\nendstream"]);
    }

    private static string Content(PdfPage page)
    {
        var text = new StringBuilder();
        for (var i = 0; i < page.Contents.Elements.Count; i++)
        {
            var stream = page.Contents.Elements.GetDictionary(i)!.Stream!;
            stream.TryUncompress();
            text.AppendLine(Encoding.Latin1.GetString(stream.Value));
        }

        return text.ToString();
    }

    private static string Original(PdfPage page)
    {
        var form = page.Elements.GetDictionary("/Resources")!.Elements.GetDictionary("/XObject")!.Elements.GetDictionary("/Original")!;
        form.Stream!.TryUncompress();
        return Encoding.Latin1.GetString(form.Stream.Value);
    }

    /// <summary>The glyphs that the page's own content draws after the original.</summary>
    private static string Drawn(PdfPage page) => Content(page).Replace("\n", "", StringComparison.Ordinal).ToUpperInvariant();

    private static int Count(string drawn, string text)
    {
        var font = PaperFonts.Font(Face.Regular, 10);
        var glyphs = string.Concat(text.EnumerateRunes().Select(r => GlyphHelper.GlyphIndexFromCodePoint(r.Value, font).ToString("X4", CultureInfo.InvariantCulture)));
        return drawn.Split(glyphs).Length - 1;
    }
}
