using System.Buffers;

namespace Heliostat.Plugins;

/// <summary>
/// What becomes of a record. What is not named stays bit for bit. One object for all records of a plug-in, whose memory is kept; not for
/// several threads.
/// </summary>
public sealed class RecordChanges
{
    private readonly ChangedPart _key = new();
    private readonly ChangedPart _value = new();
    private HeaderBytes _headers = new();
    private HeaderBytes _others = new();

    /// <summary>Nothing was changed.</summary>
    public bool IsEmpty => !(_key.IsSet || _value.IsSet || HasHeaders || Timestamp is not null);

    /// <summary>A key was set, be it to null.</summary>
    public bool HasKey => _key.IsSet;

    /// <summary>The key was set to null.</summary>
    public bool IsKeyNull => _key.IsNull;

    /// <summary>The key that was set; empty for null.</summary>
    public ReadOnlySpan<byte> Key => _key.Written;

    /// <summary>A value was set, be it to null.</summary>
    public bool HasValue => _value.IsSet;

    /// <summary>The value was set to null.</summary>
    public bool IsValueNull => _value.IsNull;

    /// <summary>The value that was set; empty for null.</summary>
    public ReadOnlySpan<byte> Value => _value.Written;

    /// <summary>The time that was set, in milliseconds since the epoch; null where it stays.</summary>
    public long? Timestamp { get; private set; }

    /// <summary>Headers were added or removed.</summary>
    public bool HasHeaders { get; private set; }

    /// <summary>The headers as they are with what was changed.</summary>
    public PluginHeaders Headers => _headers.Headers;

    /// <summary>Forgets what was changed: changes are those of <paramref name="record"/> from now on. The mirror calls it.</summary>
    public void Begin(in PluginRecord record)
    {
        _key.Reset();
        _value.Reset();
        (Timestamp, HasHeaders) = (null, false);
        _headers.Take(record.Headers);
    }

    /// <summary>The key becomes these bytes.</summary>
    public void SetKey(ReadOnlySpan<byte> key) => _key.Begin().Write(key);

    /// <summary>The key becomes null.</summary>
    public void SetKeyNull() => _key.SetNull();

    /// <summary>The key becomes what is written here, also where nothing is: then it is empty. Anew with each call.</summary>
    public IBufferWriter<byte> BeginKey() => _key.Begin();

    /// <summary>The value becomes these bytes.</summary>
    public void SetValue(ReadOnlySpan<byte> value) => _value.Begin().Write(value);

    /// <summary>The value becomes null: a tombstone.</summary>
    public void SetValueNull() => _value.SetNull();

    /// <summary>
    /// The value becomes what is written here, as by a <c>Utf8JsonWriter</c>, also where nothing is: then it is empty. Anew with each call.
    /// </summary>
    public IBufferWriter<byte> BeginValue() => _value.Begin();

    /// <summary>The time becomes this one, in milliseconds since the epoch.</summary>
    public void SetTimestamp(long milliseconds) => Timestamp = milliseconds;

    /// <summary>A header is put behind the others, also behind those of its name.</summary>
    /// <param name="name">UTF-8.</param>
    /// <param name="value">The value.</param>
    public void AddHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Add(name, hasValue: true, value);

    /// <summary>A header whose value is null is put behind the others.</summary>
    /// <param name="name">UTF-8.</param>
    public void AddNullHeader(ReadOnlySpan<byte> name) => Add(name, hasValue: false, []);

    /// <summary>All headers of the name go, and one is put behind the others.</summary>
    /// <param name="name">UTF-8.</param>
    /// <param name="value">The value.</param>
    public void SetHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        RemoveHeader(name);
        AddHeader(name, value);
    }

    /// <summary>All headers of the name go; whether there was one.</summary>
    /// <param name="name">UTF-8.</param>
    public bool RemoveHeader(ReadOnlySpan<byte> name)
    {
        _others.Take(default);
        foreach (var header in Headers)
        {
            if (!header.Name.SequenceEqual(name))
            {
                _others.Add(header.Name, header.HasValue, header.Value);
            }
        }

        if (_others.Headers.Count == Headers.Count)
        {
            return false;
        }

        (_headers, _others) = (_others, _headers);
        HasHeaders = true;
        return true;
    }

    private void Add(ReadOnlySpan<byte> name, bool hasValue, ReadOnlySpan<byte> value)
    {
        _headers.Add(name, hasValue, value);
        HasHeaders = true;
    }
}
