using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PdfSharp.Pdf;
using PdfSharp.Pdf.Content;
using PdfSharp.Pdf.Content.Objects;
using PdfSharp.Pdf.IO;

namespace Marketplace.Tests.Host;

/// <summary>What a reader would find by searching in a PDF: the glyphs of its pages through the tables from glyph to text inside it.</summary>
internal static partial class PdfText
{
    public static string Of(byte[] bytes)
    {
        using var document = PdfReader.Open(new MemoryStream(bytes), PdfDocumentOpenMode.Import);
        var text = new StringBuilder();
        foreach (var page in document.Pages)
        {
            var fonts = page.Elements.GetDictionary("/Resources")!.Elements.GetDictionary("/Font")!;
            var maps = fonts.Elements.Keys.ToDictionary(name => name, name => MapOf(fonts.Elements.GetDictionary(name)!));
            var map = maps.Values.First();
            foreach (var step in ContentReader.ReadContent(page).OfType<COperator>())
            {
                if (step.OpCode.OpCodeName == OpCodeName.Tf) map = maps[((CName)step.Operands[0]).Name];
                if (step.OpCode.OpCodeName != OpCodeName.Tj) continue;
                var glyphs = ((CString)step.Operands[0]).Value;
                // The reader takes a byte for a character.
                for (var i = 0; i + 1 < glyphs.Length; i += 2) text.Append(map[(glyphs[i] << 8) | glyphs[i + 1]]);
                text.Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Content type, disposition and name of a download.</summary>
    public static (string? Type, string? Disposition, string? Name) Sent(HttpResponseMessage answer) =>
        (answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentDisposition?.DispositionType, answer.Content.Headers.ContentDisposition?.FileNameStar);

    private static Dictionary<int, string> MapOf(PdfDictionary font) =>
        Range().Matches(Encoding.ASCII.GetString(font.Elements.GetDictionary("/ToUnicode")!.Stream.UnfilteredValue)).ToDictionary(
            m => int.Parse(m.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            m => Encoding.BigEndianUnicode.GetString(Convert.FromHexString(m.Groups[2].Value)));

    [GeneratedRegex("<([0-9A-F]{4})><[0-9A-F]{4}><([0-9A-F]+)>")]
    private static partial Regex Range();
}
