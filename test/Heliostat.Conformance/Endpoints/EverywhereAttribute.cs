using System.Reflection;
using Heliostat.Testing.RealKafka;
using Xunit.Sdk;

namespace Heliostat.Conformance.Endpoints;

/// <summary>The endpoints that are there: the embedded broker always, real ones with KAFKA_HOME. What was not asked says so once, in <see cref="EndpointTests"/>.</summary>
public sealed class EverywhereAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        yield return [EndpointKind.Embedded];
        if (KafkaDistribution.Find("4.3.1") is not null) yield return [EndpointKind.Kafka43];
        if (KafkaDistribution.Find("3.9.1") is not null) yield return [EndpointKind.Kafka39];
    }
}
