using System.Security.Cryptography;
using Marketplace.Domain.Proofs;
using Marketplace.Domain.Tests.Auctions;
using Marketplace.Domain.Tests.Proofs;

namespace Marketplace.Domain.Tests.Verifier;

/// <summary>The words about the public log: <c>consistency</c> and <c>audit</c>.</summary>
public sealed class LogWordsTests
{
    private static readonly Live Sale = Scenario.Play("""
        0:01  | A | 100万     | ok
        60:00 | - | close     | sold
        """).Live;

    [Fact]
    public void A_log_that_only_grew_is_consistent_between_any_two_checkpoints()
    {
        using var program = new ProgramRun();
        var log = new LogOfTests(Sale);
        var key = program.File("m.pem", Live.Pem);
        int[] sizes = [0, 1, 11, 12, 255, 256, 257, 600];
        log.Grow(588);
        foreach (var newer in sizes)
        {
            foreach (var older in sizes.Where(size => size <= newer))
            {
                var code = program.Run("consistency", program.File("old", log.Note(older)), program.File("new", log.Note(newer)), "--tiles", log.Folder(program, newer), "--key", key);
                Assert.Equal(0, code);
            }
        }
    }

    [Fact]
    public void A_log_that_was_rewritten_shortened_or_exchanged_is_refused()
    {
        using var program = new ProgramRun();
        var (log, other) = (new LogOfTests(Sale), new LogOfTests(Scenario.Play("60:00 | - | close | unsold").Live));
        log.Grow(300);
        other.Grow(300);
        var old = program.File("old", new LogOfTests(Sale).Note(LogOfTests.First));
        var newer = program.File("new", log.Note(log.Size));
        Assert.Equal(1, program.Run("consistency", old, program.File("other", other.Note(other.Size)), "--tiles", other.Folder(program)));
        Assert.Contains("does not continue", program.Output, StringComparison.Ordinal);
        Assert.Equal(1, program.Run("consistency", newer, old, "--tiles", log.Folder(program)));
        Assert.Contains("became shorter", program.Output, StringComparison.Ordinal);
        Assert.Equal(1, program.Run("consistency", old, program.File("named", log.Note(log.Size).Replace("market.example", "elsewhere.example", StringComparison.Ordinal)), "--tiles", log.Folder(program)));
        Assert.Contains("two different logs", program.Output, StringComparison.Ordinal);
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(1, program.Run("consistency", old, newer, "--tiles", log.Folder(program), "--key", program.File("f.pem", foreign.ExportSubjectPublicKeyInfoPem())));
        Assert.Equal(3, program.Run("consistency", old, newer, "--tiles", program.Folder()));
        Assert.Contains("tile/0/001.p/56", program.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_log_is_audited_and_two_histories_of_one_auction_are_found()
    {
        using var program = new ProgramRun();
        var log = new LogOfTests(Sale);
        log.Grow(500);
        var key = program.File("m.pem", Live.Pem);
        Assert.Equal(0, program.Run("audit", log.Folder(program), "--key", key));
        Assert.Contains("each auction has one history", program.Output, StringComparison.Ordinal);

        var folder = log.Folder(program);
        var entries = Path.Combine(folder, "tile/entries/000");
        var bytes = File.ReadAllBytes(entries);
        bytes[40] ^= 1;
        File.WriteAllBytes(entries, bytes);
        Assert.Equal(1, program.Run("audit", folder, "--key", key));

        // The market itself puts a second history in: the root is right, the signature too.
        log.Add(new HeadLeaf("auction/a1", Sale.Lines.Count, new string('0', 64), Live.Noon));
        Assert.Equal(1, program.Run("audit", log.Folder(program), "--key", key));
        Assert.Contains("two histories", program.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("consistency", "a", "b")]
    [InlineData("consistency", "a", "--tiles", "b")]
    [InlineData("audit")]
    [InlineData("audit", "a", "--tiles", "b")]
    [InlineData("verify", "a", "b")]
    [InlineData("verify", "a", "--tiels", "b")]
    [InlineData("verify", "a", "--tiles")]
    public void A_word_that_lacks_something_is_refused_with_the_usage(params string[] args)
    {
        using var program = new ProgramRun();
        Assert.Equal(2, program.Run(args));
        Assert.Contains("exit 0", program.Errors, StringComparison.Ordinal);
    }
}
