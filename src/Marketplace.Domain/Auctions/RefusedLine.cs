using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>A refused bid as anybody may read it after the end. It is no fact: nothing follows from it.</summary>
/// <param name="Ordinal">Counts from 1 in one auction.</param>
/// <param name="Version">The version of the auction that the refusal was decided on.</param>
/// <param name="At">When the bid was received.</param>
/// <param name="AmountFen">Of an open bid; null for a maximum and a sealed offer, and where saying it would tell a ceiling.</param>
/// <param name="Reason">The name of the <see cref="Refusal"/>.</param>
public sealed record RefusedLine(long Ordinal, int Paddle, long Version, DateTimeOffset At, long? AmountFen, string Reason)
{
    /// <summary>The one way to write it, without the line feed.</summary>
    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>(160);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("ordinal", Ordinal);
        json.WriteNumber("paddle", Paddle);
        json.WriteNumber("version", Version);
        json.WriteString("at", Instant.Write(At));
        if (AmountFen is { } amount) json.WriteNumber("amountFen", amount); else json.WriteNull("amountFen");
        json.WriteString("reason", Reason);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Null for anything but the bytes that <see cref="Write"/> makes.</summary>
    public static RefusedLine? Read(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var json = document.RootElement;
            if (!Instant.TryRead(json.GetProperty("at"), out var at) || json.GetProperty("reason").GetString() is not { } reason) return null;
            var amount = json.GetProperty("amountFen");
            var line = new RefusedLine(
                json.GetProperty("ordinal").GetInt64(), json.GetProperty("paddle").GetInt32(), json.GetProperty("version").GetInt64(), at,
                amount.ValueKind is JsonValueKind.Null ? null : amount.GetInt64(), reason);
            return line.Write().AsSpan().SequenceEqual(bytes) ? line : null;
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }
}

/// <summary>
/// The refused bids that the end of an auction names: those whose answer was given when the end was decided, the first
/// thousand of each paddle. <c>Digest</c> is SHA-256 over their lines by ordinal, each ended by a line feed.
/// </summary>
public readonly record struct KeptRefusals(long Count, string Digest)
{
    public static KeptRefusals Of(IEnumerable<RefusedLine> lines)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var count = 0L;
        foreach (var line in lines)
        {
            hash.AppendData(line.Write());
            hash.AppendData("\n"u8);
            count++;
        }

        return new KeptRefusals(count, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Whether a file holds exactly the refused bids that this ended auction names.</summary>
    /// <param name="file">One line each, ended by a line feed; the last one may lack it. Empty where none was refused.</param>
    /// <returns>The first thing that is wrong, with the line of this file; null when nothing is.</returns>
    public static TranscriptFault? Check(ReadOnlySpan<byte> file, IReadOnlyList<FactLine> record)
    {
        var end = record.First(line => line.Fact is Closed or Cancelled);
        var named = end.Fact is Closed closed ? new KeptRefusals(closed.RefusedCount, closed.RefusedDigest) : new KeptRefusals(((Cancelled)end.Fact).RefusedCount, ((Cancelled)end.Fact).RefusedDigest);
        var lines = new List<RefusedLine>();
        foreach (var bytes in Transcript.Split(file))
        {
            var number = lines.Count + 1;
            if (RefusedLine.Read(bytes) is not { } line || line.Ordinal != number || line.Version >= end.Version) return new TranscriptFault(number, Unsound.NotARefusedBid);
            lines.Add(line);
        }

        if (lines.Count != named.Count) return new TranscriptFault(lines.Count, Unsound.RefusedMissing, $"{named.Count}");
        return Of(lines).Digest == named.Digest ? null : new TranscriptFault(lines.Count, Unsound.RefusedChanged);
    }
}
