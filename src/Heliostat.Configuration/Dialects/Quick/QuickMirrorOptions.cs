namespace Heliostat.Configuration.Dialects.Quick;

/// <summary>The command line of a mirror without a file.</summary>
public sealed record QuickMirrorOptions
{
    /// <summary><c>--from</c>: bootstrap servers of the source.</summary>
    public required string From { get; init; }

    /// <summary><c>--to</c>: bootstrap servers of the target.</summary>
    public required string To { get; init; }

    /// <summary>
    /// <c>--from-config</c>: a properties file with Kafka's consumer settings for the source; everything on the command line is stronger.
    /// </summary>
    public string? FromConfig { get; init; }

    /// <summary>
    /// <c>--to-config</c>: a properties file with Kafka's producer settings for the target; everything on the command line is stronger.
    /// </summary>
    public string? ToConfig { get; init; }

    /// <summary><c>--topics</c>: comma-separated Java patterns.</summary>
    public required string Topics { get; init; }

    /// <summary><c>--exclude</c>: comma-separated Java patterns; wins over <see cref="Topics"/>.</summary>
    public string Exclude { get; init; } = "__.*";

    /// <summary><c>--group</c>, or null for a name made of the target's address.</summary>
    public string? Group { get; init; }

    /// <summary><c>--consumer-property KEY=VALUE</c>: Kafka's consumer settings, stronger than <see cref="Shorthands"/>.</summary>
    public IReadOnlyList<string> ConsumerProperties { get; init; } = [];

    /// <summary><c>--producer-property KEY=VALUE</c>: Kafka's producer settings.</summary>
    public IReadOnlyList<string> ProducerProperties { get; init; } = [];

    /// <summary><c>--memory</c>; null leaves it to <c>buffer.memory</c>.</summary>
    public long? MemoryBudgetBytes { get; init; }

    /// <summary>Options of the command line that stand for one consumer setting, as far as they were given: option, key, value.</summary>
    public IReadOnlyList<(string Option, string Key, string Value)> Shorthands { get; init; } = [];
}
