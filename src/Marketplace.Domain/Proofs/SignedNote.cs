using System.Text;

namespace Marketplace.Domain.Proofs;

/// <summary>One signature line of a note.</summary>
/// <param name="Id">The four bytes that, with the name, say which key it was.</param>
public sealed record NoteSignature(string Name, uint Id, byte[] Signature);

/// <summary>A text with signatures below it, as C2SP signed-note writes it.</summary>
public sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    private const string Dash = "\u2014 ";
    private const int MostSignatures = 16;

    /// <summary>The whole note, in its one way to be written.</summary>
    public string Write()
    {
        var note = new StringBuilder(Text).Append('\n');
        foreach (var line in Signatures) note.Append(Line(line));
        return note.ToString();
    }

    /// <summary>Reads a note; null when it is none. Nothing in it may be believed before a signature was checked.</summary>
    public static SignedNote? Read(string note)
    {
        if (note.Any(c => c < ' ' && c != '\n') || note.LastIndexOf("\n\n", StringComparison.Ordinal) is var end && end < 0 || !note.EndsWith('\n')) return null;
        var lines = note[(end + 2)..].Split('\n')[..^1];
        if (lines.Length is 0 or > MostSignatures) return null;
        var signatures = new List<NoteSignature>();
        foreach (var line in lines)
        {
            if (!line.StartsWith(Dash, StringComparison.Ordinal) || line[Dash.Length..].Split(' ') is not [{ Length: > 0 } name, var base64] || !IsName(name)) return null;
            var bytes = new byte[base64.Length];
            if (!Convert.TryFromBase64String(base64, bytes, out var length) || length <= 4) return null;
            signatures.Add(new NoteSignature(name, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes[4..length]));
        }

        var read = new SignedNote(note[..(end + 1)], signatures);
        // Base64 has more than one way to write the same bytes.
        return read.Write() == note ? read : null;
    }

    public static bool IsName(string name) => name.Length > 0 && !name.Any(c => char.IsWhiteSpace(c) || c == '+');

    private static string Line(NoteSignature line)
    {
        var bytes = new byte[4 + line.Signature.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, line.Id);
        line.Signature.CopyTo(bytes, 4);
        return $"{Dash}{line.Name} {Convert.ToBase64String(bytes)}\n";
    }
}
