namespace Heliostat.Configuration.Options;

/// <summary>How a record finds its target partition.</summary>
public enum Partitioner
{
    /// <summary>The source's partition where both topics have as many partitions, by key hash where they differ.</summary>
    Same,

    /// <summary>Murmur2 of the key modulo the target's partition count for every record, as Kafka's producer does.</summary>
    KeyHash,
}
