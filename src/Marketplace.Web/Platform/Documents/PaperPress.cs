using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using PdfSharp.Drawing;
using PdfSharp.Fonts;
using PdfSharp.Pdf;
using QRCoder;

namespace Marketplace.Platform.Documents;

/// <summary>Prints papers as PDF with their fonts inside. The same paper gives the same bytes.</summary>
public static partial class PaperPress
{
    // One paper at a time: the library's fonts are the process's, and printing never takes a second core from the bidding.
    private static readonly SemaphoreSlim Turn = new(1);

    public static async Task<byte[]> Print(Paper paper, CancellationToken cancellation = default)
    {
        await Turn.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => Write(paper, PaperLayout.Of(paper)), cancellation);
        }
        finally
        {
            Turn.Release();
        }
    }

    private static byte[] Write(Paper paper, IReadOnlyList<PaperPage> pages)
    {
        using var document = new PdfDocument { Language = paper.Language };
        document.Info.Title = Plain($"{paper.Title} {paper.Number}");
        document.Info.Creator = "Marketplace";
        document.Info.CreationDate = document.Info.ModificationDate = paper.At.UtcDateTime;
        document.ViewerPreferences.DisplayDocTitle = true;
        // The library's table from glyphs to text takes a character beyond the first plane as its two halves.
        document.RenderEvents.RenderTextEvent += static (_, e) =>
        {
            foreach (ref var pair in e.CodePointGlyphIndexPairs.AsSpan())
            {
                if (pair.CodePoint > 0xFFFF) pair = new CodePointGlyphIndexPair(Halves(pair.CodePoint), pair.GlyphIndex);
            }
        };
        foreach (var page in pages)
        {
            var sheet = document.AddPage();
            (sheet.Width, sheet.Height) = (XUnit.FromPoint(PaperLayout.PageWidth), XUnit.FromPoint(PaperLayout.PageHeight));
            using var graphics = XGraphics.FromPdfPage(sheet);
            foreach (var placed in page.Placed) Draw(graphics, placed);
        }

        using var written = new MemoryStream();
        document.Save(written);
        return Settle(written.ToArray(), paper, pages);
    }

    private static int Halves(int codePoint)
    {
        var halves = char.ConvertFromUtf32(codePoint);
        return (halves[0] << 16) | halves[1];
    }

    private static void Draw(XGraphics graphics, Placed placed)
    {
        switch (placed)
        {
            case PlacedText text:
                graphics.DrawString(text.Text, PaperFonts.Font(text.Face, text.Size), new XSolidBrush(Colour(text.Ink)), new XPoint(text.X, text.Y), XStringFormats.BaseLineLeft);
                break;
            case PlacedRule rule:
                graphics.DrawLine(new XPen(Colour(rule.Ink), rule.Weight), rule.X, rule.Y, rule.X + rule.Width, rule.Y);
                break;
            case PlacedFrame frame:
                graphics.DrawRectangle(new XPen(Colour(frame.Ink), 0.8), frame.X, frame.Y, frame.Width, frame.Height);
                break;
            case PlacedCode code:
                DrawCode(graphics, code);
                break;
            default: throw new ArgumentOutOfRangeException(nameof(placed), placed, null);
        }
    }

    private static void DrawCode(XGraphics graphics, PlacedCode code)
    {
        using var data = QRCodeGenerator.GenerateQrCode(code.Content, QRCodeGenerator.ECCLevel.M);
        var modules = data.ModuleMatrix;
        var unit = code.Width / modules.Count;
        // One path for all: between single fields a viewer would leave hairlines.
        var path = new XGraphicsPath { FillMode = XFillMode.Winding };
        for (var row = 0; row < modules.Count; row++)
        {
            for (var column = 0; column < modules.Count; column++)
            {
                if (!modules[row][column]) continue;
                var from = column;
                while (column + 1 < modules.Count && modules[row][column + 1]) column++;
                path.AddRectangle(code.X + (from * unit), code.Y + (row * unit), (column - from + 1) * unit, unit);
            }
        }

        graphics.DrawPath(XBrushes.Black, path);
    }

    private static XColor Colour(Ink ink) => ink switch
    {
        Ink.Text => XColor.FromArgb(22, 32, 43),
        Ink.Soft => XColor.FromArgb(81, 96, 111),
        Ink.Hair => XColor.FromArgb(186, 196, 206),
        Ink.Alert => XColor.FromArgb(168, 36, 22),
    };

    /// <summary>The library writes its title into XML as it comes.</summary>
    private static string Plain(string text) => text.Replace('<', '＜').Replace('>', '＞').Replace('&', '＆');

    /// <summary>Puts what follows from the pages where the library put chance: the marks of the fonts' subsets and the document's identifiers, all as long as before.</summary>
    private static byte[] Settle(byte[] written, Paper paper, IReadOnlyList<PaperPage> pages)
    {
        var seed = SHA256.HashData(Encoding.UTF8.GetBytes($"{paper.Title}\n{paper.Number}\n{paper.At:O}\n{string.Join('\f', pages.Select(p => string.Join('\n', p.Placed)))}"));
        var name = Convert.ToHexString(seed);
        var text = Encoding.Latin1.GetString(written);
        text = SubsetMark().Replace(text, "/MARKET+$1");
        text = Identifier().Replace(text, $"uuid:{new Guid(seed.AsSpan(0, 16))}");
        text = FileIdentifier().Replace(text, m => $"/ID[<{name[..32]}><{name[..32]}>]".PadRight(m.Length));
        return Encoding.Latin1.GetBytes(text);
    }

    [GeneratedRegex("/[A-Z]{6}\\+(Noto[A-Za-z0-9#-]+)")]
    private static partial Regex SubsetMark();

    [GeneratedRegex("uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Identifier();

    [GeneratedRegex("/ID\\s*\\[\\s*<[0-9A-Fa-f]{32}>\\s*<[0-9A-Fa-f]{32}>\\s*\\]")]
    private static partial Regex FileIdentifier();
}
