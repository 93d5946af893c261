using Heliostat.Testing.RealKafka;

namespace Heliostat.Conformance.Endpoints;

public sealed class EndpointTests
{
    /// <summary>Skipped, and so said aloud, when the suite has only the embedded broker to ask.</summary>
    [KafkaFact("4.3.1", "3.9.1")]
    public async Task Real_brokers_were_asked_too()
    {
        await using var newer = await Endpoint.OpenAsync(EndpointKind.Kafka43);
        await using var older = await Endpoint.OpenAsync(EndpointKind.Kafka39);

        Assert.True(await newer.NewestAsync(Api.Produce) > await older.NewestAsync(Api.Produce));
    }
}
