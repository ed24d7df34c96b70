using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Marketplace.Domain.Common;

/// <summary>
/// Something that happened, once and for ever. A stored type name is never edited: a changed shape gets a new name
/// (<c>bid-accepted.2</c>), so that old logs fold as they always did.
/// </summary>
public abstract record Fact
{
    /// <summary>The stored name of this shape.</summary>
    public abstract string Type { get; }

    /// <summary>What makes this fact happen at most once in its stream; unique there.</summary>
    public abstract string CommandKey { get; }

    /// <summary>What the line commits to without saying it; kept beside the log until the rules open it.</summary>
    public virtual Secret? Secret => null;

    /// <summary>The fields after the header, always in the same order.</summary>
    public abstract void WriteFields(Utf8JsonWriter json);
}

/// <summary>A value that the log commits to as SHA-256(nonce ‖ canonical value).</summary>
/// <param name="Nonce">32 random bytes in lower-case hex.</param>
/// <param name="ValueFen">The hidden amount in fen.</param>
public sealed record Secret(string Nonce, long ValueFen)
{
    /// <summary>Says nothing of itself: the silo writes the arguments of a call that did not return in time into its log.</summary>
    public override string ToString() => nameof(Secret);

    /// <summary>SHA-256 over the 32 nonce bytes followed by the decimal digits of the amount, in lower-case hex.</summary>
    public string Commitment()
    {
        Span<byte> bytes = stackalloc byte[32 + 20];
        if (Nonce.Length != 64 || Convert.FromHexString(Nonce, bytes[..32], out _, out _) != OperationStatus.Done)
        {
            throw new InvalidOperationException("A nonce is 32 bytes in hex.");
        }

        ValueFen.TryFormat(bytes[32..], out var digits, default, System.Globalization.CultureInfo.InvariantCulture);
        return Convert.ToHexStringLower(SHA256.HashData(bytes[..(32 + digits)]));
    }
}

/// <summary>A line of a stream as stored and published: its hash is SHA-256 of exactly these bytes, without newline.</summary>
/// <param name="Prev">The hash of the line before it, as the line itself names it.</param>
public sealed record FactLine(long Version, DateTimeOffset At, Fact Fact, byte[] Bytes, string Prev, string Hash)
{
    /// <summary>What the first line of a stream names as the line before it.</summary>
    public const string Genesis = "0000000000000000000000000000000000000000000000000000000000000000";

    private static readonly JsonWriterOptions Options = new()
    {
        // Chinese stays readable; nothing here is ever put into HTML without the page's own encoder.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    // A writer reserves room for the worst escaping, several kilobytes a line, so each thread keeps its own.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _json;

    /// <summary>Writes the line once; nobody serialises a fact a second time.</summary>
    public static FactLine Write(Fact fact, long version, string prev, DateTimeOffset at)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(4096);
        var json = _json ??= new Utf8JsonWriter(buffer, Options);
        // Whatever a fact that threw left behind is gone.
        buffer.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        json.WriteNumber("v", version);
        json.WriteString("type", fact.Type);
        json.WriteString("prev", prev);
        json.WriteString("at", Instant.Write(at));
        fact.WriteFields(json);
        json.WriteEndObject();
        json.Flush();
        var bytes = buffer.WrittenSpan.ToArray();
        return new FactLine(version, at, fact, bytes, prev, HashOf(bytes));
    }

    public static string HashOf(ReadOnlySpan<byte> line)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(line, hash);
        return Convert.ToHexStringLower(hash);
    }
}

/// <summary>The header that every line carries.</summary>
public readonly record struct LineHeader(long Version, string Type, string Prev, DateTimeOffset At)
{
    public static LineHeader Read(JsonElement line)
    {
        if (!Instant.TryRead(line.GetProperty("at"), out var at)) throw new FormatException("A line without a moment.");
        return new LineHeader(
            line.GetProperty("v").GetInt64(),
            line.GetProperty("type").GetString()!,
            line.GetProperty("prev").GetString()!,
            at);
    }

    /// <param name="hash">The hash that is stored beside the line; null to take it of the bytes.</param>
    public FactLine LineOf(Fact fact, byte[] bytes, string? hash) => new(Version, At, fact, bytes, Prev, hash ?? FactLine.HashOf(bytes));
}
