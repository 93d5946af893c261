namespace Heliostat.Testing.RealKafka;

/// <summary>
/// An unpacked Apache Kafka: the one that KAFKA_HOME names, or another version beside it (or in the folder KAFKA_PEERS names).
/// </summary>
public sealed class KafkaDistribution
{
    private const string ClientsJar = "kafka-clients-";

    private KafkaDistribution(string home, string version)
    {
        Home = home;
        Version = version;
    }

    /// <summary>Small heaps and the quick compiler, for JVMs that live for seconds: environment of the distribution's scripts.</summary>
    public static Dictionary<string, string> QuickStart => new()
    {
        ["KAFKA_HEAP_OPTS"] = "-Xms128m -Xmx512m",
        ["KAFKA_JVM_PERFORMANCE_OPTS"] = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.awt.headless=true",
    };

    /// <summary>The folder that holds bin/ and libs/.</summary>
    public string Home { get; }

    /// <summary>Read from the name of its clients jar: "4.3.1".</summary>
    public string Version { get; }

    /// <summary>True for versions that cannot run without ZooKeeper.</summary>
    public bool NeedsZooKeeper => Version.StartsWith("0.", StringComparison.Ordinal);

    /// <summary>False for versions that leave ApiVersions unanswered.</summary>
    public bool AnswersApiVersions =>
        !Version.StartsWith("0.8", StringComparison.Ordinal) && !Version.StartsWith("0.9", StringComparison.Ordinal);

    /// <summary>What KAFKA_HOME names, or the peer of the given version; null when it is not there.</summary>
    public static KafkaDistribution? Find(string? version = null)
    {
        var home = Environment.GetEnvironmentVariable("KAFKA_HOME");
        if (string.IsNullOrEmpty(home) || At(home) is not { } main)
        {
            return null;
        }

        if (version is null || version == main.Version)
        {
            return main;
        }

        var peers = Environment.GetEnvironmentVariable("KAFKA_PEERS");
        return At(Path.Combine(string.IsNullOrEmpty(peers) ? Path.Combine(main.Home, "..") : peers, version));
    }

    /// <summary>As <see cref="Find"/>, for a test that could not have been started without it.</summary>
    public static KafkaDistribution Require(string? version = null) =>
        Find(version) ?? throw new InvalidOperationException($"no Apache Kafka {version}: a test that needs it is a [KafkaFact]");

    /// <summary>The path of one of its tools: <c>Tool("kafka-topics.sh")</c>.</summary>
    public string Tool(string name) => Path.Combine(Home, "bin", name);

    private static KafkaDistribution? At(string folder)
    {
        var home = Path.GetFullPath(folder);
        var libs = Path.Combine(home, "libs");
        var jar = Directory.Exists(libs) ? Directory.EnumerateFiles(libs, ClientsJar + "*.jar").FirstOrDefault() : null;
        return jar is null ? null : new KafkaDistribution(home, Path.GetFileNameWithoutExtension(jar)[ClientsJar.Length..]);
    }
}
