namespace Heliostat.Broker.Brokers;

/// <summary>Lets time pass in a cluster: sessions and transactions end, retention drops what is old.</summary>
internal sealed class HousekeepingLoop(ClusterState cluster)
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TickInterval, cluster.Time);
        var retentionMs = NowMs();
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                var nowMs = NowMs();
                cluster.Groups.Tick(nowMs);
                cluster.Transactions.Tick(nowMs);
                if (nowMs - retentionMs < cluster.Settings.RetentionCheckIntervalMs) continue;

                retentionMs = nowMs;
                ApplyRetention();
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Drops what retention gives up, in all logs.</summary>
    public void ApplyRetention()
    {
        foreach (var topic in cluster.Topics.All)
        {
            foreach (var partition in topic.Partitions) partition.Log.ApplyRetention(cluster.Settings.ProducerIdExpirationMs);
        }
    }

    private long NowMs() => cluster.Time.GetUtcNow().ToUnixTimeMilliseconds();
}
