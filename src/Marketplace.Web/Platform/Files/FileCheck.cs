using System.IO.Compression;
using System.Text;
using Marketplace.Domain.Common;

namespace Marketplace.Platform.Files;

/// <summary>
/// What a file is, by its content, and whether the market takes it. The extension must agree, nothing may hide behind
/// the end or inside a picture, and nothing may unfold beyond its bounds. Pictures are measured by their headers: they are
/// never decoded here.
/// </summary>
public static class FileCheck
{
    public const int MostBytes = 20 * 1024 * 1024;
    public const long MostPixels = 40_000_000;
    private const int MostEntries = 2_000;
    private const long MostUnpacked = 100L * 1024 * 1024;

    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        [".pdf"] = "application/pdf",
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        [".xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        [".txt"] = "text/plain",
        [".csv"] = "text/csv",
        [".json"] = "application/json",
        [".jsonl"] = "application/jsonl",
    };

    // The two halves of the EICAR test signature; whole, it would set off every scanner that reads this source.
    private static readonly byte[] Eicar = Encoding.ASCII.GetBytes(@"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*");

    /// <summary>The content type by the content, or why the file is not taken.</summary>
    public static Result<string> Check(byte[] content, string fileName)
    {
        if (content.Length == 0) return Refusal.FileEmpty;
        if (content.Length > MostBytes) return Refusal.FileTooLarge;
        if (!Types.TryGetValue(Path.GetExtension(fileName), out var claimed)) return Refusal.FileTypeNotAllowed;
        if (content.AsSpan().IndexOf(Eicar) >= 0) return Refusal.MalwareFound;
        var found = TypeOf(content);
        if (found is null) return Refusal.FileTypeNotAllowed;
        if (found != claimed && !(found == "text/plain" && IsText(claimed)) && !(found == "application/zip" && IsOffice(claimed))) return Refusal.FileTypeDisagrees;
        var refusal = claimed switch
        {
            "image/png" => Pictures.Png(content),
            "image/jpeg" => Pictures.Jpeg(content),
            "image/gif" => Pictures.Gif(content),
            "application/pdf" => content.AsSpan(Math.Max(0, content.Length - 2048)).IndexOf("%%EOF"u8) >= 0 ? null : Refusal.FileUnreadable,
            _ => IsOffice(claimed) ? Office(content, claimed) : null,
        };
        return refusal is { } why ? why : claimed;
    }

    /// <summary>A name that any file system and any reader can bear, without folders, controls or reversed writing.</summary>
    public static Result<string> CleanName(string? name)
    {
        if (name is null || !Text.IsStorable(name)) return Refusal.FileNameInvalid;
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var kept = new StringBuilder();
        foreach (var c in last)
        {
            if (!char.IsControl(c) && c is not ('<' or '>' or ':' or '"' or '|' or '?' or '*') && c is not (>= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\u200E' or '\u200F'))
                kept.Append(c);
        }

        var clean = kept.ToString().Trim(' ', '.');
        if (Path.GetFileNameWithoutExtension(clean).Length == 0) return Refusal.FileNameInvalid;
        if (clean.Length > 150)
        {
            var extension = Path.GetExtension(clean);
            var keep = 150 - Math.Min(extension.Length, 10);
            if (char.IsHighSurrogate(clean[keep - 1])) keep--;
            clean = clean[..keep] + (extension.Length <= 10 ? extension : "");
        }

        return clean;
    }

    private static bool IsText(string type) => type is "text/plain" or "text/csv" or "application/json" or "application/jsonl";

    private static bool IsOffice(string type) => type.StartsWith("application/vnd.openxmlformats", StringComparison.Ordinal);

    private static string? TypeOf(ReadOnlySpan<byte> content) =>
        content.StartsWith("%PDF-"u8) ? "application/pdf"
        : content.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) ? "image/png"
        : content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : content.StartsWith("GIF8"u8) ? "image/gif"
        : content.StartsWith("PK\x03\x04"u8) ? "application/zip"
        : IsPlainText(content) ? "text/plain"
        : null;

    /// <summary>Valid UTF-8 without control characters; a text that begins like a page or a script is not taken for text.</summary>
    private static bool IsPlainText(ReadOnlySpan<byte> content)
    {
        if (!System.Text.Unicode.Utf8.IsValid(content)) return false;
        foreach (var b in content)
        {
            if (b < 0x20 && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0C)) return false;
        }

        var start = content.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? content[3..] : content;
        start = start.TrimStart(" \t\r\n"u8);
        return !start.StartsWith("<"u8) && !start.StartsWith("#!"u8) && !start.StartsWith("MZ"u8);
    }

    private static Refusal? Office(byte[] content, string claimed)
    {
        try
        {
            using var archive = new ZipArchive(new MemoryStream(content, writable: false), ZipArchiveMode.Read);
            if (archive.Entries.Count > MostEntries) return Refusal.ArchiveTooLarge;
            var names = archive.Entries.Select(e => e.FullName).ToHashSet(StringComparer.OrdinalIgnoreCase);
            var main = claimed.Contains("wordprocessing", StringComparison.Ordinal) ? "word/document.xml" : "xl/workbook.xml";
            if (!names.Contains("[Content_Types].xml") || !names.Contains(main)) return Refusal.FileTypeDisagrees;
            if (names.Any(n => n.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase) || n.Contains("..", StringComparison.Ordinal))) return Refusal.FileHidesAnother;
            // What an archive says of its size may be a lie: it is unpacked and counted.
            var left = MostUnpacked;
            var buffer = new byte[81920];
            foreach (var entry in archive.Entries)
            {
                using var stream = entry.Open();
                int read;
                while ((read = stream.Read(buffer)) > 0)
                {
                    if ((left -= read) < 0) return Refusal.ArchiveTooLarge;
                    if (buffer.AsSpan(0, read).IndexOf(Eicar) >= 0) return Refusal.MalwareFound;
                }
            }

            return EndsWithDirectory(content) ? null : Refusal.FileHidesAnother;
        }
        catch (InvalidDataException)
        {
            return Refusal.FileUnreadable;
        }
    }

    /// <summary>The end-of-directory record and its comment are the last bytes: nothing is appended.</summary>
    private static bool EndsWithDirectory(ReadOnlySpan<byte> content)
    {
        var at = content.LastIndexOf("PK\x05\x06"u8);
        return at >= 0 && at + 22 <= content.Length && at + 22 + (content[at + 20] | content[at + 21] << 8) == content.Length;
    }
}
