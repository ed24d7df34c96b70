using System.Text;
using Marketplace.Platform.Documents;
using Marketplace.Tests.Host;
using PdfSharp.Pdf;
using PdfSharp.Pdf.IO;

namespace Marketplace.Tests.Platform;

public sealed class PaperTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 24, 15, 24, 17, TimeSpan.FromHours(8));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Paper With(params Block[] blocks) => new("拍卖笔录", "ZJP-1", At, "zh-CN", (n, m) => $"第 {n} 页 共 {m} 页", blocks) { Under = "拍卖法第五十三条" };

    public static TheoryData<string> Naughty =>
    [
        "", " ", "\n\n\n", "\t", new string('啊', 10_000), new string('W', 10_000), new string('，', 3_000), new string('（', 3_000), string.Concat(Enumerable.Repeat("long-word/", 2_000)),
        "مرحبا بالعالم שלום עולם", "‮txt.exe", "😀👨‍👩‍👧‍👦🇨🇳", "a\0b\u0007c\u001b[31m", "\ud800 alone \udc00", "z̸̢͎͇a̷lgo", "<b>&amp;</b> ${x} \\ ( ) %", "ｆｕｌｌ　ｗｉｄｔｈ", "\u2028\u2029\u00ad\u200b\ufeff",
    ];

    [Theory]
    [MemberData(nameof(Naughty))]
    public async Task Whatever_was_written_stays_on_the_page_and_is_printed(string text)
    {
        var blocks = With(
            new Heading(text),
            new Prose(text),
            new FactList([new(text, text), new("标的", text), new("标的", text, true)]),
            new Grid([new(text.Length > 40 ? "记录" : text, 1), new("金额", 3, true)], [[text, text]]),
            new Sum(text.Length > 40 ? "价" : text, text, text),
            new Signatures([new(text, [text.Length > 40 ? "签字" : text]), new("拍卖人", ["日期"])]),
            new Check("https://market.example/", text, [new("散列", text)]));
        var paper = blocks with { Title = text, Number = text, Marks = [text, "演示"], Hash = text };
        var pages = PaperLayout.Of(paper);
        foreach (var placed in pages.SelectMany(p => p.Placed))
        {
            Assert.InRange(placed.X, 40, PaperLayout.PageWidth - 40);
            Assert.InRange(placed.X + placed.Width, 40, PaperLayout.PageWidth - 40);
            Assert.InRange(placed.Y, 20, PaperLayout.PageHeight - 20);
        }

        Assert.Equal(pages.Count, Read(await PaperPress.Print(paper, Cancellation)).PageCount);
    }

    [Fact]
    public async Task The_same_paper_is_the_same_bytes()
    {
        var paper = With(new Prose("成交价 ¥1,280,000.00，合同自落槌时成立。"), new Check("https://market.example/a", "核验", [new("散列", "ab")]));
        var first = await PaperPress.Print(paper, Cancellation);
        Assert.Equal(first, await PaperPress.Print(paper, Cancellation));
        Assert.NotEqual(first, await PaperPress.Print(paper with { At = At.AddSeconds(1) }, Cancellation));
        Assert.NotEqual(first, await PaperPress.Print(paper with { Marks = ["演示"] }, Cancellation));
    }

    [Fact]
    public void A_long_table_repeats_its_head_and_every_page_says_which_of_how_many_it_is()
    {
        var rows = Enumerable.Range(1, 200).Select(i => (IReadOnlyList<string>)[$"行{i}", new string('记', 60)]).ToList();
        var pages = PaperLayout.Of(With(new Grid([new("序号", 1), new("记录内容", 5)], rows)) with { Marks = ["演示专场"], Hash = new string('a', 64) });
        Assert.InRange(pages.Count, 8, 16);
        foreach (var (i, page) in pages.Index())
        {
            var text = page.Text;
            Assert.Contains("记录内容", text, StringComparison.Ordinal);
            Assert.Contains("演示专场", text, StringComparison.Ordinal);
            Assert.Contains("ZJP-1", text, StringComparison.Ordinal);
            Assert.Contains(new string('a', 64), text, StringComparison.Ordinal);
            Assert.Contains($"第 {i + 1} 页 共 {pages.Count} 页", text, StringComparison.Ordinal);
        }

        var all = string.Join('\n', pages.Select(p => p.Text));
        Assert.All(Enumerable.Range(1, 200), i => Assert.Single(all.Split('\n'), l => l == $"行{i}"));
    }

    [Fact]
    public void A_row_that_fits_a_page_is_not_parted_and_one_that_does_not_loses_no_line()
    {
        var parts = Enumerable.Range(1, 150).Select(i => $"第{i}行").ToList();
        var pages = PaperLayout.Of(With(new FactList([new("长", parts, true)])));
        Assert.Equal(parts, pages.SelectMany(p => p.Text.Split('\n')).Where(l => l.StartsWith('第') && l.EndsWith('行')));
        var signed = PaperLayout.Of(With(new Prose(string.Join('\n', Enumerable.Repeat("文", 38))), new Signatures([new("买受人", ["签字", "日期"]), new("拍卖人", ["签字", "日期"])])));
        Assert.Equal(2, signed.Count);
        Assert.DoesNotContain("买受人", signed[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Wherever_the_fields_to_be_signed_come_to_stand_there_are_lines_to_write_on()
    {
        for (var lines = 25; lines < 45; lines++)
        {
            var pages = PaperLayout.Of(With(new Prose(string.Join('\n', Enumerable.Repeat("文", lines))), new Signatures([new("买受人", ["签字", "日期"]), new("拍卖人", ["签字", "日期"])])));
            var page = Assert.Single(pages, p => p.Text.Contains("买受人", StringComparison.Ordinal));
            Assert.Equal(4, page.Placed.Count(p => p is PlacedRule { Weight: 0.6 }));
        }
    }

    [Theory]
    [InlineData("拍卖师宣布成交，买受人签署。", 5, "拍卖师宣布|成交，买受|人签署。")]
    [InlineData("买受人签字。", 5, "买受人签|字。")]
    [InlineData("甲（乙）丙《丁》", 3, "甲|（乙）|丙|《丁》")]
    [InlineData("the auctioneer says", 10, "the|auctioneer|says")]
    [InlineData("abcdefghijkl", 5, "abcde|fghij|kl")]
    [InlineData("共 128 万元", 5, "共 128|万元")]
    [InlineData("一二三四——五", 5, "一二三|四——五")]
    public void Lines_end_where_a_printer_would_end_them(string text, int width, string lines) =>
        Assert.Equal(lines, string.Join('|', LineBreaks.Wrap(text, width, _ => 1)));

    [Fact]
    public void Every_character_of_GB_2312_has_a_picture_and_what_has_none_is_seen_as_its_number()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var gb2312 = Encoding.GetEncoding("gb2312", EncoderFallback.ExceptionFallback, DecoderFallback.ReplacementFallback);
        // The code page keeps five cells for private use.
        var all = string.Concat(from row in Enumerable.Range(0xB0, 0xF8 - 0xB0) from cell in Enumerable.Range(0xA1, 94) let character = gb2312.GetString([(byte)row, (byte)cell]) where character[0] is >= '\u4E00' and <= '\u9FA5' select character);
        Assert.Equal(6_763, all.Length);
        Assert.Equal(all, PaperFonts.Shown(all));
        Assert.Equal("䶮喆堃赟昇珺芃", PaperFonts.Shown("䶮喆堃赟昇珺芃"));
        Assert.Equal("[U+1F600]a[U+202E]b[U+0007] c\nd", PaperFonts.Shown("😀a\u202eb\a\tc\r\nd"));
        Assert.Equal("葛", PaperFonts.Shown("葛\U000E0100"));
        Assert.Equal(Face.Regular, PaperFonts.FaceOf(new Rune('䶮'), Face.Strong));
    }

    [Fact]
    public async Task What_is_printed_can_be_searched_beyond_the_first_plane_too()
    {
        var beyond = Enumerable.Range(0x20000, 0xA000).First(c => PaperFonts.FaceOf(new Rune(c), Face.Strong) == Face.Regular && PaperFonts.Shown(char.ConvertFromUtf32(c)).Length == 2);
        var name = "买受人" + char.ConvertFromUtf32(beyond) + "公司 Ltd";
        Assert.Contains(name, PdfText.Of(await PaperPress.Print(With(new Prose(name)), Cancellation)), StringComparison.Ordinal);
    }

    private static PdfDocument Read(byte[] bytes) => PdfReader.Open(new MemoryStream(bytes), PdfDocumentOpenMode.Import);
}
