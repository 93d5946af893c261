namespace Heliostat.Broker.Brokers;

/// <summary>Lets time pass in a cluster: sessions and transactions end.</summary>
internal sealed class HousekeepingLoop(ClusterState cluster)
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
                cluster.Groups.Tick(nowMs);
                cluster.Transactions.Tick(nowMs);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
