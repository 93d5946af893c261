namespace Heliostat.Testing.RealKafka;

/// <summary>Decides whether a test against real Kafka can run here, and says what is missing when it cannot.</summary>
internal static class KafkaRequirement
{
    public static string? Missing(string[] versions, bool kcat, bool slow)
    {
        if (KafkaDistribution.Find() is null)
        {
            return "KAFKA_HOME does not name an Apache Kafka folder";
        }

        foreach (var version in versions)
        {
            if (KafkaDistribution.Find(version) is null)
            {
                return $"no Apache Kafka {version} beside KAFKA_HOME, nor in the folder that KAFKA_PEERS names";
            }
        }

        if (!OnPath("java") || !OnPath("javac"))
        {
            return "java and javac (a JDK) are not on the PATH";
        }

        if (kcat && !OnPath("kcat"))
        {
            return "kcat is not on the PATH";
        }

        return slow && Environment.GetEnvironmentVariable("HELIOSTAT_LONG") != "1" ? "takes minutes: set HELIOSTAT_LONG=1 to run it" : null;
    }

    private static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
