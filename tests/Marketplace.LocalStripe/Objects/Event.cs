using Marketplace.StandIns.Engine;

namespace Marketplace.StandIns.Objects;

/// <summary>What happened, with the object as it was then.</summary>
internal sealed class Event(string id, DateTimeOffset created, string type, byte[] snapshot) : Resource(id, created)
{
    public string Type => type;

    public required string ApiVersion { get; init; }

    /// <summary>The request that made it happen; null when it happened by itself.</summary>
    public string? RequestId { get; init; }

    public string? Key { get; init; }

    /// <summary>Addresses that have not heard of it yet.</summary>
    public int Pending { get; set; }

    public override void Write(Json json)
    {
        Head(json, "event");
        json.Text("api_version", ApiVersion);
        json.Open("data");
        json.Fixed("object", snapshot);
        json.Close();
        json.Flag("livemode", false);
        json.Number("pending_webhooks", Pending);
        json.Open("request");
        json.Text("id", RequestId);
        json.Text("idempotency_key", Key);
        json.Close();
        json.Text("type", type);
        json.Close();
    }
}
