namespace Heliostat.Plugins;

/// <summary>A record on its way. Spans are valid during the call that it is given to.</summary>
public readonly ref struct PluginRecord
{
    private readonly ReadOnlySpan<byte> _key;
    private readonly ReadOnlySpan<byte> _value;

    /// <summary>The topic's name at this step: what it is called on the target, unless a later step gives it another name.</summary>
    public required string Topic { get; init; }

    /// <summary>The partition on the source.</summary>
    public int Partition { get; init; }

    /// <summary>The offset on the source.</summary>
    public long Offset { get; init; }

    /// <summary>Milliseconds since the epoch, as consumers of the source see it; -1 where the record has none.</summary>
    public long Timestamp { get; init; }

    /// <summary>There is a key, be it an empty one; false for null.</summary>
    public bool HasKey { get; init; }

    /// <summary>The key; empty for null.</summary>
    public ReadOnlySpan<byte> Key
    {
        get => _key;
        init
        {
            _key = value;
            HasKey = true;
        }
    }

    /// <summary>There is a value, be it an empty one; false for null, which makes the record a tombstone.</summary>
    public bool HasValue { get; init; }

    /// <summary>The value; empty for null.</summary>
    public ReadOnlySpan<byte> Value
    {
        get => _value;
        init
        {
            _value = value;
            HasValue = true;
        }
    }

    /// <summary>The headers, doubles and order as they are.</summary>
    public PluginHeaders Headers { get; init; }
}
