using Marketplace.Domain.Auctions;

namespace Marketplace.Verifier;

/// <summary>What is wrong, for a person.</summary>
internal static class FaultTexts
{
    public static (string Chinese, string English) Of(Unsound why) => why switch
    {
        Unsound.NoHead => ("末行不是签名行", "the last line is no signed head"),
        Unsound.NoLines => ("没有记录", "there is nothing before the signed head"),
        Unsound.NotALine => ("不是本市场写出的记录", "not a line that the market ever wrote"),
        Unsound.NotCanonical => ("字节与规范写法不符", "the bytes are not the one way to write this line"),
        Unsound.ChainBroken => ("哈希链断开：本行或上一行被改动、删除、插入或调换", "the chain is broken: this line or the one before was changed, dropped, inserted or moved"),
        Unsound.NumberGap => ("行号不连续", "the numbers have a gap"),
        Unsound.TimeRunsBack => ("时间倒退", "time runs back"),
        Unsound.HeadOfAnother => ("签名行与记录不符", "the signed head is not the head of these lines"),
        Unsound.UnknownAlgorithm => ("签名算法未知", "the signature's algorithm is unknown"),
        Unsound.KeyIdWrong => ("公钥与其指纹不符", "the public key does not have the fingerprint it names"),
        Unsound.ForeignKey => ("不是指定公钥的签名", "signed with another key than the one you pinned"),
        Unsound.BadSignature => ("签名无效", "the signature does not verify"),
        Unsound.NoLogProof => ("末行不是公开日志的收录证明", "the last line is no proof of the public log"),
        Unsound.NotInTheLog => ("本记录不在公开日志之内：收录证明或检查点签名不符", "this transcript is not in the public log: its proof or the checkpoint's signature does not hold"),
        Unsound.NotTermsFirst => ("首行不是竞价条件", "the first line does not fix the terms"),
        Unsound.UnknownRules => ("规则版本未知", "the rule version is unknown to this program"),
        Unsound.TermsNotAllowed => ("竞价条件不合规则", "the terms are not allowed by the rules"),
        Unsound.SaidTwice => ("同一事项记录了两次", "the same thing is recorded twice"),
        Unsound.AgainstTheRules => ("按规则不应被接受", "the rules would have refused this"),
        Unsound.WrongStanding => ("价格、领先者或结束时间与规则不符，应为", "price, leader or end is not what the rules give, which is"),
        Unsound.WrongResumption => ("中断处理与规则不符", "the outage rule gives something else"),
        Unsound.WrongBreakpoint => ("续拍时间与规则不符", "the breakpoint rule gives something else"),
        Unsound.WrongCloseMoment => ("结束时刻与规则不符，应为", "the close does not carry the end, which is"),
        Unsound.WrongResult => ("结果与规则不符，应为", "the result is not what the rules give, which is"),
        Unsound.AfterTheClose => ("结束之后又有记录", "nothing of this kind may follow the close"),
        Unsound.NotOpened => ("应公开的保密数值没有公开", "a hidden value that must be opened is not opened"),
        Unsound.WrongCommitment => ("公开的数值与承诺不符", "the opened value is not the one committed to"),
        Unsound.WrongOpening => ("公开的数值多于或少于规则要求", "more, fewer or other values are opened than the rules open"),
        Unsound.Omitted => ("应当随之写入的记录缺失", "what must follow this line at once is not there"),
        Unsound.NotARefusedBid => ("不是被拒出价的记录，或与竞价记录不符", "not a refused bid as the market writes it, or none of this record"),
        Unsound.RefusedMissing => ("被拒出价的条数与结束时记录的不符，应为", "not as many refused bids as the end names, which is"),
        Unsound.RefusedChanged => ("被拒出价与结束时记录的摘要不符", "the refused bids are not the ones whose digest the end names"),
    };
}
