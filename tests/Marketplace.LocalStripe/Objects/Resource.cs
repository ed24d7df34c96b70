using Marketplace.StandIns.Engine;

namespace Marketplace.StandIns.Objects;

internal abstract class Resource(string id, DateTimeOffset created)
{
    public string Id => id;

    public DateTimeOffset Created => created;

    public Dictionary<string, string> Metadata { get; set; } = [];

    public abstract void Write(Json json);

    /// <summary>What every object begins with.</summary>
    protected void Head(Json json, string name)
    {
        json.Open();
        json.Text("id", id);
        json.Text("object", name);
        json.Time("created", created);
    }
}

/// <summary>A part of a list, or of what a search found.</summary>
internal sealed class Page(string url, IReadOnlyList<Resource> items, bool more) : Resource("", default)
{
    /// <summary>Where a search goes on; lists go on after the last id.</summary>
    public string? Next { get; init; }

    public bool Found { get; init; }

    public override void Write(Json json)
    {
        json.Open();
        json.Text("object", Found ? "search_result" : "list");
        json.Items("data", items);
        json.Flag("has_more", more);
        if (Found) json.Text("next_page", Next);
        json.Text("url", url);
        json.Close();
    }
}
