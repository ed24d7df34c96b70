using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Verifier;

/// <summary>What a rehearsal prints: one JSON object a line, each marked as no record.</summary>
internal static class RehearsalAnswers
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Verdict(
        RehearsalCommand command, int paddle, Decision<BidAnswer> decision, IReadOnlyList<FactLine> lines, Auction after, Func<int, string> name) => Line(json =>
    {
        json.WriteNumber("line", command.Line);
        json.WriteString("bidder", command.Bidder);
        json.WriteString("bidId", command.BidId);
        json.WriteNumber("paddle", paddle);
        if (decision.Refusal is { } refusal)
        {
            json.WriteString("verdict", "refused");
            json.WriteString("code", refusal.ToString());
            if (decision.Detail is not null) json.WriteString("detail", decision.Detail);
        }
        else
        {
            json.WriteString("verdict", lines.Count > 0 ? "accepted" : "repeated");
            json.WriteStartObject("answer");
            json.WriteNumber("version", decision.Answer!.Version);
            json.WriteString("receivedAt", Instant.Write(decision.Answer.ReceivedAt));
            json.WriteNumber("priceFen", decision.Answer.PriceFen);
            json.WriteBoolean("leading", decision.Answer.Leading);
            json.WriteEndObject();
        }

        Amount(json, "priceFen", after.PriceFen);
        Named(json, "leader", after.Leader, name);
        json.WriteNumber("nextMinFen", after.NextMinFen);
        Moment(json, "endsAt", after.End);
        json.WriteNumber("version", after.Version);
        Facts(json, lines);
    });

    /// <summary>What the auctioneer or the market did.</summary>
    public static string Act<T>(RehearsalCommand command, Decision<T> decision, IReadOnlyList<FactLine> lines, Auction after, Func<int, string> name) => Line(json =>
    {
        json.WriteNumber("line", command.Line);
        json.WriteString("act", command.Act);
        if (command.Bidder.Length > 0) json.WriteString("bidder", command.Bidder);
        json.WriteString("verdict", decision.Refusal is not null ? "refused" : lines.Count > 0 ? "accepted" : "repeated");
        if (decision.Refusal is { } refusal) json.WriteString("code", refusal.ToString());
        if (decision.Detail is not null) json.WriteString("detail", decision.Detail);
        Amount(json, "priceFen", after.PriceFen);
        Named(json, "leader", after.Leader, name);
        json.WriteNumber("nextMinFen", after.NextMinFen);
        if (after.IsHall) json.WriteNumber("warnings", after.InHall?.Warnings ?? 0); else json.WriteString("endsAt", Instant.Write(after.EndsAt));
        json.WriteNumber("version", after.Version);
        Facts(json, lines);
    });

    /// <summary>The commands are over and it has not ended: nobody hammered, or it stands still.</summary>
    public static string StillOpen(Auction auction, Refusal because) => Line(json =>
    {
        json.WriteNull("outcome");
        json.WriteString("code", because.ToString());
        Amount(json, "priceFen", auction.PriceFen);
        json.WriteNumber("version", auction.Version);
        Facts(json, []);
    });

    /// <summary>What the market did by itself, between two commands.</summary>
    public static string Happened(string what, IReadOnlyList<FactLine> lines, Auction after, Func<int, string> name) => Line(json =>
    {
        json.WriteString("verdict", what);
        Amount(json, "priceFen", after.PriceFen);
        Named(json, "leader", after.Leader, name);
        json.WriteString("endsAt", Instant.Write(after.EndsAt));
        json.WriteNumber("version", after.Version);
        Facts(json, lines);
    });

    public static string Malformed(int line, string fault) => Line(json =>
    {
        json.WriteNumber("line", line);
        json.WriteString("verdict", "refused");
        json.WriteString("code", nameof(Refusal.MalformedRequest));
        json.WriteString("detail", fault);
        Facts(json, []);
    });

    public static string Outcome(Closed closed, IReadOnlyList<FactLine> lines, long version, Func<int, string> name) => Line(json =>
    {
        json.WriteString("outcome", closed.Outcome == Domain.Auctions.Outcome.Sold ? "sold" : "unsold");
        Amount(json, "priceFen", closed.PriceFen);
        Named(json, "winner", closed.Winner, name);
        json.WriteNumber("version", version);
        Facts(json, lines);
    });

    private static string Line(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteString("note", Rehearse.Mark);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Facts(Utf8JsonWriter json, IReadOnlyList<FactLine> lines)
    {
        json.WriteStartArray("facts");
        foreach (var line in lines) json.WriteRawValue(line.Bytes);
        json.WriteEndArray();
    }

    private static void Amount(Utf8JsonWriter json, string field, long? fen)
    {
        if (fen is { } amount) json.WriteNumber(field, amount); else json.WriteNull(field);
    }

    private static void Moment(Utf8JsonWriter json, string field, DateTimeOffset? at)
    {
        if (at is { } moment) json.WriteString(field, Instant.Write(moment)); else json.WriteNull(field);
    }

    private static void Named(Utf8JsonWriter json, string field, int? paddle, Func<int, string> name)
    {
        if (paddle is { } number) json.WriteString(field, name(number)); else json.WriteNull(field);
    }
}
