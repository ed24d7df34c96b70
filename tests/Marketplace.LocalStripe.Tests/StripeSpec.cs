using System.Globalization;
using System.Text.Json;

namespace Marketplace.StandIns.Tests;

/// <summary>
/// Stripe's official OpenAPI (of 2022-04, cut by infra/stripe-spec): what is wrong with a request or an answer. Fields it does
/// not know are allowed in answers, parameters it does not know are faults, unless <see cref="Newer"/> names them.
/// </summary>
internal sealed class StripeSpec
{
    /// <summary>Parameters and values that Stripe.net 53 sends and the file is too old for.</summary>
    public static readonly IReadOnlySet<string> Newer = new HashSet<string>
    {
        "automatic_payment_methods[allow_redirects]",
        "allowed_payment_method_types[]",
        "excluded_payment_method_types[]",
        "capture: metadata[]",
        "capture_method=automatic_async",
    };

    /// <summary>Required in 2022, sent only when expanded since 2022-11-15.</summary>
    private const string NoLongerRequired = "charge.refunds";

    private readonly JsonElement _spec = JsonDocument.Parse(Data("spec3.json")).RootElement;
    private readonly List<(string Template, string[] Parts, JsonElement Verbs)> _paths;

    private StripeSpec() =>
        // Names before placeholders, so that /search is no id.
        _paths = [.. _spec.GetProperty("paths").EnumerateObject().OrderBy(p => p.Name.Count(c => c == '{')).Select(p => (p.Name, p.Name.Split('/'), p.Value))];

    public static StripeSpec Official { get; } = new();

