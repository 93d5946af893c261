namespace Heliostat.Protocol.Vocabulary;

/// <summary>One partition of one topic.</summary>
public readonly record struct TopicPartition(string Topic, int Partition)
{
    /// <summary><c>topic-partition</c>, as Kafka's tools print it.</summary>
    public override string ToString() => $"{Topic}-{Partition}";
}
