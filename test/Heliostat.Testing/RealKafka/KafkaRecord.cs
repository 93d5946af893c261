using System.Security.Cryptography;
using System.Text;

namespace Heliostat.Testing.RealKafka;

/// <summary>A header of a record; the value may be null.</summary>
public sealed record KafkaHeader(string Name, byte[]? Value)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}={KafkaRecord.Show(Value)}";
}

/// <summary>
/// A record as a client gives it to the producer (where offset and timestamp type play no part) or gets it from the consumer.
/// </summary>
public sealed record KafkaRecord
{
    public byte[]? Key { get; init; }

    public byte[]? Value { get; init; }

    /// <summary>Milliseconds since 1970; null lets the producer set it.</summary>
    public long? Timestamp { get; init; }

    /// <summary>Null leaves the choice to the partitioner.</summary>
    public int? Partition { get; init; }

    public IReadOnlyList<KafkaHeader> Headers { get; init; } = [];

    public long Offset { get; init; } = -1;

    /// <summary>CreateTime, LogAppendTime or NoTimestampType.</summary>
    public string? TimestampType { get; init; }

    public static KafkaRecord Of(string? key, string? value, int? partition = null, long? timestamp = null) => new()
    {
        Key = key is null ? null : Encoding.UTF8.GetBytes(key),
        Value = value is null ? null : Encoding.UTF8.GetBytes(value),
        Partition = partition,
        Timestamp = timestamp,
    };

    /// <summary>All that a mirror must preserve, in a form that two lists of records can be compared by. Without the offset.</summary>
    public override string ToString() => $"ts={Timestamp} key={Show(Key)} value={Show(Value)} headers=[{string.Join(", ", Headers)}]";

    internal static string Show(byte[]? bytes) => bytes switch
    {
        null => "null",
        { Length: > 48 } => $"{bytes.Length}:{Convert.ToHexStringLower(SHA256.HashData(bytes))}",
        _ when bytes.All(b => b is > 32 and < 127) => $"'{Encoding.ASCII.GetString(bytes)}'",
        _ => "0x" + Convert.ToHexStringLower(bytes),
    };
}