    public static byte[] Data(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "stripe", name));

    public IReadOnlyList<string> RequestFaults(string method, string path, string query, string body)
    {
        if (Operation(method, path) is not var (template, operation)) return [$"{method} {path} is no operation"];
        var faults = new List<string>();
        var given = Pairs(query).ToList();
        foreach (var (name, value) in given) faults.AddRange(ParameterFaults(name, value, template, Query(operation, name.Split('[')[0])));
        if (body.Length == 0) return faults;
        var form = operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/x-www-form-urlencoded").GetProperty("schema");
        var pairs = Pairs(body).ToList();
        if (form.TryGetProperty("required", out var required))
            foreach (var name in required.EnumerateArray()) if (!pairs.Exists(p => p.Name == name.GetString())) faults.Add($"{template} needs {name}");
        foreach (var (name, value) in pairs) faults.AddRange(ParameterFaults(name, value, template, form));
        return faults;
    }

    /// <summary>Whether the operation has such a parameter: "a", "a[b]", "a[]".</summary>
    public bool Knows(string method, string template, string parameter)
    {
        var operation = _spec.GetProperty("paths").GetProperty(template).GetProperty(method.ToLowerInvariant());
        if (IsNewer(template, parameter, "")) return true;
        var name = parameter.EndsWith("[]", StringComparison.Ordinal) ? parameter[..^2] : parameter;
        var form = method == "GET" ? Query(operation, name.Split('[')[0]) : operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/x-www-form-urlencoded").GetProperty("schema");
        return Step(form, Segments(name), 0).Any();
    }

    public IReadOnlyList<string> AnswerFaults(string method, string path, int status, JsonElement answer)
    {
        if (Operation(method, path) is not var (_, operation)) return [];
        var responses = operation.GetProperty("responses");
        var response = responses.TryGetProperty(status.ToString(CultureInfo.InvariantCulture), out var exact) ? exact : responses.GetProperty("default");
        return [.. ValueFaults(answer, response.GetProperty("content").GetProperty("application/json").GetProperty("schema"), "$")];
    }

    public IReadOnlyList<string> ObjectFaults(string schema, JsonElement value) => [.. ValueFaults(value, _spec.GetProperty("components").GetProperty("schemas").GetProperty(schema), "$")];

    private static IEnumerable<(string Name, string Value)> Pairs(string encoded) =>
        encoded.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)).Select(p => (Uri.UnescapeDataString(p[0].Replace('+', ' ')), Uri.UnescapeDataString(p[1].Replace('+', ' '))));

    private static string[] Segments(string name) => name.Replace("]", "", StringComparison.Ordinal).Split('[');

    private static bool IsNewer(string template, string name, string value)
    {
        var act = template.Split('/')[^1];
        var open = name.Contains('[', StringComparison.Ordinal) ? $"{name.Split('[')[0]}[]" : name;
        return Newer.Contains(name) || Newer.Contains(open) || Newer.Contains($"{act}: {open}") || Newer.Contains($"{act}: {open}[]") || Newer.Contains($"{name}={value}");
    }

    private (string Template, JsonElement Operation)? Operation(string method, string path)
    {
        var parts = path.Split('/');
        foreach (var (template, pattern, verbs) in _paths)
            if (pattern.Length == parts.Length && pattern.Zip(parts).All(p => p.First.StartsWith('{') || p.First == p.Second) && verbs.TryGetProperty(method.ToLowerInvariant(), out var operation)) return (template, operation);

        return null;
    }

    /// <summary>The query parameter as if it were the only property of a form.</summary>
    private static JsonElement Query(JsonElement operation, string name)
    {
        var found = operation.GetProperty("parameters").EnumerateArray().FirstOrDefault(p => p.GetProperty("in").GetString() == "query" && p.GetProperty("name").GetString() == name);
        var properties = found.ValueKind == JsonValueKind.Undefined ? "{}" : $"{{\"{name}\":{found.GetProperty("schema").GetRawText()}}}";
        return JsonDocument.Parse($"{{\"type\":\"object\",\"properties\":{properties}}}").RootElement;
    }

    private IEnumerable<string> ParameterFaults(string name, string value, string template, JsonElement form)
    {
        if (IsNewer(template, name, value)) return [];
        var schemas = Step(form, Segments(name), 0).ToList();
        if (schemas.Count == 0) return [$"{template}: {name} is no parameter"];
        return schemas.Exists(s => Fits(s, value)) ? [] : [$"{template}: {name} may not be {value}"];
    }

    /// <summary>All schemas that the parts of a bracketed name lead to.</summary>
    private IEnumerable<JsonElement> Step(JsonElement schema, string[] names, int at)
    {
        schema = Resolved(schema);
        if (schema.TryGetProperty("anyOf", out var choices)) return choices.EnumerateArray().SelectMany(c => Step(c, names, at));
        if (at == names.Length) return [schema];
        if (schema.TryGetProperty("items", out var items) && (names[at].Length == 0 || int.TryParse(names[at], out _))) return Step(items, names, at + 1);
        if (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(names[at], out var inner)) return Step(inner, names, at + 1);
        return schema.TryGetProperty("additionalProperties", out var any) && any.ValueKind == JsonValueKind.Object ? Step(any, names, at + 1) : [];
    }

    private static bool Fits(JsonElement schema, string value) =>
        schema.TryGetProperty("enum", out var allowed)
            ? allowed.EnumerateArray().Any(a => a.GetString() == value)
            : schema.GetProperty("type").GetString() switch
            {
                "integer" => long.TryParse(value, CultureInfo.InvariantCulture, out _),
                "boolean" => value is "true" or "false",
                "string" => true,
                _ => false,
            };

    private IEnumerable<string> ValueFaults(JsonElement value, JsonElement schema, string at)
    {
        schema = Resolved(schema);
        if (value.ValueKind == JsonValueKind.Null) return schema.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean() ? [] : [$"{at} may not be null"];
        if (schema.TryGetProperty("anyOf", out var choices))
        {
            var tried = choices.EnumerateArray().Select(c => ValueFaults(value, c, at).ToList()).ToList();
            return tried.Exists(t => t.Count == 0) ? [] : tried.MinBy(t => t.Count)!;
        }

        if (schema.TryGetProperty("enum", out var allowed) && !allowed.EnumerateArray().Any(a => a.GetString() == value.GetString())) return [$"{at}: {value} is none of {allowed}"];
        if (!schema.TryGetProperty("type", out var type)) return [];
        return type.GetString() switch
        {
            "object" => ObjectFaults(value, schema, at),
            "array" => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().SelectMany((item, i) => ValueFaults(item, schema.GetProperty("items"), $"{at}[{i}]")) : [$"{at} is no array"],
            "string" => value.ValueKind == JsonValueKind.String ? [] : [$"{at} is no text"],
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? [] : [$"{at} is neither true nor false"],
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _) ? [] : [$"{at} is no integer"],
            "number" => value.ValueKind == JsonValueKind.Number ? [] : [$"{at} is no number"],
            var other => [$"{at}: the schema is of the type {other}"],
        };
    }

    private IEnumerable<string> ObjectFaults(JsonElement value, JsonElement schema, string at)
    {
        if (value.ValueKind != JsonValueKind.Object) return [$"{at} is no object"];
        var kind = value.TryGetProperty("object", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
        var faults = new List<string>();
        if (schema.TryGetProperty("required", out var required))
            foreach (var name in required.EnumerateArray().Select(r => r.GetString()!)) if (!value.TryGetProperty(name, out _) && $"{kind}.{name}" != NoLongerRequired) faults.Add($"{at}.{name} is missing");
        foreach (var property in value.EnumerateObject())
        {
            if (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(property.Name, out var known)) faults.AddRange(ValueFaults(property.Value, known, $"{at}.{property.Name}"));
            else if (schema.TryGetProperty("additionalProperties", out var any) && any.ValueKind == JsonValueKind.Object) faults.AddRange(ValueFaults(property.Value, any, $"{at}.{property.Name}"));
        }

        return faults;
    }

    private JsonElement Resolved(JsonElement node)
    {
        while (node.ValueKind == JsonValueKind.Object && node.TryGetProperty("$ref", out var reference)) node = _spec.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!["#/components/schemas/".Length..]);
        return node;
    }
}
