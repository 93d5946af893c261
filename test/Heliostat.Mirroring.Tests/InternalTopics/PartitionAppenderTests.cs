using System.Net;
using Heliostat.Client;
using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Testing;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.InternalTopics;

public sealed class PartitionAppenderTests
{
    [Fact]
    public async Task A_partition_that_takes_nothing_for_long_is_named_until_it_takes_or_refuses()
    {
        var time = new ManualTimeProvider();
        var frames = new FramePool(1024 * 1024);
        var options = new ClientOptions { Cluster = "B", BootstrapServers = [new DnsEndPoint("127.0.0.1", 1)] };
        await using var client = new KafkaClient(options, frames, time, NullLoggerFactory.Instance);
        var producer = new Producer(client, new ProducerOptions(), time, NullLoggerFactory.Instance);
        using var appender = new PartitionAppender(producer, new TopicPartition("mm2-offsets.A.internal", 7), "B", frames, time);
        time.Advance(TimeSpan.FromMinutes(1));

        var appending = appender.AppendAsync([new KeyedRecord(new byte[] { 1 }, new byte[] { 2 })], CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Null(appender.Trouble);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("B: mm2-offsets.A.internal-7 has not taken a record for 11 s", appender.Trouble);

        appender.Refused(ErrorCode.TopicAuthorizationFailed, null);
        await Assert.ThrowsAsync<KafkaErrorException>(() => appending);
        Assert.Null(appender.Trouble);
    }
}
