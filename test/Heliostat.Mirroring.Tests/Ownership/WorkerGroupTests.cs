using System.Net;
using Heliostat.Client;
using Heliostat.Client.Membership;
using Heliostat.Client.Routing;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Ownership;
using Heliostat.Mirroring.Sharing;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Ownership;

public sealed class WorkerGroupTests
{
    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task A_lane_is_this_workers_until_it_is_given_back()
    {
        var frames = new FramePool(1024 * 1024);
        await using var client = new KafkaClient(
            new ClientOptions { Cluster = "B", BootstrapServers = [new DnsEndPoint("127.0.0.1", 1)] }, frames, TimeProvider.System,
            NullLoggerFactory.Instance);
        var slots = new LaneSlots(4);
        var group = new WorkerGroup(
            client, new MemberOptions { GroupId = "A-mm2" }, new WorkerIdentity("first", slots, new Dictionary<string, string>()),
            new FlowScope(TimeProvider.System, NullLoggerFactory.Instance, NullLogger.Instance, frames));
        var lane = new TopicPartition("orders", 0);
        await ShareAsync(group, slots.Of(lane));
        await group.EnterAsync(
            _ =>
            {
                // A flow that ends with its lanes would end here, as it has none.
                Assert.False(group.HasAll);
                return Task.CompletedTask;
            },
            Ct);
        Assert.True(group.Has(lane));
        Assert.True(group.HasAll);

        // Its lanes are open still, and what others stored of it meanwhile says nothing.
        await ShareAsync(group, (slots.Of(lane) + 1) % 4);

        Assert.True(group.Has(lane));
        Assert.False(group.HasAll);
    }

    private static ValueTask ShareAsync(IWorker worker, int slot) =>
        worker.ShareAsync(new WorkerShare(new HashSet<int> { slot }, 2, []).Write(), leads: false, Ct);
}
