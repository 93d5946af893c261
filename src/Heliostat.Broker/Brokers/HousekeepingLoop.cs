using Microsoft.Extensions.Logging;

namespace Heliostat.Broker.Brokers;

/// <summary>Lets time pass in a cluster: sessions and transactions end.</summary>
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
                try
                {
                    cluster.Groups.Tick(nowMs);
                    cluster.Transactions.Tick(nowMs);
                }
                catch (IOException exception)
                {
                    Log.Failed(logger, exception);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.HousekeepingFailed, LogLevel.Error, "What ends with time could not be written down; it is tried again")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
