namespace Heliostat.Conformance.Endpoints;

/// <summary>What a test may be run against.</summary>
public enum EndpointKind
{
    Embedded,

    /// <summary>Apache Kafka 4.3.1, whose answers are the ones that the transcripts hold.</summary>
    Kafka43,

    /// <summary>Apache Kafka 3.9.1; what it answers otherwise stands in transcripts of its own.</summary>
    Kafka39,
}
