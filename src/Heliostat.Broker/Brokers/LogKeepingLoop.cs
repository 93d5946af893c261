using Microsoft.Extensions.Logging;

namespace Heliostat.Broker.Brokers;

/// <summary>
/// Looks after the logs, at the disk's pace: flushes what is due, seals full segments, drops what retention gives up, compacts.
/// </summary>
internal sealed partial class LogKeepingLoop(ClusterState cluster, ILogger logger)
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TickInterval, cluster.Time);
        var retentionMs = NowMs();
        var compactionMs = NowMs();
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                Quietly(static log =>
                {
                    log.FlushIfDue();
                    log.SealRolled();
                });
                var nowMs = NowMs();
                if (nowMs - retentionMs >= cluster.Settings.RetentionCheckIntervalMs)
                {
                    retentionMs = nowMs;
                    ApplyRetention();
                }

                if (nowMs - compactionMs >= cluster.Settings.CleanerBackOffMs)
                {
                    compactionMs = nowMs;
                    Compact();
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Drops what retention gives up, in all logs.</summary>
    public void ApplyRetention() => Quietly(log => log.ApplyRetention(cluster.Settings.ProducerIdExpirationMs));

    /// <summary>Compacts the logs that are dirty enough.</summary>
    public void Compact()
    {
        lock (_compacting) Quietly(static log => log.Compact());
    }

    private readonly Lock _compacting = new();

    /// <summary>Does something for each log; whatever befalls one is said, and keeps no other waiting.</summary>
    private void Quietly(Action<Logs.PartitionLog> keep)
    {
        foreach (var topic in cluster.Topics.All)
        {
            foreach (var partition in topic.Partitions)
            {
                try
                {
                    keep(partition.Log);
                }
                catch (Exception exception)
                {
                    Log.Failed(logger, exception, partition.Log.Name);
                }
            }
        }
    }

    private long NowMs() => cluster.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private static partial class Log
    {
        [LoggerMessage(EventIds.LogKeepingFailed, LogLevel.Error, "The log of {Partition} could not be looked after; it is tried again")]
        public static partial void Failed(ILogger logger, Exception exception, string partition);
    }
}
