using System.Text;
using System.Text.Json;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>The signed last line of a transcript.</summary>
public sealed record TranscriptHead(string Stream, long Version, string Hash, string KeyId, byte[] PublicKey, byte[] Signature)
{
    internal static TranscriptFault? Read(byte[] bytes, long number, out TranscriptHead? head)
    {
        head = null;
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var json = document.RootElement;
            if (json.GetProperty("type").GetString() != "head") return new TranscriptFault(number, Unsound.NoHead);
            var algorithm = json.GetProperty("alg").GetString();
            if (algorithm != StreamHead.Algorithm) return new TranscriptFault(number, Unsound.UnknownAlgorithm, algorithm);
            head = new TranscriptHead(
                Word(json, "stream"),
                json.GetProperty("version").GetInt64(),
                Word(json, "hash"),
                Word(json, "key"),
                json.GetProperty("publicKey").GetBytesFromBase64(),
                json.GetProperty("signature").GetBytesFromBase64());
            var again = StreamHead.Line(head.Stream, head.Version, head.Hash, head.KeyId, head.PublicKey, head.Signature);
            return Encoding.UTF8.GetBytes(again).AsSpan().SequenceEqual(bytes) ? null : new TranscriptFault(number, Unsound.NotCanonical);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            return new TranscriptFault(number, Unsound.NoHead, e.Message);
        }
    }

    private static string Word(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new FormatException(name);
}

/// <summary>What is wrong with a transcript, and in which line of the file (from 1).</summary>
/// <param name="Detail">What was found or what should stand there; not translated.</param>
public sealed record TranscriptFault(long Line, Unsound Why, string? Detail = null);

/// <summary>Why a transcript is not sound.</summary>
public enum Unsound
{
    // the file
    NoHead,
    NoLines,
    NotALine,
    NotCanonical,

    // the chain
    ChainBroken,
    NumberGap,
    TimeRunsBack,

    // the signed head
    HeadOfAnother,
    UnknownAlgorithm,
    KeyIdWrong,
    ForeignKey,
    BadSignature,

    // the proof of the public log
    NoLogProof,
    NotInTheLog,

    // the replay through the rules
    NotTermsFirst,
    UnknownRules,
    TermsNotAllowed,
    SaidTwice,
    AgainstTheRules,
    WrongStanding,
    WrongResumption,
    WrongBreakpoint,
    WrongCloseMoment,
    WrongResult,
    AfterTheClose,
    NotOpened,
    WrongCommitment,
    WrongOpening,

    /// <summary>What the same append must hold after a line is not there.</summary>
    Omitted,

    // the refused bids beside it
    NotARefusedBid,
    RefusedMissing,
    RefusedChanged,
}
