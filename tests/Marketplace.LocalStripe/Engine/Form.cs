using System.Globalization;

namespace Marketplace.StandIns.Engine;

/// <summary>The parameters of a request in Stripe's bracket syntax (a[b][0]=c), from a query or a form.</summary>
internal sealed class Form
{
    private readonly List<(string Name, string Value)> _pairs = [];

    public static Form Parse(string query, string body)
    {
        var form = new Form();
        form.Add(query.AsSpan().TrimStart('?'));
        form.Add(body);
        return form;
    }

    public string? Text(string name)
    {
        foreach (var (given, value) in _pairs) if (given == name) return value.Length == 0 ? null : value;
        return null;
    }

    public string Required(string name) => Text(name) ?? throw StripeError.Invalid($"Missing required param: {name}.", "parameter_missing", name);

    public long? Number(string name) => Text(name) switch
    {
        null => null,
        { } text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        { } text => throw StripeError.Invalid($"Invalid integer: {text}", "parameter_invalid_integer", name),
    };

    /// <summary>A sum in the smallest unit of its currency: at least one.</summary>
    public long? Sum(string name)
    {
        var sum = Number(name);
        if (sum < 1) throw StripeError.Invalid("This value must be greater than or equal to 1.", "parameter_invalid_integer", name);
        if (sum > 99_999_999_999) throw StripeError.Invalid("Amount must be no more than 999999999.99.", "amount_too_large", name);
        return sum;
    }

    public bool Flag(string name) => Text(name) switch
    {
        null or "false" => false,
        "true" => true,
        { } text => throw StripeError.Invalid($"Invalid boolean: {text}", null, name),
    };

    public string? OneOf(string name, params ReadOnlySpan<string> allowed)
    {
        var text = Text(name);
        if (text is null) return null;
        foreach (var one in allowed) if (one == text) return text;
        throw StripeError.Invalid($"Invalid {name}: must be one of {string.Join(", ", allowed.ToArray())}", null, name);
    }

    /// <summary>name[0]=a, name[1]=b or name[]=a; null when not given.</summary>
    public IReadOnlyList<string>? Array(string name)
    {
        List<string>? found = null;
        foreach (var (given, value) in _pairs) if (Inner(given, name) is not null) (found ??= []).Add(value);
        return found;
    }

    /// <summary>name[key]=value; null when not given. An empty value takes the key away, an empty name= takes all.</summary>
    public Dictionary<string, string>? Map(string name, IReadOnlyDictionary<string, string>? before = null)
    {
        Dictionary<string, string>? map = null;
        foreach (var (given, value) in _pairs)
        {
            if (given == name && value.Length == 0) map = [];
            if (Inner(given, name) is not { } key) continue;
            if (key.Length > 40) throw StripeError.Invalid($"Metadata keys can have up to 40 characters: {key}", null, name);
            if (value.Length > 500) throw StripeError.Invalid($"Metadata values can have up to 500 characters: {key}", null, $"{name}[{key}]");
            map ??= before is null ? [] : new Dictionary<string, string>(before);
            if (value.Length == 0) map.Remove(key);
            else map[key] = value;
        }

        if (map?.Count > 50) throw StripeError.Invalid("You can specify up to 50 metadata keys.", null, name);
        return map;
    }

    /// <summary>A time or a range of times: created=1, created[gte]=1.</summary>
    public Func<DateTimeOffset, bool> Range(string name)
    {
        var (exact, gt, gte, lt, lte) = (Number(name), Number($"{name}[gt]"), Number($"{name}[gte]"), Number($"{name}[lt]"), Number($"{name}[lte]"));
        return at =>
        {
            var seconds = at.ToUnixTimeSeconds();
            return !(seconds != exact && exact is not null) && !(seconds <= gt) && !(seconds < gte) && !(seconds >= lt) && !(seconds > lte);
        };
    }

    /// <summary>Refuses what the operation does not know: "a", "a[b]", or "a[]" for anything under a.</summary>
    public void Only(IReadOnlySet<string> known)
    {
        foreach (var (name, _) in _pairs)
        {
            if (known.Contains(name)) continue;
            var bracket = name.IndexOf('[', StringComparison.Ordinal);
            var top = bracket < 0 ? name : name[..bracket];
            if (!known.Contains(top + "[]")) throw StripeError.Invalid($"Received unknown parameter: {name}", "parameter_unknown", name);
            if (bracket < 0) throw StripeError.Invalid("Invalid array", "parameter_invalid_array", name);
        }
    }

    /// <summary>The same parameters in another order are the same request.</summary>
    public bool SameAs(Form other) => _pairs.Order().SequenceEqual(other._pairs.Order());

    private static string? Inner(string given, string name) =>
        given.Length > name.Length + 1 && given[name.Length] == '[' && given[^1] == ']' && given.StartsWith(name, StringComparison.Ordinal) ? given[(name.Length + 1)..^1] : null;

    private void Add(ReadOnlySpan<char> encoded)
    {
        foreach (var part in encoded.Split('&'))
        {
            var pair = encoded[part];
            if (pair.IsEmpty) continue;
            var equals = pair.IndexOf('=');
            _pairs.Add(equals < 0 ? (Decoded(pair), "") : (Decoded(pair[..equals]), Decoded(pair[(equals + 1)..])));
        }
    }

    private static string Decoded(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAny('%', '+') < 0) return text.ToString();
        var plain = text.Contains('+') ? text.ToString().Replace('+', ' ') : text.ToString();
        return Uri.UnescapeDataString(plain);
    }
}
