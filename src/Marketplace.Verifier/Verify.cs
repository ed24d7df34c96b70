using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Verifier;

/// <summary><c>verify FILE [--key PEM] [--checkpoint NOTE [--tiles FOLDER]] [--receipt FILE] [--refused FILE]</c></summary>
internal static class Verify
{
    public static int Run(string file, Options options, TextWriter output, TextWriter errors)
    {
        var check = Transcript.Verify(File.ReadAllBytes(file), [.. options.Keys?.Select(key => StreamHead.KeyId(key)) ?? []]);
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
        if (check.Logged is { } logged)
        {
            output.WriteLine($"公开日志 / public log: {logged.Origin}; 收录 / entries: {logged.Size}; 根哈希 / root: {Convert.ToHexStringLower(logged.Root)}");
        }
        else
        {
            output.WriteLine("公开日志 / public log: 文件不含收录证明 / the file carries no proof of it");
        }

        var code = options.Checkpoint is { } kept ? UnderKept(kept, check, options, output, errors) : Program.Good;
        if (options.Refused is { } refused) code = Worse(code, Beside.Refused(refused, check, output));
        if (options.Receipt is { } receipt) code = Worse(code, Beside.Receipt(receipt, check, options, output));
        return code;
    }

    private static int Worse(int one, int other) => one == Program.Unsound || other == Program.Unsound ? Program.Unsound : Math.Max(one, other);

    /// <summary>Whether the transcript is in the log as it was when the reader kept its checkpoint, or as it grew from there.</summary>
    private static int UnderKept(string file, TranscriptCheck check, Options options, TextWriter output, TextWriter errors)
    {
        if (check.Logged is not { } logged)
        {
            return Say(output, Program.Unsound, "不可信：文件缺少公开日志的收录证明，无法与您保存的检查点核对", "UNSOUND: the file lacks the proof of the public log, so it is not shown to be under your checkpoint");
        }

        List<byte[]> keys = [.. options.Keys ?? [check.Head!.PublicKey, check.LogKey!]];
        if (Consistency.Open(file, keys, errors) is not { } kept) return Program.Unsound;
        if (kept.Origin != logged.Origin)
            return Say(output, Program.Unsound, $"不可信：您保存的是另一本日志的检查点（{kept.Origin}）", $"UNSOUND: the checkpoint you kept is of another log ({kept.Origin})");
        if (kept.Size == logged.Size)
        {
            return kept.Root.AsSpan().SequenceEqual(logged.Root)
                ? Say(output, Program.Good, "与您保存的检查点一致", "UNDER YOUR CHECKPOINT")
                : Say(output, Program.Unsound, "不可信：同样的收录数，却是另一个根哈希，日志有两个版本", "UNSOUND: another root for the same number of entries: the log has two histories");
        }

        var (older, newer) = kept.Size < logged.Size ? (kept, logged) : (logged, kept);
        if (options.Tiles is { } tiles) return Consistency.Compare(older, newer, tiles, output, errors);
        return Say(
            output, Program.Undecided,
            $"未定：您的检查点收录 {kept.Size}，文件的证明针对 {logged.Size}；请用 --tiles 提供日志分块，或重新下载记录并指定 checkpoint={kept.Size}",
            $"UNDECIDED: your checkpoint has {kept.Size} entries, the file's proof is under {logged.Size}; give tiles with --tiles, or download the transcript with checkpoint={kept.Size}");
    }

    internal static int Say(TextWriter output, int code, string chinese, string english)
    {
        output.WriteLine(chinese);
        output.WriteLine(english);
        return code;
    }

    private static void WriteTerms(Terms terms, TranscriptCheck check, TextWriter output)
    {
        if (terms.RehearsalOf is { } of)
        {
            output.WriteLine($"彩排：{of} 的练习，不是交易，下列结果没有约束力");
            output.WriteLine($"REHEARSAL of {of}: practice, no sale, the result binds nobody");
        }

        output.WriteLine($"竞价 / auction: {terms.Auction}");
        output.WriteLine($"规则版本 / rules: {terms.Rules}");
        output.WriteLine($"行数 / lines: {check.Lines.Count}");
        output.WriteLine($"末行哈希 / last hash: {check.Head!.Hash}");
    }

    private static void WriteResult(Auction auction, TextWriter output)
    {
        var result = auction.Result!;
        output.WriteLine($"有效出价 / bids: {auction.Bids}; 延时 / extensions: {auction.Extensions}; 结束 / ended: {Instant.Write(auction.EndsAt)}");
        if (result.Outcome == Outcome.Sold && auction.Standing is not { Promoted: false })
        {
            output.WriteLine($"结束时：号牌 {result.Winner} 以 ¥{Fen.Yuan(result.PriceFen!.Value)} 竞得");
            output.WriteLine($"AT THE CLOSE: paddle {result.Winner} won for CNY {Fen.Yuan(result.PriceFen.Value)}");
        }

        foreach (var gone in auction.Trouble.Defaults) Say(output, 0, $"悔拍：号牌 {gone.Paddle}", $"DEFAULTED: paddle {gone.Paddle}");
        if (auction.Trouble is { Offer: { } offer, Answer: var answer })
        {
            Say(
                output, 0,
                $"第二顺位：号牌 {offer.Paddle}，¥{Fen.Yuan(offer.PriceFen)}，{answer?.Answer switch { SecondAnswer.Accepted => "已接受", SecondAnswer.Declined => "已拒绝", SecondAnswer.Expired => "逾期未答复", _ => $"待答复至 {Instant.Write(offer.Until)}" }}",
                $"SECOND-BEST: paddle {offer.Paddle} for CNY {Fen.Yuan(offer.PriceFen)}, {(answer is null ? $"asked until {Instant.Write(offer.Until)}" : answer.Answer.ToString().ToLowerInvariant())}");
        }

        if (auction.Standing is { } sale)
        {
            output.WriteLine($"结果：{(sale.Promoted ? "第二顺位成交" : "成交")}，号牌 {sale.Winner}，¥{Fen.Yuan(sale.PriceFen)}（{Fen.TenThousandYuan(sale.PriceFen)} 万元）");
            output.WriteLine($"RESULT: sold to paddle {sale.Winner} for CNY {Fen.Yuan(sale.PriceFen)} ({sale.PriceFen} fen){(sale.Promoted ? ", the second-best" : "")}");
            return;
        }

        var (chinese, english) = auction.OutcomeName switch
        {
            "cancelled" => ("已撤回，没有成交", "cancelled before the end, nothing was sold"),
            "void" => ("成交已撤销，没有有效的成交", "void, no sale stands"),
            "refused" => ("转让方拒绝履约，没有有效的成交", "the seller refused, no sale stands"),
            "defaulted" => ("买受人悔拍，没有有效的成交", "the buyer defaulted, no sale stands"),
            "unsold" => ("未成交", "unsold"),
            var other => throw new InvalidOperationException($"An outcome that nobody tells: {other}"),
        };
        Say(output, 0, $"结果：{chinese}", $"RESULT: {english}");
    }
}
