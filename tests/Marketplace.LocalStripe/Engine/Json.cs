using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Marketplace.StandIns.Objects;

namespace Marketplace.StandIns.Engine;

/// <summary>Writes answers straight into bytes; knows which references the request wants expanded.</summary>
internal sealed class Json
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _writer;
    private readonly IReadOnlyList<string> _expand;
    private string _path = "";

    private Json(IReadOnlyList<string>? expand)
    {
        _writer = new Utf8JsonWriter(_buffer, Options);
        _expand = expand ?? [];
    }

    public static byte[] Bytes(Resource resource, IReadOnlyList<string>? expand = null)
    {
        var json = new Json(expand);
        resource.Write(json);
        return json.Done();
    }

    public static byte[] Bytes(StripeError error)
    {
        var json = new Json(null);
        error.Write(json);
        return json.Done();
    }

    public void Open(string? name = null)
    {
        if (name is not null) _writer.WritePropertyName(name);
        _writer.WriteStartObject();
    }

    public void Close() => _writer.WriteEndObject();

    public void Text(string name, string? value) => _writer.WriteString(name, value);

    public void Flag(string name, bool value) => _writer.WriteBoolean(name, value);

    public void Number(string name, long? value)
    {
        if (value is { } number) _writer.WriteNumber(name, number);
        else _writer.WriteNull(name);
    }

    public void Time(string name, DateTimeOffset? at) => Number(name, at?.ToUnixTimeSeconds());

    public void Nulls(params ReadOnlySpan<string> names)
    {
        foreach (var name in names) _writer.WriteNull(name);
    }

    /// <summary>A part that never changes, as JSON.</summary>
    public void Fixed(string name, ReadOnlySpan<byte> json)
    {
        _writer.WritePropertyName(name);
        _writer.WriteRawValue(json, skipInputValidation: true);
    }

    public void Map(string name, IReadOnlyDictionary<string, string> map)
    {
        Open(name);
        foreach (var (key, value) in map) _writer.WriteString(key, value);
        Close();
    }

    public void Texts(string name, IEnumerable<string>? values)
    {
        if (values is null)
        {
            _writer.WriteNull(name);
            return;
        }

        _writer.WriteStartArray(name);
        foreach (var value in values) _writer.WriteStringValue(value);
        _writer.WriteEndArray();
    }

    public void Nested(string name, Resource resource)
    {
        _writer.WritePropertyName(name);
        resource.Write(this);
    }

    /// <summary>The id of what is referred to, or the whole of it when the request asked to expand it.</summary>
    public void Ref(string name, Resource? target)
    {
        if (target is null || !Wants(name))
        {
            Text(name, target?.Id);
            return;
        }

        var outer = _path;
        _path = $"{outer}{name}.";
        Nested(name, target);
        _path = outer;
    }

    /// <summary>Whether the request asked to expand this field of what is being written.</summary>
    public bool Wants(string name)
    {
        if (_expand.Count == 0) return false;
        var full = _path + name;
        foreach (var wanted in _expand) if (wanted == full || (wanted.StartsWith(full, StringComparison.Ordinal) && wanted[full.Length] == '.')) return true;
        return false;
    }

    public void Items(string name, IEnumerable<Resource> items)
    {
        var outer = _path;
        _path = $"{outer}{name}.";
        _writer.WriteStartArray(name);
        foreach (var item in items) item.Write(this);
        _writer.WriteEndArray();
        _path = outer;
    }

    public void Parts<T>(string name, IEnumerable<T> parts, Action<Json, T> write)
    {
        _writer.WriteStartArray(name);
        foreach (var part in parts)
        {
            Open();
            write(this, part);
            Close();
        }

        _writer.WriteEndArray();
    }

    private byte[] Done()
    {
        _writer.Flush();
        return _buffer.WrittenSpan.ToArray();
    }
}
