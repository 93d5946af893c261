using System.Net;
using Heliostat.Broker.Faults;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Testing.Embedded;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Client.Tests.Admin;

/// <summary>Questions to the leaders of partitions, one of which stands still.</summary>
public sealed class LeaderCallsTests
{
    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task A_broker_that_stands_still_is_waited_for_no_longer_than_the_patience()
    {
        await using var cluster = await EmbeddedTestCluster.StartAsync(2, null, Ct);
        await cluster.Client.CreateTopicAsync("orders", 4, null, Ct);
        var never = new TaskCompletionSource();
        using var still = cluster.Cluster.Faults.Intercept(
            ApiKey.ListOffsets, request => request.BrokerId == 1 ? new FaultAction { Until = never.Task } : null);
        var address = new Uri($"kafka://{cluster.BootstrapServers.Split(',')[0]}");
        var options = new ClientOptions { Cluster = "A", BootstrapServers = [new DnsEndPoint(address.Host, address.Port)] };
        await using var client = new KafkaClient(options, new FramePool(1 << 20), TimeProvider.System, NullLoggerFactory.Instance);
        var admin = new AdminClient(client, TimeProvider.System, patience: TimeSpan.FromSeconds(1));
        var asked = Enumerable.Range(0, 4).ToDictionary(partition => new TopicPartition("orders", partition), _ => OffsetSpec.Latest);

        var ends = await admin.ListOffsetsAsync(asked, IsolationLevel.ReadUncommitted, Ct);

        never.SetResult();
        Assert.Equal([ErrorCode.None, ErrorCode.None, ErrorCode.RequestTimedOut, ErrorCode.RequestTimedOut],
            ends.Values.Select(end => end.ErrorCode).Order());
    }
}
