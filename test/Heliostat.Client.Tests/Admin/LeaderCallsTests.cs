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
    private readonly TaskCompletionSource _never = new();

    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task A_broker_that_stands_still_is_waited_for_no_longer_than_the_patience()
    {
        var ends = await EndsAsync(request => request.BrokerId == 1 ? new FaultAction { Until = _never.Task } : null);

        Assert.Equal([ErrorCode.None, ErrorCode.None, ErrorCode.RequestTimedOut, ErrorCode.RequestTimedOut], ends);
    }

    [Fact]
    public async Task What_a_broker_said_before_it_stood_still_stands()
    {
        var asked = 0;

        var ends = await EndsAsync(request => request.BrokerId == 0 ? null
            : Interlocked.Increment(ref asked) == 1 ? new FaultAction { Error = ErrorCode.LeaderNotAvailable }
            : new FaultAction { Until = _never.Task });

        Assert.Equal([ErrorCode.None, ErrorCode.None, ErrorCode.LeaderNotAvailable, ErrorCode.LeaderNotAvailable], ends);
    }

    private async Task<IEnumerable<ErrorCode>> EndsAsync(Func<FaultyRequest, FaultAction?> fault)
    {
        await using var cluster = await EmbeddedTestCluster.StartAsync(2, null, Ct);
        await cluster.Client.CreateTopicAsync("orders", 4, null, Ct);
        var address = new Uri($"kafka://{cluster.BootstrapServers.Split(',')[0]}");
        var options = new ClientOptions { Cluster = "A", BootstrapServers = [new DnsEndPoint(address.Host, address.Port)] };
        await using var client = new KafkaClient(options, new FramePool(1 << 20), TimeProvider.System, NullLoggerFactory.Instance);
        var asked = Enumerable.Range(0, 4).ToDictionary(partition => new TopicPartition("orders", partition), _ => OffsetSpec.Latest);

        // Connected to both already: of the patience nothing but the answers takes any.
        await new AdminClient(client, TimeProvider.System).ListOffsetsAsync(asked, IsolationLevel.ReadUncommitted, Ct);
        using var faults = cluster.Cluster.Faults.Intercept(ApiKey.ListOffsets, fault);
        var admin = new AdminClient(client, TimeProvider.System, patience: TimeSpan.FromSeconds(3));

        var ends = await admin.ListOffsetsAsync(asked, IsolationLevel.ReadUncommitted, Ct);

        _never.SetResult();
        return ends.Values.Select(end => end.ErrorCode).Order();
    }
}
