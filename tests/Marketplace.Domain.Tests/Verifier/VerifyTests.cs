using System.Diagnostics;
using System.Security.Cryptography;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Tests.Auctions;

namespace Marketplace.Domain.Tests.Verifier;

public sealed class VerifyTests
{
    private static readonly Live Sale = Scenario.Play("""
        0:01  | A | 100万     | ok
        0:02  | B | max 120万 | ok
        60:00 | - | close     | sold
        """).Live;

    [Fact]
    public void A_good_transcript_is_told_with_its_result_and_the_key_is_not_pinned()
    {
        using var program = new ProgramRun();
        Assert.Equal(0, program.Run("verify", program.File("t.ndjson", Sale.Transcript())));
        Assert.Contains("成交，号牌 2，¥1,010,000", program.Output, StringComparison.Ordinal);
        Assert.Contains("RESULT: sold to paddle 2 for CNY 1,010,000", program.Output, StringComparison.Ordinal);
        Assert.Contains($"{Live.KeyId} (未指定 / not pinned)", program.Output, StringComparison.Ordinal);
        Assert.Empty(program.Errors);
    }

    [Fact]
    public void A_rehearsal_is_told_before_its_result()
    {
        using var program = new ProgramRun();
        var practice = Scenario.Play(
            """
            0:01  | A | 100万 | ok
            60:00 | - | close | sold
            """,
            Live.Terms with { Auction = "rehearsal:ZJP-1", RehearsalOf = "ZJP-1", DepositFen = 0 }).Live;
        Assert.Equal(0, program.Run("verify", program.File("t.ndjson", practice.Transcript())));
        Assert.Contains("彩排：ZJP-1 的练习，不是交易", program.Output, StringComparison.Ordinal);
        Assert.True(program.Output.IndexOf("REHEARSAL of ZJP-1", StringComparison.Ordinal) < program.Output.IndexOf("RESULT: sold", StringComparison.Ordinal));
    }

    [Fact]
    public void A_pinned_key_must_be_the_one_that_signed()
    {
        using var program = new ProgramRun();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var file = program.File("t.ndjson", Sale.Transcript());
        Assert.Equal(0, program.Run("verify", file, "--key", program.File("market.pem", Live.Pem)));
        Assert.Contains("已指定 / pinned", program.Output, StringComparison.Ordinal);
        var foreign = other.ExportSubjectPublicKeyInfoPem();
        Assert.Equal(1, program.Run("verify", file, "--key", program.File("other.pem", foreign)));
        Assert.Contains(nameof(Unsound.ForeignKey), program.Output, StringComparison.Ordinal);
        Assert.Equal(0, program.Run("verify", "--key", program.File("all.pem", foreign + "\n" + Live.Pem), file));
    }

    [Fact]
    public void A_change_is_told_with_its_line_and_the_reason()
    {
        using var program = new ProgramRun();
        var bytes = Sale.Transcript();
        bytes[Sale.Lines[0].Bytes.Length + 40] ^= 1;
        Assert.Equal(1, program.Run("verify", program.File("t.ndjson", bytes)));
        Assert.Contains("UNSOUND: line 2", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_auction_that_goes_on_is_good_and_says_what_could_not_be_checked()
    {
        using var program = new ProgramRun();
        var open = Live.TranscriptOf(Sale.Lines[..6], "auction/a1");
        Assert.Equal(0, program.Run("verify", program.File("t.ndjson", open)));
        Assert.Contains("NOT CLOSED YET", program.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("RESULT", program.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("not a transcript")]
    [InlineData("{}\n{}\n")]
    [InlineData("[]\n{\"type\":\"head\"}\n")]
    [InlineData("null\nnull\n")]
    public void Anything_else_is_unsound(string content)
    {
        using var program = new ProgramRun();
        Assert.Equal(1, program.Run("verify", program.File("t.ndjson", content)));
        Assert.Contains("UNSOUND", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_call_is_told_how_to_call()
    {
        using var program = new ProgramRun();
        Assert.Equal(2, program.Run());
        Assert.Contains("verify FILE [--key PEM]", program.Errors, StringComparison.Ordinal);
        Assert.Equal(2, program.Run("verify"));
        Assert.Equal(2, program.Run("verify", "nowhere/at/all"));
        Assert.Equal(2, program.Run("verify", program.File("t", Sale.Transcript()), "--key", program.File("k", "no key")));
    }

    [Fact]
    public async Task The_program_runs_on_its_own()
    {
        using var program = new ProgramRun();
        var file = program.File("t.ndjson", Sale.Transcript());
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var arg in (string[])["exec", typeof(Marketplace.Verifier.Program).Assembly.Location, "verify", file]) start.ArgumentList.Add(arg);
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        Assert.StartsWith("可信", output, StringComparison.Ordinal);
    }
}
