using Microsoft.Extensions.Logging;

namespace Heliostat.Broker.Brokers;

/// <summary>Lets time pass in a cluster: sessions and transactions end, followers that lag drop out of sync.</summary>
internal sealed partial class HousekeepingLoop(ClusterState cluster, ILogger logger)
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TickInterval, cluster.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                var nowMs = cluster.Time.GetUtcNow().ToUnixTimeMilliseconds();
                Quietly(() => cluster.Groups.Tick(nowMs));
                Quietly(() => cluster.Transactions.Tick(nowMs));
                Quietly(cluster.Topics.DropLaggards);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void Quietly(Action tick)
    {
        try
        {
            tick();
        }
        catch (Exception exception)
        {
            Log.Failed(logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.HousekeepingFailed, LogLevel.Error, "What ends with time could not be written down; it is tried again")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
