using System.Reflection;
using Heliostat.Testing.RealKafka;
using Xunit.Sdk;

namespace Heliostat.Conformance.Endpoints;

/// <summary>
/// The endpoints that are there: the embedded broker always, real ones with KAFKA_HOME. What was not asked says so once, in
/// <see cref="EndpointTests"/>.
/// </summary>
public sealed class EverywhereAttribute : DataAttribute
{
    /// <summary>
    /// More than one broker: four JVMs, so that a real one is asked only with HELIOSTAT_LONG=1. The transcripts hold it always.
    /// </summary>
    public bool ManyBrokers { get; set; }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        yield return [EndpointKind.Embedded];
        if (ManyBrokers && Environment.GetEnvironmentVariable("HELIOSTAT_LONG") != "1") yield break;

        if (KafkaDistribution.Find("4.3.1") is not null) yield return [EndpointKind.Kafka43];
        if (KafkaDistribution.Find("3.9.1") is not null && !ManyBrokers) yield return [EndpointKind.Kafka39];
    }
}
