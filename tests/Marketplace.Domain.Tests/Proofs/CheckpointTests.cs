using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Proofs;

namespace Marketplace.Domain.Tests.Proofs;

public sealed class CheckpointTests
{
    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly byte[] Public = Key.ExportSubjectPublicKeyInfo();
    private static readonly DateTimeOffset At = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);
    private static readonly byte[][] Leaves = [.. Enumerable.Range(1, 9).Select(v => new HeadLeaf("auction/a1", v, new string('a', 64), At).Write())];
    private static readonly Subtree Tree = Merkle.Of([.. Leaves.Select(leaf => Merkle.Leaf(leaf))]);

    [Fact]
    public void A_signed_checkpoint_is_opened_with_its_key_and_with_no_other()
    {
        var checkpoint = new Checkpoint("market.example/log", 9, Merkle.Root(9, Tree));
        var note = Sign(checkpoint);
        var opened = Checkpoint.Open(note, Public)!;
        Assert.Equal((checkpoint.Origin, checkpoint.Size), (opened.Origin, opened.Size));
        Assert.Equal(checkpoint.Root, opened.Root);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Null(Checkpoint.Open(note, other.ExportSubjectPublicKeyInfo()));
        Assert.Null(Checkpoint.Open(note + "\u2014 witness.example AAAAAAEC\n", Public));
    }

    [Fact]
    public void Every_byte_of_a_proof_counts()
    {
        var checkpoint = new Checkpoint("market.example/log", 9, Merkle.Root(9, Tree));
        var proof = new LogProof(4, Merkle.Inclusion(4, 9, Tree), Sign(checkpoint));
        var text = proof.Write();
        Assert.NotNull(LogProof.Read(text)!.Check(Leaves[4], Public));
        Assert.Null(LogProof.Read(text)!.Check(Leaves[5], Public));
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var i = 0; i < bytes.Length; i++)
        {
            foreach (var change in new byte[] { 1, 32, 128 })
            {
                var changed = (byte[])bytes.Clone();
                changed[i] ^= change;
                Assert.True(LogProof.Read(Encoding.UTF8.GetString(changed))?.Check(Leaves[4], Public) is null, $"byte {i} ^ {change}");
            }
        }

        Assert.Null(LogProof.Read(text[..^1])?.Check(Leaves[4], Public));
        Assert.Null(LogProof.Read("\n" + text));
    }

    [Fact]
    public void The_verifier_key_carries_type_and_id()
    {
        var parts = Checkpoint.VerifierKey("market.example/log", Public).Split('+', 3);
        Assert.Equal("market.example/log", parts[0]);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Public))[..8], parts[1]);
        Assert.Equal([2, .. Public], Convert.FromBase64String(parts[2]));
    }

    [Fact]
    public void A_leaf_is_read_back_only_in_its_one_way_to_be_written()
    {
        var leaf = new HeadLeaf("auction/a1", 7, new string('0', 64), At);
        Assert.Equal(leaf, HeadLeaf.Read(leaf.Write()));
        Assert.Equal("market-leaf.1\nauction/a1\n7\n" + new string('0', 64) + "\n2026-11-23T08:00:00.000000Z\n", Encoding.UTF8.GetString(leaf.Write()));
        foreach (var other in new[] { "market-leaf.2\na\n7\n0\n2026-11-23T08:00:00.000000Z\n", "market-leaf.1\na\n07\n0\n2026-11-23T08:00:00.000000Z\n", "market-leaf.1\na\n7\n0\n2026-11-23T08:00:00Z\n", "" })
            Assert.Null(HeadLeaf.Read(Encoding.UTF8.GetBytes(other)));
    }

    private static string Sign(Checkpoint checkpoint) =>
        checkpoint.Note(Public, Key.SignData(Encoding.UTF8.GetBytes(checkpoint.Text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
}
