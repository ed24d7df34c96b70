using System.Globalization;
using System.Text.RegularExpressions;
using Marketplace.Domain.Common;
using Marketplace.Platform.Documents;
using PdfSharp.Drawing;
using PdfSharp.Pdf;
using PdfSharp.Pdf.IO;

namespace Marketplace.Platform.Files;

/// <summary>What stands on every page of one copy: for whom it was made, when, and the number by which it can be traced.</summary>
public sealed record CopyMark(string Reader, string Person, DateTimeOffset At, string Number);

/// <summary>
/// Copies of PDF files that carry their reader's mark. Pages are taken over, nothing else of the file is: no script, no
/// attachment, no form. <see cref="Mark"/> is for files that passed <see cref="Examine"/> in a process of its own: what
/// the library is given unexamined can end the process, and no handler would see it.
/// </summary>
public static partial class PdfCopies
{
    public const int MostPages = 500;

    /// <summary>The longest side a page may have, in points (ISO 32000-1, annex C).</summary>
    public const double MostSide = 14_400;

    /// <summary>Content of one page that unfolds beyond this is no page for a reader.</summary>
    private const int MostContent = 64 * 1024 * 1024;

    private static readonly string[] Acts = ["/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute"];

    /// <summary>Only how it is encrypted is ever looked for in the raw bytes: the trailer is always plain.</summary>
    public static bool IsEncrypted(byte[] pdf) => Encryption().IsMatch(System.Text.Encoding.Latin1.GetString(pdf));

    /// <summary>
    /// The number of pages of a file that can be copied, or why it cannot. Order of refusals: FileEncrypted, FileUnreadable,
    /// TooManyPages, FileHasScript, FileHidesAnother, PageTooLarge.
    /// </summary>
    public static Result<int> Examine(byte[] pdf)
    {
        if (IsEncrypted(pdf)) return Refusal.FileEncrypted;
        try
        {
            using var source = PdfReader.Open(new MemoryStream(pdf, writable: false), PdfDocumentOpenMode.Import);
            if (source.PageCount == 0) return Refusal.FileUnreadable;
            if (source.PageCount > MostPages) return Refusal.TooManyPages;
            foreach (var item in source.Internals.GetAllObjects().OfType<PdfDictionary>())
            {
                if (Danger(item) is { } danger) return danger;
            }

            foreach (var page in source.Pages)
            {
                if (VisibleOf(page) is not { } box) return Refusal.FileUnreadable;
                if (box.Width > MostSide || box.Height > MostSide) return Refusal.PageTooLarge;
            }

            Mark(pdf, new CopyMark("—", "—", DateTimeOffset.UnixEpoch, "—"));
            return source.PageCount;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The library knows no one kind of exception for a file that it cannot read.
            return Refusal.FileUnreadable;
        }
    }

    /// <summary>The file with the mark on each of its pages: a line at the foot and three across the page.</summary>
    public static byte[] Mark(byte[] pdf, CopyMark mark)
    {
        using var source = PdfReader.Open(new MemoryStream(pdf, writable: false), PdfDocumentOpenMode.Import);
        using var copy = new PdfDocument();
        copy.Info.Title = mark.Number;
        var moment = mark.At.ToOffset(Instant.Beijing).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        var who = PaperFonts.Shown($"{mark.Reader} · {mark.Person}").ReplaceLineEndings(" ");
        var when = $"{moment} (UTC+8) · {mark.Number}";
        foreach (var page in source.Pages) Draw(copy, copy.AddPage(page), who, when);
        using var saved = new MemoryStream();
        copy.Save(saved, closeStream: false);
        return saved.ToArray();
    }

    /// <summary>
    /// Draws in the page as it is shown: its crop, turned as the reader turns it. What the page itself draws is put into an
    /// object of its own first, so that no state it leaves behind moves or hides the mark.
    /// </summary>
    private static void Draw(PdfDocument copy, PdfPage page, string who, string when)
    {
        var box = VisibleOf(page) ?? throw new InvalidDataException("A page without a size.");
        var turned = (page.Elements.GetInteger("/Rotate") % 360 + 360) % 360;
        Enclose(copy, page);
        page.Elements.Remove("/Rotate");
        page.Elements.Remove("/CropBox");
        page.MediaBox = new PdfRectangle(new XPoint(box.Left, box.Top), new XPoint(box.Right, box.Bottom));
        using (var graphics = XGraphics.FromPdfPage(page, XGraphicsPdfPageOptions.Append))
        {
            var shown = turned switch
            {
                90 => new XMatrix(0, 1, 1, 0, box.Left, box.Top),
                180 => new XMatrix(-1, 0, 0, 1, box.Right, box.Top),
                270 => new XMatrix(0, -1, -1, 0, box.Right, box.Bottom),
                _ => new XMatrix(1, 0, 0, -1, box.Left, box.Bottom),
            };
            // The library counts from the top of the page, the page from its foot.
            shown.Append(new XMatrix(1, 0, 0, -1, 0, page.Height.Point));
            graphics.MultiplyTransform(shown);
            var (width, height) = turned is 90 or 270 ? (box.Height, box.Width) : (box.Width, box.Height);
            var size = Math.Clamp(Math.Min(width, height) / 60, 2, 60);
            Line(graphics, $"保密 CONFIDENTIAL · {who}", size, XBrushes.DimGray, width / 2, height - size * 2.6, width * 0.94);
            Line(graphics, when, size, XBrushes.DimGray, width / 2, height - size * 1.3, width * 0.94);
            var (across, pale) = (Math.Sqrt(width * width + height * height), new XSolidBrush(XColor.FromArgb(56, 110, 118, 128)));
            graphics.TranslateTransform(width / 2, height / 2);
            graphics.RotateTransform(-Math.Atan2(height, width) * 180 / Math.PI);
            foreach (var place in new[] { -1, 0, 1 })
            {
                // The outer two have less of the diagonal.
                var room = across * (place == 0 ? 0.86 : 0.55);
                var at = place * across / 5;
                Line(graphics, who, size * 2.4, pale, 0, at - size * 1.5, room);
                Line(graphics, when, size * 2.4, pale, 0, at + size * 1.5, room);
            }
        }

        if (turned != 0) page.Elements.SetInteger("/Rotate", turned);
    }

