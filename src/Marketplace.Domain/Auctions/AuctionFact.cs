using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>How an auction ended. Stored by name.</summary>
public enum Outcome
{
    Sold,
    Unsold,

    /// <summary>撤回: taken back before the end; said by <see cref="Cancelled"/> and never by <see cref="Closed"/>.</summary>
    Cancelled,
}

/// <summary>A fact of an auction: what its public transcript consists of.</summary>
public abstract record AuctionFact : Fact;

/// <summary>The first line: terms and rule version. The secret is the reserve.</summary>
public sealed record TermsFixed(Terms Terms, Secret? Reserve) : AuctionFact
{
    public override string Type => "terms-fixed";
    public override string CommandKey => "terms";
    public override Secret? Secret => Reserve;

    public override void WriteFields(Utf8JsonWriter json) => TermsJson.WriteFields(json, Terms);
}

/// <summary>
/// An organisation may bid under this paddle; who it is stays outside the log. The secret is the ceiling that its
/// signatory set (0 when none): committed to, so that a refusal above it can be proven, and never opened.
/// </summary>
public sealed record BidderAdmitted(int Paddle, Secret? Ceiling, string? CeilingCommitment) : AuctionFact
{
    public override string Type => "bidder-admitted";
    public override string CommandKey => $"admit/{Paddle}";
    public override Secret? Secret => Ceiling;

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteNumber("paddle", Paddle);
        json.WriteString("ceiling", CeilingCommitment);
    }
}

/// <summary>The signatory moved the ceiling of a paddle.</summary>
public sealed record CeilingSet(int Paddle, string CommandId, Secret? Ceiling, string CeilingCommitment) : AuctionFact
{
    public override string Type => "ceiling-set";
    public override string CommandKey => $"ceiling/{Paddle}/{CommandId}";
    public override Secret? Secret => Ceiling;

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteNumber("paddle", Paddle);
        json.WriteString("id", CommandId);
        json.WriteString("ceiling", CeilingCommitment);
    }
}

/// <summary>A paddle may no longer bid, because its deposit was reversed by the provider. Accepted bids stand.</summary>
public sealed record Suspended(int Paddle) : AuctionFact
{
    public override string Type => "suspended";
    public override string CommandKey => $"suspend/{Paddle}";

    public override void WriteFields(Utf8JsonWriter json) => json.WriteNumber("paddle", Paddle);
}

/// <summary>Bidding began. Written for the reader: whether bids are in follows from terms and time alone.</summary>
public sealed record Opened : AuctionFact
{
    public override string Type => "opened";
    public override string CommandKey => "opened";

    public override void WriteFields(Utf8JsonWriter json) { }
}

/// <summary>What the price, the leader and the end are after a bid; recomputed by whoever verifies the transcript.</summary>
public readonly record struct Standing(long PriceFen, int Leader, DateTimeOffset EndsAt)
{
    public void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("priceFen", PriceFen);
        json.WriteNumber("leader", Leader);
        json.WriteString("endsAt", Instant.Write(EndsAt));
    }
}

/// <summary>An exact open bid.</summary>
public sealed record BidAccepted(int Paddle, string BidId, long AmountFen, Standing After) : AuctionFact
{
    public override string Type => "bid-accepted";
    public override string CommandKey => Bidding.Key(Paddle, BidId);

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteNumber("paddle", Paddle);
        json.WriteString("bidId", BidId);
        json.WriteNumber("amountFen", AmountFen);
        After.Write(json);
    }
}

/// <summary>A hidden maximum. The line carries its commitment, the secret its value.</summary>
public sealed record ProxyAccepted(int Paddle, string BidId, Secret? Maximum, string Commitment, Standing After) : AuctionFact
{
    public override string Type => "proxy-accepted";
    public override string CommandKey => Bidding.Key(Paddle, BidId);
    public override Secret? Secret => Maximum;

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteNumber("paddle", Paddle);
        json.WriteString("bidId", BidId);
        json.WriteString("maximum", Commitment);
        After.Write(json);
    }
}

/// <summary>An offer that nobody can read yet.</summary>
/// <param name="Envelope">The envelope itself, on its way into a table of the same append; not part of the line.</param>
public sealed record OfferSealed(int Paddle, string BidId, string Commitment, string EnvelopeSha256, byte[]? Envelope = null) : AuctionFact
{
    public override string Type => "offer-sealed";
    public override string CommandKey => Bidding.Key(Paddle, BidId);

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteNumber("paddle", Paddle);
        json.WriteString("bidId", BidId);
        json.WriteString("commitment", Commitment);
        json.WriteString("envelope", EnvelopeSha256);
    }
}

