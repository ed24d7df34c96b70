using System.Security.Cryptography;
using Marketplace.Domain.Common;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Platform.Files;

/// <summary>A file that was checked and is kept, under the name it came with.</summary>
public sealed record KeptFile(string Sha256, string FileName, string ContentType, long Length);

/// <summary>That the store keeps this content. Who may read it is said by the record that owns it, never by the hash.</summary>
public sealed class KeptFileRow
{
    public required string Sha256 { get; init; }
    public required string ContentType { get; init; }
    public required long Length { get; init; }
    public required DateTimeOffset At { get; init; }
}

internal sealed class KeptFileTable : IEntityTypeConfiguration<KeptFileRow>
{
    public void Configure(EntityTypeBuilder<KeptFileRow> builder)
    {
        builder.ToTable("kept_files").HasKey(f => f.Sha256);
        builder.Property(f => f.Sha256).HasMaxLength(64);
        builder.Property(f => f.ContentType).HasMaxLength(100);
    }
}

/// <summary>
/// Files by the SHA-256 of their content, on disk below the data folder. There is no route by hash: each capability maps
/// its own download beside the record that owns the file, asks its policy, and answers with <see cref="Download"/>.
/// </summary>
public sealed class FileStore(MarketOptions options, IMarketplaceDbFactory databases, TimeProvider clock)
{
    /// <summary>Checks a file and keeps it; the same content twice is kept once.</summary>
    public async Task<Result<KeptFile>> Keep(Stream content, string fileName, CancellationToken cancellation = default)
    {
        var name = FileCheck.CleanName(fileName);
        if (!name.Done) return Result<KeptFile>.Refuse(name.Refusal.Value, name.Detail);
        var read = await ReadAll(content, cancellation);
        if (!read.Done) return Result<KeptFile>.Refuse(read.Refusal.Value, name.Value);
        var bytes = read.Value;
        var type = FileCheck.Check(bytes, name.Value);
        if (!type.Done) return Result<KeptFile>.Refuse(type.Refusal.Value, name.Value);
        var sha = Convert.ToHexStringLower(SHA256.HashData(bytes));
        await KeepOnDisk(sha, bytes, cancellation);
        await using var db = databases.Create();
        if (!await db.Set<KeptFileRow>().AnyAsync(f => f.Sha256 == sha, cancellation))
        {
            db.Add(new KeptFileRow { Sha256 = sha, ContentType = type.Value, Length = bytes.Length, At = clock.GetUtcNow() });
            try
            {
                await db.SaveChangesAsync(cancellation);
            }
            catch (DbUpdateException)
            {
                // The same content came at the same moment from elsewhere: kept is kept.
                db.ChangeTracker.Clear();
                if (!await db.Set<KeptFileRow>().AnyAsync(f => f.Sha256 == sha, cancellation)) throw;
            }
        }

        return new KeptFile(sha, name.Value, type.Value, bytes.Length);
    }

    /// <summary>The content, or null when the store does not have it.</summary>
    public Stream? Open(string sha256)
    {
        if (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigitLower)) return null;
        var path = PathOf(sha256);
        return File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 65536, useAsync: true) : null;
    }

    /// <summary>Deletes content whose row is gone.</summary>
    public void Forget(string sha256) => File.Delete(PathOf(sha256));

    /// <summary>Sends a file as an <see cref="Attachment"/>.</summary>
    public IResult Download(KeptFile file) => Open(file.Sha256) is { } content ? new Attachment(content, file.FileName, file.ContentType) : Results.NotFound();

    /// <summary>All of an upload, or that it is too large; a declared length is not believed.</summary>
    public static async Task<Result<byte[]>> ReadAll(Stream content, CancellationToken cancellation)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[81920];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellation)) > 0)
        {
            if (kept.Length + read > FileCheck.MostBytes) return Refusal.FileTooLarge;
            kept.Write(buffer, 0, read);
        }

        return kept.ToArray();
    }

    private string PathOf(string sha) => Path.Combine(options.FilesFolder, sha[..2], sha);

    private async Task KeepOnDisk(string sha, byte[] bytes, CancellationToken cancellation)
    {
        var path = PathOf(sha);
        if (File.Exists(path)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var half = $"{path}.{Guid.CreateVersion7():N}";
        await using (var stream = new FileStream(half, FileMode.CreateNew, FileAccess.Write))
        {
            await stream.WriteAsync(bytes, cancellation);
            stream.Flush(flushToDisk: true);
        }

        File.Move(half, path, overwrite: true);
    }
}
