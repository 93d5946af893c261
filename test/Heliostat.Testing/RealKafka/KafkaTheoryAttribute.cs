using Xunit;

namespace Heliostat.Testing.RealKafka;

/// <summary>
/// A theory that runs against real Apache Kafka: skipped, saying why, unless KAFKA_HOME and what else it names are there.
/// </summary>
public sealed class KafkaTheoryAttribute : TheoryAttribute
{
    private readonly string[] _versions;
    private string? _skip;

    /// <summary>Needs KAFKA_HOME and, beside it, each of <paramref name="versions"/>.</summary>
    public KafkaTheoryAttribute(params string[] versions)
    {
        _versions = versions;
    }

    /// <summary>The test also needs kcat.</summary>
    public bool Kcat { get; set; }

    /// <summary>The test takes minutes, and runs only with HELIOSTAT_LONG=1.</summary>
    public bool Slow { get; set; }

    /// <inheritdoc/>
    public override string? Skip
    {
        get => _skip ?? KafkaRequirement.Missing(_versions, Kcat, Slow);
        set => _skip = value;
    }
}
