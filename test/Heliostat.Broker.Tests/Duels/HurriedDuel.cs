using Heliostat.Testing.RealKafka;

namespace Heliostat.Broker.Tests.Duels;

/// <summary>One duel for all tests of a class, in which the real broker looks after its logs several times a second.</summary>
public sealed class HurriedDuel : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Properties = new()
    {
        ["log.retention.check.interval.ms"] = "300",
        ["log.initial.task.delay.ms"] = "100",
        ["log.cleaner.backoff.ms"] = "100",
    };

    /// <summary>Null where there is no real Kafka, and the tests are skipped.</summary>
    internal Duel Duel { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (KafkaDistribution.Find() is not null) Duel = await Duel.StartAsync(Properties);
    }

    public async Task DisposeAsync()
    {
        if (Duel is not null) await Duel.DisposeAsync();
    }
}
