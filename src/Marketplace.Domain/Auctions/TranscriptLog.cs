using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Marketplace.Domain.Common;
using Marketplace.Domain.Proofs;

namespace Marketplace.Domain.Auctions;

/// <summary>The last line of a transcript: that its head is in the public log.</summary>
/// <param name="PublicKey">SubjectPublicKeyInfo of the key that signed the checkpoint; after a rotation not the one that signed the head.</param>
/// <param name="Proof">The text of C2SP tlog-proof, with the checkpoint in it.</param>
public sealed record TranscriptLog(byte[] PublicKey, string Proof)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static ReadOnlySpan<byte> Begin => """{"type":"log","""u8;

    /// <summary>The line's bytes, without the line feed.</summary>
    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        json.WriteString("type", "log");
        json.WriteString("alg", StreamHead.Algorithm);
        json.WriteBase64String("publicKey", PublicKey);
        json.WriteString("proof", Proof);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    internal static bool IsIt(ReadOnlySpan<byte> line) => line.StartsWith(Begin);

    internal static TranscriptFault? Read(byte[] bytes, long number, out TranscriptLog? log)
    {
        log = null;
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var json = document.RootElement;
            var read = new TranscriptLog(json.GetProperty("publicKey").GetBytesFromBase64(), json.GetProperty("proof").GetString() ?? "");
            if (!read.Write().AsSpan().SequenceEqual(bytes)) return new TranscriptFault(number, Unsound.NotCanonical);
            log = read;
            return null;
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return new TranscriptFault(number, Unsound.NoLogProof, e.Message);
        }
    }

    internal TranscriptFault? Check(TranscriptHead head, DateTimeOffset at, long number, IReadOnlyCollection<string>? pinnedKeys, out Checkpoint? logged)
    {
        logged = null;
        var keyId = StreamHead.KeyId(PublicKey);
        if (pinnedKeys is { Count: > 0 } && !pinnedKeys.Contains(keyId)) return new TranscriptFault(number, Unsound.ForeignKey, keyId);
        if (LogProof.Read(Proof) is not { } proof) return new TranscriptFault(number, Unsound.NoLogProof);
        logged = proof.Check(new HeadLeaf(head.Stream, head.Version, head.Hash, at).Write(), PublicKey);
        return logged is null ? new TranscriptFault(number, Unsound.NotInTheLog) : null;
    }
}
