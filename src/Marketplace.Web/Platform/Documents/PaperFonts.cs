using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using PdfSharp.Drawing;
using PdfSharp.Fonts;
using PdfSharp.Pdf;

namespace Marketplace.Platform.Documents;

/// <summary>The two weights of paper; what the heavy one lacks is set in the light one.</summary>
public enum Face
{
    Regular,
    Strong,
}

/// <summary>
/// Noto Serif SC, as shipped beside this class. The light face is the whole font (30,928 characters), the heavy one covers GB 2312.
/// A character that neither has is written as its number, so that nothing on paper vanishes unseen.
/// </summary>
public static class PaperFonts
{
    private const string Family = "Noto Serif SC";
    private static readonly XPdfFontOptions Unicode = new(PdfFontEncoding.Unicode);
    private static readonly ConcurrentDictionary<(Face, double), XFont> Fonts = [];
    private static readonly ConcurrentDictionary<(Face, int), double> Advances = [];

    // The library has one resolver for the whole process and asks it once for each face.
    static PaperFonts() => GlobalFontSettings.FontResolver = new Shipped();

    /// <summary>The font of a face at a size in points.</summary>
    public static XFont Font(Face face, double size) =>
        Fonts.GetOrAdd((face, size), static key => new XFont(Family, key.Item2, key.Item1 is Face.Strong ? XFontStyleEx.Bold : XFontStyleEx.Regular, Unicode));

    /// <summary>How far a character moves the pen, in ems.</summary>
    public static double Advance(Rune rune, Face face) => Advances.GetOrAdd((FaceOf(rune, face), rune.Value), static key =>
    {
        var font = Font(key.Item1, 1000);
        using var graphics = XGraphics.CreateMeasureContext(new XSize(10_000, 10_000), XGraphicsUnit.Point, XPageDirection.Downwards);
        return graphics.MeasureString(new Rune(key.Item2).ToString(), font).Width / 1000;
    });

    /// <summary>The face that has the character: the one wished for, or the light one.</summary>
    public static Face FaceOf(Rune rune, Face wish) => wish is Face.Strong && !Has(rune, Face.Strong) ? Face.Regular : wish;

    /// <summary>
    /// The text as it can be set: line ends as one form, tabs as spaces, and every character without a picture as its number,
    /// <c>[U+1F600]</c>. Also those that no eye sees but that turn the direction of what follows. Selectors of a variant go: the character stays.
    /// </summary>
    public static string Shown(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
        {
            if (rune.Value == '\n') shown.Append('\n');
            else if (rune.Value is '\t' or 0x2007 or 0x202F) shown.Append(' ');
            else if (rune.Value is >= 0xFE00 and <= 0xFE0F or >= 0xE0100 and <= 0xE01EF) continue;
            else if (Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format || !Has(rune, Face.Regular)) shown.Append($"[U+{rune.Value:X4}]");
            else shown.Append(rune);
        }

        return shown.ToString();
    }

    private static bool Has(Rune rune, Face face) => rune.Value == ' ' || GlyphHelper.GlyphIndexFromCodePoint(rune.Value, Font(face, 10)) != 0;

    private sealed class Shipped : IFontResolver
    {
        public FontResolverInfo? ResolveTypeface(string familyName, bool bold, bool italic) =>
            familyName == Family ? new FontResolverInfo(bold ? "NotoSerifSC-SemiBold" : "NotoSerifSC-Regular") : null;

        public byte[]? GetFont(string faceName)
        {
            using var packed = typeof(PaperFonts).Assembly.GetManifestResourceStream($"fonts/{faceName}.ttf.br") ?? throw new InvalidOperationException($"No font {faceName} in the assembly.");
            using var font = new BrotliStream(packed, CompressionMode.Decompress);
            using var bytes = new MemoryStream();
            font.CopyTo(bytes);
            return bytes.ToArray();
        }
    }
}
