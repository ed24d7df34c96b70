using System.Security.Cryptography;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Verifier;

/// <summary><c>verify FILE [--key PEM]</c></summary>
internal static class Verify
{
    public static int Run(string file, string? keyFile, TextWriter output, TextWriter errors)
    {
        var pinned = new List<string>();
        if (keyFile is not null && !ReadKeys(File.ReadAllText(keyFile), pinned))
        {
            errors.WriteLine($"{keyFile}: 不是公钥（PEM）/ is no public key in PEM");
            return Program.Misused;
        }

        var check = Transcript.Verify(File.ReadAllBytes(file), pinned);
        if (check.Fault is { } fault)
        {
            var (chinese, english) = FaultTexts.Of(fault.Why);
            output.WriteLine($"不可信：第 {fault.Line} 行：{chinese}{(fault.Detail is null ? "" : $"（{fault.Detail}）")}");
            output.WriteLine($"UNSOUND: line {fault.Line}: {fault.Why}: {english}{(fault.Detail is null ? "" : $" ({fault.Detail})")}");
            return Program.Unsound;
        }

        var terms = ((TermsFixed)check.Lines[0].Fact).Terms;
        if (check.Replayed is { } auction)
        {
            output.WriteLine("可信：哈希链、签名与按规则重放均一致");
            output.WriteLine("GOOD: chain, signature and the replay through the rules agree");
            WriteTerms(terms, check, output);
            WriteResult(auction, output);
        }
        else
        {
            output.WriteLine("可信（竞价尚未结束）：哈希链与签名一致；按规则重放须待结束并公开后进行");
            output.WriteLine("GOOD, NOT CLOSED YET: chain and signature agree; the replay through the rules is possible only after the close");
            WriteTerms(terms, check, output);
        }

        output.WriteLine($"公钥指纹 / key fingerprint: {check.Head!.KeyId} ({(check.Pinned ? "已指定 / pinned" : "未指定 / not pinned")})");
        return Program.Good;
    }

    private static void WriteTerms(Terms terms, TranscriptCheck check, TextWriter output)
    {
        output.WriteLine($"竞价 / auction: {terms.Auction}");
        output.WriteLine($"规则版本 / rules: {terms.Rules}");
        output.WriteLine($"行数 / lines: {check.Lines.Count}");
        output.WriteLine($"末行哈希 / last hash: {check.Head!.Hash}");
    }

    private static void WriteResult(Auction auction, TextWriter output)
    {
        var result = auction.Result!;
        output.WriteLine($"有效出价 / bids: {auction.Bids}; 延时 / extensions: {auction.Extensions}; 结束 / ended: {Instant.Write(auction.EndsAt)}");
        if (result.Outcome == Outcome.Sold)
        {
            output.WriteLine($"结果：成交，号牌 {result.Winner}，¥{Fen.Yuan(result.PriceFen!.Value)}（{Fen.TenThousandYuan(result.PriceFen.Value)} 万元）");
            output.WriteLine($"RESULT: sold to paddle {result.Winner} for CNY {Fen.Yuan(result.PriceFen.Value)} ({result.PriceFen} fen)");
        }
        else
        {
            output.WriteLine("结果：未成交");
            output.WriteLine("RESULT: unsold");
        }
    }

    /// <summary>The ids of all public keys in a PEM file; a private key counts with its public half.</summary>
    private static bool ReadKeys(string pem, List<string> ids)
    {
        var rest = pem.AsSpan();
        try
        {
            while (PemEncoding.TryFind(rest, out var fields))
            {
                using var key = ECDsa.Create();
                key.ImportFromPem(rest[fields.Location]);
                ids.Add(StreamHead.KeyId(key.ExportSubjectPublicKeyInfo()));
                rest = rest[fields.Location.End..];
            }
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return false;
        }

        return ids.Count > 0;
    }
}
