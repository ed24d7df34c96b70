using System.Text.Json;
using Marketplace.Domain.Proofs;

namespace Marketplace.Domain.Tests.Proofs;

/// <summary>The 518 proofs of transparency-dev/merkle, good ones and spoilt ones; its licence lies beside them.</summary>
public sealed class MerkleVectorTests
{
    private static readonly List<JsonElement> Vectors =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data/transparency/merkle-vectors.ndjson")).Select(line => JsonElement.Parse(line))];

    [Theory]
    [InlineData("inclusion", 98)]
    [InlineData("consistency", 98)]
    [InlineData("subtreeinclusion", 204)]
    [InlineData("subtreeconsistency", 118)]
    public void Every_vector_is_judged_as_it_says(string kind, int count)
    {
        var vectors = Vectors.Where(v => v.GetProperty("file").GetString()!.StartsWith(kind + "/", StringComparison.Ordinal)).ToList();
        Assert.Equal(count, vectors.Count);
        var wrong = vectors.Where(v => Accepts(kind, v) == v.GetProperty("wantErr").GetBoolean()).Select(v => v.GetProperty("file").GetString());
        Assert.Equal("", string.Join('\n', wrong));
        Assert.Contains(vectors, v => !v.GetProperty("wantErr").GetBoolean());
    }

    [Fact]
    public void There_are_518_of_them() => Assert.Equal(518, Vectors.Count);

    private static bool Accepts(string kind, JsonElement v) => kind switch
    {
        "inclusion" => Merkle.IsIncluded(Number(v, "leafIdx"), Number(v, "treeSize"), Bytes(v, "leafHash"), Path_(v), Bytes(v, "root")),
        "consistency" => Merkle.IsConsistent(Number(v, "size1"), Number(v, "size2"), Path_(v), Bytes(v, "root1"), Bytes(v, "root2")),
        "subtreeinclusion" => Merkle.IsIncludedInPart(Number(v, "leafIdx"), Number(v, "start"), Number(v, "end"), Bytes(v, "leafHash"), Path_(v), Bytes(v, "root")),
        _ => Merkle.IsConsistentPart(Number(v, "start"), Number(v, "end"), Number(v, "size"), Path_(v), Bytes(v, "root1"), Bytes(v, "root2")),
    };

    private static ulong Number(JsonElement v, string name) => v.GetProperty(name).GetUInt64();

    private static byte[] Bytes(JsonElement v, string name) => v.GetProperty(name) is { ValueKind: JsonValueKind.String } value ? value.GetBytesFromBase64() : [];

    private static byte[][] Path_(JsonElement v) =>
        v.GetProperty("proof") is { ValueKind: JsonValueKind.Array } proof ? [.. proof.EnumerateArray().Select(hash => hash.GetBytesFromBase64())] : [];
}
