using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Proofs;

namespace Marketplace.Domain.Tests.Proofs;

/// <summary>A whole log that another program wrote (transparency-dev/tessera): its layout, tree and signatures are read as ours are.</summary>
public sealed class TesseraLogTests
{
    private const string VerifierKey = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Data/transparency/tessera-log");

    public static TheoryData<int> Sizes => [.. Enumerable.Range(1, 15)];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Each_checkpoint_its_tiles_and_its_entries_belong_together(int size)
    {
        var checkpoint = Open($"checkpoint.{size.ToString(CultureInfo.InvariantCulture)}");
        Assert.Equal(("example.com/log/testdata", size), (checkpoint.Origin, checkpoint.Size));
        var subtrees = Tiles.Subtrees(size, Load);
        Assert.Equal(checkpoint.Root, Merkle.Root(size, subtrees));
        var entries = Tiles.Entries(Load(new TileName(null, 0, size)).Span);
        Assert.Equal(Tiles.Hashes(Load(new TileName(0, 0, size)).Span), entries.Select(entry => Merkle.Leaf(entry)));
        for (var index = 0; index < size; index++)
        {
            Assert.True(Merkle.IsIncluded((ulong)index, (ulong)size, Merkle.Leaf(entries[index]), Merkle.Inclusion(index, size, subtrees), checkpoint.Root));
        }
    }

    [Fact]
    public void Each_checkpoint_continues_every_earlier_one()
    {
        var checkpoints = Enumerable.Range(1, 15).Select(size => Open($"checkpoint.{size.ToString(CultureInfo.InvariantCulture)}")).ToList();
        foreach (var newer in checkpoints)
        {
            var subtrees = Tiles.Subtrees(newer.Size, Load);
            foreach (var older in checkpoints.TakeWhile(c => c.Size < newer.Size))
            {
                var proof = Merkle.Consistency(older.Size, newer.Size, subtrees);
                Assert.True(Merkle.IsConsistent((ulong)older.Size, (ulong)newer.Size, proof, older.Root, newer.Root));
            }
        }

        Assert.Equal(Merkle.EmptyRoot, Open("checkpoint.0").Root);
        Assert.Equal(15, Open("checkpoint").Size);
    }

    [Fact]
    public void A_changed_checkpoint_is_not_signed()
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, "checkpoint"));
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = (byte[])bytes.Clone();
            changed[i] ^= 1;
            Assert.False(IsSigned(Encoding.UTF8.GetString(changed)), $"byte {i}");
        }
    }

    private static Checkpoint Open(string file)
    {
        var note = File.ReadAllText(Path.Combine(Folder, file));
        Assert.True(IsSigned(note));
        return Checkpoint.Read(SignedNote.Read(note)!.Text)!;
    }

    /// <summary>As C2SP signed-note has it for type 0x01: the id names name, type and key; the signature is over the text.</summary>
    private static bool IsSigned(string note)
    {
        var parts = VerifierKey.Split('+', 3);
        var typed = Convert.FromBase64String(parts[2]);
        byte[] named = [.. Encoding.UTF8.GetBytes(parts[0] + "\n"), .. typed];
        var id = Convert.ToUInt32(parts[1], 16);
        Assert.Equal(id, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(named)));
        return SignedNote.Read(note) is { } read
            && read.Signatures.Any(line => line.Name == parts[0] && line.Id == id && Ed25519.Verifies(typed.AsSpan(1), Encoding.UTF8.GetBytes(read.Text), line.Signature));
    }

    private static ReadOnlyMemory<byte> Load(TileName name) => File.ReadAllBytes(Path.Combine(Folder, name.Path));
}
