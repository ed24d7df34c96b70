using System.Globalization;
using System.Text;
using Marketplace.Domain.Auctions;

namespace Marketplace.Auctions.Dossiers;

/// <summary>
/// 保密承诺书 by version. The Chinese file is what is signed, and what the seller adds follows it: the hash of both stands in
/// the announcement and in every signature. A new wording is a new file.
/// </summary>
public static class NdaText
{
    /// <summary>Between the market's text and the seller's own.</summary>
    private const string OwnTitle = "\n出让方补充条款\n\n";

    /// <summary>The bytes that are signed.</summary>
    public static byte[] Binding(string version, string? own) => own is null ? Read($"{version}.txt") : [.. Read($"{version}.txt"), .. Encoding.UTF8.GetBytes($"{OwnTitle}{own.ReplaceLineEndings("\n")}\n")];

    public static string Sha256(string version, string? own) => Announcement.HashOf(Binding(version, own));

    /// <summary>What is signed, as text.</summary>
    public static string Text(string version, string? own) => Encoding.UTF8.GetString(Binding(version, own));

    /// <summary>The market's part for an English reader, who signs the Chinese; null for a Chinese one.</summary>
    public static string? Translation(string version) => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh" ? null : Encoding.UTF8.GetString(Read($"{version}.en.txt"));

    private static byte[] Read(string name)
    {
        using var stream = typeof(NdaText).Assembly.GetManifestResourceStream($"nda/{name}") ?? throw new FileNotFoundException(name);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
