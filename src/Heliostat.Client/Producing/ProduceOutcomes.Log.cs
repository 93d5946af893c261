using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Producing;

internal sealed partial class ProduceOutcomes
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.ProduceRetries, LogLevel.Debug, "{Cluster}: {Topic}-{Partition} retries: {Cause}")]
        public static partial void Retries(ILogger logger, string cluster, string topic, int partition, string? cause);

        [LoggerMessage(EventIds.ProduceNewEpoch, LogLevel.Warning,
            "{Cluster}: {Topic}-{Partition}: the leader forgot this producer ({Error}); each batch that it might hold was "
                + "offered again and none is there, so all are sent again in epoch {Epoch} and nothing is there twice")]
        public static partial void NewEpoch(ILogger logger, string cluster, string topic, int partition, string error, int epoch);

        [LoggerMessage(EventIds.ProduceNewEpochUnsure, LogLevel.Warning,
            "{Cluster}: {Topic}-{Partition}: the leader forgot this producer ({Error}) between two batches; all that is not "
                + "acknowledged is sent again in epoch {Epoch}, and up to five batches may be there twice")]
        public static partial void NewEpochUnsure(ILogger logger, string cluster, string topic, int partition, string error, int epoch);

        [LoggerMessage(EventIds.ProduceNewProducerId, LogLevel.Warning,
            "{Cluster}: {Topic}-{Partition}: goes on under a new producer id ({Error}); a batch whose answer was lost before may "
                + "be there twice")]
        public static partial void NewProducerId(ILogger logger, string cluster, string topic, int partition, string error);

        [LoggerMessage(EventIds.ProduceDoubled, LogLevel.Warning,
            "{Cluster}: {Topic}-{Partition}: a batch whose answer was lost was sent again and is there "
                + "twice: the leader forgot this producer, as brokers do on a restart when records are older than "
                + "producer.id.expiration.ms, or knows none, as before 0.11, or the "
                + "batch came after its lane had been given up")]
        public static partial void Doubled(ILogger logger, string cluster, string topic, int partition);

        [LoggerMessage(EventIds.ProduceForeign, LogLevel.Warning,
            "{Cluster}: {Topic}-{Partition}: another process writes to it ({Who}): {Count} offsets from {From} on, between what is written "
                + "from here; is it another mirror of the same topics?")]
        public static partial void Foreign(ILogger logger, string cluster, string topic, int partition, long count, long from, string who);

        [LoggerMessage(EventIds.ProduceUnnumbered, LogLevel.Warning,
            "{Cluster}: its brokers are older than Kafka 0.11: batches become message sets of format 1, one under way for each partition; "
                + "a record with headers is refused, and what is sent again may come twice, as there are no producer ids")]
        public static partial void Unnumbered(ILogger logger, string cluster);

        /// <summary>Whoever gave the batches hears of it too, and says what comes next.</summary>
        [LoggerMessage(EventIds.ProduceRefused, LogLevel.Debug, "{Cluster}: {Topic}-{Partition} stops: {Error}: {Cause}")]
        public static partial void Refused(ILogger logger, string cluster, string topic, int partition, string error, string? cause);
    }
}
