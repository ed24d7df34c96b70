using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Domain.Proofs;

/// <summary>
/// The state of a log at one moment, as C2SP tlog-checkpoint writes it: which log, how many leaves, which root. Signed as
/// a note of type 0x02: ECDSA on P-256 over SHA-256, the signature in DER, the key's id the first four bytes of SHA-256
/// over its SubjectPublicKeyInfo.
/// </summary>
public sealed record Checkpoint(string Origin, long Size, byte[] Root)
{
    private const byte Ecdsa = 2;

    /// <summary>The signed text.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root)}\n");

    /// <summary>Reads the text of a checkpoint, of any log; null when it is none. Lines after the third are extensions.</summary>
    public static Checkpoint? Read(string text)
    {
        if (text.Split('\n') is not [{ Length: > 0 } origin, var digits, var base64, .., ""]) return null;
        var root = new byte[Merkle.HashSize];
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var size)) return null;
        if (!Convert.TryFromBase64String(base64, root, out var length) || length != Merkle.HashSize) return null;
        var read = new Checkpoint(origin, size, root);
        return text.StartsWith(read.Text, StringComparison.Ordinal) ? read : null;
    }

    /// <summary>The note with one signature by this log.</summary>
    /// <param name="signature">In DER, over <see cref="Text"/>.</param>
    public string Note(ReadOnlySpan<byte> publicKey, byte[] signature) => new SignedNote(Text, [new NoteSignature(Origin, KeyId(publicKey), signature)]).Write();

    /// <summary>Reads a note that this market's kind of log wrote: exactly one signature, by the given key; otherwise null.</summary>
    /// <param name="publicKey">SubjectPublicKeyInfo of a P-256 key.</param>
    public static Checkpoint? Open(string note, ReadOnlySpan<byte> publicKey)
    {
        if (SignedNote.Read(note) is not { Signatures: [var line] } read || Read(read.Text) is not { } checkpoint) return null;
        // One log, one way to write it: an extension or another's signature would be a byte that nobody checks.
        if (checkpoint.Text != read.Text || line.Name != checkpoint.Origin || line.Id != KeyId(publicKey)) return null;
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(publicKey, out var taken);
            return taken == publicKey.Length && key.KeySize == 256
                && key.VerifyData(Encoding.UTF8.GetBytes(read.Text), line.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
                ? checkpoint
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public static uint KeyId(ReadOnlySpan<byte> publicKey) => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(publicKey));

    /// <summary>The key as readers of signed notes are given it: <c>name+id+base64(0x02 ‖ SubjectPublicKeyInfo)</c>.</summary>
    public static string VerifierKey(string origin, ReadOnlySpan<byte> publicKey)
    {
        byte[] typed = [Ecdsa, .. publicKey];
        return $"{origin}+{KeyId(publicKey):x8}+{Convert.ToBase64String(typed)}";
    }
}