/// <summary>All envelopes were opened together. Anybody can compare each with what its offer committed to.</summary>
/// <param name="After">The best valid offer; null when none is valid.</param>
public sealed record OffersOpened(ImmutableArray<OpenedOffer> Items, Standing? After) : AuctionFact
{
    public override string Type => "offers-opened";
    public override string CommandKey => "offers-opened";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteStartArray("items");
        foreach (var item in Items)
        {
            json.WriteStartObject();
            json.WriteNumber("of", item.Of);
            if (item.AmountFen is { } amount) json.WriteNumber("amountFen", amount); else json.WriteNull("amountFen");
            json.WriteString("nonce", item.Nonce);
            json.WriteString("fault", item.Fault?.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("best");
        After?.Write(json);
        json.WriteEndObject();
    }

    public bool Equals(OffersOpened? other) => other is not null && After == other.After && Items.SequenceEqual(other.Items);

    public override int GetHashCode() => HashCode.Combine(Items.Length, After);
}

/// <summary>
/// A node took the auction over. It is appended and durable before anybody is answered, so an append that was still
/// in flight, or an older activation, loses the version. It also applies the outage rule (<see cref="Resuming"/>).
/// </summary>
/// <param name="Epoch">1 for the first take-over, then one more each time.</param>
/// <param name="SilentSince">Until when the auction was certainly served before.</param>
/// <param name="EndsAt">The end after the outage rule.</param>
/// <param name="Paused">The silence inside the closing window was too long: bidding waits for a breakpoint.</param>
public sealed record Resumed(int Epoch, DateTimeOffset SilentSince, DateTimeOffset EndsAt, bool Paused) : AuctionFact
{
    public override string Type => "resumed";
    public override string CommandKey => $"resumed/{Epoch}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteNumber("epoch", Epoch);
        json.WriteString("silentSince", Instant.Write(SilentSince));
        json.WriteString("endsAt", Instant.Write(EndsAt));
        json.WriteBoolean("paused", Paused);
    }
}

/// <summary>断点续拍: bidding goes on from the last valid price, for the earlier valid bidders only, for one window.</summary>
public sealed record BreakpointSet(string CommandId, DateTimeOffset RestartsAt, DateTimeOffset EndsAt) : AuctionFact
{
    public override string Type => "breakpoint-set";
    public override string CommandKey => Key(CommandId);

    public static string Key(string commandId) => $"breakpoint/{commandId}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", CommandId);
        json.WriteString("restartsAt", Instant.Write(RestartsAt));
        json.WriteString("endsAt", Instant.Write(EndsAt));
    }
}

/// <summary>The close is an entry in the bids' own sequence: 系统确认成交 when there is a winner (合同编通则解释 4).</summary>
/// <param name="RefusedCount">How many refused bids were written when the end was decided, as <see cref="KeptRefusals"/> says.</param>
/// <param name="RefusedDigest">SHA-256 over exactly these.</param>
public sealed record Closed(Outcome Outcome, long? PriceFen, int? Winner, long RefusedCount, string RefusedDigest) : AuctionFact
{
    public override string Type => "closed";
    public override string CommandKey => "closed";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("outcome", Outcome == Outcome.Sold ? "sold" : "unsold");
        if (PriceFen is { } price) json.WriteNumber("priceFen", price); else json.WriteNull("priceFen");
        if (Winner is { } winner) json.WriteNumber("winner", winner); else json.WriteNull("winner");
        json.WriteNumber("refused", RefusedCount);
        json.WriteString("refusedDigest", RefusedDigest);
    }
}

/// <summary>
/// What the rules need of a hidden value after the close: the whole value with its nonce, or for a maximum that was
/// never beaten only the amount it was worth while it stood, which replays to the same result.
/// </summary>
/// <param name="Version">The line that committed to it.</param>
public sealed record OpenedSecret(long Version, long ValueFen, string? Nonce);

/// <summary>The opened values. Unused maxima and ceilings stay closed.</summary>
public sealed record SecretsOpened(ImmutableArray<OpenedSecret> Items) : AuctionFact
{
    public override string Type => "secrets-opened";
    public override string CommandKey => "secrets";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteStartArray("items");
        foreach (var item in Items)
        {
            json.WriteStartObject();
            json.WriteNumber("of", item.Version);
            json.WriteNumber(item.Nonce is null ? "effectiveFen" : "valueFen", item.ValueFen);
            if (item.Nonce is not null) json.WriteString("nonce", item.Nonce);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

/// <summary>The deal exists: the hand-over after a sale is finished.</summary>
public sealed record DealRecorded(string Deal) : AuctionFact
{
    public override string Type => "deal-recorded";
    public override string CommandKey => "deal";

    public override void WriteFields(Utf8JsonWriter json) => json.WriteString("deal", Deal);
}
