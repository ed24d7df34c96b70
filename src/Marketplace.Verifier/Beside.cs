using Marketplace.Domain.Auctions;

namespace Marketplace.Verifier;

/// <summary>What is held beside a transcript: the refused bids, and what a bidder kept.</summary>
internal static class Beside
{
    public static int Refused(string file, TranscriptCheck check, TextWriter output)
    {
        var bytes = File.ReadAllBytes(file);
        if (check.Replayed is not { } auction)
            return Verify.Say(output, Program.Undecided, "未定：竞价尚未结束，被拒出价待结束时记入", "UNDECIDED: the auction is not closed; its end names the refused bids");
        if (KeptRefusals.Check(bytes, check.Lines) is not { } fault)
            return Verify.Say(output, Program.Good, $"被拒出价：{auction.Result!.RefusedCount} 条，与结束时记录的摘要一致", $"REFUSED BIDS: {auction.Result.RefusedCount}, exactly those whose digest the end names");
        var (chinese, english) = FaultTexts.Of(fault.Why);
        return Verify.Say(
            output, Program.Unsound,
            $"不可信：被拒出价第 {fault.Line} 行：{chinese}{(fault.Detail is null ? "" : $"（{fault.Detail}）")}",
            $"UNSOUND: refused bids, line {fault.Line}: {fault.Why}: {english}{(fault.Detail is null ? "" : $" ({fault.Detail})")}");
    }

    public static int Receipt(string file, TranscriptCheck check, Options options, TextWriter output)
    {
        var finding = ReceiptCheck.Of(File.ReadAllBytes(file), check, options.Keys ?? [], out var line);
        return finding switch
        {
            ReceiptFinding.InTheRecord => Verify.Say(output, Program.Good, $"回执：第 {line!.Version} 行，与记录一致", $"RECEIPT: line {line.Version} ({line.Fact.Type}) is in the record as it was signed"),
            ReceiptFinding.LaterThanTheRecord => Verify.Say(output, Program.Undecided, "未定：回执所说的行晚于这份记录，请重新下载记录", "UNDECIDED: the receipt's line is later than this transcript; download it again"),
            ReceiptFinding.UnknownKey => Verify.Say(output, Program.Undecided, "未定：回执由另一把公钥签名，请用 --key 提供", "UNDECIDED: the receipt is signed with another key; give it with --key"),
            ReceiptFinding.NotAReceipt => Bad("不是回执或密封报价副本", "no receipt and no copy of a sealed offer"),
            ReceiptFinding.OtherAuction => Bad("回执属于另一场竞价", "the receipt is of another auction"),
            ReceiptFinding.NotSigned => Bad("回执的签名无效", "the receipt's signature does not verify"),
            ReceiptFinding.OtherHistory => Bad("回执有本市场的有效签名，但记录里是另一回事：本市场签署过两份不同的历史", "the market signed the receipt, and the transcript holds something else: it signed two histories"),
            ReceiptFinding.NotThisOffer => Bad("副本与该行的密封报价不符", "the copy is not the sealed offer of that line"),
            ReceiptFinding.OpenedOtherwise => Bad("开启公布的金额不是副本里密封的金额", "what was opened is not what the copy sealed"),
            _ => throw new InvalidOperationException(finding.ToString()),
        };

        int Bad(string chinese, string english) => Verify.Say(output, Program.Unsound, $"不可信：{chinese}", $"UNSOUND: {finding}: {english}");
    }
}
