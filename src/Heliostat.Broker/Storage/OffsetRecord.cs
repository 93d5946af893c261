namespace Heliostat.Broker.Storage;

/// <summary>A group's position in a partition: one that counts, or one that the open transaction of a producer holds back.</summary>
internal sealed record OffsetRecord(string Group, string Topic, int Partition, long Offset) : StateRecord
{
    public int LeaderEpoch { get; init; } = -1;

    public string Metadata { get; init; } = "";

    public long CommitTimestampMs { get; init; }

    /// <summary>Whose open transaction holds it back; null when it counts.</summary>
    public long? ProducerId { get; init; }

    internal override string Key => KeyOf(Group, Topic, Partition, ProducerId);

    /// <summary>A topic's name has no space, so the group may be anything.</summary>
    public static string KeyOf(string group, string topic, int partition, long? producerId) =>
        producerId is { } id ? $"pending-offset {id} {topic} {partition} {group}" : $"offset {topic} {partition} {group}";
}
