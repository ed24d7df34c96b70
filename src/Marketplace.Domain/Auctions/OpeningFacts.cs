using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Domain.Auctions.Sealing;

namespace Marketplace.Domain.Auctions;

/// <summary>A holder brought its share of the opening key after the end. The line says who and which, never the share.</summary>
/// <param name="Share">The share itself, on its way into a private table of the same append; not part of the line.</param>
public sealed record ShareGiven(int Index, ShareHolder Holder, string Commitment, byte[]? Share = null) : AuctionFact
{
    public override string Type => "share-given";
    public override string CommandKey => $"share/{Index}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteNumber("share", Index);
        json.WriteString("holder", KeyShare.Word(Holder));
        json.WriteString("commitment", Commitment);
    }

    /// <summary>Without the share.</summary>
    public override string ToString() => $"{Type} {Index}";
}

/// <summary>An envelope as it was kept.</summary>
/// <param name="Of">The line of the offer.</param>
/// <param name="Bytes">Null when nothing was kept.</param>
public sealed record PublishedEnvelope(long Of, byte[]? Bytes);

/// <summary>
/// The opening key's private half and all envelopes, in the same append as the opening: from here on anybody opens every
/// envelope again.
/// </summary>
/// <param name="Scalar">32 bytes in lower-case hex.</param>
public sealed record EnvelopesPublished(string Scalar, ImmutableArray<PublishedEnvelope> Items) : AuctionFact
{
    public override string Type => "envelopes-published";
    public override string CommandKey => "envelopes";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("privateKey", Scalar);
        json.WriteStartArray("items");
        foreach (var item in Items)
        {
            json.WriteStartObject();
            json.WriteNumber("of", item.Of);
            if (item.Bytes is { } bytes) json.WriteBase64String("envelope", bytes); else json.WriteNull("envelope");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static EnvelopesPublished Read(JsonElement json) => new(
        json.GetProperty("privateKey").GetString() ?? throw new FormatException("privateKey"),
        [.. json.GetProperty("items").EnumerateArray().Select(i => new PublishedEnvelope(
            i.GetProperty("of").GetInt64(), i.GetProperty("envelope") is { ValueKind: JsonValueKind.String } bytes ? bytes.GetBytesFromBase64() : null))]);
}
