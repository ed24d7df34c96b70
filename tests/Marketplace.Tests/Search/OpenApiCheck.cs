using System.Text.Json.Nodes;

namespace Marketplace.Tests.Search;

/// <summary>
/// Checks requests against the official OpenAPI of Elasticsearch (Data/elasticsearch: the routes the market uses and all
/// they refer to, without their prose). Stricter than the letter: a property that the schema does not name is a fault.
/// </summary>
internal sealed class OpenApiCheck
{
    private readonly JsonNode _api = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "elasticsearch", "openapi.json")))!;

    /// <summary>What is wrong with a request; nothing when it may be sent.</summary>
    public IReadOnlyList<string> Faults(string method, string path, IEnumerable<string> parameters, string? body)
    {
        var (template, operation) = Route(method, path);
        if (operation is null) return [$"{method} {path} is no route"];
        var known = (operation["parameters"]?.AsArray() ?? []).Select(p => Resolved(p!)).Where(p => p["in"]!.GetValue<string>() == "query").Select(p => p["name"]!.GetValue<string>()).ToHashSet();
        var faults = parameters.Where(p => !known.Contains(p)).Select(p => $"{method} {template}: {p} is no parameter").ToList();
        var request = operation["requestBody"] is { } given ? Resolved(given) : null;
        if (string.IsNullOrEmpty(body))
        {
            if (request?["required"]?.GetValue<bool>() == true) faults.Add($"{method} {template} needs a body");
            return faults;
        }

        if (request is null) return [.. faults, $"{method} {template} takes no body"];
        var schema = request["content"]!.AsObject().First().Value!["schema"]!;
        if (template.EndsWith("_bulk", StringComparison.Ordinal))
        {
            if (!body.EndsWith('\n')) faults.Add("a bulk body ends with a line feed");
            faults.AddRange(Bulk(body.Split('\n', StringSplitOptions.RemoveEmptyEntries), schema["items"]!));
        }
        else
        {
            faults.AddRange(Check(JsonNode.Parse(body), schema, "$"));
        }

        return faults;
    }

    private (string Template, JsonNode? Operation) Route(string method, string path)
    {
        var parts = path.Trim('/').Split('/');
        foreach (var (template, operations) in _api["paths"]!.AsObject().OrderBy(p => p.Key.Count(c => c == '{')))
        {
            var pattern = template.Trim('/').Split('/');
            if (pattern.Length == parts.Length && pattern.Zip(parts).All(p => p.First.StartsWith('{') || p.First == p.Second) && operations![method.ToLowerInvariant()] is { } found) return (template, found);
        }

        return (path, null);
    }

    /// <summary>Lines are actions, each but a deletion with a document after it.</summary>
    private IEnumerable<string> Bulk(string[] lines, JsonNode schema)
    {
        var action = schema["oneOf"]!.AsArray().First(s => s!["$ref"]?.GetValue<string>().EndsWith("OperationContainer", StringComparison.Ordinal) == true)!;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = JsonNode.Parse(lines[i])!;
            foreach (var fault in Check(line, action, $"line {i + 1}")) yield return fault;
            if (line.AsObject().First().Key == "delete") continue;
            if (++i >= lines.Length || JsonNode.Parse(lines[i]) is not JsonObject) yield return $"line {i + 1}: a document is missing";
        }
    }

    private IEnumerable<string> Check(JsonNode? value, JsonNode schema, string at)
    {
        schema = Resolved(schema);
        if (schema["allOf"] is JsonArray all)
        {
            // Together they name the properties; each alone would not know the others'.
            return all.Count == 1 ? Check(value, all[0]!, at) : Object(value, Merged(all), at);
        }

        foreach (var choice in (string[])["oneOf", "anyOf"])
        {
            if (schema[choice] is not JsonArray choices) continue;
            var tried = choices.Select(c => Check(value, c!, at).ToList()).ToList();
            return tried.Exists(t => t.Count == 0) ? [] : tried.MinBy(t => t.Count)!;
        }

        if (schema["enum"] is JsonArray allowed && value is not null && !allowed.Any(a => a!.ToString() == value.ToString())) return [$"{at}: {value} is none of {string.Join(", ", allowed)}"];
        return schema["type"]?.GetValue<string>() switch
        {
            "object" => Object(value, schema, at),
            "array" => value is JsonArray items ? items.SelectMany((item, i) => Check(item, schema["items"]!, $"{at}[{i}]")) : [$"{at} is no array"],
            "string" => Is(value, System.Text.Json.JsonValueKind.String) ? [] : [$"{at} is no text"],
            "boolean" => Is(value, System.Text.Json.JsonValueKind.True) || Is(value, System.Text.Json.JsonValueKind.False) ? [] : [$"{at} is neither true nor false"],
            "number" or "integer" => Is(value, System.Text.Json.JsonValueKind.Number) ? [] : [$"{at} is no number"],
            _ => [],
        };
    }

    private IEnumerable<string> Object(JsonNode? value, JsonNode schema, string at)
    {
        if (value is not JsonObject given) return [$"{at} is no object"];
        var properties = schema["properties"] as JsonObject ?? [];
        var more = schema["additionalProperties"];
        var faults = (schema["required"]?.AsArray() ?? []).Select(r => r!.GetValue<string>()).Where(r => !given.ContainsKey(r)).Select(r => $"{at}.{r} is missing").ToList();
        foreach (var (name, inner) in given)
        {
            if (properties[name] is { } known) faults.AddRange(Check(inner, known, $"{at}.{name}"));
            else if (more is JsonObject open) faults.AddRange(Check(inner, open, $"{at}.{name}"));
            // The schema names the text that suggesters share and the orders that are no field's; suggesters and fields stand beside them under names of their own.
            else if (properties.Count > 0 && !(properties.Count == 1 && properties.ContainsKey("text")) && !properties.ContainsKey("_geo_distance")) faults.Add($"{at}.{name} is no property");
        }

        return faults;
    }

    private JsonObject Merged(JsonArray parts)
    {
        var (properties, required, more) = (new JsonObject(), new JsonArray(), (JsonNode?)null);
        foreach (var part in parts.Select(p => Resolved(p!)))
        {
            var whole = part["allOf"] is JsonArray inner ? Merged(inner) : part;
            foreach (var (name, schema) in whole["properties"] as JsonObject ?? []) properties[name] = schema!.DeepClone();
            foreach (var name in whole["required"] as JsonArray ?? []) required.Add(name!.DeepClone());
            // An object that names no properties takes any: a field's name, for example.
            if (whole["additionalProperties"] is JsonObject open) more = open.DeepClone();
            else if (whole["properties"] is null) more = new JsonObject();
        }

        var merged = new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required };
        if (more is not null) merged["additionalProperties"] = more;
        return merged;
    }

    private static bool Is(JsonNode? value, System.Text.Json.JsonValueKind kind) => value?.GetValueKind() == kind;

    private JsonNode Resolved(JsonNode node)
    {
        while (node["$ref"] is { } reference)
        {
            var parts = reference.GetValue<string>().Split('/');
            node = _api[parts[1]]![parts[2]]![string.Join('/', parts[3..]).Replace("~1", "/", StringComparison.Ordinal)]!;
        }

        return node;
    }
}
