using System.Security.Cryptography;
using Marketplace.Domain.Auctions;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>The shipped logs of auctions in which something went wrong.</summary>
public sealed class GoldenTroubleTests
{
    [Theory]
    [InlineData("golden-trouble.ndjson", "5d14d82bd61de2be394e0606979a72f12766d2d03112aa515fb2b8961c42188e", "void", 26)]
    [InlineData("golden-cancelled.ndjson", "e2aaf4b203058ff3c47260e255b7402853bb28056adcd2f3334c607e65af72f1", "cancelled", 9)]
    public void It_verifies_and_folds_as_it_always_did(string name, string sha256, string outcome, long version)
    {
        var file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", name));
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(file)));
        var check = Transcript.Verify(file);
        Assert.Null(check.Fault);
        Assert.Equal((outcome, version), (check.Replayed!.OutcomeName, check.Replayed.Version));
    }
}
