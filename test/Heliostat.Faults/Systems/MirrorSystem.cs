using Heliostat.Testing;

namespace Heliostat.Faults.Systems;

/// <summary>A mirror that is compared: how it is started as an operator would, and what its copies are called.</summary>
/// <param name="Name">How it is named on the command line and in the table.</param>
/// <param name="What">In words, for the document.</param>
/// <param name="Prefix">What it puts before the names of topics; empty when it keeps them.</param>
/// <param name="Command">Program and arguments of a worker; files go into the folder.</param>
internal sealed record MirrorSystem(
    string Name, string What, string Prefix, Func<MirrorJob, TemporaryFolder, IReadOnlyList<string>> Command)
{
    /// <summary>Whether it is ours, and so tried on embedded brokers too.</summary>
    public bool IsOurs => Name.StartsWith("heliostat", StringComparison.Ordinal);

    /// <summary>Whether it runs on a JVM, whose environment is that of Kafka's scripts.</summary>
    public bool IsJava => !IsOurs;

    public string TargetTopic(string topic) => Prefix + topic;
}
