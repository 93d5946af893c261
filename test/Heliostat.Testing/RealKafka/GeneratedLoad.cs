namespace Heliostat.Testing.RealKafka;

/// <summary>Numbered records that a Java producer makes up itself: value n starts with "n ", so no two are alike.</summary>
public sealed record GeneratedLoad
{
    public required long Count { get; init; }

    /// <summary>The first number.</summary>
    public long First { get; init; }

    public int ValueBytes { get; init; } = 100;

    /// <summary>Number of different keys; 0 for null keys.</summary>
    public int Keys { get; init; }

    /// <summary>Record n goes to partition n mod this; 0 leaves it to the partitioner.</summary>
    public int Partitions { get; init; }

    /// <summary>Records a second; 0 for as fast as it goes.</summary>
    public long PerSecond { get; init; }

    public long Seed { get; init; } = 1;

    /// <summary>Producer settings by their Kafka names.</summary>
    public IReadOnlyDictionary<string, string> Config { get; init; } = new Dictionary<string, string>();
}