    /// <summary>A centred line, smaller where the room is too small for it.</summary>
    private static void Line(XGraphics graphics, string text, double size, XBrush brush, double x, double y, double room)
    {
        var wide = graphics.MeasureString(text, PaperFonts.Font(Face.Regular, 10)).Width / 10;
        // In halves of a point, so that pages of one file share a few fonts.
        var fits = Math.Max(0.5, Math.Floor(Math.Min(size, room / wide) * 2) / 2);
        graphics.DrawString(text, PaperFonts.Font(Face.Regular, fits), brush, x, y, XStringFormats.Center);
    }

    private static void Enclose(PdfDocument copy, PdfPage page)
    {
        using var content = new MemoryStream();
        for (var i = 0; i < page.Contents.Elements.Count; i++)
        {
            if (page.Contents.Elements.GetDictionary(i) is not { Stream: { } stream } part) continue;
            if (part.Elements.ContainsKey("/Filter") && !stream.TryUncompress()) throw new InvalidDataException("A page written in a way that cannot be read.");
            content.Write(stream.Value);
            content.WriteByte((byte)'\n');
            if (content.Length > MostContent) throw new InvalidDataException("A page without an end.");
        }

        var original = new PdfDictionary(copy);
        original.Elements.SetName("/Type", "/XObject");
        original.Elements.SetName("/Subtype", "/Form");
        original.Elements["/BBox"] = page.MediaBox;
        if (page.Elements["/Resources"] is { } resources)
        {
            page.Elements.Remove("/Resources");
            original.Elements["/Resources"] = resources;
        }

        original.CreateStream(content.ToArray());
        original.Stream!.Zip();
        copy.Internals.AddObject(original);
        var named = new PdfDictionary(copy);
        named.Elements["/Original"] = original.Reference;
        var own = new PdfDictionary(copy);
        own.Elements["/XObject"] = named;
        page.Elements["/Resources"] = own;
        page.Contents.Elements.Clear();
        page.Contents.AppendContent().CreateStream("q /Original Do Q\n"u8.ToArray());
    }

    /// <summary>What a reader sees of the page, in its own coordinates: the crop inside the sheet; null without a size.</summary>
    private static XRect? VisibleOf(PdfPage page)
    {
        var sheet = RectOf(page.MediaBox);
        var seen = page.Elements.GetRectangle("/CropBox") is { IsZero: false } crop ? XRect.Intersect(sheet, RectOf(crop)) : sheet;
        if (seen.IsEmpty || seen.Width < 1 || seen.Height < 1) seen = sheet;
        return double.IsFinite(seen.Width) && double.IsFinite(seen.Height) && seen is { Width: >= 1, Height: >= 1 } ? seen : null;

        static XRect RectOf(PdfRectangle r) => new(new XPoint(r.X1, r.Y1), new XPoint(r.X2, r.Y2));
    }

    /// <summary>Something in it acts by itself, or is another file.</summary>
    private static Refusal? Danger(PdfDictionary item)
    {
        foreach (var (key, value) in item.Elements)
        {
            if (key is "/JS" or "/XFA" || key is "/S" && value is PdfName act && Acts.Contains(act.Value)) return Refusal.FileHasScript;
            if (key is "/EF" or "/RichMediaContent" || key is "/Type" && value is PdfName { Value: "/EmbeddedFile" }) return Refusal.FileHidesAnother;
            if (Inside(value) is { } danger) return danger;
        }

        return null;

        static Refusal? Inside(PdfItem? value) => value switch
        {
            PdfDictionary inner => Danger(inner),
            PdfArray array => array.Elements.Select(Inside).FirstOrDefault(d => d is not null),
            _ => null,
        };
    }

    [GeneratedRegex(@"/Encrypt\s*(?:<<|\d+\s+\d+\s+R)", RegexOptions.CultureInvariant)]
    private static partial Regex Encryption();
}
