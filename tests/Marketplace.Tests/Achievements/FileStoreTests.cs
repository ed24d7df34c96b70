using System.IO.Compression;
using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Platform.Files;
using Marketplace.Tests.Host;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Achievements;

public sealed class FileStoreTests
{
    private static readonly byte[] OnePixelPng = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
    private static readonly byte[] OnePixelGif = Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, Refusal?> Samples => new()
    {
        { "a.png", Convert.ToBase64String(OnePixelPng), null },
        { "a.gif", Convert.ToBase64String(OnePixelGif), null },
        { "a.jpg", Convert.ToBase64String(OnePixelPng), Refusal.FileTypeDisagrees },
        { "a.png", Convert.ToBase64String([.. OnePixelPng, .. "<script>alert(1)</script>"u8]), Refusal.FileHidesAnother },
        { "a.gif", Convert.ToBase64String([.. OnePixelGif, .. "PK"u8]), Refusal.FileHidesAnother },
        { "a.png", Convert.ToBase64String(Wide()), Refusal.TooManyPixels },
        { "a.png", Convert.ToBase64String(OnePixelPng[..40]), Refusal.FileUnreadable },
        { "a.txt", Convert.ToBase64String("普通文本\r\n"u8), null },
        { "a.csv", Convert.ToBase64String("a,b\n1,2\n"u8), null },
        { "a.txt", Convert.ToBase64String("<html><script>1</script>"u8), Refusal.FileTypeNotAllowed },
        { "a.txt", Convert.ToBase64String("a\0b"u8), Refusal.FileTypeNotAllowed },
        { "a.exe", Convert.ToBase64String("MZ"u8), Refusal.FileTypeNotAllowed },
        { "a", Convert.ToBase64String("text"u8), Refusal.FileTypeNotAllowed },
        { "a.html", Convert.ToBase64String("text"u8), Refusal.FileTypeNotAllowed },
        { "a.pdf", Convert.ToBase64String("%PDF-1.7\n1 0 obj\n%%EOF\n"u8), null },
        { "a.pdf", Convert.ToBase64String("%PDF-1.7\n"u8), Refusal.FileUnreadable },
        { "a.pdf", Convert.ToBase64String("plain"u8), Refusal.FileTypeDisagrees },
        { "a.docx", Convert.ToBase64String(Zip(("[Content_Types].xml", 10), ("word/document.xml", 10))), null },
        { "a.xlsx", Convert.ToBase64String(Zip(("[Content_Types].xml", 10), ("word/document.xml", 10))), Refusal.FileTypeDisagrees },
        { "a.docx", Convert.ToBase64String(Zip(("[Content_Types].xml", 10), ("word/document.xml", 10), ("word/vbaProject.bin", 10))), Refusal.FileHidesAnother },
        { "a.docx", Convert.ToBase64String([.. Zip(("[Content_Types].xml", 10), ("word/document.xml", 10)), .. "tail"u8]), Refusal.FileHidesAnother },
        { "a.docx", Convert.ToBase64String("PK\x03\x04 not an archive"u8), Refusal.FileUnreadable },
        { "a.png", "", Refusal.FileEmpty },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_file_is_what_its_content_says(string name, string base64, Refusal? expected) =>
        Assert.Equal(expected, FileCheck.Check(Convert.FromBase64String(base64), name).Refusal);

    [Fact]
    public void An_archive_that_unfolds_beyond_its_bounds_is_refused() =>
        Assert.Equal(Refusal.ArchiveTooLarge, FileCheck.Check(Zip(("[Content_Types].xml", 10), ("word/document.xml", 120 * 1024 * 1024)), "bomb.docx").Refusal);

    [Theory]
    [InlineData("POC_img_phpinfo-CR.gif")]
    [InlineData("POC_phpinfo-metadata.gif")]
    [InlineData("POC_phpinfo-metadata.jpg")]
    [InlineData("lottapixel.jpg")]
    public void Known_attacks_are_refused(string name)
    {
        var content = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "naughty", "upload", name));
        Assert.Contains(FileCheck.Check(content, name).Refusal, new Refusal?[] { Refusal.FileHidesAnother, Refusal.TooManyPixels });
    }

    [Fact]
    public void A_malware_signature_is_refused_wherever_it_stands()
    {
        // Reversed here, so that no scanner takes this source for the thing itself.
        var signature = new string([.. "*H+H$!ELIF-TSET-SURIVITNA-DRADNATS-RACIE$}7)CC7)^P(45XZP\\4[PA@%P!O5X".Reverse()]);
        Assert.Equal(68, signature.Length);
        Assert.Equal(Refusal.MalwareFound, FileCheck.Check(Encoding.ASCII.GetBytes(signature), "eicar.com.txt").Refusal);
        Assert.Equal(Refusal.MalwareFound, FileCheck.Check(Encoding.ASCII.GetBytes("note: " + signature), "a.csv").Refusal);
    }

    [Theory]
    [InlineData("../../etc/passwd.txt", "passwd.txt")]
    [InlineData("C:\\temp\\报告.pdf", "报告.pdf")]
    [InlineData("a\u202Egnp.exe.txt", "agnp.exe.txt")]
    [InlineData("  .hidden.txt ", "hidden.txt")]
    [InlineData("a\r\nb.txt", "ab.txt")]
    public void Names_lose_what_a_reader_could_be_deceived_by(string name, string expected) => Assert.Equal(expected, FileCheck.CleanName(name).Value);

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a\0.txt")]
    public void Names_without_a_name_are_refused(string name) => Assert.Equal(Refusal.FileNameInvalid, FileCheck.CleanName(name).Refusal);

    [Fact]
    public void A_lone_surrogate_is_no_name() => Assert.Equal(Refusal.FileNameInvalid, FileCheck.CleanName("\ud800.txt").Refusal);

    [Fact]
    public async Task What_is_kept_comes_back_and_the_same_content_is_kept_once()
    {
        await using var host = new MarketHost();
        var store = host.Services.GetRequiredService<FileStore>();
        var first = await store.Keep(new MemoryStream(OnePixelPng), "图.png", Now);
        var second = await store.Keep(new MemoryStream(OnePixelPng), "copy.png", Now);
        Assert.Equal(first.Value.Sha256, second.Value.Sha256);
        await using var open = store.Open(first.Value.Sha256);
        using var read = new MemoryStream();
        await open!.CopyToAsync(read, Now);
        Assert.Equal(OnePixelPng, read.ToArray());
        Assert.Null(store.Open(new string('0', 64)));
        Assert.Null(store.Open("../../market.db"));
        Assert.Equal(Refusal.FileTooLarge, (await store.Keep(new MemoryStream(new byte[FileCheck.MostBytes + 1]), "big.txt", Now)).Refusal);
    }

    private static byte[] Wide()
    {
        var png = (byte[])OnePixelPng.Clone();
        png[16] = png[20] = 0;
        png[18] = png[22] = 0x27;
        return png;
    }

    private static byte[] Zip(params (string Name, int Length)[] entries)
    {
        using var kept = new MemoryStream();
        using (var archive = new ZipArchive(kept, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, length) in entries)
            {
                using var stream = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                stream.Write(new byte[length]);
            }
        }

        return kept.ToArray();
    }
}
