using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Domain.Common;
using Marketplace.Domain.Proofs;

namespace Marketplace.Domain.Auctions;

/// <summary>What checking a transcript gave.</summary>
/// <param name="Fault">The first thing that is wrong; null when the transcript is good.</param>
/// <param name="Lines">The lines without the head, as far as they were read.</param>
/// <param name="Head">The signed head, when there is one that can be read.</param>
/// <param name="Pinned">The key was known to the reader and not only taken from the transcript itself.</param>
/// <param name="Replayed">The state that the rules give; null while the auction is not closed, when only chain and signature can be checked.</param>
public sealed record TranscriptCheck(TranscriptFault? Fault, IReadOnlyList<FactLine> Lines, TranscriptHead? Head, bool Pinned, Auction? Replayed)
{
    public bool IsGood => Fault is null;

    /// <summary>The state of the public log under which the head stands; null when the transcript does not carry the proof.</summary>
    public Checkpoint? Logged { get; init; }

    /// <summary>SubjectPublicKeyInfo of the key that signed that state.</summary>
    public byte[]? LogKey { get; init; }
}

/// <summary>
/// A transcript is a file of lines: the stored lines of the auction, each naming the hash of the one before, then the
/// signed head, then the proof that this head is in the public log. Whoever holds it can check it without the market. The
/// last line is missing where the head is too young for the log or the reader has not asked for it.
/// </summary>
public static class Transcript
{
    public static string StreamOf(string auction) => $"auction/{auction}";

    /// <summary>Checks every byte of a transcript; after the close also that the rules give what its lines claim.</summary>
    /// <param name="file">The whole file, UTF-8, lines ended by a line feed; the last one may lack it.</param>
    /// <param name="pinnedKeys">Ids of the keys the reader trusts; none to take the key of the transcript itself.</param>
    public static TranscriptCheck Verify(ReadOnlySpan<byte> file, IReadOnlyCollection<string>? pinnedKeys = null)
    {
        var raw = Split(file);
        var lines = new List<FactLine>(raw.Count);
        TranscriptHead? head = null;
        TranscriptLog? log = null;
        var isLogged = raw.Count > 1 && TranscriptLog.IsIt(raw[^1]);
        var headAt = isLogged ? raw.Count - 1 : raw.Count;
        var fault = headAt == 0 ? new TranscriptFault(1, Unsound.NoHead) : TranscriptHead.Read(raw[headAt - 1], headAt, out head);
        if (isLogged) fault ??= TranscriptLog.Read(raw[^1], raw.Count, out log);
        for (var i = 0; fault is null && i < headAt - 1; i++) fault = ReadLine(raw[i], lines);
        fault ??= CheckHead(lines, head!, headAt, pinnedKeys);
        Checkpoint? logged = null;
        if (log is not null) fault ??= log.Check(head!, lines[^1].At, raw.Count, pinnedKeys, out logged);
        Auction? replayed = null;
        try
        {
            if (fault is null && lines.Exists(line => line.Fact is Closed or Cancelled or HammerFell or LotPassed)) fault = TranscriptReplay.Run(lines, out replayed);
        }
        catch (ArgumentOutOfRangeException)
        {
            // Moments at the end of the calendar: the market never writes them.
            fault = new TranscriptFault(lines.Count, Unsound.AgainstTheRules);
        }

        return new TranscriptCheck(fault, lines, head, pinnedKeys is { Count: > 0 }, replayed) { Logged = logged, LogKey = log?.PublicKey };
    }

    private static TranscriptFault? ReadLine(byte[] bytes, List<FactLine> lines)
    {
        var number = lines.Count + 1;
        FactLine line;
        try
        {
            line = AuctionLines.Read(bytes);
            var again = FactLine.Write(line.Fact, line.Version, line.Prev, line.At);
            if (!again.Bytes.AsSpan().SequenceEqual(bytes)) return new TranscriptFault(number, Unsound.NotCanonical);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            return new TranscriptFault(number, Unsound.NotALine, e.Message);
        }

        var (prev, at) = lines.Count == 0 ? (FactLine.Genesis, DateTimeOffset.MinValue) : (lines[^1].Hash, lines[^1].At);
        if (line.Prev != prev) return new TranscriptFault(number, Unsound.ChainBroken);
        if (line.Version != number) return new TranscriptFault(number, Unsound.NumberGap, $"v {line.Version}");
        if (line.At < at) return new TranscriptFault(number, Unsound.TimeRunsBack, Instant.Write(line.At));
        lines.Add(line);
        return null;
    }

    private static TranscriptFault? CheckHead(List<FactLine> lines, TranscriptHead head, int number, IReadOnlyCollection<string>? pinnedKeys)
    {
        if (lines.Count == 0) return new TranscriptFault(number, Unsound.NoLines);
        if (lines[0].Fact is not TermsFixed terms) return new TranscriptFault(1, Unsound.NotTermsFirst);
        if (head.Stream != StreamOf(terms.Terms.Auction)) return new TranscriptFault(number, Unsound.HeadOfAnother, head.Stream);
        if (head.Version != lines.Count) return new TranscriptFault(number, Unsound.HeadOfAnother, $"version {head.Version}");
        if (head.Hash != lines[^1].Hash) return new TranscriptFault(lines.Count, Unsound.HeadOfAnother, $"hash {lines[^1].Hash}");
        if (head.KeyId != StreamHead.KeyId(head.PublicKey)) return new TranscriptFault(number, Unsound.KeyIdWrong);
        if (pinnedKeys is { Count: > 0 } && !pinnedKeys.Contains(head.KeyId)) return new TranscriptFault(number, Unsound.ForeignKey, head.KeyId);
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(head.PublicKey, out var read);
            return read == head.PublicKey.Length && key.KeySize == 256 && StreamHead.Verifies(key, head.Stream, head.Version, head.Hash, head.Signature)
                ? null
                : new TranscriptFault(number, Unsound.BadSignature);
        }
        catch (CryptographicException)
        {
            return new TranscriptFault(number, Unsound.BadSignature);
        }
    }

    internal static List<byte[]> Split(ReadOnlySpan<byte> file)
    {
        var lines = new List<byte[]>();
        if (file.EndsWith("\n"u8)) file = file[..^1];
        if (file.IsEmpty) return lines;
        foreach (var range in file.Split((byte)'\n')) lines.Add(file[range].ToArray());
        return lines;
    }
}
