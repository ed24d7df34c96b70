using System.Globalization;
using Marketplace.Domain.Auctions;

namespace Marketplace.Auctions;

/// <summary>竞买承诺书. The Chinese file is what is accepted: its hash stands in the announcement and in every application. A new wording is a new file.</summary>
public static class Pledge
{
    public const string Version = Announcement.CurrentPledge;

    private static readonly Lazy<byte[]> Bytes = new(() => Read("pledge.1.txt"));
    private static readonly Lazy<byte[]> Translation = new(() => Read("pledge.1.en.txt"));

    public static string Sha256 { get; } = Announcement.HashOf(Bytes.Value);

    /// <summary>The binding text, or its translation for an English reader.</summary>
    public static string Text => System.Text.Encoding.UTF8.GetString(
        CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh" ? Bytes.Value : Translation.Value);

    public static ReadOnlyMemory<byte> Binding => Bytes.Value;

    private static byte[] Read(string name)
    {
        using var stream = typeof(Pledge).Assembly.GetManifestResourceStream(name) ?? throw new FileNotFoundException(name);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
