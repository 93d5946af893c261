namespace Heliostat.Testing.RealKafka;

/// <summary>Partitions and effective settings of a topic.</summary>
public sealed record TopicDescription(IReadOnlyList<PartitionDescription> Partitions, IReadOnlyDictionary<string, string?> Configs);

/// <summary>Who leads a partition (-1: nobody), and who has copies of it.</summary>
public sealed record PartitionDescription(int Partition, int Leader, int[] Replicas, int[] Isr);
