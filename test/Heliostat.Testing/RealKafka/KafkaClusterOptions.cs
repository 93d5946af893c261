using Heliostat.Testing.Links;

namespace Heliostat.Testing.RealKafka;

/// <summary>What a cluster of real brokers should be.</summary>
public sealed record KafkaClusterOptions
{
    /// <summary>A version beside KAFKA_HOME, or null for KAFKA_HOME itself.</summary>
    public string? Version { get; init; }

    /// <summary>With more than one, the controller is a process of its own, so that any broker can be killed.</summary>
    public int Brokers { get; init; } = 1;

    /// <summary>The id of the first broker; the others count on from it.</summary>
    public int FirstBrokerId { get; init; } = 1;

    /// <summary>The distribution's own JVM settings, for measurements; tests are better served by small and quickly started JVMs.</summary>
    public bool FullSpeed { get; init; }

    /// <summary>
    /// Another way to each broker, in their order, which advertises it to whoever comes by it: who bootstraps from links' ports stays on
    /// the links, everybody else on the short way. KRaft only.
    /// </summary>
    public IReadOnlyList<Link> Links { get; init; } = [];

    /// <summary><c>broker.rack</c> of each broker; empty for none.</summary>
    public IReadOnlyList<string> Racks { get; init; } = [];

    /// <summary>
    /// Further listeners of the only broker on 127.0.0.1, by the name of their security protocol, with their ports. KRaft only.
    /// </summary>
    public IReadOnlyDictionary<string, int> Listeners { get; init; } = new Dictionary<string, int>();

    /// <summary>KAFKA_OPTS of the brokers.</summary>
    public string JavaOptions { get; init; } = "";

    /// <summary>Broker properties that win over those of the fixture.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();
}
